//! Rows of invitations, and how they become invitations.

use application_shared::{BoxError, PortError};
use chrono::{DateTime, Utc};
use diesel::{
    pg::Pg,
    prelude::{AsChangeset, Insertable, Queryable, Selectable},
};
use domain_meeting::{
    Invitation, InvitationAnswer, InvitationSnapshot, InvitationStatus, InvitationStatusKind, InvitationTokenHash,
};
use domain_shared::{InvitationId, MeetingId, UserId};
use uuid::Uuid;

use crate::schema::invitations;

/// A row of `invitations`.
#[derive(Debug, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = invitations, check_for_backend(Pg), treat_none_as_null = true, treat_none_as_default_value = false)]
pub struct InvitationRow {
    pub id: Uuid,
    pub meeting_id: Uuid,
    pub email: Option<String>,
    pub user_id: Option<Uuid>,
    pub token_hash: Vec<u8>,
    pub status: String,
    pub answer: Option<String>,
    pub answered_at: Option<DateTime<Utc>>,
    pub revoked_at: Option<DateTime<Utc>>,
    pub invited_by: Uuid,
    pub told_version: i64,
    pub created_at: DateTime<Utc>,
    pub version: i64,
}

impl InvitationRow {
    /// The row of an invitation that is to be stored as `version`.
    pub fn of(snapshot: &InvitationSnapshot, version: i64) -> Self {
        let answered = snapshot.status.answered();
        Self {
            id: snapshot.id.as_uuid(),
            meeting_id: snapshot.meeting_id.as_uuid(),
            email: snapshot.email.clone(),
            user_id: snapshot.user_id.map(|id| id.as_uuid()),
            token_hash: snapshot.token_hash.as_bytes().to_vec(),
            status: snapshot.status.kind().as_str().to_owned(),
            answer: answered.map(|(answer, _)| answer.as_str().to_owned()),
            answered_at: answered.map(|(_, at)| at),
            revoked_at: match snapshot.status {
                InvitationStatus::Revoked { at, .. } => Some(at),
                InvitationStatus::Pending | InvitationStatus::Answered { .. } => None,
            },
            invited_by: snapshot.invited_by.as_uuid(),
            told_version: snapshot.told_version,
            created_at: snapshot.created_at,
            version,
        }
    }

    pub fn into_invitation(self) -> Result<Invitation, PortError> {
        let hash: [u8; 32] = self.token_hash.as_slice().try_into().map_err(corrupt)?;
        let answered = match (self.answer.as_deref(), self.answered_at) {
            (None, None) => None,
            (Some("accepted"), Some(at)) => Some((InvitationAnswer::Accepted, at)),
            (Some("declined"), Some(at)) => Some((InvitationAnswer::Declined, at)),
            _ => return Err(corrupt("half an answer, or an unknown one")),
        };
        let status = match (self.status.parse().map_err(corrupt)?, answered, self.revoked_at) {
            (InvitationStatusKind::Pending, None, None) => InvitationStatus::Pending,
            (InvitationStatusKind::Revoked, answered, Some(at)) => InvitationStatus::Revoked { answered, at },
            (kind, Some((answer, at)), None) if kind.as_str() == answer.as_str() => {
                InvitationStatus::Answered { answer, at }
            }
            _ => return Err(corrupt("a state without what belongs to it")),
        };
        Invitation::from_snapshot(InvitationSnapshot {
            id: InvitationId::from_uuid(self.id),
            meeting_id: MeetingId::from_uuid(self.meeting_id),
            email: self.email,
            user_id: self.user_id.map(UserId::from_uuid),
            token_hash: InvitationTokenHash::from_bytes(hash),
            status,
            invited_by: UserId::from_uuid(self.invited_by),
            told_version: self.told_version,
            created_at: self.created_at,
            version: self.version,
        })
        .map_err(corrupt)
    }
}

fn corrupt(source: impl Into<BoxError>) -> PortError {
    PortError::corrupt("invitation", source)
}
