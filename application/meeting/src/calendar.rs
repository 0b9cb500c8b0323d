//! Meetings as entries of other calendars.

use chrono::{DateTime, Utc};
use domain_meeting::{MeetingCode, Recurrence, TimeZone};
use domain_shared::MeetingId;

/// What a calendar file is for (iTIP, RFC 5546, section 1.4).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CalendarMethod {
    /// To be put into any calendar, by whoever has it.
    Publish,
    /// Somebody is invited, or what they are invited to has changed.
    Request,
    /// It does not take place, or not with whoever gets this.
    Cancel,
}

/// Somebody who is invited.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CalendarAttendee {
    /// What they are called; the address when empty.
    pub name: String,
    /// Their e-mail address.
    pub email: String,
    /// Whether they have agreed to come; nothing while they have not answered.
    pub accepted: Option<bool>,
}

/// A meeting, as a calendar shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CalendarEntry {
    /// Names the entry, in all its versions.
    pub meeting_id: MeetingId,
    /// Counts its versions: of two, calendars keep the higher.
    pub sequence: u32,
    /// When this version was written.
    pub written_at: DateTime<Utc>,
    /// When the meeting starts; the first time, when it recurs.
    pub start: DateTime<Utc>,
    /// When it ends, after the start.
    pub end: DateTime<Utc>,
    /// The time zone whose clocks it goes by, if it recurs.
    pub time_zone: TimeZone,
    /// How it recurs, from the start on.
    pub recurrence: Option<Recurrence>,
    /// The starts that were called off, of one that recurs.
    pub excluded: Vec<DateTime<Utc>>,
    /// What it is called.
    pub title: String,
    /// What it is about.
    pub description: Option<String>,
    /// Its code, for the link to it.
    pub code: MeetingCode,
    /// What its host is called.
    pub host_name: String,
    /// Who is invited, as far as the reader may know. Left out when published.
    pub attendees: Vec<CalendarAttendee>,
}

/// Writes calendar files.
pub trait CalendarWriter: Send + Sync {
    /// The entry as a file of iCalendar (RFC 5545) in UTF-8, lines ended by CRLF. Whatever the texts hold, they are texts
    /// in it and nothing else.
    fn write(&self, method: CalendarMethod, entry: &CalendarEntry) -> String;
}
