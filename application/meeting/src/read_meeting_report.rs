//! Tells the hosts of a meeting who was there, when, and how long.

use std::{collections::HashMap, sync::Arc};

use chrono::{DateTime, TimeDelta, Utc};
use domain_meeting::MeetingRef;
use domain_shared::{Clock, UserId};

use crate::{ChangeMeetingError, MeetingReader, MeetingRepository, MeetingView, ParticipantView, StayView};

/// What is asked for.
#[derive(Debug, Clone)]
pub struct ReadMeetingReportQuery {
    /// Which meeting.
    pub meeting: MeetingRef,
    /// Who asks: a host or co-host.
    pub by: UserId,
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
    /// How many were there at once, at most.
    pub peak: usize,
    /// Who was there, by first coming.
    pub attendances: Vec<Attendance>,
}

/// Reads the report.
pub struct ReadMeetingReport {
    meetings: Arc<dyn MeetingRepository>,
    reader: Arc<dyn MeetingReader>,
    clock: Arc<dyn Clock>,
}

impl ReadMeetingReport {
    /// The use case on these ports.
    #[must_use]
    pub fn new(meetings: Arc<dyn MeetingRepository>, reader: Arc<dyn MeetingReader>, clock: Arc<dyn Clock>) -> Self {
        Self { meetings, reader, clock }
    }

    /// The report, of a meeting that is over or not.
    ///
    /// # Errors
    /// [`ChangeMeetingError`].
    pub async fn execute(&self, query: ReadMeetingReportQuery) -> Result<MeetingReport, ChangeMeetingError> {
        let meeting = self.meetings.find(&query.meeting).await?.ok_or(ChangeMeetingError::NotFound)?;
        meeting.may_report(query.by)?;
        let (stays, now) = (self.reader.stays(meeting.id()).await?, self.clock.now());
        let peak = peak(&stays);
        let mut by_user: HashMap<UserId, Vec<StayView>> = HashMap::new();
        for stay in stays {
            by_user.entry(stay.user_id).or_default().push(stay);
        }
        let attendances = meeting.participants().iter().map(|participant| {
            let stays = by_user.remove(&participant.user_id()).unwrap_or_default();
            let lengths = stays.iter().map(|stay| stay.left_at.unwrap_or(now).max(stay.joined_at) - stay.joined_at);
            let duration = lengths.fold(TimeDelta::zero(), |sum, length| sum + length);
            Attendance { participant: ParticipantView::from(participant), stays, duration }
        });
        Ok(MeetingReport { attendances: attendances.collect(), peak, meeting: MeetingView::from(&meeting) })
    }
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
        let ports = world.ports();
        let use_case = ReadMeetingReport::new(ports.meetings, ports.reader, ports.clock);
        let query = |by| ReadMeetingReportQuery { meeting: meeting.clone(), by: user(by) };
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
            Err(ChangeMeetingError::Refused(MeetingError::NotModerator))
        ));
        world.change(|meeting, now| meeting.end(user(HOST), now));
        assert!(use_case.execute(query(HOST)).await.is_ok(), "of what is over, too");
    }
}
