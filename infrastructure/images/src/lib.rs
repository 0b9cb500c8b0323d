//! Pictures that anybody may have made: decoded within bounds of memory and time, cut, and encoded anew.
//!
//! Architecture Invariant: nothing of an uploaded file leaves this crate but its pixels: no metadata, no name, no trailer.

mod decode;
mod jpeg;
mod png;
mod renderer;
#[cfg(test)]
mod samples;
mod square;
mod webp;

pub use renderer::{ImageAvatarRenderer, ImageLimits};
