//! What the operations of bare rooms take and answer with.

use application_room::BareRoomView;
use chrono::{DateTime, Utc};
use domain_room::{BareRoomStatusKind, CallType as CallTypeKind};
use poem_openapi::{Enum, Object};
use serde::Serialize;
use uuid::Uuid;

use crate::json::{Fields, FromFields};

/// What a room is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Enum)]
#[serde(rename_all = "lowercase")]
#[oai(rename_all = "lowercase")]
pub enum CallType {
    /// Sound only: nobody is granted a camera or a screen.
    Audio,
    /// Sound and picture.
    Video,
}

const CALL_TYPES: [(&str, CallType); 2] = [("video", CallType::Video), ("audio", CallType::Audio)];

impl From<CallType> for CallTypeKind {
    fn from(call_type: CallType) -> Self {
        match call_type {
            CallType::Audio => Self::Audio,
            CallType::Video => Self::Video,
        }
    }
}

impl From<CallTypeKind> for CallType {
    fn from(kind: CallTypeKind) -> Self {
        match kind {
            CallTypeKind::Audio => Self::Audio,
            CallTypeKind::Video => Self::Video,
        }
    }
}

/// Where a room is in its life.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Enum)]
#[serde(rename_all = "lowercase")]
#[oai(rename_all = "lowercase")]
pub enum RoomStatus {
    /// Nobody has come yet.
    Waiting,
    /// Somebody came, or the backend said that it has begun.
    Active,
    /// Over.
    Ended,
    /// Called off before anybody came.
    Cancelled,
}

impl From<RoomStatus> for BareRoomStatusKind {
    fn from(status: RoomStatus) -> Self {
        match status {
            RoomStatus::Waiting => Self::Waiting,
            RoomStatus::Active => Self::Active,
            RoomStatus::Ended => Self::Ended,
            RoomStatus::Cancelled => Self::Cancelled,
        }
    }
}

impl From<BareRoomStatusKind> for RoomStatus {
    fn from(kind: BareRoomStatusKind) -> Self {
        match kind {
            BareRoomStatusKind::Waiting => Self::Waiting,
            BareRoomStatusKind::Active => Self::Active,
            BareRoomStatusKind::Ended => Self::Ended,
            BareRoomStatusKind::Cancelled => Self::Cancelled,
        }
    }
}

/// A room to be created.
#[derive(Debug, Object)]
pub struct CreateRoomRequest {
    /// What it is called: letters and digits of ASCII, `-`, `.`, `_`, `~`; not `.`, `..` or `stats`.
    #[oai(validator(min_length = 1, max_length = 128, pattern = "^[A-Za-z0-9._~-]+$"))]
    pub room_name: String,
    /// What it is for; `video` when absent.
    #[oai(nullable)]
    pub call_type: Option<CallType>,
    /// Whether only those come in who were invited, and the creator; no when absent. A token is an invitation.
    #[oai(nullable)]
    pub invite_on: Option<bool>,
    /// The channel that it comes from, as the backend calls it.
    #[oai(validator(min_length = 1, max_length = 128), nullable)]
    pub source_channel_id: Option<String>,
    /// The channel's kind, by the backend's number.
    #[oai(validator(minimum(value = "0"), maximum(value = "32767")), nullable)]
    pub source_channel_type: Option<i64>,
    /// Who creates it, as the backend calls them: its host.
    #[oai(validator(min_length = 1, max_length = 128))]
    pub creator: String,
    /// How many may be in it at once; 100 when absent.
    #[oai(validator(minimum(value = "2"), maximum(value = "1000")), nullable)]
    pub max_participants: Option<i64>,
    /// For how many seconds it waits for the first to come, and is over by itself then; a day when absent.
    #[oai(validator(minimum(value = "10"), maximum(value = "2592000")), nullable)]
    pub empty_timeout: Option<i64>,
    /// For how many seconds it waits for somebody to come back when all have left, and is over by itself then; five minutes
    /// when absent.
    #[oai(validator(minimum(value = "10"), maximum(value = "2592000")), nullable)]
    pub departure_timeout: Option<i64>,
    /// What the backend wants to remember of it: at most 4,096 bytes of text, such as JSON.
    #[oai(validator(max_length = 4096), nullable)]
    pub metadata: Option<String>,
}

impl FromFields for CreateRoomRequest {
    fn from_fields(fields: &mut Fields) -> Self {
        Self {
            room_name: fields.text("room_name"),
            call_type: fields.optional_choice("call_type", &CALL_TYPES),
            invite_on: fields.optional_flag("invite_on"),
            source_channel_id: fields.optional_text("source_channel_id"),
            source_channel_type: fields.optional_integer("source_channel_type"),
            creator: fields.text("creator"),
            max_participants: fields.optional_integer("max_participants"),
            empty_timeout: fields.optional_integer("empty_timeout"),
            departure_timeout: fields.optional_integer("departure_timeout"),
            metadata: fields.optional_text("metadata"),
        }
    }
}

/// What has become of a room.
#[derive(Debug, Object)]
pub struct ChangeRoomStatusRequest {
    /// `active`, `ended`, or `cancelled`.
    pub status: RoomStatus,
}

impl FromFields for ChangeRoomStatusRequest {
    fn from_fields(fields: &mut Fields) -> Self {
        let statuses = [
            ("waiting", RoomStatus::Waiting),
            ("active", RoomStatus::Active),
            ("ended", RoomStatus::Ended),
            ("cancelled", RoomStatus::Cancelled),
        ];
        Self { status: fields.required_choice("status", &statuses, RoomStatus::Waiting) }
    }
}

/// A room of another backend.
#[derive(Debug, Serialize, Object)]
pub struct Room {
    /// Its identifier, which room tokens and webhooks name.
    pub id: Uuid,
    /// What it is called.
    pub room_name: String,
    /// What it is for.
    pub call_type: CallType,
    /// Whether only those come in who were invited.
    pub invite_on: bool,
    /// The channel that it comes from.
    #[oai(nullable)]
    pub source_channel_id: Option<String>,
    /// The channel's kind.
    #[oai(nullable)]
    pub source_channel_type: Option<i16>,
    /// Who created it, as the backend calls them.
    pub creator: String,
    /// Where it is in its life.
    pub status: RoomStatus,
    /// How many may be in it at once.
    pub max_participants: u16,
    /// For how many seconds it waits for the first to come.
    pub empty_timeout: u32,
    /// For how many seconds it waits for somebody to come back when all have left.
    pub departure_timeout: u32,
    /// What the backend wants to remember of it.
    #[oai(nullable)]
    pub metadata: Option<String>,
    /// Whether a host lets nobody new in.
    pub locked: bool,
    /// When it was created.
    pub created_at: DateTime<Utc>,
    /// When anything about it changed last.
    pub updated_at: DateTime<Utc>,
    /// When it began.
    #[oai(nullable)]
    pub started_at: Option<DateTime<Utc>>,
    /// Since when it is over.
    #[oai(nullable)]
    pub ended_at: Option<DateTime<Utc>>,
}

impl From<BareRoomView> for Room {
    fn from(view: BareRoomView) -> Self {
        Self {
            id: view.id.as_uuid(),
            room_name: view.room_name,
            call_type: view.call_type.into(),
            invite_on: view.invite_on,
            source_channel_id: view.source_channel_id,
            source_channel_type: view.source_channel_type,
            creator: view.creator,
            status: view.status.into(),
            max_participants: view.max_participants,
            empty_timeout: view.empty_timeout,
            departure_timeout: view.departure_timeout,
            metadata: view.metadata,
            locked: view.locked,
            created_at: view.created_at,
            updated_at: view.updated_at,
            started_at: view.started_at,
            ended_at: view.ended_at,
        }
    }
}

/// A page of rooms, newest first.
#[derive(Debug, Serialize, Object)]
pub struct RoomPage {
    /// The rooms.
    pub items: Vec<Room>,
    /// Where to go on; null at the end.
    #[oai(nullable)]
    pub next_cursor: Option<String>,
}
