//! Rules and the starts that they make, around the changes of clocks and elsewhere.

use chrono::{Datelike, NaiveDate, NaiveTime, TimeZone as _};
use proptest::prelude::*;

use super::*;

fn utc(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

fn zone(name: &str) -> TimeZone {
    TimeZone::parse(name).unwrap()
}

fn recurrence(rule: &str, name: &str, start: &str) -> Recurrence {
    Recurrence::parse(rule, zone(name), utc(start)).unwrap_or_else(|error| panic!("{rule} {name} {start}: {error}"))
}

/// The first starts, as `2027-03-28T01:30`.
fn starts(recurrence: &Recurrence, count: usize) -> Vec<String> {
    let starts = recurrence.occurrences(recurrence.start(), count);
    starts.iter().map(|start| start.format("%Y-%m-%dT%H:%M").to_string()).collect()
}

fn refused(rule: &str) -> RecurrenceError {
    // A Friday.
    Recurrence::parse(rule, TimeZone::UTC, utc("2026-11-20T09:00:00Z")).expect_err(rule)
}

#[test]
fn clocks_go_on_showing_the_same_time() {
    for (rule, name, expected) in [
        // Clocks go forward at 02:00 on 28 March.
        ("FREQ=WEEKLY", "Europe/Berlin", ["2027-03-22T08:00", "2027-03-29T07:00", "2027-04-05T07:00"]),
        ("FREQ=DAILY", "Europe/Berlin", ["2027-03-27T01:30", "2027-03-28T01:30", "2027-03-29T00:30"]),
        // They go back at 03:00 on 31 October.
        ("FREQ=DAILY", "Europe/Berlin", ["2027-10-30T00:30", "2027-10-31T00:30", "2027-11-01T01:30"]),
        ("FREQ=MONTHLY", "Europe/Berlin", ["2027-10-15T07:00", "2027-11-15T08:00", "2027-12-15T08:00"]),
        // Forward at 02:00 on 14 March, back at 02:00 on 7 November.
        ("FREQ=DAILY", "America/New_York", ["2027-03-13T07:30", "2027-03-14T07:30", "2027-03-15T06:30"]),
        ("FREQ=DAILY", "America/New_York", ["2027-11-06T05:30", "2027-11-07T05:30", "2027-11-08T06:30"]),
        ("FREQ=WEEKLY;INTERVAL=2", "America/New_York", ["2027-03-05T14:00", "2027-03-19T13:00", "2027-04-02T13:00"]),
        // By half an hour, and on the southern half: back at 02:00 on 4 April, forward at 02:00 on 3 October.
        ("FREQ=DAILY", "Australia/Lord_Howe", ["2027-04-02T14:45", "2027-04-03T14:45", "2027-04-04T15:15"]),
        ("FREQ=DAILY", "Australia/Lord_Howe", ["2027-10-01T15:45", "2027-10-02T15:45", "2027-10-03T15:15"]),
        ("FREQ=WEEKLY", "Australia/Lord_Howe", ["2027-09-27T22:00", "2027-10-04T21:30", "2027-10-11T21:30"]),
        // Nothing ever changes.
        ("FREQ=DAILY", "UTC", ["2027-03-27T02:30", "2027-03-28T02:30", "2027-03-29T02:30"]),
        ("FREQ=DAILY", "Asia/Shanghai", ["2027-03-27T02:30", "2027-03-28T02:30", "2027-03-29T02:30"]),
    ] {
        let start = format!("{}:00Z", expected[0]);
        let recurrence = recurrence(rule, name, &start);
        assert_eq!(starts(&recurrence, 3), expected, "{rule} {name} {start}");
    }
}

#[test]
fn the_second_of_two_equal_times_is_kept_where_the_start_is_that_one() {
    // 02:30 in winter time, an hour after the first 02:30.
    let recurrence = recurrence("FREQ=DAILY", "Europe/Berlin", "2027-10-31T01:30:00Z");
    assert_eq!(starts(&recurrence, 2), ["2027-10-31T01:30", "2027-11-01T01:30"]);
    let later = recurrence.occurrences(utc("2027-10-30T00:00:00Z"), 1);
    assert_eq!(later, [recurrence.start()], "nothing comes before the start");
}

#[test]
fn times_that_a_change_puts_together_are_told_once_and_in_order() {
    // On 28 March there is neither 02:15 nor 02:45: they become 03:15 and 03:45, which are there already.
    let twice = recurrence("FREQ=DAILY;BYHOUR=2,3;BYMINUTE=15,45", "Europe/Berlin", "2027-03-27T01:15:00Z");
    let told = twice.occurrences(utc("2027-03-28T00:00:00Z"), 4);
    let expected = ["2027-03-28T01:15", "2027-03-28T01:45", "2027-03-29T00:15", "2027-03-29T00:45"];
    assert_eq!(told.iter().map(|at| at.format("%Y-%m-%dT%H:%M").to_string()).collect::<Vec<_>>(), expected);
    // 02:45 becomes 03:45, which is later than 03:00.
    let swapped = recurrence("FREQ=DAILY;BYHOUR=2,3;BYMINUTE=0,45", "Europe/Berlin", "2027-03-27T01:00:00Z");
    let told = swapped.occurrences(utc("2027-03-28T00:00:00Z"), 1_000);
    assert!(told.is_sorted());
    assert_eq!(told[..2], [utc("2027-03-28T01:00:00Z"), utc("2027-03-28T01:45:00Z")]);
    for count in 1..10 {
        assert_eq!(swapped.occurrences(utc("2027-03-28T00:00:00Z"), count), told[..count]);
    }
}

#[test]
fn a_day_that_a_place_leaves_out_moves_to_the_next() {
    let daily = recurrence("FREQ=DAILY", "Pacific/Apia", "2011-12-28T20:00:00Z");
    assert_eq!(starts(&daily, 3), ["2011-12-28T20:00", "2011-12-29T20:00", "2011-12-30T20:00"]);
}

#[test]
fn rules_mean_what_rfc_5545_says() {
    let start = "2026-11-20T09:00:00Z";
    for (rule, expected) in [
        ("FREQ=DAILY;COUNT=2", vec!["2026-11-20T09:00", "2026-11-21T09:00"]),
        ("FREQ=DAILY;UNTIL=20261121T090000Z", vec!["2026-11-20T09:00", "2026-11-21T09:00"]),
        ("FREQ=DAILY;UNTIL=20261121T085959Z", vec!["2026-11-20T09:00"]),
        ("FREQ=WEEKLY;BYDAY=MO,FR;COUNT=3", vec!["2026-11-20T09:00", "2026-11-23T09:00", "2026-11-27T09:00"]),
        ("FREQ=WEEKLY;INTERVAL=2;WKST=SU;BYDAY=FR", vec!["2026-11-20T09:00", "2026-12-04T09:00", "2026-12-18T09:00"]),
        ("FREQ=MONTHLY;BYDAY=3FR", vec!["2026-11-20T09:00", "2026-12-18T09:00", "2027-01-15T09:00"]),
        ("FREQ=MONTHLY;BYDAY=+3FR;COUNT=1", vec!["2026-11-20T09:00"]),
        ("FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=15", vec!["2026-11-20T09:00", "2026-12-21T09:00"]),
        ("FREQ=MONTHLY;BYMONTHDAY=20,-1", vec!["2026-11-20T09:00", "2026-11-30T09:00", "2026-12-20T09:00"]),
        ("FREQ=YEARLY", vec!["2026-11-20T09:00", "2027-11-20T09:00", "2028-11-20T09:00"]),
        ("FREQ=YEARLY;BYWEEKNO=47;BYDAY=FR", vec!["2026-11-20T09:00", "2027-11-26T09:00"]),
        ("FREQ=YEARLY;BYYEARDAY=324", vec!["2026-11-20T09:00", "2027-11-20T09:00", "2028-11-19T09:00"]),
        ("FREQ=YEARLY;BYMONTH=11;BYDAY=-2FR", vec!["2026-11-20T09:00", "2027-11-19T09:00"]),
        ("FREQ=DAILY;BYHOUR=9,15", vec!["2026-11-20T09:00", "2026-11-20T15:00", "2026-11-21T09:00"]),
        ("FREQ=DAILY;BYHOUR=9;BYMINUTE=0,30", vec!["2026-11-20T09:00", "2026-11-20T09:30", "2026-11-21T09:00"]),
    ] {
        let recurrence = recurrence(rule, "UTC", start);
        let told = starts(&recurrence, expected.len() + usize::from(rule.contains("COUNT") || rule.contains("UNTIL")));
        assert_eq!(told, expected, "{rule}");
    }
}

#[test]
fn the_end_of_a_rule_is_an_instant_whatever_clocks_show() {
    // 09:00 in Berlin is 07:00 UTC in summer, 08:00 in winter.
    let recurrence = recurrence("FREQ=DAILY;UNTIL=20271031T073000Z", "Europe/Berlin", "2027-10-29T07:00:00Z");
    assert_eq!(starts(&recurrence, 9), ["2027-10-29T07:00", "2027-10-30T07:00"]);
    assert_eq!(recurrence.horizon(), utc("2027-10-31T07:30:00Z"));
    assert!(recurrence.occurrences(utc("2027-10-30T07:00:01Z"), 9).is_empty());
}

#[test]
fn a_rule_is_kept_in_one_form() {
    for (written, kept) in [
        (" rrule:byday=mo,fr;freq=weekly; ", "FREQ=WEEKLY;BYDAY=MO,FR"),
        ("WKST=MO;COUNT=3;FREQ=DAILY", "FREQ=DAILY;COUNT=3;WKST=MO"),
        ("FREQ=DAILY;UNTIL=20270101T000000Z;INTERVAL=1", "FREQ=DAILY;UNTIL=20270101T000000Z;INTERVAL=1"),
    ] {
        let recurrence = recurrence(written, "Europe/Berlin", "2026-11-20T09:00:00Z");
        assert_eq!(recurrence.rule(), kept);
        let (zone, start) = (recurrence.time_zone(), recurrence.start());
        assert_eq!(Recurrence::restore(kept, zone, start).as_ref(), Ok(&recurrence));
        assert_eq!(zone.as_str(), "Europe/Berlin");
    }
}

#[test]
fn what_is_no_rule_is_refused() {
    use RecurrenceError as E;
    let malformed = |error: &E| matches!(error, E::Malformed(_));
    for bad in [
        "weekly",
        "FREQ",
        "FREQ=",
        "=DAILY",
        ";",
        "FREQ=DAILY;;COUNT=2",
        "FREQ=DAILY;FREQ=WEEKLY",
        "FREQ=FORTNIGHTLY",
        "COUNT=2",
        "FREQ=DAILY;COUNT=2;UNTIL=20270101T000000Z",
        "FREQ=DAILY;UNTIL=20270101",
        "FREQ=DAILY;UNTIL=20270101T000000",
        "FREQ=DAILY;UNTIL=20271301T000000Z",
        "FREQ=DAILY;UNTIL=2027-01-01T000000Z",
        "FREQ=DAILY;UNTIL=+2027101T000000Z",
        "FREQ=WEEKLY;BYDAY=XX",
        "FREQ=WEEKLY;BYDAY=FR,",
        "FREQ=WEEKLY;BYDAY=F",
        "FREQ=WEEKLY;BYDAY=3FR",
        "FREQ=MONTHLY;BYDAY=0FR",
        "FREQ=MONTHLY;BYDAY=9FR",
        "FREQ=MONTHLY;BYDAY=AFR",
        "FREQ=MONTHLY;BYDAY=+-1FR",
        "FREQ=YEARLY;BYWEEKNO=47;BYDAY=3FR",
        "FREQ=WEEKLY;BYMONTHDAY=20",
        "FREQ=MONTHLY;BYMONTHDAY=32",
        "FREQ=MONTHLY;BYMONTHDAY=0",
        "FREQ=MONTHLY;BYYEARDAY=324",
        "FREQ=YEARLY;BYMONTH=13",
        "FREQ=MONTHLY;BYSETPOS=1",
        "FREQ=DAILY;BYHOUR=24",
        "FREQ=DAILY\r\nATTENDEE=x",
        "FREQ=DAILY;BYDAY=ＭＯ",
        "FREQ=DAILY:",
    ] {
        let error = refused(bad);
        assert!(malformed(&error), "{bad:?}: {error:?}");
        assert_eq!(error.code(), "malformed");
    }
    for (bad, error) in [
        ("", E::Empty),
        (" \n ", E::Empty),
        ("FREQ=HOURLY", E::Unsupported("FREQ=HOURLY".into())),
        ("freq=minutely", E::Unsupported("FREQ=MINUTELY".into())),
        ("FREQ=SECONDLY;COUNT=2", E::Unsupported("FREQ=SECONDLY".into())),
        ("FREQ=DAILY;BYSECOND=0,30", E::Unsupported("BYSECOND".into())),
        ("FREQ=YEARLY;BYEASTER=1", E::Unsupported("BYEASTER".into())),
        ("FREQ=DAILY;COUNT=0", E::OutOfRange { part: "COUNT", max: 1_000 }),
        ("FREQ=DAILY;COUNT=1001", E::OutOfRange { part: "COUNT", max: 1_000 }),
        ("FREQ=DAILY;COUNT=+1", E::OutOfRange { part: "COUNT", max: 1_000 }),
        ("FREQ=DAILY;COUNT=99999999999999999999", E::OutOfRange { part: "COUNT", max: 1_000 }),
        ("FREQ=DAILY;INTERVAL=0", E::OutOfRange { part: "INTERVAL", max: 1_000 }),
        ("FREQ=DAILY;INTERVAL=1001", E::OutOfRange { part: "INTERVAL", max: 1_000 }),
        ("FREQ=DAILY;BYHOUR=9,10,11;BYMINUTE=0,15,30", E::TooOften),
        ("FREQ=DAILY;BYHOUR=0,1,2,3,4,5,6,7,9", E::TooOften),
        ("FREQ=DAILY;UNTIL=20261120T085959Z", E::EndsBeforeStart),
        ("FREQ=WEEKLY;BYDAY=MO", E::StartNotInRule),
        ("FREQ=DAILY;BYHOUR=10", E::StartNotInRule),
        ("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30", E::StartNotInRule),
    ] {
        assert_eq!(refused(bad), error, "{bad:?}");
        assert!(!error.code().is_empty() && !error.to_string().is_empty());
    }
    let longest = format!("FREQ=WEEKLY;BYDAY={}FR", "FR,".repeat(326));
    assert!(longest.len() <= Recurrence::MAX);
    assert!(Recurrence::parse(&longest, TimeZone::UTC, utc("2026-11-20T09:00:00Z")).is_ok());
    assert_eq!(refused(&format!("{longest},FR,FR,FR,FR,FR,FR")), E::TooLong);
    assert_eq!(refused(&"é".repeat(10_000_000)), E::TooLong);
    for start in [DateTime::<Utc>::MIN_UTC, DateTime::<Utc>::MAX_UTC, utc("1969-12-31T23:59:59Z")] {
        assert_eq!(Recurrence::parse("FREQ=DAILY", TimeZone::UTC, start), Err(E::StartNotInRule));
    }
}

#[test]
fn a_stored_rule_is_readable_after_the_clocks_of_its_place_were_changed() {
    // It was in the rule when it was stored; now it is not, as after a change of the law.
    let (rule, start) = ("FREQ=WEEKLY;BYDAY=MO", utc("2026-11-20T09:00:00Z"));
    let restored = Recurrence::restore(rule, TimeZone::UTC, start).unwrap();
    assert_eq!(starts(&restored, 3), ["2026-11-20T09:00", "2026-11-23T09:00", "2026-11-30T09:00"]);
    assert!(Recurrence::restore("FREQ=OFTEN", TimeZone::UTC, start).is_err());
    let out_of_range = Recurrence::restore(rule, TimeZone::UTC, DateTime::<Utc>::MAX_UTC).unwrap();
    assert_eq!(out_of_range.occurrences(start, 3), [DateTime::<Utc>::MAX_UTC]);
}

#[test]
fn nothing_is_told_without_end() {
    let daily = recurrence("FREQ=DAILY", "Europe/Berlin", "2026-11-20T09:00:00Z");
    assert_eq!(daily.occurrences(daily.start(), usize::MAX).len(), Recurrence::MAX_OCCURRENCES);
    assert!(daily.occurrences(daily.start(), 0).is_empty());
    let late = daily.occurrences(utc("2046-11-15T00:00:00Z"), 100);
    assert_eq!(late.last().map(|at| at.year()), Some(2046));
    assert!(late.len() < 10 && late.iter().all(|at| *at <= daily.horizon()), "{late:?}");
    assert!(daily.occurrences(utc("9999-01-01T00:00:00Z"), 100).is_empty());
    let last = Recurrence::parse("FREQ=YEARLY", TimeZone::UTC, utc("9999-11-20T09:00:00Z")).unwrap();
    assert!(!last.occurrences(last.start(), 3).is_empty());
}

#[test]
fn parts_of_a_second_are_kept() {
    let start = utc("2027-03-27T01:30:00.123456Z");
    let daily = Recurrence::parse("FREQ=DAILY", zone("Europe/Berlin"), start).unwrap();
    let expected = ["2027-03-27T01:30:00.123456Z", "2027-03-28T01:30:00.123456Z", "2027-03-29T00:30:00.123456Z"];
    assert_eq!(daily.occurrences(start, 3), expected.map(utc));
}

const ZONES: [&str; 4] = ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "UTC"];

/// A minute of the years 2020 to 2039 as clocks show it in one of the zones, where they do.
fn start_in_a_zone() -> impl Strategy<Value = (chrono_tz::Tz, DateTime<Utc>)> {
    let day = NaiveDate::from_ymd_opt(2020, 1, 1).unwrap();
    let minute = prop_oneof![0..24_u32 * 60, 60..240_u32];
    (0..ZONES.len(), 0..7_300_u64, minute).prop_filter_map("clocks do not show it", move |(nth, days, minute)| {
        let zone: chrono_tz::Tz = ZONES[nth].parse().unwrap();
        let time = NaiveTime::from_num_seconds_from_midnight_opt(minute * 60, 0).unwrap();
        let local = (day + chrono::Days::new(days)).and_time(time);
        zone.from_local_datetime(&local).earliest().map(|at| (zone, at.to_utc()))
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    /// Each start is the wanted number of days after the one before, and at the time of day of the first, unless clocks
    /// leave that out: then it is after the change, by no more than the change.
    #[test]
    fn days_follow_each_other_at_the_same_time_of_day((tz, start) in start_in_a_zone(), interval in 1..40_i64) {
        let rule = format!("FREQ=DAILY;INTERVAL={interval}");
        let recurrence = Recurrence::parse(&rule, zone(tz.name()), start).unwrap();
        let first = start.with_timezone(&tz).naive_local();
        let told = recurrence.occurrences(start, 400);
        let next = told[told.len() - 1] + TimeDelta::days(interval) + TimeDelta::hours(1);
        prop_assert!(told.len() == 400 || next > recurrence.horizon(), "{} of {:?}", told.len(), recurrence);
        prop_assert!(told.is_sorted_by(|a, b| a < b));
        for (nth, at) in (0..).zip(&told) {
            let wanted = first + TimeDelta::days(interval * nth);
            let shown = at.with_timezone(&tz).naive_local();
            match tz.from_local_datetime(&wanted) {
                chrono::LocalResult::None => {
                    let shift = shown - wanted;
                    prop_assert!(shift > TimeDelta::zero() && shift <= TimeDelta::hours(1), "{wanted} became {shown}");
                    // The same as one who does not change their clock would come.
                    let day_before = told[usize::try_from(nth).unwrap() - 1];
                    prop_assert_eq!(*at - day_before, TimeDelta::days(interval));
                }
                chrono::LocalResult::Single(expected) => prop_assert_eq!(expected.to_utc(), *at),
                chrono::LocalResult::Ambiguous(earlier, _) => prop_assert_eq!(earlier.to_utc(), *at),
            }
        }
    }

    /// Whatever is asked for is a part of the whole.
    #[test]
    fn a_part_is_what_the_whole_has_there(
        (tz, start) in start_in_a_zone(),
        rule in prop_oneof![
            Just("FREQ=WEEKLY"), Just("FREQ=MONTHLY"), Just("FREQ=YEARLY"), Just("FREQ=DAILY;COUNT=30"),
            Just("FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR,SA,SU"), Just("FREQ=DAILY;INTERVAL=3;COUNT=1"),
        ],
        skip in 0..60_i64,
        count in 0..20_usize,
    ) {
        let recurrence = Recurrence::parse(rule, zone(tz.name()), start).unwrap();
        let whole = recurrence.occurrences(start, 100);
        prop_assert_eq!(whole[0], start);
        let from = start + TimeDelta::days(skip);
        let expected: Vec<_> = whole.iter().copied().filter(|at| *at >= from).take(count).collect();
        // What is beyond the hundred first is not in the comparison.
        if whole.len() < 100 || expected.len() == count {
            prop_assert_eq!(recurrence.occurrences(from, count), expected);
        }
    }

    /// No text does harm, and what is accepted is kept as it is.
    #[test]
    fn any_text_is_refused_or_kept(
        text in prop_oneof![
            "[A-Z0-9=;,+-]{0,40}",
            "FREQ=(DAILY|WEEKLY|MONTHLY|YEARLY)(;(BYDAY=-?[0-9]?(MO|FR|SU)|BYMONTHDAY=-?[0-9]{1,2}|BYSETPOS=-?[0-9]{1,2}|\
             BYMONTH=[0-9]{1,2}|BYWEEKNO=-?[0-9]{1,2}|BYYEARDAY=-?[0-9]{1,3}|BYHOUR=[0-9]{1,2}|INTERVAL=[0-9]{1,4}|\
             COUNT=[0-9]{1,4}|UNTIL=20[0-9]{6}T[0-9]{6}Z|WKST=(MO|SU))){0,4}",
            ".{0,60}",
        ],
        (tz, start) in start_in_a_zone(),
    ) {
        if let Ok(recurrence) = Recurrence::restore(&text, zone(tz.name()), start) {
            let told = recurrence.occurrences(start, 20);
            prop_assert!(told.is_sorted_by(|a, b| a < b));
            prop_assert_eq!(told.first(), Some(&start));
            prop_assert!(told.iter().all(|at| *at <= recurrence.horizon().max(start)));
            let again = Recurrence::restore(recurrence.rule(), recurrence.time_zone(), start);
            prop_assert_eq!(again.as_ref(), Ok(&recurrence));
        }
    }
}

#[test]
fn what_is_asked_for_late_is_the_same_as_what_is_counted() {
    let start = utc("2027-03-22T08:00:00Z");
    for rule in [
        "FREQ=DAILY",
        "FREQ=DAILY;INTERVAL=3",
        "FREQ=DAILY;BYMONTH=3,4;BYHOUR=9,17",
        "FREQ=WEEKLY",
        "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,WE,SU",
        "FREQ=WEEKLY;INTERVAL=3;BYDAY=MO,WE,SU;WKST=SU",
        "FREQ=WEEKLY;BYDAY=MO,FR;BYSETPOS=-1,1",
        "FREQ=WEEKLY;INTERVAL=2;UNTIL=20340101T000000Z",
        "FREQ=DAILY;COUNT=900",
        "FREQ=MONTHLY;BYDAY=4MO",
    ] {
        let recurrence = recurrence(rule, "Europe/Berlin", "2027-03-22T08:00:00Z");
        let counted = recurrence.between(start, utc("2029-09-01T00:00:00Z"));
        assert!(counted.len() > 20, "{rule}");
        for days in (1..850).step_by(7) {
            let from = start + TimeDelta::days(days) + TimeDelta::hours(days % 24);
            let until = from + TimeDelta::days(30);
            let expected: Vec<_> = counted.iter().filter(|at| **at >= from && **at < until).copied().collect();
            assert_eq!(recurrence.between(from, until), expected, "{rule} from {from}");
            if let Some(first) = expected.first() {
                assert_eq!(recurrence.occurrences(from, 1), [*first], "{rule} from {from}");
            }
        }
    }
}
