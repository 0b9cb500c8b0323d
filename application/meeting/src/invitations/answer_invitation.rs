//! Takes the answer of whoever is invited.

use std::sync::Arc;

use application_shared::PortError;
use domain_meeting::{InvitationAnswer, InvitationError, MeetingRef};
use domain_shared::Clock;
use secrecy::{ExposeSecret, SecretString};
use thiserror::Error;

use super::{ATTEMPTS, InvitationPorts, InvitationRepository, InvitationTokens, InvitedTo, People, upcoming::is_over};
use crate::MeetingRepository;

/// What is asked for.
#[derive(Debug, Clone)]
pub struct AnswerInvitationCommand {
    /// The token that only whoever is invited was sent.
    pub token: SecretString,
    /// What they answer.
    pub answer: InvitationAnswer,
}

/// It was not answered.
#[derive(Debug, Error)]
pub enum AnswerInvitationError {
    /// The token is none of ours.
    #[error("no such invitation")]
    NotFound,
    /// The host has taken it back.
    #[error("the invitation was taken back")]
    Revoked,
    /// It was answered otherwise before.
    #[error("the invitation was answered already")]
    Answered,
    /// The meeting has ended, or was cancelled.
    #[error("the meeting has ended")]
    Ended,
    /// A port failed.
    #[error(transparent)]
    Port(#[from] PortError),
}

impl From<InvitationError> for AnswerInvitationError {
    fn from(error: InvitationError) -> Self {
        match error {
            InvitationError::Revoked => Self::Revoked,
            InvitationError::Answered => Self::Answered,
        }
    }
}

/// Takes the answer of whoever is invited, once. The same answer again is no error.
pub struct AnswerInvitation {
    meetings: Arc<dyn MeetingRepository>,
    invitations: Arc<dyn InvitationRepository>,
    people: Arc<dyn People>,
    tokens: Arc<dyn InvitationTokens>,
    clock: Arc<dyn Clock>,
}

impl AnswerInvitation {
    /// Takes the ports.
    #[must_use]
    pub fn new(ports: &InvitationPorts) -> Self {
        Self {
            meetings: Arc::clone(&ports.meetings),
            invitations: Arc::clone(&ports.invitations),
            people: Arc::clone(&ports.people),
            tokens: Arc::clone(&ports.tokens),
            clock: Arc::clone(&ports.clock),
        }
    }

    /// Takes it.
    ///
    /// # Errors
    /// [`AnswerInvitationError`].
    pub async fn execute(&self, command: AnswerInvitationCommand) -> Result<InvitedTo, AnswerInvitationError> {
        let hash = self.tokens.hash(command.token.expose_secret()).ok_or(AnswerInvitationError::NotFound)?;
        for _ in 0..ATTEMPTS {
            let found = self.invitations.find_by_token(&hash).await?;
            let mut invitation = found.ok_or(AnswerInvitationError::NotFound)?;
            let news = invitation.answer(command.answer, self.clock.now())?;
            let meeting = self.meetings.find(&MeetingRef::Id(invitation.meeting_id())).await?;
            let meeting = meeting.ok_or(AnswerInvitationError::NotFound)?;
            if news {
                if is_over(&meeting) {
                    return Err(AnswerInvitationError::Ended);
                }
                match self.invitations.update(&mut invitation).await {
                    Ok(()) => {}
                    // It was answered or taken back at the same time.
                    Err(PortError::Conflict) => continue,
                    Err(error) => return Err(error.into()),
                }
            }
            let host = self.people.find(meeting.creator_id()).await?;
            return Ok(InvitedTo::of(&invitation, &meeting, host));
        }
        Err(PortError::Conflict.into())
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::Ordering;

    use domain_meeting::InvitationStatusKind;
    use domain_shared::InvitationId;

    use super::*;
    use crate::invitations::test_support::Invited;

    const ACCEPT: InvitationAnswer = InvitationAnswer::Accepted;
    const DECLINE: InvitationAnswer = InvitationAnswer::Declined;

    async fn answer(
        world: &Invited,
        id: InvitationId,
        answer: InvitationAnswer,
    ) -> Result<InvitedTo, AnswerInvitationError> {
        let command = AnswerInvitationCommand { token: world.token(id).into(), answer };
        AnswerInvitation::new(&world.ports).execute(command).await
    }

    #[tokio::test]
    async fn the_answer_is_given_once() {
        let world = Invited::new();
        let [first, second] = world.invite(&["a@example.com", "b@example.com"]).await.try_into().unwrap();
        world.store.conflicts.store(4, Ordering::SeqCst);
        for _ in 0..2 {
            assert_eq!(answer(&world, first, ACCEPT).await.unwrap().status, InvitationStatusKind::Accepted);
        }
        assert!(matches!(answer(&world, first, DECLINE).await, Err(AnswerInvitationError::Answered)));
        assert_eq!(answer(&world, second, DECLINE).await.unwrap().status, InvitationStatusKind::Declined);
        assert!(matches!(answer(&world, second, ACCEPT).await, Err(AnswerInvitationError::Answered)));
        assert_eq!(world.events()[2..], ["meeting.invitation-answered"; 2]);
    }

    #[tokio::test]
    async fn what_is_gone_cannot_be_answered() {
        let world = Invited::new();
        let [revoked, accepted, open] =
            world.invite(&["a@example.com", "b@example.com", "c@example.com"]).await.try_into().unwrap();
        world.change(revoked, |invitation, now| invitation.revoke(now));
        assert!(matches!(answer(&world, revoked, ACCEPT).await, Err(AnswerInvitationError::Revoked)));
        answer(&world, accepted, ACCEPT).await.unwrap();
        world.end();
        assert!(matches!(answer(&world, open, ACCEPT).await, Err(AnswerInvitationError::Ended)));
        assert!(answer(&world, accepted, ACCEPT).await.is_ok(), "it was answered in time");
        for none in ["", "x"] {
            let command = AnswerInvitationCommand { token: none.to_owned().into(), answer: ACCEPT };
            let refused = AnswerInvitation::new(&world.ports).execute(command).await;
            assert!(matches!(refused, Err(AnswerInvitationError::NotFound)));
        }
        world.fail();
        assert!(matches!(answer(&world, open, ACCEPT).await, Err(AnswerInvitationError::Port(_))));
    }
}
