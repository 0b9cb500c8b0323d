//! Somebody in a room.

use std::{collections::BTreeMap, fmt};

use chrono::{DateTime, Utc};
use domain_shared::UserId;
use thiserror::Error;
use uuid::Uuid;

use crate::{Grants, MediaSource, ParticipantRole};

/// Names one stay of one identity in a room; a second join gets another one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PeerSessionId(Uuid);

impl PeerSessionId {
    /// The UUID inside.
    #[must_use]
    pub const fn as_uuid(self) -> Uuid {
        self.0
    }
}

impl From<Uuid> for PeerSessionId {
    fn from(id: Uuid) -> Self {
        Self(id)
    }
}

impl fmt::Display for PeerSessionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// The name that others see: 1 to 64 characters after trimming, without control characters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DisplayName(String);

/// The text cannot be a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("a display name has 1 to 64 characters and no control characters")]
pub struct DisplayNameError;

impl DisplayName {
    /// The longest name, in characters.
    pub const MAX_CHARS: usize = 64;

    /// Takes a name from outside.
    ///
    /// # Errors
    /// [`DisplayNameError`] when it is blank, too long or has control characters.
    pub fn parse(text: &str) -> Result<Self, DisplayNameError> {
        let text = text.trim();
        let fits = !text.is_empty() && text.chars().count() <= Self::MAX_CHARS && !text.chars().any(char::is_control);
        if fits { Ok(Self(text.to_owned())) } else { Err(DisplayNameError) }
    }

    /// The name of somebody of whom nothing but an identifier is known: that, as far as it can be a name.
    #[must_use]
    pub fn of_uid(uid: &str) -> Self {
        let short: String = uid.trim().chars().take(Self::MAX_CHARS).collect();
        Self::parse(&short).unwrap_or_else(|DisplayNameError| Self("Participant".to_owned()))
    }

    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Somebody in a room, as its token describes them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Peer {
    session: PeerSessionId,
    user_id: UserId,
    display_name: DisplayName,
    role: ParticipantRole,
    grants: Grants,
    joined_at: DateTime<Utc>,
    publications: BTreeMap<MediaSource, usize>,
    hand_raised_at: Option<DateTime<Utc>>,
    // Was asked to turn the microphone on, and so may.
    asked_to_unmute: bool,
}

impl Peer {
    /// Somebody who comes in at `joined_at`.
    #[must_use]
    pub fn new(
        session: PeerSessionId,
        user_id: UserId,
        display_name: DisplayName,
        role: ParticipantRole,
        grants: Grants,
        joined_at: DateTime<Utc>,
    ) -> Self {
        Self {
            session,
            user_id,
            display_name,
            role,
            grants,
            joined_at,
            publications: BTreeMap::new(),
            hand_raised_at: None,
            asked_to_unmute: false,
        }
    }

    /// This stay.
    #[must_use]
    pub const fn session(&self) -> PeerSessionId {
        self.session
    }

    /// Who.
    #[must_use]
    pub const fn user_id(&self) -> UserId {
        self.user_id
    }

    /// The name that others see.
    #[must_use]
    pub const fn display_name(&self) -> &DisplayName {
        &self.display_name
    }

    /// The role.
    #[must_use]
    pub const fn role(&self) -> ParticipantRole {
        self.role
    }

    /// What they may do.
    #[must_use]
    pub const fn grants(&self) -> &Grants {
        &self.grants
    }

    /// Since when they are here.
    #[must_use]
    pub const fn joined_at(&self) -> DateTime<Utc> {
        self.joined_at
    }

    /// Whether others see them.
    #[must_use]
    pub const fn is_visible(&self) -> bool {
        !self.grants.hidden
    }

    /// Since when their hand is raised.
    #[must_use]
    pub const fn hand_raised_at(&self) -> Option<DateTime<Utc>> {
        self.hand_raised_at
    }

    /// Whether they may turn their microphone on.
    #[must_use]
    pub const fn may_unmute(&self) -> bool {
        self.grants.can_unmute || self.asked_to_unmute
    }

    pub(crate) fn raise_hand(&mut self, at: Option<DateTime<Utc>>) {
        self.hand_raised_at = at;
    }

    pub(crate) fn ask_to_unmute(&mut self, asked: bool) {
        self.asked_to_unmute = asked;
    }

    pub(crate) fn rename(&mut self, name: DisplayName) {
        self.display_name = name;
    }

    pub(crate) fn become_role(&mut self, role: ParticipantRole, grants: Grants) {
        self.role = role;
        self.grants = grants;
    }

    /// How many tracks they send.
    #[must_use]
    pub fn publications(&self) -> usize {
        self.publications.values().sum()
    }

    /// How many tracks they send from `source`.
    #[must_use]
    pub fn publications_from(&self, source: MediaSource) -> usize {
        self.publications.get(&source).copied().unwrap_or(0)
    }

    pub(crate) fn add_publication(&mut self, source: MediaSource) {
        *self.publications.entry(source).or_default() += 1;
    }

    pub(crate) fn remove_publication(&mut self, source: MediaSource) {
        if let Some(count) = self.publications.get_mut(&source) {
            *count = count.saturating_sub(1);
        }
    }

    pub(crate) fn clear_publications(&mut self) {
        self.publications.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_trimmed_and_bounded() {
        assert_eq!(DisplayName::parse("  Ada ").map(|name| name.as_str().to_owned()), Ok("Ada".to_owned()));
        assert!(DisplayName::parse(&"名".repeat(64)).is_ok());
        for bad in ["", "  ", "a\u{7}b", &"x".repeat(65)] {
            assert_eq!(DisplayName::parse(bad), Err(DisplayNameError));
        }
    }
}
