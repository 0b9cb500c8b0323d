//! JSON bodies of requests: read once, every wrong field told at once.

mod body;
mod fields;

pub use body::{JsonBody, read_bytes, read_bytes_within};
pub use fields::{Fields, FromFields};
