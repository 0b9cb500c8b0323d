//! A meeting as plain data, for those who store it.

use chrono::{DateTime, Utc};
use domain_shared::{MeetingId, UserId};
use thiserror::Error;

use crate::{
    MaxParticipantsError, MeetingCodeError, MeetingSettings, MeetingStatus, ParticipantRole, PasscodeHash,
    RecurrenceError, ScheduleError, SeriesSnapshot, Standing, TextError, TimeZone, WaitingSnapshot,
};

/// Everything about a [`crate::Meeting`]. Times are in whole microseconds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MeetingSnapshot {
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
    pub status: MeetingStatus,
    /// The planned start.
    pub start_time: Option<DateTime<Utc>>,
    /// The planned end.
    pub end_time: Option<DateTime<Utc>>,
    /// The time zone in which it was planned.
    pub time_zone: Option<TimeZone>,
    /// How it recurs.
    pub series: Option<SeriesSnapshot>,
    /// When [`crate::Meeting::advance`] has something to do. It follows from the rest, and is not read back.
    pub advance_at: Option<DateTime<Utc>>,
    /// How many may be present at once.
    pub max_participants: u16,
    /// What the host decided.
    pub settings: MeetingSettings,
    /// The hash of the passcode, if there is one.
    pub passcode_hash: Option<PasscodeHash>,
    /// Whether nobody new is let in.
    pub locked: bool,
    /// When it was created.
    pub created_at: DateTime<Utc>,
    /// When anything about it changed last.
    pub updated_at: DateTime<Utc>,
    /// How often it has been stored.
    pub version: i64,
    /// Everybody who has ever joined, in the order of first coming.
    pub participants: Vec<ParticipantSnapshot>,
    /// Who waits in the lobby, in the order of coming.
    pub waiting: Vec<WaitingSnapshot>,
}

/// Everything about a [`crate::Participant`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParticipantSnapshot {
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

/// What is stored is no meeting.
#[derive(Debug, Error, PartialEq, Eq)]
pub enum CorruptMeeting {
    /// The code.
    #[error("code: {0}")]
    Code(#[from] MeetingCodeError),
    /// The title.
    #[error("title: {0}")]
    Title(TextError),
    /// The description.
    #[error("description: {0}")]
    Description(TextError),
    /// A participant's name.
    #[error("display name: {0}")]
    DisplayName(TextError),
    /// The planned times.
    #[error("schedule: {0}")]
    Schedule(#[from] ScheduleError),
    /// How it recurs.
    #[error("recurrence: {0}")]
    Recurrence(#[from] RecurrenceError),
    /// The number of places.
    #[error("max_participants: {0}")]
    MaxParticipants(#[from] MaxParticipantsError),
    /// One user stands twice.
    #[error("user {0} takes part twice")]
    ParticipantTwice(UserId),
}
