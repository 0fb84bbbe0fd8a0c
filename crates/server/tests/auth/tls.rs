//! TLS of the server's own, with a certificate that a certification authority made.

use std::sync::Arc;

use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
use rustls::{ClientConfig, RootCertStore, crypto::ring, pki_types::ServerName};
use rustls_pki_types::CertificateDer;
use serde_json::json;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};
use tokio_rustls::{TlsConnector, client::TlsStream};

use crate::world::{World, settings};

/// A certificate for `localhost` and its key in files, and the authority that vouches for it.
fn certificate(folder: &std::path::Path) -> CertificateDer<'static> {
    let authority_key = KeyPair::generate().unwrap();
    let mut params = CertificateParams::new(Vec::new()).unwrap();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let authority = params.self_signed(&authority_key).unwrap();
    let key = KeyPair::generate().unwrap();
    let params_of_server = CertificateParams::new(vec!["localhost".to_owned()]).unwrap();
    let issued = params_of_server.signed_by(&key, &Issuer::new(params, authority_key)).unwrap();
    std::fs::write(folder.join("chain.pem"), issued.pem() + &authority.pem()).unwrap();
    std::fs::write(folder.join("key.pem"), key.serialize_pem()).unwrap();
    authority.der().clone()
}

async fn connect(
    world: &World,
    trusted: Option<&CertificateDer<'static>>,
    protocol: &[u8],
) -> std::io::Result<TlsStream<TcpStream>> {
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(trusted.cloned());
    let mut config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    config.alpn_protocols = vec![protocol.to_vec()];
    let stream = TcpStream::connect(world.running.address).await?;
    let name = ServerName::try_from("localhost").unwrap();
    TlsConnector::from(Arc::new(config)).connect(name, stream).await
}

#[tokio::test]
async fn with_a_certificate_of_its_own_the_server_speaks_tls_and_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    let authority = certificate(folder.path());
    let mut settings = settings();
    settings.tls = Some((folder.path().join("chain.pem"), folder.path().join("key.pem")));
    let world = World::lab_behind(settings).await;
    let origin = world.running.state.origin().to_owned();
    assert!(origin.starts_with("https://127.0.0.1:"), "{origin}");

    let mut stream = connect(&world, Some(&authority), b"http/1.1").await.unwrap();
    let person = world.person("demouser");
    let body = json!({ "userName": person.user_principal_name, "password": person.password }).to_string();
    let call = format!(
        "POST /api/session HTTP/1.1\r\nHost: localhost\r\nOrigin: {origin}\r\nContent-Type: application/json\r\n\
         Content-Length: {}\r\nConnection: close\r\n\r\n{body}",
        body.len()
    );
    stream.write_all(call.as_bytes()).await.unwrap();
    let mut heard = Vec::new();
    // Who ends without a farewell has said everything all the same.
    let _ = stream.read_to_end(&mut heard).await;
    let heard = String::from_utf8(heard).unwrap();
    assert!(heard.starts_with("HTTP/1.1 200"), "{heard}");
    let lines = heard.split("\r\n\r\n").next().unwrap().to_ascii_lowercase();
    assert!(lines.contains("\r\nstrict-transport-security: max-age=31536000"), "{lines}");
    assert!(lines.contains("\r\nset-cookie: __host-pimlico=") && lines.contains("; secure"), "{lines}");

    let newer = connect(&world, Some(&authority), b"h2").await.unwrap();
    assert_eq!(newer.get_ref().1.alpn_protocol(), Some(&b"h2"[..]));
    assert!(connect(&world, None, b"http/1.1").await.is_err(), "nobody vouches for it");
    let mut plain = TcpStream::connect(world.running.address).await.unwrap();
    plain.write_all(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n").await.unwrap();
    let mut heard = Vec::new();
    let _ = plain.read_to_end(&mut heard).await;
    assert!(!heard.starts_with(b"HTTP"), "{heard:?}");
}
