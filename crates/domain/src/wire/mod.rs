//! The shapes on the wire, shared by the server that writes them and the portal that reads them.

pub mod api;
pub mod audit;
pub mod graph;
pub mod mail;
pub mod requests;
pub mod teams;
