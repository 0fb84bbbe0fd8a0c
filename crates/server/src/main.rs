//! The `pimlico` binary.
fn main() {}
