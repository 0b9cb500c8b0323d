//! Ends a meeting for everybody.

use std::sync::Arc;

use application_shared::PortError;
use domain_meeting::{MeetingError, MeetingRef};
use domain_shared::{Clock, UserId};
use thiserror::Error;

use crate::{ChangeMeetingError, MeetingRepository, MeetingView};

/// What is asked for.
#[derive(Debug, Clone)]
pub struct EndMeetingCommand {
    /// Which meeting.
    pub meeting: MeetingRef,
    /// Who ends it.
    pub user_id: UserId,
}

/// The meeting was not ended.
#[derive(Debug, Error)]
pub enum EndMeetingError {
    /// There is no such meeting.
    #[error("no such meeting")]
    NotFound,
    /// Only the host may end it.
    #[error("only the host may end the meeting")]
    Forbidden,
    /// It had ended before, or was cancelled.
    #[error("the meeting has ended")]
    Ended,
    /// A port failed.
    #[error(transparent)]
    Port(#[from] PortError),
}

/// Ends a meeting. Its room closes when the event has been handled.
pub struct EndMeeting {
    meetings: Arc<dyn MeetingRepository>,
    clock: Arc<dyn Clock>,
}

impl EndMeeting {
    /// The use case on these ports.
    #[must_use]
    pub fn new(meetings: Arc<dyn MeetingRepository>, clock: Arc<dyn Clock>) -> Self {
        Self { meetings, clock }
    }

    /// Ends the meeting.
    ///
    /// # Errors
    /// [`EndMeetingError`].
    pub async fn execute(&self, command: EndMeetingCommand) -> Result<MeetingView, EndMeetingError> {
        let now = self.clock.now();
        let ended = self.meetings.change(&command.meeting, &mut |meeting| meeting.end(command.user_id, now)).await;
        match ended {
            Ok(meeting) => Ok(MeetingView::from(&meeting)),
            Err(ChangeMeetingError::NotFound) => Err(EndMeetingError::NotFound),
            Err(ChangeMeetingError::Refused(MeetingError::NotHost)) => Err(EndMeetingError::Forbidden),
            // Ending refuses nothing else but what is over.
            Err(ChangeMeetingError::Refused(_)) => Err(EndMeetingError::Ended),
            Err(ChangeMeetingError::Port(error)) => Err(error.into()),
        }
    }
}

#[cfg(test)]
mod tests {
    use domain_meeting::MeetingStatusKind;

    use super::*;
    use crate::testing::{HOST, World, at, user};

    #[tokio::test]
    async fn only_the_host_ends_it_and_only_once() {
        let world = World::new();
        let meeting = world.with_meeting();
        let end = EndMeeting::new(world.meetings.clone(), world.clock.clone());
        let by = |n| EndMeetingCommand { meeting: meeting.clone(), user_id: user(n) };

        assert!(matches!(end.execute(by(2)).await, Err(EndMeetingError::Forbidden)));
        let view = end.execute(by(HOST)).await.unwrap();
        assert_eq!((view.status, view.ended_at), (MeetingStatusKind::Ended, Some(at(0))));
        assert!(matches!(end.execute(by(HOST)).await, Err(EndMeetingError::Ended)));

        let unknown = EndMeetingCommand { meeting: MeetingRef::parse("zzz-zzzz-zzz").unwrap(), user_id: user(HOST) };
        assert!(matches!(end.execute(unknown).await, Err(EndMeetingError::NotFound)));
        world.fail();
        assert!(matches!(end.execute(by(HOST)).await, Err(EndMeetingError::Port(_))));
    }
}
