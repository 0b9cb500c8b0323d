//! Whether the process is up, whether it can do its work, and what it has counted.

mod operations;
mod readiness;
mod shapes;

pub use operations::HealthApi;
pub use readiness::Readiness;
