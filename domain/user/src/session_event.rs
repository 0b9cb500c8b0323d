//! What a session states.

use chrono::{DateTime, Utc};
use domain_shared::{DomainEvent, SessionId, UserId};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::SessionEndReason;

/// A fact about a session. As JSON it is an object whose `event` is the name, such as `session.started`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event")]
pub enum SessionEvent {
    /// Somebody has signed in.
    #[serde(rename = "session.started")]
    Started {
        /// The session.
        session_id: SessionId,
        /// Whose it is.
        user_id: UserId,
        /// When.
        at: DateTime<Utc>,
    },
    /// It has ended before its time.
    #[serde(rename = "session.ended")]
    Ended {
        /// The session.
        session_id: SessionId,
        /// Whose it was.
        user_id: UserId,
        /// Why.
        reason: SessionEndReason,
        /// When.
        at: DateTime<Utc>,
    },
}

impl DomainEvent for SessionEvent {
    fn name(&self) -> &'static str {
        match self {
            Self::Started { .. } => "session.started",
            Self::Ended { .. } => "session.ended",
        }
    }

    fn aggregate_id(&self) -> Uuid {
        match self {
            Self::Started { session_id, .. } | Self::Ended { session_id, .. } => session_id.as_uuid(),
        }
    }

    fn occurred_at(&self) -> DateTime<Utc> {
        match self {
            Self::Started { at, .. } | Self::Ended { at, .. } => *at,
        }
    }
}
