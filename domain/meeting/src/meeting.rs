//! The meeting: the aggregate that keeps the rules of starting, joining, leaving and ending.

use chrono::{DateTime, SubsecRound, Utc};
use domain_shared::{Events, MeetingId, UserId};
use thiserror::Error;

use crate::{
    CorruptMeeting, DisplayName, MaxParticipants, MeetingCode, MeetingDescription, MeetingEvent, MeetingSnapshot,
    MeetingStatus, MeetingTitle, Participant, ParticipantRole, Schedule,
};

/// A meeting and everybody who has ever joined it. At most `max_participants` are present at once; who is present
/// is out when it ends; once it is ended or cancelled, nothing changes any more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Meeting {
    id: MeetingId,
    code: MeetingCode,
    title: MeetingTitle,
    description: Option<MeetingDescription>,
    creator_id: UserId,
    status: MeetingStatus,
    schedule: Schedule,
    max_participants: MaxParticipants,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
    version: i64,
    participants: Vec<Participant>,
    events: Events<MeetingEvent>,
}

/// What a meeting is made of.
#[derive(Debug, Clone)]
pub struct NewMeeting {
    /// Its identifier.
    pub id: MeetingId,
    /// Its code.
    pub code: MeetingCode,
    /// Its title.
    pub title: MeetingTitle,
    /// What it is about.
    pub description: Option<MeetingDescription>,
    /// Who creates it, and hosts it.
    pub creator_id: UserId,
    /// When it is meant to take place.
    pub schedule: Schedule,
    /// How many may be present at once.
    pub max_participants: MaxParticipants,
}

/// The meeting's rules forbid it.
#[derive(Debug, Error, Clone, Copy, PartialEq, Eq)]
pub enum MeetingError {
    /// Only the host may do that.
    #[error("only the host may do that")]
    NotHost,
    /// It has ended, or was cancelled.
    #[error("the meeting has ended")]
    Ended,
    /// Every place is taken.
    #[error("the meeting is full")]
    Full,
    /// It has begun, so that it can be ended but not cancelled.
    #[error("the meeting has begun")]
    AlreadyStarted,
}

impl Meeting {
    /// Creates a meeting that nobody has joined yet.
    #[must_use]
    pub fn create(new: NewMeeting, now: DateTime<Utc>) -> Self {
        let now = now.trunc_subsecs(6);
        let NewMeeting { id, code, title, description, creator_id, schedule, max_participants } = new;
        let mut events = Events::default();
        events.record(MeetingEvent::Created {
            meeting_id: id,
            code: code.clone(),
            title: title.clone(),
            creator_id,
            at: now,
        });
        Self {
            id,
            code,
            title,
            description,
            creator_id,
            status: MeetingStatus::Scheduled,
            schedule,
            max_participants,
            created_at: now,
            updated_at: now,
            version: 0,
            participants: Vec::new(),
            events,
        }
    }

    /// Lets `user_id` in, and starts the meeting if nobody came before. Who is present already, or comes back, keeps
    /// their role and takes the new name; who is present already needs no further place.
    ///
    /// # Errors
    /// [`MeetingError::Ended`], [`MeetingError::Full`].
    pub fn join(
        &mut self,
        user_id: UserId,
        display_name: DisplayName,
        now: DateTime<Utc>,
    ) -> Result<&Participant, MeetingError> {
        let now = self.instant(now);
        self.refuse_if_over()?;
        let known = self.participants.iter().position(|p| p.user_id() == user_id);
        if let Some(at) = known.filter(|at| self.participants[*at].is_present()) {
            let participant = &mut self.participants[at];
            if *participant.display_name() != display_name {
                participant.rename(display_name);
                self.updated_at = now;
            }
            return Ok(&self.participants[at]);
        }
        if self.present() >= usize::from(self.max_participants.get()) {
            return Err(MeetingError::Full);
        }
        if self.status == MeetingStatus::Scheduled {
            self.status = MeetingStatus::Live { started_at: now };
            self.events.record(MeetingEvent::Started { meeting_id: self.id, at: now });
        }
        let at = known.unwrap_or(self.participants.len());
        let role = self.role_of(user_id);
        match known {
            Some(at) => self.participants[at].come_back(display_name, now),
            None => self.participants.push(Participant::new(user_id, role, display_name, now)),
        }
        self.events.record(MeetingEvent::ParticipantJoined { meeting_id: self.id, user_id, role, at: now });
        self.updated_at = now;
        Ok(&self.participants[at])
    }

    /// Lets `user_id` out. Nothing happens when they are not present. Tells whether anything changed.
    pub fn leave(&mut self, user_id: UserId, now: DateTime<Utc>) -> bool {
        let now = self.instant(now);
        let Some(participant) = self.participants.iter_mut().find(|p| p.user_id() == user_id && p.is_present()) else {
            return false;
        };
        participant.leave(now);
        self.updated_at = now;
        self.events.record(MeetingEvent::ParticipantLeft { meeting_id: self.id, user_id, at: now });
        true
    }

    /// Takes note that `user_id` left the room at `at`. News that is told twice, or late, of an earlier stay than the
    /// present one, changes nothing. Tells whether anything changed.
    pub fn note_departure(&mut self, user_id: UserId, at: DateTime<Utc>) -> bool {
        match self.participant(user_id) {
            Some(participant) if participant.joined_at() <= at => self.leave(user_id, at),
            _ => false,
        }
    }

    /// Ends the meeting for everybody.
    ///
    /// # Errors
    /// [`MeetingError::NotHost`], [`MeetingError::Ended`].
    pub fn end(&mut self, by: UserId, now: DateTime<Utc>) -> Result<(), MeetingError> {
        let now = self.instant(now);
        self.refuse_unless_host(by)?;
        self.refuse_if_over()?;
        for participant in self.participants.iter_mut().filter(|p| p.is_present()) {
            participant.leave(now);
        }
        self.status = MeetingStatus::Ended { started_at: self.status.started_at(), at: now };
        self.updated_at = now;
        self.events.record(MeetingEvent::Ended { meeting_id: self.id, ended_by: by, at: now });
        Ok(())
    }

    /// Calls the meeting off, before anybody has come.
    ///
    /// # Errors
    /// [`MeetingError::NotHost`], [`MeetingError::Ended`], [`MeetingError::AlreadyStarted`].
    pub fn cancel(&mut self, by: UserId, now: DateTime<Utc>) -> Result<(), MeetingError> {
        let now = self.instant(now);
        self.refuse_unless_host(by)?;
        self.refuse_if_over()?;
        if self.status != MeetingStatus::Scheduled {
            return Err(MeetingError::AlreadyStarted);
        }
        self.status = MeetingStatus::Cancelled { at: now };
        self.updated_at = now;
        self.events.record(MeetingEvent::Cancelled { meeting_id: self.id, cancelled_by: by, at: now });
        Ok(())
    }

    /// What `user_id` is, or would be, here.
    #[must_use]
    pub fn role_of(&self, user_id: UserId) -> ParticipantRole {
        match self.participant(user_id) {
            Some(participant) => participant.role(),
            None if user_id == self.creator_id => ParticipantRole::Host,
            None => ParticipantRole::Participant,
        }
    }

    /// The present instant for this meeting: whole microseconds, and never before its last change, for the clocks of
    /// nodes differ a little.
    fn instant(&self, now: DateTime<Utc>) -> DateTime<Utc> {
        now.trunc_subsecs(6).max(self.updated_at)
    }

    fn refuse_if_over(&self) -> Result<(), MeetingError> {
        match self.status {
            MeetingStatus::Ended { .. } | MeetingStatus::Cancelled { .. } => Err(MeetingError::Ended),
            MeetingStatus::Scheduled | MeetingStatus::Live { .. } => Ok(()),
        }
    }

    fn refuse_unless_host(&self, user_id: UserId) -> Result<(), MeetingError> {
        if self.role_of(user_id) == ParticipantRole::Host { Ok(()) } else { Err(MeetingError::NotHost) }
    }

    /// How many are present.
    #[must_use]
    pub fn present(&self) -> usize {
        self.participants.iter().filter(|p| p.is_present()).count()
    }

    /// The participant, if the user has ever joined.
    #[must_use]
    pub fn participant(&self, user_id: UserId) -> Option<&Participant> {
        self.participants.iter().find(|p| p.user_id() == user_id)
    }

    /// Everybody who has ever joined, in the order of first coming.
    #[must_use]
    pub fn participants(&self) -> &[Participant] {
        &self.participants
    }

    /// The identifier.
    #[must_use]
    pub const fn id(&self) -> MeetingId {
        self.id
    }

    /// The code.
    #[must_use]
    pub const fn code(&self) -> &MeetingCode {
        &self.code
    }

    /// The title.
    #[must_use]
    pub const fn title(&self) -> &MeetingTitle {
        &self.title
    }

    /// What it is about.
    #[must_use]
    pub const fn description(&self) -> Option<&MeetingDescription> {
        self.description.as_ref()
    }

    /// Who created it, and hosts it.
    #[must_use]
    pub const fn creator_id(&self) -> UserId {
        self.creator_id
    }

    /// The state.
    #[must_use]
    pub const fn status(&self) -> MeetingStatus {
        self.status
    }

    /// When it is meant to take place.
    #[must_use]
    pub const fn schedule(&self) -> Schedule {
        self.schedule
    }

    /// How many may be present at once.
    #[must_use]
    pub const fn max_participants(&self) -> MaxParticipants {
        self.max_participants
    }

    /// When it was created.
    #[must_use]
    pub const fn created_at(&self) -> DateTime<Utc> {
        self.created_at
    }

    /// When anything about it changed last.
    #[must_use]
    pub const fn updated_at(&self) -> DateTime<Utc> {
        self.updated_at
    }

    /// How often it has been stored: 0 for one that never was.
    #[must_use]
    pub const fn version(&self) -> i64 {
        self.version
    }

    /// The facts stated since it was stored last.
    #[must_use]
    pub fn pending_events(&self) -> &[MeetingEvent] {
        self.events.pending()
    }

    /// The repository has stored it, with its events, as `version`.
    pub fn mark_stored(&mut self, version: i64) {
        self.version = version;
        self.events.take();
    }

    /// The meeting as plain data.
    #[must_use]
    pub fn to_snapshot(&self) -> MeetingSnapshot {
        MeetingSnapshot {
            id: self.id,
            code: self.code.as_str().to_owned(),
            title: self.title.as_str().to_owned(),
            description: self.description.as_ref().map(|d| d.as_str().to_owned()),
            creator_id: self.creator_id,
            status: self.status,
            start_time: self.schedule.start(),
            end_time: self.schedule.end(),
            max_participants: self.max_participants.get(),
            created_at: self.created_at,
            updated_at: self.updated_at,
            version: self.version,
            participants: self.participants.iter().map(Participant::to_snapshot).collect(),
        }
    }

    /// The meeting that was stored.
    ///
    /// # Errors
    /// [`CorruptMeeting`] when the data is no meeting.
    pub fn from_snapshot(snapshot: MeetingSnapshot) -> Result<Self, CorruptMeeting> {
        let mut participants: Vec<Participant> = Vec::with_capacity(snapshot.participants.len());
        let mut seen = std::collections::HashSet::with_capacity(snapshot.participants.len());
        for participant in snapshot.participants {
            if !seen.insert(participant.user_id) {
                return Err(CorruptMeeting::ParticipantTwice(participant.user_id));
            }
            participants.push(Participant::from_snapshot(participant).map_err(CorruptMeeting::DisplayName)?);
        }
        let description = snapshot
            .description
            .map(|text| MeetingDescription::parse(&text))
            .transpose()
            .map_err(CorruptMeeting::Description)?
            .flatten();
        Ok(Self {
            id: snapshot.id,
            code: MeetingCode::parse(&snapshot.code)?,
            title: MeetingTitle::parse(&snapshot.title).map_err(CorruptMeeting::Title)?,
            description,
            creator_id: snapshot.creator_id,
            status: snapshot.status,
            schedule: Schedule::parse(snapshot.start_time, snapshot.end_time, snapshot.created_at)?,
            max_participants: MaxParticipants::parse(i64::from(snapshot.max_participants))?,
            created_at: snapshot.created_at,
            updated_at: snapshot.updated_at,
            version: snapshot.version,
            participants,
            events: Events::default(),
        })
    }
}

#[cfg(test)]
mod tests;
