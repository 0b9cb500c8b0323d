//! From the plan to the end: changing, starting, locking, ending, calling off.

use chrono::{DateTime, Utc};
use domain_shared::UserId;

use super::{Meeting, MeetingError};
use crate::{
    MaxParticipants, MeetingDescription, MeetingEvent, MeetingSettings, MeetingStatus, MeetingTitle, PasscodeHash,
    Schedule,
};

/// What is to be different about a meeting. What is `None` stays.
#[derive(Debug, Clone, Default)]
pub struct MeetingEdit {
    /// Another title.
    pub title: Option<MeetingTitle>,
    /// Another description, or none.
    pub description: Option<Option<MeetingDescription>>,
    /// Other times.
    pub schedule: Option<Schedule>,
    /// Another number of places. Who is present stays, even if they are more.
    pub max_participants: Option<MaxParticipants>,
    /// Other settings.
    pub settings: Option<MeetingSettings>,
    /// Another passcode, or none.
    pub passcode_hash: Option<Option<PasscodeHash>>,
}

impl Meeting {
    /// Changes what the host has decided. Tells whether anything is different now.
    ///
    /// # Errors
    /// [`MeetingError::Ended`], [`MeetingError::NotHost`].
    pub fn edit(&mut self, by: UserId, edit: MeetingEdit, now: DateTime<Utc>) -> Result<bool, MeetingError> {
        let now = self.instant(now);
        self.refuse_unless_host(by)?;
        self.refuse_if_over()?;
        let before = self.to_snapshot();
        let MeetingEdit { title, description, schedule, max_participants, settings, passcode_hash } = edit;
        let rescheduled = schedule.as_ref().is_some_and(|schedule| *schedule != self.schedule);
        self.title = title.unwrap_or_else(|| self.title.clone());
        self.description = description.unwrap_or_else(|| self.description.clone());
        self.schedule = schedule.unwrap_or_else(|| self.schedule.clone());
        self.max_participants = max_participants.unwrap_or(self.max_participants);
        self.settings = settings.unwrap_or(self.settings);
        self.passcode_hash = passcode_hash.unwrap_or_else(|| self.passcode_hash.clone());
        if self.to_snapshot() == before {
            return Ok(false);
        }
        self.updated_at = now;
        self.events.record(MeetingEvent::Updated { meeting_id: self.id, by, rescheduled, at: now });
        self.admit_who_need_not_wait(by, now);
        Ok(true)
    }

    /// Starts the meeting before anybody has come. Tells whether it had not started.
    ///
    /// # Errors
    /// [`MeetingError::Ended`], [`MeetingError::NotHost`].
    pub fn start(&mut self, by: UserId, now: DateTime<Utc>) -> Result<bool, MeetingError> {
        let now = self.instant(now);
        self.refuse_unless_host(by)?;
        self.refuse_if_over()?;
        let scheduled = self.status == MeetingStatus::Scheduled;
        self.start_if_scheduled(now);
        Ok(scheduled)
    }

    /// Lets nobody new in, or lets them in again. Tells whether that is news.
    ///
    /// # Errors
    /// [`MeetingError::Ended`], [`MeetingError::NotModerator`].
    pub fn lock(&mut self, by: UserId, locked: bool, now: DateTime<Utc>) -> Result<bool, MeetingError> {
        let now = self.instant(now);
        self.refuse_if_over()?;
        self.refuse_unless_moderator(by)?;
        if self.locked == locked {
            return Ok(false);
        }
        self.locked = locked;
        self.updated_at = now;
        self.events.record(if locked {
            MeetingEvent::Locked { meeting_id: self.id, by, at: now }
        } else {
            MeetingEvent::Unlocked { meeting_id: self.id, by, at: now }
        });
        Ok(true)
    }

    /// Ends the meeting for everybody. One that recurs is scheduled for its next time then, if there is one. While nobody
    /// has come to that, there is nothing to end: so ending twice does not end the series.
    ///
    /// # Errors
    /// [`MeetingError::NotHost`], [`MeetingError::Ended`].
    pub fn end(&mut self, by: UserId, now: DateTime<Utc>) -> Result<(), MeetingError> {
        let now = self.instant(now);
        self.refuse_unless_host(by)?;
        self.refuse_if_over()?;
        if self.schedule.series().is_some() && self.status == MeetingStatus::Scheduled {
            return Err(MeetingError::Ended);
        }
        self.finish(by, now);
        Ok(())
    }

    /// Calls the meeting off, before anybody has come; one that recurs as a whole.
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
        self.waiting.clear();
        self.status = MeetingStatus::Cancelled { at: now };
        self.updated_at = now;
        self.events.record(MeetingEvent::Cancelled { meeting_id: self.id, cancelled_by: by, at: now });
        Ok(())
    }

    pub(super) fn finish(&mut self, by: UserId, now: DateTime<Utc>) {
        let next = self.next_schedule(now);
        self.finish_with(by, next, now);
    }

    /// Everybody is out. The meeting is over, unless there is a `next` time.
    pub(super) fn finish_with(&mut self, by: UserId, next: Option<Schedule>, now: DateTime<Utc>) {
        for participant in self.participants.iter_mut().filter(|p| p.is_present()) {
            participant.leave(now);
        }
        self.waiting.clear();
        let started_at = self.status.started_at();
        let next_start = next.as_ref().and_then(Schedule::start);
        if let Some(next) = next {
            self.schedule = next;
            self.status = MeetingStatus::Scheduled;
            self.locked = false;
        } else {
            self.status = MeetingStatus::Ended { started_at, at: now };
        }
        self.updated_at = now;
        let (meeting_id, ended_by) = (self.id, by);
        self.events.record(MeetingEvent::Ended { meeting_id, ended_by, started_at, next_start, at: now });
    }
}
