//! The times of a meeting that recurs, but for those that were called off.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};

use crate::Recurrence;

/// How a meeting recurs, and which times of that do not take place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Series {
    recurrence: Recurrence,
    excluded: BTreeSet<DateTime<Utc>>,
}

/// A series as plain data, for those who store it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeriesSnapshot {
    /// The rule, as [`Recurrence::rule`] gives it.
    pub rule: String,
    /// The first start.
    pub start: DateTime<Utc>,
    /// The starts that were called off.
    pub excluded: Vec<DateTime<Utc>>,
}

impl Series {
    /// The most times that can be called off, one by one.
    pub const MAX_EXCLUDED: usize = 500;

    pub(crate) const fn new(recurrence: Recurrence) -> Self {
        Self { recurrence, excluded: BTreeSet::new() }
    }

    pub(crate) fn restore(recurrence: Recurrence, excluded: impl IntoIterator<Item = DateTime<Utc>>) -> Self {
        Self { recurrence, excluded: excluded.into_iter().collect() }
    }

    pub(crate) fn to_snapshot(&self) -> SeriesSnapshot {
        SeriesSnapshot {
            rule: self.recurrence.rule().to_owned(),
            start: self.recurrence.start(),
            excluded: self.excluded.iter().copied().collect(),
        }
    }

    /// The rule, with its first start and its time zone.
    #[must_use]
    pub const fn recurrence(&self) -> &Recurrence {
        &self.recurrence
    }

    /// The starts that were called off, in order.
    pub fn excluded(&self) -> impl Iterator<Item = DateTime<Utc>> + '_ {
        self.excluded.iter().copied()
    }

    /// The first start at or after `from` that takes place.
    #[must_use]
    pub fn next(&self, from: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let called_off = self.excluded.range(from..).count();
        self.recurrence.occurrences(from, called_off + 1).into_iter().find(|start| !self.excluded.contains(start))
    }

    /// The starts from `from` on, before `until`, that take place, in order; at most [`Recurrence::MAX_OCCURRENCES`].
    #[must_use]
    pub fn between(&self, from: DateTime<Utc>, until: DateTime<Utc>) -> Vec<DateTime<Utc>> {
        let starts = self.recurrence.between(from, until).into_iter();
        starts.filter(|start| !self.excluded.contains(start)).collect()
    }

    /// Whether every time that there is was called off.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.next(self.recurrence.start()).is_none()
    }

    /// Calls one off. Tells whether there is room for it.
    pub(crate) fn exclude(&mut self, start: DateTime<Utc>) -> bool {
        let fits = self.excluded.len() < Self::MAX_EXCLUDED;
        if fits {
            self.excluded.insert(start);
        }
        fits
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::TimeZone;

    fn utc(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    fn series(rule: &str) -> Series {
        let berlin = TimeZone::parse("Europe/Berlin").unwrap();
        Series::new(Recurrence::parse(rule, berlin, utc("2027-10-18T07:00:00Z")).unwrap())
    }

    #[test]
    fn what_was_called_off_is_none_of_the_times() {
        let mut weekly = series("FREQ=WEEKLY");
        let (from, until) = (utc("2027-10-18T07:00:00Z"), utc("2027-11-15T08:00:00Z"));
        // The clocks go back on 31 October.
        let all = ["2027-10-18T07:00:00Z", "2027-10-25T07:00:00Z", "2027-11-01T08:00:00Z", "2027-11-08T08:00:00Z"];
        assert_eq!(weekly.between(from, until), all.map(utc));
        assert!(weekly.exclude(utc(all[1])) && weekly.exclude(utc(all[2])));
        assert_eq!(weekly.between(from, until), [utc(all[0]), utc(all[3])]);
        assert_eq!(weekly.next(utc(all[1])), Some(utc(all[3])));
        assert_eq!(weekly.excluded().collect::<Vec<_>>(), [utc(all[1]), utc(all[2])]);
    }

    #[test]
    fn a_series_can_be_called_off_one_by_one() {
        let mut twice = series("FREQ=DAILY;COUNT=2");
        assert!(twice.exclude(utc("2027-10-18T07:00:00Z")) && !twice.is_empty());
        assert!(twice.exclude(utc("2027-10-19T07:00:00Z")) && twice.is_empty());
        let mut daily = series("FREQ=DAILY");
        for start in daily.recurrence().occurrences(utc("2027-10-18T07:00:00Z"), Series::MAX_EXCLUDED) {
            assert!(daily.exclude(start));
        }
        assert_eq!(daily.next(utc("2027-10-18T07:00:00Z")), Some(utc("2029-03-01T08:00:00Z")));
        assert!(!daily.exclude(utc("2029-03-01T08:00:00Z")), "there is an end to it");
    }
}
