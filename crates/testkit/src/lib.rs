//! A real server in the test's own process, with both clocks in the test's hands, and callers that talk to it.

pub mod client;
pub mod database;
pub mod inbox;
pub mod lab;
pub mod requests;
pub mod server;
mod start;
pub mod totp;

pub use client::{Answer, Client};
pub use inbox::Inbox;
pub use lab::Person;
pub use server::TestServer;
