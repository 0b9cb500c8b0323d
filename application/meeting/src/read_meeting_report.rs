//! Tells the hosts of a meeting who was there, when, and how long.

use std::{collections::HashMap, sync::Arc};

use application_shared::PortError;
use chrono::{DateTime, TimeDelta, Utc};
use domain_meeting::{MeetingError, MeetingRef};
use domain_shared::{Clock, UserId};
use thiserror::Error;

use crate::{
    ChangeMeetingError, MeetingPorts, MeetingReader, MeetingRepository, MeetingTimes, MeetingView, ParticipantView,
    SessionView, StayView,
};

/// What is asked for.
#[derive(Debug, Clone)]
pub struct ReadMeetingReportQuery {
    /// Which meeting.
    pub meeting: MeetingRef,
    /// Who asks: a host or co-host.
    pub by: UserId,
    /// Only of the time that began then.
    pub session: Option<DateTime<Utc>>,
}

/// There is no report.
#[derive(Debug, Error)]
pub enum ReadMeetingReportError {
    /// The meeting was not held then.
    #[error("the meeting was not held then")]
    NoSuchSession,
    /// The meeting refuses it, or is not there.
    #[error(transparent)]
    Meeting(#[from] ChangeMeetingError),
}

impl From<PortError> for ReadMeetingReportError {
    fn from(error: PortError) -> Self {
        Self::Meeting(error.into())
    }
}

impl From<MeetingError> for ReadMeetingReportError {
    fn from(error: MeetingError) -> Self {
        Self::Meeting(error.into())
    }
}

/// One time that the meeting was held.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReportedSession {
    /// When.
    pub session: SessionView,
    /// How many were there at once, at most.
    pub peak: usize,
}

/// Somebody who was there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attendance {
    /// Who.
    pub participant: ParticipantView,
    /// When, each time.
    pub stays: Vec<StayView>,
    /// How long in all; until now for who is present.
    pub duration: TimeDelta,
}

/// Who was in a meeting.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MeetingReport {
    /// The meeting.
    pub meeting: MeetingView,
    /// How many were there at once, at most; this time, if it was asked for.
    pub peak: usize,
    /// Each time that it was held, the latest first, at most 1,000.
    pub sessions: Vec<ReportedSession>,
    /// Who was there, by first coming; this time, if it was asked for.
    pub attendances: Vec<Attendance>,
}

/// Reads the report.
pub struct ReadMeetingReport {
    meetings: Arc<dyn MeetingRepository>,
    reader: Arc<dyn MeetingReader>,
    times: Arc<dyn MeetingTimes>,
    clock: Arc<dyn Clock>,
}

impl ReadMeetingReport {
    /// Takes the ports.
    #[must_use]
    pub fn new(ports: &MeetingPorts) -> Self {
        let MeetingPorts { meetings, reader, times, clock, .. } = ports.clone();
        Self { meetings, reader, times, clock }
    }

    /// The report, of a meeting that is over or not.
    ///
    /// # Errors
    /// [`ReadMeetingReportError`].
    pub async fn execute(&self, query: ReadMeetingReportQuery) -> Result<MeetingReport, ReadMeetingReportError> {
        let meeting = self.meetings.find(&query.meeting).await?.ok_or(ChangeMeetingError::NotFound)?;
        meeting.may_report(query.by)?;
        let sessions = self.times.sessions(meeting.id()).await?;
        let all = self.reader.stays(meeting.id()).await?;
        let now = self.clock.now();
        let reported =
            sessions.iter().map(|session| ReportedSession { session: *session, peak: peak_in(&all, session) });
        let reported: Vec<_> = reported.collect();
        let stays = match query.session {
            Some(started_at) => {
                let session = sessions.iter().find(|session| session.started_at == started_at);
                let session = session.ok_or(ReadMeetingReportError::NoSuchSession)?;
                self.times.stays(meeting.id(), *session).await?
            }
            None => all,
        };
        let peak = peak(&stays);
        let mut by_user: HashMap<UserId, Vec<StayView>> = HashMap::new();
        for stay in stays {
            by_user.entry(stay.user_id).or_default().push(stay);
        }
        let attendances = meeting.participants().iter().filter_map(|participant| {
            let stays = by_user.remove(&participant.user_id());
            if stays.is_none() && query.session.is_some() {
                return None;
            }
            let stays = stays.unwrap_or_default();
            let lengths = stays.iter().map(|stay| stay.left_at.unwrap_or(now).max(stay.joined_at) - stay.joined_at);
            let duration = lengths.fold(TimeDelta::zero(), |sum, length| sum + length);
            Some(Attendance { participant: ParticipantView::from(participant), stays, duration })
        });
        let attendances = attendances.collect();
        Ok(MeetingReport { attendances, peak, sessions: reported, meeting: MeetingView::from(&meeting) })
    }
}

/// How many of these stays, which are in the order of coming, were at the same time while the meeting was held this time.
fn peak_in(stays: &[StayView], session: &SessionView) -> usize {
    let first = stays.partition_point(|stay| stay.joined_at < session.started_at);
    let after = session.ended_at.map_or(stays.len(), |ended| stays.partition_point(|stay| stay.joined_at <= ended));
    stays.get(first..after).map_or(0, peak)
}

/// How many of these stays were at the same time, at most. Who comes in the instant in which another one goes was not
/// there together with them.
fn peak(stays: &[StayView]) -> usize {
    let mut changes: Vec<(DateTime<Utc>, bool)> = Vec::with_capacity(2 * stays.len());
    for stay in stays {
        changes.push((stay.joined_at, true));
        // Who went at once was there all the same.
        let least = stay.joined_at + TimeDelta::microseconds(1);
        changes.extend(stay.left_at.map(|left| (left.max(least), false)));
    }
    // Goings before comings.
    changes.sort_unstable();
    let (mut present, mut peak) = (0_usize, 0);
    for (_, comes) in changes {
        present = if comes { present + 1 } else { present.saturating_sub(1) };
        peak = peak.max(present);
    }
    peak
}

#[cfg(test)]
mod tests {
    use domain_meeting::MeetingError;

    use super::*;
    use crate::testing::{HOST, World, at, user};

    fn stay(n: u128, from: i64, to: Option<i64>) -> StayView {
        StayView { user_id: user(n), joined_at: at(from), left_at: to.map(at) }
    }

    #[test]
    fn the_peak_is_how_many_were_there_at_once() {
        assert_eq!(peak(&[]), 0);
        assert_eq!(peak(&[stay(1, 0, Some(5)), stay(2, 5, Some(9)), stay(1, 9, None)]), 1);
        assert_eq!(peak(&[stay(1, 0, Some(5)), stay(2, 4, None), stay(3, 4, Some(4)), stay(4, 6, None)]), 3);
        assert_eq!(peak(&[stay(1, 3, Some(3))]), 1);
    }

    #[tokio::test]
    async fn hosts_read_who_was_there_and_how_long() {
        let world = World::new();
        let meeting = world.with_meeting();
        world.come(HOST);
        world.come(2);
        *world.meetings.stays.lock().unwrap() = vec![stay(HOST, 0, None), stay(2, 10, Some(20)), stay(2, 30, Some(40))];
        world.clock.advance(TimeDelta::seconds(60));
        let use_case = ReadMeetingReport::new(&world.ports());
        let query = |by| ReadMeetingReportQuery { meeting: meeting.clone(), by: user(by), session: None };
        let report = use_case.execute(query(HOST)).await.unwrap();
        assert_eq!(report.peak, 2);
        let told: Vec<_> = report
            .attendances
            .iter()
            .map(|one| (one.participant.user_id, one.stays.len(), one.duration.num_seconds()))
            .collect();
        assert_eq!(told, [(user(HOST), 1, 60), (user(2), 2, 20)]);
        assert!(matches!(
            use_case.execute(query(2)).await,
            Err(ReadMeetingReportError::Meeting(ChangeMeetingError::Refused(MeetingError::NotModerator)))
        ));
        world.change(|meeting, now| meeting.end(user(HOST), now));
        assert!(use_case.execute(query(HOST)).await.is_ok(), "of what is over, too");
    }

    #[tokio::test]
    async fn each_time_that_it_was_held_is_told_by_itself() {
        let world = World::new();
        let meeting = world.with_meeting();
        world.come(HOST);
        world.come(2);
        *world.meetings.stays.lock().unwrap() =
            vec![stay(HOST, 0, Some(9)), stay(2, 1, Some(9)), stay(2, 100, Some(120)), stay(2, 130, None)];
        let session = |from, to: Option<i64>| SessionView { started_at: at(from), ended_at: to.map(at) };
        *world.times.sessions.lock().unwrap() = vec![session(100, None), session(0, Some(9))];
        world.clock.advance(TimeDelta::seconds(140));
        let use_case = ReadMeetingReport::new(&world.ports());
        let query = |session| ReadMeetingReportQuery { meeting: meeting.clone(), by: user(HOST), session };
        let all = use_case.execute(query(None)).await.unwrap();
        assert_eq!(all.sessions.iter().map(|one| one.peak).collect::<Vec<_>>(), [1, 2]);
        assert_eq!((all.peak, all.attendances.len()), (2, 2));
        let last = use_case.execute(query(Some(at(100)))).await.unwrap();
        assert_eq!((last.peak, last.sessions), (1, all.sessions));
        let told: Vec<_> = last.attendances.iter().map(|one| (one.participant.user_id, one.duration)).collect();
        assert_eq!(told, [(user(2), TimeDelta::seconds(30))]);
        let none = use_case.execute(query(Some(at(1)))).await;
        assert!(matches!(none, Err(ReadMeetingReportError::NoSuchSession)));
    }
}
