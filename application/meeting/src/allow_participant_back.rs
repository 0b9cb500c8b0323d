//! Lets somebody come again who was banned from a meeting.

use std::sync::Arc;

use domain_meeting::MeetingRef;
use domain_shared::{Clock, UserId};

use crate::{ChangeMeetingError, MeetingRepository, MeetingView};

/// What is asked for.
#[derive(Debug, Clone)]
pub struct AllowParticipantBackCommand {
    /// Which meeting.
    pub meeting: MeetingRef,
    /// Who asks for it.
    pub by: UserId,
    /// Whose.
    pub user_id: UserId,
}

/// Takes the ban of somebody back.
pub struct AllowParticipantBack {
    meetings: Arc<dyn MeetingRepository>,
    clock: Arc<dyn Clock>,
}

impl AllowParticipantBack {
    /// The use case on these ports.
    #[must_use]
    pub fn new(meetings: Arc<dyn MeetingRepository>, clock: Arc<dyn Clock>) -> Self {
        Self { meetings, clock }
    }

    /// Takes it back; it is no error when there is none.
    ///
    /// # Errors
    /// [`ChangeMeetingError`].
    pub async fn execute(&self, command: AllowParticipantBackCommand) -> Result<MeetingView, ChangeMeetingError> {
        let now = self.clock.now();
        let changed = self
            .meetings
            .change(&command.meeting, &mut |meeting| meeting.allow_back(command.by, command.user_id, now).map(drop))
            .await;
        Ok(MeetingView::from(&changed?))
    }
}

#[cfg(test)]
mod tests {
    use domain_meeting::MeetingError;

    use super::*;
    use crate::testing::{HOST, World, user};

    #[tokio::test]
    async fn hosts_let_people_come_again() {
        let world = World::new();
        let meeting = world.with_meeting();
        world.come(2);
        world.change(|meeting, now| meeting.remove(user(HOST), user(2), true, now).map(drop));
        let use_case = AllowParticipantBack::new(world.meetings.clone(), world.clock.clone());
        let command = |by| AllowParticipantBackCommand { meeting: meeting.clone(), by: user(by), user_id: user(2) };
        assert!(matches!(
            use_case.execute(command(3)).await,
            Err(ChangeMeetingError::Refused(MeetingError::NotModerator))
        ));
        for _ in 0..2 {
            use_case.execute(command(HOST)).await.unwrap();
            assert_eq!(world.meeting().participant(user(2)).unwrap().standing().as_str(), "removed");
        }
    }
}
