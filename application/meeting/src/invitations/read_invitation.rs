//! Shows whoever is invited to what.

use std::sync::Arc;

use application_shared::PortError;
use domain_meeting::{InvitationStatusKind, MeetingRef};
use thiserror::Error;

use super::{InvitationPorts, InvitationRepository, InvitationTokens, InvitedTo, People};
use crate::MeetingRepository;

/// It cannot be shown.
#[derive(Debug, Error)]
pub enum ReadInvitationError {
    /// The token is none of ours.
    #[error("no such invitation")]
    NotFound,
    /// The host has taken it back.
    #[error("the invitation was taken back")]
    Revoked,
    /// A port failed.
    #[error(transparent)]
    Port(#[from] PortError),
}

/// Shows whoever has the token of an invitation to what they are invited.
pub struct ReadInvitation {
    meetings: Arc<dyn MeetingRepository>,
    invitations: Arc<dyn InvitationRepository>,
    people: Arc<dyn People>,
    tokens: Arc<dyn InvitationTokens>,
}

impl ReadInvitation {
    /// Takes the ports.
    #[must_use]
    pub fn new(ports: &InvitationPorts) -> Self {
        Self {
            meetings: Arc::clone(&ports.meetings),
            invitations: Arc::clone(&ports.invitations),
            people: Arc::clone(&ports.people),
            tokens: Arc::clone(&ports.tokens),
        }
    }

    /// Reads it.
    ///
    /// # Errors
    /// [`ReadInvitationError`].
    pub async fn execute(&self, token: &str) -> Result<InvitedTo, ReadInvitationError> {
        let hash = self.tokens.hash(token).ok_or(ReadInvitationError::NotFound)?;
        let invitation = self.invitations.find_by_token(&hash).await?.ok_or(ReadInvitationError::NotFound)?;
        if invitation.status().kind() == InvitationStatusKind::Revoked {
            return Err(ReadInvitationError::Revoked);
        }
        let meeting = self.meetings.find(&MeetingRef::Id(invitation.meeting_id())).await?;
        let meeting = meeting.ok_or(ReadInvitationError::NotFound)?;
        let host = self.people.find(meeting.creator_id()).await?;
        Ok(InvitedTo::of(&invitation, &meeting, host))
    }
}

#[cfg(test)]
mod tests {
    use domain_meeting::MeetingStatusKind;

    use super::*;
    use crate::{
        invitations::test_support::{Invited, person},
        testing::HOST,
    };

    #[tokio::test]
    async fn whoever_has_the_token_sees_title_time_and_host() {
        let world = Invited::new();
        world.know(person(HOST, "ann", true));
        let [id] = world.invite(&["a@example.com"]).await.try_into().unwrap();
        let read = ReadInvitation::new(&world.ports);
        let shown = read.execute(&world.token(id)).await.unwrap();
        assert_eq!((shown.title.as_str(), shown.host_name.as_str()), ("Weekly", "Ann"));
        assert_eq!((shown.status, shown.meeting_status), (InvitationStatusKind::Pending, MeetingStatusKind::Scheduled));
        assert_eq!(shown.start_time, world.meeting().schedule().start());
        assert_eq!(shown.meeting_code, "abc-defg-hij");
        for none in ["", "x", &"x".repeat(100_000)] {
            assert!(matches!(read.execute(none).await, Err(ReadInvitationError::NotFound)));
        }
        world.change(id, |invitation, now| invitation.revoke(now));
        assert!(matches!(read.execute(&world.token(id)).await, Err(ReadInvitationError::Revoked)));
        world.fail();
        assert!(matches!(read.execute(&world.token(id)).await, Err(ReadInvitationError::Port(_))));
    }
}
