//! The names that this server answers to. A foreign name that leads to this machine, as in DNS rebinding, would make
//! a foreign page the portal's own in the browser's eyes.

use std::net::IpAddr;

use axum::http::uri::Authority;
use url::Url;

/// The hosts and ports that callers may name; loopback names always count, at any port.
pub struct Hosts(Vec<(String, u16)>);

impl Hosts {
    /// The hosts of these addresses of sites.
    pub fn new<'a>(origins: impl IntoIterator<Item = Option<&'a String>>) -> Self {
        let known = origins.into_iter().flatten().filter_map(|origin| {
            let url = Url::parse(origin).ok()?;
            Some((url.host_str()?.to_ascii_lowercase(), url.port_or_known_default()?))
        });
        Self(known.collect())
    }

    /// Whether a call may name this host. Without a port the one that its scheme implies is meant.
    pub fn have(&self, authority: &str) -> bool {
        let Ok(authority) = authority.parse::<Authority>() else { return false };
        let (host, port) = (authority.host().to_ascii_lowercase(), authority.port_u16());
        let bare = host.trim_start_matches('[').trim_end_matches(']');
        let here = bare == "localhost" || bare.parse().is_ok_and(|address: IpAddr| address.is_loopback());
        let fits = |wanted: u16| port.map_or(matches!(wanted, 80 | 443), |port| port == wanted);
        // Whoever writes a name and a password before the host means to deceive.
        let plain = !authority.as_str().contains('@');
        plain && (here || self.0.iter().any(|(name, wanted)| *name == host && fits(*wanted)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_public_name_and_loopback_names_count_and_no_other() {
        let (public, dev) =
            ("https://pim.example.org".to_owned(), "http://trunk.example.org:8081".to_owned());
        let hosts = Hosts::new([Some(&public), Some(&dev), None]);
        for own in [
            "pim.example.org",
            "PIM.example.org:443",
            "trunk.example.org:8081",
            "localhost",
            "LocalHost:9000",
            "127.0.0.1:8080",
            "127.9.9.9",
            "[::1]:8080",
        ] {
            assert!(hosts.have(own), "{own}");
        }
        for foreign in [
            "",
            "evil.example",
            "pim.example.org:8443",
            "pim.example.org.evil.example",
            "localhost.evil.example",
            "127.0.0.1.evil.example",
            "x@pim.example.org",
            "10.0.0.1:8080",
            "trunk.example.org",
            "[::2]",
        ] {
            assert!(!hosts.have(foreign), "{foreign}");
        }
    }
}
