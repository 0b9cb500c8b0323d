//! The room token: the one thing that signalling knows of who comes in.

use application_shared::PortError;
use async_trait::async_trait;
use chrono::{DateTime, Utc};
use domain_room::{DisplayName, Grants, ParticipantRole};
use domain_shared::{RoomId, SessionId, UserId};
use serde::{Deserialize, Serialize};
use thiserror::Error;

/// What a live room belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RoomKind {
    /// A meeting.
    #[default]
    Meeting,
    /// A bare room of another backend.
    Bare,
}

/// What a valid room token says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoomClaims {
    /// What the room belongs to, which decides whether it still lets in.
    pub kind: RoomKind,
    /// The only room it opens.
    pub room_id: RoomId,
    /// Who comes in.
    pub user_id: UserId,
    /// The login session they come in by, if any: when it ends, they have to leave.
    pub session_id: Option<SessionId>,
    /// The name that others see.
    pub display_name: DisplayName,
    /// The role.
    pub role: ParticipantRole,
    /// What they may do.
    pub grants: Grants,
    /// In a meeting the stay that it was given for, by its beginning: when they leave and come again, or are made to leave,
    /// it opens nothing any more. In a bare room the instant since which their tokens are good. Tokens of rooms that keep
    /// neither have none.
    pub stay: Option<DateTime<Utc>>,
    /// Until when it lets somebody in. Who is in by then stays.
    pub expires_at: DateTime<Utc>,
}

/// Why a token lets nobody in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum RoomTokenError {
    /// Not one of ours, damaged, not a room token, or with claims that make no sense.
    #[error("the room token is not valid")]
    Invalid,
    /// It was valid once.
    #[error("the room token has expired")]
    Expired,
}

/// Verifies room tokens: signature, issuer, audience, times and the shape of the claims.
pub trait RoomTokenVerifier: Send + Sync {
    /// Reads a token as of `now`.
    ///
    /// # Errors
    /// [`RoomTokenError`] when it lets nobody in.
    fn verify(&self, token: &str, now: DateTime<Utc>) -> Result<RoomClaims, RoomTokenError>;
}

/// What comes of showing a token at the door.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Admittance {
    /// It opens the room, or its lobby.
    Admitted,
    /// It opens nothing any more.
    Revoked,
    /// The room is over.
    Ended,
    /// Nobody new is let in.
    Locked,
    /// Every place is taken.
    Full,
}

/// Knows whether those for whom a token was issued are still welcome.
#[async_trait]
pub trait RoomAdmissions: Send + Sync {
    /// Whether the token still opens its room, or its lobby: nobody was made to leave since, and the stay is the same. Who
    /// is admitted has a place.
    async fn admits(&self, claims: &RoomClaims) -> Result<Admittance, PortError>;
}
