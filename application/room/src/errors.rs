//! Why a room does not do what it was asked for.

use application_shared::BoxError;
use domain_room::{AccessError, JoinError, PublishError};
use thiserror::Error;

use crate::{MediaError, ModerationError};

/// Why somebody is not let in.
#[derive(Debug, Error)]
pub enum JoinRoomError {
    /// The room is over.
    #[error("the room has ended")]
    Ended,
    /// The login session that the token was issued in has ended, or who it was issued for was made to leave.
    #[error("the room token has been revoked")]
    Revoked,
    /// Only hosts may come in.
    #[error("the room is locked")]
    Locked,
    /// There is no place left.
    #[error("the room is full")]
    Full,
    /// The room's mailbox is full.
    #[error("the room is busy")]
    Busy,
    /// This node takes no more rooms.
    #[error("this server takes no more rooms")]
    TooManyRooms,
    /// This node is about to stop.
    #[error("this server is about to stop")]
    Draining,
    /// No media worker can take the room.
    #[error("media is unavailable: {0}")]
    MediaUnavailable(#[source] BoxError),
    /// It cannot be found out whether the token still holds.
    #[error("unavailable: {0}")]
    Unavailable(#[source] BoxError),
}

impl From<JoinError> for JoinRoomError {
    fn from(error: JoinError) -> Self {
        match error {
            JoinError::Closed => Self::Ended,
            JoinError::Locked => Self::Locked,
            JoinError::Full => Self::Full,
            // The identifiers are ours and unique; whoever hits this may simply try again.
            JoinError::DuplicateSession => Self::Busy,
        }
    }
}

/// Why a participant's request is not done.
#[derive(Debug, Error)]
pub enum RoomError {
    /// The session is over: left, replaced, or the room has ended.
    #[error("not in the room")]
    NotInRoom,
    /// The room's mailbox is full.
    #[error("the room is busy")]
    Busy,
    /// The room token does not grant it.
    #[error("the room token does not grant this")]
    Denied,
    /// There is no such participant.
    #[error("there is no such participant")]
    TargetNotFound,
    /// There is no such thing, or it is somebody else's.
    #[error("there is no such {0}")]
    NotFound(&'static str),
    /// A parameter is malformed or not supported.
    #[error("{field}: {reason}")]
    Rejected {
        /// Which.
        field: String,
        /// What is wrong.
        reason: String,
    },
    /// The participant cannot receive that track.
    #[error("the RTP capabilities do not fit the producer")]
    CannotConsume,
    /// Too many messages wait to be stored.
    #[error("no more messages can be kept now; try again")]
    ChatUnavailable,
    /// There is no such message, or it is a private one of other people.
    #[error("there is no such message")]
    MessageNotFound,
    /// Not now.
    #[error("{0}")]
    WrongState(&'static str),
    /// As many as may be.
    #[error("limit reached: {0}")]
    LimitReached(&'static str),
    /// The media engine cannot do it now.
    #[error("media is unavailable: {0}")]
    MediaUnavailable(#[source] BoxError),
    /// Something else that it takes is away.
    #[error("unavailable: {0}")]
    Unavailable(#[source] BoxError),
}

impl From<ModerationError> for RoomError {
    fn from(error: ModerationError) -> Self {
        match error {
            ModerationError::Denied => Self::Denied,
            ModerationError::NotFound => Self::TargetNotFound,
            ModerationError::Ended => Self::NotInRoom,
            ModerationError::Unavailable(source) => Self::Unavailable(source),
        }
    }
}

impl From<MediaError> for RoomError {
    fn from(error: MediaError) -> Self {
        match error {
            MediaError::Rejected { field, reason } => Self::Rejected { field, reason },
            MediaError::NotFound(what) => Self::NotFound(what),
            MediaError::CannotConsume => Self::CannotConsume,
            MediaError::WrongState(why) => Self::WrongState(why),
            MediaError::LimitReached(what) => Self::LimitReached(what),
            MediaError::Unavailable(source) => Self::MediaUnavailable(source),
        }
    }
}

impl From<AccessError> for RoomError {
    fn from(error: AccessError) -> Self {
        match error {
            AccessError::NotInRoom => Self::NotInRoom,
            AccessError::Denied => Self::Denied,
        }
    }
}

impl From<PublishError> for RoomError {
    fn from(error: PublishError) -> Self {
        match error {
            PublishError::NotInRoom => Self::NotInRoom,
            PublishError::Denied => Self::Denied,
            PublishError::SourceInUse => Self::LimitReached("tracks from this source"),
            PublishError::TooMany => Self::LimitReached("producers"),
        }
    }
}
