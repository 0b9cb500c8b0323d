//! Sends somebody out of a meeting.

use std::sync::Arc;

use domain_meeting::MeetingRef;
use domain_shared::{Clock, UserId};

use crate::{ChangeMeetingError, MeetingRepository, MeetingView};

/// What is asked for.
#[derive(Debug, Clone)]
pub struct RemoveParticipantCommand {
    /// Which meeting.
    pub meeting: MeetingRef,
    /// Who asks for it.
    pub by: UserId,
    /// Whom.
    pub user_id: UserId,
    /// Whether they may not come back.
    pub ban: bool,
}

/// Sends somebody out, for now or for good.
pub struct RemoveParticipant {
    meetings: Arc<dyn MeetingRepository>,
    clock: Arc<dyn Clock>,
}

impl RemoveParticipant {
    /// The use case on these ports.
    #[must_use]
    pub fn new(meetings: Arc<dyn MeetingRepository>, clock: Arc<dyn Clock>) -> Self {
        Self { meetings, clock }
    }

    /// Sends them out. Their room tokens are useless as soon as the room has been told of it, before they could be used again.
    ///
    /// # Errors
    /// [`ChangeMeetingError`].
    pub async fn execute(&self, command: RemoveParticipantCommand) -> Result<MeetingView, ChangeMeetingError> {
        let now = self.clock.now();
        let changed = self
            .meetings
            .change(&command.meeting, &mut |meeting| {
                meeting.remove(command.by, command.user_id, command.ban, now).map(drop)
            })
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
    async fn hosts_send_people_out_and_keep_them_out() {
        let world = World::new();
        let meeting = world.with_meeting();
        world.come(2);
        let use_case = RemoveParticipant::new(world.meetings.clone(), world.clock.clone());
        let command =
            |by, ban| RemoveParticipantCommand { meeting: meeting.clone(), by: user(by), user_id: user(2), ban };
        assert!(matches!(
            use_case.execute(command(2, false)).await,
            Err(ChangeMeetingError::Refused(MeetingError::NotModerator))
        ));
        use_case.execute(command(HOST, false)).await.unwrap();
        assert_eq!(world.meeting().present(), 0);
        use_case.execute(command(HOST, true)).await.unwrap();
        assert_eq!(world.meeting().participant(user(2)).unwrap().standing().as_str(), "banned");
    }
}
