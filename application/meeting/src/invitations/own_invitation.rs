//! Shows a signed-in user their own invitation to a meeting, and takes their answer, without the mailed token.

use std::sync::Arc;

use application_shared::PortError;
use chrono::{DateTime, Utc};
use domain_meeting::{Invitation, InvitationAnswer, InvitationStatusKind, Meeting, MeetingRef};
use domain_shared::{Clock, InvitationId, UserId};
use thiserror::Error;

use super::{ATTEMPTS, AnswerInvitationError, InvitationPorts, InvitationRepository, People, upcoming::is_over};
use crate::MeetingRepository;

/// An invitation, as whoever is invited sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnInvitation {
    /// Its identifier.
    pub id: InvitationId,
    /// Its state.
    pub status: InvitationStatusKind,
    /// What they have answered.
    pub answer: Option<InvitationAnswer>,
    /// When they were invited.
    pub invited_at: DateTime<Utc>,
}

impl From<&Invitation> for OwnInvitation {
    fn from(invitation: &Invitation) -> Self {
        Self {
            id: invitation.id(),
            status: invitation.status().kind(),
            answer: invitation.status().answered().map(|(answer, _)| answer),
            invited_at: invitation.created_at(),
        }
    }
}

/// It cannot be shown.
#[derive(Debug, Error)]
pub enum ReadOwnInvitationError {
    /// There is no such meeting.
    #[error("no such meeting")]
    MeetingNotFound,
    /// The user is not invited, or not any more.
    #[error("no such invitation")]
    NotFound,
    /// A port failed.
    #[error(transparent)]
    Port(#[from] PortError),
}

/// What is asked for.
#[derive(Debug, Clone)]
pub struct AnswerOwnInvitationCommand {
    /// To which meeting.
    pub meeting: MeetingRef,
    /// Who is invited.
    pub user_id: UserId,
    /// What they answer.
    pub answer: InvitationAnswer,
}

/// It was not answered.
#[derive(Debug, Error)]
pub enum AnswerOwnInvitationError {
    /// There is no such meeting.
    #[error("no such meeting")]
    MeetingNotFound,
    /// As by the mailed token.
    #[error(transparent)]
    Answer(#[from] AnswerInvitationError),
}

impl From<PortError> for AnswerOwnInvitationError {
    fn from(error: PortError) -> Self {
        Self::Answer(error.into())
    }
}

/// Finds the invitation of a user: by the account, or by an address that it has proved.
struct Own {
    meetings: Arc<dyn MeetingRepository>,
    invitations: Arc<dyn InvitationRepository>,
    people: Arc<dyn People>,
}

impl Own {
    fn new(ports: &InvitationPorts) -> Self {
        Self {
            meetings: Arc::clone(&ports.meetings),
            invitations: Arc::clone(&ports.invitations),
            people: Arc::clone(&ports.people),
        }
    }

    async fn meeting(&self, meeting: &MeetingRef) -> Result<Option<Meeting>, PortError> {
        self.meetings.find(meeting).await
    }

    async fn invitation(&self, meeting: &Meeting, user: UserId) -> Result<Option<Invitation>, PortError> {
        let person = self.people.find(user).await?;
        let proved = person.filter(|person| person.email_verified).map(|person| person.email);
        self.invitations.find_of(meeting.id(), user, proved.as_ref()).await
    }
}

/// Shows a user their own invitation to a meeting.
pub struct ReadOwnInvitation {
    own: Own,
}

impl ReadOwnInvitation {
    /// Takes the ports.
    #[must_use]
    pub fn new(ports: &InvitationPorts) -> Self {
        Self { own: Own::new(ports) }
    }

    /// Reads it.
    ///
    /// # Errors
    /// [`ReadOwnInvitationError`].
    pub async fn execute(&self, meeting: &MeetingRef, user: UserId) -> Result<OwnInvitation, ReadOwnInvitationError> {
        let meeting = self.own.meeting(meeting).await?.ok_or(ReadOwnInvitationError::MeetingNotFound)?;
        let invitation = self.own.invitation(&meeting, user).await?;
        let invitation = invitation.filter(|found| found.status().kind() != InvitationStatusKind::Revoked);
        invitation.as_ref().map(OwnInvitation::from).ok_or(ReadOwnInvitationError::NotFound)
    }
}

/// Takes the answer of a user who is invited, by the same rules as by the mailed token.
pub struct AnswerOwnInvitation {
    own: Own,
    clock: Arc<dyn Clock>,
}

impl AnswerOwnInvitation {
    /// Takes the ports.
    #[must_use]
    pub fn new(ports: &InvitationPorts) -> Self {
        Self { own: Own::new(ports), clock: Arc::clone(&ports.clock) }
    }

    /// Takes it.
    ///
    /// # Errors
    /// [`AnswerOwnInvitationError`].
    pub async fn execute(
        &self,
        command: AnswerOwnInvitationCommand,
    ) -> Result<OwnInvitation, AnswerOwnInvitationError> {
        let AnswerOwnInvitationCommand { meeting, user_id, answer } = command;
        for _ in 0..ATTEMPTS {
            let meeting = self.own.meeting(&meeting).await?.ok_or(AnswerOwnInvitationError::MeetingNotFound)?;
            let found = self.own.invitation(&meeting, user_id).await?;
            let mut invitation = found.ok_or(AnswerInvitationError::NotFound)?;
            let news = invitation.answer(answer, self.clock.now()).map_err(AnswerInvitationError::from)?;
            if news {
                if is_over(&meeting) {
                    return Err(AnswerInvitationError::Ended.into());
                }
                match self.own.invitations.update(&mut invitation).await {
                    Ok(()) => {}
                    // It was answered or taken back at the same time.
                    Err(PortError::Conflict) => continue,
                    Err(error) => return Err(error.into()),
                }
            }
            return Ok(OwnInvitation::from(&invitation));
        }
        Err(PortError::Conflict.into())
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::Ordering;

    use super::*;
    use crate::{
        invitations::test_support::{Invited, person},
        testing::user,
    };

    const ACCEPT: InvitationAnswer = InvitationAnswer::Accepted;
    const DECLINE: InvitationAnswer = InvitationAnswer::Declined;

    async fn read(world: &Invited, n: u128) -> Result<OwnInvitation, ReadOwnInvitationError> {
        ReadOwnInvitation::new(&world.ports).execute(&world.meeting_ref, user(n)).await
    }

    async fn answer(
        world: &Invited,
        n: u128,
        answer: InvitationAnswer,
    ) -> Result<OwnInvitation, AnswerOwnInvitationError> {
        let command = AnswerOwnInvitationCommand { meeting: world.meeting_ref.clone(), user_id: user(n), answer };
        AnswerOwnInvitation::new(&world.ports).execute(command).await
    }

    /// Bob is invited by name, Carol by an address that she has proved since, Dan by one that he has not.
    async fn world() -> Invited {
        let world = Invited::new();
        world.know(person(2, "bob", false));
        world.invite(&["bob", "carol@example.com", "dan@example.com"]).await;
        world.know(person(3, "carol", true));
        world.know(person(4, "dan", false));
        world
    }

    #[tokio::test]
    async fn who_is_invited_by_name_or_by_a_proved_address_answers_once() {
        let world = world().await;
        for n in [2, 3] {
            let shown = read(&world, n).await.unwrap();
            assert_eq!((shown.status, shown.answer), (InvitationStatusKind::Pending, None));
            world.store.conflicts.store(4, Ordering::SeqCst);
            for _ in 0..2 {
                let answered = answer(&world, n, ACCEPT).await.unwrap();
                assert_eq!((answered.id, answered.status), (shown.id, InvitationStatusKind::Accepted));
            }
            assert_eq!(read(&world, n).await.unwrap().answer, Some(ACCEPT));
            let refused = answer(&world, n, DECLINE).await;
            assert!(matches!(refused, Err(AnswerOwnInvitationError::Answer(AnswerInvitationError::Answered))));
        }
        assert_eq!(world.events()[3..], ["meeting.invitation-answered"; 2]);
    }

    #[tokio::test]
    async fn nobody_else_is_invited() {
        let world = world().await;
        for n in [4, 5] {
            assert!(matches!(read(&world, n).await, Err(ReadOwnInvitationError::NotFound)), "{n}");
            let refused = answer(&world, n, ACCEPT).await;
            assert!(matches!(refused, Err(AnswerOwnInvitationError::Answer(AnswerInvitationError::NotFound))), "{n}");
        }
    }

    #[tokio::test]
    async fn what_was_taken_back_or_is_over_cannot_be_answered() {
        let world = world().await;
        let id = read(&world, 2).await.unwrap().id;
        world.change(id, |invitation, now| invitation.revoke(now));
        assert!(matches!(read(&world, 2).await, Err(ReadOwnInvitationError::NotFound)));
        let refused = answer(&world, 2, ACCEPT).await;
        assert!(matches!(refused, Err(AnswerOwnInvitationError::Answer(AnswerInvitationError::Revoked))));
        world.end();
        let refused = answer(&world, 3, ACCEPT).await;
        assert!(matches!(refused, Err(AnswerOwnInvitationError::Answer(AnswerInvitationError::Ended))));
        world.delete_meeting();
        assert!(matches!(read(&world, 3).await, Err(ReadOwnInvitationError::MeetingNotFound)));
        assert!(matches!(answer(&world, 3, ACCEPT).await, Err(AnswerOwnInvitationError::MeetingNotFound)));
        world.fail();
        assert!(matches!(read(&world, 3).await, Err(ReadOwnInvitationError::Port(_))));
        let failed = answer(&world, 3, ACCEPT).await;
        assert!(matches!(failed, Err(AnswerOwnInvitationError::Answer(AnswerInvitationError::Port(_)))));
    }
}
