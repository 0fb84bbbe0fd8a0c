//! What happens around every call.

pub mod origin;
pub mod request;
pub mod security;
