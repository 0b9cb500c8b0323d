//! Files that people share: uploading, reading, listing, deleting, and handing them out under signed addresses.

mod download;
mod errors;
mod operations;
mod ranges;
mod shapes;
mod upload;

pub use operations::{MediaApi, MediaUseCases};
