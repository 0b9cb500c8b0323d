//! Where a bare room is in its life.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use thiserror::Error;

/// Where a bare room is in its life, with the times of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BareRoomStatus {
    /// Nobody has come yet.
    Waiting,
    /// Somebody came, or the backend said that it has begun.
    Active {
        /// When.
        started_at: DateTime<Utc>,
    },
    /// Over.
    Ended {
        /// When it had begun, if it ever did.
        started_at: Option<DateTime<Utc>>,
        /// When.
        at: DateTime<Utc>,
    },
    /// Called off before anybody came.
    Cancelled {
        /// When.
        at: DateTime<Utc>,
    },
}

/// The state without its times.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum BareRoomStatusKind {
    /// Nobody has come yet.
    Waiting,
    /// It has begun.
    Active,
    /// It is over.
    Ended,
    /// It was called off.
    Cancelled,
}

/// The text names no state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("no such room status")]
pub struct UnknownBareRoomStatus;

impl BareRoomStatusKind {
    /// Every state.
    pub const ALL: [Self; 4] = [Self::Waiting, Self::Active, Self::Ended, Self::Cancelled];

    /// The stable name.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Active => "active",
            Self::Ended => "ended",
            Self::Cancelled => "cancelled",
        }
    }

    /// Finds the state of that stable name.
    ///
    /// # Errors
    /// [`UnknownBareRoomStatus`] when there is none.
    pub fn parse(name: &str) -> Result<Self, UnknownBareRoomStatus> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == name).ok_or(UnknownBareRoomStatus)
    }

    /// Whether nothing can happen any more.
    #[must_use]
    pub const fn is_over(self) -> bool {
        matches!(self, Self::Ended | Self::Cancelled)
    }
}

impl BareRoomStatus {
    /// The state of that kind with these times, if they fit it.
    #[must_use]
    pub const fn of(
        kind: BareRoomStatusKind,
        started_at: Option<DateTime<Utc>>,
        ended_at: Option<DateTime<Utc>>,
    ) -> Option<Self> {
        match (kind, started_at, ended_at) {
            (BareRoomStatusKind::Waiting, None, None) => Some(Self::Waiting),
            (BareRoomStatusKind::Active, Some(started_at), None) => Some(Self::Active { started_at }),
            (BareRoomStatusKind::Ended, started_at, Some(at)) => Some(Self::Ended { started_at, at }),
            (BareRoomStatusKind::Cancelled, None, Some(at)) => Some(Self::Cancelled { at }),
            _ => None,
        }
    }

    /// Without the times.
    #[must_use]
    pub const fn kind(self) -> BareRoomStatusKind {
        match self {
            Self::Waiting => BareRoomStatusKind::Waiting,
            Self::Active { .. } => BareRoomStatusKind::Active,
            Self::Ended { .. } => BareRoomStatusKind::Ended,
            Self::Cancelled { .. } => BareRoomStatusKind::Cancelled,
        }
    }

    /// When it began.
    #[must_use]
    pub const fn started_at(self) -> Option<DateTime<Utc>> {
        match self {
            Self::Waiting | Self::Cancelled { .. } => None,
            Self::Active { started_at } => Some(started_at),
            Self::Ended { started_at, .. } => started_at,
        }
    }

    /// Since when it is over.
    #[must_use]
    pub const fn ended_at(self) -> Option<DateTime<Utc>> {
        match self {
            Self::Waiting | Self::Active { .. } => None,
            Self::Ended { at, .. } | Self::Cancelled { at } => Some(at),
        }
    }
}
