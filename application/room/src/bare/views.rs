//! Bare rooms and their participants as they are shown.

use chrono::{DateTime, Utc};
use domain_room::{BareParticipant, BareRoom, BareRoomStatusKind, CallType, ParticipantRole, ParticipantStatus};
use domain_shared::{RoomId, UserId};

/// A bare room as it is shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BareRoomView {
    /// The identifier, also of the live room.
    pub id: RoomId,
    /// What it is called.
    pub room_name: String,
    /// What it is for.
    pub call_type: CallType,
    /// Whether only those come in who were invited.
    pub invite_on: bool,
    /// The channel that it comes from.
    pub source_channel_id: Option<String>,
    /// The channel's kind.
    pub source_channel_type: Option<i16>,
    /// Who created it, for the other backend.
    pub creator: String,
    /// Where it is in its life.
    pub status: BareRoomStatusKind,
    /// How many may be in it at once.
    pub max_participants: u16,
    /// For how many seconds it waits for the first to come.
    pub empty_timeout: u32,
    /// For how many seconds it waits for somebody to come back when all have left.
    pub departure_timeout: u32,
    /// What the other backend wants to remember of it.
    pub metadata: Option<String>,
    /// Whether nobody new is let in.
    pub locked: bool,
    /// When it was created.
    pub created_at: DateTime<Utc>,
    /// When anything about it changed last.
    pub updated_at: DateTime<Utc>,
    /// When it began.
    pub started_at: Option<DateTime<Utc>>,
    /// Since when it is over.
    pub ended_at: Option<DateTime<Utc>>,
}

impl From<&BareRoom> for BareRoomView {
    fn from(room: &BareRoom) -> Self {
        let room = room.to_snapshot();
        Self {
            id: room.id,
            room_name: room.name.as_str().to_owned(),
            call_type: room.call_type,
            invite_on: room.invite_on,
            source_channel_id: room.source_channel.id.map(|id| id.as_str().to_owned()),
            source_channel_type: room.source_channel.kind.map(domain_room::SourceChannelType::get),
            creator: room.creator.as_str().to_owned(),
            status: room.status.kind(),
            max_participants: room.max_participants.get(),
            empty_timeout: room.empty_timeout.seconds(),
            departure_timeout: room.departure_timeout.seconds(),
            metadata: room.metadata.map(|metadata| metadata.as_str().to_owned()),
            locked: room.locked,
            created_at: room.created_at,
            updated_at: room.updated_at,
            started_at: room.status.started_at(),
            ended_at: room.status.ended_at(),
        }
    }
}

/// Somebody who was asked into a bare room, as they are shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoomParticipantView {
    /// Who, for signalling.
    pub user_id: UserId,
    /// Who, for the other backend.
    pub uid: String,
    /// The name that others see.
    pub name: String,
    /// What they are in the room.
    pub role: ParticipantRole,
    /// Where they stand.
    pub status: ParticipantStatus,
    /// When they were asked for the first time.
    pub created_at: DateTime<Utc>,
    /// When they came, the last time.
    pub joined_at: Option<DateTime<Utc>>,
    /// When they left, the last time, unless they are there.
    pub left_at: Option<DateTime<Utc>>,
}

impl From<&BareParticipant> for RoomParticipantView {
    fn from(participant: &BareParticipant) -> Self {
        Self {
            user_id: participant.user_id(),
            uid: participant.uid().as_str().to_owned(),
            name: participant.display_name().as_str().to_owned(),
            role: participant.role(),
            status: participant.status(),
            created_at: participant.created_at(),
            joined_at: participant.joined_at(),
            left_at: participant.left_at(),
        }
    }
}
