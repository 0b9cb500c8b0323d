//! What meetings state about themselves.

use chrono::{DateTime, Utc};
use domain_shared::{DomainEvent, MeetingId, UserId};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{DisplayName, MeetingCode, MeetingTitle, ParticipantRole};

/// A fact about a meeting. Serialised with its stable name under `event`; fields are only ever added.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event")]
pub enum MeetingEvent {
    /// Somebody created it.
    #[serde(rename = "meeting.created")]
    Created {
        /// The meeting.
        meeting_id: MeetingId,
        /// Its code.
        code: MeetingCode,
        /// Its title.
        title: MeetingTitle,
        /// Who did.
        creator_id: UserId,
        /// When.
        at: DateTime<Utc>,
    },
    /// The first participant came.
    #[serde(rename = "meeting.started")]
    Started {
        /// The meeting.
        meeting_id: MeetingId,
        /// When.
        at: DateTime<Utc>,
    },
    /// A participant came, or came back.
    #[serde(rename = "meeting.participant-joined")]
    ParticipantJoined {
        /// The meeting.
        meeting_id: MeetingId,
        /// Who.
        user_id: UserId,
        /// As what.
        role: ParticipantRole,
        /// When.
        at: DateTime<Utc>,
    },
    /// A participant left.
    #[serde(rename = "meeting.participant-left")]
    ParticipantLeft {
        /// The meeting.
        meeting_id: MeetingId,
        /// Who.
        user_id: UserId,
        /// When.
        at: DateTime<Utc>,
    },
    /// The host changed something about it.
    #[serde(rename = "meeting.updated")]
    Updated {
        /// The meeting.
        meeting_id: MeetingId,
        /// The host.
        by: UserId,
        /// Whether the planned times are other ones.
        rescheduled: bool,
        /// When.
        at: DateTime<Utc>,
    },
    /// Nobody new is let in any more.
    #[serde(rename = "meeting.locked")]
    Locked {
        /// The meeting.
        meeting_id: MeetingId,
        /// Which host or co-host.
        by: UserId,
        /// When.
        at: DateTime<Utc>,
    },
    /// New people are let in again.
    #[serde(rename = "meeting.unlocked")]
    Unlocked {
        /// The meeting.
        meeting_id: MeetingId,
        /// Which host or co-host.
        by: UserId,
        /// When.
        at: DateTime<Utc>,
    },
    /// Somebody waits in the lobby.
    #[serde(rename = "meeting.lobby-waiting")]
    LobbyWaiting {
        /// The meeting.
        meeting_id: MeetingId,
        /// Who.
        user_id: UserId,
        /// Whether they have no account.
        guest: bool,
        /// What they are called.
        display_name: DisplayName,
        /// When.
        at: DateTime<Utc>,
    },
    /// Somebody who waited went away.
    #[serde(rename = "meeting.lobby-left")]
    LobbyLeft {
        /// The meeting.
        meeting_id: MeetingId,
        /// Who.
        user_id: UserId,
        /// When.
        at: DateTime<Utc>,
    },
    /// Somebody who waits may come in.
    #[serde(rename = "meeting.lobby-admitted")]
    LobbyAdmitted {
        /// The meeting.
        meeting_id: MeetingId,
        /// Who.
        user_id: UserId,
        /// Which host or co-host.
        by: UserId,
        /// When.
        at: DateTime<Utc>,
    },
    /// Somebody who waited was sent away.
    #[serde(rename = "meeting.lobby-denied")]
    LobbyDenied {
        /// The meeting.
        meeting_id: MeetingId,
        /// Who.
        user_id: UserId,
        /// Which host or co-host.
        by: UserId,
        /// When.
        at: DateTime<Utc>,
    },
    /// A participant is called something else.
    #[serde(rename = "meeting.participant-renamed")]
    ParticipantRenamed {
        /// The meeting.
        meeting_id: MeetingId,
        /// Who.
        user_id: UserId,
        /// What they are called now.
        display_name: DisplayName,
        /// When.
        at: DateTime<Utc>,
    },
    /// A participant has another role.
    #[serde(rename = "meeting.role-changed")]
    RoleChanged {
        /// The meeting.
        meeting_id: MeetingId,
        /// Who.
        user_id: UserId,
        /// The role.
        role: ParticipantRole,
        /// The host who gave it; nobody when the host had left.
        by: Option<UserId>,
        /// When.
        at: DateTime<Utc>,
    },
    /// A participant was sent out.
    #[serde(rename = "meeting.participant-removed")]
    ParticipantRemoved {
        /// The meeting.
        meeting_id: MeetingId,
        /// Who.
        user_id: UserId,
        /// Whether they may not come back.
        banned: bool,
        /// Which host or co-host.
        by: UserId,
        /// When.
        at: DateTime<Utc>,
    },
    /// Somebody who was banned may knock again.
    #[serde(rename = "meeting.participant-allowed-back")]
    ParticipantAllowedBack {
        /// The meeting.
        meeting_id: MeetingId,
        /// Who.
        user_id: UserId,
        /// Which host or co-host.
        by: UserId,
        /// When.
        at: DateTime<Utc>,
    },
    /// The host ended it, and everybody is out.
    #[serde(rename = "meeting.ended")]
    Ended {
        /// The meeting.
        meeting_id: MeetingId,
        /// The host.
        ended_by: UserId,
        /// When the first one had come, if anybody had.
        #[serde(default)]
        started_at: Option<DateTime<Utc>>,
        /// When it starts next, of one that recurs.
        #[serde(default)]
        next_start: Option<DateTime<Utc>>,
        /// When.
        at: DateTime<Utc>,
    },
    /// A time of one that recurs was over to which nobody came; the next one comes now.
    #[serde(rename = "meeting.advanced")]
    Advanced {
        /// The meeting.
        meeting_id: MeetingId,
        /// When it starts next.
        next_start: DateTime<Utc>,
        /// When.
        at: DateTime<Utc>,
    },
    /// The host called one time off of one that recurs.
    #[serde(rename = "meeting.occurrence-skipped")]
    OccurrenceSkipped {
        /// The meeting.
        meeting_id: MeetingId,
        /// The host.
        by: UserId,
        /// When it would have started.
        start_time: DateTime<Utc>,
        /// When.
        at: DateTime<Utc>,
    },
    /// The host called it off before anybody came.
    #[serde(rename = "meeting.cancelled")]
    Cancelled {
        /// The meeting.
        meeting_id: MeetingId,
        /// The host.
        cancelled_by: UserId,
        /// When.
        at: DateTime<Utc>,
    },
}

impl DomainEvent for MeetingEvent {
    fn name(&self) -> &'static str {
        match self {
            Self::Created { .. } => "meeting.created",
            Self::Started { .. } => "meeting.started",
            Self::ParticipantJoined { .. } => "meeting.participant-joined",
            Self::ParticipantLeft { .. } => "meeting.participant-left",
            Self::Updated { .. } => "meeting.updated",
            Self::Locked { .. } => "meeting.locked",
            Self::Unlocked { .. } => "meeting.unlocked",
            Self::LobbyWaiting { .. } => "meeting.lobby-waiting",
            Self::LobbyLeft { .. } => "meeting.lobby-left",
            Self::LobbyAdmitted { .. } => "meeting.lobby-admitted",
            Self::LobbyDenied { .. } => "meeting.lobby-denied",
            Self::ParticipantRenamed { .. } => "meeting.participant-renamed",
            Self::RoleChanged { .. } => "meeting.role-changed",
            Self::ParticipantRemoved { .. } => "meeting.participant-removed",
            Self::ParticipantAllowedBack { .. } => "meeting.participant-allowed-back",
            Self::Ended { .. } => "meeting.ended",
            Self::Advanced { .. } => "meeting.advanced",
            Self::OccurrenceSkipped { .. } => "meeting.occurrence-skipped",
            Self::Cancelled { .. } => "meeting.cancelled",
        }
    }

    fn aggregate_id(&self) -> Uuid {
        match self {
            Self::Created { meeting_id, .. }
            | Self::Started { meeting_id, .. }
            | Self::ParticipantJoined { meeting_id, .. }
            | Self::ParticipantLeft { meeting_id, .. }
            | Self::Updated { meeting_id, .. }
            | Self::Locked { meeting_id, .. }
            | Self::Unlocked { meeting_id, .. }
            | Self::LobbyWaiting { meeting_id, .. }
            | Self::LobbyLeft { meeting_id, .. }
            | Self::LobbyAdmitted { meeting_id, .. }
            | Self::LobbyDenied { meeting_id, .. }
            | Self::ParticipantRenamed { meeting_id, .. }
            | Self::RoleChanged { meeting_id, .. }
            | Self::ParticipantRemoved { meeting_id, .. }
            | Self::ParticipantAllowedBack { meeting_id, .. }
            | Self::Ended { meeting_id, .. }
            | Self::Advanced { meeting_id, .. }
            | Self::OccurrenceSkipped { meeting_id, .. }
            | Self::Cancelled { meeting_id, .. } => meeting_id.as_uuid(),
        }
    }

    fn occurred_at(&self) -> DateTime<Utc> {
        match self {
            Self::Created { at, .. }
            | Self::Started { at, .. }
            | Self::ParticipantJoined { at, .. }
            | Self::ParticipantLeft { at, .. }
            | Self::Updated { at, .. }
            | Self::Locked { at, .. }
            | Self::Unlocked { at, .. }
            | Self::LobbyWaiting { at, .. }
            | Self::LobbyLeft { at, .. }
            | Self::LobbyAdmitted { at, .. }
            | Self::LobbyDenied { at, .. }
            | Self::ParticipantRenamed { at, .. }
            | Self::RoleChanged { at, .. }
            | Self::ParticipantRemoved { at, .. }
            | Self::ParticipantAllowedBack { at, .. }
            | Self::Ended { at, .. }
            | Self::Advanced { at, .. }
            | Self::OccurrenceSkipped { at, .. }
            | Self::Cancelled { at, .. } => *at,
        }
    }
}
