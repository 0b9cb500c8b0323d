//! What a participant is in a room.

use serde::{Deserialize, Serialize};

/// The role that the room token gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ParticipantRole {
    /// Hosts the meeting.
    Host,
    /// Helps the host.
    CoHost,
    /// Takes part.
    Participant,
    /// Takes part without an account.
    Guest,
}

impl ParticipantRole {
    /// Whether this role may act on that one: hosts on all but hosts, co-hosts on those below them.
    #[must_use]
    pub const fn outranks(self, other: Self) -> bool {
        match self {
            Self::Host => !matches!(other, Self::Host),
            Self::CoHost => !other.moderates(),
            Self::Participant | Self::Guest => false,
        }
    }

    /// Whether the role may moderate: lock the room and enter it while it is locked.
    #[must_use]
    pub const fn moderates(self) -> bool {
        matches!(self, Self::Host | Self::CoHost)
    }
}
