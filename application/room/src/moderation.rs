//! What hosts and co-hosts do from within a room, and who decides about it: whoever the room belongs to.

use application_shared::BoxError;
use async_trait::async_trait;
use domain_room::{DisplayName, ParticipantRole};
use domain_shared::{RoomId, UserId};
use thiserror::Error;

/// Something that changes more than the room: the meeting that it belongs to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ModerationAction {
    /// Makes somebody leave, for good with `ban`.
    Kick {
        /// Whom.
        user_id: UserId,
        /// Whether they may not come back.
        ban: bool,
    },
    /// Gives somebody another role.
    SetRole {
        /// Whom.
        user_id: UserId,
        /// Which.
        role: ParticipantRole,
    },
    /// Calls somebody something else.
    Rename {
        /// Whom.
        user_id: UserId,
        /// What.
        name: DisplayName,
    },
    /// Lets somebody in who waits, or all.
    Admit(Option<UserId>),
    /// Sends somebody away who waits, or all.
    Deny(Option<UserId>),
    /// Lets nobody new in, or lets them in again.
    Lock(bool),
    /// Ends it for everybody.
    End,
}

/// Why it is not done.
#[derive(Debug, Error)]
pub enum ModerationError {
    /// Whoever asked may not do that, or not to this person.
    #[error("not allowed")]
    Denied,
    /// There is no such participant, or nobody of that identity waits.
    #[error("there is no such participant")]
    NotFound,
    /// It is over.
    #[error("the meeting has ended")]
    Ended,
    /// It cannot be done now.
    #[error("unavailable: {0}")]
    Unavailable(#[source] BoxError),
}

/// Decides and does it. What follows from it for the room comes back as a room command.
#[async_trait]
pub trait RoomModeration: Send + Sync {
    /// Does it on behalf of `by`, if they may.
    async fn moderate(&self, room: RoomId, by: UserId, action: ModerationAction) -> Result<(), ModerationError>;
}
