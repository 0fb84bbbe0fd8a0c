//! What the program does when it is called.

pub mod place;
pub mod serve;

/// Anything that ends a command: it is printed as one line.
pub type Failure = Box<dyn std::error::Error + Send + Sync>;
