//! Meetings and participants as they are shown.

use chrono::{DateTime, Utc};
use domain_meeting::{
    Meeting, MeetingSettings, MeetingStatusKind, Participant, ParticipantRole, Schedule, Standing, Waiting,
};
use domain_shared::{MeetingId, MessageId, UserId};

/// A meeting.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MeetingView {
    /// Its identifier.
    pub id: MeetingId,
    /// Its code, `abc-defg-hij`.
    pub code: String,
    /// Its title.
    pub title: String,
    /// What it is about.
    pub description: Option<String>,
    /// Who created it, and hosts it.
    pub creator_id: UserId,
    /// Its state.
    pub status: MeetingStatusKind,
    /// The planned start.
    pub start_time: Option<DateTime<Utc>>,
    /// The planned end.
    pub end_time: Option<DateTime<Utc>>,
    /// The time zone in which it is planned.
    pub time_zone: Option<String>,
    /// How it recurs; start and end are then those of the current or next time.
    pub recurrence: Option<String>,
    /// How many may be present at once.
    pub max_participants: u16,
    /// What the host decided.
    pub settings: MeetingSettings,
    /// Whether it has a passcode.
    pub has_passcode: bool,
    /// Whether nobody new is let in.
    pub locked: bool,
    /// When it was created.
    pub created_at: DateTime<Utc>,
    /// When anything about it changed last.
    pub updated_at: DateTime<Utc>,
    /// When the first one joined.
    pub started_at: Option<DateTime<Utc>>,
    /// When it was over: ended or cancelled.
    pub ended_at: Option<DateTime<Utc>>,
}

impl From<&Meeting> for MeetingView {
    fn from(meeting: &Meeting) -> Self {
        Self {
            id: meeting.id(),
            code: meeting.code().as_str().to_owned(),
            title: meeting.title().as_str().to_owned(),
            description: meeting.description().map(|d| d.as_str().to_owned()),
            creator_id: meeting.creator_id(),
            status: meeting.status().kind(),
            start_time: meeting.schedule().start(),
            end_time: meeting.schedule().end(),
            time_zone: meeting.schedule().time_zone().map(|zone| zone.as_str().to_owned()),
            recurrence: meeting.schedule().series().map(|series| series.recurrence().rule().to_owned()),
            max_participants: meeting.max_participants().get(),
            settings: meeting.settings(),
            has_passcode: meeting.passcode_hash().is_some(),
            locked: meeting.is_locked(),
            created_at: meeting.created_at(),
            updated_at: meeting.updated_at(),
            started_at: meeting.status().started_at(),
            ended_at: meeting.status().ended_at(),
        }
    }
}

/// Who takes part in a meeting.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParticipantView {
    /// The user.
    pub user_id: UserId,
    /// Whether they have no account.
    pub guest: bool,
    /// What they may do.
    pub role: ParticipantRole,
    /// What they are called here.
    pub display_name: String,
    /// When they came, the last time.
    pub joined_at: DateTime<Utc>,
    /// When they left, unless they are present.
    pub left_at: Option<DateTime<Utc>>,
    /// Whether they may come back.
    pub standing: Standing,
}

impl From<&Participant> for ParticipantView {
    fn from(participant: &Participant) -> Self {
        Self {
            user_id: participant.user_id(),
            guest: participant.is_guest(),
            role: participant.role(),
            display_name: participant.display_name().as_str().to_owned(),
            joined_at: participant.joined_at(),
            left_at: participant.left_at(),
            standing: participant.standing(),
        }
    }
}

/// Who waits in front of a meeting.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WaitingView {
    /// Who.
    pub user_id: UserId,
    /// Whether they have no account.
    pub guest: bool,
    /// What they are called.
    pub display_name: String,
    /// Since when.
    pub since: DateTime<Utc>,
}

impl From<&Waiting> for WaitingView {
    fn from(waiting: &Waiting) -> Self {
        Self {
            user_id: waiting.user_id(),
            guest: waiting.attendee().guest,
            display_name: waiting.display_name().as_str().to_owned(),
            since: waiting.since(),
        }
    }
}

/// One time that somebody was in a meeting.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StayView {
    /// Who.
    pub user_id: UserId,
    /// From when.
    pub joined_at: DateTime<Utc>,
    /// Until when; absent while they are present.
    pub left_at: Option<DateTime<Utc>>,
}

/// One time that a meeting was held.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SessionView {
    /// From when: when the first one came.
    pub started_at: DateTime<Utc>,
    /// Until when; absent while it goes on.
    pub ended_at: Option<DateTime<Utc>>,
}

/// A meeting of somebody's, as far as their calendar needs to know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlannedMeeting {
    /// Its identifier.
    pub id: MeetingId,
    /// Its code, `abc-defg-hij`.
    pub code: String,
    /// Its title.
    pub title: String,
    /// Its state.
    pub status: MeetingStatusKind,
    /// When it is planned.
    pub schedule: Schedule,
    /// When the first one came, while it is live and after it has ended.
    pub started_at: Option<DateTime<Utc>>,
    /// When it was over.
    pub ended_at: Option<DateTime<Utc>>,
    /// Whether whoever asks hosts it.
    pub is_host: bool,
}

/// One time that a meeting takes place, or was to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OccurrenceView {
    /// The meeting.
    pub meeting_id: MeetingId,
    /// Its code, `abc-defg-hij`.
    pub code: String,
    /// Its title.
    pub title: String,
    /// The state of this time.
    pub status: MeetingStatusKind,
    /// When it starts; when the first one came, where no start was planned.
    pub start: DateTime<Utc>,
    /// When it ends, as far as is known.
    pub end: Option<DateTime<Utc>>,
    /// Whether the meeting recurs.
    pub recurring: bool,
    /// Whether whoever asks hosts it.
    pub is_host: bool,
}

/// Something that was written in a meeting.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MessageView {
    /// Its identifier.
    pub id: MessageId,
    /// Who wrote it.
    pub sender_id: UserId,
    /// What they were called.
    pub sender_name: String,
    /// Who a private one is for, and what they were called.
    pub recipient: Option<(UserId, String)>,
    /// What it says; nothing when it was deleted.
    pub text: Option<String>,
    /// When it was written.
    pub sent_at: DateTime<Utc>,
    /// When it was deleted, and by whom.
    pub deleted: Option<(DateTime<Utc>, UserId)>,
}
