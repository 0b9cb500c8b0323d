//! Takes note of who comes into the live room of a bare room, and who leaves it without saying so: a closed tab, a lost
//! connection.

use std::sync::Arc;

use application_shared::{PortError, PubSub, ROOM_COMMANDS, RoomCommand};
use chrono::{DateTime, Utc};
use domain_shared::{RoomId, UserId};

use super::{BareRoomPorts, BareRoomRef, BareRoomRepository, ChangeBareRoomError};

/// What happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Presence {
    /// Somebody came.
    Came,
    /// Somebody left.
    Left,
}

/// What the live room tells.
#[derive(Debug, Clone)]
pub struct RecordPresenceCommand {
    /// Which room. It need not be a bare one.
    pub room_id: RoomId,
    /// Who.
    pub user_id: UserId,
    /// What they did.
    pub presence: Presence,
    /// When.
    pub at: DateTime<Utc>,
}

/// Records who is there. Idempotent: news told twice or late, and news of rooms that are not bare, change nothing. Whoever
/// is found to be there and should not be - they slipped in while they were made to leave - has to leave.
pub struct RecordPresence {
    rooms: Arc<dyn BareRoomRepository>,
    pub_sub: Arc<dyn PubSub>,
}

impl RecordPresence {
    /// The use case on these ports.
    #[must_use]
    pub fn new(ports: &BareRoomPorts, pub_sub: Arc<dyn PubSub>) -> Self {
        Self { rooms: ports.rooms.clone(), pub_sub }
    }

    /// Records it. Tells whether anything changed.
    ///
    /// # Errors
    /// [`PortError`] when a port fails.
    pub async fn execute(&self, command: RecordPresenceCommand) -> Result<bool, PortError> {
        let RecordPresenceCommand { room_id, user_id, presence, at } = command;
        let mut changed = false;
        let noted = self
            .rooms
            .change(&BareRoomRef::Id(room_id), &mut |room| {
                changed = match presence {
                    Presence::Came => room.note_arrival(user_id, at)?,
                    Presence::Left => room.note_departure(user_id, at),
                };
                Ok(())
            })
            .await;
        match noted {
            Ok(_) => Ok(changed),
            Err(ChangeBareRoomError::Port(error)) => Err(error),
            Err(ChangeBareRoomError::NotFound) => Ok(false),
            Err(ChangeBareRoomError::Refused(_)) => {
                let remove = RoomCommand::Remove { room_id, user_id, reason: "removed".to_owned(), at };
                let told = serde_json::to_vec(&remove).map_err(PortError::unavailable)?;
                self.pub_sub.publish(ROOM_COMMANDS, told).await?;
                Ok(false)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use domain_room::{CallType, Newcomer, ParticipantStatus};

    use super::*;
    use crate::bare::testing::{World, at, uid, user};

    #[tokio::test]
    async fn rows_follow_who_is_there_and_who_should_not_be_has_to_leave() {
        let world = World::new();
        let room_id = world.with_room("daily", CallType::Video);
        let who = Newcomer { uid: uid(2), user_id: user(2), name: None, role: None, grants: None };
        world.change(|room| room.join(who, at(1)).map(drop));
        let record = RecordPresence::new(&world.ports(), world.pub_sub.clone());
        let news = |presence, seconds| RecordPresenceCommand { room_id, user_id: user(2), presence, at: at(seconds) };
        assert!(record.execute(news(Presence::Left, 2)).await.unwrap());
        assert!(!record.execute(news(Presence::Left, 2)).await.unwrap(), "told twice");
        assert!(record.execute(news(Presence::Came, 3)).await.unwrap());
        assert!(!record.execute(news(Presence::Left, 2)).await.unwrap(), "told late");
        assert_eq!(world.room().present(), 1);
        assert!(world.pub_sub.told(ROOM_COMMANDS).is_empty());
        world.change(|room| room.set_participant_status(&uid(2), ParticipantStatus::Kicked, at(4)).map(drop));
        assert!(!record.execute(news(Presence::Came, 5)).await.unwrap());
        assert_eq!(world.pub_sub.told(ROOM_COMMANDS)[0]["command"], "remove");
        let elsewhere =
            RecordPresenceCommand { room_id: RoomId::from_uuid(uuid::Uuid::nil()), ..news(Presence::Came, 5) };
        assert!(!record.execute(elsewhere).await.unwrap(), "not a bare room");
        assert_eq!(world.pub_sub.told(ROOM_COMMANDS).len(), 1);
    }
}
