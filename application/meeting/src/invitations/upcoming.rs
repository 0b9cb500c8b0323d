//! When a meeting takes place next, and how calendars and mails show it.

use chrono::{DateTime, TimeDelta, Utc};
use domain_meeting::{Meeting, MeetingStatus, PlannedReminder, TimeZone, USUAL_LENGTH};

use super::MailedMeeting;
use crate::{CalendarAttendee, CalendarEntry};

/// Whether it will not take place any more.
pub(super) fn is_over(meeting: &Meeting) -> bool {
    matches!(meeting.status(), MeetingStatus::Ended { .. } | MeetingStatus::Cancelled { .. })
}

/// The next planned start at or after `from`.
pub(super) fn next_start(meeting: &Meeting, from: DateTime<Utc>) -> Option<DateTime<Utc>> {
    meeting.schedule().next_start(from)
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
    let schedule = meeting.schedule();
    MailedMeeting {
        title: meeting.title().as_str().to_owned(),
        code: meeting.code().clone(),
        host_name: host_name.to_owned(),
        starts_at,
        time_zone: schedule.time_zone().unwrap_or(TimeZone::UTC),
        recurs: schedule.series().is_some(),
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
    let schedule = meeting.schedule();
    let series = schedule.series();
    // The file tells of the whole series, whichever time of it is the next.
    let start = series.map_or_else(|| schedule.start(), |series| Some(series.recurrence().start()))?;
    let end = start.checked_add_signed(schedule.length().unwrap_or(USUAL_LENGTH))?;
    Some(CalendarEntry {
        meeting_id: meeting.id(),
        sequence: u32::try_from(meeting.version()).unwrap_or(u32::MAX),
        written_at: now,
        start,
        end,
        time_zone: schedule.time_zone().unwrap_or(TimeZone::UTC),
        recurrence: series.map(|series| series.recurrence().clone()),
        excluded: series.map(|series| series.excluded().collect()).unwrap_or_default(),
        title: meeting.title().as_str().to_owned(),
        description: meeting.description().map(|text| text.as_str().to_owned()),
        code: meeting.code().clone(),
        host_name: host_name.to_owned(),
        attendees,
    })
}
