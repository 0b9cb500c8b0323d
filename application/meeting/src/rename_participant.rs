//! Calls somebody in a meeting something else.

use std::sync::Arc;

use domain_meeting::{DisplayName, MeetingRef};
use domain_shared::{Clock, UserId};

use crate::{ChangeMeetingError, MeetingRepository, MeetingView};

/// What is asked for.
#[derive(Debug, Clone)]
pub struct RenameParticipantCommand {
    /// Which meeting.
    pub meeting: MeetingRef,
    /// Who asks for it.
    pub by: UserId,
    /// Who: oneself, or somebody of a lower role.
    pub user_id: UserId,
    /// The name.
    pub display_name: DisplayName,
}

/// Calls somebody something else.
pub struct RenameParticipant {
    meetings: Arc<dyn MeetingRepository>,
    clock: Arc<dyn Clock>,
}

impl RenameParticipant {
    /// The use case on these ports.
    #[must_use]
    pub fn new(meetings: Arc<dyn MeetingRepository>, clock: Arc<dyn Clock>) -> Self {
        Self { meetings, clock }
    }

    /// Renames them.
    ///
    /// # Errors
    /// [`ChangeMeetingError`].
    pub async fn execute(&self, command: RenameParticipantCommand) -> Result<MeetingView, ChangeMeetingError> {
        let now = self.clock.now();
        let changed = self
            .meetings
            .change(&command.meeting, &mut |meeting| {
                meeting.rename(command.by, command.user_id, command.display_name.clone(), now).map(drop)
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
    async fn people_rename_themselves_and_hosts_others() {
        let world = World::new();
        let meeting = world.with_meeting();
        world.come(2);
        world.come(3);
        let use_case = RenameParticipant::new(world.meetings.clone(), world.clock.clone());
        let command = |by, text| {
            let display_name = DisplayName::parse(text).unwrap();
            RenameParticipantCommand { meeting: meeting.clone(), by: user(by), user_id: user(2), display_name }
        };
        assert!(matches!(
            use_case.execute(command(3, "x")).await,
            Err(ChangeMeetingError::Refused(MeetingError::NotModerator))
        ));
        for (by, text) in [(2, "Bobby"), (HOST, "Robert")] {
            use_case.execute(command(by, text)).await.unwrap();
            assert_eq!(world.meeting().participant(user(2)).unwrap().display_name().as_str(), text);
        }
    }
}
