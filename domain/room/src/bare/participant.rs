//! Somebody who was ever asked into a bare room.

use chrono::{DateTime, TimeDelta, Utc};
use domain_shared::UserId;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::Uid;
use crate::{DisplayName, DisplayNameError, Grants, ParticipantRole};

/// Where somebody stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ParticipantStatus {
    /// Was asked to come: by an invitation, or by a token.
    Invited,
    /// Is in the room, or on the way into it.
    Joined,
    /// Was in the room.
    Left,
    /// Does not want to come.
    Declined,
    /// Did not answer in time.
    Missed,
    /// Was made to leave; a new invitation, token or join of the backend's lets them in again.
    Kicked,
    /// Was made to leave for good; only being invited by status lets them in again.
    Banned,
}

/// The text names no status.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("no such participant status")]
pub struct UnknownParticipantStatus;

impl ParticipantStatus {
    /// Every status.
    pub const ALL: [Self; 7] =
        [Self::Invited, Self::Joined, Self::Left, Self::Declined, Self::Missed, Self::Kicked, Self::Banned];

    /// The stable name.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Invited => "invited",
            Self::Joined => "joined",
            Self::Left => "left",
            Self::Declined => "declined",
            Self::Missed => "missed",
            Self::Kicked => "kicked",
            Self::Banned => "banned",
        }
    }

    /// Finds the status of that stable name.
    ///
    /// # Errors
    /// [`UnknownParticipantStatus`] when there is none.
    pub fn parse(name: &str) -> Result<Self, UnknownParticipantStatus> {
        Self::ALL.into_iter().find(|status| status.as_str() == name).ok_or(UnknownParticipantStatus)
    }

    /// Whether they were made to leave.
    #[must_use]
    pub const fn is_removed(self) -> bool {
        matches!(self, Self::Kicked | Self::Banned)
    }
}

/// Somebody who was ever asked into a bare room: one for each `uid`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BareParticipant {
    snapshot: BareParticipantSnapshot,
    name: DisplayName,
}

/// Everything about a [`BareParticipant`]. Times are in whole microseconds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BareParticipantSnapshot {
    /// Who, for the other backend.
    pub uid: Uid,
    /// Who, for signalling; the same as long as the room is there.
    pub user_id: UserId,
    /// Where they stand.
    pub status: ParticipantStatus,
    /// What they are in the room.
    pub role: ParticipantRole,
    /// The name that others see.
    pub display_name: String,
    /// What their last token granted.
    pub grants: Grants,
    /// Their tokens name this; those that name an earlier one open nothing any more.
    pub tokens_since: DateTime<Utc>,
    /// When they were asked for the first time.
    pub created_at: DateTime<Utc>,
    /// When they came, the last time.
    pub joined_at: Option<DateTime<Utc>>,
    /// When they left, the last time, unless they are there.
    pub left_at: Option<DateTime<Utc>>,
}

impl BareParticipant {
    /// Somebody who is asked for the first time.
    pub(super) fn new(
        uid: Uid,
        user_id: UserId,
        name: DisplayName,
        role: ParticipantRole,
        grants: Grants,
        now: DateTime<Utc>,
    ) -> Self {
        let snapshot = BareParticipantSnapshot {
            uid,
            user_id,
            status: ParticipantStatus::Invited,
            role,
            display_name: name.as_str().to_owned(),
            grants,
            tokens_since: now,
            created_at: now,
            joined_at: None,
            left_at: None,
        };
        Self { snapshot, name }
    }

    pub(super) fn from_snapshot(snapshot: BareParticipantSnapshot) -> Result<Self, DisplayNameError> {
        let name = DisplayName::parse(&snapshot.display_name)?;
        Ok(Self { snapshot, name })
    }

    pub(super) fn to_snapshot(&self) -> BareParticipantSnapshot {
        self.snapshot.clone()
    }

    pub(super) fn come(&mut self, now: DateTime<Utc>) {
        self.snapshot.status = ParticipantStatus::Joined;
        self.snapshot.joined_at = Some(now);
        self.snapshot.left_at = None;
    }

    /// They are another status from now on; who was there is not any more.
    pub(super) fn become_status(&mut self, status: ParticipantStatus, now: DateTime<Utc>) {
        if self.is_present() {
            self.snapshot.left_at = Some(now);
        }
        self.snapshot.status = status;
    }

    /// The tokens that they have been given open nothing any more.
    pub(super) fn revoke_tokens(&mut self, now: DateTime<Utc>) {
        self.snapshot.tokens_since = now.max(self.snapshot.tokens_since + TimeDelta::microseconds(1));
    }

    pub(super) fn become_role(&mut self, role: ParticipantRole) {
        self.snapshot.role = role;
    }

    pub(super) fn may(&mut self, grants: Grants) {
        self.snapshot.grants = grants;
    }

    pub(super) fn rename(&mut self, name: DisplayName) {
        name.as_str().clone_into(&mut self.snapshot.display_name);
        self.name = name;
    }

    /// Who, for the other backend.
    #[must_use]
    pub const fn uid(&self) -> &Uid {
        &self.snapshot.uid
    }

    /// Who, for signalling.
    #[must_use]
    pub const fn user_id(&self) -> UserId {
        self.snapshot.user_id
    }

    /// Where they stand.
    #[must_use]
    pub const fn status(&self) -> ParticipantStatus {
        self.snapshot.status
    }

    /// Whether they are in the room, or on the way into it.
    #[must_use]
    pub const fn is_present(&self) -> bool {
        matches!(self.snapshot.status, ParticipantStatus::Joined)
    }

    /// What they are in the room.
    #[must_use]
    pub const fn role(&self) -> ParticipantRole {
        self.snapshot.role
    }

    /// The name that others see.
    #[must_use]
    pub const fn display_name(&self) -> &DisplayName {
        &self.name
    }

    /// What their last token granted.
    #[must_use]
    pub const fn grants(&self) -> &Grants {
        &self.snapshot.grants
    }

    /// What their tokens have to name.
    #[must_use]
    pub const fn tokens_since(&self) -> DateTime<Utc> {
        self.snapshot.tokens_since
    }

    /// When they were asked for the first time.
    #[must_use]
    pub const fn created_at(&self) -> DateTime<Utc> {
        self.snapshot.created_at
    }

    /// When they came, the last time.
    #[must_use]
    pub const fn joined_at(&self) -> Option<DateTime<Utc>> {
        self.snapshot.joined_at
    }

    /// When they left, the last time, unless they are there.
    #[must_use]
    pub const fn left_at(&self) -> Option<DateTime<Utc>> {
        self.snapshot.left_at
    }
}
