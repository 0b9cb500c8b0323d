//! What invitations state about themselves.

use chrono::{DateTime, Utc};
use domain_shared::{DomainEvent, InvitationId, MeetingId, UserId};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::InvitationAnswer;

/// A fact about an invitation. Serialised with its stable name under `event`; fields are only ever added. No event holds
/// an address or a token.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event")]
pub enum InvitationEvent {
    /// The host has invited somebody.
    #[serde(rename = "meeting.invitation-created")]
    Created {
        /// The invitation.
        invitation_id: InvitationId,
        /// To this meeting.
        meeting_id: MeetingId,
        /// The host.
        invited_by: UserId,
        /// When.
        at: DateTime<Utc>,
    },
    /// Whoever is invited has answered.
    #[serde(rename = "meeting.invitation-answered")]
    Answered {
        /// The invitation.
        invitation_id: InvitationId,
        /// To this meeting.
        meeting_id: MeetingId,
        /// What.
        answer: InvitationAnswer,
        /// When.
        at: DateTime<Utc>,
    },
    /// The host has taken it back.
    #[serde(rename = "meeting.invitation-revoked")]
    Revoked {
        /// The invitation.
        invitation_id: InvitationId,
        /// To this meeting.
        meeting_id: MeetingId,
        /// When.
        at: DateTime<Utc>,
    },
    /// The meeting takes place otherwise than whoever is invited was told.
    #[serde(rename = "meeting.invitation-changed")]
    MeetingChanged {
        /// The invitation.
        invitation_id: InvitationId,
        /// To this meeting.
        meeting_id: MeetingId,
        /// When.
        at: DateTime<Utc>,
    },
    /// The meeting does not take place.
    #[serde(rename = "meeting.invitation-cancelled")]
    MeetingCancelled {
        /// The invitation.
        invitation_id: InvitationId,
        /// To this meeting.
        meeting_id: MeetingId,
        /// When.
        at: DateTime<Utc>,
    },
}

impl InvitationEvent {
    /// The invitation.
    #[must_use]
    pub const fn invitation_id(&self) -> InvitationId {
        match self {
            Self::Created { invitation_id, .. }
            | Self::Answered { invitation_id, .. }
            | Self::Revoked { invitation_id, .. }
            | Self::MeetingChanged { invitation_id, .. }
            | Self::MeetingCancelled { invitation_id, .. } => *invitation_id,
        }
    }
}

impl DomainEvent for InvitationEvent {
    fn name(&self) -> &'static str {
        match self {
            Self::Created { .. } => "meeting.invitation-created",
            Self::Answered { .. } => "meeting.invitation-answered",
            Self::Revoked { .. } => "meeting.invitation-revoked",
            Self::MeetingChanged { .. } => "meeting.invitation-changed",
            Self::MeetingCancelled { .. } => "meeting.invitation-cancelled",
        }
    }

    fn aggregate_id(&self) -> Uuid {
        self.invitation_id().as_uuid()
    }

    fn occurred_at(&self) -> DateTime<Utc> {
        match self {
            Self::Created { at, .. }
            | Self::Answered { at, .. }
            | Self::Revoked { at, .. }
            | Self::MeetingChanged { at, .. }
            | Self::MeetingCancelled { at, .. } => *at,
        }
    }
}
