//! The portal: a single-page application. One route, one screen; the server decides, the page explains.

pub mod app;
pub mod routes;

pub mod history;
pub mod session;

pub mod data;

pub mod api;

pub mod parts;

pub mod blades;

pub mod shell;

pub mod forms;

pub mod components;
