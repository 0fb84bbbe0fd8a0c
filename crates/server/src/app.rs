//! The running server: its state, and how it is started and stopped. Tests start the same one.

use std::{
    net::{IpAddr, SocketAddr},
    path::PathBuf,
    sync::Arc,
    time::Duration,
};

use ipnet::IpNet;
use tokio::{net::TcpListener, sync::watch, task::JoinHandle};

use crate::{
    auth::{alone::Alone, attempts::Refused, hosts::Hosts, password::Passwords, vault::Vault},
    clock::Clock,
    doors::{Doors, Limits},
    jobs,
    mail::{self, Outlet, Post},
    middleware::body::Bodies,
    middleware::refusals::Refusals,
    router,
    storage::Storage,
    tls,
};

/// A task that has not stopped by then is broken off: whoever stops the server must not have to kill it. Longer than
/// calls and mails under way are given.
const STOP_WITHIN: Duration = tls::FAREWELL.saturating_add(Duration::from_secs(5));

/// What every handler can reach.
#[derive(Clone)]
pub struct AppState {
    /// The database.
    pub storage: Storage,
    /// Both clocks.
    pub clock: Clock,
    /// Hashes passwords.
    pub passwords: Passwords,
    /// Counts attempts that came too early.
    pub refused: Refused,
    /// Sign-ins that are looked at while others wait.
    pub alone: Alone,
    /// Counts acts that were refused.
    pub refusals: Refusals,
    /// What of the calls' bodies is kept in memory.
    pub bodies: Bodies,
    /// Seals secrets.
    pub vault: Vault,
    /// The lab, if it is one.
    pub lab: Option<Arc<crate::lab::Lab>>,
    /// Where mails go.
    pub outlet: Outlet,
    settings: Arc<Settings>,
    /// The public address; of a loopback one also its other names.
    own_origins: Arc<Vec<String>>,
    hosts: Arc<Hosts>,
}

/// Where the server stands and whom it trusts.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The address that browsers use, without a path: `https://pim.example.org`.
    pub public_url: String,
    /// The address of `trunk serve` in development.
    pub dev_origin: Option<String>,
    /// Networks whose proxies are believed.
    pub trusted_proxies: Vec<IpNet>,
    /// Certificate and key files, when the server speaks TLS itself.
    pub tls: Option<(PathBuf, PathBuf)>,
}

/// What a server is started with.
pub struct Options {
    /// The database, open.
    pub storage: Storage,
    /// Both clocks.
    pub clock: Clock,
    /// Seals secrets.
    pub vault: Vault,
    /// The lab, if it is one.
    pub lab: Option<crate::lab::Lab>,
    /// Where mails go.
    pub outlet: Outlet,
    /// Where to listen; port 0 takes a free one.
    pub listen: SocketAddr,
    /// Where the server stands; an empty public address is made from where it listens.
    pub settings: Settings,
}

/// A server that runs until it is stopped.
pub struct Running {
    /// Where it listens.
    pub address: SocketAddr,
    /// Its state, for tests and the console.
    pub state: AppState,
    stop: watch::Sender<bool>,
    tasks: Vec<JoinHandle<()>>,
}

/// Starts a server.
pub async fn start(options: Options) -> std::io::Result<Running> {
    let Options { storage, clock, vault, lab, outlet, listen, mut settings } = options;
    let listener = TcpListener::bind(listen).await?;
    let address = listener.local_addr()?;
    if settings.public_url.is_empty() {
        let scheme = if settings.tls.is_some() { "https" } else { "http" };
        settings.public_url = format!("{scheme}://{address}");
    }
    let acceptor = settings.tls.as_ref().map(|(cert, key)| tls::acceptor(cert, key)).transpose()?;
    let state = AppState {
        storage: storage.clone(),
        clock: clock.clone(),
        passwords: Passwords::new().await,
        refused: Refused::default(),
        alone: Alone::default(),
        refusals: Refusals::default(),
        bodies: Bodies::default(),
        vault,
        lab: lab.map(Arc::new),
        outlet: outlet.clone(),
        own_origins: Arc::new(own_origins(&settings.public_url)),
        hosts: Arc::new(Hosts::new([Some(&settings.public_url), settings.dev_origin.as_ref()])),
        settings: Arc::new(settings),
    };
    let post = Post {
        storage: storage.clone(),
        clock: clock.clone(),
        outlet,
        public_url: state.origin().to_owned(),
    };
    let proxies = state.clone();
    let (stop, stopped) = watch::channel(false);
    let tasks = vec![
        tokio::spawn(tls::serve(
            listener,
            acceptor,
            router::build(state.clone()),
            Doors::new(Limits::of_this_process()),
            move |peer| proxies.trusts_proxy(peer),
            stopped.clone(),
        )),
        tokio::spawn(jobs::run(storage, clock, stopped.clone())),
        tokio::spawn(mail::run(post, stopped)),
    ];
    Ok(Running { address, state, stop, tasks })
}

/// A loopback address is called by three names; whichever was typed, the page is the portal's own.
fn own_origins(public: &str) -> Vec<String> {
    let names = ["127.0.0.1", "localhost", "[::1]"];
    let here = names.iter().find_map(|name| {
        let rest = public.strip_prefix("http://")?.strip_prefix(name)?;
        (rest.is_empty() || rest.starts_with(':')).then_some(rest)
    });
    match here {
        Some(port) => names.iter().map(|name| format!("http://{name}{port}")).collect(),
        None => vec![public.to_owned()],
    }
}

impl Running {
    /// Stops: no new calls, those under way are finished, the database is closed.
    pub async fn stop(self) {
        let _ = self.stop.send(true);
        let mut tasks = self.tasks;
        let all = futures::future::join_all(&mut tasks);
        if tokio::time::timeout(STOP_WITHIN, all).await.is_err() {
            for task in tasks.iter_mut().filter(|task| !task.is_finished()) {
                tracing::warn!("a task did not stop in time and is broken off");
                task.abort();
                let _ = task.await;
            }
        }
        // What was acknowledged is durable already; a lock on the database may never go.
        if tokio::time::timeout(STOP_WITHIN, self.state.storage.close()).await.is_err() {
            tracing::warn!("the database was not closed in time");
        }
    }
}

impl AppState {
    /// The address that browsers use.
    pub fn origin(&self) -> &str {
        &self.settings.public_url
    }

    /// Whether browsers reach it by TLS.
    pub fn is_https(&self) -> bool {
        self.settings.public_url.starts_with("https://")
    }

    /// The cookie's name: with TLS the prefix binds it to this host.
    pub fn cookie_name(&self) -> &'static str {
        if self.is_https() { "__Host-pimlico" } else { "pimlico" }
    }

    /// Whether a write with this `Origin` comes from the portal.
    pub fn is_own_origin(&self, origin: &str) -> bool {
        self.settings.dev_origin.as_deref() == Some(origin)
            || self.own_origins.iter().any(|own| own == origin)
    }

    /// Whether a call that names this host is meant for this server.
    pub fn is_own_host(&self, authority: &str) -> bool {
        self.hosts.have(authority)
    }

    /// Whether a peer may speak plainly: TLS, this machine, or a proxy that is believed.
    pub fn may_speak(&self, peer: IpAddr) -> bool {
        self.settings.tls.is_some() || peer.to_canonical().is_loopback() || self.trusts_proxy(peer)
    }

    /// Whether a peer is a proxy that is believed.
    pub fn trusts_proxy(&self, peer: IpAddr) -> bool {
        self.settings
            .trusted_proxies
            .iter()
            .any(|net| net.contains(&peer) || net.contains(&peer.to_canonical()))
    }
}
