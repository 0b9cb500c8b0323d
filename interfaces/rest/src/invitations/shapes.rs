//! What the operations of invitations take and answer with.

use application_meeting::{
    InvitationView, InvitedTo as InvitedToView, MAX_INVITEES, OwnInvitation as OwnInvitationView,
};
use chrono::{DateTime, Utc};
use domain_meeting::{InvitationAnswer as AnswerKind, InvitationStatusKind};
use poem_openapi::{Enum, Object};
use serde::Serialize;
use uuid::Uuid;

use crate::{
    json::{Fields, FromFields},
    meetings::MeetingStatus,
};

/// Who is to be invited.
#[derive(Debug, Object)]
pub struct InviteRequest {
    /// E-mail addresses and usernames.
    #[oai(validator(min_items = 1, max_items = 50))]
    pub invitees: Vec<String>,
}

impl FromFields for InviteRequest {
    fn from_fields(fields: &mut Fields) -> Self {
        Self { invitees: fields.texts("invitees", MAX_INVITEES) }
    }
}

/// What somebody answers to an invitation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Enum)]
#[serde(rename_all = "lowercase")]
#[oai(rename_all = "lowercase")]
pub enum InvitationAnswer {
    /// They come.
    Accept,
    /// They do not.
    Decline,
}

const ANSWERS: [(&str, InvitationAnswer); 2] =
    [("accept", InvitationAnswer::Accept), ("decline", InvitationAnswer::Decline)];

impl From<InvitationAnswer> for AnswerKind {
    fn from(answer: InvitationAnswer) -> Self {
        match answer {
            InvitationAnswer::Accept => Self::Accepted,
            InvitationAnswer::Decline => Self::Declined,
        }
    }
}

impl From<AnswerKind> for InvitationAnswer {
    fn from(answer: AnswerKind) -> Self {
        match answer {
            AnswerKind::Accepted => Self::Accept,
            AnswerKind::Declined => Self::Decline,
        }
    }
}

/// The answer to an invitation.
#[derive(Debug, Object)]
pub struct AnswerRequest {
    /// Whether they come.
    pub answer: InvitationAnswer,
}

impl FromFields for AnswerRequest {
    fn from_fields(fields: &mut Fields) -> Self {
        Self { answer: fields.required_choice("answer", &ANSWERS, InvitationAnswer::Decline) }
    }
}

/// The own invitation to a meeting.
#[derive(Debug, Serialize, Object)]
pub struct OwnInvitation {
    /// Its identifier (UUIDv7).
    pub id: Uuid,
    /// Its state.
    pub status: InvitationStatus,
    /// What was answered; null while nothing was.
    #[oai(nullable)]
    pub answer: Option<InvitationAnswer>,
    /// When it was made.
    pub invited_at: DateTime<Utc>,
}

impl From<OwnInvitationView> for OwnInvitation {
    fn from(view: OwnInvitationView) -> Self {
        Self {
            id: view.id.as_uuid(),
            status: view.status.into(),
            answer: view.answer.map(Into::into),
            invited_at: view.invited_at,
        }
    }
}

/// The state of an invitation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Enum)]
#[serde(rename_all = "lowercase")]
#[oai(rename_all = "lowercase")]
pub enum InvitationStatus {
    /// Not answered yet.
    Pending,
    /// They come.
    Accepted,
    /// They do not.
    Declined,
    /// Taken back by the host.
    Revoked,
}

impl From<InvitationStatusKind> for InvitationStatus {
    fn from(kind: InvitationStatusKind) -> Self {
        match kind {
            InvitationStatusKind::Pending => Self::Pending,
            InvitationStatusKind::Accepted => Self::Accepted,
            InvitationStatusKind::Declined => Self::Declined,
            InvitationStatusKind::Revoked => Self::Revoked,
        }
    }
}

/// An invitation, as the host sees it.
#[derive(Debug, Serialize, Object)]
pub struct Invitation {
    /// Its identifier (UUIDv7).
    pub id: Uuid,
    /// The address, of who was invited by it.
    #[oai(nullable)]
    pub email: Option<String>,
    /// The username, of who was invited by it.
    #[oai(nullable)]
    pub username: Option<String>,
    /// What that user is called.
    #[oai(nullable)]
    pub name: Option<String>,
    /// Its state.
    pub status: InvitationStatus,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it was answered.
    #[oai(nullable)]
    pub answered_at: Option<DateTime<Utc>>,
}

impl From<InvitationView> for Invitation {
    fn from(view: InvitationView) -> Self {
        Self {
            id: view.id.as_uuid(),
            email: view.email,
            username: view.username,
            name: view.name,
            status: view.status.into(),
            created_at: view.created_at,
            answered_at: view.answered_at,
        }
    }
}

/// Who is invited now, in the order of the request, each person once.
#[derive(Debug, Serialize, Object)]
pub struct InvitationList {
    /// The invitations.
    pub items: Vec<Invitation>,
}

/// A page of invitations, newest first.
#[derive(Debug, Serialize, Object)]
pub struct InvitationPage {
    /// The invitations.
    pub items: Vec<Invitation>,
    /// Send it as `cursor` for the next page; null on the last one.
    #[oai(nullable)]
    pub next_cursor: Option<String>,
}

/// What somebody is invited to.
#[derive(Debug, Serialize, Object)]
pub struct InvitedTo {
    /// The state of the invitation.
    pub status: InvitationStatus,
    /// The meeting's code.
    pub meeting_code: String,
    /// The meeting's state.
    pub meeting_status: MeetingStatus,
    /// What the meeting is called.
    pub title: String,
    /// What it is about.
    #[oai(nullable)]
    pub description: Option<String>,
    /// When it is planned to start.
    #[oai(nullable)]
    pub start_time: Option<DateTime<Utc>>,
    /// When it is planned to end.
    #[oai(nullable)]
    pub end_time: Option<DateTime<Utc>>,
    /// What the host is called; empty when the account is gone.
    pub host_name: String,
}

impl From<InvitedToView> for InvitedTo {
    fn from(view: InvitedToView) -> Self {
        Self {
            status: view.status.into(),
            meeting_code: view.meeting_code,
            meeting_status: view.meeting_status.into(),
            title: view.title,
            description: view.description,
            start_time: view.start_time,
            end_time: view.end_time,
            host_name: view.host_name,
        }
    }
}
