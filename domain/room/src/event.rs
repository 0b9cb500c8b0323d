//! Facts about a room.

use chrono::{DateTime, Utc};
use domain_shared::{DomainEvent, RoomId, UserId};
use uuid::Uuid;

use crate::PeerSessionId;

/// Why somebody is not in the room any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum LeaveReason {
    /// They left.
    Left,
    /// Their connection was lost.
    Disconnected,
    /// They joined again.
    Replaced,
    /// They could not read fast enough.
    TooSlow,
    /// They were made to leave.
    Kicked,
}

/// Why a room is over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CloseReason {
    /// The last one has left. A later join opens the room anew.
    Empty,
    /// It was ended for this reason, such as `meeting-ended`.
    Ended(String),
}

/// A fact about a room.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RoomEvent {
    /// The room was opened.
    Opened {
        /// Which room.
        room_id: RoomId,
        /// When.
        at: DateTime<Utc>,
    },
    /// Somebody came in.
    PeerJoined {
        /// Which room.
        room_id: RoomId,
        /// Who.
        user_id: UserId,
        /// Their stay.
        session: PeerSessionId,
        /// When.
        at: DateTime<Utc>,
    },
    /// Somebody who was in came in again; the identity never left.
    PeerReplaced {
        /// Which room.
        room_id: RoomId,
        /// Who.
        user_id: UserId,
        /// The stay that is over.
        old: PeerSessionId,
        /// The one that goes on.
        new: PeerSessionId,
        /// When.
        at: DateTime<Utc>,
    },
    /// Somebody went.
    PeerLeft {
        /// Which room.
        room_id: RoomId,
        /// Who.
        user_id: UserId,
        /// Their stay.
        session: PeerSessionId,
        /// Why.
        reason: LeaveReason,
        /// When.
        at: DateTime<Utc>,
    },
    /// Somebody does not wait in front of the room any more, by their own doing or because their connection was lost.
    LobbyLeft {
        /// Which room.
        room_id: RoomId,
        /// Who.
        user_id: UserId,
        /// When.
        at: DateTime<Utc>,
    },
    /// Nobody else may come in.
    Locked {
        /// Which room.
        room_id: RoomId,
        /// When.
        at: DateTime<Utc>,
    },
    /// Others may come in again.
    Unlocked {
        /// Which room.
        room_id: RoomId,
        /// When.
        at: DateTime<Utc>,
    },
    /// The room is over.
    Closed {
        /// Which room.
        room_id: RoomId,
        /// Why.
        reason: CloseReason,
        /// When.
        at: DateTime<Utc>,
    },
}

impl RoomEvent {
    /// Which room.
    #[must_use]
    pub const fn room_id(&self) -> RoomId {
        match self {
            Self::Opened { room_id, .. }
            | Self::PeerJoined { room_id, .. }
            | Self::PeerReplaced { room_id, .. }
            | Self::PeerLeft { room_id, .. }
            | Self::LobbyLeft { room_id, .. }
            | Self::Locked { room_id, .. }
            | Self::Unlocked { room_id, .. }
            | Self::Closed { room_id, .. } => *room_id,
        }
    }

    /// Who it is about, if it is about somebody.
    #[must_use]
    pub const fn user_id(&self) -> Option<UserId> {
        match self {
            Self::PeerJoined { user_id, .. }
            | Self::PeerReplaced { user_id, .. }
            | Self::PeerLeft { user_id, .. }
            | Self::LobbyLeft { user_id, .. } => Some(*user_id),
            Self::Opened { .. } | Self::Locked { .. } | Self::Unlocked { .. } | Self::Closed { .. } => None,
        }
    }
}

impl DomainEvent for RoomEvent {
    fn name(&self) -> &'static str {
        match self {
            Self::Opened { .. } => "room.opened",
            Self::PeerJoined { .. } => "room.peer-joined",
            Self::PeerReplaced { .. } => "room.peer-replaced",
            Self::PeerLeft { .. } => "room.peer-left",
            Self::LobbyLeft { .. } => "room.lobby-left",
            Self::Locked { .. } => "room.locked",
            Self::Unlocked { .. } => "room.unlocked",
            Self::Closed { .. } => "room.closed",
        }
    }

    fn aggregate_id(&self) -> Uuid {
        self.room_id().as_uuid()
    }

    fn occurred_at(&self) -> DateTime<Utc> {
        match self {
            Self::Opened { at, .. }
            | Self::PeerJoined { at, .. }
            | Self::PeerReplaced { at, .. }
            | Self::PeerLeft { at, .. }
            | Self::LobbyLeft { at, .. }
            | Self::Locked { at, .. }
            | Self::Unlocked { at, .. }
            | Self::Closed { at, .. } => *at,
        }
    }
}
