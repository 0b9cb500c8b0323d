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
    /// Created the meeting, or was made host.
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

    /// Whether they look after the others.
    #[must_use]
    pub const fn moderates(self) -> bool {
        matches!(self, Self::Host | Self::CoHost)
    }

    /// Whether they may act on somebody of that role: hosts on all but hosts, co-hosts on participants.
    #[must_use]
    pub const fn outranks(self, other: Self) -> bool {
        matches!((self, other), (Self::Host, Self::CoHost | Self::Participant) | (Self::CoHost, Self::Participant))
    }

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

/// Somebody who comes to a meeting.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Attendee {
    /// Who: an account's identifier, or one that was made for this guest.
    pub user_id: UserId,
    /// Whether they have no account.
    pub guest: bool,
}

impl Attendee {
    /// Somebody with an account.
    #[must_use]
    pub const fn account(user_id: UserId) -> Self {
        Self { user_id, guest: false }
    }

    /// Somebody without one.
    #[must_use]
    pub const fn guest(user_id: UserId) -> Self {
        Self { user_id, guest: true }
    }
}

/// Whether somebody who was here may come back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Standing {
    /// They may, without knocking again.
    Welcome,
    /// They were sent out, and come back like somebody new.
    Removed,
    /// They may not.
    Banned,
}

/// No standing bears this name.
#[derive(Debug, Error, PartialEq, Eq)]
#[error("must be welcome, removed or banned")]
pub struct UnknownStanding;

impl Standing {
    /// The stable name.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Welcome => "welcome",
            Self::Removed => "removed",
            Self::Banned => "banned",
        }
    }
}

impl FromStr for Standing {
    type Err = UnknownStanding;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let all = [Self::Welcome, Self::Removed, Self::Banned];
        all.into_iter().find(|standing| standing.as_str() == text).ok_or(UnknownStanding)
    }
}

/// Somebody in a meeting: one per meeting and user, however often they come and go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Participant {
    attendee: Attendee,
    role: ParticipantRole,
    display_name: DisplayName,
    joined_at: DateTime<Utc>,
    left_at: Option<DateTime<Utc>>,
    standing: Standing,
}

impl Participant {
    pub(crate) const fn new(
        attendee: Attendee,
        role: ParticipantRole,
        display_name: DisplayName,
        joined_at: DateTime<Utc>,
    ) -> Self {
        Self { attendee, role, display_name, joined_at, left_at: None, standing: Standing::Welcome }
    }

    /// Comes back after having left.
    pub(crate) fn come_back(&mut self, display_name: DisplayName, now: DateTime<Utc>) {
        self.display_name = display_name;
        self.joined_at = now;
        self.left_at = None;
        self.standing = Standing::Welcome;
    }

    pub(crate) fn rename(&mut self, display_name: DisplayName) {
        self.display_name = display_name;
    }

    pub(crate) fn leave(&mut self, now: DateTime<Utc>) {
        self.left_at = Some(now);
    }

    pub(crate) fn become_role(&mut self, role: ParticipantRole) {
        self.role = role;
    }

    pub(crate) fn stand(&mut self, standing: Standing) {
        self.standing = standing;
    }

    /// The user.
    #[must_use]
    pub const fn user_id(&self) -> UserId {
        self.attendee.user_id
    }

    /// Whether they have no account.
    #[must_use]
    pub const fn is_guest(&self) -> bool {
        self.attendee.guest
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

    /// Whether they may come back.
    #[must_use]
    pub const fn standing(&self) -> Standing {
        self.standing
    }

    pub(crate) fn to_snapshot(&self) -> ParticipantSnapshot {
        ParticipantSnapshot {
            user_id: self.attendee.user_id,
            guest: self.attendee.guest,
            role: self.role,
            display_name: self.display_name.as_str().to_owned(),
            joined_at: self.joined_at,
            left_at: self.left_at,
            standing: self.standing,
        }
    }

    pub(crate) fn from_snapshot(snapshot: ParticipantSnapshot) -> Result<Self, TextError> {
        let ParticipantSnapshot { user_id, guest, role, display_name, joined_at, left_at, standing } = snapshot;
        let display_name = DisplayName::parse(&display_name)?;
        Ok(Self { attendee: Attendee { user_id, guest }, role, display_name, joined_at, left_at, standing })
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
        for standing in [Standing::Welcome, Standing::Removed, Standing::Banned] {
            assert_eq!(standing.as_str().parse(), Ok(standing));
        }
        assert_eq!("Banned".parse::<Standing>(), Err(UnknownStanding));
    }

    #[test]
    fn hosts_act_on_all_but_hosts_and_co_hosts_on_participants() {
        use ParticipantRole::{CoHost, Host, Participant};
        let over: Vec<_> = ParticipantRole::ALL
            .into_iter()
            .flat_map(|one| ParticipantRole::ALL.map(|other| (one, other)))
            .filter(|(one, other)| one.outranks(*other))
            .collect();
        assert_eq!(over, [(Host, CoHost), (Host, Participant), (CoHost, Participant)]);
        assert!(Host.moderates() && CoHost.moderates() && !Participant.moderates());
    }
}
