//! Accepts connections, plain or by TLS, and hands the calls to the router.

use std::{convert::Infallible, io, net::IpAddr, path::Path, sync::Arc, time::Duration};

use axum::{Router, body::Body, extract::Request};
use hyper::body::Incoming;
use hyper_util::{
    rt::{TokioExecutor, TokioIo, TokioTimer},
    server::{conn::auto, graceful::GracefulShutdown},
    service::TowerToHyperService,
};
use rustls_pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::TcpListener,
    sync::watch,
};
use tokio_rustls::{TlsAcceptor, rustls::ServerConfig};
use tower::{Service, ServiceExt};

use crate::{
    answer::Pieces,
    awaited::Awaited,
    doors::{Doors, Prompt, Usage},
};

/// How long calls under way may take once the server was told to stop.
pub const FAREWELL: Duration = Duration::from_secs(10);
/// So often a peer of HTTP/2 is asked whether it is still there, and has as long to say so.
const STILL_THERE: Duration = Duration::from_secs(30);

/// So many calls of a peer of HTTP/2 are looked at together; its further ones wait.
const STREAMS: u32 = 16;
/// So much of the bodies that nobody has read yet is taken from a peer of HTTP/2, for one call and for all.
const UNREAD: (u32, u32) = (64 * 1024, 256 * 1024);

/// Reads a certificate chain and its key.
pub fn acceptor(cert: &Path, key: &Path) -> io::Result<TlsAcceptor> {
    let named = |file: &Path, error: &dyn std::fmt::Display| {
        io::Error::new(io::ErrorKind::InvalidInput, format!("{}: {error}", file.display()))
    };
    let chain: Vec<CertificateDer<'static>> = CertificateDer::pem_file_iter(cert)
        .and_then(Iterator::collect)
        .map_err(|error| named(cert, &error))?;
    let key_der = PrivateKeyDer::from_pem_file(key).map_err(|error| named(key, &error))?;
    let config = ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(|error| named(cert, &error))?
        .with_no_client_auth()
        .with_single_cert(chain, key_der)
        .map_err(|error| named(cert, &error))?;
    let mut config = config;
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(TlsAcceptor::from(Arc::new(config)))
}

/// Accepts until told to stop, then lets what is under way finish. Where a peer `speaks_for_many`, the limit for one
/// address does not count.
pub async fn serve(
    listener: TcpListener,
    acceptor: Option<TlsAcceptor>,
    router: Router,
    doors: Doors,
    speaks_for_many: impl Fn(IpAddr) -> bool,
    mut stop: watch::Receiver<bool>,
) {
    let graceful = GracefulShutdown::new();
    loop {
        let (stream, peer) = tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok(accepted) => accepted,
                Err(error) => {
                    tracing::warn!(%error, "could not accept a connection");
                    tokio::time::sleep(Duration::from_millis(50)).await;
                    continue;
                }
            },
            _ = stop.changed() => break,
        };
        // Who finds no place is closed at once: waiting would keep his file open.
        let Some(place) = doors.enter(peer.ip(), speaks_for_many(peer.ip())) else { continue };
        let patience = doors.patience();
        let _ = stream.set_nodelay(true);
        let (router, acceptor, watcher) = (router.clone(), acceptor.clone(), graceful.watcher());
        tokio::spawn(async move {
            let usage = place.usage();
            let served = async {
                match acceptor {
                    None => connection(Prompt::new(stream, patience), peer, router, usage, watcher).await,
                    Some(acceptor) => {
                        // A client that speaks no TLS, or leaves in the middle, is nobody's business.
                        if let Ok(Ok(stream)) = tokio::time::timeout(patience, acceptor.accept(stream)).await
                        {
                            connection(Prompt::new(stream, patience), peer, router, usage, watcher).await;
                        }
                    }
                }
            };
            tokio::select! {
                () = served => {}
                () = place.is_over() => {}
            }
        });
    }
    drop(listener);
    if tokio::time::timeout(FAREWELL, graceful.shutdown()).await.is_err() {
        tracing::warn!("some calls did not finish in time");
    }
}

async fn connection<S>(
    stream: S,
    peer: std::net::SocketAddr,
    router: Router,
    usage: Arc<Usage>,
    watcher: hyper_util::server::graceful::Watcher,
) where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let service = tower::service_fn(move |mut request: Request<Incoming>| {
        request.extensions_mut().insert(peer);
        let mut router = router.clone();
        let (call, taken) = (usage.call(), usage.clone());
        let request = request.map(|body| Body::new(Awaited::of(Body::new(body), call.clone())));
        async move {
            let _call = call;
            let service = ServiceExt::<Request<Body>>::ready(&mut router).await?;
            let response = Service::call(service, request).await?;
            Ok::<_, Infallible>(response.map(|body| Body::new(Pieces::of(body, taken))))
        }
    });
    let mut builder = auto::Builder::new(TokioExecutor::new());
    // With a timer, a client that sends its headers drop by drop is given up after half a minute.
    builder.http1().timer(TokioTimer::new());
    builder
        .http2()
        .timer(TokioTimer::new())
        .keep_alive_interval(STILL_THERE)
        .keep_alive_timeout(STILL_THERE)
        .max_concurrent_streams(STREAMS)
        .initial_stream_window_size(UNREAD.0)
        .initial_connection_window_size(UNREAD.1);
    let connection = builder
        .serve_connection_with_upgrades(TokioIo::new(stream), TowerToHyperService::new(service))
        .into_owned();
    // A broken connection is the client's to notice.
    let _ = watcher.watch(connection).await;
}
