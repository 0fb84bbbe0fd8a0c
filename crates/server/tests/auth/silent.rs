//! Connections that say nothing, and too many of them.

use std::{net::SocketAddr, time::Duration};

use axum::{Router, routing::get};
use server::{
    doors::{Doors, Limits},
    tls,
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    sync::watch,
    time::timeout,
};

/// Longer than everything here takes.
const BOUND: Duration = Duration::from_secs(20);

struct Served {
    address: SocketAddr,
    _stop: watch::Sender<bool>,
}

async fn serve(in_all: usize) -> Served {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (stop, stopped) = watch::channel(false);
    let doors = Doors::new(Limits { in_all, per_address: 1, patience: Duration::from_millis(300) });
    let router = Router::new().route("/", get(async || "here"));
    tokio::spawn(tls::serve(listener, None, router, doors, |_| false, stopped));
    Served { address, _stop: stop }
}

impl Served {
    async fn connect(&self) -> TcpStream {
        TcpStream::connect(self.address).await.unwrap()
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
async fn when_all_places_are_taken_further_ones_are_closed_until_one_leaves() {
    let served = serve(2).await;
    let mut kept = Vec::new();
    for _ in 0..2 {
        let mut stream = served.connect().await;
        stream.write_all(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n").await.unwrap();
        let mut heard = vec![0; 512];
        assert_ne!(timeout(BOUND, stream.read(&mut heard)).await.unwrap().unwrap(), 0);
        kept.push(stream);
    }
    let mut third = served.connect().await;
    assert_eq!(rest(&mut third).await, "");
    kept.pop();
    let call = async {
        loop {
            let mut stream = served.connect().await;
            let _ = stream.write_all(b"GET / HTTP/1.0\r\n\r\n").await;
            let mut heard = String::new();
            if stream.read_to_string(&mut heard).await.is_ok() && heard.ends_with("here") {
                return;
            }
        }
    };
    timeout(BOUND, call).await.expect("the place of who left is free");
}
