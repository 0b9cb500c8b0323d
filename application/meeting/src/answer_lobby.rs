//! Lets people in who wait in front of a meeting, or sends them away.

use std::sync::Arc;

use domain_meeting::MeetingRef;
use domain_shared::{Clock, UserId};

use crate::{ChangeMeetingError, MeetingRepository};

/// Who is answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LobbyTarget {
    /// This one.
    One(UserId),
    /// All who wait.
    All,
}

/// What they are told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LobbyAnswer {
    /// To come in.
    Admit,
    /// To go.
    Deny,
}

/// What is asked for.
#[derive(Debug, Clone)]
pub struct AnswerLobbyCommand {
    /// Which meeting.
    pub meeting: MeetingRef,
    /// Who asks for it.
    pub by: UserId,
    /// Who is answered.
    pub target: LobbyTarget,
    /// What.
    pub answer: LobbyAnswer,
}

/// Answers those who wait.
pub struct AnswerLobby {
    meetings: Arc<dyn MeetingRepository>,
    clock: Arc<dyn Clock>,
}

impl AnswerLobby {
    /// The use case on these ports.
    #[must_use]
    pub fn new(meetings: Arc<dyn MeetingRepository>, clock: Arc<dyn Clock>) -> Self {
        Self { meetings, clock }
    }

    /// Answers them. Tells how many; 0 when another host was faster.
    ///
    /// # Errors
    /// [`ChangeMeetingError`].
    pub async fn execute(&self, command: AnswerLobbyCommand) -> Result<usize, ChangeMeetingError> {
        let (now, by) = (self.clock.now(), command.by);
        let mut answered = 0;
        let changed = self
            .meetings
            .change(&command.meeting, &mut |meeting| {
                answered = match (command.target, command.answer) {
                    (LobbyTarget::One(user_id), LobbyAnswer::Admit) => meeting.admit(by, user_id, now)?.into(),
                    (LobbyTarget::One(user_id), LobbyAnswer::Deny) => meeting.deny(by, user_id, now)?.into(),
                    (LobbyTarget::All, LobbyAnswer::Admit) => meeting.admit_all(by, now)?,
                    (LobbyTarget::All, LobbyAnswer::Deny) => meeting.deny_all(by, now)?,
                };
                Ok(())
            })
            .await;
        changed?;
        Ok(answered)
    }
}

#[cfg(test)]
mod tests {
    use domain_meeting::{LobbyMode, MeetingError};

    use super::*;
    use crate::testing::{HOST, World, user};

    #[tokio::test]
    async fn hosts_answer_one_or_all() {
        let world = World::new();
        let meeting = world.with_meeting();
        world.set(|settings| settings.lobby = LobbyMode::Everyone);
        for n in 2..6 {
            world.come(n);
        }
        let use_case = AnswerLobby::new(world.meetings.clone(), world.clock.clone());
        let answer = async |by, target, answer| {
            let meeting = meeting.clone();
            use_case.execute(AnswerLobbyCommand { meeting, by: user(by), target, answer }).await
        };
        let (one, all) = (|n| LobbyTarget::One(user(n)), LobbyTarget::All);
        assert!(matches!(
            answer(2, all, LobbyAnswer::Admit).await,
            Err(ChangeMeetingError::Refused(MeetingError::NotModerator))
        ));
        assert_eq!(answer(HOST, one(2), LobbyAnswer::Admit).await.unwrap(), 1);
        assert_eq!(answer(HOST, one(2), LobbyAnswer::Admit).await.unwrap(), 0, "another host was faster");
        assert_eq!(answer(HOST, one(3), LobbyAnswer::Deny).await.unwrap(), 1);
        assert!(matches!(
            answer(HOST, one(3), LobbyAnswer::Deny).await,
            Err(ChangeMeetingError::Refused(MeetingError::NotWaiting))
        ));
        assert_eq!(answer(HOST, all, LobbyAnswer::Admit).await.unwrap(), 2);
        assert_eq!(answer(HOST, all, LobbyAnswer::Deny).await.unwrap(), 0);
    }
}
