//! The times of a meeting that recurs: going on from one to the next, and calling one off.

use chrono::{DateTime, SubsecRound, TimeDelta, Utc};
use domain_shared::UserId;

use super::{Meeting, MeetingError};
use crate::{MeetingEvent, MeetingStatus, Participant, Schedule};

impl Meeting {
    /// How long everybody has to be out before a meeting that recurs ends by itself, when its planned time is over.
    pub const EMPTY_FOR: TimeDelta = TimeDelta::minutes(5);

    /// When [`Meeting::advance`] has something to do, unless something else happens before: when a time is over to which
    /// nobody came; and when one that everybody has left without ending it is over.
    #[must_use]
    pub fn advance_at(&self) -> Option<DateTime<Utc>> {
        self.schedule.series()?;
        let (start, over) = (self.schedule.start()?, self.schedule.over_at()?);
        match self.status {
            MeetingStatus::Scheduled => Some(over),
            MeetingStatus::Live { started_at } if self.present() == 0 => {
                let left = self.participants.iter().filter_map(Participant::left_at).max().unwrap_or(started_at);
                let empty = left.max(started_at).checked_add_signed(Self::EMPTY_FOR)?;
                // Who only looked in before the start leaves the planned time to come.
                Some(if empty < start { empty } else { empty.max(over) })
            }
            MeetingStatus::Live { .. } | MeetingStatus::Ended { .. } | MeetingStatus::Cancelled { .. } => None,
        }
    }

    /// Goes on to the next time when [`Meeting::advance_at`] has come; where there is none, the meeting ends. Tells whether
    /// it did.
    pub fn advance(&mut self, now: DateTime<Utc>) -> bool {
        let now = self.instant(now);
        let Some(at) = self.advance_at().filter(|at| *at <= now) else { return false };
        if self.status == MeetingStatus::Scheduled {
            self.go_on(now);
        } else {
            // However late this comes: who looked in before the start leaves the planned time to come.
            let next = self.next_schedule(at);
            self.finish_with(self.creator_id, next, now);
        }
        true
    }

    /// Calls one of the coming times off, which begins at `start`; the one that takes place now is none of them. Where that
    /// was the last one, the meeting ends.
    ///
    /// # Errors
    /// [`MeetingError::NotHost`], [`MeetingError::Ended`], [`MeetingError::NotRecurring`],
    /// [`MeetingError::NoSuchOccurrence`], [`MeetingError::TooManySkipped`].
    pub fn skip(&mut self, by: UserId, start: DateTime<Utc>, now: DateTime<Utc>) -> Result<(), MeetingError> {
        let (start, now) = (start.trunc_subsecs(6), self.instant(now));
        self.refuse_unless_host(by)?;
        self.refuse_if_over()?;
        if self.schedule.series().is_none() {
            return Err(MeetingError::NotRecurring);
        }
        let is_next = self.schedule.start() == Some(start);
        let takes_place = self.status != MeetingStatus::Scheduled && self.schedule.start().is_some_and(|at| at <= now);
        if !self.schedule.comes_at(start) || (is_next && takes_place) {
            return Err(MeetingError::NoSuchOccurrence);
        }
        if !self.schedule.exclude(start) {
            return Err(MeetingError::TooManySkipped);
        }
        self.updated_at = now;
        self.events.record(MeetingEvent::OccurrenceSkipped { meeting_id: self.id, by, start_time: start, at: now });
        match self.status {
            MeetingStatus::Scheduled if is_next => self.go_on(now),
            // Somebody looked in early.
            MeetingStatus::Live { .. } if is_next => match self.schedule.following(now) {
                Some(next) => self.schedule = next,
                None => self.finish(by, now),
            },
            _ => {}
        }
        Ok(())
    }

    /// Nobody has come to the planned time: the next one is planned.
    fn go_on(&mut self, now: DateTime<Utc>) {
        let next = self.schedule.following(now);
        if let Some((next_start, next)) = next.and_then(|next| next.start().zip(Some(next))) {
            self.schedule = next;
            self.updated_at = now;
            self.events.record(MeetingEvent::Advanced { meeting_id: self.id, next_start, at: now });
        } else {
            self.finish(self.creator_id, now);
        }
    }

    /// What is planned when the meeting ends now; nothing when it is over then.
    pub(super) fn next_schedule(&self, now: DateTime<Utc>) -> Option<Schedule> {
        let series = self.schedule.series()?;
        let start = self.schedule.start()?;
        // What ends before the planned time does not take its place.
        if now < start && series.next(start) == Some(start) {
            Some(self.schedule.clone())
        } else {
            self.schedule.following(now)
        }
    }
}
