//! Rebuilds this crate when a migration changes, since they are embedded in it.

fn main() {
    println!("cargo::rerun-if-changed=../../migrations");
}
