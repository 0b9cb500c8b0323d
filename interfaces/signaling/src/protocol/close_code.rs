//! Why the server closes a connection, as WebSocket close codes of the private range (RFC 6455, section 7.4.2).

/// The codes with which the server closes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CloseCode {
    /// 1000: the client has left, or closed first.
    Normal,
    /// 4000: the server is about to stop; join again, on another node.
    ServerDraining,
    /// 4001: no `join` within the time allowed.
    JoinTimeout,
    /// 4002: nothing was heard from the client for too long.
    HeartbeatTimeout,
    /// 4003: the same identity has joined with another connection; do not reconnect.
    SessionReplaced,
    /// 4004: the room has ended.
    RoomEnded,
    /// 4005: the client reads too slowly; join again.
    TooSlow,
    /// 4006: too many malformed, oversized or rate-limited messages.
    TooManyErrors,
    /// 4007: the room was lost by a fault of the server; join again.
    RoomLost,
    /// 4008: the participant was made to leave, for instance because the login session ended; do not reconnect.
    Kicked,
    /// 4009: who waited in the lobby was sent away; do not reconnect.
    Denied,
}

impl CloseCode {
    /// The number on the wire.
    #[must_use]
    pub const fn code(self) -> u16 {
        match self {
            Self::Normal => 1000,
            Self::ServerDraining => 4000,
            Self::JoinTimeout => 4001,
            Self::HeartbeatTimeout => 4002,
            Self::SessionReplaced => 4003,
            Self::RoomEnded => 4004,
            Self::TooSlow => 4005,
            Self::TooManyErrors => 4006,
            Self::RoomLost => 4007,
            Self::Kicked => 4008,
            Self::Denied => 4009,
        }
    }

    /// The reason that goes with it.
    #[must_use]
    pub const fn reason(self) -> &'static str {
        match self {
            Self::Normal => "left",
            Self::ServerDraining => "server-draining",
            Self::JoinTimeout => "join-timeout",
            Self::HeartbeatTimeout => "heartbeat-timeout",
            Self::SessionReplaced => "session-replaced",
            Self::RoomEnded => "room-ended",
            Self::TooSlow => "too-slow",
            Self::TooManyErrors => "too-many-errors",
            Self::RoomLost => "room-lost",
            Self::Kicked => "kicked",
            Self::Denied => "denied",
        }
    }

    /// All codes, for the published schema.
    pub const ALL: [Self; 11] = [
        Self::Normal,
        Self::ServerDraining,
        Self::JoinTimeout,
        Self::HeartbeatTimeout,
        Self::SessionReplaced,
        Self::RoomEnded,
        Self::TooSlow,
        Self::TooManyErrors,
        Self::RoomLost,
        Self::Kicked,
        Self::Denied,
    ];
}
