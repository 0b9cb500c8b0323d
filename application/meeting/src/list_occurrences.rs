//! Lists when the meetings of a user take place, as calendars show it.

use std::sync::Arc;

use application_shared::{FieldError, PortError};
use chrono::{DateTime, TimeDelta, Utc};
use domain_meeting::MeetingStatusKind;
use domain_shared::UserId;
use thiserror::Error;

use crate::{MeetingTimes, OccurrenceView, PlannedMeeting};

/// What is asked for.
#[derive(Debug, Clone)]
pub struct ListOccurrencesQuery {
    /// Whose meetings: created by them, ever joined, or invited to and not declined.
    pub user_id: UserId,
    /// From when on.
    pub from: DateTime<Utc>,
    /// Before when: at most [`ListOccurrences::MAX_DAYS`] later.
    pub until: DateTime<Utc>,
    /// How many at most.
    pub limit: usize,
}

/// The list could not be read.
#[derive(Debug, Error)]
pub enum ListOccurrencesError {
    /// Some fields cannot be accepted.
    #[error("invalid window")]
    Invalid(Vec<FieldError>),
    /// A port failed.
    #[error(transparent)]
    Port(#[from] PortError),
}

/// Lists occurrences.
pub struct ListOccurrences {
    times: Arc<dyn MeetingTimes>,
}

impl ListOccurrences {
    /// The most days from the beginning of the window to its end.
    pub const MAX_DAYS: i64 = 62;
    /// The most that are told at once.
    pub const MAX: usize = 1_000;

    /// The use case on this port.
    #[must_use]
    pub fn new(times: Arc<dyn MeetingTimes>) -> Self {
        Self { times }
    }

    /// Those that start in the window, by their start.
    ///
    /// # Errors
    /// [`ListOccurrencesError`].
    pub async fn execute(&self, query: ListOccurrencesQuery) -> Result<Vec<OccurrenceView>, ListOccurrencesError> {
        let ListOccurrencesQuery { user_id, from, until, limit } = query;
        check(from, until).map_err(ListOccurrencesError::Invalid)?;
        let meetings = self.times.planned(user_id, from, until).await?;
        let mut occurrences: Vec<_> = meetings.iter().flat_map(|meeting| in_window(meeting, from, until)).collect();
        occurrences.sort_by_key(|one| (one.start, one.meeting_id));
        occurrences.truncate(limit.min(Self::MAX));
        Ok(occurrences)
    }
}

fn check(from: DateTime<Utc>, until: DateTime<Utc>) -> Result<(), Vec<FieldError>> {
    let out_of_range = |at: DateTime<Utc>| !(0..253_402_300_800).contains(&at.timestamp());
    let mut wrong = Vec::new();
    for (field, at) in [("from", from), ("to", until)] {
        if out_of_range(at) {
            wrong.push(FieldError::new(field, "out_of_range", "must lie between the years 1970 and 9999"));
        }
    }
    if until <= from {
        wrong.push(FieldError::new("to", "not_after_start", "must be after from"));
    } else if until - from > TimeDelta::days(ListOccurrences::MAX_DAYS) {
        wrong.push(FieldError::new("to", "out_of_range", "must be at most 62 days after from"));
    }
    if wrong.is_empty() { Ok(()) } else { Err(wrong) }
}

/// The times of one meeting.
fn in_window(meeting: &PlannedMeeting, from: DateTime<Utc>, until: DateTime<Utc>) -> Vec<OccurrenceView> {
    let schedule = &meeting.schedule;
    let occurrence = |start, end, status| OccurrenceView {
        meeting_id: meeting.id,
        code: meeting.code.clone(),
        title: meeting.title.clone(),
        status,
        start,
        end,
        recurring: schedule.series().is_some(),
        is_host: meeting.is_host,
    };
    let Some((series, current)) = schedule.series().zip(schedule.start()) else {
        let place = match (schedule.start(), meeting.started_at) {
            (Some(start), _) => Some((start, schedule.end())),
            // Nobody planned it, but it was held.
            (None, Some(started_at)) => Some((started_at, meeting.ended_at.or_else(|| schedule.end()))),
            (None, None) => None,
        };
        let place = place.filter(|(start, _)| *start >= from && *start < until);
        return place.map(|(start, end)| occurrence(start, end, meeting.status)).into_iter().collect();
    };
    let status = |start: DateTime<Utc>| match meeting.status {
        _ if start < current => Some(MeetingStatusKind::Ended),
        MeetingStatusKind::Ended => (start == current).then_some(MeetingStatusKind::Ended),
        MeetingStatusKind::Cancelled => Some(MeetingStatusKind::Cancelled),
        status if start == current => Some(status),
        _ => Some(MeetingStatusKind::Scheduled),
    };
    let end = |start: DateTime<Utc>| schedule.length().and_then(|length| start.checked_add_signed(length));
    let starts = series.between(from, until).into_iter();
    starts.filter_map(|start| status(start).map(|status| occurrence(start, end(start), status))).collect()
}

#[cfg(test)]
mod tests {
    use domain_meeting::{Schedule, TimeZone};
    use domain_shared::MeetingId;

    use super::*;
    use crate::testing::{World, user};

    fn utc(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    fn planned(n: u128, status: MeetingStatusKind, schedule: Schedule) -> PlannedMeeting {
        PlannedMeeting {
            id: MeetingId::from_uuid(uuid::Uuid::from_u128(n)),
            code: "abc-defg-hij".into(),
            title: format!("Meeting {n}"),
            status,
            schedule,
            started_at: None,
            ended_at: None,
            is_host: n == 1,
        }
    }

    fn weekly() -> Schedule {
        let (start, end) = (utc("2027-10-18T07:00:00Z"), utc("2027-10-18T07:30:00Z"));
        let schedule = Schedule::parse(Some(start), Some(end), start).unwrap();
        schedule.in_time_zone(TimeZone::parse("Europe/Berlin").ok()).recurring("FREQ=WEEKLY", start).unwrap()
    }

    async fn listed(world: &World, from: &str, to: &str, limit: usize) -> Vec<(String, String, &'static str)> {
        let list = ListOccurrences::new(world.times.clone());
        let query = ListOccurrencesQuery { user_id: user(1), from: utc(from), until: utc(to), limit };
        let occurrences = list.execute(query).await.unwrap();
        let told = |one: OccurrenceView| (one.title, one.start.format("%m-%dT%H:%M").to_string(), one.status.as_str());
        occurrences.into_iter().map(told).collect()
    }

    #[tokio::test]
    async fn all_that_takes_place_in_the_window_is_told_by_its_start() {
        use MeetingStatusKind::{Cancelled, Ended, Live, Scheduled};
        let world = World::new();
        let once = |at: &str| Schedule::parse(Some(utc(at)), None, utc(at)).unwrap();
        let instant = |started: Option<&str>| PlannedMeeting {
            started_at: started.map(utc),
            ..planned(4, Ended, Schedule::default())
        };
        *world.times.planned.lock().unwrap() = vec![
            planned(1, Scheduled, weekly()),
            planned(2, Cancelled, once("2027-10-26T12:00:00Z")),
            planned(3, Live, once("2027-12-01T12:00:00Z")),
            instant(Some("2027-10-20T10:00:00Z")),
            instant(None),
        ];
        let expected = [
            ("Meeting 1", "10-18T07:00", "scheduled"),
            ("Meeting 4", "10-20T10:00", "ended"),
            ("Meeting 1", "10-25T07:00", "scheduled"),
            ("Meeting 2", "10-26T12:00", "cancelled"),
            // The clocks go back.
            ("Meeting 1", "11-01T08:00", "scheduled"),
        ];
        let told = |one: &(&str, &str, &'static str)| (one.0.to_owned(), one.1.to_owned(), one.2);
        let (from, to) = ("2027-10-18T07:00:00Z", "2027-11-08T08:00:00Z");
        assert_eq!(listed(&world, from, to, 1_000).await, expected.iter().map(told).collect::<Vec<_>>());
        assert_eq!(listed(&world, from, to, 2).await.len(), 2);
        assert_eq!(listed(&world, "2028-10-01T00:00:00Z", "2028-11-01T00:00:00Z", 9).await.len(), 5);
    }

    #[test]
    fn each_time_has_its_own_state() {
        use MeetingStatusKind::{Cancelled, Ended, Live, Scheduled};
        let schedule = weekly();
        // Its third time is the next.
        let third = Schedule::parse(Some(utc("2027-11-01T08:00:00Z")), None, utc("2027-11-01T08:00:00Z")).unwrap();
        let series = schedule.series().map(|series| domain_meeting::SeriesSnapshot {
            rule: series.recurrence().rule().to_owned(),
            start: series.recurrence().start(),
            excluded: vec![utc("2027-11-08T08:00:00Z")],
        });
        let third = third.restore(schedule.time_zone(), series).unwrap();
        for (status, expected) in [
            (Scheduled, vec![Ended, Ended, Scheduled, Scheduled]),
            (Live, vec![Ended, Ended, Live, Scheduled]),
            (Ended, vec![Ended, Ended, Ended]),
            (Cancelled, vec![Ended, Ended, Cancelled, Cancelled]),
        ] {
            let meeting = planned(1, status, third.clone());
            let told = in_window(&meeting, utc("2027-10-01T00:00:00Z"), utc("2027-11-16T00:00:00Z"));
            assert_eq!(told.iter().map(|one| one.status).collect::<Vec<_>>(), expected, "{status:?}");
            assert!(told.iter().all(|one| one.recurring && one.is_host && one.end.is_none()));
        }
    }

    #[tokio::test]
    async fn a_window_has_an_end() {
        let world = World::new();
        let list = ListOccurrences::new(world.times.clone());
        let day = |n: i64| utc("2027-10-18T07:00:00Z") + TimeDelta::days(n);
        for (from, until, expected) in [
            (day(0), day(0), vec![("to", "not_after_start")]),
            (day(0), day(63), vec![("to", "out_of_range")]),
            (DateTime::<Utc>::MIN_UTC, day(0), vec![("from", "out_of_range"), ("to", "out_of_range")]),
        ] {
            let query = ListOccurrencesQuery { user_id: user(1), from, until, limit: 10 };
            let Err(ListOccurrencesError::Invalid(wrong)) = list.execute(query).await else { panic!("{expected:?}") };
            assert_eq!(wrong.iter().map(|e| (e.field, e.code)).collect::<Vec<_>>(), expected);
        }
        let query = ListOccurrencesQuery { user_id: user(1), from: day(0), until: day(62), limit: 10 };
        assert_eq!(list.execute(query).await.unwrap(), []);
    }
}
