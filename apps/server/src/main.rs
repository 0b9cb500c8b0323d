//! The program `open-meeting`.
fn main() {}
