//! The shapes on the wire, shared by the server that writes them and the portal that reads them.

pub mod api;
pub mod audit;
pub mod graph;
pub mod mail;
pub mod requests;
pub mod teams;

/// The header, of any value, of a call that a page makes while nobody is at it: it keeps no session alive.
pub const UNATTENDED: &str = "x-unattended";

/// The header in which a page names the person it was drawn for, by id. A call that carries another person's cookie is
/// answered as if nobody were signed in; one without the header is whoever's the cookie is.
pub const SPEAKS_AS: &str = "x-speaks-as";
