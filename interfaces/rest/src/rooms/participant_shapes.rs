//! What the operations of those who are in a bare room, or are asked into it, take and answer with.

use application_room::{InvitedToRoom, IssuedRoomToken, MAX_INVITED_AT_ONCE, RoomParticipantView, WantedGrants};
use chrono::{DateTime, Utc};
use domain_room::{MediaSource, ParticipantRole, ParticipantStatus as ParticipantKind};
use poem_openapi::{Enum, Object};
use secrecy::ExposeSecret;
use serde::Serialize;
use uuid::Uuid;

use crate::json::{Fields, FromFields};

/// What somebody is in a room. Hosts and co-hosts may moderate it from within.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Enum)]
#[serde(rename_all = "kebab-case")]
#[oai(rename_all = "kebab-case")]
pub enum RoomRole {
    /// May do everything there.
    Host,
    /// Helps the host.
    CoHost,
    /// Takes part.
    Participant,
}

const ROLES: [(&str, RoomRole); 3] =
    [("participant", RoomRole::Participant), ("co-host", RoomRole::CoHost), ("host", RoomRole::Host)];

impl From<RoomRole> for ParticipantRole {
    fn from(role: RoomRole) -> Self {
        match role {
            RoomRole::Host => Self::Host,
            RoomRole::CoHost => Self::CoHost,
            RoomRole::Participant => Self::Participant,
        }
    }
}

impl From<ParticipantRole> for RoomRole {
    fn from(role: ParticipantRole) -> Self {
        match role {
            ParticipantRole::Host => Self::Host,
            ParticipantRole::CoHost => Self::CoHost,
            ParticipantRole::Participant | ParticipantRole::Guest => Self::Participant,
        }
    }
}

/// Where somebody stands in a room.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Enum)]
#[serde(rename_all = "lowercase")]
#[oai(rename_all = "lowercase")]
pub enum RoomParticipantStatus {
    /// Was asked to come: by an invitation, or by a token.
    Invited,
    /// Is in the room, or on the way into it.
    Joined,
    /// Was in the room.
    Left,
    /// Does not want to come.
    Declined,
    /// Did not answer in time.
    Missed,
    /// Was made to leave; a new invitation, token or join of the backend's lets them in again.
    Kicked,
    /// Was made to leave for good; only `invited` lets them in again.
    Banned,
}

impl From<RoomParticipantStatus> for ParticipantKind {
    fn from(status: RoomParticipantStatus) -> Self {
        match status {
            RoomParticipantStatus::Invited => Self::Invited,
            RoomParticipantStatus::Joined => Self::Joined,
            RoomParticipantStatus::Left => Self::Left,
            RoomParticipantStatus::Declined => Self::Declined,
            RoomParticipantStatus::Missed => Self::Missed,
            RoomParticipantStatus::Kicked => Self::Kicked,
            RoomParticipantStatus::Banned => Self::Banned,
        }
    }
}

impl From<ParticipantKind> for RoomParticipantStatus {
    fn from(kind: ParticipantKind) -> Self {
        match kind {
            ParticipantKind::Invited => Self::Invited,
            ParticipantKind::Joined => Self::Joined,
            ParticipantKind::Left => Self::Left,
            ParticipantKind::Declined => Self::Declined,
            ParticipantKind::Missed => Self::Missed,
            ParticipantKind::Kicked => Self::Kicked,
            ParticipantKind::Banned => Self::Banned,
        }
    }
}

/// Somebody who was asked into a room.
#[derive(Debug, Serialize, Object)]
pub struct RoomParticipant {
    /// Who, as signalling calls them (`user_id` there); the same as long as the room is there.
    pub id: Uuid,
    /// Who, as the backend calls them.
    pub uid: String,
    /// The name that others see.
    pub name: String,
    /// What they are in the room.
    pub role: RoomRole,
    /// Where they stand.
    pub status: RoomParticipantStatus,
    /// When they were asked for the first time.
    pub created_at: DateTime<Utc>,
    /// When they came, the last time.
    #[oai(nullable)]
    pub joined_at: Option<DateTime<Utc>>,
    /// When they left, the last time; null while they are there.
    #[oai(nullable)]
    pub left_at: Option<DateTime<Utc>>,
}

impl From<RoomParticipantView> for RoomParticipant {
    fn from(view: RoomParticipantView) -> Self {
        Self {
            id: view.user_id.as_uuid(),
            uid: view.uid,
            name: view.name,
            role: view.role.into(),
            status: view.status.into(),
            created_at: view.created_at,
            joined_at: view.joined_at,
            left_at: view.left_at,
        }
    }
}

/// A page of participants, by the first time that they were asked.
#[derive(Debug, Serialize, Object)]
pub struct RoomParticipantPage {
    /// The participants.
    pub items: Vec<RoomParticipant>,
    /// Where to go on; null at the end.
    #[oai(nullable)]
    pub next_cursor: Option<String>,
}

/// People to be asked.
#[derive(Debug, Object)]
pub struct InviteToRoomRequest {
    /// Who, as the backend calls them.
    #[oai(validator(min_items = 1, max_items = 100))]
    pub uids: Vec<String>,
}

impl FromFields for InviteToRoomRequest {
    fn from_fields(fields: &mut Fields) -> Self {
        Self { uids: fields.texts("uids", MAX_INVITED_AT_ONCE) }
    }
}

/// Somebody who was not invited.
#[derive(Debug, Serialize, Object)]
pub struct NotInvited {
    /// Who, as the backend calls them.
    pub uid: String,
    /// Why: they are `joined`, or `banned`.
    pub status: RoomParticipantStatus,
}

/// What came of invitations.
#[derive(Debug, Serialize, Object)]
pub struct InvitedToRoomAnswer {
    /// Who is invited now.
    pub invited: Vec<RoomParticipant>,
    /// Who was not invited.
    pub skipped: Vec<NotInvited>,
}

impl From<InvitedToRoom> for InvitedToRoomAnswer {
    fn from(invited: InvitedToRoom) -> Self {
        let skipped = invited.skipped.into_iter().map(|(uid, status)| NotInvited { uid, status: status.into() });
        Self { invited: invited.invited.into_iter().map(RoomParticipant::from).collect(), skipped: skipped.collect() }
    }
}

/// A source of media.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Enum)]
#[serde(rename_all = "kebab-case")]
#[oai(rename_all = "kebab-case")]
pub enum MediaSourceName {
    /// A microphone.
    Microphone,
    /// A camera.
    Camera,
    /// A shared screen, window or tab.
    Screen,
    /// The sound of what is shared.
    ScreenAudio,
}

impl From<MediaSourceName> for MediaSource {
    fn from(name: MediaSourceName) -> Self {
        match name {
            MediaSourceName::Microphone => Self::Microphone,
            MediaSourceName::Camera => Self::Camera,
            MediaSourceName::Screen => Self::Screen,
            MediaSourceName::ScreenAudio => Self::ScreenAudio,
        }
    }
}

const SOURCES: [(&str, MediaSourceName); 4] = [
    ("microphone", MediaSourceName::Microphone),
    ("camera", MediaSourceName::Camera),
    ("screen", MediaSourceName::Screen),
    ("screen-audio", MediaSourceName::ScreenAudio),
];
/// The most sources that may be named, should one be named twice.
const MAX_SOURCES: usize = 8;

/// What somebody may do in a room. What is absent is allowed, as far as the room is for it, but being hidden.
#[derive(Debug, Clone, Default, Object)]
pub struct RoomGrants {
    /// May send media.
    #[oai(nullable)]
    pub can_publish: Option<bool>,
    /// From which sources. In an audio room only `microphone` and `screen-audio` can be granted.
    #[oai(validator(max_items = 8), nullable)]
    pub can_publish_sources: Option<Vec<MediaSourceName>>,
    /// May receive media.
    #[oai(nullable)]
    pub can_subscribe: Option<bool>,
    /// May write chat messages.
    #[oai(nullable)]
    pub can_chat: Option<bool>,
    /// Is not shown to others, and can neither send media nor write: an observer.
    #[oai(nullable)]
    pub hidden: Option<bool>,
}

impl FromFields for RoomGrants {
    fn from_fields(fields: &mut Fields) -> Self {
        Self {
            can_publish: fields.optional_flag("can_publish"),
            can_publish_sources: fields.optional_choices("can_publish_sources", &SOURCES, MAX_SOURCES),
            can_subscribe: fields.optional_flag("can_subscribe"),
            can_chat: fields.optional_flag("can_chat"),
            hidden: fields.optional_flag("hidden"),
        }
    }
}

impl From<RoomGrants> for WantedGrants {
    fn from(grants: RoomGrants) -> Self {
        let sources = grants.can_publish_sources.map(|names| names.into_iter().map(MediaSource::from).collect());
        Self {
            can_publish: grants.can_publish,
            can_publish_sources: sources,
            can_subscribe: grants.can_subscribe,
            can_chat: grants.can_chat,
            hidden: grants.hidden,
        }
    }
}

/// Somebody who is to have a token.
#[derive(Debug, Object)]
pub struct IssueRoomTokenRequest {
    /// Who, as the backend calls them.
    #[oai(validator(min_length = 1, max_length = 128))]
    pub uid: String,
    /// The name that others see; what they were called before, or the `uid`, when absent.
    #[oai(validator(max_length = 64), nullable)]
    pub name: Option<String>,
    /// What they are to be. When absent, what they were; who is new is a participant, but the creator a host.
    #[oai(nullable)]
    pub role: Option<RoomRole>,
    /// What they may do.
    #[oai(nullable)]
    pub grants: Option<RoomGrants>,
    /// For how long it lets them in, in seconds; 600 when absent. Who is in by then stays.
    #[oai(validator(minimum(value = "10"), maximum(value = "86400")), nullable)]
    pub ttl: Option<i64>,
}

impl FromFields for IssueRoomTokenRequest {
    fn from_fields(fields: &mut Fields) -> Self {
        Self {
            uid: fields.text("uid"),
            name: fields.optional_text("name"),
            role: fields.optional_choice("role", &ROLES),
            grants: fields.optional_object("grants"),
            ttl: fields.optional_integer("ttl"),
        }
    }
}

/// Somebody who is to be let in.
#[derive(Debug, Object)]
pub struct JoinRoomRequest {
    /// Into which room.
    #[oai(validator(min_length = 1, max_length = 128))]
    pub room_name: String,
    /// Who, as the backend calls them.
    #[oai(validator(min_length = 1, max_length = 128))]
    pub uid: String,
    /// The name that others see; what they were called before, or the `uid`, when absent.
    #[oai(validator(max_length = 64), nullable)]
    pub name: Option<String>,
    /// What they are to be. When absent, what they were; who is new is a participant, but the creator a host.
    #[oai(nullable)]
    pub role: Option<RoomRole>,
}

impl FromFields for JoinRoomRequest {
    fn from_fields(fields: &mut Fields) -> Self {
        Self {
            room_name: fields.text("room_name"),
            uid: fields.text("uid"),
            name: fields.optional_text("name"),
            role: fields.optional_choice("role", &ROLES),
        }
    }
}

/// Somebody who is to be let out.
#[derive(Debug, Object)]
pub struct LeaveRoomRequest {
    /// Out of which room.
    #[oai(validator(min_length = 1, max_length = 128))]
    pub room_name: String,
    /// Who, as the backend calls them.
    #[oai(validator(min_length = 1, max_length = 128))]
    pub uid: String,
}

impl FromFields for LeaveRoomRequest {
    fn from_fields(fields: &mut Fields) -> Self {
        Self { room_name: fields.text("room_name"), uid: fields.text("uid") }
    }
}

/// How somebody stands.
#[derive(Debug, Object)]
pub struct SetRoomParticipantStatusRequest {
    /// `invited`, `left`, `declined`, `missed`, `kicked` or `banned`; who is to be `joined` joins.
    pub status: RoomParticipantStatus,
}

impl FromFields for SetRoomParticipantStatusRequest {
    fn from_fields(fields: &mut Fields) -> Self {
        let statuses = [
            ("invited", RoomParticipantStatus::Invited),
            ("joined", RoomParticipantStatus::Joined),
            ("left", RoomParticipantStatus::Left),
            ("declined", RoomParticipantStatus::Declined),
            ("missed", RoomParticipantStatus::Missed),
            ("kicked", RoomParticipantStatus::Kicked),
            ("banned", RoomParticipantStatus::Banned),
        ];
        Self { status: fields.required_choice("status", &statuses, RoomParticipantStatus::Invited) }
    }
}

/// What somebody needs to enter a room.
#[derive(Serialize, Object)]
pub struct JoinedRoomAnswer {
    /// The token, for the first message of signalling. A secret of theirs.
    pub room_token: String,
    /// The address of signalling.
    pub signaling_url: String,
    /// The room.
    pub room_id: Uuid,
    /// Until when the token lets them in.
    pub expires_at: DateTime<Utc>,
    /// What they are in the room.
    pub participant: RoomParticipant,
}

impl JoinedRoomAnswer {
    /// With the address of signalling.
    #[must_use]
    pub fn new(issued: IssuedRoomToken, signaling_url: String) -> Self {
        Self {
            room_token: issued.room_token.expose_secret().to_owned(),
            signaling_url,
            room_id: issued.room_id.as_uuid(),
            expires_at: issued.expires_at,
            participant: issued.participant.into(),
        }
    }
}
