//! Takes an invitation back.

use std::sync::Arc;

use application_shared::PortError;
use domain_meeting::{MeetingRef, ParticipantRole};
use domain_shared::{Clock, InvitationId, UserId};
use thiserror::Error;

use super::{ATTEMPTS, InvitationPorts, InvitationRepository};
use crate::MeetingRepository;

/// What is asked for.
#[derive(Debug, Clone)]
pub struct RevokeInvitationCommand {
    /// To which meeting.
    pub meeting: MeetingRef,
    /// Which.
    pub id: InvitationId,
    /// Who asks for it.
    pub by: UserId,
}

/// It was not taken back.
#[derive(Debug, Error)]
pub enum RevokeInvitationError {
    /// There is no such meeting.
    #[error("no such meeting")]
    MeetingNotFound,
    /// The meeting has no such invitation.
    #[error("no such invitation")]
    NotFound,
    /// Only the host may.
    #[error("only the host may do that")]
    Forbidden,
    /// A port failed.
    #[error(transparent)]
    Port(#[from] PortError),
}

/// Takes an invitation back. Its links are good for nothing from then on. One that was taken back already is no error.
pub struct RevokeInvitation {
    meetings: Arc<dyn MeetingRepository>,
    invitations: Arc<dyn InvitationRepository>,
    clock: Arc<dyn Clock>,
}

impl RevokeInvitation {
    /// Takes the ports.
    #[must_use]
    pub fn new(ports: &InvitationPorts) -> Self {
        Self {
            meetings: Arc::clone(&ports.meetings),
            invitations: Arc::clone(&ports.invitations),
            clock: Arc::clone(&ports.clock),
        }
    }

    /// Takes it back.
    ///
    /// # Errors
    /// [`RevokeInvitationError`].
    pub async fn execute(&self, command: RevokeInvitationCommand) -> Result<(), RevokeInvitationError> {
        let meeting = self.meetings.find(&command.meeting).await?.ok_or(RevokeInvitationError::MeetingNotFound)?;
        if meeting.role_of(command.by) != ParticipantRole::Host {
            return Err(RevokeInvitationError::Forbidden);
        }
        for _ in 0..ATTEMPTS {
            let found = self.invitations.find(command.id).await?;
            let found = found.filter(|invitation| invitation.meeting_id() == meeting.id());
            let mut invitation = found.ok_or(RevokeInvitationError::NotFound)?;
            if !invitation.revoke(self.clock.now()) {
                return Ok(());
            }
            match self.invitations.update(&mut invitation).await {
                Ok(()) => return Ok(()),
                // It was answered at the same time.
                Err(PortError::Conflict) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Err(PortError::Conflict.into())
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::Ordering;

    use domain_meeting::InvitationStatusKind;
    use uuid::Uuid;

    use super::*;
    use crate::{
        invitations::test_support::Invited,
        testing::{HOST, user},
    };

    #[tokio::test]
    async fn the_host_takes_it_back_once() {
        let world = Invited::new();
        let [id] = world.invite(&["a@example.com"]).await.try_into().unwrap();
        let revoke = RevokeInvitation::new(&world.ports);
        let command = |n| RevokeInvitationCommand { meeting: world.meeting_ref.clone(), id, by: user(n) };
        assert!(matches!(revoke.execute(command(2)).await, Err(RevokeInvitationError::Forbidden)));
        let other = RevokeInvitationCommand { id: InvitationId::from_uuid(Uuid::nil()), ..command(HOST) };
        assert!(matches!(revoke.execute(other).await, Err(RevokeInvitationError::NotFound)));
        let meeting = MeetingRef::parse("zzz-zzzz-zzz").unwrap();
        let unknown = RevokeInvitationCommand { meeting, ..command(HOST) };
        assert!(matches!(revoke.execute(unknown).await, Err(RevokeInvitationError::MeetingNotFound)));
        world.store.conflicts.store(4, Ordering::SeqCst);
        for _ in 0..2 {
            revoke.execute(command(HOST)).await.unwrap();
            assert_eq!(world.stored()[0].status().kind(), InvitationStatusKind::Revoked);
        }
        assert_eq!(world.events(), ["meeting.invitation-created", "meeting.invitation-revoked"]);
        world.fail();
        assert!(matches!(revoke.execute(command(HOST)).await, Err(RevokeInvitationError::Port(_))));
    }
}
