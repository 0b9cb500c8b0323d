//! What hosts and co-hosts do to others.

use chrono::{DateTime, Utc};
use domain_shared::UserId;

use super::{Meeting, MeetingError};
use crate::{DisplayName, MeetingEvent, ParticipantRole, Standing};

impl Meeting {
    /// Whether `by` may mute somebody, ask them to unmute, put them into the spotlight, and so on.
    ///
    /// # Errors
    /// [`MeetingError::Ended`], [`MeetingError::NotModerator`], [`MeetingError::NoSuchParticipant`],
    /// [`MeetingError::Outranked`].
    pub fn may_act_on(&self, by: UserId, user_id: UserId) -> Result<(), MeetingError> {
        self.refuse_if_over()?;
        self.refuse_unless_moderator(by)?;
        let participant = self.participant(user_id).ok_or(MeetingError::NoSuchParticipant)?;
        if by == user_id || self.role_of(by).outranks(participant.role()) {
            Ok(())
        } else {
            Err(MeetingError::Outranked)
        }
    }

    /// Whether `by` may act on all participants at once.
    ///
    /// # Errors
    /// [`MeetingError::Ended`], [`MeetingError::NotModerator`].
    pub fn may_moderate(&self, by: UserId) -> Result<(), MeetingError> {
        self.refuse_if_over()?;
        self.refuse_unless_moderator(by)
    }

    /// Whether `by` may know who was here when, also when it is over.
    ///
    /// # Errors
    /// [`MeetingError::NotModerator`].
    pub fn may_report(&self, by: UserId) -> Result<(), MeetingError> {
        self.refuse_unless_moderator(by)
    }

    /// Whether `by` may read what was written in the meeting, also when it is over: whoever created it, and whoever has
    /// taken part and is not banned.
    ///
    /// # Errors
    /// [`MeetingError::NotParticipant`], [`MeetingError::Banned`].
    pub fn may_read_chat(&self, by: UserId) -> Result<(), MeetingError> {
        match self.participant(by) {
            Some(participant) if participant.standing() == Standing::Banned => Err(MeetingError::Banned),
            None if by != self.creator_id => Err(MeetingError::NotParticipant),
            Some(_) | None => Ok(()),
        }
    }

    /// Sends somebody out; with `ban` they may not come back, else they come back like somebody new. Who is not present
    /// can be sent out, too: then an open door closes. Tells whether that is news.
    ///
    /// # Errors
    /// [`MeetingError::Ended`], [`MeetingError::NotModerator`], [`MeetingError::NoSuchParticipant`],
    /// [`MeetingError::Outranked`].
    pub fn remove(&mut self, by: UserId, user_id: UserId, ban: bool, now: DateTime<Utc>) -> Result<bool, MeetingError> {
        let now = self.instant(now);
        self.may_act_on(by, user_id)?;
        if by == user_id || user_id == self.creator_id {
            return Err(MeetingError::Outranked);
        }
        let at = self.position(user_id).ok_or(MeetingError::NoSuchParticipant)?;
        let standing = if ban { Standing::Banned } else { Standing::Removed };
        let participant = &mut self.participants[at];
        if participant.standing() == standing && !participant.is_present() {
            return Ok(false);
        }
        participant.stand(standing);
        // Whoever is let in again has to be given a role again.
        participant.become_role(ParticipantRole::Participant);
        let present = participant.is_present();
        self.updated_at = now;
        self.waiting.retain(|waiting| waiting.user_id() != user_id);
        self.events.record(MeetingEvent::ParticipantRemoved { meeting_id: self.id, user_id, banned: ban, by, at: now });
        if present {
            self.let_out(at, now);
        }
        Ok(true)
    }

    /// Lets somebody knock again who was banned. Tells whether they were.
    ///
    /// # Errors
    /// [`MeetingError::Ended`], [`MeetingError::NotModerator`], [`MeetingError::NoSuchParticipant`].
    pub fn allow_back(&mut self, by: UserId, user_id: UserId, now: DateTime<Utc>) -> Result<bool, MeetingError> {
        let now = self.instant(now);
        self.may_moderate(by)?;
        let at = self.position(user_id).ok_or(MeetingError::NoSuchParticipant)?;
        if self.participants[at].standing() != Standing::Banned {
            return Ok(false);
        }
        self.participants[at].stand(Standing::Removed);
        self.updated_at = now;
        self.events.record(MeetingEvent::ParticipantAllowedBack { meeting_id: self.id, user_id, by, at: now });
        Ok(true)
    }

    /// Gives somebody another role. Whoever created the meeting stays its host. Tells whether that is news.
    ///
    /// # Errors
    /// [`MeetingError::Ended`], [`MeetingError::NotHost`], [`MeetingError::NoSuchParticipant`],
    /// [`MeetingError::GuestCannotHost`], [`MeetingError::Outranked`].
    pub fn set_role(
        &mut self,
        by: UserId,
        user_id: UserId,
        role: ParticipantRole,
        now: DateTime<Utc>,
    ) -> Result<bool, MeetingError> {
        let now = self.instant(now);
        self.refuse_unless_host(by)?;
        self.refuse_if_over()?;
        let at = self.position(user_id).ok_or(MeetingError::NoSuchParticipant)?;
        let participant = &mut self.participants[at];
        if participant.role() == role {
            return Ok(false);
        }
        if user_id == self.creator_id || participant.standing() != Standing::Welcome {
            return Err(MeetingError::Outranked);
        }
        if participant.is_guest() && role != ParticipantRole::Participant {
            return Err(MeetingError::GuestCannotHost);
        }
        participant.become_role(role);
        self.updated_at = now;
        self.events.record(MeetingEvent::RoleChanged { meeting_id: self.id, user_id, role, by: Some(by), at: now });
        Ok(true)
    }

    /// Calls somebody something else: oneself, or as host or co-host somebody of a lower role. Tells whether that is news.
    ///
    /// # Errors
    /// [`MeetingError::Ended`], [`MeetingError::NotModerator`], [`MeetingError::NoSuchParticipant`],
    /// [`MeetingError::Outranked`].
    pub fn rename(
        &mut self,
        by: UserId,
        user_id: UserId,
        display_name: DisplayName,
        now: DateTime<Utc>,
    ) -> Result<bool, MeetingError> {
        let now = self.instant(now);
        self.refuse_if_over()?;
        let at = self.position(user_id).ok_or(MeetingError::NoSuchParticipant)?;
        if by != user_id {
            self.may_act_on(by, user_id)?;
        }
        Ok(self.call(at, display_name, now))
    }
}
