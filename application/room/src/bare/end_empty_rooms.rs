//! Ends bare rooms that have been empty for as long as they may be.

use std::sync::Arc;

use application_shared::{DueWork, PortError, do_due_work};
use async_trait::async_trait;
use chrono::{DateTime, Utc};
use domain_shared::{Clock, RoomId};

use super::{BareRoomPorts, BareRoomRef, BareRoomRepository, ChangeBareRoomError};

/// Ends each bare room to which nobody came, or to which nobody came back, once, whatever other nodes do: the room decides,
/// while nobody else can change it or enter it.
pub struct EndEmptyRooms {
    rooms: Arc<dyn BareRoomRepository>,
    clock: Arc<dyn Clock>,
}

impl EndEmptyRooms {
    /// The use case on these ports.
    #[must_use]
    pub fn new(ports: &BareRoomPorts) -> Self {
        Self { rooms: ports.rooms.clone(), clock: ports.clock.clone() }
    }

    /// Ends all whose time has come. Tells how many.
    ///
    /// # Errors
    /// [`PortError`] when a port failed; what is left is done the next time.
    pub async fn execute(&self) -> Result<u64, PortError> {
        do_due_work(self, &*self.clock).await
    }
}

#[async_trait]
impl DueWork for EndEmptyRooms {
    type Id = RoomId;
    const NAME: &'static str = "empty rooms end";

    async fn due(&self, now: DateTime<Utc>, limit: u16) -> Result<Vec<RoomId>, PortError> {
        self.rooms.expired(now, limit).await
    }

    async fn act(&self, id: RoomId, now: DateTime<Utc>) -> Result<bool, PortError> {
        let mut expired = false;
        let expire = &mut |room: &mut domain_room::BareRoom| {
            expired = room.expire(now);
            Ok(())
        };
        match self.rooms.change(&BareRoomRef::Id(id), expire).await {
            Ok(_) => Ok(expired),
            Err(ChangeBareRoomError::NotFound | ChangeBareRoomError::Refused(_)) => Ok(false),
            Err(ChangeBareRoomError::Port(error)) => Err(error),
        }
    }
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;
    use domain_room::{CallType, EndReason};
    use domain_shared::DomainEvent;

    use super::*;
    use crate::bare::testing::{World, at, user};

    #[tokio::test]
    async fn a_room_is_ended_when_nobody_comes_and_when_nobody_comes_back() {
        let world = World::new();
        let use_case = EndEmptyRooms::new(&world.ports());
        assert_eq!(use_case.execute().await.unwrap(), 0, "there is none");
        world.with_room("daily", CallType::Video);
        world.come(1);
        world.clock.advance(TimeDelta::days(2));
        assert_eq!(use_case.execute().await.unwrap(), 0, "somebody is there");
        world.change(|room| {
            room.note_departure(user(1), at(172_800));
            Ok(())
        });
        world.take_events();
        assert_eq!(use_case.execute().await.unwrap(), 0, "they may come back");
        world.clock.advance(TimeDelta::minutes(5));
        assert_eq!(use_case.execute().await.unwrap(), 1);
        assert_eq!(use_case.execute().await.unwrap(), 0, "once");
        let events = world.take_events();
        assert_eq!(events.iter().map(DomainEvent::name).collect::<Vec<_>>(), ["room.status-changed", "room.ended"]);
        let told = serde_json::to_value(&events[1]).unwrap();
        assert_eq!(told["reason"], EndReason::EverybodyLeft.as_str());
        assert!(world.room().status().kind().is_over());
    }
}
