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
    /// Whether the role may moderate: lock the room and enter it while it is locked.
    #[must_use]
    pub const fn moderates(self) -> bool {
        matches!(self, Self::Host | Self::CoHost)
    }
}
