//! The invitation: who is asked to come to a meeting, and what they say.

use std::str::FromStr;

use chrono::{DateTime, SubsecRound, Utc};
use domain_shared::{Email, Events, InvitationId, MeetingId, UserId};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::InvitationEvent;

/// Somebody who is asked to come to a meeting. They answer once, by a token that only they were sent; nobody else
/// changes the answer. The host can take the invitation back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invitation {
    id: InvitationId,
    meeting_id: MeetingId,
    invitee: Invitee,
    token_hash: InvitationTokenHash,
    status: InvitationStatus,
    invited_by: UserId,
    told_version: i64,
    created_at: DateTime<Utc>,
    version: i64,
    events: Events<InvitationEvent>,
}

/// Who is asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Invitee {
    /// Whoever reads mails to this address.
    Address {
        /// The address, as the host knows it.
        email: Email,
        /// Whose account has proved that address, if any has.
        user_id: Option<UserId>,
    },
    /// A user, whatever their address is.
    User(UserId),
}

impl Invitee {
    /// The user who is asked, if it is known to be one.
    #[must_use]
    pub const fn user_id(&self) -> Option<UserId> {
        match self {
            Self::Address { user_id, .. } => *user_id,
            Self::User(user_id) => Some(*user_id),
        }
    }

    /// The address that the host has given.
    #[must_use]
    pub const fn email(&self) -> Option<&Email> {
        match self {
            Self::Address { email, .. } => Some(email),
            Self::User(_) => None,
        }
    }
}

/// SHA-256 of the token by which an invitation is answered. The token itself is kept nowhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct InvitationTokenHash([u8; 32]);

impl InvitationTokenHash {
    /// Wraps a hash.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The hash.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

/// What somebody answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum InvitationAnswer {
    /// They come.
    Accepted,
    /// They do not.
    Declined,
}

impl InvitationAnswer {
    /// The stable name.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Accepted => "accepted",
            Self::Declined => "declined",
        }
    }
}

/// The state of an invitation, with what belongs to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InvitationStatus {
    /// Not answered yet.
    Pending,
    /// Answered.
    Answered {
        /// What.
        answer: InvitationAnswer,
        /// When.
        at: DateTime<Utc>,
    },
    /// Taken back by the host.
    Revoked {
        /// What had been answered, and when, if anything had.
        answered: Option<(InvitationAnswer, DateTime<Utc>)>,
        /// When.
        at: DateTime<Utc>,
    },
}

impl InvitationStatus {
    /// The state without its data.
    #[must_use]
    pub const fn kind(self) -> InvitationStatusKind {
        match self {
            Self::Pending => InvitationStatusKind::Pending,
            Self::Answered { answer: InvitationAnswer::Accepted, .. } => InvitationStatusKind::Accepted,
            Self::Answered { answer: InvitationAnswer::Declined, .. } => InvitationStatusKind::Declined,
            Self::Revoked { .. } => InvitationStatusKind::Revoked,
        }
    }

    /// What was answered, and when.
    #[must_use]
    pub const fn answered(self) -> Option<(InvitationAnswer, DateTime<Utc>)> {
        match self {
            Self::Pending => None,
            Self::Answered { answer, at } => Some((answer, at)),
            Self::Revoked { answered, .. } => answered,
        }
    }
}

/// The state of an invitation, by name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum InvitationStatusKind {
    /// Not answered yet.
    Pending,
    /// They come.
    Accepted,
    /// They do not.
    Declined,
    /// Taken back by the host.
    Revoked,
}

/// No status bears this name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("must be pending, accepted, declined or revoked")]
pub struct UnknownInvitationStatus;

impl InvitationStatusKind {
    /// Every kind.
    pub const ALL: [Self; 4] = [Self::Pending, Self::Accepted, Self::Declined, Self::Revoked];

    /// The stable name.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Accepted => "accepted",
            Self::Declined => "declined",
            Self::Revoked => "revoked",
        }
    }
}

impl FromStr for InvitationStatusKind {
    type Err = UnknownInvitationStatus;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == name).ok_or(UnknownInvitationStatus)
    }
}

/// What an invitation is made of.
#[derive(Debug, Clone)]
pub struct NewInvitation {
    /// Its identifier.
    pub id: InvitationId,
    /// To this meeting.
    pub meeting_id: MeetingId,
    /// How often the meeting had been stored then: what whoever is invited is told of it.
    pub meeting_version: i64,
    /// Who is asked.
    pub invitee: Invitee,
    /// The hash of the token by which they answer.
    pub token_hash: InvitationTokenHash,
    /// The host.
    pub invited_by: UserId,
}

/// The invitation's rules forbid it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum InvitationError {
    /// The host has taken it back.
    #[error("the invitation was taken back")]
    Revoked,
    /// It was answered otherwise.
    #[error("the invitation was answered already")]
    Answered,
}

/// Everything about an [`Invitation`]. Times are in whole microseconds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvitationSnapshot {
    /// Its identifier.
    pub id: InvitationId,
    /// To this meeting.
    pub meeting_id: MeetingId,
    /// The address that the host has given.
    pub email: Option<String>,
    /// The user who is asked.
    pub user_id: Option<UserId>,
    /// The hash of the token.
    pub token_hash: InvitationTokenHash,
    /// Its state.
    pub status: InvitationStatus,
    /// The host.
    pub invited_by: UserId,
    /// Of which version of the meeting whoever is invited was told.
    pub told_version: i64,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// How often it has been stored.
    pub version: i64,
}

/// What is stored is no invitation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum CorruptInvitation {
    /// The address.
    #[error("email: {0}")]
    Email(#[from] domain_shared::EmailError),
    /// Nobody is asked.
    #[error("neither an address nor a user")]
    Nobody,
}

impl Invitation {
    /// The most invitations to one meeting that are not declined or taken back.
    pub const MAX_PER_MEETING: usize = 1_000;

    /// Asks somebody to come.
    #[must_use]
    pub fn create(new: NewInvitation, now: DateTime<Utc>) -> Self {
        let now = now.trunc_subsecs(6);
        let NewInvitation { id, meeting_id, meeting_version, invitee, token_hash, invited_by } = new;
        let mut events = Events::default();
        events.record(InvitationEvent::Created { invitation_id: id, meeting_id, invited_by, at: now });
        Self {
            id,
            meeting_id,
            invitee,
            token_hash,
            status: InvitationStatus::Pending,
            invited_by,
            told_version: meeting_version,
            created_at: now,
            version: 0,
            events,
        }
    }

    /// Whoever has the token answers. The same answer again changes nothing. Tells whether it is news.
    ///
    /// # Errors
    /// [`InvitationError`].
    pub fn answer(&mut self, answer: InvitationAnswer, now: DateTime<Utc>) -> Result<bool, InvitationError> {
        match self.status {
            InvitationStatus::Revoked { .. } => Err(InvitationError::Revoked),
            InvitationStatus::Answered { answer: given, .. } if given == answer => Ok(false),
            InvitationStatus::Answered { .. } => Err(InvitationError::Answered),
            InvitationStatus::Pending => {
                let at = self.instant(now);
                self.status = InvitationStatus::Answered { answer, at };
                let (invitation_id, meeting_id) = (self.id, self.meeting_id);
                self.events.record(InvitationEvent::Answered { invitation_id, meeting_id, answer, at });
                Ok(true)
            }
        }
    }

    /// The host takes it back. Whoever had declined need not be told. Tells whether it is news.
    pub fn revoke(&mut self, now: DateTime<Utc>) -> bool {
        if let InvitationStatus::Revoked { .. } = self.status {
            return false;
        }
        let (at, is_active) = (self.instant(now), self.is_active());
        self.status = InvitationStatus::Revoked { answered: self.status.answered(), at };
        if is_active {
            let (invitation_id, meeting_id) = (self.id, self.meeting_id);
            self.events.record(InvitationEvent::Revoked { invitation_id, meeting_id, at });
        }
        true
    }

    /// The meeting takes place otherwise than was told, as it is stored now. Tells whether that is to be told.
    pub fn meeting_changed(&mut self, meeting_version: i64, now: DateTime<Utc>) -> bool {
        let (invitation_id, meeting_id, at) = (self.id, self.meeting_id, self.instant(now));
        self.tell(meeting_version, InvitationEvent::MeetingChanged { invitation_id, meeting_id, at })
    }

    /// The meeting does not take place, as it is stored now. Tells whether that is to be told.
    pub fn meeting_cancelled(&mut self, meeting_version: i64, now: DateTime<Utc>) -> bool {
        let (invitation_id, meeting_id, at) = (self.id, self.meeting_id, self.instant(now));
        self.tell(meeting_version, InvitationEvent::MeetingCancelled { invitation_id, meeting_id, at })
    }

    /// Tells those who may still come of a version of the meeting, once.
    fn tell(&mut self, meeting_version: i64, event: InvitationEvent) -> bool {
        if !self.is_active() || meeting_version <= self.told_version {
            return false;
        }
        self.told_version = meeting_version;
        self.events.record(event);
        true
    }

    /// Whether whoever is asked may come: they have not declined, and it was not taken back.
    #[must_use]
    pub const fn is_active(&self) -> bool {
        matches!(self.status.kind(), InvitationStatusKind::Pending | InvitationStatusKind::Accepted)
    }

    /// The present instant for this invitation: whole microseconds, and never before it was made, for the clocks of
    /// nodes differ a little.
    fn instant(&self, now: DateTime<Utc>) -> DateTime<Utc> {
        now.trunc_subsecs(6).max(self.created_at)
    }

    /// The identifier.
    #[must_use]
    pub const fn id(&self) -> InvitationId {
        self.id
    }

    /// To this meeting.
    #[must_use]
    pub const fn meeting_id(&self) -> MeetingId {
        self.meeting_id
    }

    /// Who is asked.
    #[must_use]
    pub const fn invitee(&self) -> &Invitee {
        &self.invitee
    }

    /// The hash of the token.
    #[must_use]
    pub const fn token_hash(&self) -> &InvitationTokenHash {
        &self.token_hash
    }

    /// The state.
    #[must_use]
    pub const fn status(&self) -> InvitationStatus {
        self.status
    }

    /// The host.
    #[must_use]
    pub const fn invited_by(&self) -> UserId {
        self.invited_by
    }

    /// When it was made.
    #[must_use]
    pub const fn created_at(&self) -> DateTime<Utc> {
        self.created_at
    }

    /// How often it has been stored: 0 for one that never was.
    #[must_use]
    pub const fn version(&self) -> i64 {
        self.version
    }

    /// The facts stated since it was stored last.
    #[must_use]
    pub fn pending_events(&self) -> &[InvitationEvent] {
        self.events.pending()
    }

    /// The repository has stored it, with its events, as `version`.
    pub fn mark_stored(&mut self, version: i64) {
        self.version = version;
        self.events.take();
    }

    /// The invitation as plain data.
    #[must_use]
    pub fn to_snapshot(&self) -> InvitationSnapshot {
        InvitationSnapshot {
            id: self.id,
            meeting_id: self.meeting_id,
            email: self.invitee.email().map(|email| email.as_str().to_owned()),
            user_id: self.invitee.user_id(),
            token_hash: self.token_hash,
            status: self.status,
            invited_by: self.invited_by,
            told_version: self.told_version,
            created_at: self.created_at,
            version: self.version,
        }
    }

    /// The invitation that was stored.
    ///
    /// # Errors
    /// [`CorruptInvitation`] when the data is no invitation.
    pub fn from_snapshot(snapshot: InvitationSnapshot) -> Result<Self, CorruptInvitation> {
        let invitee = match (snapshot.email, snapshot.user_id) {
            (Some(email), user_id) => Invitee::Address { email: Email::parse(&email)?, user_id },
            (None, Some(user_id)) => Invitee::User(user_id),
            (None, None) => return Err(CorruptInvitation::Nobody),
        };
        Ok(Self {
            id: snapshot.id,
            meeting_id: snapshot.meeting_id,
            invitee,
            token_hash: snapshot.token_hash,
            status: snapshot.status,
            invited_by: snapshot.invited_by,
            told_version: snapshot.told_version,
            created_at: snapshot.created_at,
            version: snapshot.version,
            events: Events::default(),
        })
    }
}

#[cfg(test)]
#[path = "invitation_tests.rs"]
mod tests;
