//! Where a meeting is in its life.

use std::str::FromStr;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use thiserror::Error;

/// The state of a meeting, with what belongs to it. Ended and cancelled are final.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MeetingStatus {
    /// Nobody has joined yet.
    Scheduled,
    /// Somebody has joined.
    Live {
        /// When the first one joined.
        started_at: DateTime<Utc>,
    },
    /// A host has ended it.
    Ended {
        /// When the first one joined, if anybody did.
        started_at: Option<DateTime<Utc>>,
        /// When it was ended.
        at: DateTime<Utc>,
    },
    /// Called off before anybody joined.
    Cancelled {
        /// When it was called off.
        at: DateTime<Utc>,
    },
}

impl MeetingStatus {
    /// The state without its data.
    #[must_use]
    pub const fn kind(self) -> MeetingStatusKind {
        match self {
            Self::Scheduled => MeetingStatusKind::Scheduled,
            Self::Live { .. } => MeetingStatusKind::Live,
            Self::Ended { .. } => MeetingStatusKind::Ended,
            Self::Cancelled { .. } => MeetingStatusKind::Cancelled,
        }
    }

    /// When the first one joined.
    #[must_use]
    pub const fn started_at(self) -> Option<DateTime<Utc>> {
        match self {
            Self::Live { started_at } => Some(started_at),
            Self::Ended { started_at, .. } => started_at,
            Self::Scheduled | Self::Cancelled { .. } => None,
        }
    }

    /// When it was over: ended or cancelled.
    #[must_use]
    pub const fn ended_at(self) -> Option<DateTime<Utc>> {
        match self {
            Self::Ended { at, .. } | Self::Cancelled { at } => Some(at),
            Self::Scheduled | Self::Live { .. } => None,
        }
    }
}

/// The state of a meeting, by name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum MeetingStatusKind {
    /// Nobody has joined yet.
    Scheduled,
    /// Somebody has joined.
    Live,
    /// A host has ended it.
    Ended,
    /// Called off before anybody joined.
    Cancelled,
}

/// No status bears this name.
#[derive(Debug, Error, PartialEq, Eq)]
#[error("must be scheduled, live, ended or cancelled")]
pub struct UnknownMeetingStatus;

impl MeetingStatusKind {
    /// Every kind.
    pub const ALL: [Self; 4] = [Self::Scheduled, Self::Live, Self::Ended, Self::Cancelled];

    /// The stable name.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Scheduled => "scheduled",
            Self::Live => "live",
            Self::Ended => "ended",
            Self::Cancelled => "cancelled",
        }
    }
}

impl FromStr for MeetingStatusKind {
    type Err = UnknownMeetingStatus;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text).ok_or(UnknownMeetingStatus)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_go_both_ways() {
        for kind in MeetingStatusKind::ALL {
            assert_eq!(kind.as_str().parse(), Ok(kind));
        }
        assert_eq!("Live".parse::<MeetingStatusKind>(), Err(UnknownMeetingStatus));
    }

    #[test]
    fn tells_its_times() {
        let (a, b) = (DateTime::from_timestamp(1, 0).unwrap(), DateTime::from_timestamp(2, 0).unwrap());
        let told = |s: MeetingStatus| (s.kind(), s.started_at(), s.ended_at());
        assert_eq!(told(MeetingStatus::Scheduled), (MeetingStatusKind::Scheduled, None, None));
        assert_eq!(told(MeetingStatus::Live { started_at: a }), (MeetingStatusKind::Live, Some(a), None));
        assert_eq!(
            told(MeetingStatus::Ended { started_at: Some(a), at: b }),
            (MeetingStatusKind::Ended, Some(a), Some(b))
        );
        assert_eq!(told(MeetingStatus::Cancelled { at: b }), (MeetingStatusKind::Cancelled, None, Some(b)));
    }
}
