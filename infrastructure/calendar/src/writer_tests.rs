//! What files say, to people who look into them and to a reader that was written by others.

use application_meeting::CalendarAttendee;
use domain_meeting::{MeetingCode, Recurrence, TimeZone};
use domain_shared::MeetingId;
use icalendar::{
    Calendar, CalendarComponent, Component as _,
    parser::{read_calendar, unfold},
};
use insta::assert_snapshot;
use proptest::prelude::*;
use uuid::Uuid;

use super::*;

fn utc(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

fn writer() -> ICalendarWriter {
    ICalendarWriter::new("https://meet.example.org/", "meet@example.org").unwrap()
}

fn entry() -> CalendarEntry {
    CalendarEntry {
        meeting_id: MeetingId::from_uuid(Uuid::from_u128(7)),
        sequence: 3,
        written_at: utc("2026-11-20T14:35:07Z"),
        start: utc("2027-03-22T08:00:00Z"),
        end: utc("2027-03-22T09:30:00Z"),
        time_zone: TimeZone::UTC,
        recurrence: None,
        excluded: Vec::new(),
        title: "Weekly; planning, 会议".to_owned(),
        description: Some("What we do\nnext week.".to_owned()),
        code: MeetingCode::parse("abc-defg-hij").unwrap(),
        host_name: "Ann \"A\" 王".to_owned(),
        attendees: vec![
            CalendarAttendee { name: String::new(), email: "bob@example.com".to_owned(), accepted: None },
            CalendarAttendee { name: "Eve".to_owned(), email: "e{v}e@example.com".to_owned(), accepted: Some(true) },
        ],
    }
}

fn weekly_in_berlin() -> CalendarEntry {
    let zone = TimeZone::parse("Europe/Berlin").unwrap();
    let rule = "FREQ=WEEKLY;BYDAY=MO;UNTIL=20270405T070000Z";
    let entry = entry();
    let recurrence = Some(Recurrence::parse(rule, zone, entry.start).unwrap());
    CalendarEntry { time_zone: zone, recurrence, ..entry }
}

/// The event, as the other reader sees it.
fn read(file: &str) -> icalendar::Event {
    let calendar: Calendar = file.parse().unwrap_or_else(|error| panic!("{error}: {file}"));
    let mut events = calendar.components.into_iter().filter_map(|component| match component {
        CalendarComponent::Event(event) => Some(event),
        _ => None,
    });
    let event = events.next().unwrap_or_else(|| panic!("no event in {file}"));
    assert!(events.next().is_none(), "{file}");
    event
}

#[test]
fn an_invitation() {
    let file = writer().write(CalendarMethod::Request, &entry());
    assert_snapshot!(file.replace("\r\n", "\n"), @r#"
    BEGIN:VCALENDAR
    VERSION:2.0
    PRODID:-//Open Meeting//Open Meeting//EN
    CALSCALE:GREGORIAN
    METHOD:REQUEST
    BEGIN:VEVENT
    UID:00000000-0000-0000-0000-000000000007
    DTSTAMP:20261120T143507Z
    SEQUENCE:3
    STATUS:CONFIRMED
    DTSTART:20270322T080000Z
    DTEND:20270322T093000Z
    SUMMARY:Weekly\; planning\, 会议
    DESCRIPTION:What we do\nnext week.
    LOCATION:https://meet.example.org/m/abc-defg-hij
    URL:https://meet.example.org/m/abc-defg-hij
    ORGANIZER;CN="Ann 'A' 王":mailto:meet@example.org
    ATTENDEE;CUTYPE=INDIVIDUAL;ROLE=REQ-PARTICIPANT;PARTSTAT=NEEDS-ACTION;RSVP=
     FALSE;CN="bob@example.com":mailto:bob@example.com
    ATTENDEE;CUTYPE=INDIVIDUAL;ROLE=REQ-PARTICIPANT;PARTSTAT=ACCEPTED;RSVP=FALS
     E;CN="Eve":mailto:e%7Bv%7De@example.com
    END:VEVENT
    END:VCALENDAR
    "#);
    assert!(file.lines().count() == file.matches("\r\n").count(), "every line ends by CRLF");
}

#[test]
fn what_recurs_goes_by_the_clocks_of_its_place() {
    let file = writer().write(CalendarMethod::Publish, &weekly_in_berlin());
    assert_snapshot!(file.replace("\r\n", "\n"), @r#"
    BEGIN:VCALENDAR
    VERSION:2.0
    PRODID:-//Open Meeting//Open Meeting//EN
    CALSCALE:GREGORIAN
    METHOD:PUBLISH
    BEGIN:VTIMEZONE
    TZID:Europe/Berlin
    BEGIN:STANDARD
    DTSTART:20270321T090000
    TZOFFSETFROM:+0100
    TZOFFSETTO:+0100
    END:STANDARD
    BEGIN:DAYLIGHT
    DTSTART:20270328T020000
    TZOFFSETFROM:+0100
    TZOFFSETTO:+0200
    END:DAYLIGHT
    END:VTIMEZONE
    BEGIN:VEVENT
    UID:00000000-0000-0000-0000-000000000007
    DTSTAMP:20261120T143507Z
    SEQUENCE:3
    STATUS:CONFIRMED
    DTSTART;TZID=Europe/Berlin:20270322T090000
    DTEND;TZID=Europe/Berlin:20270322T103000
    RRULE:FREQ=WEEKLY;UNTIL=20270405T070000Z;BYDAY=MO
    SUMMARY:Weekly\; planning\, 会议
    DESCRIPTION:What we do\nnext week.
    LOCATION:https://meet.example.org/m/abc-defg-hij
    URL:https://meet.example.org/m/abc-defg-hij
    ORGANIZER;CN="Ann 'A' 王":mailto:meet@example.org
    END:VEVENT
    END:VCALENDAR
    "#);
}

#[test]
fn what_was_called_off_is_told_by_the_clocks_of_the_place() {
    let excluded = vec![utc("2027-03-29T07:00:00Z"), utc("2027-04-05T07:00:00Z")];
    let file = writer().write(CalendarMethod::Publish, &CalendarEntry { excluded, ..weekly_in_berlin() });
    let lines: Vec<_> = file.lines().filter(|line| line.starts_with("EXDATE")).collect();
    assert_eq!(lines, ["EXDATE;TZID=Europe/Berlin:20270329T090000", "EXDATE;TZID=Europe/Berlin:20270405T090000"]);
    let entry = entry();
    let recurrence = Recurrence::parse("FREQ=DAILY", TimeZone::UTC, entry.start).ok();
    let excluded = vec![utc("2027-03-23T08:00:00Z")];
    let file = writer().write(CalendarMethod::Publish, &CalendarEntry { recurrence, excluded, ..entry });
    assert!(file.contains("\r\nEXDATE:20270323T080000Z\r\n"), "{file}");
}

#[test]
fn another_reader_finds_what_was_written() {
    for (method, name, status) in [
        (CalendarMethod::Publish, "PUBLISH", "CONFIRMED"),
        (CalendarMethod::Request, "REQUEST", "CONFIRMED"),
        (CalendarMethod::Cancel, "CANCEL", "CANCELLED"),
    ] {
        let file = writer().write(method, &weekly_in_berlin());
        let event = read(&file);
        assert_eq!(event.get_summary(), Some("Weekly; planning, 会议"));
        assert_eq!(event.get_description(), Some("What we do\nnext week."));
        assert_eq!(event.get_uid(), Some("00000000-0000-0000-0000-000000000007"));
        assert_eq!(event.property_value("STATUS"), Some(status));
        assert_eq!(event.property_value("RRULE"), Some("FREQ=WEEKLY;UNTIL=20270405T070000Z;BYDAY=MO"));
        assert_eq!(event.property_value("DTSTART"), Some("20270322T090000"));
        let unfolded = unfold(&file);
        let calendar = read_calendar(&unfolded).unwrap();
        let told = calendar.properties.iter().find(|property| property.name == "METHOD").unwrap();
        assert_eq!(told.val.as_str(), name);
        let names: Vec<_> = calendar.components.iter().map(|component| component.name.as_str()).collect();
        assert_eq!(names, ["VTIMEZONE", "VEVENT"]);
    }
}

#[test]
fn what_recurs_in_utc_needs_no_time_zone() {
    let entry = entry();
    let recurrence = Recurrence::parse("FREQ=DAILY", TimeZone::UTC, entry.start).ok();
    let file = writer().write(CalendarMethod::Publish, &CalendarEntry { recurrence, ..entry });
    assert!(!file.contains("TZID") && file.contains("\r\nDTSTART:20270322T080000Z\r\n"), "{file}");
    assert!(file.contains("\r\nRRULE:FREQ=DAILY\r\n"), "{file}");
}

#[test]
fn a_zone_is_told_as_long_as_something_recurs_in_it() {
    let entry = entry();
    let zone = TimeZone::parse("America/New_York").unwrap();
    let recurrence = Recurrence::parse("FREQ=DAILY", zone, entry.start).ok();
    let file = writer().write(CalendarMethod::Request, &CalendarEntry { recurrence, time_zone: zone, ..entry });
    assert_eq!(file.matches("BEGIN:DAYLIGHT").count(), 20 + 1);
    assert!(file.len() < 10_000, "{}", file.len());
}

#[test]
fn addresses_of_the_server_are_checked() {
    let with = |url: &str, organizer: &str| ICalendarWriter::new(url, organizer).err();
    assert_eq!(with("http://localhost:8080", "open-meeting@localhost"), None);
    for bad in ["", "meet.example.org", "ftp://x", "https://"] {
        assert_eq!(with(bad, "a@b"), Some(ICalendarWriterError::PublicUrl), "{bad}");
    }
    for bad in ["", "a", "@b", "a@", "a b@c", "a@b\r\nX:y", "ä@b"] {
        assert_eq!(with("https://x", bad), Some(ICalendarWriterError::Organizer), "{bad}");
    }
}

proptest! {
    /// Whatever people write, there is one event with the lines that it should have, and the texts come back.
    #[test]
    fn nobody_adds_lines_by_a_text(
        title in "\\PC{1,80}|(X|\\\\|;|,|:|\"|\\r\\n|\\n|BEGIN:VEVENT|END:VEVENT|ATTENDEE:mailto:eve@x|王){1,20}",
        description in ".{0,300}|(\\r\\n|\\n| |\\t|\\\\n|\\\\|X-EVIL:1|\\x00|\\x0b|\u{85}|\u{2028}){0,30}",
        name in "\\PC{0,64}|(\"|;|:|\\r\\n|\\^n|\\^'|,|X=1){0,20}",
        email in "[a-z!#$%&'*+/=?^_`{|}~-]{1,64}@example\\.com",
    ) {
        let attendees = vec![CalendarAttendee { name: name.clone(), email, accepted: None }];
        let entry = CalendarEntry {
            title: title.clone(), description: Some(description), host_name: name, attendees, ..weekly_in_berlin()
        };
        let file = writer().write(CalendarMethod::Request, &entry);
        let unfolded = file.replace("\r\n ", "");
        let names: Vec<&str> = unfolded.split("\r\n").map(|line| line.split([':', ';']).next().unwrap()).collect();
        let start = names.iter().position(|name| *name == "UID").unwrap();
        prop_assert_eq!(&names[start..], [
            "UID", "DTSTAMP", "SEQUENCE", "STATUS", "DTSTART", "DTEND", "RRULE", "SUMMARY", "DESCRIPTION", "LOCATION",
            "URL", "ORGANIZER", "ATTENDEE", "END", "END", "",
        ]);
        prop_assert!(file.split("\r\n").all(|line| line.len() <= 75 && !line.contains(['\n', '\r'])));
        let event = read(&file);
        prop_assert_eq!(event.get_uid(), Some("00000000-0000-0000-0000-000000000007"));
        prop_assert!(event.property_value("X-EVIL").is_none());
    }
}
