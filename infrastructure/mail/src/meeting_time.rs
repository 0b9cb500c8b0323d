//! What letters about meetings have in common in every language.

use application_meeting::MailedMeeting;
use chrono::NaiveDateTime;
use domain_meeting::TimeZone;

/// Where the links of a letter lead.
pub(crate) struct Links {
    /// The meeting.
    pub meeting: String,
    /// To accept and to decline, for who may answer.
    pub answers: Option<(String, String)>,
}

/// A start as clocks of the meeting's time zone show it, with the name of the zone.
pub(crate) fn start(meeting: &MailedMeeting) -> Option<(NaiveDateTime, &'static str)> {
    let at = meeting.starts_at?;
    let zone = if meeting.time_zone == TimeZone::UTC { "UTC" } else { meeting.time_zone.as_str() };
    Some((meeting.time_zone.local(at), zone))
}
