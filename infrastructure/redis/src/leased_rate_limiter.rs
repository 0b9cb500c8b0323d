//! Rate limits that all nodes share, without a journey to the others for each use.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use application_shared::{PortError, RateDecision, RateLimit, RateLimiter};
use async_trait::async_trait;
use domain_shared::Clock;

/// What came of asking for several uses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reservation {
    /// So many may be done; fewer than asked for when no more are left.
    pub granted: u32,
    /// What the limiter says after them.
    pub decision: RateDecision,
}

/// Counts several uses at once.
#[async_trait]
pub trait ReservingRateLimiter: Send + Sync {
    /// Counts up to `uses` uses of `key` against `limit`: as many as are allowed.
    async fn reserve(&self, key: &str, limit: RateLimit, uses: u32) -> Result<Reservation, PortError>;
}

/// A twentieth of the burst is taken in advance.
const LEASES_PER_BURST: u32 = 20;
/// So many keys are kept, some 10 MiB. Those whose lease is used up or over are forgotten first; if that is not enough, all
/// are: what they had left is lost, so nobody gets more than the limit.
const MAX_KEYS: usize = 65_536;
/// Longer keys are counted one use at a time.
const MAX_KEY: usize = 256;
/// Whoever began to reserve and has not ended by then does so no more.
const RESERVING: Duration = Duration::from_secs(5);

/// Takes uses of generous limits in advance and spends them here. A use taken and not spent within the limit's period is
/// lost; so each node may allow at most a twentieth of the burst more than the limit. Limits with a burst below 40 are
/// counted one use at a time.
pub struct LeasedRateLimiter {
    shared: Arc<dyn ReservingRateLimiter>,
    clock: Arc<dyn Clock>,
    leases: Mutex<HashMap<Box<str>, Lease>>,
}

/// Uses that were taken in advance. Times are in microseconds since 1970.
#[derive(Debug, Clone, Copy)]
struct Lease {
    limit: RateLimit,
    left: u32,
    ends: i64,
    // What the shared limiter said.
    remaining: u32,
    whole_at: i64,
    // Until then somebody is at it to take a new one; the others take one use each, so that no node hoards.
    reserving_until: i64,
}

enum Step {
    Spent(RateDecision),
    Reserve(u32),
}

impl LeasedRateLimiter {
    /// Takes uses from `shared`.
    #[must_use]
    pub fn new(shared: Arc<dyn ReservingRateLimiter>, clock: Arc<dyn Clock>) -> Self {
        Self { shared, clock, leases: Mutex::default() }
    }

    fn step(&self, key: &str, limit: RateLimit, size: u32, now: i64) -> Step {
        let mut leases = self.leases();
        let reserving_until = now.saturating_add(micros(RESERVING));
        if let Some(lease) = leases.get_mut(key) {
            let holds = lease.limit == limit && lease.ends > now;
            if holds && lease.left > 0 {
                lease.left -= 1;
                return Step::Spent(lease.decision(now));
            }
            if holds && lease.reserving_until > now {
                return Step::Reserve(1);
            }
            *lease = Lease { reserving_until, ..Lease::empty(limit, now) };
            return Step::Reserve(size);
        }
        if leases.len() >= MAX_KEYS {
            leases.retain(|_, lease| lease.left > 0 && lease.ends > now);
            // Half must be free, or the next keys would search the whole map again.
            if leases.len() > MAX_KEYS / 2 {
                leases.clear();
            }
        }
        leases.insert(key.into(), Lease { reserving_until, ..Lease::empty(limit, now) });
        Step::Reserve(size)
    }

    fn keep(&self, key: &str, limit: RateLimit, reservation: Option<Reservation>, now: i64) {
        let mut leases = self.leases();
        let Some(lease) = leases.get_mut(key).filter(|lease| lease.limit == limit) else { return };
        lease.reserving_until = 0;
        if let Some(Reservation { granted, decision }) = reservation {
            lease.left = granted.saturating_sub(1);
            lease.remaining = decision.remaining;
            lease.whole_at = now.saturating_add(micros(decision.reset_after));
        }
    }

    fn leases(&self) -> MutexGuard<'_, HashMap<Box<str>, Lease>> {
        self.leases.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Lease {
    fn empty(limit: RateLimit, now: i64) -> Self {
        let ends = now.saturating_add(micros(limit.period));
        Self { limit, left: 0, ends, remaining: 0, whole_at: now, reserving_until: 0 }
    }

    fn decision(&self, now: i64) -> RateDecision {
        RateDecision {
            allowed: true,
            limit: self.limit.burst,
            remaining: self.remaining.saturating_add(self.left),
            reset_after: Duration::from_micros(self.whole_at.saturating_sub(now).max(0).unsigned_abs()),
            retry_after: None,
        }
    }
}

fn micros(duration: Duration) -> i64 {
    i64::try_from(duration.as_micros()).unwrap_or(i64::MAX)
}

#[async_trait]
impl RateLimiter for LeasedRateLimiter {
    async fn check(&self, key: &str, limit: RateLimit) -> Result<RateDecision, PortError> {
        let size = limit.burst / LEASES_PER_BURST;
        if size < 2 || key.len() > MAX_KEY {
            return Ok(self.shared.reserve(key, limit, 1).await?.decision);
        }
        let uses = match self.step(key, limit, size, self.clock.now().timestamp_micros()) {
            Step::Spent(decision) => return Ok(decision),
            Step::Reserve(uses) => uses,
        };
        let reserved = self.shared.reserve(key, limit, uses).await;
        if uses > 1 {
            self.keep(key, limit, reserved.as_ref().ok().copied(), self.clock.now().timestamp_micros());
        }
        let Reservation { granted, decision } = reserved?;
        Ok(RateDecision { remaining: decision.remaining.saturating_add(granted.saturating_sub(1)), ..decision })
    }
}

#[cfg(test)]
#[path = "leased_rate_limiter_tests.rs"]
mod tests;
