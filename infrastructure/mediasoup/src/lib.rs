//! The media engine on mediasoup: the `MediaEngine` port over mediasoup workers in this process.
//!
//! The engine owns every handle of mediasoup, since dropping one closes what it stands for. What a client sends is checked
//! in [`validation`] before the worker, which is C++, gets to see it.

mod addresses;
mod codecs;
mod consumer;
mod engine;
mod errors;
mod events;
mod options;
mod producer;
mod registry;
mod router;
mod transport;
pub mod validation;
mod workers;

pub use addresses::{AnnouncedAddress, OfferedAddress, offered_addresses};
pub use engine::{MediasoupEngine, WorkerReport};
pub use errors::StartError;
pub use options::{EngineLimits, MediasoupEngineOptions, WorkerLogLevel};
