//! The engine on real workers. One binary, so that the worker is linked once.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test ends where something is not as expected, in helpers too")]

mod fixtures;
mod flow;
mod hostile;
mod lifecycle;
mod worker_death;
