//! Where a call comes from: the peer, or what trusted proxies say of it.

use std::net::{IpAddr, SocketAddr};

use axum::{
    extract::FromRequestParts,
    http::{HeaderMap, request::Parts},
};

use crate::app::AppState;

/// Where a call comes from.
pub struct Address(pub String);

impl FromRequestParts<AppState> for Address {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Self::Rejection> {
        let peer = parts.extensions.get::<SocketAddr>().map(SocketAddr::ip);
        let address = peer.map(|peer| client(peer, &parts.headers, |hop| state.trusts_proxy(hop)));
        Ok(Self(address.map_or_else(|| "unknown".to_owned(), |address| address.to_string())))
    }
}

/// The caller behind a row of proxies. Each proxy writes at the end where it was called from, so the row is read from
/// the end, and only as long as whoever wrote is trusted: what stands before is whatever the caller wrote himself.
fn client(peer: IpAddr, headers: &HeaderMap, is_trusted: impl Fn(IpAddr) -> bool) -> IpAddr {
    let lines = headers.get_all("x-forwarded-for").iter().filter_map(|line| line.to_str().ok());
    let hops: Vec<&str> = lines.flat_map(|line| line.split(',')).map(str::trim).collect();
    let mut found = peer;
    for hop in hops.into_iter().rev() {
        if !is_trusted(found) {
            break;
        }
        // What is no address was written by nobody whom we know.
        let Some(next) = parse(hop) else { break };
        found = next;
    }
    found
}

/// An address, as some proxies write it with a port or in brackets.
fn parse(hop: &str) -> Option<IpAddr> {
    let bare = || hop.strip_prefix('[')?.strip_suffix(']')?.parse().ok();
    let with_port = || hop.parse::<SocketAddr>().ok().map(|address| address.ip());
    hop.parse().ok().or_else(with_port).or_else(bare).map(|address: IpAddr| address.to_canonical())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(peer: &str, lines: &[&str]) -> String {
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append("x-forwarded-for", line.parse().unwrap());
        }
        client(peer.parse().unwrap(), &headers, |hop| hop.to_string().starts_with("10.")).to_string()
    }

    #[test]
    fn trusted_hops_are_taken_away_from_the_end_and_no_others() {
        for (peer, lines, expected) in [
            ("192.0.2.1", &["198.51.100.7"][..], "192.0.2.1"),
            ("10.0.0.1", &[], "10.0.0.1"),
            ("10.0.0.1", &["198.51.100.7"], "198.51.100.7"),
            ("10.0.0.1", &["6.6.6.6, 198.51.100.7, 10.0.0.2,10.0.0.3"], "198.51.100.7"),
            ("10.0.0.1", &["6.6.6.6", "198.51.100.7, 10.0.0.2"], "198.51.100.7"),
            ("10.0.0.1", &["10.6.6.6, 198.51.100.7, 192.0.2.9"], "192.0.2.9"),
            ("10.0.0.1", &["10.0.0.9, 10.0.0.2"], "10.0.0.9"),
            ("10.0.0.1", &["198.51.100.7, unknown, 10.0.0.2"], "10.0.0.2"),
            ("10.0.0.1", &["198.51.100.7:5100, [2001:db8::5]:443"], "2001:db8::5"),
            ("10.0.0.1", &["[2001:db8::6]"], "2001:db8::6"),
            ("10.0.0.1", &["198.51.100.7, ::ffff:10.0.0.2"], "198.51.100.7"),
        ] {
            assert_eq!(found(peer, lines), expected, "{peer} {lines:?}");
        }
    }
}
