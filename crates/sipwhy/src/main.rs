//! sipwhy
fn main() {}
