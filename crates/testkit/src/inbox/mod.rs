//! A mail server for tests: takes what it is sent, over TLS where wished, and misbehaves when told to.

mod received;
mod session;

use std::{
    net::SocketAddr,
    path::PathBuf,
    sync::{Arc, Mutex},
    time::Duration,
};

pub use received::Received;
use server::{
    config::{Mail, Password},
    mail::{Outlet, Smtp},
};
use tempfile::TempDir;
use tokio::{net::TcpListener, sync::watch, task::JoinHandle};
use tokio_rustls::{
    TlsAcceptor,
    rustls::{
        ServerConfig,
        crypto::ring,
        pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer},
    },
};

/// The account that every inbox knows.
pub const USER: &str = "pimlico@inbox.test";
/// Its password.
pub const PASSWORD: &str = "a long password of the inbox";

/// How mails travel to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Security {
    /// In clear, and without an account.
    Plain,
    /// TLS after STARTTLS, with an account.
    StartTls,
    /// TLS from the first byte, with an account.
    Tls,
}

/// What it does with a mail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Manner {
    /// Takes it.
    Takes,
    /// Answers each recipient with this line: `550 ...` for ever, `451 ...` for now.
    Says(String),
    /// Takes it, but says so only once its manner has changed.
    Dawdles,
}

/// The mail server.
pub struct Inbox {
    security: Security,
    address: SocketAddr,
    folder: TempDir,
    shared: Arc<Shared>,
    acceptor: TlsAcceptor,
    task: Mutex<Option<JoinHandle<()>>>,
}

/// What its connections share.
struct Shared {
    security: Security,
    manner: watch::Sender<Manner>,
    received: watch::Sender<Vec<Received>>,
}

impl Inbox {
    /// Starts it on a free port of this machine, with a certificate of its own.
    pub async fn start(security: Security) -> Self {
        let folder = TempDir::new().expect("a folder for the certificate");
        let names = vec!["localhost".to_owned(), "127.0.0.1".to_owned()];
        let made = rcgen::generate_simple_self_signed(names).expect("a certificate");
        std::fs::write(folder.path().join("ca.pem"), made.cert.pem()).expect("the certificate is written");
        let key = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(made.signing_key.serialize_der()));
        let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .expect("the usual versions")
            .with_no_client_auth()
            .with_single_cert(vec![made.cert.der().clone()], key)
            .expect("the certificate and its key");
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("a free port");
        let inbox = Self {
            security,
            address: listener.local_addr().expect("its own port"),
            folder,
            shared: Arc::new(Shared {
                security,
                manner: watch::Sender::new(Manner::Takes),
                received: watch::Sender::default(),
            }),
            acceptor: TlsAcceptor::from(Arc::new(config)),
            task: Mutex::default(),
        };
        inbox.listen(listener);
        inbox
    }

    /// What a server is told to send mails here.
    pub fn config(&self) -> Mail {
        let account = self.security != Security::Plain;
        Mail {
            host: "127.0.0.1".to_owned(),
            port: self.address.port(),
            implicit_tls: self.security == Security::Tls,
            user: account.then(|| USER.to_owned()),
            password: account.then(|| Password::new(PASSWORD)),
            from: "Pimlico <pim@example.org>".to_owned(),
            ca: account.then(|| self.ca()),
        }
    }

    /// The same, ready to be spoken to.
    pub fn outlet(&self) -> Outlet {
        Outlet::Smtp(Arc::new(Smtp::open(&self.config()).expect("the certificate is read")))
    }

    /// The file with its certificate.
    pub fn ca(&self) -> PathBuf {
        self.folder.path().join("ca.pem")
    }

    /// What it does with the next mails.
    pub fn behave(&self, manner: Manner) {
        self.shared.manner.send_replace(manner);
    }

    /// It is gone: nobody listens any more.
    pub async fn go_away(&self) {
        let task = self.task.lock().expect("no test panics while it holds this").take();
        if let Some(task) = task {
            task.abort();
            let _ = task.await;
        }
    }

    /// It is back on the same port.
    pub async fn come_back(&self) {
        self.listen(TcpListener::bind(self.address).await.expect("its port is still free"));
    }

    /// Everything that it took, the oldest first.
    pub fn mails(&self) -> Vec<Received> {
        self.shared.received.borrow().clone()
    }

    /// Everything that it took, once it is so many.
    pub async fn wait_for(&self, count: usize) -> Vec<Received> {
        let mut received = self.shared.received.subscribe();
        let enough = received.wait_for(|mails| mails.len() >= count);
        let in_time = tokio::time::timeout(Duration::from_secs(20), enough).await;
        assert!(in_time.is_ok(), "only {} of {count} mails came", self.mails().len());
        drop(in_time);
        self.mails()
    }

    /// The mail to the person with this sign-in name whose subject has these words, once it is there.
    pub async fn mail_to(&self, name: &str, subject: &str) -> Received {
        let wanted = |mail: &Received| {
            let whole = mail.header("Subject").unwrap_or_default();
            mail.to[0].split('@').next() == Some(name) && whole.contains(subject)
        };
        let mut received = self.shared.received.subscribe();
        let there = received.wait_for(|mails| mails.iter().any(wanted));
        let in_time = tokio::time::timeout(Duration::from_secs(20), there).await;
        assert!(in_time.is_ok(), "no mail `{subject}` came to {name}");
        drop(in_time);
        self.mails().into_iter().find(wanted).expect("it was just seen")
    }

    fn listen(&self, listener: TcpListener) {
        let (shared, acceptor) = (self.shared.clone(), self.acceptor.clone());
        let task = tokio::spawn(async move {
            let mut under_way = tokio::task::JoinSet::new();
            while let Ok((stream, _)) = listener.accept().await {
                under_way.spawn(session::run(stream, acceptor.clone(), shared.clone()));
            }
        });
        *self.task.lock().expect("no test panics while it holds this") = Some(task);
    }
}

impl Drop for Inbox {
    fn drop(&mut self) {
        if let Some(task) = self.task.lock().ok().and_then(|mut task| task.take()) {
            task.abort();
        }
    }
}
