//! What a participant may do in a room.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::MediaSource;

/// The permissions that a room token gives.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
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
    /// Is not shown to others, and so can neither send media nor write: an observer.
    #[serde(default)]
    pub hidden: bool,
}

impl Grants {
    /// Everything that somebody who takes part may do.
    #[must_use]
    pub fn full() -> Self {
        Self {
            can_publish: true,
            can_publish_sources: Self::all_sources(),
            can_subscribe: true,
            can_chat: true,
            hidden: false,
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
        self.can_publish && !self.hidden && self.can_publish_sources.contains(&source)
    }

    /// Whether chat messages may be written.
    #[must_use]
    pub const fn may_chat(&self) -> bool {
        self.can_chat && !self.hidden
    }
}
