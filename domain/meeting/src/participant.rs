//! Who takes part in a meeting.

use std::str::FromStr;

use chrono::{DateTime, Utc};
use domain_shared::UserId;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::{DisplayName, ParticipantSnapshot, TextError};

/// What a participant may do in the meeting.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ParticipantRole {
    /// Created the meeting.
    Host,
    /// Helps the host.
    CoHost,
    /// Everybody else.
    Participant,
}

/// No role bears this name.
#[derive(Debug, Error, PartialEq, Eq)]
#[error("must be host, co-host or participant")]
pub struct UnknownParticipantRole;

impl ParticipantRole {
    /// Every role.
    pub const ALL: [Self; 3] = [Self::Host, Self::CoHost, Self::Participant];

    /// The stable name.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Host => "host",
            Self::CoHost => "co-host",
            Self::Participant => "participant",
        }
    }
}

impl FromStr for ParticipantRole {
    type Err = UnknownParticipantRole;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL.into_iter().find(|role| role.as_str() == text).ok_or(UnknownParticipantRole)
    }
}

/// A user in a meeting: one per meeting and user, however often they come and go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Participant {
    user_id: UserId,
    role: ParticipantRole,
    display_name: DisplayName,
    joined_at: DateTime<Utc>,
    left_at: Option<DateTime<Utc>>,
}

impl Participant {
    pub(crate) const fn new(
        user_id: UserId,
        role: ParticipantRole,
        display_name: DisplayName,
        joined_at: DateTime<Utc>,
    ) -> Self {
        Self { user_id, role, display_name, joined_at, left_at: None }
    }

    /// Comes back after having left.
    pub(crate) fn come_back(&mut self, display_name: DisplayName, now: DateTime<Utc>) {
        self.display_name = display_name;
        self.joined_at = now;
        self.left_at = None;
    }

    pub(crate) fn rename(&mut self, display_name: DisplayName) {
        self.display_name = display_name;
    }

    pub(crate) fn leave(&mut self, now: DateTime<Utc>) {
        self.left_at = Some(now);
    }

    /// The user.
    #[must_use]
    pub const fn user_id(&self) -> UserId {
        self.user_id
    }

    /// What they may do.
    #[must_use]
    pub const fn role(&self) -> ParticipantRole {
        self.role
    }

    /// What they are called here.
    #[must_use]
    pub const fn display_name(&self) -> &DisplayName {
        &self.display_name
    }

    /// When they came, the last time.
    #[must_use]
    pub const fn joined_at(&self) -> DateTime<Utc> {
        self.joined_at
    }

    /// When they left, unless they are present.
    #[must_use]
    pub const fn left_at(&self) -> Option<DateTime<Utc>> {
        self.left_at
    }

    /// Whether they are in the meeting now, and so take a place.
    #[must_use]
    pub const fn is_present(&self) -> bool {
        self.left_at.is_none()
    }

    pub(crate) fn to_snapshot(&self) -> ParticipantSnapshot {
        ParticipantSnapshot {
            user_id: self.user_id,
            role: self.role,
            display_name: self.display_name.as_str().to_owned(),
            joined_at: self.joined_at,
            left_at: self.left_at,
        }
    }

    pub(crate) fn from_snapshot(snapshot: ParticipantSnapshot) -> Result<Self, TextError> {
        let ParticipantSnapshot { user_id, role, display_name, joined_at, left_at } = snapshot;
        Ok(Self { user_id, role, display_name: DisplayName::parse(&display_name)?, joined_at, left_at })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn role_names_go_both_ways() {
        for role in ParticipantRole::ALL {
            assert_eq!(role.as_str().parse(), Ok(role));
        }
        assert_eq!("guest".parse::<ParticipantRole>(), Err(UnknownParticipantRole));
    }
}
