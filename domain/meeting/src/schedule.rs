//! When a meeting is meant to take place.

use chrono::{DateTime, SubsecRound, TimeDelta, Utc};
use thiserror::Error;

use crate::{Recurrence, RecurrenceError, Series, SeriesSnapshot, TimeZone};

/// The planned start and end, each optional; the time zone in which they were planned; and how they recur. It binds
/// nobody: a meeting may be joined earlier and last longer. Of a meeting that recurs, start and end are those of the
/// current or next time; each time lasts as long as the first.
/// Kept in whole microseconds, which is what storage keeps.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Schedule {
    start: Option<DateTime<Utc>>,
    end: Option<DateTime<Utc>>,
    time_zone: Option<TimeZone>,
    series: Option<Series>,
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
        let (start, end) = (start.map(|t| t.trunc_subsecs(6)), end.map(|t| t.trunc_subsecs(6)));
        let schedule = Self { start, end, time_zone: None, series: None };
        if [schedule.start, schedule.end].into_iter().flatten().any(|t| !in_range(t)) {
            return Err(ScheduleError::OutOfRange);
        }
        match schedule.end {
            Some(end) if end <= schedule.start.unwrap_or(now) => Err(ScheduleError::EndNotAfterStart),
            _ => Ok(schedule),
        }
    }

    /// The same, planned in a time zone. Does not recur any more.
    #[must_use]
    pub fn in_time_zone(self, time_zone: Option<TimeZone>) -> Self {
        Self { time_zone, series: None, ..self }
    }

    /// The same, from its start on again and again, by the clocks of its time zone.
    ///
    /// # Errors
    /// [`RecurrenceError`] when the rule cannot be accepted, or the first time is over at `now`; a schedule without start
    /// or time zone has none of the times of a rule.
    pub fn recurring(self, rule: &str, now: DateTime<Utc>) -> Result<Self, RecurrenceError> {
        let (Some(start), Some(zone)) = (self.start, self.time_zone) else {
            return Err(RecurrenceError::StartNotInRule);
        };
        let recurrence = Recurrence::parse(rule, zone, start)?;
        if self.over_at().is_some_and(|over| over <= now) {
            return Err(RecurrenceError::Past);
        }
        Ok(Self { series: Some(Series::new(recurrence)), ..self })
    }

    /// The same with another end; of each time, where it recurs.
    ///
    /// # Errors
    /// [`ScheduleError`] when the end is not after the start (or, without one, the present), or out of range.
    pub fn ending_at(&self, end: Option<DateTime<Utc>>, now: DateTime<Utc>) -> Result<Self, ScheduleError> {
        let Self { start, end, .. } = Self::parse(self.start, end, now)?;
        Ok(Self { start, end, ..self.clone() })
    }

    /// What was stored.
    ///
    /// # Errors
    /// [`RecurrenceError`] when the rule is none, or there is one without a time zone.
    pub fn restore(self, time_zone: Option<TimeZone>, series: Option<SeriesSnapshot>) -> Result<Self, RecurrenceError> {
        let series = match (series, time_zone) {
            (None, _) => None,
            (Some(_), None) => return Err(RecurrenceError::StartNotInRule),
            (Some(SeriesSnapshot { rule, start, excluded }), Some(zone)) => {
                Some(Series::restore(Recurrence::restore(&rule, zone, start)?, excluded))
            }
        };
        Ok(Self { time_zone, series, ..self })
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

    /// The time zone in which it was planned.
    #[must_use]
    pub const fn time_zone(&self) -> Option<TimeZone> {
        self.time_zone
    }

    /// How it recurs, if it does.
    #[must_use]
    pub const fn series(&self) -> Option<&Series> {
        self.series.as_ref()
    }

    /// How long it is planned to last, where both start and end are.
    #[must_use]
    pub fn length(&self) -> Option<TimeDelta> {
        Some(self.end? - self.start?)
    }

    /// When the planned time is over: at its end, or [`USUAL_LENGTH`] after its start.
    #[must_use]
    pub fn over_at(&self) -> Option<DateTime<Utc>> {
        let start = self.start?;
        Some(self.end.unwrap_or_else(|| start.checked_add_signed(USUAL_LENGTH).unwrap_or(start)))
    }

    /// The first planned start at or after `from`.
    #[must_use]
    pub fn next_start(&self, from: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let start = self.start?;
        match &self.series {
            Some(series) => series.next(from.max(start)),
            None => Some(start).filter(|start| *start >= from),
        }
    }

    /// The first time after the present one that is not over at `now`.
    pub(crate) fn following(&self, now: DateTime<Utc>) -> Option<Self> {
        let (series, start, length) = (self.series.as_ref()?, self.start?, self.length());
        // What starts later than this is not over.
        let over = now.checked_sub_signed(length.unwrap_or(USUAL_LENGTH)).unwrap_or(start);
        let next = series.next(start.max(over) + TimeDelta::microseconds(1))?;
        let end = match length {
            Some(length) => Some(next.checked_add_signed(length).filter(|end| in_range(*end))?),
            None => None,
        };
        in_range(next).then(|| Self { start: Some(next), end, ..self.clone() })
    }

    /// Whether one of the times from the present one on begins at `start`.
    pub(crate) fn comes_at(&self, start: DateTime<Utc>) -> bool {
        self.series.is_some() && self.next_start(start) == Some(start)
    }

    /// Calls one time off. Tells whether there is room for it.
    pub(crate) fn exclude(&mut self, start: DateTime<Utc>) -> bool {
        self.series.as_mut().is_some_and(|series| series.exclude(start))
    }
}

/// How long a meeting lasts that has no planned end.
pub const USUAL_LENGTH: TimeDelta = TimeDelta::hours(1);

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

    fn weekly(rule: &str) -> Result<Schedule, RecurrenceError> {
        let start = "2027-10-25T07:00:00Z".parse().unwrap();
        let schedule = Schedule::parse(Some(start), Some(start + TimeDelta::minutes(30)), at(0)).unwrap();
        schedule.in_time_zone(TimeZone::parse("Europe/Berlin").ok()).recurring(rule, start)
    }

    #[test]
    fn each_time_keeps_the_local_start_and_the_length() {
        let first = weekly("FREQ=WEEKLY;COUNT=3").unwrap();
        let now = first.over_at().unwrap();
        let second = first.following(now).unwrap();
        assert_eq!(second.start().unwrap().to_rfc3339(), "2027-11-01T08:00:00+00:00", "an hour later, by UTC");
        assert_eq!((second.length(), second.series()), (Some(TimeDelta::minutes(30)), first.series()));
        let third = first.following(second.over_at().unwrap()).unwrap();
        assert_eq!(third, second.following(now).unwrap());
        assert_eq!(third.following(now), None);
        assert_eq!(first.following(third.over_at().unwrap()), None);
        assert_eq!(first.following(third.over_at().unwrap() - TimeDelta::seconds(1)), Some(third));
    }

    #[test]
    fn a_rule_needs_a_start_to_come_and_a_time_zone() {
        assert_eq!(weekly("FREQ=WEEKLY;BYDAY=TU"), Err(RecurrenceError::StartNotInRule));
        let start = weekly("FREQ=DAILY").unwrap().in_time_zone(None);
        assert_eq!(start.series(), None);
        assert_eq!(start.clone().recurring("FREQ=DAILY", at(0)), Err(RecurrenceError::StartNotInRule));
        let (berlin, over) = (TimeZone::parse("Europe/Berlin").ok(), start.over_at().unwrap());
        let start = start.in_time_zone(berlin);
        assert_eq!(start.clone().recurring("FREQ=DAILY", over), Err(RecurrenceError::Past));
        assert!(start.recurring("FREQ=DAILY", over - TimeDelta::seconds(1)).is_ok());
        let none = Schedule::default().in_time_zone(berlin).recurring("FREQ=DAILY", at(0));
        assert_eq!(none, Err(RecurrenceError::StartNotInRule));
    }
}
