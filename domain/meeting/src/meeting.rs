//! The meeting: the aggregate that keeps the rules of who may come, what they may do there, and how it ends.

mod life;
mod moderation;
mod occurrences;
mod presence;

use chrono::{DateTime, SubsecRound, Utc};
use domain_shared::{Events, MeetingId, UserId};
use thiserror::Error;

use crate::{
    CorruptMeeting, MaxParticipants, MeetingCode, MeetingDescription, MeetingEvent, MeetingSettings, MeetingSnapshot,
    MeetingStatus, MeetingTitle, Participant, ParticipantRole, PasscodeHash, Schedule, Series, Waiting,
};

pub use life::MeetingEdit;
pub use presence::{Entry, Joining, PasscodeOffer};

/// A meeting, everybody who has ever joined it, and who waits in front of it. At most `max_participants` are present
/// at once; who is present is out when it ends; once it is ended or cancelled, nothing changes any more. One that recurs
/// is scheduled again when it ends, as long as there is a time to come.
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
    settings: MeetingSettings,
    passcode_hash: Option<PasscodeHash>,
    locked: bool,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
    version: i64,
    participants: Vec<Participant>,
    waiting: Vec<Waiting>,
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
    /// What the host decided.
    pub settings: MeetingSettings,
    /// The hash of the passcode, if there is one.
    pub passcode_hash: Option<PasscodeHash>,
}

/// The meeting's rules forbid it.
#[derive(Debug, Error, Clone, Copy, PartialEq, Eq)]
pub enum MeetingError {
    /// Only the host may do that.
    #[error("only the host may do that")]
    NotHost,
    /// Only hosts and co-hosts may do that.
    #[error("only a host or co-host may do that")]
    NotModerator,
    /// Only those may do that who have taken part.
    #[error("only those who have taken part may do that")]
    NotParticipant,
    /// Nobody acts on somebody of the same or a higher role, nor on whoever created the meeting.
    #[error("that person's role forbids it")]
    Outranked,
    /// It has ended, or was cancelled.
    #[error("the meeting has ended")]
    Ended,
    /// Every place is taken.
    #[error("the meeting is full")]
    Full,
    /// Too many wait already.
    #[error("the lobby is full")]
    LobbyFull,
    /// It has begun, so that it can be ended but not cancelled.
    #[error("the meeting has begun")]
    AlreadyStarted,
    /// Nobody new is let in.
    #[error("the meeting is locked")]
    Locked,
    /// They may not come back.
    #[error("banned from the meeting")]
    Banned,
    /// Only people with an account may come.
    #[error("guests are not allowed")]
    GuestsNotAllowed,
    /// Guests have no account that could keep a role.
    #[error("a guest cannot have that role")]
    GuestCannotHost,
    /// It has a passcode, and none was offered.
    #[error("a passcode is needed")]
    PasscodeRequired,
    /// Another passcode was offered.
    #[error("the passcode is wrong")]
    WrongPasscode,
    /// They have never been here.
    #[error("no such participant")]
    NoSuchParticipant,
    /// They do not wait in the lobby.
    #[error("nobody of that identity waits in the lobby")]
    NotWaiting,
    /// It takes place once.
    #[error("the meeting does not recur")]
    NotRecurring,
    /// It does not take place then, or not any more.
    #[error("the meeting has no coming time that starts then")]
    NoSuchOccurrence,
    /// More times were called off than can be kept.
    #[error("too many times were called off one by one")]
    TooManySkipped,
}

impl Meeting {
    /// How many may wait in the lobby at once.
    pub const MAX_WAITING: usize = 200;
    /// How many different people may come to one meeting in all.
    pub const MAX_EVER: usize = 5_000;

    /// Creates a meeting that nobody has joined yet.
    #[must_use]
    pub fn create(new: NewMeeting, now: DateTime<Utc>) -> Self {
        let now = now.trunc_subsecs(6);
        let NewMeeting {
            id,
            code,
            title,
            description,
            creator_id,
            schedule,
            max_participants,
            settings,
            passcode_hash,
        } = new;
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
            settings,
            passcode_hash,
            locked: false,
            created_at: now,
            updated_at: now,
            version: 0,
            participants: Vec::new(),
            waiting: Vec::new(),
            events,
        }
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

    fn refuse_unless_moderator(&self, user_id: UserId) -> Result<(), MeetingError> {
        if self.role_of(user_id).moderates() { Ok(()) } else { Err(MeetingError::NotModerator) }
    }

    fn position(&self, user_id: UserId) -> Option<usize> {
        self.participants.iter().position(|p| p.user_id() == user_id)
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

    /// Who waits in the lobby, or was let in and has not come yet, in the order of coming.
    #[must_use]
    pub fn waiting(&self) -> &[Waiting] {
        &self.waiting
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
    pub const fn schedule(&self) -> &Schedule {
        &self.schedule
    }

    /// How many may be present at once.
    #[must_use]
    pub const fn max_participants(&self) -> MaxParticipants {
        self.max_participants
    }

    /// What the host decided.
    #[must_use]
    pub const fn settings(&self) -> MeetingSettings {
        self.settings
    }

    /// The hash of the passcode, if there is one.
    #[must_use]
    pub const fn passcode_hash(&self) -> Option<&PasscodeHash> {
        self.passcode_hash.as_ref()
    }

    /// Whether nobody new is let in.
    #[must_use]
    pub const fn is_locked(&self) -> bool {
        self.locked
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
            time_zone: self.schedule.time_zone(),
            series: self.schedule.series().map(Series::to_snapshot),
            advance_at: self.advance_at(),
            max_participants: self.max_participants.get(),
            settings: self.settings,
            passcode_hash: self.passcode_hash.clone(),
            locked: self.locked,
            created_at: self.created_at,
            updated_at: self.updated_at,
            version: self.version,
            participants: self.participants.iter().map(Participant::to_snapshot).collect(),
            waiting: self.waiting.iter().map(Waiting::to_snapshot).collect(),
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
        let mut waiting: Vec<Waiting> = Vec::with_capacity(snapshot.waiting.len());
        for one in snapshot.waiting {
            if waiting.iter().any(|other| other.user_id() == one.user_id) {
                return Err(CorruptMeeting::ParticipantTwice(one.user_id));
            }
            waiting.push(Waiting::from_snapshot(one).map_err(CorruptMeeting::DisplayName)?);
        }
        let description = snapshot
            .description
            .map(|text| MeetingDescription::parse(&text))
            .transpose()
            .map_err(CorruptMeeting::Description)?
            .flatten();
        let schedule = Schedule::parse(snapshot.start_time, snapshot.end_time, snapshot.created_at)?;
        Ok(Self {
            id: snapshot.id,
            code: MeetingCode::parse(&snapshot.code)?,
            title: MeetingTitle::parse(&snapshot.title).map_err(CorruptMeeting::Title)?,
            description,
            creator_id: snapshot.creator_id,
            status: snapshot.status,
            schedule: schedule.restore(snapshot.time_zone, snapshot.series)?,
            max_participants: MaxParticipants::parse(i64::from(snapshot.max_participants))?,
            settings: snapshot.settings,
            passcode_hash: snapshot.passcode_hash,
            locked: snapshot.locked,
            created_at: snapshot.created_at,
            updated_at: snapshot.updated_at,
            version: snapshot.version,
            participants,
            waiting,
            events: Events::default(),
        })
    }
}

#[cfg(test)]
mod occurrence_tests;
#[cfg(test)]
mod tests;
