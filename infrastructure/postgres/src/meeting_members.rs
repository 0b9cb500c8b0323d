//! What somebody is to a meeting, read from the meetings on PostgreSQL for modules that know meetings by identifier only.

use application_file::{MeetingMembers, MeetingStanding};
use application_shared::PortError;
use async_trait::async_trait;
use diesel::{OptionalExtension, QueryDsl};
use diesel_async::RunQueryDsl;
use domain_meeting::{ParticipantRole, Standing};
use domain_shared::{MeetingId, UserId};
use uuid::Uuid;

use crate::{
    PgPool,
    error::port_error,
    schema::{meetings, participants},
};

/// Reads from PostgreSQL who takes part.
#[derive(Debug, Clone)]
pub struct PgMeetingMembers {
    pool: PgPool,
}

impl PgMeetingMembers {
    /// On this pool.
    #[must_use]
    pub fn new(pool: PgPool) -> Self {
        Self { pool }
    }
}

#[async_trait]
impl MeetingMembers for PgMeetingMembers {
    async fn standing(&self, user: UserId, meeting: MeetingId) -> Result<Option<MeetingStanding>, PortError> {
        let (user, meeting) = (user.as_uuid(), meeting.as_uuid());
        let mut connection = self.pool.get().await?;
        let creator = meetings::table.find(meeting).select(meetings::creator_id);
        let creator: Option<Uuid> = creator.first(&mut connection).await.optional().map_err(port_error)?;
        let Some(creator) = creator else { return Ok(None) };
        let participant =
            participants::table.find((meeting, user)).select((participants::role, participants::standing));
        let participant: Option<(String, String)> =
            participant.first(&mut connection).await.optional().map_err(port_error)?;
        let moderates =
            |role: &str| [ParticipantRole::Host, ParticipantRole::CoHost].iter().any(|known| known.as_str() == role);
        Ok(Some(match participant {
            // Whoever was sent away is a stranger until they are let in again.
            Some((_, standing)) if standing != Standing::Welcome.as_str() => MeetingStanding::Stranger,
            Some((role, _)) if moderates(&role) => MeetingStanding::Moderator,
            _ if creator == user => MeetingStanding::Moderator,
            Some(_) => MeetingStanding::Participant,
            None => MeetingStanding::Stranger,
        }))
    }
}
