//! What happens around every call.

pub mod body;
pub mod limit;
pub mod origin;
pub mod refusals;
pub mod request;
pub mod security;
