//! What a participant may do in a room.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::{MediaKind, MediaSource};

/// The permissions that a room token gives.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[allow(clippy::struct_excessive_bools, reason = "each is a permission of its own")]
pub struct Grants {
    /// May send media at all.
    pub can_publish: bool,
    /// The sources it may send; all when the token does not say.
    #[serde(default = "Grants::all_sources")]
    pub can_publish_sources: BTreeSet<MediaSource>,
    /// May receive media.
    pub can_subscribe: bool,
    /// May write chat messages.
    pub can_chat: bool,
    /// May turn the own microphone on; otherwise only when asked to. True when the token does not say.
    #[serde(default = "Grants::yes")]
    pub can_unmute: bool,
    /// May record.
    #[serde(default)]
    pub can_record: bool,
    /// Is not shown to others, and so can neither send media nor write: an observer.
    #[serde(default)]
    pub hidden: bool,
    /// Opens the lobby only: hears there whether they may come in, and nothing else.
    #[serde(default)]
    pub lobby: bool,
    /// The room is for sound only: no picture may be sent, whatever the sources say.
    #[serde(default)]
    pub audio_only: bool,
}

/// What those may do who are neither host nor co-host.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
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

impl RoomPolicy {
    /// Everything: what hosts and co-hosts may.
    pub const ALL: Self = Self { share_screen: true, chat: true, unmute: true, record: true };
}

impl Grants {
    const fn yes() -> bool {
        true
    }

    /// These under another policy. Whether they may send and receive at all, and whether others see them, stays.
    #[must_use]
    pub fn under(&self, policy: RoomPolicy) -> Self {
        let mut grants = self.clone();
        for source in [MediaSource::Screen, MediaSource::ScreenAudio] {
            if policy.share_screen && self.fits(source) {
                grants.can_publish_sources.insert(source);
            } else {
                grants.can_publish_sources.remove(&source);
            }
        }
        grants.can_chat = policy.chat;
        grants.can_unmute = policy.unmute;
        grants.can_record = policy.record;
        grants
    }

    /// Everything that somebody who takes part may do.
    #[must_use]
    pub fn full() -> Self {
        Self {
            can_publish: true,
            can_publish_sources: Self::all_sources(),
            can_subscribe: true,
            can_chat: true,
            can_unmute: true,
            can_record: true,
            hidden: false,
            lobby: false,
            audio_only: false,
        }
    }

    /// Every source there is.
    #[must_use]
    pub fn all_sources() -> BTreeSet<MediaSource> {
        BTreeSet::from(MediaSource::ALL)
    }

    /// Whether a track from `source` may be sent.
    #[must_use]
    pub fn may_publish(&self, source: MediaSource) -> bool {
        self.can_publish && !self.hidden && self.fits(source) && self.can_publish_sources.contains(&source)
    }

    /// Whether the room is for tracks of this source at all.
    const fn fits(&self, source: MediaSource) -> bool {
        !self.audio_only || matches!(source.kind(), MediaKind::Audio)
    }

    /// Whether chat messages may be written.
    #[must_use]
    pub const fn may_chat(&self) -> bool {
        self.can_chat && !self.hidden
    }
}
