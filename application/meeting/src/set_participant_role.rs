//! Gives somebody in a meeting another role.

use std::sync::Arc;

use domain_meeting::{MeetingRef, ParticipantRole};
use domain_shared::{Clock, UserId};

use crate::{ChangeMeetingError, MeetingRepository, MeetingView};

/// What is asked for.
#[derive(Debug, Clone)]
pub struct SetParticipantRoleCommand {
    /// Which meeting.
    pub meeting: MeetingRef,
    /// Who asks for it.
    pub by: UserId,
    /// Who.
    pub user_id: UserId,
    /// The role.
    pub role: ParticipantRole,
}

/// Gives somebody another role.
pub struct SetParticipantRole {
    meetings: Arc<dyn MeetingRepository>,
    clock: Arc<dyn Clock>,
}

impl SetParticipantRole {
    /// The use case on these ports.
    #[must_use]
    pub fn new(meetings: Arc<dyn MeetingRepository>, clock: Arc<dyn Clock>) -> Self {
        Self { meetings, clock }
    }

    /// Gives it.
    ///
    /// # Errors
    /// [`ChangeMeetingError`].
    pub async fn execute(&self, command: SetParticipantRoleCommand) -> Result<MeetingView, ChangeMeetingError> {
        let now = self.clock.now();
        let changed = self
            .meetings
            .change(&command.meeting, &mut |meeting| {
                meeting.set_role(command.by, command.user_id, command.role, now).map(drop)
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
    async fn hosts_make_co_hosts() {
        let world = World::new();
        let meeting = world.with_meeting();
        world.come(2);
        let use_case = SetParticipantRole::new(world.meetings.clone(), world.clock.clone());
        let role = ParticipantRole::CoHost;
        let command = |by| SetParticipantRoleCommand { meeting: meeting.clone(), by: user(by), user_id: user(2), role };
        assert!(matches!(use_case.execute(command(2)).await, Err(ChangeMeetingError::Refused(MeetingError::NotHost))));
        use_case.execute(command(HOST)).await.unwrap();
        assert_eq!(world.meeting().role_of(user(2)), role);
    }
}
