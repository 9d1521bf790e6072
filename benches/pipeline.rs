//! Measured in a later commit.
fn main() {}
