//! The stable codes of `error` answers.

use schemars::JsonSchema;
use serde::Serialize;

/// Why a request was not done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, JsonSchema)]
pub enum ErrorCode {
    /// The frame is not one JSON object in text.
    #[serde(rename = "signaling.malformed")]
    Malformed,
    /// There is no message of this type.
    #[serde(rename = "signaling.unknown_type")]
    UnknownType,
    /// A field is missing, of a wrong type or out of range.
    #[serde(rename = "signaling.invalid_field")]
    InvalidField,
    /// The frame is larger than 256 KiB.
    #[serde(rename = "signaling.too_large")]
    TooLarge,
    /// The first message must be `join`.
    #[serde(rename = "signaling.not_joined")]
    NotJoined,
    /// This connection is in a room already.
    #[serde(rename = "signaling.already_joined")]
    AlreadyJoined,
    /// Too many messages; wait a moment.
    #[serde(rename = "signaling.rate_limited")]
    RateLimited,
    /// The room token is not one of ours, or its login session has ended.
    #[serde(rename = "token.invalid")]
    TokenInvalid,
    /// The room token has expired; get a new one.
    #[serde(rename = "token.expired")]
    TokenExpired,
    /// The room is locked.
    #[serde(rename = "room.locked")]
    RoomLocked,
    /// The room is full.
    #[serde(rename = "room.full")]
    RoomFull,
    /// The room has ended.
    #[serde(rename = "room.ended")]
    RoomEnded,
    /// The token is for another room.
    #[serde(rename = "room.mismatch")]
    RoomMismatch,
    /// The room has more to do than it can; try again in a moment.
    #[serde(rename = "room.busy")]
    RoomBusy,
    /// The server takes no more rooms now, because it is full or about to stop.
    #[serde(rename = "server.unavailable")]
    ServerUnavailable,
    /// The room token does not grant this.
    #[serde(rename = "permission.denied")]
    PermissionDenied,
    /// A media parameter is malformed or not supported.
    #[serde(rename = "media.rejected")]
    MediaRejected,
    /// There is no such transport, producer or consumer of this participant.
    #[serde(rename = "media.not_found")]
    MediaNotFound,
    /// The client's RTP capabilities do not fit the producer.
    #[serde(rename = "media.cannot_consume")]
    MediaCannotConsume,
    /// The transport is of the other direction, or connected already.
    #[serde(rename = "media.wrong_state")]
    MediaWrongState,
    /// A limit on the number of transports, producers or consumers is reached.
    #[serde(rename = "media.limit_reached")]
    MediaLimitReached,
    /// The media engine cannot do it now.
    #[serde(rename = "media.unavailable")]
    MediaUnavailable,
    /// There is no such participant in the room.
    #[serde(rename = "target.not_found")]
    TargetNotFound,
    /// Messages cannot be kept now; try again.
    #[serde(rename = "chat.unavailable")]
    ChatUnavailable,
    /// There is no such message, or it is a private one of other people.
    #[serde(rename = "message.not_found")]
    MessageNotFound,
    /// A fault of the server.
    #[serde(rename = "internal")]
    Internal,
}

impl ErrorCode {
    /// The code on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Malformed => "signaling.malformed",
            Self::UnknownType => "signaling.unknown_type",
            Self::InvalidField => "signaling.invalid_field",
            Self::TooLarge => "signaling.too_large",
            Self::NotJoined => "signaling.not_joined",
            Self::AlreadyJoined => "signaling.already_joined",
            Self::RateLimited => "signaling.rate_limited",
            Self::TokenInvalid => "token.invalid",
            Self::TokenExpired => "token.expired",
            Self::RoomLocked => "room.locked",
            Self::RoomFull => "room.full",
            Self::RoomEnded => "room.ended",
            Self::RoomMismatch => "room.mismatch",
            Self::RoomBusy => "room.busy",
            Self::ServerUnavailable => "server.unavailable",
            Self::PermissionDenied => "permission.denied",
            Self::MediaRejected => "media.rejected",
            Self::MediaNotFound => "media.not_found",
            Self::MediaCannotConsume => "media.cannot_consume",
            Self::MediaWrongState => "media.wrong_state",
            Self::MediaLimitReached => "media.limit_reached",
            Self::MediaUnavailable => "media.unavailable",
            Self::TargetNotFound => "target.not_found",
            Self::ChatUnavailable => "chat.unavailable",
            Self::MessageNotFound => "message.not_found",
            Self::Internal => "internal",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_written_as_it_is_named() {
        for code in [
            ErrorCode::Malformed,
            ErrorCode::UnknownType,
            ErrorCode::InvalidField,
            ErrorCode::TooLarge,
            ErrorCode::NotJoined,
            ErrorCode::AlreadyJoined,
            ErrorCode::RateLimited,
            ErrorCode::TokenInvalid,
            ErrorCode::TokenExpired,
            ErrorCode::RoomLocked,
            ErrorCode::RoomFull,
            ErrorCode::RoomEnded,
            ErrorCode::RoomMismatch,
            ErrorCode::RoomBusy,
            ErrorCode::ServerUnavailable,
            ErrorCode::PermissionDenied,
            ErrorCode::MediaRejected,
            ErrorCode::MediaNotFound,
            ErrorCode::MediaCannotConsume,
            ErrorCode::MediaWrongState,
            ErrorCode::MediaLimitReached,
            ErrorCode::MediaUnavailable,
            ErrorCode::TargetNotFound,
            ErrorCode::ChatUnavailable,
            ErrorCode::MessageNotFound,
            ErrorCode::Internal,
        ] {
            assert_eq!(serde_json::to_value(code).unwrap(), code.as_str());
        }
    }
}
