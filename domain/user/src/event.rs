//! What an account states.

use chrono::{DateTime, Utc};
use domain_shared::{DomainEvent, UserId};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// A fact about an account. As JSON it is an object whose `event` is the name, such as
/// `{"event": "user.registered", "user_id": ..., "username": ..., "at": ...}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event")]
pub enum UserEvent {
    /// Somebody has opened an account.
    #[serde(rename = "user.registered")]
    Registered {
        /// The account.
        user_id: UserId,
        /// Its username, as chosen.
        username: String,
        /// When.
        at: DateTime<Utc>,
    },
}

impl DomainEvent for UserEvent {
    fn name(&self) -> &'static str {
        match self {
            Self::Registered { .. } => "user.registered",
        }
    }

    fn aggregate_id(&self) -> Uuid {
        match self {
            Self::Registered { user_id, .. } => user_id.as_uuid(),
        }
    }

    fn occurred_at(&self) -> DateTime<Utc> {
        match self {
            Self::Registered { at, .. } => *at,
        }
    }
}
