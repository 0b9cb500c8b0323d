//! Rate limits of one node, in memory.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use application_shared::{PortError, RateDecision, RateLimit, RateLimiter};
use async_trait::async_trait;
use domain_shared::Clock;

use crate::gcra::{Gcra, digest};

/// Keeps rate limits in memory: for one node, or while Redis is away.
pub struct LocalRateLimiter {
    clock: Arc<dyn Clock>,
    /// The theoretical arrival time of each key, in microseconds since 1970.
    arrivals: Mutex<HashMap<[u8; 32], i64>>,
}

impl LocalRateLimiter {
    /// So many keys are kept, some 5 MiB. Those whose burst is whole again are forgotten first; if that is not enough,
    /// all are, since letting somebody in too often is better than keeping everybody out.
    const MAX_KEYS: usize = 65_536;

    /// Takes the time from `clock`.
    #[must_use]
    pub fn new(clock: Arc<dyn Clock>) -> Self {
        Self { clock, arrivals: Mutex::default() }
    }

    /// Counts one use of `key`.
    pub(crate) fn count(&self, key: &str, limit: RateLimit) -> RateDecision {
        let gcra = Gcra::new(limit);
        let now = self.clock.now().timestamp_micros();
        let key = digest(key);
        let mut arrivals = self.arrivals.lock().unwrap_or_else(PoisonError::into_inner);
        let (allowed, ahead) = gcra.count(arrivals.get(&key).copied(), now);
        if allowed {
            if arrivals.len() >= Self::MAX_KEYS && !arrivals.contains_key(&key) {
                arrivals.retain(|_, arrival| *arrival > now);
                // Half must be free, or the next keys would search the whole map again.
                if arrivals.len() > Self::MAX_KEYS / 2 {
                    tracing::warn!(keys = arrivals.len(), "too many rate limit keys, all budgets are whole again");
                    arrivals.clear();
                }
            }
            arrivals.insert(key, now + ahead);
        }
        gcra.decide(allowed, ahead)
    }
}

#[async_trait]
impl RateLimiter for LocalRateLimiter {
    async fn check(&self, key: &str, limit: RateLimit) -> Result<RateDecision, PortError> {
        Ok(self.count(key, limit))
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use chrono::{DateTime, TimeDelta};
    use domain_shared::FixedClock;

    use super::*;

    const LIMIT: RateLimit = RateLimit { burst: 1, period: Duration::from_secs(60) };

    fn limiter() -> (Arc<FixedClock>, LocalRateLimiter) {
        let clock = Arc::new(FixedClock::at(DateTime::UNIX_EPOCH));
        (Arc::clone(&clock), LocalRateLimiter::new(clock))
    }

    fn fill(limiter: &LocalRateLimiter, keys: usize) {
        for key in 0..keys {
            assert!(limiter.count(&key.to_string(), LIMIT).allowed);
        }
    }

    fn keys(limiter: &LocalRateLimiter) -> usize {
        limiter.arrivals.lock().unwrap().len()
    }

    #[test]
    fn keys_whose_burst_is_whole_again_make_room() {
        let (clock, limiter) = limiter();
        fill(&limiter, LocalRateLimiter::MAX_KEYS);
        clock.advance(TimeDelta::seconds(59));
        assert!(!limiter.count("7", LIMIT).allowed);
        clock.advance(TimeDelta::seconds(1));
        assert!(limiter.count("new", LIMIT).allowed);
        assert_eq!(keys(&limiter), 1);
    }

    #[test]
    fn memory_is_bounded_however_many_keys_come() {
        let (_, limiter) = limiter();
        fill(&limiter, LocalRateLimiter::MAX_KEYS);
        assert!(!limiter.count("7", LIMIT).allowed);
        assert!(limiter.count("new", LIMIT).allowed);
        assert_eq!(keys(&limiter), 1);
        assert!(limiter.count("7", LIMIT).allowed);
    }
}
