//! Values that several messages share, in the words of the wire.

use chrono::{DateTime, Utc};
use domain_room::{MediaKind, MediaSource};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// An object of mediasoup-client's, passed on verbatim and validated by the media engine.
pub type Parameters = serde_json::Map<String, serde_json::Value>;

/// Audio or video.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// Sound.
    Audio,
    /// Picture.
    Video,
}

/// Where a track comes from. Microphone and screen-audio are audio, camera and screen are video.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Source {
    /// A camera.
    Camera,
    /// A microphone.
    Microphone,
    /// A shared screen, window or tab.
    Screen,
    /// The sound of what is shared.
    ScreenAudio,
}

/// What a participant is in the room.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// Hosts the meeting.
    Host,
    /// Helps the host.
    CoHost,
    /// Takes part.
    Participant,
    /// Takes part without an account.
    Guest,
}

/// What a participant may do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct GrantsInfo {
    /// May send media at all.
    pub can_publish: bool,
    /// The sources it may send.
    pub can_publish_sources: Vec<Source>,
    /// May receive media.
    pub can_subscribe: bool,
    /// May write chat messages.
    pub can_chat: bool,
    /// May turn the microphone on by itself.
    pub can_unmute: bool,
    /// May record.
    pub can_record: bool,
    /// Is not shown to others.
    pub hidden: bool,
}

/// How a participant is shown to others.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct UserInfo {
    /// The name to show.
    pub display_name: String,
    /// The role.
    pub role: Role,
}

/// A track that a participant sends.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ProducerInfo {
    /// Names it in `consume`.
    pub producer_id: String,
    /// Audio or video.
    pub kind: Kind,
    /// Where it comes from.
    pub source: Source,
    /// Whether it is paused now.
    pub paused: bool,
}

/// A participant who is in the room.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ParticipantInfo {
    /// Who.
    pub user_id: Uuid,
    /// How to show them.
    pub user_info: UserInfo,
    /// Since when.
    pub joined_at: DateTime<Utc>,
    /// Since when their hand is raised; null when it is not.
    pub hand_raised_at: Option<DateTime<Utc>>,
    /// What they send.
    pub producers: Vec<ProducerInfo>,
}

/// A STUN or TURN server, in the shape of WebRTC's `RTCIceServer`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct IceServer {
    /// `stun:`, `turn:` or `turns:` URLs.
    pub urls: Vec<String>,
    /// User name for TURN.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub username: Option<String>,
    /// Password for TURN.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub credential: Option<String>,
}

impl From<MediaKind> for Kind {
    fn from(kind: MediaKind) -> Self {
        match kind {
            MediaKind::Audio => Self::Audio,
            MediaKind::Video => Self::Video,
        }
    }
}

impl From<Kind> for MediaKind {
    fn from(kind: Kind) -> Self {
        match kind {
            Kind::Audio => Self::Audio,
            Kind::Video => Self::Video,
        }
    }
}

impl From<MediaSource> for Source {
    fn from(source: MediaSource) -> Self {
        match source {
            MediaSource::Camera => Self::Camera,
            MediaSource::Microphone => Self::Microphone,
            MediaSource::Screen => Self::Screen,
            MediaSource::ScreenAudio => Self::ScreenAudio,
        }
    }
}

impl From<Source> for MediaSource {
    fn from(source: Source) -> Self {
        match source {
            Source::Camera => Self::Camera,
            Source::Microphone => Self::Microphone,
            Source::Screen => Self::Screen,
            Source::ScreenAudio => Self::ScreenAudio,
        }
    }
}

impl From<domain_room::Reaction> for super::ReactionKind {
    fn from(reaction: domain_room::Reaction) -> Self {
        use domain_room::Reaction;
        match reaction {
            Reaction::ThumbsUp => Self::ThumbsUp,
            Reaction::Clap => Self::Clap,
            Reaction::Heart => Self::Heart,
            Reaction::Laugh => Self::Laugh,
            Reaction::Surprised => Self::Surprised,
            Reaction::Party => Self::Party,
            Reaction::Wave => Self::Wave,
            Reaction::Thinking => Self::Thinking,
        }
    }
}

impl From<super::ReactionKind> for domain_room::Reaction {
    fn from(reaction: super::ReactionKind) -> Self {
        use super::ReactionKind;
        match reaction {
            ReactionKind::ThumbsUp => Self::ThumbsUp,
            ReactionKind::Clap => Self::Clap,
            ReactionKind::Heart => Self::Heart,
            ReactionKind::Laugh => Self::Laugh,
            ReactionKind::Surprised => Self::Surprised,
            ReactionKind::Party => Self::Party,
            ReactionKind::Wave => Self::Wave,
            ReactionKind::Thinking => Self::Thinking,
        }
    }
}
