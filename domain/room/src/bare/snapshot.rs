//! A bare room as plain data, for those who store it.

use chrono::{DateTime, Utc};
use domain_shared::RoomId;
use thiserror::Error;

use super::{
    BareParticipant, BareParticipantSnapshot, BareRoom, BareRoomStatus, CallType, EmptyRoomTimeout, RoomMetadata,
    RoomName, RoomPlaces, SourceChannel, Uid,
};
use crate::DisplayNameError;

/// Everything about a [`BareRoom`]. Times are in whole microseconds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BareRoomSnapshot {
    /// The identifier, also of the live room.
    pub id: RoomId,
    /// What it is called.
    pub name: RoomName,
    /// What it is for.
    pub call_type: CallType,
    /// Whether only those come in who were invited.
    pub invite_on: bool,
    /// Where it comes from.
    pub source_channel: SourceChannel,
    /// Who created it, for the other backend.
    pub creator: Uid,
    /// Where it is in its life.
    pub status: BareRoomStatus,
    /// How many may be in it at once.
    pub max_participants: RoomPlaces,
    /// How long it waits for the first to come.
    pub empty_timeout: EmptyRoomTimeout,
    /// How long it waits for somebody to come back when all have left.
    pub departure_timeout: EmptyRoomTimeout,
    /// What the other backend wants to remember of it.
    pub metadata: Option<RoomMetadata>,
    /// Whether nobody new is let in.
    pub locked: bool,
    /// When it was created.
    pub created_at: DateTime<Utc>,
    /// When anything about it changed last.
    pub updated_at: DateTime<Utc>,
    /// How often it has been stored; 0: never.
    pub version: i64,
    /// Everybody who was ever asked, in the order of the first time.
    pub participants: Vec<BareParticipantSnapshot>,
}

/// What is stored is no bare room.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum CorruptBareRoom {
    /// A participant's name.
    #[error("display name: {0}")]
    DisplayName(#[from] DisplayNameError),
    /// One person stands twice.
    #[error("{} takes part twice", .0.as_str())]
    ParticipantTwice(Uid),
}

impl BareRoomSnapshot {
    /// The participants, each of whom stands once.
    pub(super) fn participants_of(
        participants: Vec<BareParticipantSnapshot>,
    ) -> Result<Vec<BareParticipant>, CorruptBareRoom> {
        let mut seen = std::collections::HashSet::with_capacity(participants.len());
        let mut parsed = Vec::with_capacity(participants.len());
        for participant in participants {
            if !seen.insert(participant.uid.clone()) {
                return Err(CorruptBareRoom::ParticipantTwice(participant.uid));
            }
            parsed.push(BareParticipant::from_snapshot(participant)?);
        }
        Ok(parsed)
    }
}

impl From<&BareRoom> for BareRoomSnapshot {
    fn from(room: &BareRoom) -> Self {
        room.to_snapshot()
    }
}
