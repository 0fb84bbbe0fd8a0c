//! How single values are read. An error names what is allowed; who calls names the value.

use std::net::SocketAddr;

use ipnet::IpNet;
use url::{Host, Url};

/// An address and a port.
pub fn listen(text: &str) -> Result<SocketAddr, String> {
    text.parse().map_err(|_| format!("`{text}` is not an address and a port, such as `127.0.0.1:8080`"))
}

/// A network, or a single address.
pub fn network(text: &str) -> Result<IpNet, String> {
    let single = || text.parse::<std::net::IpAddr>().map(IpNet::from);
    text.parse().or_else(|_| single()).map_err(|_| format!("`{text}` is not a network, such as `10.0.0.0/8`"))
}

/// A served database.
pub fn database(text: &str) -> Result<String, String> {
    if text.starts_with("postgres://") || text.starts_with("postgresql://") {
        return Ok(text.to_owned());
    }
    // The text may hold a password, so it is not repeated.
    Err("the address must begin with `postgres://`; without one the embedded database is used".to_owned())
}

/// The address of a site: scheme, host and port, nothing behind them.
pub fn origin(text: &str) -> Result<String, String> {
    let allowed = || format!("`{text}` is not the address of a site, such as `https://pim.example.org`");
    let url = Url::parse(text).map_err(|_| allowed())?;
    let bare = matches!(url.path(), "" | "/") && url.query().is_none() && url.fragment().is_none();
    let plain = url.username().is_empty() && url.password().is_none() && url.host().is_some();
    if !bare || !plain || !matches!(url.scheme(), "http" | "https") {
        return Err(allowed());
    }
    Ok(url.origin().ascii_serialization())
}

/// Whether an address of a site leads to this machine.
pub fn is_loopback(origin: &str) -> bool {
    let Ok(url) = Url::parse(origin) else { return false };
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}
