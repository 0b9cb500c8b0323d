//! What the operations of those who come to a meeting, or wait in front of it, take and answer with.

use application_meeting::{JoinedMeeting, ParticipantView, Place, WaitingView};
use chrono::{DateTime, Utc};
use domain_meeting::{ParticipantRole, Standing as StandingKind};
use poem_openapi::{Enum, Object};
use secrecy::ExposeSecret;
use serde::Serialize;
use uuid::Uuid;

use crate::json::{Fields, FromFields};

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
