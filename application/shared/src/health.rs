//! Whether what the program depends on can do its work now.

use async_trait::async_trait;

use crate::PortError;

/// Asks one dependency (database, Redis, media workers, ...) whether it can do its work.
#[async_trait]
pub trait HealthCheck: Send + Sync {
    /// The dependency's name as operators know it: lower-case, such as `database`.
    fn name(&self) -> &'static str;
    /// Uses the dependency once, cheaply. The caller bounds the time: a check that takes too long counts as failed,
    /// and its future is dropped.
    async fn check(&self) -> Result<(), PortError>;
}
