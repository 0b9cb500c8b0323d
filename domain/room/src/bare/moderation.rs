//! What hosts and co-hosts do to others from within a bare room.

use chrono::{DateTime, Utc};
use domain_shared::UserId;

use super::{BareRoom, BareRoomError, BareRoomEvent, EndReason, ParticipantStatus};
use crate::{DisplayName, ParticipantRole};

impl BareRoom {
    /// Makes somebody leave; with `ban` for good. Tells whether that is news.
    ///
    /// # Errors
    /// [`BareRoomError::Ended`], [`BareRoomError::NotModerator`], [`BareRoomError::NoSuchParticipant`],
    /// [`BareRoomError::Outranked`].
    pub fn kick(&mut self, by: UserId, user_id: UserId, ban: bool, now: DateTime<Utc>) -> Result<bool, BareRoomError> {
        let now = self.instant(now);
        let at = self.acting_on(by, user_id)?;
        if by == user_id {
            return Err(BareRoomError::Outranked);
        }
        Ok(self.remove(at, ban, now))
    }

    /// Gives somebody another role, as a host. Tells whether that is news.
    ///
    /// # Errors
    /// [`BareRoomError::Ended`], [`BareRoomError::NotHost`], [`BareRoomError::NoSuchParticipant`],
    /// [`BareRoomError::Outranked`].
    pub fn set_role(
        &mut self,
        by: UserId,
        user_id: UserId,
        role: ParticipantRole,
        now: DateTime<Utc>,
    ) -> Result<bool, BareRoomError> {
        let now = self.instant(now);
        self.refuse_if_over()?;
        if self.role_of(by) != Some(ParticipantRole::Host) {
            return Err(BareRoomError::NotHost);
        }
        let at = self.acting_on(by, user_id)?;
        if self.participants[at].status().is_removed() {
            return Err(BareRoomError::Outranked);
        }
        Ok(self.give_role(at, role, now))
    }

    /// Calls somebody something else: oneself, or as host or co-host somebody of a lower role. Tells whether that is news.
    ///
    /// # Errors
    /// [`BareRoomError::Ended`], [`BareRoomError::NotModerator`], [`BareRoomError::NoSuchParticipant`],
    /// [`BareRoomError::Outranked`].
    pub fn rename(
        &mut self,
        by: UserId,
        user_id: UserId,
        name: DisplayName,
        now: DateTime<Utc>,
    ) -> Result<bool, BareRoomError> {
        let now = self.instant(now);
        self.refuse_if_over()?;
        let at = if by == user_id {
            self.position_of(user_id).ok_or(BareRoomError::NoSuchParticipant)?
        } else {
            self.acting_on(by, user_id)?
        };
        Ok(self.call(at, name, now))
    }

    /// Lets nobody new in, or lets them in again. Tells whether that is news.
    ///
    /// # Errors
    /// [`BareRoomError::Ended`], [`BareRoomError::NotModerator`].
    pub fn lock(&mut self, by: UserId, locked: bool, now: DateTime<Utc>) -> Result<bool, BareRoomError> {
        let now = self.instant(now);
        self.refuse_if_over()?;
        self.refuse_unless_moderator(by)?;
        if self.locked == locked {
            return Ok(false);
        }
        self.locked = locked;
        self.updated_at = now;
        let (room_id, room_name) = self.named();
        self.events.record(BareRoomEvent::LockChanged { room_id, room_name, by, locked, at: now });
        Ok(true)
    }

    /// Ends it for everybody, as a host.
    ///
    /// # Errors
    /// [`BareRoomError::Ended`], [`BareRoomError::NotHost`].
    pub fn end_by(&mut self, by: UserId, now: DateTime<Utc>) -> Result<(), BareRoomError> {
        self.refuse_if_over()?;
        if self.role_of(by) != Some(ParticipantRole::Host) {
            return Err(BareRoomError::NotHost);
        }
        self.end(EndReason::EndedByHost, now)
    }

    /// What somebody is here who has not been made to leave.
    fn role_of(&self, user_id: UserId) -> Option<ParticipantRole> {
        self.participant_of(user_id).filter(|p| !p.status().is_removed()).map(super::BareParticipant::role)
    }

    fn refuse_unless_moderator(&self, by: UserId) -> Result<(), BareRoomError> {
        let moderates = self.role_of(by).is_some_and(ParticipantRole::moderates);
        if moderates { Ok(()) } else { Err(BareRoomError::NotModerator) }
    }

    fn acting_on(&self, by: UserId, user_id: UserId) -> Result<usize, BareRoomError> {
        self.refuse_if_over()?;
        self.refuse_unless_moderator(by)?;
        let at = self.position_of(user_id).ok_or(BareRoomError::NoSuchParticipant)?;
        let outranks = self.role_of(by).is_some_and(|role| role.outranks(self.participants[at].role()));
        if by == user_id || outranks { Ok(at) } else { Err(BareRoomError::Outranked) }
    }

    pub(super) fn give_role(&mut self, at: usize, role: ParticipantRole, now: DateTime<Utc>) -> bool {
        let participant = &mut self.participants[at];
        if participant.role() == role {
            return false;
        }
        participant.become_role(role);
        let (participant_id, told) = (participant.user_id(), participant.status() == ParticipantStatus::Joined);
        self.updated_at = now;
        let (room_id, room_name) = self.named();
        if told {
            self.events.record(BareRoomEvent::RoleChanged { room_id, room_name, participant_id, role, at: now });
        }
        true
    }

    pub(super) fn call(&mut self, at: usize, name: DisplayName, now: DateTime<Utc>) -> bool {
        let participant = &mut self.participants[at];
        if *participant.display_name() == name {
            return false;
        }
        let (participant_id, told) = (participant.user_id(), name.as_str().to_owned());
        participant.rename(name);
        self.updated_at = now;
        let (room_id, room_name) = self.named();
        self.events.record(BareRoomEvent::ParticipantRenamed {
            room_id,
            room_name,
            participant_id,
            name: told,
            at: now,
        });
        true
    }
}
