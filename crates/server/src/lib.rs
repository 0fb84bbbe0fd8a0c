//! The Pimlico server: faces, use cases, storage, jobs.

pub mod app;
pub mod cli;
pub mod config;
pub mod router;

pub mod clock;
pub mod ids;

pub mod caller;
pub mod error;
pub mod extract;
pub mod middleware;
pub mod reading;

pub mod api;
pub mod audit_csv;
pub mod auth;
pub mod graph;
pub mod lab;

pub mod directory;
pub mod engine;
pub mod jobs;
pub mod mail;
pub mod odata;
pub mod storage;

mod answer;
pub mod assets;
mod awaited;
pub mod doors;
pub mod tls;
