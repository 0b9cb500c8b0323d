//! What the meeting operations take and answer with.

use application_meeting::{ListedRole as ListedRoleKind, MeetingView};
use chrono::{DateTime, Utc};
use domain_meeting::MeetingStatusKind;
use poem_openapi::{Enum, Object};
use serde::Serialize;
use uuid::Uuid;

use super::settings_shapes::{ChangeSettings, LobbyMode, MeetingSettings};
use crate::json::{Fields, FromFields};

/// A meeting to be created.
#[derive(Debug, Object)]
#[oai(example)]
pub struct CreateMeetingRequest {
    /// What it is called.
    #[oai(validator(min_length = 1, max_length = 200))]
    pub title: String,
    /// What it is about.
    #[oai(validator(max_length = 5000), nullable)]
    pub description: Option<String>,
    /// When it is planned to start.
    #[oai(nullable)]
    pub start_time: Option<DateTime<Utc>>,
    /// When it is planned to end; after the start.
    #[oai(nullable)]
    pub end_time: Option<DateTime<Utc>>,
    /// The time zone in which it is planned: a name of the IANA database such as `Europe/Berlin`.
    #[oai(validator(max_length = 64), nullable)]
    pub time_zone: Option<String>,
    /// How it recurs, from its start on: a rule such as `FREQ=WEEKLY;BYDAY=MO,WE` (RFC 5545, 3.3.10). Needs `start_time` and
    /// `time_zone`, whose clocks it goes by. None when absent or empty.
    #[oai(validator(max_length = 1000), nullable)]
    pub recurrence: Option<String>,
    /// How many may be present at once; 100 when absent.
    #[oai(validator(minimum(value = "2"), maximum(value = "1000")), nullable)]
    pub max_participants: Option<i64>,
    /// What is to be different from the settings that meetings have.
    #[oai(nullable)]
    pub settings: Option<ChangeSettings>,
    /// A passcode of 4 to 32 visible ASCII characters; none when absent or empty.
    #[oai(validator(max_length = 32), nullable)]
    pub passcode: Option<String>,
}

/// What the user is in a meeting, as lists tell it apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[oai(rename_all = "lowercase")]
pub enum ListedRole {
    /// They have created it, or were made its host.
    Host,
    /// They have joined it, and are not its host.
    Participant,
    /// They are asked to come, and have not declined.
    Invited,
}

impl From<ListedRole> for ListedRoleKind {
    fn from(role: ListedRole) -> Self {
        match role {
            ListedRole::Host => Self::Host,
            ListedRole::Participant => Self::Participant,
            ListedRole::Invited => Self::Invited,
        }
    }
}

/// What is to be different about a meeting; what is absent stays.
#[derive(Debug, Object)]
pub struct UpdateMeetingRequest {
    /// What it is called.
    #[oai(validator(min_length = 1, max_length = 200), nullable)]
    pub title: Option<String>,
    /// What it is about; none when empty.
    #[oai(validator(max_length = 5000), nullable)]
    pub description: Option<String>,
    /// When it is planned to start; null for no plan.
    #[oai(nullable)]
    pub start_time: Option<DateTime<Utc>>,
    /// When it is planned to end; null for no plan.
    #[oai(nullable)]
    pub end_time: Option<DateTime<Utc>>,
    /// The time zone in which it is planned; null or empty for none.
    #[oai(validator(max_length = 64), nullable)]
    pub time_zone: Option<String>,
    /// How it recurs; null or empty for once. Another rule, time zone or start makes a new series from that start on.
    #[oai(validator(max_length = 1000), nullable)]
    pub recurrence: Option<String>,
    /// How many may be present at once. Who is present stays, even if they are more.
    #[oai(validator(minimum(value = "2"), maximum(value = "1000")), nullable)]
    pub max_participants: Option<i64>,
    /// Settings that are to be other ones.
    #[oai(nullable)]
    pub settings: Option<ChangeSettings>,
    /// Another passcode; none when empty.
    #[oai(validator(max_length = 32), nullable)]
    pub passcode: Option<String>,
    // Whether these were named at all: null is something else than nothing.
    #[oai(skip)]
    pub named: NamedTimes,
}

/// Which of the times of a meeting a change names.
#[derive(Debug, Clone, Copy, Default)]
#[allow(clippy::struct_excessive_bools, reason = "each is of a field of its own")]
pub struct NamedTimes {
    /// `start_time`.
    pub start_time: bool,
    /// `end_time`.
    pub end_time: bool,
    /// `time_zone`.
    pub time_zone: bool,
    /// `recurrence`.
    pub recurrence: bool,
}

impl FromFields for UpdateMeetingRequest {
    fn from_fields(fields: &mut Fields) -> Self {
        let (start_time, end_time) = (fields.changed_time("start_time"), fields.changed_time("end_time"));
        let (time_zone, recurrence) = (fields.changed_text("time_zone"), fields.changed_text("recurrence"));
        let named = NamedTimes {
            start_time: start_time.is_some(),
            end_time: end_time.is_some(),
            time_zone: time_zone.is_some(),
            recurrence: recurrence.is_some(),
        };
        Self {
            title: fields.optional_text("title"),
            description: fields.optional_text("description"),
            start_time: start_time.flatten(),
            end_time: end_time.flatten(),
            time_zone: time_zone.flatten(),
            recurrence: recurrence.flatten(),
            max_participants: fields.optional_integer("max_participants"),
            settings: fields.optional_object("settings"),
            passcode: fields.optional_text("passcode"),
            named,
        }
    }
}

/// What everybody may know who has the link of a meeting.
#[derive(Debug, Serialize, Object)]
pub struct MeetingPreview {
    /// Its code.
    pub code: String,
    /// What it is called.
    pub title: String,
    /// Its state.
    pub status: MeetingStatus,
    /// When it is planned to start.
    #[oai(nullable)]
    pub start_time: Option<DateTime<Utc>>,
    /// Whether people without an account may come.
    pub guests_allowed: bool,
    /// Whether a passcode is needed.
    pub passcode_required: bool,
    /// Who waits in the lobby.
    pub lobby: LobbyMode,
    /// Whether nobody new is let in.
    pub locked: bool,
}

impl From<MeetingView> for MeetingPreview {
    fn from(view: MeetingView) -> Self {
        let settings = MeetingSettings::from(view.settings);
        Self {
            code: view.code,
            title: view.title,
            status: view.status.into(),
            start_time: view.start_time,
            guests_allowed: settings.guests_allowed,
            passcode_required: view.has_passcode,
            lobby: settings.lobby,
            locked: view.locked,
        }
    }
}

impl FromFields for CreateMeetingRequest {
    fn from_fields(fields: &mut Fields) -> Self {
        Self {
            title: fields.text("title"),
            description: fields.optional_text("description"),
            start_time: fields.optional_time("start_time"),
            end_time: fields.optional_time("end_time"),
            time_zone: fields.optional_text("time_zone"),
            recurrence: fields.optional_text("recurrence"),
            max_participants: fields.optional_integer("max_participants"),
            settings: fields.optional_object("settings"),
            passcode: fields.optional_text("passcode"),
        }
    }
}

/// The state of a meeting.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Enum)]
#[serde(rename_all = "lowercase")]
#[oai(rename_all = "lowercase")]
pub enum MeetingStatus {
    /// Nobody has joined yet.
    Scheduled,
    /// Somebody has joined.
    Live,
    /// The host has ended it.
    Ended,
    /// Called off before anybody joined.
    Cancelled,
}

impl From<MeetingStatusKind> for MeetingStatus {
    fn from(kind: MeetingStatusKind) -> Self {
        match kind {
            MeetingStatusKind::Scheduled => Self::Scheduled,
            MeetingStatusKind::Live => Self::Live,
            MeetingStatusKind::Ended => Self::Ended,
            MeetingStatusKind::Cancelled => Self::Cancelled,
        }
    }
}

impl From<MeetingStatus> for MeetingStatusKind {
    fn from(status: MeetingStatus) -> Self {
        match status {
            MeetingStatus::Scheduled => Self::Scheduled,
            MeetingStatus::Live => Self::Live,
            MeetingStatus::Ended => Self::Ended,
            MeetingStatus::Cancelled => Self::Cancelled,
        }
    }
}

/// A meeting.
#[derive(Debug, Serialize, Object)]
#[oai(example)]
pub struct Meeting {
    /// Its identifier (UUIDv7).
    pub id: Uuid,
    /// Its code, which people can type: `abc-defg-hij`.
    pub code: String,
    /// What it is called.
    pub title: String,
    /// What it is about.
    #[oai(nullable)]
    pub description: Option<String>,
    /// Who created it, and hosts it.
    pub creator_id: Uuid,
    /// Its state.
    pub status: MeetingStatus,
    /// When it is planned to start; of one that recurs, the current or next time.
    #[oai(nullable)]
    pub start_time: Option<DateTime<Utc>>,
    /// When it is planned to end; of one that recurs, the current or next time.
    #[oai(nullable)]
    pub end_time: Option<DateTime<Utc>>,
    /// The time zone in which it is planned (IANA).
    #[oai(nullable)]
    pub time_zone: Option<String>,
    /// How it recurs (RFC 5545, 3.3.10); null when it takes place once.
    #[oai(nullable)]
    pub recurrence: Option<String>,
    /// How many may be present at once.
    pub max_participants: u16,
    /// What the host has decided.
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
    #[oai(nullable)]
    pub started_at: Option<DateTime<Utc>>,
    /// When it was over.
    #[oai(nullable)]
    pub ended_at: Option<DateTime<Utc>>,
}

impl From<MeetingView> for Meeting {
    fn from(view: MeetingView) -> Self {
        Self {
            id: view.id.as_uuid(),
            code: view.code,
            title: view.title,
            description: view.description,
            creator_id: view.creator_id.as_uuid(),
            status: view.status.into(),
            start_time: view.start_time,
            end_time: view.end_time,
            time_zone: view.time_zone,
            recurrence: view.recurrence,
            max_participants: view.max_participants,
            settings: view.settings.into(),
            has_passcode: view.has_passcode,
            locked: view.locked,
            created_at: view.created_at,
            updated_at: view.updated_at,
            started_at: view.started_at,
            ended_at: view.ended_at,
        }
    }
}

/// A page of meetings, newest first.
#[derive(Debug, Serialize, Object)]
pub struct MeetingPage {
    /// The meetings.
    pub items: Vec<Meeting>,
    /// Send it as `cursor` for the next page; null on the last one.
    #[oai(nullable)]
    pub next_cursor: Option<String>,
}
