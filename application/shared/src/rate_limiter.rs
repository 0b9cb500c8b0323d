//! Limits of how often something may be done.

use std::time::Duration;

use async_trait::async_trait;

use crate::PortError;

/// `burst` at once, then `burst` per `period` spread evenly (GCRA).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RateLimit {
    /// How many may come at once; at least 1.
    pub burst: u32,
    /// The time in which a used-up burst is whole again.
    pub period: Duration,
}

/// What the limiter says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RateDecision {
    /// Whether it may be done now.
    pub allowed: bool,
    /// The burst, for `RateLimit-Limit`.
    pub limit: u32,
    /// How many more may come now.
    pub remaining: u32,
    /// When the burst is whole again.
    pub reset_after: Duration,
    /// When to try again, if not allowed.
    pub retry_after: Option<Duration>,
}

/// Counts per key, atomically, across nodes.
#[async_trait]
pub trait RateLimiter: Send + Sync {
    /// Counts one use of `key` against `limit`. A refused use is not counted.
    async fn check(&self, key: &str, limit: RateLimit) -> Result<RateDecision, PortError>;
}
