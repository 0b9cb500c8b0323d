//! Leaves a meeting.

use std::sync::Arc;

use application_shared::PortError;
use domain_meeting::MeetingRef;
use domain_shared::{Clock, UserId};
use thiserror::Error;

use crate::{ChangeMeetingError, MeetingRepository};

/// What is asked for.
#[derive(Debug, Clone)]
pub struct LeaveMeetingCommand {
    /// Which meeting.
    pub meeting: MeetingRef,
    /// Who leaves.
    pub user_id: UserId,
}

/// The meeting was not left.
#[derive(Debug, Error)]
pub enum LeaveMeetingError {
    /// There is no such meeting.
    #[error("no such meeting")]
    NotFound,
    /// A port failed.
    #[error(transparent)]
    Port(#[from] PortError),
}

/// Leaves a meeting. Leaving one that the user is not in is no error, so that it may be said twice.
pub struct LeaveMeeting {
    meetings: Arc<dyn MeetingRepository>,
    clock: Arc<dyn Clock>,
}

impl LeaveMeeting {
    /// The use case on these ports.
    #[must_use]
    pub fn new(meetings: Arc<dyn MeetingRepository>, clock: Arc<dyn Clock>) -> Self {
        Self { meetings, clock }
    }

    /// Leaves the meeting.
    ///
    /// # Errors
    /// [`LeaveMeetingError`].
    pub async fn execute(&self, command: LeaveMeetingCommand) -> Result<(), LeaveMeetingError> {
        let now = self.clock.now();
        let left = self
            .meetings
            .change(&command.meeting, &mut |meeting| {
                meeting.leave(command.user_id, now);
                Ok(())
            })
            .await;
        match left {
            Ok(_) => Ok(()),
            Err(ChangeMeetingError::NotFound) => Err(LeaveMeetingError::NotFound),
            Err(ChangeMeetingError::Port(error)) => Err(error.into()),
            // The change above refuses nothing.
            Err(ChangeMeetingError::Refused(_)) => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use domain_meeting::Joining;

    use super::*;
    use crate::testing::{World, at, name, user};

    #[tokio::test]
    async fn leaving_frees_the_place_and_may_be_said_twice() {
        let world = World::new();
        let meeting = world.with_meeting();
        world.meetings.meetings.lock().unwrap()[0].join(Joining::account(user(2), name("Bob")), at(0)).unwrap();
        let leave = LeaveMeeting::new(world.meetings.clone(), world.clock.clone());
        let command = LeaveMeetingCommand { meeting, user_id: user(2) };

        leave.execute(command.clone()).await.unwrap();
        assert_eq!((world.meeting().present(), world.meeting().version()), (0, 2));
        leave.execute(command.clone()).await.unwrap();
        assert_eq!(world.meeting().version(), 2, "nothing to store");

        let unknown = LeaveMeetingCommand { meeting: MeetingRef::parse("zzz-zzzz-zzz").unwrap(), user_id: user(2) };
        assert!(matches!(leave.execute(unknown).await, Err(LeaveMeetingError::NotFound)));
        world.fail();
        assert!(matches!(leave.execute(command).await, Err(LeaveMeetingError::Port(_))));
    }
}
