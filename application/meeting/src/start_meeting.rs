//! Starts a meeting before anybody has come.

use std::sync::Arc;

use domain_meeting::MeetingRef;
use domain_shared::{Clock, UserId};

use crate::{ChangeMeetingError, MeetingRepository, MeetingView};

/// What is asked for.
#[derive(Debug, Clone)]
pub struct StartMeetingCommand {
    /// Which meeting.
    pub meeting: MeetingRef,
    /// Who asks for it.
    pub by: UserId,
}

/// Starts a meeting.
pub struct StartMeeting {
    meetings: Arc<dyn MeetingRepository>,
    clock: Arc<dyn Clock>,
}

impl StartMeeting {
    /// The use case on these ports.
    #[must_use]
    pub fn new(meetings: Arc<dyn MeetingRepository>, clock: Arc<dyn Clock>) -> Self {
        Self { meetings, clock }
    }

    /// Starts it; one that has started goes on.
    ///
    /// # Errors
    /// [`ChangeMeetingError`].
    pub async fn execute(&self, command: StartMeetingCommand) -> Result<MeetingView, ChangeMeetingError> {
        let now = self.clock.now();
        let changed =
            self.meetings.change(&command.meeting, &mut |meeting| meeting.start(command.by, now).map(drop)).await;
        Ok(MeetingView::from(&changed?))
    }
}

#[cfg(test)]
mod tests {
    use domain_meeting::MeetingError;

    use super::*;
    use crate::testing::{HOST, World, user};

    #[tokio::test]
    async fn only_the_host_starts_it() {
        let world = World::new();
        let meeting = world.with_meeting();
        let use_case = StartMeeting::new(world.meetings.clone(), world.clock.clone());
        let command = |n| StartMeetingCommand { meeting: meeting.clone(), by: user(n) };
        assert!(matches!(use_case.execute(command(2)).await, Err(ChangeMeetingError::Refused(MeetingError::NotHost))));
        for _ in 0..2 {
            assert_eq!(use_case.execute(command(HOST)).await.unwrap().status.as_str(), "live");
        }
        let unknown = MeetingRef::parse("zzz-zzzz-zzz").unwrap();
        let unknown = StartMeetingCommand { meeting: unknown, ..command(HOST) };
        assert!(matches!(use_case.execute(unknown).await, Err(ChangeMeetingError::NotFound)));
        world.fail();
        assert!(matches!(use_case.execute(command(HOST)).await, Err(ChangeMeetingError::Port(_))));
    }
}
