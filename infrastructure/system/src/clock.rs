//! The clock of the machine.

use std::time::SystemTime;

use chrono::{DateTime, Utc};
use domain_shared::Clock;

/// The machine's clock, to the microsecond: that is what the database keeps, so that what was stored equals what was
/// decided.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[allow(clippy::disallowed_methods, reason = "this is the adapter behind the port")]
    fn now(&self) -> DateTime<Utc> {
        let now = DateTime::<Utc>::from(SystemTime::now());
        DateTime::from_timestamp_micros(now.timestamp_micros()).unwrap_or(now)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    #[allow(clippy::disallowed_methods, reason = "compares the adapter with the machine")]
    fn shows_the_machines_time_in_whole_microseconds() {
        let before = SystemTime::now() - Duration::from_micros(1);
        let now = SystemClock.now();
        assert!((before..=SystemTime::now()).contains(&SystemTime::from(now)));
        assert_eq!(now.timestamp_subsec_nanos() % 1000, 0);
    }
}
