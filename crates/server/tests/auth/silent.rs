//! Connections that say nothing, that use their place for nothing, and too many of them.

use std::{convert::Infallible, net::SocketAddr, time::Duration};

use axum::{
    Router,
    body::{Body, Bytes, to_bytes},
    routing::{get, post},
};
use futures::{StreamExt, stream};
use server::{
    doors::{Doors, Limits},
    tls,
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    sync::{mpsc, watch},
    time::timeout,
};

/// Longer than everything here takes.
const BOUND: Duration = Duration::from_secs(20);

/// More than the system keeps for a peer that reads nothing.
const LARGE: usize = 64 << 20;
const PIECE: &[u8] = &[0; 1 << 16];

/// How HTTP/2 begins, and settings that change nothing.
const HTTP_2: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0";

/// Says when an answer is of no more use to the server.
struct End(mpsc::UnboundedSender<&'static str>);

impl Drop for End {
    fn drop(&mut self) {
        let _ = self.0.send("end");
    }
}

struct Served {
    address: SocketAddr,
    /// What comes of calls to `/sink` and `/large`.
    heard: mpsc::UnboundedReceiver<&'static str>,
    _stop: watch::Sender<bool>,
}

async fn serve(in_all: usize) -> Served {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (stop, stopped) = watch::channel(false);
    let limits =
        Limits { in_all, per_address: 1, patience: Duration::from_millis(300), idle: Duration::from_secs(2) };
    let doors = Doors::new(limits);
    let (tell, heard) = mpsc::unbounded_channel();
    let end = tell.clone();
    let large = async move || {
        let end = End(end);
        let pieces = stream::iter(0..LARGE / PIECE.len());
        Body::from_stream(pieces.map(move |_| {
            let _kept = &end;
            Ok::<_, Infallible>(Bytes::from_static(PIECE))
        }))
    };
    let sink = async move |body: Body| {
        tell.send("headers").unwrap();
        if to_bytes(body, 100).await.is_ok() {
            tell.send("body").unwrap();
        }
        std::future::pending::<&str>().await
    };
    let router = Router::new()
        .route("/", get(async || "here"))
        .route("/large", get(large))
        .route("/send", post(async |body: Bytes| format!("{} came", body.len())))
        .route("/sink", post(sink))
        .route("/endless", get(async || std::future::pending::<&str>().await));
    tokio::spawn(tls::serve(listener, None, router, doors, |_| false, stopped));
    Served { address, heard, _stop: stop }
}

impl Served {
    async fn connect(&self) -> TcpStream {
        TcpStream::connect(self.address).await.unwrap()
    }

    async fn hears(&mut self, what: &str) {
        assert_eq!(timeout(BOUND, self.heard.recv()).await.unwrap(), Some(what));
    }
}

/// What comes until the other side closes.
async fn rest(stream: &mut TcpStream) -> String {
    let mut heard = Vec::new();
    let closed = timeout(BOUND, stream.read_to_end(&mut heard)).await;
    assert!(closed.is_ok(), "it is still open");
    String::from_utf8_lossy(&heard).into_owned()
}

#[tokio::test]
async fn who_says_nothing_or_only_how_http_2_begins_is_closed() {
    let served = serve(100).await;
    for begun in ["", "P", "PRI * HTTP/2.0\r\n\r\nSM"] {
        let mut stream = served.connect().await;
        stream.write_all(begun.as_bytes()).await.unwrap();
        assert_eq!(rest(&mut stream).await, "", "after {begun:?}");
    }
    // Who speaks in time is heard, and may think about the next call for longer.
    let mut stream = served.connect().await;
    stream.write_all(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n").await.unwrap();
    let mut heard = vec![0; 512];
    let first = timeout(BOUND, stream.read(&mut heard)).await.unwrap().unwrap();
    assert!(heard[..first].ends_with(b"here"));
    assert!(timeout(Duration::from_millis(900), stream.read(&mut heard)).await.is_err(), "it is kept");
    stream.write_all(b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").await.unwrap();
    assert!(rest(&mut stream).await.ends_with("here"));
}

#[tokio::test]
async fn who_makes_no_call_is_closed_however_lively_he_is() {
    const PING: &[u8] = b"\0\0\x08\x06\0\0\0\0\0pimlico!";
    let served = serve(100).await;
    let (mut reading, mut writing) = served.connect().await.into_split();
    writing.write_all(HTTP_2).await.unwrap();
    let pings = tokio::spawn(async move {
        while writing.write_all(&PING.repeat(100)).await.is_ok() {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    });
    let mut heard = Vec::new();
    // It ends, well or with a reset.
    let _ = timeout(BOUND, reading.read_to_end(&mut heard)).await.expect("it is still open");
    pings.abort();
    // The first thing that HTTP/2 tells are its settings: here also how many calls it takes at once.
    let length = usize::from(heard[2]);
    let settings: Vec<_> = heard[9..9 + length].chunks(6).collect();
    assert!(settings.contains(&[0, 3, 0, 0, 0, 16].as_slice()), "{settings:?}");
}

#[tokio::test]
async fn who_never_reads_his_answer_is_closed() {
    let mut served = serve(100).await;
    let mut stream = served.connect().await;
    stream.write_all(b"GET /large HTTP/1.1\r\nHost: x\r\n\r\n").await.unwrap();
    assert_eq!(timeout(BOUND, stream.peek(&mut [0; 1])).await.unwrap().unwrap(), 1);
    served.hears("end").await;
    let mut heard = Vec::new();
    let _ = timeout(BOUND, stream.read_to_end(&mut heard)).await.expect("it is still open");
    assert!(heard.len() < LARGE, "the answer came whole");
}

#[tokio::test]
async fn when_all_places_are_taken_the_longest_idle_goes_and_who_waits_for_an_answer_stays() {
    let served = serve(2).await;
    let mut waiting = served.connect().await;
    waiting.write_all(b"GET /endless HTTP/1.1\r\nHost: x\r\n\r\n").await.unwrap();
    let call = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n";
    let mut heard = vec![0; 512];
    let mut idle = served.connect().await;
    idle.write_all(call).await.unwrap();
    assert_ne!(timeout(BOUND, idle.read(&mut heard)).await.unwrap().unwrap(), 0);
    let mut third = served.connect().await;
    third.write_all(b"GET /endless HTTP/1.1\r\nHost: x\r\n\r\n").await.unwrap();
    assert_eq!(timeout(Duration::from_secs(1), idle.read(&mut heard)).await.unwrap().unwrap(), 0);
    // Now both are in use.
    let mut fourth = served.connect().await;
    let closed = timeout(Duration::from_secs(1), fourth.read(&mut heard)).await.expect("it is still open");
    assert_eq!(closed.unwrap_or_default(), 0);
    let mut still = [0; 1];
    assert!(timeout(Duration::from_millis(200), waiting.read(&mut still)).await.is_err());
}

#[tokio::test]
async fn who_holds_his_body_back_gives_his_place_to_who_sends_his() {
    let mut served = serve(2).await;
    let mut heard = vec![0; 512];
    let begun = |path: &str| format!("POST {path} HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n12345");
    // Here with its last byte, and waiting for an answer from then on.
    let mut whole = served.connect().await;
    whole.write_all((begun("/sink") + "67890").as_bytes()).await.unwrap();
    served.hears("headers").await;
    served.hears("body").await;
    let mut held_back = served.connect().await;
    for _ in 0..3 {
        held_back.write_all(begun("/sink").as_bytes()).await.unwrap();
        served.hears("headers").await;
        // Some more of it is no use of the place either.
        held_back.write_all(b"6").await.unwrap();
        let mut newcomer = served.connect().await;
        newcomer.write_all((begun("/send") + "67890").as_bytes()).await.unwrap();
        let length = timeout(BOUND, newcomer.read(&mut heard)).await.unwrap().unwrap();
        assert!(heard[..length].ends_with(b"10 came"), "{}", String::from_utf8_lossy(&heard[..length]));
        let gone = timeout(BOUND, held_back.read(&mut heard)).await.expect("it is still open");
        assert_eq!(gone.unwrap_or_default(), 0);
        held_back = newcomer;
    }
    let mut still = [0; 1];
    assert!(timeout(Duration::from_millis(200), whole.read(&mut still)).await.is_err(), "it has to wait");
}
