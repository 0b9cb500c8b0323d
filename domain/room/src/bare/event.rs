//! What bare rooms state about themselves.

use chrono::{DateTime, Utc};
use domain_shared::{DomainEvent, RoomId, UserId};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{BareRoomStatusKind, CallType, ParticipantStatus, RoomName, SourceChannelType, Uid};
use crate::ParticipantRole;

/// Why a bare room is over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum EndReason {
    /// The backend has ended it.
    EndedByBackend,
    /// A host has ended it.
    EndedByHost,
    /// The backend has called it off.
    Cancelled,
    /// Nobody came for as long as it waits for the first.
    NobodyCame,
    /// All have left, and nobody came back for as long as it waits for that.
    EverybodyLeft,
}

impl EndReason {
    /// The stable name.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::EndedByBackend => "ended-by-backend",
            Self::EndedByHost => "ended-by-host",
            Self::Cancelled => "cancelled",
            Self::NobodyCame => "nobody-came",
            Self::EverybodyLeft => "everybody-left",
        }
    }
}

/// Why somebody is not in a bare room any more, or why their tokens are useless.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DepartureReason {
    /// They went, or their connection was lost.
    Left,
    /// The backend said that they have left.
    Removed,
    /// They were made to leave.
    Kicked,
    /// They were made to leave for good.
    Banned,
    /// The room is over.
    RoomEnded,
}

impl DepartureReason {
    /// The stable name.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Left => "left",
            Self::Removed => "removed",
            Self::Kicked => "kicked",
            Self::Banned => "banned",
            Self::RoomEnded => "room-ended",
        }
    }
}

macro_rules! events {
    ($($(#[$doc:meta])* $variant:ident = $name:literal { $($(#[$field_doc:meta])* $field:ident: $type:ty),* $(,)? })+) => {
        /// A fact about a bare room. Serialised with its stable name under `event`; fields are only ever added.
        #[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
        #[serde(tag = "event")]
        pub enum BareRoomEvent {
            $(
                $(#[$doc])*
                #[serde(rename = $name)]
                $variant {
                    /// The room.
                    room_id: RoomId,
                    /// What it is called.
                    room_name: RoomName,
                    $($(#[$field_doc])* $field: $type,)*
                    /// When.
                    at: DateTime<Utc>,
                },
            )+
        }

        impl DomainEvent for BareRoomEvent {
            fn name(&self) -> &'static str {
                match self { $(Self::$variant { .. } => $name,)+ }
            }

            fn aggregate_id(&self) -> Uuid {
                match self { $(Self::$variant { room_id, .. } => room_id.as_uuid(),)+ }
            }

            fn occurred_at(&self) -> DateTime<Utc> {
                match self { $(Self::$variant { at, .. } => *at,)+ }
            }
        }
    };
}

events! {
    /// A backend created it.
    Created = "room.created" {
        /// What it is for.
        call_type: CallType,
        /// The channel that it comes from.
        source_channel_id: Option<Uid>,
        /// The channel's kind.
        source_channel_type: Option<SourceChannelType>,
        /// Who created it, for the other backend.
        creator: Uid,
    }
    /// It is in another state.
    StatusChanged = "room.status-changed" {
        /// The state before.
        previous: BareRoomStatusKind,
        /// The state now.
        status: BareRoomStatusKind,
    }
    /// It is over, and everybody is out.
    Ended = "room.ended" {
        /// Why.
        reason: EndReason,
    }
    /// Nobody new is let in any more, or new people are let in again.
    LockChanged = "room.lock-changed" {
        /// Which host or co-host did it.
        by: UserId,
        /// Whether it is locked now.
        locked: bool,
    }
    /// Somebody was asked to come.
    ParticipantInvited = "room.participant-invited" {
        /// Who, for the other backend.
        uid: Uid,
        /// Who, for signalling.
        participant_id: UserId,
    }
    /// Somebody came, or came back.
    ParticipantJoined = "room.participant-joined" {
        /// Who, for the other backend.
        uid: Uid,
        /// Who, for signalling.
        participant_id: UserId,
        /// The name that others see.
        name: String,
        /// As what.
        role: ParticipantRole,
    }
    /// Somebody left.
    ParticipantLeft = "room.participant-left" {
        /// Who, for the other backend.
        uid: Uid,
        /// Who, for signalling.
        participant_id: UserId,
        /// Why.
        reason: DepartureReason,
    }
    /// Somebody stands otherwise, and neither was invited, nor came, nor merely left: they declined, missed it, or were
    /// kicked or banned.
    ParticipantStatusChanged = "room.participant-status-changed" {
        /// Who, for the other backend.
        uid: Uid,
        /// Who, for signalling.
        participant_id: UserId,
        /// How they stand now.
        status: ParticipantStatus,
    }
    /// The tokens that somebody has been given open nothing any more, and whoever came in by one has to leave.
    TokensRevoked = "room.tokens-revoked" {
        /// Who, for the other backend.
        uid: Uid,
        /// Who, for signalling.
        participant_id: UserId,
        /// Why.
        reason: DepartureReason,
    }
    /// Somebody has another role.
    RoleChanged = "room.role-changed" {
        /// Who, for signalling.
        participant_id: UserId,
        /// The role.
        role: ParticipantRole,
    }
    /// Somebody is called something else.
    ParticipantRenamed = "room.participant-renamed" {
        /// Who, for signalling.
        participant_id: UserId,
        /// The name that others see now.
        name: String,
    }
}
