//! Lets nobody new into a meeting, or lets them in again.

use std::sync::Arc;

use domain_meeting::MeetingRef;
use domain_shared::{Clock, UserId};

use crate::{ChangeMeetingError, MeetingRepository, MeetingView};

/// What is asked for.
#[derive(Debug, Clone)]
pub struct LockMeetingCommand {
    /// Which meeting.
    pub meeting: MeetingRef,
    /// Who asks for it.
    pub by: UserId,
    /// Whether it is to be locked.
    pub locked: bool,
}

/// Locks or unlocks a meeting.
pub struct LockMeeting {
    meetings: Arc<dyn MeetingRepository>,
    clock: Arc<dyn Clock>,
}

impl LockMeeting {
    /// The use case on these ports.
    #[must_use]
    pub fn new(meetings: Arc<dyn MeetingRepository>, clock: Arc<dyn Clock>) -> Self {
        Self { meetings, clock }
    }

    /// Locks or unlocks it; doing so twice is doing so once.
    ///
    /// # Errors
    /// [`ChangeMeetingError`].
    pub async fn execute(&self, command: LockMeetingCommand) -> Result<MeetingView, ChangeMeetingError> {
        let now = self.clock.now();
        let changed = self
            .meetings
            .change(&command.meeting, &mut |meeting| meeting.lock(command.by, command.locked, now).map(drop))
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
    async fn hosts_lock_and_unlock_it() {
        let world = World::new();
        let meeting = world.with_meeting();
        let use_case = LockMeeting::new(world.meetings.clone(), world.clock.clone());
        let command = |n| LockMeetingCommand { meeting: meeting.clone(), by: user(n), locked: true };
        assert!(matches!(
            use_case.execute(command(2)).await,
            Err(ChangeMeetingError::Refused(MeetingError::NotModerator))
        ));
        assert!(use_case.execute(command(HOST)).await.unwrap().locked);
        let unlock = LockMeetingCommand { locked: false, ..command(HOST) };
        assert!(!use_case.execute(unlock).await.unwrap().locked);
        let unknown = MeetingRef::parse("zzz-zzzz-zzz").unwrap();
        let unknown = LockMeetingCommand { meeting: unknown, ..command(HOST) };
        assert!(matches!(use_case.execute(unknown).await, Err(ChangeMeetingError::NotFound)));
        world.fail();
        assert!(matches!(use_case.execute(command(HOST)).await, Err(ChangeMeetingError::Port(_))));
    }
}
