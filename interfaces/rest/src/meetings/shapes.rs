//! What the meeting operations take and answer with.

use application_meeting::{
    Attendance as AttendanceView, JoinedMeeting, ListedRole as ListedRoleKind, MeetingReport as Report, MeetingView,
    ParticipantView, Place, ReportedSession, SettingsChange, WaitingView,
};
use chrono::{DateTime, Utc};
use domain_meeting::{
    HostLeaves as HostLeavesKind, LobbyMode as LobbyKind, MeetingSettings as Settings, MeetingStatusKind,
    ParticipantRole, Standing as StandingKind,
};
use poem_openapi::{Enum, Object};
use secrecy::ExposeSecret;
use serde::Serialize;
use uuid::Uuid;

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

/// Who waits until somebody lets them in. Hosts and co-hosts never do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Enum)]
#[serde(rename_all = "lowercase")]
#[oai(rename_all = "lowercase")]
pub enum LobbyMode {
    /// Nobody.
    Off,
    /// Who has no account.
    Guests,
    /// All.
    Everyone,
}

/// What happens when the last host who is present leaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Enum)]
#[serde(rename_all = "kebab-case")]
#[oai(rename_all = "kebab-case")]
pub enum HostLeaves {
    /// The co-host who has been there longest becomes host; without one the meeting goes on.
    HandOver,
    /// The meeting ends.
    End,
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

const LOBBY_MODES: [(&str, LobbyMode); 3] =
    [("off", LobbyMode::Off), ("guests", LobbyMode::Guests), ("everyone", LobbyMode::Everyone)];
const HOST_LEAVES: [(&str, HostLeaves); 2] = [("hand-over", HostLeaves::HandOver), ("end", HostLeaves::End)];

/// Settings that are to be other ones; what is absent or null stays.
#[derive(Debug, Clone, Copy, Default, Object)]
pub struct ChangeSettings {
    /// Who waits in the lobby.
    #[oai(nullable)]
    pub lobby: Option<LobbyMode>,
    /// Whether people without an account may come by the link.
    #[oai(nullable)]
    pub guests_allowed: Option<bool>,
    /// Whether all but hosts and co-hosts come in with the microphone off.
    #[oai(nullable)]
    pub mute_on_entry: Option<bool>,
    /// Whether participants may share their screen.
    #[oai(nullable)]
    pub share_screen: Option<bool>,
    /// Whether participants may write chat messages.
    #[oai(nullable)]
    pub chat: Option<bool>,
    /// Whether participants may turn their microphone on by themselves.
    #[oai(nullable)]
    pub unmute: Option<bool>,
    /// Whether participants may record.
    #[oai(nullable)]
    pub record: Option<bool>,
    /// What happens when the host leaves.
    #[oai(nullable)]
    pub host_leaves: Option<HostLeaves>,
}

impl FromFields for ChangeSettings {
    fn from_fields(fields: &mut Fields) -> Self {
        Self {
            lobby: fields.optional_choice("lobby", &LOBBY_MODES),
            guests_allowed: fields.optional_flag("guests_allowed"),
            mute_on_entry: fields.optional_flag("mute_on_entry"),
            share_screen: fields.optional_flag("share_screen"),
            chat: fields.optional_flag("chat"),
            unmute: fields.optional_flag("unmute"),
            record: fields.optional_flag("record"),
            host_leaves: fields.optional_choice("host_leaves", &HOST_LEAVES),
        }
    }
}

impl From<ChangeSettings> for SettingsChange {
    fn from(change: ChangeSettings) -> Self {
        Self {
            lobby: change.lobby.map(|mode| match mode {
                LobbyMode::Off => LobbyKind::Off,
                LobbyMode::Guests => LobbyKind::Guests,
                LobbyMode::Everyone => LobbyKind::Everyone,
            }),
            guests_allowed: change.guests_allowed,
            mute_on_entry: change.mute_on_entry,
            share_screen: change.share_screen,
            chat: change.chat,
            unmute: change.unmute,
            record: change.record,
            host_leaves: change.host_leaves.map(|policy| match policy {
                HostLeaves::HandOver => HostLeavesKind::HandOver,
                HostLeaves::End => HostLeavesKind::End,
            }),
        }
    }
}

/// What the host has decided about a meeting.
#[derive(Debug, Clone, Copy, Serialize, Object)]
#[allow(clippy::struct_excessive_bools, reason = "each is a setting of its own")]
pub struct MeetingSettings {
    /// Who waits in the lobby.
    pub lobby: LobbyMode,
    /// Whether people without an account may come by the link.
    pub guests_allowed: bool,
    /// Whether all but hosts and co-hosts come in with the microphone off.
    pub mute_on_entry: bool,
    /// Whether participants may share their screen.
    pub share_screen: bool,
    /// Whether participants may write chat messages.
    pub chat: bool,
    /// Whether participants may turn their microphone on by themselves.
    pub unmute: bool,
    /// Whether participants may record.
    pub record: bool,
    /// What happens when the host leaves.
    pub host_leaves: HostLeaves,
}

impl From<Settings> for MeetingSettings {
    fn from(settings: Settings) -> Self {
        Self {
            lobby: match settings.lobby {
                LobbyKind::Off => LobbyMode::Off,
                LobbyKind::Guests => LobbyMode::Guests,
                LobbyKind::Everyone => LobbyMode::Everyone,
            },
            guests_allowed: settings.guests_allowed,
            mute_on_entry: settings.mute_on_entry,
            share_screen: settings.permissions.share_screen,
            chat: settings.permissions.chat,
            unmute: settings.permissions.unmute,
            record: settings.permissions.record,
            host_leaves: match settings.host_leaves {
                HostLeavesKind::HandOver => HostLeaves::HandOver,
                HostLeavesKind::End => HostLeaves::End,
            },
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

/// How to send somebody out.
#[derive(Debug, Object)]
pub struct KickRequest {
    /// Whether they may not come back; no when absent.
    #[oai(default)]
    pub ban: bool,
}

impl FromFields for KickRequest {
    const REQUIRED: bool = false;

    fn from_fields(fields: &mut Fields) -> Self {
        Self { ban: fields.flag("ban") }
    }
}

/// Another role.
#[derive(Debug, Object)]
pub struct SetRoleRequest {
    /// The role.
    pub role: Role,
}

impl FromFields for SetRoleRequest {
    fn from_fields(fields: &mut Fields) -> Self {
        let roles = [("participant", Role::Participant), ("co-host", Role::CoHost), ("host", Role::Host)];
        Self { role: fields.required_choice("role", &roles, Role::Participant) }
    }
}

/// Another name.
#[derive(Debug, Object)]
pub struct RenameRequest {
    /// What to be called in the meeting.
    #[oai(validator(min_length = 1, max_length = 64))]
    pub display_name: String,
}

impl FromFields for RenameRequest {
    fn from_fields(fields: &mut Fields) -> Self {
        Self { display_name: fields.text("display_name") }
    }
}

/// How a guest joins.
#[derive(Debug, Object)]
pub struct JoinAsGuestRequest {
    /// What to be called in the meeting.
    #[oai(validator(min_length = 1, max_length = 64))]
    pub display_name: String,
    /// The meeting's passcode, if it has one.
    #[oai(validator(max_length = 32), nullable)]
    pub passcode: Option<String>,
    /// What an earlier answer had as `guest_pass`: then the guest is known again.
    #[oai(validator(max_length = 128), nullable)]
    pub guest_pass: Option<String>,
}

impl FromFields for JoinAsGuestRequest {
    fn from_fields(fields: &mut Fields) -> Self {
        Self {
            display_name: fields.text("display_name"),
            passcode: fields.optional_text("passcode"),
            guest_pass: fields.optional_text("guest_pass"),
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

/// Somebody in the lobby.
#[derive(Debug, Serialize, Object)]
pub struct Waiting {
    /// Who.
    pub user_id: Uuid,
    /// Whether they have no account.
    pub guest: bool,
    /// What they are called.
    pub display_name: String,
    /// Since when they wait.
    pub since: DateTime<Utc>,
}

impl From<WaitingView> for Waiting {
    fn from(view: WaitingView) -> Self {
        Self { user_id: view.user_id.as_uuid(), guest: view.guest, display_name: view.display_name, since: view.since }
    }
}

/// Who waits in front of a meeting, in the order of coming.
#[derive(Debug, Serialize, Object)]
pub struct Lobby {
    /// Who.
    pub items: Vec<Waiting>,
}

/// How many were let in, or sent away.
#[derive(Debug, Serialize, Object)]
pub struct LobbyAnswered {
    /// How many; 0 when somebody else was faster.
    pub answered: u64,
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

/// How to join.
#[derive(Debug, Object)]
#[oai(example)]
pub struct JoinMeetingRequest {
    /// What to be called in the meeting; the nickname when absent.
    #[oai(validator(max_length = 64), nullable)]
    pub display_name: Option<String>,
    /// The meeting's passcode, if it has one.
    #[oai(validator(max_length = 32), nullable)]
    pub passcode: Option<String>,
}

impl FromFields for JoinMeetingRequest {
    const REQUIRED: bool = false;

    fn from_fields(fields: &mut Fields) -> Self {
        Self { display_name: fields.optional_text("display_name"), passcode: fields.optional_text("passcode") }
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

/// Whether somebody who was in a meeting may come back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Enum)]
#[serde(rename_all = "lowercase")]
#[oai(rename_all = "lowercase")]
pub enum Standing {
    /// They may, without knocking again.
    Welcome,
    /// They were sent out, and come back like somebody new.
    Removed,
    /// They may not.
    Banned,
}

impl From<StandingKind> for Standing {
    fn from(standing: StandingKind) -> Self {
        match standing {
            StandingKind::Welcome => Self::Welcome,
            StandingKind::Removed => Self::Removed,
            StandingKind::Banned => Self::Banned,
        }
    }
}

/// What somebody may do in a meeting.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Enum)]
#[serde(rename_all = "kebab-case")]
#[oai(rename_all = "kebab-case")]
pub enum Role {
    /// Created the meeting, or was made host.
    Host,
    /// Helps the host.
    CoHost,
    /// Everybody else.
    Participant,
}

impl From<ParticipantRole> for Role {
    fn from(role: ParticipantRole) -> Self {
        match role {
            ParticipantRole::Host => Self::Host,
            ParticipantRole::CoHost => Self::CoHost,
            ParticipantRole::Participant => Self::Participant,
        }
    }
}

impl From<Role> for ParticipantRole {
    fn from(role: Role) -> Self {
        match role {
            Role::Host => Self::Host,
            Role::CoHost => Self::CoHost,
            Role::Participant => Self::Participant,
        }
    }
}

/// Somebody in a meeting.
#[derive(Debug, Serialize, Object)]
pub struct Participant {
    /// The user.
    pub user_id: Uuid,
    /// Whether they have no account.
    pub guest: bool,
    /// What they may do.
    pub role: Role,
    /// What they are called in the meeting.
    pub display_name: String,
    /// When they came, the last time.
    pub joined_at: DateTime<Utc>,
    /// When they left; null while they are present.
    #[oai(nullable)]
    pub left_at: Option<DateTime<Utc>>,
    /// Whether they may come back.
    pub standing: Standing,
}

impl From<ParticipantView> for Participant {
    fn from(view: ParticipantView) -> Self {
        Self {
            standing: view.standing.into(),
            guest: view.guest,
            user_id: view.user_id.as_uuid(),
            role: view.role.into(),
            display_name: view.display_name,
            joined_at: view.joined_at,
            left_at: view.left_at,
        }
    }
}

/// Who takes part in a meeting: those present first, then by first coming.
#[derive(Debug, Serialize, Object)]
pub struct ParticipantList {
    /// The participants.
    pub items: Vec<Participant>,
}

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

/// What is needed to enter the room of a meeting, or its lobby.
#[derive(Serialize, Object)]
#[oai(example)]
pub struct Joined {
    /// Opens the room, or its lobby: send it in the first signalling message, within five minutes. A secret.
    pub room_token: String,
    /// The address of the signalling WebSocket.
    pub signaling_url: String,
    /// The room.
    pub room_id: Uuid,
    /// What the user is in the meeting; null while they wait in the lobby.
    #[oai(nullable)]
    pub participant: Option<Participant>,
    /// What the user is in the lobby; null when they are in. By signalling they hear whether they may come in; then they
    /// join again.
    #[oai(nullable)]
    pub waiting: Option<Waiting>,
    /// With which a guest is known again; null for users with an account. A secret.
    #[oai(nullable)]
    pub guest_pass: Option<String>,
    /// Whether to come in with the microphone off.
    pub mute_on_entry: bool,
}

impl Joined {
    /// The answer for somebody who has joined, or waits.
    pub fn new(joined: JoinedMeeting, signaling_url: String) -> Self {
        let (participant, waiting) = match joined.place {
            Place::In(participant) => (Some(participant.into()), None),
            Place::Waiting(waiting) => (None, Some(waiting.into())),
        };
        Self {
            room_token: joined.room_token.expose_secret().to_owned(),
            signaling_url,
            room_id: joined.room_id.as_uuid(),
            participant,
            waiting,
            guest_pass: joined.guest_pass.map(|pass| pass.expose_secret().to_owned()),
            mute_on_entry: joined.mute_on_entry,
        }
    }
}
