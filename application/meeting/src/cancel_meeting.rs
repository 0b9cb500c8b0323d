//! Calls a meeting off before anybody has come.

use std::sync::Arc;

use domain_meeting::MeetingRef;
use domain_shared::{Clock, UserId};

use crate::{ChangeMeetingError, MeetingRepository, MeetingView};

/// What is asked for.
#[derive(Debug, Clone)]
pub struct CancelMeetingCommand {
    /// Which meeting.
    pub meeting: MeetingRef,
    /// Who asks for it.
    pub by: UserId,
}

/// Calls a meeting off.
pub struct CancelMeeting {
    meetings: Arc<dyn MeetingRepository>,
    clock: Arc<dyn Clock>,
}

impl CancelMeeting {
    /// The use case on these ports.
    #[must_use]
    pub fn new(meetings: Arc<dyn MeetingRepository>, clock: Arc<dyn Clock>) -> Self {
        Self { meetings, clock }
    }

    /// Calls it off. Who may come is told by whoever handles the event.
    ///
    /// # Errors
    /// [`ChangeMeetingError`].
    pub async fn execute(&self, command: CancelMeetingCommand) -> Result<MeetingView, ChangeMeetingError> {
        let now = self.clock.now();
        let changed = self.meetings.change(&command.meeting, &mut |meeting| meeting.cancel(command.by, now)).await;
        Ok(MeetingView::from(&changed?))
    }
}

#[cfg(test)]
mod tests {
    use domain_meeting::MeetingError;

    use super::*;
    use crate::testing::{HOST, World, user};

    #[tokio::test]
    async fn only_the_host_calls_it_off() {
        let world = World::new();
        let meeting = world.with_meeting();
        let use_case = CancelMeeting::new(world.meetings.clone(), world.clock.clone());
        let command = |n| CancelMeetingCommand { meeting: meeting.clone(), by: user(n) };
        assert!(matches!(use_case.execute(command(2)).await, Err(ChangeMeetingError::Refused(MeetingError::NotHost))));
        let view = use_case.execute(command(HOST)).await.unwrap();
        assert_eq!(view.status.as_str(), "cancelled");
        let unknown = MeetingRef::parse("zzz-zzzz-zzz").unwrap();
        let unknown = CancelMeetingCommand { meeting: unknown, ..command(HOST) };
        assert!(matches!(use_case.execute(unknown).await, Err(ChangeMeetingError::NotFound)));
        world.fail();
        assert!(matches!(use_case.execute(command(HOST)).await, Err(ChangeMeetingError::Port(_))));
    }
}
