//! Coming, waiting, and going.

use chrono::{DateTime, Utc};
use domain_shared::UserId;

use super::{Meeting, MeetingError};
use crate::{
    Attendee, DisplayName, HostLeaves, MeetingEvent, MeetingStatus, Participant, ParticipantRole, Standing, Waiting,
};

/// What somebody at the door has to say about the passcode.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PasscodeOffer {
    /// Nothing.
    None,
    /// The right one.
    Matches,
    /// Another one.
    Differs,
}

/// Somebody at the door.
#[derive(Debug, Clone)]
pub struct Joining {
    /// Who.
    pub attendee: Attendee,
    /// What they want to be called.
    pub display_name: DisplayName,
    /// Whether they know the passcode.
    pub passcode: PasscodeOffer,
}

impl Joining {
    /// Somebody with an account who offers no passcode.
    #[must_use]
    pub const fn account(user_id: UserId, display_name: DisplayName) -> Self {
        Self { attendee: Attendee::account(user_id), display_name, passcode: PasscodeOffer::None }
    }
}

/// Where somebody who came is now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Entry {
    /// In the meeting.
    In,
    /// In the lobby.
    Waiting,
}

impl Meeting {
    /// Lets somebody in, or into the lobby, and starts the meeting if nobody came before. Who is present already, or
    /// comes back, keeps their role and takes the new name; who is present already needs no further place. Hosts and
    /// co-hosts need no passcode, do not wait, and come in while it is locked; so does whoever was here this
    /// time and was not sent out.
    ///
    /// # Errors
    /// [`MeetingError::Ended`], [`MeetingError::Banned`], [`MeetingError::GuestsNotAllowed`], [`MeetingError::Locked`],
    /// [`MeetingError::PasscodeRequired`], [`MeetingError::WrongPasscode`], [`MeetingError::LobbyFull`],
    /// [`MeetingError::Full`].
    pub fn join(&mut self, joining: Joining, now: DateTime<Utc>) -> Result<Entry, MeetingError> {
        let now = self.instant(now);
        self.refuse_if_over()?;
        let Joining { attendee, display_name, passcode } = joining;
        let known = self.position(attendee.user_id);
        let standing = known.map(|at| self.participants[at].standing());
        if standing == Some(Standing::Banned) {
            return Err(MeetingError::Banned);
        }
        if let Some(at) = known.filter(|at| self.participants[*at].is_present()) {
            self.call(at, display_name, now);
            return Ok(Entry::In);
        }
        let role = self.role_of(attendee.user_id);
        let was_here = standing == Some(Standing::Welcome) && known.is_some_and(|at| self.came_this_time(at));
        let known_here = role.moderates() || was_here || self.is_admitted(attendee.user_id);
        if !known_here {
            // Whoever waits has been found fit to, and may load the page anew.
            if !self.waiting.iter().any(|waiting| waiting.user_id() == attendee.user_id) {
                self.refuse_stranger(attendee, passcode)?;
            }
            if self.settings.lobby.holds(attendee.guest) {
                self.wait(attendee, display_name, now)?;
                return Ok(Entry::Waiting);
            }
        }
        if self.present() >= usize::from(self.max_participants.get()) || self.participants.len() >= Self::MAX_EVER {
            return Err(MeetingError::Full);
        }
        self.waiting.retain(|waiting| waiting.user_id() != attendee.user_id);
        self.start_if_scheduled(now);
        match known {
            Some(at) => self.participants[at].come_back(display_name, now),
            None => self.participants.push(Participant::new(attendee, role, display_name, now)),
        }
        let user_id = attendee.user_id;
        self.events.record(MeetingEvent::ParticipantJoined { meeting_id: self.id, user_id, role, at: now });
        self.updated_at = now;
        Ok(Entry::In)
    }

    /// Lets `user_id` out of the meeting, or out of the lobby. Nothing happens when they are in neither. When the last
    /// host goes, a co-host takes over or the meeting ends, as its settings say. Tells whether anything changed.
    pub fn leave(&mut self, user_id: UserId, now: DateTime<Utc>) -> bool {
        let now = self.instant(now);
        let waited = self.waiting.len();
        self.waiting.retain(|waiting| waiting.user_id() != user_id);
        if self.waiting.len() < waited {
            self.events.record(MeetingEvent::LobbyLeft { meeting_id: self.id, user_id, at: now });
            self.updated_at = now;
            return true;
        }
        let Some(at) = self.position(user_id).filter(|at| self.participants[*at].is_present()) else {
            return false;
        };
        self.let_out(at, now);
        true
    }

    /// Takes note that `user_id` left the room, or its lobby, at `at`. News that is told twice, or late, of an earlier
    /// stay than the present one, changes nothing; nor does it when they were let in meanwhile and are on their way. Tells
    /// whether anything changed.
    pub fn note_departure(&mut self, user_id: UserId, at: DateTime<Utc>) -> bool {
        let waiting = self.waiting.iter().find(|waiting| waiting.user_id() == user_id);
        if let Some(waiting) = waiting {
            return !waiting.is_admitted() && waiting.since() <= at && self.leave(user_id, at);
        }
        match self.participant(user_id) {
            Some(participant) if participant.is_present() && participant.joined_at() <= at => self.leave(user_id, at),
            _ => false,
        }
    }

    /// Lets somebody in who waits. They come in by joining again. Tells whether they had not been let in before.
    ///
    /// # Errors
    /// [`MeetingError::Ended`], [`MeetingError::NotModerator`], [`MeetingError::NotWaiting`].
    pub fn admit(&mut self, by: UserId, user_id: UserId, now: DateTime<Utc>) -> Result<bool, MeetingError> {
        let now = self.instant(now);
        self.refuse_if_over()?;
        self.refuse_unless_moderator(by)?;
        let waiting = self.waiting.iter_mut().find(|waiting| waiting.user_id() == user_id);
        if !waiting.ok_or(MeetingError::NotWaiting)?.admit() {
            return Ok(false);
        }
        self.updated_at = now;
        self.events.record(MeetingEvent::LobbyAdmitted { meeting_id: self.id, user_id, by, at: now });
        Ok(true)
    }

    /// Lets everybody in who waits. Tells how many.
    ///
    /// # Errors
    /// [`MeetingError::Ended`], [`MeetingError::NotModerator`].
    pub fn admit_all(&mut self, by: UserId, now: DateTime<Utc>) -> Result<usize, MeetingError> {
        self.for_all_waiting(by, |meeting, user_id| meeting.admit(by, user_id, now))
    }

    /// Sends somebody away who waits. They may knock again. Tells whether they waited.
    ///
    /// # Errors
    /// [`MeetingError::Ended`], [`MeetingError::NotModerator`], [`MeetingError::NotWaiting`].
    pub fn deny(&mut self, by: UserId, user_id: UserId, now: DateTime<Utc>) -> Result<bool, MeetingError> {
        let now = self.instant(now);
        self.refuse_if_over()?;
        self.refuse_unless_moderator(by)?;
        let at = self.waiting.iter().position(|waiting| waiting.user_id() == user_id);
        self.waiting.remove(at.ok_or(MeetingError::NotWaiting)?);
        self.updated_at = now;
        self.events.record(MeetingEvent::LobbyDenied { meeting_id: self.id, user_id, by, at: now });
        Ok(true)
    }

    /// Sends everybody away who waits. Tells how many.
    ///
    /// # Errors
    /// [`MeetingError::Ended`], [`MeetingError::NotModerator`].
    pub fn deny_all(&mut self, by: UserId, now: DateTime<Utc>) -> Result<usize, MeetingError> {
        self.for_all_waiting(by, |meeting, user_id| meeting.deny(by, user_id, now))
    }

    /// Whoever waits, and by the settings of now need not, is let in.
    pub(super) fn admit_who_need_not_wait(&mut self, by: UserId, now: DateTime<Utc>) {
        let lobby = self.settings.lobby;
        for waiting in self.waiting.iter_mut().filter(|waiting| !lobby.holds(waiting.attendee().guest)) {
            if waiting.admit() {
                let user_id = waiting.user_id();
                self.events.record(MeetingEvent::LobbyAdmitted { meeting_id: self.id, user_id, by, at: now });
            }
        }
    }

    fn for_all_waiting(
        &mut self,
        by: UserId,
        mut act: impl FnMut(&mut Self, UserId) -> Result<bool, MeetingError>,
    ) -> Result<usize, MeetingError> {
        self.refuse_if_over()?;
        self.refuse_unless_moderator(by)?;
        let waiting: Vec<UserId> = self.waiting.iter().filter(|w| !w.is_admitted()).map(Waiting::user_id).collect();
        let mut changed = 0;
        for user_id in waiting {
            changed += usize::from(act(self, user_id)?);
        }
        Ok(changed)
    }

    /// Somebody is called something else. Tells whether that is news.
    pub(super) fn call(&mut self, at: usize, display_name: DisplayName, now: DateTime<Utc>) -> bool {
        let participant = &mut self.participants[at];
        if *participant.display_name() == display_name {
            return false;
        }
        participant.rename(display_name.clone());
        let user_id = participant.user_id();
        self.updated_at = now;
        self.events.record(MeetingEvent::ParticipantRenamed { meeting_id: self.id, user_id, display_name, at: now });
        true
    }

    /// Lets a present participant out, and sees to what follows from it.
    pub(super) fn let_out(&mut self, at: usize, now: DateTime<Utc>) {
        let participant = &mut self.participants[at];
        participant.leave(now);
        let (user_id, role) = (participant.user_id(), participant.role());
        self.updated_at = now;
        self.events.record(MeetingEvent::ParticipantLeft { meeting_id: self.id, user_id, at: now });
        let hosted = self.participants.iter().any(|p| p.is_present() && p.role() == ParticipantRole::Host);
        if role != ParticipantRole::Host || hosted {
            return;
        }
        match self.settings.host_leaves {
            HostLeaves::End => self.finish(user_id, now),
            HostLeaves::HandOver => self.hand_over(now),
        }
    }

    /// The co-host who has been there longest becomes host.
    fn hand_over(&mut self, now: DateTime<Utc>) {
        let co_hosts = self.participants.iter_mut().filter(|p| p.is_present() && p.role() == ParticipantRole::CoHost);
        let Some(successor) = co_hosts.min_by_key(|p| p.joined_at()) else { return };
        successor.become_role(ParticipantRole::Host);
        let (user_id, role) = (successor.user_id(), ParticipantRole::Host);
        self.events.record(MeetingEvent::RoleChanged { meeting_id: self.id, user_id, role, by: None, at: now });
    }

    pub(super) fn start_if_scheduled(&mut self, now: DateTime<Utc>) {
        if self.status == MeetingStatus::Scheduled {
            self.status = MeetingStatus::Live { started_at: now };
            self.updated_at = now;
            self.events.record(MeetingEvent::Started { meeting_id: self.id, at: now });
        }
    }

    /// Whether they have come since the meeting started, and not only to an earlier time of one that recurs.
    fn came_this_time(&self, at: usize) -> bool {
        self.status.started_at().is_some_and(|started| self.participants[at].joined_at() >= started)
    }

    fn is_admitted(&self, user_id: UserId) -> bool {
        self.waiting.iter().any(|waiting| waiting.user_id() == user_id && waiting.is_admitted())
    }

    fn refuse_stranger(&self, attendee: Attendee, passcode: PasscodeOffer) -> Result<(), MeetingError> {
        if attendee.guest && !self.settings.guests_allowed {
            return Err(MeetingError::GuestsNotAllowed);
        }
        if self.locked {
            return Err(MeetingError::Locked);
        }
        match (&self.passcode_hash, passcode) {
            (None, _) | (Some(_), PasscodeOffer::Matches) => Ok(()),
            (Some(_), PasscodeOffer::None) => Err(MeetingError::PasscodeRequired),
            (Some(_), PasscodeOffer::Differs) => Err(MeetingError::WrongPasscode),
        }
    }

    fn wait(&mut self, attendee: Attendee, name: DisplayName, now: DateTime<Utc>) -> Result<(), MeetingError> {
        let known = self.waiting.iter_mut().find(|waiting| waiting.user_id() == attendee.user_id);
        if let Some(waiting) = known {
            if *waiting.display_name() != name {
                waiting.rename(name);
                self.updated_at = now;
            }
            return Ok(());
        }
        if self.waiting.len() >= Self::MAX_WAITING {
            return Err(MeetingError::LobbyFull);
        }
        let Attendee { user_id, guest } = attendee;
        self.waiting.push(Waiting::new(attendee, name.clone(), now));
        self.updated_at = now;
        self.events.record(MeetingEvent::LobbyWaiting {
            meeting_id: self.id,
            user_id,
            guest,
            display_name: name,
            at: now,
        });
        Ok(())
    }
}
