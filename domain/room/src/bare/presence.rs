//! Being asked into a bare room, coming, and going.

use chrono::{DateTime, SubsecRound, Utc};
use domain_shared::UserId;

use super::{BareParticipant, BareRoom, BareRoomError, BareRoomEvent, DepartureReason, ParticipantStatus, Uid};
use crate::{DisplayName, Grants, ParticipantRole};

/// Somebody whom the backend lets in. What is absent stays, or is as usual for who is new: a participant, but the creator a
/// host, who may do what the room is for.
#[derive(Debug, Clone)]
pub struct Newcomer {
    /// Who, for the other backend.
    pub uid: Uid,
    /// The identity for signalling, should they be new here.
    pub user_id: UserId,
    /// The name that others see.
    pub name: Option<DisplayName>,
    /// What they are to be.
    pub role: Option<ParticipantRole>,
    /// What they may do.
    pub grants: Option<Grants>,
}

/// What came of an invitation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Invitation {
    /// They are invited now, or were before.
    Invited,
    /// They stand so, and are not invited: they are in, or banned.
    Skipped(ParticipantStatus),
}

impl BareRoom {
    /// Asks somebody to come. Who is in stays in, and who is banned stays banned.
    ///
    /// # Errors
    /// [`BareRoomError::Ended`], [`BareRoomError::TooMany`].
    pub fn invite(&mut self, uid: Uid, user_id: UserId, now: DateTime<Utc>) -> Result<Invitation, BareRoomError> {
        let now = self.instant(now);
        self.refuse_if_over()?;
        let at = match self.position(&uid) {
            Some(at) => match self.participants[at].status() {
                ParticipantStatus::Invited => return Ok(Invitation::Invited),
                status @ (ParticipantStatus::Joined | ParticipantStatus::Banned) => {
                    return Ok(Invitation::Skipped(status));
                }
                _ => at,
            },
            None => self.add(uid, user_id, now)?,
        };
        self.note_invited(at, now);
        Ok(Invitation::Invited)
    }

    /// Lets somebody have a token, which is an invitation, too. Who is banned gets none.
    ///
    /// # Errors
    /// [`BareRoomError::Ended`], [`BareRoomError::Banned`], [`BareRoomError::TooMany`].
    pub fn grant(&mut self, newcomer: Newcomer, now: DateTime<Utc>) -> Result<&BareParticipant, BareRoomError> {
        let now = self.instant(now);
        self.refuse_if_over()?;
        let known = self.position(&newcomer.uid).is_some();
        let at = self.admit(newcomer, now)?;
        match self.participants[at].status() {
            ParticipantStatus::Invited | ParticipantStatus::Joined | ParticipantStatus::Left if known => {}
            _ => self.note_invited(at, now),
        }
        Ok(&self.participants[at])
    }

    /// Lets somebody in, by the backend's word, and begins the room if nobody came before. Who is in already needs no
    /// further place. Hosts, co-hosts and who was there come in while it is locked.
    ///
    /// # Errors
    /// [`BareRoomError::Ended`], [`BareRoomError::Banned`], [`BareRoomError::NotInvited`], [`BareRoomError::Locked`],
    /// [`BareRoomError::Full`], [`BareRoomError::TooMany`].
    pub fn join(&mut self, newcomer: Newcomer, now: DateTime<Utc>) -> Result<&BareParticipant, BareRoomError> {
        let now = self.instant(now);
        self.refuse_if_over()?;
        let known = self.participant(&newcomer.uid);
        let status = known.map(BareParticipant::status);
        if status == Some(ParticipantStatus::Banned) {
            return Err(BareRoomError::Banned);
        }
        if status != Some(ParticipantStatus::Joined) {
            let usual = self.usual_role(&newcomer.uid);
            let role = newcomer.role.or(known.map(BareParticipant::role)).unwrap_or(usual);
            let invited = status.is_some_and(|status| !status.is_removed());
            if self.invite_on && !invited && !usual.moderates() {
                return Err(BareRoomError::NotInvited);
            }
            self.refuse_if_locked(role, status)?;
            self.refuse_if_full()?;
        }
        let at = self.admit(newcomer, now)?;
        self.let_in(at, now, now);
        Ok(&self.participants[at])
    }

    /// Lets somebody in who shows a token at the door, given for `tokens_since`.
    ///
    /// # Errors
    /// [`BareRoomError::Ended`], [`BareRoomError::Revoked`], [`BareRoomError::Locked`], [`BareRoomError::Full`].
    pub fn enter(
        &mut self,
        user_id: UserId,
        tokens_since: DateTime<Utc>,
        now: DateTime<Utc>,
    ) -> Result<&BareParticipant, BareRoomError> {
        let now = self.instant(now);
        self.refuse_if_over()?;
        let at = self.position_of(user_id).ok_or(BareRoomError::Revoked)?;
        let participant = &self.participants[at];
        let (status, role) = (participant.status(), participant.role());
        if status.is_removed() || participant.tokens_since() != tokens_since {
            return Err(BareRoomError::Revoked);
        }
        if status != ParticipantStatus::Joined {
            self.refuse_if_locked(role, Some(status))?;
            self.refuse_if_full()?;
        }
        self.let_in(at, now, now);
        Ok(&self.participants[at])
    }

    /// Takes note that somebody came into the live room at `came_at`. Mostly they are known to be in; not so when they
    /// went and came again at once. News of an earlier stay changes nothing. Tells whether anything changed.
    ///
    /// # Errors
    /// Why they should not be there, and have to leave: [`BareRoomError::Ended`], [`BareRoomError::NoSuchParticipant`],
    /// [`BareRoomError::Revoked`], [`BareRoomError::Full`].
    pub fn note_arrival(&mut self, user_id: UserId, came_at: DateTime<Utc>) -> Result<bool, BareRoomError> {
        let came_at = came_at.trunc_subsecs(6);
        let now = self.instant(came_at);
        self.refuse_if_over()?;
        let at = self.position_of(user_id).ok_or(BareRoomError::NoSuchParticipant)?;
        let participant = &self.participants[at];
        if participant.status().is_removed() {
            return Err(BareRoomError::Revoked);
        }
        if participant.is_present() || participant.left_at().is_some_and(|left| left > came_at) {
            return Ok(false);
        }
        self.refuse_if_full()?;
        self.let_in(at, came_at, now);
        Ok(true)
    }

    /// Takes note that somebody left the live room at `left_at`. Their tokens stay good. News that comes twice, or late,
    /// of an earlier stay, changes nothing. Tells whether anything changed.
    pub fn note_departure(&mut self, user_id: UserId, left_at: DateTime<Utc>) -> bool {
        let Some(at) = self.position_of(user_id) else { return false };
        let participant = &self.participants[at];
        if !participant.is_present() || participant.joined_at().is_none_or(|joined| joined > left_at) {
            return false;
        }
        let now = self.instant(left_at);
        self.let_out(at, ParticipantStatus::Left, DepartureReason::Left, now);
        true
    }

    /// Lets somebody out by the backend's word: their tokens are useless, and they come in by a new one. Tells whether
    /// they were in.
    ///
    /// # Errors
    /// [`BareRoomError::Ended`], [`BareRoomError::NoSuchParticipant`].
    pub fn leave(&mut self, uid: &Uid, now: DateTime<Utc>) -> Result<bool, BareRoomError> {
        let now = self.instant(now);
        self.refuse_if_over()?;
        let at = self.position(uid).ok_or(BareRoomError::NoSuchParticipant)?;
        let participant = &self.participants[at];
        if participant.status().is_removed() {
            return Ok(false);
        }
        let present = participant.is_present();
        self.revoke(at, DepartureReason::Removed, now);
        if present {
            self.let_out(at, ParticipantStatus::Left, DepartureReason::Removed, now);
        }
        Ok(present)
    }

    /// The backend says how somebody stands. `joined` is not for it to say here: they join. Tells whether that is news.
    ///
    /// # Errors
    /// [`BareRoomError::Ended`], [`BareRoomError::NoSuchParticipant`], [`BareRoomError::WrongParticipantStatus`].
    pub fn set_participant_status(
        &mut self,
        uid: &Uid,
        status: ParticipantStatus,
        now: DateTime<Utc>,
    ) -> Result<bool, BareRoomError> {
        let now = self.instant(now);
        self.refuse_if_over()?;
        let at = self.position(uid).ok_or(BareRoomError::NoSuchParticipant)?;
        let present = self.participants[at].status();
        match status {
            _ if present == status => Ok(false),
            ParticipantStatus::Joined => Err(BareRoomError::WrongParticipantStatus),
            ParticipantStatus::Left if present == ParticipantStatus::Joined => self.leave(uid, now),
            ParticipantStatus::Invited if present != ParticipantStatus::Joined => {
                self.note_invited(at, now);
                Ok(true)
            }
            ParticipantStatus::Declined | ParticipantStatus::Missed if present == ParticipantStatus::Invited => {
                self.participants[at].become_status(status, now);
                self.record_status(at, now);
                Ok(true)
            }
            ParticipantStatus::Kicked if present != ParticipantStatus::Banned => Ok(self.remove(at, false, now)),
            ParticipantStatus::Banned => Ok(self.remove(at, true, now)),
            ParticipantStatus::Invited
            | ParticipantStatus::Left
            | ParticipantStatus::Declined
            | ParticipantStatus::Missed
            | ParticipantStatus::Kicked => Err(BareRoomError::WrongParticipantStatus),
        }
    }

    /// Makes somebody leave; with `ban` for good. Tells whether that is news.
    pub(super) fn remove(&mut self, at: usize, ban: bool, now: DateTime<Utc>) -> bool {
        let (status, reason) = if ban {
            (ParticipantStatus::Banned, DepartureReason::Banned)
        } else {
            (ParticipantStatus::Kicked, DepartureReason::Kicked)
        };
        let before = self.participants[at].status();
        if before == status || before == ParticipantStatus::Banned {
            return false;
        }
        // Whoever is let in again has to be given a role again.
        self.participants[at].become_role(ParticipantRole::Participant);
        self.revoke(at, reason, now);
        if before == ParticipantStatus::Joined {
            self.let_out(at, status, reason, now);
        } else {
            self.participants[at].become_status(status, now);
        }
        self.record_status(at, now);
        true
    }

    fn refuse_if_locked(&self, role: ParticipantRole, status: Option<ParticipantStatus>) -> Result<(), BareRoomError> {
        let known_here = role.moderates() || status == Some(ParticipantStatus::Left);
        if self.locked && !known_here { Err(BareRoomError::Locked) } else { Ok(()) }
    }

    /// Whoever the backend lets in, with what it says of them.
    fn admit(&mut self, newcomer: Newcomer, now: DateTime<Utc>) -> Result<usize, BareRoomError> {
        let Newcomer { uid, user_id, name, role, grants } = newcomer;
        let at = match self.position(&uid) {
            Some(at) if self.participants[at].status() == ParticipantStatus::Banned => {
                return Err(BareRoomError::Banned);
            }
            Some(at) => {
                let back = self.participants[at].status() == ParticipantStatus::Kicked;
                if let Some(name) = name {
                    self.call(at, name, now);
                }
                let usual = back.then(|| self.usual_role(&uid));
                if let Some(role) = role.or(usual) {
                    self.give_role(at, role, now);
                }
                at
            }
            None => {
                let at = self.add(uid, user_id, now)?;
                if let Some(name) = name {
                    self.participants[at].rename(name);
                }
                if let Some(role) = role {
                    self.participants[at].become_role(role);
                }
                at
            }
        };
        let grants = grants.map(|grants| self.fitting(grants));
        if let Some(grants) = grants.filter(|grants| grants != self.participants[at].grants()) {
            self.participants[at].may(grants);
            self.updated_at = now;
        }
        Ok(at)
    }

    fn add(&mut self, uid: Uid, user_id: UserId, now: DateTime<Utc>) -> Result<usize, BareRoomError> {
        if self.participants.len() >= Self::MAX_EVER {
            return Err(BareRoomError::TooMany);
        }
        let (name, role, grants) = (DisplayName::of_uid(uid.as_str()), self.usual_role(&uid), self.all_grants());
        self.participants.push(BareParticipant::new(uid, user_id, name, role, grants, now));
        self.updated_at = now;
        Ok(self.participants.len() - 1)
    }

    fn note_invited(&mut self, at: usize, now: DateTime<Utc>) {
        self.participants[at].become_status(ParticipantStatus::Invited, now);
        self.updated_at = now;
        let ((room_id, room_name), participant) = (self.named(), &self.participants[at]);
        let (uid, participant_id) = (participant.uid().clone(), participant.user_id());
        self.events.record(BareRoomEvent::ParticipantInvited { room_id, room_name, uid, participant_id, at: now });
    }

    fn record_status(&mut self, at: usize, now: DateTime<Utc>) {
        self.updated_at = now;
        let ((room_id, room_name), participant) = (self.named(), &self.participants[at]);
        let (uid, participant_id, status) = (participant.uid().clone(), participant.user_id(), participant.status());
        self.events.record(BareRoomEvent::ParticipantStatusChanged {
            room_id,
            room_name,
            uid,
            participant_id,
            status,
            at: now,
        });
    }

    fn let_in(&mut self, at: usize, came_at: DateTime<Utc>, now: DateTime<Utc>) {
        if self.participants[at].is_present() {
            return;
        }
        self.start_if_waiting(now);
        self.participants[at].come(came_at);
        self.updated_at = now;
        let ((room_id, room_name), participant) = (self.named(), &self.participants[at]);
        self.events.record(BareRoomEvent::ParticipantJoined {
            room_id,
            room_name,
            uid: participant.uid().clone(),
            participant_id: participant.user_id(),
            name: participant.display_name().as_str().to_owned(),
            role: participant.role(),
            at: now,
        });
    }

    fn let_out(&mut self, at: usize, status: ParticipantStatus, reason: DepartureReason, now: DateTime<Utc>) {
        self.participants[at].become_status(status, now);
        self.updated_at = now;
        self.record_left(at, reason, now);
    }

    fn revoke(&mut self, at: usize, reason: DepartureReason, now: DateTime<Utc>) {
        self.participants[at].revoke_tokens(now);
        self.updated_at = now;
        let ((room_id, room_name), participant) = (self.named(), &self.participants[at]);
        let (uid, participant_id) = (participant.uid().clone(), participant.user_id());
        self.events.record(BareRoomEvent::TokensRevoked { room_id, room_name, uid, participant_id, reason, at: now });
    }
}
