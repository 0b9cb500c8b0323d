//! How a meeting recurs: a rule of iCalendar, and the time zone whose clocks it goes by.

use std::{collections::BTreeSet, iter};

use chrono::{DateTime, NaiveDateTime, SubsecRound, TimeDelta, TimeZone as _, Utc};
use rrule::{RRule, Unvalidated};
use thiserror::Error;

use crate::TimeZone;

/// A recurrence rule (RFC 5545, section 3.3.10) from a first start on, in a time zone. Starts keep the time that clocks
/// there show, whatever the clocks do; how a time is read that does not exist, or exists twice, see
/// [`TimeZone::instant`].
///
/// The first start is one of the times of the rule, since calendars disagree about it otherwise. Nothing recurs more
/// than [`Recurrence::MAX_A_DAY`] times a day, nor later than [`Recurrence::MAX_YEARS`] years after the first start.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recurrence {
    rule: Rule,
    time_zone: TimeZone,
    start: DateTime<Utc>,
}

/// This is no recurrence.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum RecurrenceError {
    /// Nothing is there.
    #[error("must not be empty")]
    Empty,
    /// More than [`Recurrence::MAX`] characters.
    #[error("must be at most {max} characters long", max = Recurrence::MAX)]
    TooLong,
    /// Not a rule as RFC 5545 writes it.
    #[error("must be a recurrence rule such as FREQ=WEEKLY;BYDAY=MO,WE: {0}")]
    Malformed(String),
    /// A part that RFC 5545 knows, but meetings do not.
    #[error("{0} is not supported")]
    Unsupported(String),
    /// A number that is too small or too large.
    #[error("{part} must be between 1 and {max}")]
    OutOfRange {
        /// The part of the rule.
        part: &'static str,
        /// The largest number.
        max: u16,
    },
    /// More often than [`Recurrence::MAX_A_DAY`] times a day.
    #[error("must not recur more than {max} times a day", max = Recurrence::MAX_A_DAY)]
    TooOften,
    /// The rule ends before the first start.
    #[error("UNTIL must not be before the start")]
    EndsBeforeStart,
    /// The first start is none of the times of the rule, or the rule has none at all.
    #[error("the start must be one of the times of the rule")]
    StartNotInRule,
    /// The first time of the rule is over already.
    #[error("the start must not be past")]
    Past,
}

impl RecurrenceError {
    /// The stable code for clients.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Empty => "required",
            Self::TooLong => "too_long",
            Self::Malformed(_) => "malformed",
            Self::Unsupported(_) => "unsupported",
            Self::OutOfRange { .. } | Self::TooOften => "out_of_range",
            Self::EndsBeforeStart => "not_after_start",
            Self::StartNotInRule => "start_mismatch",
            Self::Past => "in_past",
        }
    }
}

impl Recurrence {
    /// The most characters of a rule.
    pub const MAX: usize = 1_000;
    /// The most times that a rule may count.
    pub const MAX_COUNT: u16 = 1_000;
    /// The most days, weeks, months or years from one time to the next.
    pub const MAX_INTERVAL: u16 = 1_000;
    /// The most times a day.
    pub const MAX_A_DAY: usize = 8;
    /// Starts later than so many years after the first are not told.
    pub const MAX_YEARS: i64 = 20;
    /// The most starts that are told at once.
    pub const MAX_OCCURRENCES: usize = 1_000;

    /// Takes a rule from outside, with or without `RRULE:` before it; case does not matter. `start` is the first start.
    ///
    /// # Errors
    /// [`RecurrenceError`] when it cannot be accepted.
    pub fn parse(rule: &str, time_zone: TimeZone, start: DateTime<Utc>) -> Result<Self, RecurrenceError> {
        let rule = Rule::parse(rule)?;
        if rule.until.is_some_and(|until| until < start) {
            return Err(RecurrenceError::EndsBeforeStart);
        }
        let recurrence = Self { rule, time_zone, start };
        let first = recurrence.local_start().ok_or(RecurrenceError::StartNotInRule)?;
        if recurrence.rule.times(first)?.next() != Some(first) {
            return Err(RecurrenceError::StartNotInRule);
        }
        Ok(recurrence)
    }

    /// What was stored. Whether the start is one of the times of the rule is not asked again: since then the clocks of the
    /// place may have been changed by law, and the meeting must not become unreadable by that.
    ///
    /// # Errors
    /// [`RecurrenceError`] when the rule is none.
    pub fn restore(rule: &str, time_zone: TimeZone, start: DateTime<Utc>) -> Result<Self, RecurrenceError> {
        Ok(Self { rule: Rule::parse(rule)?, time_zone, start })
    }

    /// The rule in its one form: upper case, `FREQ` first, without `RRULE:`. ASCII letters, digits and `=;,+-` only.
    #[must_use]
    pub fn rule(&self) -> &str {
        &self.rule.text
    }

    /// The time zone.
    #[must_use]
    pub const fn time_zone(&self) -> TimeZone {
        self.time_zone
    }

    /// The first start.
    #[must_use]
    pub const fn start(&self) -> DateTime<Utc> {
        self.start
    }

    /// After when nothing recurs any more, as far as is known without counting: the rule's `UNTIL`, or the end of
    /// [`Recurrence::MAX_YEARS`].
    #[must_use]
    pub fn horizon(&self) -> DateTime<Utc> {
        let latest = self.start.checked_add_signed(LONGEST).unwrap_or(DateTime::<Utc>::MAX_UTC);
        self.rule.until.map_or(latest, |until| until.min(latest))
    }

    /// The next starts at or after `from`, in order, at most `limit` and at most [`Recurrence::MAX_OCCURRENCES`].
    #[must_use]
    pub fn occurrences(&self, from: DateTime<Utc>, limit: usize) -> Vec<DateTime<Utc>> {
        let limit = limit.min(Self::MAX_OCCURRENCES);
        let mut found = BTreeSet::new();
        for start in self.starts(from, DateTime::<Utc>::MAX_UTC).filter(|start| *start >= from) {
            // Where clocks leave out an hour, or a day, two times may change places or fall together. So more are
            // looked at than are wanted.
            if found.len() >= limit.saturating_add(3 * Self::MAX_A_DAY) {
                break;
            }
            found.insert(start);
        }
        found.into_iter().take(limit).collect()
    }

    /// The starts from `from` on that are before `until`, in order, at most [`Recurrence::MAX_OCCURRENCES`].
    #[must_use]
    pub fn between(&self, from: DateTime<Utc>, until: DateTime<Utc>) -> Vec<DateTime<Utc>> {
        let within = self.starts(from, until).filter(|start| *start >= from && *start < until);
        let found: BTreeSet<_> = within.take(Self::MAX_OCCURRENCES).collect();
        found.into_iter().collect()
    }

    /// Every start until `until`, in the order in which clocks show them. Of those before `from`, some may be left out.
    fn starts(&self, from: DateTime<Utc>, until: DateTime<Utc>) -> impl Iterator<Item = DateTime<Utc>> + '_ {
        let (zone, start, horizon) = (self.time_zone, self.start, self.horizon().min(until));
        let fraction = start - start.trunc_subsecs(0);
        let first = self.local_start().map(|first| self.rule.nearest(first, zone.local(from)));
        let times = first.and_then(|first| self.rule.times(first).ok()).into_iter().flatten();
        let last = zone.local(horizon).checked_add_signed(TimeDelta::days(2));
        let later = times
            .take_while(move |local| last.is_none_or(|last| *local <= last))
            .filter_map(move |local| zone.instant(local))
            .map(move |at| at + fraction)
            .filter(move |at| *at > start && *at <= horizon);
        iter::once(start).chain(later)
    }

    /// What clocks show at the first start, in whole seconds, which is how exact rules are. `None` out of the years 1970
    /// to 9999.
    fn local_start(&self) -> Option<NaiveDateTime> {
        let in_range = (0..253_402_300_800).contains(&self.start.timestamp());
        in_range.then(|| self.time_zone.local(self.start.trunc_subsecs(0)))
    }
}

/// Twenty years, leap days included.
const LONGEST: TimeDelta = TimeDelta::days(Recurrence::MAX_YEARS * 365 + 5);

/// The parts of a rule that meetings know, in the order in which they are kept.
const PARTS: [&str; 13] = [
    "FREQ",
    "UNTIL",
    "COUNT",
    "INTERVAL",
    "BYMINUTE",
    "BYHOUR",
    "BYDAY",
    "BYMONTHDAY",
    "BYYEARDAY",
    "BYWEEKNO",
    "BYMONTH",
    "BYSETPOS",
    "WKST",
];

/// A rule without the start and the time zone that give it a meaning.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Rule {
    text: String,
    /// Without its end by time, which is told in UTC and so is no time on the clocks of the zone.
    repeats: RRule<Unvalidated>,
    until: Option<DateTime<Utc>>,
    /// After how many days everything is as at the start, where that is always so and nothing is counted.
    period: Option<i64>,
}

fn malformed(reason: impl ToString) -> RecurrenceError {
    RecurrenceError::Malformed(reason.to_string())
}

impl Rule {
    fn parse(text: &str) -> Result<Self, RecurrenceError> {
        let text = text.trim();
        if text.is_empty() {
            return Err(RecurrenceError::Empty);
        }
        if text.len() > Recurrence::MAX {
            return Err(RecurrenceError::TooLong);
        }
        let text = text.to_ascii_uppercase();
        let text = text.strip_prefix("RRULE:").unwrap_or(&text);
        if !text.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b"=;,+-".contains(&b)) {
            return Err(malformed("a character that no rule has"));
        }
        let mut parts: [Option<&str>; PARTS.len()] = [None; PARTS.len()];
        for part in text.strip_suffix(';').unwrap_or(text).split(';') {
            let (name, value) = part.split_once('=').ok_or_else(|| malformed("a part without ="))?;
            if name.is_empty() {
                return Err(malformed("a part without a name"));
            }
            let place = PARTS.iter().position(|known| *known == name);
            let place = place.ok_or_else(|| RecurrenceError::Unsupported(name.chars().take(20).collect()))?;
            if value.is_empty() || parts[place].replace(value).is_some() {
                return Err(malformed(format!("{name} is empty or stands twice")));
            }
        }
        let value = |name: &str| PARTS.iter().position(|known| *known == name).and_then(|place| parts[place]);
        check_parts(value)?;
        let until = value("UNTIL").map(parse_until).transpose()?;
        let written = |but: &str| {
            let parts = PARTS.iter().zip(parts).filter(|(name, _)| **name != but);
            let parts = parts.filter_map(|(name, value)| value.map(|value| format!("{name}={value}")));
            parts.collect::<Vec<_>>().join(";")
        };
        let repeats: RRule<Unvalidated> = written("UNTIL").parse().map_err(malformed)?;
        let interval = value("INTERVAL").and_then(|number| number.parse::<i64>().ok()).unwrap_or(1);
        let period = match value("FREQ").filter(|_| value("COUNT").is_none()) {
            Some("DAILY") => Some(interval),
            Some("WEEKLY") => Some(7 * interval),
            _ => None,
        };
        Ok(Self { text: written(""), repeats, until, period })
    }

    /// From where on to work out the times that come after `from`, instead of from `first` on: the times after `from` are
    /// the same, and those of many years need not be counted.
    fn nearest(&self, first: NaiveDateTime, from: NaiveDateTime) -> NaiveDateTime {
        let Some(period) = self.period else { return first };
        // Some days less, for what clocks may be changed by.
        let periods = ((from - first).num_days() - 3) / period;
        if periods < 1 {
            return first;
        }
        first.checked_add_signed(TimeDelta::days(periods * period)).unwrap_or(first)
    }

    /// What clocks show at each time of the rule, from `first` on. They are worked out as if clocks were never changed.
    fn times(&self, first: NaiveDateTime) -> Result<impl Iterator<Item = NaiveDateTime> + use<>, RecurrenceError> {
        let floating = rrule::Tz::UTC.from_utc_datetime(&first);
        // The limit ends the search for a time that never comes.
        let times = self.repeats.clone().build(floating).map_err(malformed)?.limit();
        Ok(times.into_iter().map(|time| time.naive_utc()))
    }
}

const WEEKDAYS: [&str; 7] = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"];

/// Lists of numbers: the part, the smallest and the largest number, and whether it may count from the end.
const LISTS: [(&str, u16, u16, bool); 7] = [
    ("BYMINUTE", 0, 59, false),
    ("BYHOUR", 0, 23, false),
    ("BYMONTHDAY", 1, 31, true),
    ("BYYEARDAY", 1, 366, true),
    ("BYWEEKNO", 1, 53, true),
    ("BYMONTH", 1, 12, false),
    ("BYSETPOS", 1, 366, true),
];

/// The library that works out the times checks less, and some of it only after it has put other values in their place.
fn check_parts<'a>(value: impl Fn(&str) -> Option<&'a str>) -> Result<(), RecurrenceError> {
    let frequency = value("FREQ").ok_or_else(|| malformed("FREQ is missing"))?;
    match frequency {
        "DAILY" | "WEEKLY" | "MONTHLY" | "YEARLY" => {}
        "SECONDLY" | "MINUTELY" | "HOURLY" => return Err(RecurrenceError::Unsupported(format!("FREQ={frequency}"))),
        _ => return Err(malformed("FREQ is unknown")),
    }
    for (part, max) in [("COUNT", Recurrence::MAX_COUNT), ("INTERVAL", Recurrence::MAX_INTERVAL)] {
        if value(part).is_some_and(|number| !is_number(number, 1, max)) {
            return Err(RecurrenceError::OutOfRange { part, max });
        }
    }
    if value("COUNT").is_some() && value("UNTIL").is_some() {
        return Err(malformed("COUNT and UNTIL exclude each other"));
    }
    for (part, min, max, from_the_end) in LISTS {
        let numbers = value(part).into_iter().flat_map(|list| list.split(','));
        for number in numbers {
            let digits = if from_the_end { number.strip_prefix(['+', '-']).unwrap_or(number) } else { number };
            if !is_number(digits, min, max) {
                return Err(malformed(format!("{part} has a number that does not fit")));
            }
        }
    }
    let fits = match frequency {
        "DAILY" | "MONTHLY" => value("BYYEARDAY").is_none() && value("BYWEEKNO").is_none(),
        "WEEKLY" => ["BYYEARDAY", "BYWEEKNO", "BYMONTHDAY"].iter().all(|part| value(part).is_none()),
        _ => true,
    };
    if !fits {
        return Err(malformed("a part that does not go with FREQ"));
    }
    let chosen_from = PARTS.iter().filter(|part| part.starts_with("BY") && **part != "BYSETPOS");
    if value("BYSETPOS").is_some() && chosen_from.copied().all(|part| value(part).is_none()) {
        return Err(malformed("BYSETPOS has nothing to choose from"));
    }
    if value("WKST").is_some_and(|day| !WEEKDAYS.contains(&day)) {
        return Err(malformed("WKST names a day that no week has"));
    }
    let listed = |part| value(part).map_or(1, |list| list.split(',').count());
    if listed("BYHOUR") * listed("BYMINUTE") > Recurrence::MAX_A_DAY {
        return Err(RecurrenceError::TooOften);
    }
    let numbered = matches!(frequency, "MONTHLY" | "YEARLY") && value("BYWEEKNO").is_none();
    for day in value("BYDAY").into_iter().flat_map(|days| days.split(',')) {
        check_day(day, numbered)?;
    }
    Ok(())
}

/// Checks a part of `BYDAY`: a day of the week, with a number before it where `numbered` allows one.
fn check_day(day: &str, numbered: bool) -> Result<(), RecurrenceError> {
    let (number, weekday) = day.split_at(day.len().saturating_sub(2));
    if !WEEKDAYS.contains(&weekday) {
        return Err(malformed("BYDAY names a day that no week has"));
    }
    if number.is_empty() {
        return Ok(());
    }
    let digits = number.strip_prefix(['+', '-']).unwrap_or(number);
    if numbered && is_number(digits, 1, 53) { Ok(()) } else { Err(malformed("BYDAY has a number that does not fit")) }
}

fn is_number(digits: &str, min: u16, max: u16) -> bool {
    digits.bytes().all(|b| b.is_ascii_digit()) && digits.parse().is_ok_and(|number| (min..=max).contains(&number))
}

/// Reads `UNTIL`, which is in UTC where the start has a time zone.
fn parse_until(text: &str) -> Result<DateTime<Utc>, RecurrenceError> {
    let form = text.bytes().enumerate().all(|(at, byte)| match at {
        8 => byte == b'T',
        15 => byte == b'Z',
        _ => byte.is_ascii_digit(),
    });
    let time = NaiveDateTime::parse_from_str(text, "%Y%m%dT%H%M%SZ").ok().filter(|_| form && text.len() == 16);
    time.map(|time| time.and_utc()).ok_or_else(|| malformed("UNTIL must be in UTC, such as 20270131T120000Z"))
}

#[cfg(test)]
#[path = "recurrence_tests.rs"]
mod tests;
