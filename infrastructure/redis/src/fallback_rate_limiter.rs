//! Rate limits that go on while Redis is away.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use application_shared::{PortError, RateDecision, RateLimit, RateLimiter};
use async_trait::async_trait;

use crate::LocalRateLimiter;

/// Asks one limiter, and while that is away each node counts on its own: people can sign in, and still nobody can guess
/// passwords without end. Each outage is logged once, and so is its end.
pub struct FallbackRateLimiter {
    shared: Arc<dyn RateLimiter>,
    local: LocalRateLimiter,
    away: AtomicBool,
}

impl FallbackRateLimiter {
    /// Asks `shared` if it can, else `local`.
    #[must_use]
    pub fn new(shared: Arc<dyn RateLimiter>, local: LocalRateLimiter) -> Self {
        Self { shared, local, away: AtomicBool::new(false) }
    }

    /// Whether the shared limiter was away when it was last asked.
    #[must_use]
    pub fn is_away(&self) -> bool {
        self.away.load(Ordering::Relaxed)
    }
}

#[async_trait]
impl RateLimiter for FallbackRateLimiter {
    async fn check(&self, key: &str, limit: RateLimit) -> Result<RateDecision, PortError> {
        match self.shared.check(key, limit).await {
            Ok(decision) => {
                if self.away.swap(false, Ordering::Relaxed) {
                    tracing::info!("rate limits are shared between nodes again");
                }
                Ok(decision)
            }
            Err(error) => {
                if !self.away.swap(true, Ordering::Relaxed) {
                    tracing::warn!(%error, "rate limits are kept on this node alone");
                }
                Ok(self.local.count(key, limit))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use chrono::DateTime;
    use domain_shared::FixedClock;

    use super::*;

    /// Allows everything, or is away.
    #[derive(Default)]
    struct Shared(AtomicBool);

    #[async_trait]
    impl RateLimiter for Shared {
        async fn check(&self, _key: &str, limit: RateLimit) -> Result<RateDecision, PortError> {
            if self.0.load(Ordering::Relaxed) {
                return Err(PortError::unavailable("away"));
            }
            let (limit, reset_after) = (limit.burst, Duration::ZERO);
            Ok(RateDecision { allowed: true, limit, remaining: limit, reset_after, retry_after: None })
        }
    }

    #[tokio::test]
    async fn each_node_counts_on_its_own_while_the_shared_limiter_is_away() {
        let shared = Arc::new(Shared::default());
        let local = LocalRateLimiter::new(Arc::new(FixedClock::at(DateTime::UNIX_EPOCH)));
        let limiter = FallbackRateLimiter::new(Arc::clone(&shared) as _, local);
        let limit = RateLimit { burst: 2, period: Duration::from_secs(60) };
        let mut seen = Vec::new();
        for away in [false, false, false, true, true, true, false] {
            shared.0.store(away, Ordering::Relaxed);
            seen.push((limiter.check("key", limit).await.unwrap().allowed, limiter.is_away()));
        }
        let (fine, local, refused) = ((true, false), (true, true), (false, true));
        assert_eq!(seen, [fine, fine, fine, local, local, refused, fine]);
    }
}
