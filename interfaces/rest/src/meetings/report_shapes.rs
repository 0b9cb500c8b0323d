//! How a meeting went.

use application_meeting::{Attendance as AttendanceView, MeetingReport as Report, ReportedSession};
use chrono::{DateTime, Utc};
use poem_openapi::Object;
use serde::Serialize;

use super::{participant_shapes::Participant, shapes::Meeting};

/// One time that somebody was in a meeting.
#[derive(Debug, Serialize, Object)]
pub struct Stay {
    /// From when.
    pub joined_at: DateTime<Utc>,
    /// Until when; null while they are present.
    #[oai(nullable)]
    pub left_at: Option<DateTime<Utc>>,
}

/// Somebody who was in a meeting.
#[derive(Debug, Serialize, Object)]
pub struct Attendance {
    /// Who, as they were there the last time.
    pub participant: Participant,
    /// When, each time.
    pub stays: Vec<Stay>,
    /// How long in all, in whole seconds; until now for who is present.
    pub duration_s: u64,
}

impl From<AttendanceView> for Attendance {
    fn from(view: AttendanceView) -> Self {
        let stay = |stay: application_meeting::StayView| Stay { joined_at: stay.joined_at, left_at: stay.left_at };
        Self {
            participant: view.participant.into(),
            stays: view.stays.into_iter().map(stay).collect(),
            duration_s: u64::try_from(view.duration.num_seconds()).unwrap_or_default(),
        }
    }
}

/// One time that a meeting was held.
#[derive(Debug, Serialize, Object)]
pub struct MeetingSession {
    /// From when: when the first one came.
    pub started_at: DateTime<Utc>,
    /// Until when; null while it goes on.
    #[oai(nullable)]
    pub ended_at: Option<DateTime<Utc>>,
    /// How many were there at once, at most.
    pub peak: u64,
}

impl From<ReportedSession> for MeetingSession {
    fn from(reported: ReportedSession) -> Self {
        Self {
            started_at: reported.session.started_at,
            ended_at: reported.session.ended_at,
            peak: u64::try_from(reported.peak).unwrap_or(u64::MAX),
        }
    }
}

/// Who was in a meeting, when, and how long.
#[derive(Debug, Serialize, Object)]
pub struct MeetingReport {
    /// The meeting.
    pub meeting: Meeting,
    /// How many were there at once, at most; in `session`, if one was asked for.
    pub peak_participants: u64,
    /// Each time that it was held, the latest first, at most 1,000. One that recurs is held many times.
    pub sessions: Vec<MeetingSession>,
    /// Who was there, by first coming; in `session`, if one was asked for.
    pub attendances: Vec<Attendance>,
}

impl From<Report> for MeetingReport {
    fn from(report: Report) -> Self {
        Self {
            meeting: report.meeting.into(),
            peak_participants: u64::try_from(report.peak).unwrap_or(u64::MAX),
            sessions: report.sessions.into_iter().map(MeetingSession::from).collect(),
            attendances: report.attendances.into_iter().map(Attendance::from).collect(),
        }
    }
}
