//! Statistics, for administrators and other backends.

mod operations;
mod shapes;

pub use operations::{StatisticsApi, StatisticsUseCases};
