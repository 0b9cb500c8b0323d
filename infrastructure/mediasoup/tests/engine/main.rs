//! The engine on real workers. One binary, so that the worker is linked once.

mod fixtures;
mod flow;
mod hostile;
mod lifecycle;
mod worker_death;
