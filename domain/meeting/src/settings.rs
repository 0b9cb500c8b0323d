//! What the host decides about a meeting: who waits in the lobby, what participants may do, what happens when the host leaves.

use std::str::FromStr;

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// No setting bears this name.
#[derive(Debug, Error, Clone, Copy, PartialEq, Eq)]
#[error("must be one of {0}")]
pub struct UnknownSetting(&'static str);

macro_rules! named_settings {
    ($($(#[$doc:meta])* $name:ident ($all:literal) { $($(#[$variant_doc:meta])* $variant:ident = $text:literal),+ $(,)? })+) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "kebab-case")]
        pub enum $name {
            $($(#[$variant_doc])* $variant),+
        }

        impl $name {
            /// Every one.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The stable name.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $text),+
                }
            }
        }

        impl FromStr for $name {
            type Err = UnknownSetting;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Self::ALL.iter().copied().find(|one| one.as_str() == text).ok_or(UnknownSetting($all))
            }
        }
    )+};
}

named_settings! {
    /// Who waits until somebody lets them in. Hosts and co-hosts never do.
    LobbyMode ("off, guests, everyone") {
        /// Nobody.
        Off = "off",
        /// Who has no account.
        Guests = "guests",
        /// All.
        Everyone = "everyone",
    }

    /// What happens when the last host who is present leaves.
    HostLeaves ("hand-over, end") {
        /// The co-host who has been there longest becomes host; without one the meeting goes on.
        HandOver = "hand-over",
        /// The meeting ends.
        End = "end",
    }
}

impl LobbyMode {
    /// Whether somebody new waits, who is a `guest` or has an account.
    #[must_use]
    pub const fn holds(self, guest: bool) -> bool {
        match self {
            Self::Off => false,
            Self::Guests => guest,
            Self::Everyone => true,
        }
    }
}

/// What those may do who are neither host nor co-host.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ParticipantPermissions {
    /// Share their screen.
    pub share_screen: bool,
    /// Write chat messages.
    pub chat: bool,
    /// Turn their microphone on by themselves.
    pub unmute: bool,
    /// Record the meeting.
    pub record: bool,
}

impl Default for ParticipantPermissions {
    fn default() -> Self {
        Self { share_screen: true, chat: true, unmute: true, record: false }
    }
}

/// What the host decides about a meeting.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct MeetingSettings {
    /// Who waits in the lobby.
    pub lobby: LobbyMode,
    /// Whether people without an account may come by the link.
    pub guests_allowed: bool,
    /// Whether everybody but hosts comes in with the microphone off.
    pub mute_on_entry: bool,
    /// What participants may do.
    pub permissions: ParticipantPermissions,
    /// What happens when the host leaves.
    pub host_leaves: HostLeaves,
}

impl Default for MeetingSettings {
    fn default() -> Self {
        Self {
            lobby: LobbyMode::Off,
            guests_allowed: false,
            mute_on_entry: false,
            permissions: ParticipantPermissions::default(),
            host_leaves: HostLeaves::HandOver,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_go_both_ways() {
        for mode in LobbyMode::ALL {
            assert_eq!(mode.as_str().parse(), Ok(*mode));
        }
        for policy in HostLeaves::ALL {
            assert_eq!(policy.as_str().parse(), Ok(*policy));
        }
        let unknown = "Off".parse::<LobbyMode>().unwrap_err();
        assert_eq!(unknown.to_string(), "must be one of off, guests, everyone");
    }

    #[test]
    fn unless_told_otherwise_a_meeting_is_open_to_accounts_and_only_hosts_record() {
        let settings = MeetingSettings::default();
        assert_eq!((settings.lobby, settings.guests_allowed), (LobbyMode::Off, false));
        assert!(settings.permissions.chat && settings.permissions.unmute && !settings.permissions.record);
    }
}
