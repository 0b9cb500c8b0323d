//! The arithmetic of rate limits: the generic cell rate algorithm (ITU-T I.371), in microseconds.
//!
//! Of each key only one instant is kept, the theoretical arrival time: when its burst would be whole again.

use std::time::Duration;

use application_shared::{RateDecision, RateLimit};
use sha2::{Digest, Sha256};

/// Longer periods are cut, so that the arithmetic cannot overflow, neither here nor in Lua's doubles.
const MAX_PERIOD: Duration = Duration::from_secs(366 * 24 * 3600);

/// A limit, ready to be applied.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Gcra {
    /// The time between two uses at the steady rate.
    pub interval: i64,
    /// How far the theoretical arrival time may run ahead of now.
    pub tolerance: i64,
    burst: u32,
}

impl Gcra {
    pub fn new(limit: RateLimit) -> Self {
        let burst = limit.burst.max(1);
        let period = i64::try_from(limit.period.min(MAX_PERIOD).as_micros()).unwrap_or(i64::MAX);
        let interval = (period / i64::from(burst)).max(1);
        Self { interval, tolerance: interval * i64::from(burst), burst }
    }

    /// Counts a use at `now`, when the theoretical arrival time was `arrival`. Returns whether it is allowed, and how far
    /// ahead of `now` the theoretical arrival time is afterwards. The script for Redis does the same.
    pub fn count(&self, arrival: Option<i64>, now: i64) -> (bool, i64) {
        // Further ahead than the tolerance it can only be when the limit or the clock was set back.
        let ahead = arrival.map_or(0, |arrival| (arrival - now).clamp(0, self.tolerance));
        if ahead + self.interval > self.tolerance { (false, ahead) } else { (true, ahead + self.interval) }
    }

    /// Puts the outcome of [`Self::count`] in words.
    pub fn decide(&self, allowed: bool, ahead: i64) -> RateDecision {
        let remaining = (self.tolerance - ahead).max(0) / self.interval;
        let wait = ahead + self.interval - self.tolerance;
        RateDecision {
            allowed,
            limit: self.burst,
            remaining: u32::try_from(remaining).unwrap_or(u32::MAX),
            reset_after: micros(ahead),
            retry_after: (!allowed).then(|| micros(wait.max(1))),
        }
    }
}

fn micros(micros: i64) -> Duration {
    Duration::from_micros(micros.max(0).unsigned_abs())
}

/// A key of bounded length for any key from outside.
pub(crate) fn digest(key: &str) -> [u8; 32] {
    Sha256::digest(key).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn limit(burst: u32, period: Duration) -> Gcra {
        Gcra::new(RateLimit { burst, period })
    }

    #[test]
    fn a_burst_may_come_at_once_and_is_whole_again_after_the_period() {
        let gcra = limit(3, Duration::from_secs(30));
        let (mut arrival, mut seen) = (None, Vec::new());
        for _ in 0..4 {
            let (allowed, ahead) = gcra.count(arrival, 1000);
            arrival = Some(1000 + ahead);
            let decision = gcra.decide(allowed, ahead);
            seen.push((decision.allowed, decision.remaining, decision.reset_after.as_secs(), decision.retry_after));
        }
        let wait = Some(Duration::from_secs(10));
        assert_eq!(seen, [(true, 2, 10, None), (true, 1, 20, None), (true, 0, 30, None), (false, 0, 30, wait)]);
        assert_eq!(gcra.count(arrival, 1000 + 10_000_000 - 1), (false, 20_000_001));
        assert_eq!(gcra.count(arrival, 1000 + 10_000_000), (true, 30_000_000));
        assert_eq!(gcra.count(arrival, 1000 + 300_000_000), (true, 10_000_000));
    }

    #[test]
    fn an_arrival_time_beyond_the_tolerance_locks_nobody_out_for_longer() {
        let gcra = limit(2, Duration::from_secs(10));
        assert_eq!(gcra.count(Some(i64::MAX / 2), 0), (false, 10_000_000));
        assert_eq!(gcra.decide(false, 10_000_000).retry_after, Some(Duration::from_secs(5)));
    }

    #[test]
    fn limits_that_make_no_sense_do_no_harm() {
        for (burst, period) in
            [(0, Duration::ZERO), (0, Duration::MAX), (u32::MAX, Duration::ZERO), (u32::MAX, Duration::MAX)]
        {
            let gcra = limit(burst, period);
            assert!(gcra.interval >= 1 && gcra.tolerance >= gcra.interval);
            assert!(gcra.count(None, i64::MAX / 2).0);
        }
    }
}
