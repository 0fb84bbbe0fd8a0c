//! The rules of just-in-time privilege. Pure: facts and the present instant go in, a decision with its reasons
//! comes out. Nothing here reads a clock, draws a random number or talks to anything, so that the same code runs in
//! the browser, in the server and in a simulator.

pub mod ids;
pub mod time;

pub mod error_code;
pub mod text;

pub mod principal;
pub mod role;
pub mod scope;

pub mod permission;
pub mod schedule;

pub mod policy;
pub mod request;

pub mod approval;

pub mod decide;

pub mod audit;
pub mod audit_type;
pub mod capability;
pub mod link;
pub mod notice;

pub mod wire;
