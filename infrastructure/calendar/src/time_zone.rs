//! A time zone as a part of a calendar file (RFC 5545, section 3.6.5), for readers that do not know it by name.

use chrono::{DateTime, Offset, TimeDelta, TimeZone as _, Utc};
use chrono_tz::{OffsetComponents, Tz};

use crate::content_line::Lines;

/// Clocks are changed at most once in so long a time.
const STEP: TimeDelta = TimeDelta::days(1);

/// What clocks go by from some instant on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Observance {
    /// How far they are ahead of UTC, in seconds.
    offset: i32,
    /// Whether that is more than usual.
    daylight: bool,
}

impl Observance {
    fn at(zone: Tz, at: DateTime<Utc>) -> Self {
        let offset = zone.offset_from_utc_datetime(&at.naive_utc());
        Self { offset: offset.fix().local_minus_utc(), daylight: offset.dst_offset() > TimeDelta::zero() }
    }
}

/// Adds what clocks of `zone` go by from `from` until `until`: each change by itself, which every reader understands.
pub fn add(lines: &mut Lines, zone: Tz, from: DateTime<Utc>, until: DateTime<Utc>) {
    lines.add("BEGIN", "VTIMEZONE");
    lines.add("TZID", zone.name());
    let mut current = Observance::at(zone, from);
    add_observance(lines, from, current.offset, current);
    let mut at = from;
    while at < until {
        let next = at + STEP;
        let after = Observance::at(zone, next);
        if after != current {
            add_observance(lines, change_between(zone, at, next, current), current.offset, after);
            current = after;
        }
        at = next;
    }
    lines.add("END", "VTIMEZONE");
}

/// The first second, in (`before`, `after`], at which clocks do not go by `current` any more.
fn change_between(zone: Tz, before: DateTime<Utc>, after: DateTime<Utc>, current: Observance) -> DateTime<Utc> {
    let (mut before, mut after) = (before, after);
    while after - before > TimeDelta::seconds(1) {
        let middle = before + TimeDelta::seconds((after - before).num_seconds() / 2);
        if Observance::at(zone, middle) == current {
            before = middle;
        } else {
            after = middle;
        }
    }
    after
}

fn add_observance(lines: &mut Lines, onset: DateTime<Utc>, offset_before: i32, observance: Observance) {
    let kind = if observance.daylight { "DAYLIGHT" } else { "STANDARD" };
    // The onset is told as clocks show it that have not been changed yet.
    let local = onset.naive_utc() + TimeDelta::seconds(i64::from(offset_before));
    lines.add("BEGIN", kind);
    lines.add("DTSTART", &local.format("%Y%m%dT%H%M%S").to_string());
    lines.add("TZOFFSETFROM", &written(offset_before));
    lines.add("TZOFFSETTO", &written(observance.offset));
    lines.add("END", kind);
}

/// An offset as `+0530`, with seconds where it has some.
fn written(offset: i32) -> String {
    let (sign, offset) = (if offset < 0 { '-' } else { '+' }, offset.abs());
    let (hours, minutes, seconds) = (offset / 3_600, offset / 60 % 60, offset % 60);
    if seconds == 0 {
        format!("{sign}{hours:02}{minutes:02}")
    } else {
        format!("{sign}{hours:02}{minutes:02}{seconds:02}")
    }
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;

    use super::*;

    fn component(zone: Tz, from: &str, until: &str) -> String {
        let mut lines = Lines::default();
        add(&mut lines, zone, from.parse().unwrap(), until.parse().unwrap());
        lines.finish().replace("\r\n", "\n")
    }

    #[test]
    fn each_change_of_clocks_is_told() {
        assert_snapshot!(component(Tz::Europe__Berlin, "2026-11-20T09:00:00Z", "2027-12-01T00:00:00Z"), @r"
        BEGIN:VTIMEZONE
        TZID:Europe/Berlin
        BEGIN:STANDARD
        DTSTART:20261120T100000
        TZOFFSETFROM:+0100
        TZOFFSETTO:+0100
        END:STANDARD
        BEGIN:DAYLIGHT
        DTSTART:20270328T020000
        TZOFFSETFROM:+0100
        TZOFFSETTO:+0200
        END:DAYLIGHT
        BEGIN:STANDARD
        DTSTART:20271031T030000
        TZOFFSETFROM:+0200
        TZOFFSETTO:+0100
        END:STANDARD
        END:VTIMEZONE
        ");
        assert_snapshot!(component(Tz::Australia__Lord_Howe, "2027-01-01T00:00:00Z", "2027-06-01T00:00:00Z"), @r"
        BEGIN:VTIMEZONE
        TZID:Australia/Lord_Howe
        BEGIN:DAYLIGHT
        DTSTART:20270101T110000
        TZOFFSETFROM:+1100
        TZOFFSETTO:+1100
        END:DAYLIGHT
        BEGIN:STANDARD
        DTSTART:20270404T020000
        TZOFFSETFROM:+1100
        TZOFFSETTO:+1030
        END:STANDARD
        END:VTIMEZONE
        ");
        assert_eq!(component(Tz::Asia__Shanghai, "2027-01-01T00:00:00Z", "2037-01-01T00:00:00Z").lines().count(), 8);
    }

    #[test]
    fn offsets_have_seconds_only_where_they_need_to() {
        assert_eq!([0, -1_800, 20_700, -43_200, 1_172].map(written), ["+0000", "-0030", "+0545", "-1200", "+001932"]);
    }
}
