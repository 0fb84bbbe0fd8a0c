//! The Pimlico server: faces, use cases, storage, jobs.

pub mod clock;
pub mod config;
pub mod ids;

pub mod caller;

pub mod engine;
pub mod jobs;
pub mod storage;

pub mod assets;
