//! Tells who waits in front of a meeting.

use std::sync::Arc;

use domain_meeting::MeetingRef;
use domain_shared::UserId;

use crate::{ChangeMeetingError, MeetingRepository, WaitingView};

/// What is asked for.
#[derive(Debug, Clone)]
pub struct ReadLobbyQuery {
    /// Which meeting.
    pub meeting: MeetingRef,
    /// Who asks: a host or co-host.
    pub by: UserId,
}

/// Reads the lobby.
pub struct ReadLobby {
    meetings: Arc<dyn MeetingRepository>,
}

impl ReadLobby {
    /// The use case on this port.
    #[must_use]
    pub fn new(meetings: Arc<dyn MeetingRepository>) -> Self {
        Self { meetings }
    }

    /// Who waits and has not been answered, in the order of coming.
    ///
    /// # Errors
    /// [`ChangeMeetingError`].
    pub async fn execute(&self, query: ReadLobbyQuery) -> Result<Vec<WaitingView>, ChangeMeetingError> {
        let meeting = self.meetings.find(&query.meeting).await?.ok_or(ChangeMeetingError::NotFound)?;
        meeting.may_moderate(query.by)?;
        Ok(meeting.waiting().iter().filter(|waiting| !waiting.is_admitted()).map(WaitingView::from).collect())
    }
}

#[cfg(test)]
mod tests {
    use domain_meeting::{LobbyMode, MeetingError};

    use super::*;
    use crate::testing::{HOST, World, user};

    #[tokio::test]
    async fn hosts_see_who_waits() {
        let world = World::new();
        let meeting = world.with_meeting();
        world.set(|settings| settings.lobby = LobbyMode::Everyone);
        world.come(2);
        world.come(3);
        world.change(|meeting, now| meeting.admit(user(HOST), user(2), now).map(drop));
        let use_case = ReadLobby::new(world.meetings.clone());
        let query = |by| ReadLobbyQuery { meeting: meeting.clone(), by: user(by) };
        let waiting = use_case.execute(query(HOST)).await.unwrap();
        assert_eq!(waiting.iter().map(|waiting| waiting.user_id).collect::<Vec<_>>(), [user(3)]);
        assert!(matches!(
            use_case.execute(query(2)).await,
            Err(ChangeMeetingError::Refused(MeetingError::NotModerator))
        ));
    }
}
