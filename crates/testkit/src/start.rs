//! How a test starts the product's own server.

use std::{net::SocketAddr, path::Path};

use server::{
    app::{self, Options, Running, Settings},
    auth::vault::Vault,
    clock::Clock,
    lab,
    mail::Outlet,
    storage::Storage,
};

/// Starts it on this data. The engine's clock stays where the test has put it.
pub async fn start(
    data: &Path,
    database: &str,
    clock: &Clock,
    outlet: Outlet,
    listen: SocketAddr,
) -> Running {
    let storage = Storage::open(database).await.expect("the database opens");
    let vault = Vault::open(&data.join("key")).expect("the key can be kept");
    let offset = clock.offset();
    let lab = lab::open(&storage, clock, &vault, data).await.expect("the lab is made, or there already");
    clock.set_offset(offset);
    let settings =
        Settings { public_url: String::new(), dev_origin: None, trusted_proxies: Vec::new(), tls: None };
    let options = Options { storage, clock: clock.clone(), vault, lab: Some(lab), outlet, listen, settings };
    app::start(options).await.expect("the server starts")
}
