//! Takes note of a participant who left the meeting's room without saying so: a closed tab, a lost connection.

use std::sync::Arc;

use application_shared::PortError;
use chrono::{DateTime, Utc};
use domain_meeting::MeetingRef;
use domain_shared::{MeetingId, RoomId, UserId};
use thiserror::Error;

use crate::{ChangeMeetingError, MeetingRepository};

/// What the room tells.
#[derive(Debug, Clone)]
pub struct RecordParticipantLeftCommand {
    /// Which room. It need not be a meeting's.
    pub room_id: RoomId,
    /// Who left.
    pub user_id: UserId,
    /// When they left.
    pub at: DateTime<Utc>,
}

/// It was not recorded.
#[derive(Debug, Error)]
pub enum RecordParticipantLeftError {
    /// A port failed.
    #[error(transparent)]
    Port(#[from] PortError),
}

/// Records that a participant left. Idempotent: news told twice, or late, after the user has come back, and news of
/// rooms that are no meeting's, change nothing.
pub struct RecordParticipantLeft {
    meetings: Arc<dyn MeetingRepository>,
}

impl RecordParticipantLeft {
    /// The use case on this port.
    #[must_use]
    pub fn new(meetings: Arc<dyn MeetingRepository>) -> Self {
        Self { meetings }
    }

    /// Records it. Tells whether anything changed.
    ///
    /// # Errors
    /// [`RecordParticipantLeftError`].
    pub async fn execute(&self, command: RecordParticipantLeftCommand) -> Result<bool, RecordParticipantLeftError> {
        // A meeting's room bears the meeting's UUID.
        let meeting = MeetingRef::Id(MeetingId::from_uuid(command.room_id.as_uuid()));
        let mut changed = false;
        let noted = self
            .meetings
            .change(&meeting, &mut |meeting| {
                changed = meeting.note_departure(command.user_id, command.at);
                Ok(())
            })
            .await;
        match noted {
            Ok(_) => Ok(changed),
            Err(ChangeMeetingError::Port(error)) => Err(error.into()),
            Err(ChangeMeetingError::NotFound | ChangeMeetingError::Refused(_)) => Ok(false),
        }
    }
}

#[cfg(test)]
mod tests {
    use domain_meeting::Joining;

    use super::*;
    use crate::testing::{World, at, name, user};

    #[tokio::test]
    async fn news_counts_once_and_only_for_the_stay_it_is_about() {
        let world = World::new();
        world.with_meeting();
        let room_id = RoomId::from(world.meeting().id());
        let join = |seconds| {
            world.meetings.meetings.lock().unwrap()[0]
                .join(Joining::account(user(2), name("Bob")), at(seconds))
                .unwrap();
        };
        let record = RecordParticipantLeft::new(world.meetings.clone());
        let news = |seconds| RecordParticipantLeftCommand { room_id, user_id: user(2), at: at(seconds) };

        join(1);
        assert!(record.execute(news(2)).await.unwrap());
        assert!(!record.execute(news(2)).await.unwrap(), "told twice");
        join(5);
        assert!(!record.execute(news(3)).await.unwrap(), "told late");
        assert_eq!(world.meeting().present(), 1);

        let other = RecordParticipantLeftCommand { room_id: RoomId::from_uuid(uuid::Uuid::nil()), ..news(9) };
        assert!(!record.execute(other).await.unwrap(), "not a meeting's room");
        world.fail();
        assert!(matches!(record.execute(news(9)).await, Err(RecordParticipantLeftError::Port(_))));
    }
}
