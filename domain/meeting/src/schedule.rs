//! When a meeting is meant to take place.

use chrono::{DateTime, SubsecRound, Utc};
use thiserror::Error;

/// The planned start and end, each optional. It binds nobody: a meeting may be joined earlier and last longer.
/// Kept in whole microseconds, which is what storage keeps.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Schedule {
    start: Option<DateTime<Utc>>,
    end: Option<DateTime<Utc>>,
}

/// The planned times make no sense.
#[derive(Debug, Error, Clone, Copy, PartialEq, Eq)]
pub enum ScheduleError {
    /// The end is not after the start (or, without one, not after the present).
    #[error("must be after the start")]
    EndNotAfterStart,
    /// A year outside 1970 to 9999.
    #[error("must lie between the years 1970 and 9999")]
    OutOfRange,
}

impl Schedule {
    /// Takes planned times from outside. Without a start, the meeting is meant to start `now`.
    ///
    /// # Errors
    /// [`ScheduleError`] when the end is not after the start, or a time is out of range.
    pub fn parse(
        start: Option<DateTime<Utc>>,
        end: Option<DateTime<Utc>>,
        now: DateTime<Utc>,
    ) -> Result<Self, ScheduleError> {
        let schedule = Self { start: start.map(|t| t.trunc_subsecs(6)), end: end.map(|t| t.trunc_subsecs(6)) };
        if [schedule.start, schedule.end].into_iter().flatten().any(|t| !in_range(t)) {
            return Err(ScheduleError::OutOfRange);
        }
        match schedule.end {
            Some(end) if end <= schedule.start.unwrap_or(now) => Err(ScheduleError::EndNotAfterStart),
            _ => Ok(schedule),
        }
    }

    /// The planned start.
    #[must_use]
    pub const fn start(&self) -> Option<DateTime<Utc>> {
        self.start
    }

    /// The planned end.
    #[must_use]
    pub const fn end(&self) -> Option<DateTime<Utc>> {
        self.end
    }
}

fn in_range(time: DateTime<Utc>) -> bool {
    // From the epoch to the end of 9999, the last year that RFC 3339 can write.
    (0..253_402_300_800).contains(&time.timestamp())
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;

    use super::*;

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(seconds, 0).unwrap()
    }

    #[test]
    fn the_end_is_after_the_start() {
        let now = at(1_000);
        assert!(Schedule::parse(Some(at(10)), Some(at(11)), now).is_ok());
        assert!(Schedule::parse(Some(at(10)), None, now).is_ok());
        assert_eq!(Schedule::parse(None, None, now), Ok(Schedule::default()));
        assert_eq!(Schedule::parse(Some(at(10)), Some(at(10)), now), Err(ScheduleError::EndNotAfterStart));
        assert_eq!(Schedule::parse(None, Some(at(1_000)), now), Err(ScheduleError::EndNotAfterStart));
        assert!(Schedule::parse(None, Some(at(1_001)), now).is_ok());
    }

    #[test]
    fn refuses_years_that_cannot_be_written() {
        for bad in [at(-1), at(253_402_300_800), DateTime::<Utc>::MAX_UTC, DateTime::<Utc>::MIN_UTC] {
            assert_eq!(Schedule::parse(Some(bad), None, at(0)), Err(ScheduleError::OutOfRange));
            assert_eq!(Schedule::parse(None, Some(bad), at(0)), Err(ScheduleError::OutOfRange));
        }
    }

    #[test]
    fn keeps_whole_microseconds() {
        let start = at(10) + TimeDelta::nanoseconds(1_999);
        let schedule = Schedule::parse(Some(start), Some(start + TimeDelta::seconds(1)), at(0)).unwrap();
        assert_eq!(schedule.start(), Some(at(10) + TimeDelta::microseconds(1)));
        assert_eq!(schedule.end(), Some(at(11) + TimeDelta::microseconds(1)));
    }
}
