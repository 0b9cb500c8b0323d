//! Invitations as they are shown.

use chrono::{DateTime, Utc};
use domain_meeting::{Invitation, InvitationStatusKind, Meeting, MeetingStatusKind};
use domain_shared::InvitationId;

use super::Person;

/// An invitation, as the host sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvitationView {
    /// Its identifier.
    pub id: InvitationId,
    /// The address, where the host has given one.
    pub email: Option<String>,
    /// The username, where the host has given one.
    pub username: Option<String>,
    /// What that user is called.
    pub name: Option<String>,
    /// Its state.
    pub status: InvitationStatusKind,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it was answered.
    pub answered_at: Option<DateTime<Utc>>,
}

impl InvitationView {
    /// The view of an invitation. Whether an address belongs to an account is not told; `person` is who is asked by name.
    #[must_use]
    pub fn of(invitation: &Invitation, person: Option<&Person>) -> Self {
        let email = invitation.invitee().email().map(|email| email.as_str().to_owned());
        let person = person.filter(|_| email.is_none());
        Self {
            id: invitation.id(),
            email,
            username: person.map(|person| person.username.clone()),
            name: person.map(|person| person.name.clone()),
            status: invitation.status().kind(),
            created_at: invitation.created_at(),
            answered_at: invitation.status().answered().map(|(_, at)| at),
        }
    }
}

/// What somebody is invited to, as whoever has the token sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvitedTo {
    /// The state of the invitation.
    pub status: InvitationStatusKind,
    /// The meeting's code, for the link to it.
    pub meeting_code: String,
    /// The meeting's state.
    pub meeting_status: MeetingStatusKind,
    /// What the meeting is called.
    pub title: String,
    /// What it is about.
    pub description: Option<String>,
    /// When it is planned to start.
    pub start_time: Option<DateTime<Utc>>,
    /// When it is planned to end.
    pub end_time: Option<DateTime<Utc>>,
    /// What the host is called; empty when the account is gone.
    pub host_name: String,
}

impl InvitedTo {
    pub(super) fn of(invitation: &Invitation, meeting: &Meeting, host: Option<Person>) -> Self {
        Self {
            status: invitation.status().kind(),
            meeting_code: meeting.code().to_string(),
            meeting_status: meeting.status().kind(),
            title: meeting.title().as_str().to_owned(),
            description: meeting.description().map(|text| text.as_str().to_owned()),
            start_time: meeting.schedule().start(),
            end_time: meeting.schedule().end(),
            host_name: host.map(|host| host.name).unwrap_or_default(),
        }
    }
}
