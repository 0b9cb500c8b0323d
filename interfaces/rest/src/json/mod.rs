//! JSON bodies of requests: read once, every wrong field told at once.

mod body;
mod fields;

pub use body::{JsonBody, read_bytes};
pub use fields::{Fields, FromFields};
