//! A time zone, known by its name.

use std::fmt;

use chrono::{DateTime, NaiveDateTime, Offset, TimeDelta, TimeZone as _, Utc};
use serde::{Deserialize, Serialize};
use thiserror::Error;

/// A time zone of the IANA database, such as `Europe/Berlin`. It is kept by its name, for what the name means may change
/// with the laws of the place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct TimeZone(chrono_tz::Tz);

/// No time zone bears this name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("must be a time zone of the IANA database such as Europe/Berlin")]
pub struct UnknownTimeZone;

/// No clock of the world is further ahead of UTC.
const FURTHEST_AHEAD: TimeDelta = TimeDelta::hours(15);

impl TimeZone {
    /// The most characters of a name.
    pub const MAX: usize = 64;
    /// Coordinated universal time.
    pub const UTC: Self = Self(chrono_tz::Tz::UTC);

    /// Takes a name from outside, as the database writes it.
    ///
    /// # Errors
    /// [`UnknownTimeZone`] when there is none of that name.
    pub fn parse(name: &str) -> Result<Self, UnknownTimeZone> {
        if name.len() > Self::MAX {
            return Err(UnknownTimeZone);
        }
        name.parse().map(Self).map_err(|_| UnknownTimeZone)
    }

    /// The name.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        self.0.name()
    }

    /// What the clocks there show at `at`.
    #[must_use]
    pub fn local(self, at: DateTime<Utc>) -> NaiveDateTime {
        let offset = self.0.offset_from_utc_datetime(&at.naive_utc()).fix();
        at.naive_utc().checked_add_offset(offset).unwrap_or(at.naive_utc())
    }

    /// When the clocks there show `local`. The first time, when they show it twice; when they leave it out, as long after
    /// the change as it would have been, so that 02:30 becomes 03:30 (RFC 5545, section 3.3.5). `None` beyond the range
    /// of dates.
    #[must_use]
    pub fn instant(self, local: NaiveDateTime) -> Option<DateTime<Utc>> {
        if let Some(at) = self.0.from_local_datetime(&local).earliest() {
            return Some(at.with_timezone(&Utc));
        }
        let before_the_change = local.checked_sub_signed(FURTHEST_AHEAD)?;
        let offset = self.0.offset_from_utc_datetime(&before_the_change).fix();
        local.checked_sub_offset(offset).map(|at| at.and_utc())
    }
}

impl fmt::Display for TimeZone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl TryFrom<String> for TimeZone {
    type Error = UnknownTimeZone;

    fn try_from(name: String) -> Result<Self, Self::Error> {
        Self::parse(&name)
    }
}

impl From<TimeZone> for String {
    fn from(zone: TimeZone) -> Self {
        zone.as_str().to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn zone(name: &str) -> TimeZone {
        TimeZone::parse(name).unwrap()
    }

    fn local(text: &str) -> NaiveDateTime {
        text.parse().unwrap()
    }

    fn utc(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    #[test]
    fn keeps_the_name_it_was_given() {
        for name in ["UTC", "Europe/Berlin", "Asia/Shanghai", "Europe/Kiev", "Europe/Kyiv", "Etc/GMT+1", "US/Eastern"] {
            assert_eq!(zone(name).as_str(), name);
            assert_eq!(zone(name).to_string(), name);
        }
        let written = serde_json::to_string(&zone("Europe/Berlin")).unwrap();
        assert_eq!(written, r#""Europe/Berlin""#);
        assert_eq!(serde_json::from_str::<TimeZone>(&written).unwrap(), zone("Europe/Berlin"));
        assert!(serde_json::from_str::<TimeZone>(r#""Mars/Olympus""#).is_err());
    }

    #[test]
    fn refuses_what_is_no_name() {
        for bad in ["", " UTC", "europe/berlin", "Berlin", "+01:00", "CEST", "Europe/Berlin\r\nX:1", &"a".repeat(100)] {
            assert_eq!(TimeZone::parse(bad), Err(UnknownTimeZone), "{bad:?}");
        }
    }

    #[test]
    fn times_that_do_not_exist_move_forward_and_of_two_the_first_counts() {
        for (name, shown, instant) in [
            ("UTC", "2027-03-28T02:30:00", "2027-03-28T02:30:00Z"),
            // Forward at 02:00 on 28 March, back at 03:00 on 31 October.
            ("Europe/Berlin", "2027-03-28T01:59:59", "2027-03-28T00:59:59Z"),
            ("Europe/Berlin", "2027-03-28T02:00:00", "2027-03-28T01:00:00Z"),
            ("Europe/Berlin", "2027-03-28T02:30:00", "2027-03-28T01:30:00Z"),
            ("Europe/Berlin", "2027-03-28T03:00:00", "2027-03-28T01:00:00Z"),
            ("Europe/Berlin", "2027-10-31T01:59:59", "2027-10-30T23:59:59Z"),
            ("Europe/Berlin", "2027-10-31T02:30:00", "2027-10-31T00:30:00Z"),
            ("Europe/Berlin", "2027-10-31T03:00:00", "2027-10-31T02:00:00Z"),
            // Forward at 02:00 on 14 March, back at 02:00 on 7 November.
            ("America/New_York", "2027-03-14T02:30:00", "2027-03-14T07:30:00Z"),
            ("America/New_York", "2027-11-07T01:30:00", "2027-11-07T05:30:00Z"),
            // By half an hour: forward at 02:00 on 3 October, back at 02:00 on 4 April.
            ("Australia/Lord_Howe", "2027-10-03T02:15:00", "2027-10-02T15:45:00Z"),
            ("Australia/Lord_Howe", "2027-10-03T02:30:00", "2027-10-02T15:30:00Z"),
            ("Australia/Lord_Howe", "2027-04-04T01:45:00", "2027-04-03T14:45:00Z"),
            // A whole day was left out.
            ("Pacific/Apia", "2011-12-30T10:00:00", "2011-12-30T20:00:00Z"),
        ] {
            assert_eq!(zone(name).instant(local(shown)), Some(utc(instant)), "{name} {shown}");
        }
    }

    #[test]
    fn tells_what_clocks_show() {
        for (name, instant, shown) in [
            ("Europe/Berlin", "2027-03-28T00:59:59Z", "2027-03-28T01:59:59"),
            ("Europe/Berlin", "2027-03-28T01:00:00Z", "2027-03-28T03:00:00"),
            ("Europe/Berlin", "2027-10-31T01:30:00Z", "2027-10-31T02:30:00"),
            ("Asia/Kathmandu", "2027-01-01T00:00:00Z", "2027-01-01T05:45:00"),
        ] {
            assert_eq!(zone(name).local(utc(instant)), local(shown), "{name} {instant}");
        }
    }

    #[test]
    fn the_ends_of_time_do_no_harm() {
        for name in ["UTC", "Pacific/Apia", "America/New_York", "Asia/Shanghai"] {
            for at in [DateTime::<Utc>::MIN_UTC, DateTime::<Utc>::MAX_UTC] {
                let _ = zone(name).local(at);
            }
        }
    }
}
