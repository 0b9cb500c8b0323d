//! What a host decides about a meeting.

use application_meeting::SettingsChange;
use domain_meeting::{HostLeaves as HostLeavesKind, LobbyMode as LobbyKind, MeetingSettings as Settings};
use poem_openapi::{Enum, Object};
use serde::Serialize;

use crate::json::{Fields, FromFields};

/// Who waits until somebody lets them in. Hosts and co-hosts never do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Enum)]
#[serde(rename_all = "lowercase")]
#[oai(rename_all = "lowercase")]
pub enum LobbyMode {
    /// Nobody.
    Off,
    /// Who has no account.
    Guests,
    /// All.
    Everyone,
}

/// What happens when the last host who is present leaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Enum)]
#[serde(rename_all = "kebab-case")]
#[oai(rename_all = "kebab-case")]
pub enum HostLeaves {
    /// The co-host who has been there longest becomes host; without one the meeting goes on.
    HandOver,
    /// The meeting ends.
    End,
}

const LOBBY_MODES: [(&str, LobbyMode); 3] =
    [("off", LobbyMode::Off), ("guests", LobbyMode::Guests), ("everyone", LobbyMode::Everyone)];
const HOST_LEAVES: [(&str, HostLeaves); 2] = [("hand-over", HostLeaves::HandOver), ("end", HostLeaves::End)];

/// Settings that are to be other ones; what is absent or null stays.
#[derive(Debug, Clone, Copy, Default, Object)]
pub struct ChangeSettings {
    /// Who waits in the lobby.
    #[oai(nullable)]
    pub lobby: Option<LobbyMode>,
    /// Whether people without an account may come by the link.
    #[oai(nullable)]
    pub guests_allowed: Option<bool>,
    /// Whether all but hosts and co-hosts come in with the microphone off.
    #[oai(nullable)]
    pub mute_on_entry: Option<bool>,
    /// Whether participants may share their screen.
    #[oai(nullable)]
    pub share_screen: Option<bool>,
    /// Whether participants may write chat messages.
    #[oai(nullable)]
    pub chat: Option<bool>,
    /// Whether participants may turn their microphone on by themselves.
    #[oai(nullable)]
    pub unmute: Option<bool>,
    /// Whether participants may record.
    #[oai(nullable)]
    pub record: Option<bool>,
    /// What happens when the host leaves.
    #[oai(nullable)]
    pub host_leaves: Option<HostLeaves>,
}

impl FromFields for ChangeSettings {
    fn from_fields(fields: &mut Fields) -> Self {
        Self {
            lobby: fields.optional_choice("lobby", &LOBBY_MODES),
            guests_allowed: fields.optional_flag("guests_allowed"),
            mute_on_entry: fields.optional_flag("mute_on_entry"),
            share_screen: fields.optional_flag("share_screen"),
            chat: fields.optional_flag("chat"),
            unmute: fields.optional_flag("unmute"),
            record: fields.optional_flag("record"),
            host_leaves: fields.optional_choice("host_leaves", &HOST_LEAVES),
        }
    }
}

impl From<ChangeSettings> for SettingsChange {
    fn from(change: ChangeSettings) -> Self {
        Self {
            lobby: change.lobby.map(|mode| match mode {
                LobbyMode::Off => LobbyKind::Off,
                LobbyMode::Guests => LobbyKind::Guests,
                LobbyMode::Everyone => LobbyKind::Everyone,
            }),
            guests_allowed: change.guests_allowed,
            mute_on_entry: change.mute_on_entry,
            share_screen: change.share_screen,
            chat: change.chat,
            unmute: change.unmute,
            record: change.record,
            host_leaves: change.host_leaves.map(|policy| match policy {
                HostLeaves::HandOver => HostLeavesKind::HandOver,
                HostLeaves::End => HostLeavesKind::End,
            }),
        }
    }
}

/// What the host has decided about a meeting.
#[derive(Debug, Clone, Copy, Serialize, Object)]
#[allow(clippy::struct_excessive_bools, reason = "each is a setting of its own")]
pub struct MeetingSettings {
    /// Who waits in the lobby.
    pub lobby: LobbyMode,
    /// Whether people without an account may come by the link.
    pub guests_allowed: bool,
    /// Whether all but hosts and co-hosts come in with the microphone off.
    pub mute_on_entry: bool,
    /// Whether participants may share their screen.
    pub share_screen: bool,
    /// Whether participants may write chat messages.
    pub chat: bool,
    /// Whether participants may turn their microphone on by themselves.
    pub unmute: bool,
    /// Whether participants may record.
    pub record: bool,
    /// What happens when the host leaves.
    pub host_leaves: HostLeaves,
}

impl From<Settings> for MeetingSettings {
    fn from(settings: Settings) -> Self {
        Self {
            lobby: match settings.lobby {
                LobbyKind::Off => LobbyMode::Off,
                LobbyKind::Guests => LobbyMode::Guests,
                LobbyKind::Everyone => LobbyMode::Everyone,
            },
            guests_allowed: settings.guests_allowed,
            mute_on_entry: settings.mute_on_entry,
            share_screen: settings.permissions.share_screen,
            chat: settings.permissions.chat,
            unmute: settings.permissions.unmute,
            record: settings.permissions.record,
            host_leaves: match settings.host_leaves {
                HostLeavesKind::HandOver => HostLeaves::HandOver,
                HostLeavesKind::End => HostLeaves::End,
            },
        }
    }
}
