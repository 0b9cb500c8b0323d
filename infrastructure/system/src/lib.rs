//! The system clock and the identifier generator: the one place where time and randomness come in.

mod clock;
mod uuid_v7;

pub use clock::SystemClock;
pub use uuid_v7::UuidV7Generator;
