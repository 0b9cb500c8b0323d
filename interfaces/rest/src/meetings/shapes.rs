//! What the meeting operations take and answer with.

use application_meeting::{JoinedMeeting, MeetingView, ParticipantView};
use chrono::{DateTime, Utc};
use domain_meeting::{MeetingStatusKind, ParticipantRole};
use poem_openapi::{Enum, Object};
use secrecy::ExposeSecret;
use serde::Serialize;
use uuid::Uuid;

use crate::json::{Fields, FromFields};

/// A meeting to be created.
#[derive(Debug, Object)]
#[oai(example)]
pub struct CreateMeetingRequest {
    /// What it is called.
    #[oai(validator(min_length = 1, max_length = 200))]
    pub title: String,
    /// What it is about.
    #[oai(validator(max_length = 5000), nullable)]
    pub description: Option<String>,
    /// When it is planned to start.
    #[oai(nullable)]
    pub start_time: Option<DateTime<Utc>>,
    /// When it is planned to end; after the start.
    #[oai(nullable)]
    pub end_time: Option<DateTime<Utc>>,
    /// How many may be present at once; 100 when absent.
    #[oai(validator(minimum(value = "2"), maximum(value = "1000")), nullable)]
    pub max_participants: Option<i64>,
}

impl FromFields for CreateMeetingRequest {
    fn from_fields(fields: &mut Fields) -> Self {
        Self {
            title: fields.text("title"),
            description: fields.optional_text("description"),
            start_time: fields.optional_time("start_time"),
            end_time: fields.optional_time("end_time"),
            max_participants: fields.optional_integer("max_participants"),
        }
    }
}

/// How to join.
#[derive(Debug, Object)]
#[oai(example)]
pub struct JoinMeetingRequest {
    /// What to be called in the meeting; the nickname when absent.
    #[oai(validator(max_length = 64), nullable)]
    pub display_name: Option<String>,
}

impl FromFields for JoinMeetingRequest {
    const REQUIRED: bool = false;

    fn from_fields(fields: &mut Fields) -> Self {
        Self { display_name: fields.optional_text("display_name") }
    }
}

/// The state of a meeting.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Enum)]
#[serde(rename_all = "lowercase")]
#[oai(rename_all = "lowercase")]
pub enum MeetingStatus {
    /// Nobody has joined yet.
    Scheduled,
    /// Somebody has joined.
    Live,
    /// The host has ended it.
    Ended,
    /// Called off before anybody joined.
    Cancelled,
}

impl From<MeetingStatusKind> for MeetingStatus {
    fn from(kind: MeetingStatusKind) -> Self {
        match kind {
            MeetingStatusKind::Scheduled => Self::Scheduled,
            MeetingStatusKind::Live => Self::Live,
            MeetingStatusKind::Ended => Self::Ended,
            MeetingStatusKind::Cancelled => Self::Cancelled,
        }
    }
}

impl From<MeetingStatus> for MeetingStatusKind {
    fn from(status: MeetingStatus) -> Self {
        match status {
            MeetingStatus::Scheduled => Self::Scheduled,
            MeetingStatus::Live => Self::Live,
            MeetingStatus::Ended => Self::Ended,
            MeetingStatus::Cancelled => Self::Cancelled,
        }
    }
}

/// A meeting.
#[derive(Debug, Serialize, Object)]
#[oai(example)]
pub struct Meeting {
    /// Its identifier (UUIDv7).
    pub id: Uuid,
    /// Its code, which people can type: `abc-defg-hij`.
    pub code: String,
    /// What it is called.
    pub title: String,
    /// What it is about.
    #[oai(nullable)]
    pub description: Option<String>,
    /// Who created it, and hosts it.
    pub creator_id: Uuid,
    /// Its state.
    pub status: MeetingStatus,
    /// When it is planned to start.
    #[oai(nullable)]
    pub start_time: Option<DateTime<Utc>>,
    /// When it is planned to end.
    #[oai(nullable)]
    pub end_time: Option<DateTime<Utc>>,
    /// How many may be present at once.
    pub max_participants: u16,
    /// When it was created.
    pub created_at: DateTime<Utc>,
    /// When anything about it changed last.
    pub updated_at: DateTime<Utc>,
    /// When the first one joined.
    #[oai(nullable)]
    pub started_at: Option<DateTime<Utc>>,
    /// When it was over.
    #[oai(nullable)]
    pub ended_at: Option<DateTime<Utc>>,
}

impl From<MeetingView> for Meeting {
    fn from(view: MeetingView) -> Self {
        Self {
            id: view.id.as_uuid(),
            code: view.code,
            title: view.title,
            description: view.description,
            creator_id: view.creator_id.as_uuid(),
            status: view.status.into(),
            start_time: view.start_time,
            end_time: view.end_time,
            max_participants: view.max_participants,
            created_at: view.created_at,
            updated_at: view.updated_at,
            started_at: view.started_at,
            ended_at: view.ended_at,
        }
    }
}

/// A page of meetings, newest first.
#[derive(Debug, Serialize, Object)]
pub struct MeetingPage {
    /// The meetings.
    pub items: Vec<Meeting>,
    /// Send it as `cursor` for the next page; null on the last one.
    #[oai(nullable)]
    pub next_cursor: Option<String>,
}

/// What somebody may do in a meeting.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Enum)]
#[serde(rename_all = "kebab-case")]
#[oai(rename_all = "kebab-case")]
pub enum Role {
    /// Created the meeting.
    Host,
    /// Helps the host.
    CoHost,
    /// Everybody else.
    Participant,
}

impl From<ParticipantRole> for Role {
    fn from(role: ParticipantRole) -> Self {
        match role {
            ParticipantRole::Host => Self::Host,
            ParticipantRole::CoHost => Self::CoHost,
            ParticipantRole::Participant => Self::Participant,
        }
    }
}

/// Somebody in a meeting.
#[derive(Debug, Serialize, Object)]
pub struct Participant {
    /// The user.
    pub user_id: Uuid,
    /// What they may do.
    pub role: Role,
    /// What they are called in the meeting.
    pub display_name: String,
    /// When they came, the last time.
    pub joined_at: DateTime<Utc>,
    /// When they left; null while they are present.
    #[oai(nullable)]
    pub left_at: Option<DateTime<Utc>>,
}

impl From<ParticipantView> for Participant {
    fn from(view: ParticipantView) -> Self {
        Self {
            user_id: view.user_id.as_uuid(),
            role: view.role.into(),
            display_name: view.display_name,
            joined_at: view.joined_at,
            left_at: view.left_at,
        }
    }
}

/// Who takes part in a meeting: those present first, then by first coming.
#[derive(Debug, Serialize, Object)]
pub struct ParticipantList {
    /// The participants.
    pub items: Vec<Participant>,
}

/// What is needed to enter the room of a meeting.
#[derive(Serialize, Object)]
#[oai(example)]
pub struct Joined {
    /// Opens the room: send it in the first signalling message, within five minutes. A secret.
    pub room_token: String,
    /// The address of the signalling WebSocket.
    pub signaling_url: String,
    /// The room.
    pub room_id: Uuid,
    /// What the user is in the meeting.
    pub participant: Participant,
}

impl Joined {
    /// The answer for somebody who has joined.
    pub fn new(joined: JoinedMeeting, signaling_url: String) -> Self {
        Self {
            room_token: joined.room_token.expose_secret().to_owned(),
            signaling_url,
            room_id: joined.room_id.as_uuid(),
            participant: joined.participant.into(),
        }
    }
}
