//! What is told to whichever node has a room.

use chrono::{DateTime, Utc};
use domain_shared::{MessageId, RoomId, UserId};
use serde::{Deserialize, Serialize};

/// The channel on which rooms take commands.
pub const ROOM_COMMANDS: &str = "room.commands";

/// What participants who are neither host nor co-host may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[allow(clippy::struct_excessive_bools, reason = "each is a permission of its own")]
pub struct RoomPolicy {
    /// Share their screen.
    pub share_screen: bool,
    /// Write chat messages.
    pub chat: bool,
    /// Turn their microphone on by themselves.
    pub unmute: bool,
    /// Record.
    pub record: bool,
}

/// A command to whichever node has the room: JSON, one object, such as
/// `{"command":"end","room_id":"...","reason":"ended-by-host"}`. A command that is not known is passed over, so that nodes
/// of two versions get along.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "command", rename_all = "kebab-case")]
pub enum RoomCommand {
    /// Ends the room for everybody.
    End {
        /// Which room.
        room_id: RoomId,
        /// Why, told to the participants: at most 64 characters are.
        reason: String,
    },
    /// Makes somebody leave, and makes useless what room tokens they were given.
    Remove {
        /// Which room.
        room_id: RoomId,
        /// Who.
        user_id: UserId,
        /// Why: `kicked` or `banned`.
        reason: String,
        /// Tokens of this instant and before open nothing any more.
        at: DateTime<Utc>,
    },
    /// Gives somebody another role.
    SetRole {
        /// Which room.
        room_id: RoomId,
        /// Who.
        user_id: UserId,
        /// `host`, `co-host` or `participant`.
        role: String,
        /// What participants may do, should it be that role.
        policy: RoomPolicy,
    },
    /// Calls somebody something else.
    Rename {
        /// Which room.
        room_id: RoomId,
        /// Who.
        user_id: UserId,
        /// The name.
        display_name: String,
    },
    /// Lets nobody new in, or lets them in again.
    Lock {
        /// Which room.
        room_id: RoomId,
        /// Whether it is locked now.
        locked: bool,
    },
    /// Changes what participants may do.
    SetPolicy {
        /// Which room.
        room_id: RoomId,
        /// What they may do now.
        policy: RoomPolicy,
    },
    /// Turns microphones off.
    Mute {
        /// Which room.
        room_id: RoomId,
        /// Whose; of everybody below the one who does it when absent.
        user_id: Option<UserId>,
        /// Who does it.
        by: UserId,
    },
    /// Asks somebody to turn the microphone on, and lets them.
    AskToUnmute {
        /// Which room.
        room_id: RoomId,
        /// Whom.
        user_id: UserId,
        /// Who asks.
        by: UserId,
    },
    /// A chat message was deleted.
    MessageDeleted {
        /// Which room.
        room_id: RoomId,
        /// Which message.
        message_id: MessageId,
        /// Who deleted it.
        by: UserId,
        /// Who wrote it.
        sender_id: UserId,
        /// Who it was for; everybody when absent.
        recipient_id: Option<UserId>,
    },
    /// Somebody waits in the lobby.
    LobbyWaiting {
        /// Which room.
        room_id: RoomId,
        /// Who.
        user_id: UserId,
        /// What they are called.
        display_name: String,
        /// Whether they have no account.
        guest: bool,
        /// Since when.
        since: DateTime<Utc>,
    },
    /// Somebody waits no more: they went, were let in, or were sent away.
    LobbyLeft {
        /// Which room.
        room_id: RoomId,
        /// Who.
        user_id: UserId,
        /// Whether a host or co-host let them in (`true`) or sent them away (`false`); absent when they went.
        admitted: Option<bool>,
    },
}

impl RoomCommand {
    /// Which room.
    #[must_use]
    pub const fn room_id(&self) -> RoomId {
        match self {
            Self::End { room_id, .. }
            | Self::Remove { room_id, .. }
            | Self::SetRole { room_id, .. }
            | Self::Rename { room_id, .. }
            | Self::Lock { room_id, .. }
            | Self::SetPolicy { room_id, .. }
            | Self::Mute { room_id, .. }
            | Self::AskToUnmute { room_id, .. }
            | Self::MessageDeleted { room_id, .. }
            | Self::LobbyWaiting { room_id, .. }
            | Self::LobbyLeft { room_id, .. } => *room_id,
        }
    }
}
