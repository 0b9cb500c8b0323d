//! What meetings state about themselves.

use chrono::{DateTime, Utc};
use domain_shared::{DomainEvent, MeetingId, UserId};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{MeetingCode, MeetingTitle, ParticipantRole};

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
    /// The host ended it, and everybody is out.
    #[serde(rename = "meeting.ended")]
    Ended {
        /// The meeting.
        meeting_id: MeetingId,
        /// The host.
        ended_by: UserId,
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
            Self::Ended { .. } => "meeting.ended",
            Self::Cancelled { .. } => "meeting.cancelled",
        }
    }

    fn aggregate_id(&self) -> Uuid {
        match self {
            Self::Created { meeting_id, .. }
            | Self::Started { meeting_id, .. }
            | Self::ParticipantJoined { meeting_id, .. }
            | Self::ParticipantLeft { meeting_id, .. }
            | Self::Ended { meeting_id, .. }
            | Self::Cancelled { meeting_id, .. } => meeting_id.as_uuid(),
        }
    }

    fn occurred_at(&self) -> DateTime<Utc> {
        match self {
            Self::Created { at, .. }
            | Self::Started { at, .. }
            | Self::ParticipantJoined { at, .. }
            | Self::ParticipantLeft { at, .. }
            | Self::Ended { at, .. }
            | Self::Cancelled { at, .. } => *at,
        }
    }
}
