//! When a meeting takes place next, and how calendars and mails show it.

use chrono::{DateTime, TimeDelta, Utc};
use domain_meeting::{Meeting, MeetingStatus, PlannedReminder, Recurrence, TimeZone};

use super::MailedMeeting;
use crate::{CalendarAttendee, CalendarEntry};

/// How long a meeting lasts in calendars that has no planned end.
const USUAL_LENGTH: TimeDelta = TimeDelta::hours(1);

/// How a meeting recurs. Meetings take place once.
fn recurrence(_: &Meeting) -> Option<&Recurrence> {
    None
}

/// Whether it will not take place any more.
pub(super) fn is_over(meeting: &Meeting) -> bool {
    matches!(meeting.status(), MeetingStatus::Ended { .. } | MeetingStatus::Cancelled { .. })
}

/// The next planned start at or after `from`.
pub(super) fn next_start(meeting: &Meeting, from: DateTime<Utc>) -> Option<DateTime<Utc>> {
    match recurrence(meeting) {
        Some(recurrence) => recurrence.occurrences(from, 1).first().copied(),
        None => meeting.schedule().start().filter(|start| *start >= from),
    }
}

/// The next reminder of a meeting whose time has not come at `now`, of a start at or after `from`.
pub(super) fn next_reminder(meeting: &Meeting, from: DateTime<Utc>, now: DateTime<Utc>) -> Option<PlannedReminder> {
    if is_over(meeting) {
        return None;
    }
    let remindable = now.checked_add_signed(PlannedReminder::AHEAD + TimeDelta::microseconds(1))?;
    let start = next_start(meeting, from.max(remindable))?;
    PlannedReminder::plan(meeting.id(), start, now)
}

/// How mails tell of a meeting, and of that start of it.
pub(super) fn mailed(meeting: &Meeting, host_name: &str, starts_at: Option<DateTime<Utc>>) -> MailedMeeting {
    let recurrence = recurrence(meeting);
    MailedMeeting {
        title: meeting.title().as_str().to_owned(),
        code: meeting.code().clone(),
        host_name: host_name.to_owned(),
        starts_at,
        time_zone: recurrence.map_or(TimeZone::UTC, Recurrence::time_zone),
        recurs: recurrence.is_some(),
    }
}

/// How calendars show a meeting; nothing for one that has no planned start. `attendees` are those of whom the reader may
/// know.
#[must_use]
pub fn calendar_entry(
    meeting: &Meeting,
    host_name: &str,
    attendees: Vec<CalendarAttendee>,
    now: DateTime<Utc>,
) -> Option<CalendarEntry> {
    let start = meeting.schedule().start()?;
    let end = meeting.schedule().end().filter(|end| *end > start).unwrap_or(start + USUAL_LENGTH);
    let recurrence = recurrence(meeting).cloned();
    Some(CalendarEntry {
        meeting_id: meeting.id(),
        sequence: u32::try_from(meeting.version()).unwrap_or(u32::MAX),
        written_at: now,
        start,
        end,
        time_zone: recurrence.as_ref().map_or(TimeZone::UTC, Recurrence::time_zone),
        recurrence,
        title: meeting.title().as_str().to_owned(),
        description: meeting.description().map(|text| text.as_str().to_owned()),
        code: meeting.code().clone(),
        host_name: host_name.to_owned(),
        attendees,
    })
}
