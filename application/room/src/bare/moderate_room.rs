//! What hosts do from within a bare room, done to it.

use std::sync::Arc;

use application_shared::BoxError;
use async_trait::async_trait;
use domain_room::{BareRoom, BareRoomError};
use domain_shared::{Clock, RoomId, UserId};

use super::{BareRoomPorts, BareRoomRef, BareRoomRepository, ChangeBareRoomError};
use crate::{ModerationAction, ModerationError, RoomModeration};

/// Lets the bare room decide, and the meeting about rooms that are none.
pub struct ModerateRoom {
    rooms: Arc<dyn BareRoomRepository>,
    meetings: Arc<dyn RoomModeration>,
    clock: Arc<dyn Clock>,
}

impl ModerateRoom {
    /// Beside what decides about meetings.
    #[must_use]
    pub fn new(ports: &BareRoomPorts, meetings: Arc<dyn RoomModeration>) -> Self {
        Self { rooms: ports.rooms.clone(), meetings, clock: ports.clock.clone() }
    }
}

#[async_trait]
impl RoomModeration for ModerateRoom {
    async fn moderate(&self, room: RoomId, by: UserId, action: ModerationAction) -> Result<(), ModerationError> {
        let now = self.clock.now();
        let mut act = |room: &mut BareRoom| match &action {
            ModerationAction::Kick { user_id, ban } => room.kick(by, *user_id, *ban, now).map(drop),
            ModerationAction::SetRole { user_id, role } => room.set_role(by, *user_id, *role, now).map(drop),
            ModerationAction::Rename { user_id, name } => room.rename(by, *user_id, name.clone(), now).map(drop),
            ModerationAction::Lock(locked) => room.lock(by, *locked, now).map(drop),
            ModerationAction::End => room.end_by(by, now),
            // Nobody waits in front of a bare room.
            ModerationAction::Admit(_) | ModerationAction::Deny(_) => Err(BareRoomError::NoSuchParticipant),
        };
        match self.rooms.change(&BareRoomRef::Id(room), &mut act).await {
            Ok(_) => Ok(()),
            Err(ChangeBareRoomError::NotFound) => self.meetings.moderate(room, by, action).await,
            Err(ChangeBareRoomError::Refused(BareRoomError::NoSuchParticipant)) => Err(ModerationError::NotFound),
            Err(ChangeBareRoomError::Refused(BareRoomError::Ended)) => Err(ModerationError::Ended),
            Err(ChangeBareRoomError::Refused(_)) => Err(ModerationError::Denied),
            Err(ChangeBareRoomError::Port(error)) => Err(ModerationError::Unavailable(BoxError::from(error))),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use domain_room::{CallType, DisplayName, Newcomer, ParticipantRole, ParticipantStatus};

    use super::*;
    use crate::bare::testing::{World, at, uid, user};

    /// Remembers what meetings were asked for.
    #[derive(Default)]
    struct Meetings(Mutex<Vec<RoomId>>);

    #[async_trait]
    impl RoomModeration for Meetings {
        async fn moderate(&self, room: RoomId, _: UserId, _: ModerationAction) -> Result<(), ModerationError> {
            self.0.lock().unwrap().push(room);
            Ok(())
        }
    }

    #[tokio::test]
    async fn the_bare_room_decides_and_the_meeting_about_rooms_that_are_none() {
        let world = World::new();
        let room = world.with_room("daily", CallType::Video);
        for n in [1, 2] {
            let who = Newcomer { uid: uid(n), user_id: user(n), name: None, role: None, grants: None };
            world.change(|room| room.join(who, at(1)).map(drop));
        }
        let meetings = Arc::new(Meetings::default());
        let moderation = ModerateRoom::new(&world.ports(), meetings.clone());
        let ask = async |by: u128, action| moderation.moderate(room, user(by), action).await;
        let (user_id, role) = (user(2), ParticipantRole::CoHost);
        ask(1, ModerationAction::SetRole { user_id, role }).await.unwrap();
        ask(2, ModerationAction::Rename { user_id, name: DisplayName::parse("Bob").unwrap() }).await.unwrap();
        ask(2, ModerationAction::Lock(true)).await.unwrap();
        assert!(world.room().is_locked());
        assert!(matches!(ask(2, ModerationAction::End).await, Err(ModerationError::Denied)));
        let nobody = ModerationAction::Kick { user_id: user(9), ban: false };
        assert!(matches!(ask(1, nobody).await, Err(ModerationError::NotFound)));
        for action in [ModerationAction::Admit(None), ModerationAction::Deny(Some(user_id))] {
            assert!(matches!(ask(1, action).await, Err(ModerationError::NotFound)), "nobody waits here");
        }
        ask(1, ModerationAction::Kick { user_id, ban: true }).await.unwrap();
        assert_eq!(world.room().participant(&uid(2)).unwrap().status(), ParticipantStatus::Banned);
        ask(1, ModerationAction::End).await.unwrap();
        assert!(matches!(ask(1, ModerationAction::Lock(false)).await, Err(ModerationError::Ended)));
        assert!(meetings.0.lock().unwrap().is_empty());
        let elsewhere = RoomId::from_uuid(uuid::Uuid::nil());
        moderation.moderate(elsewhere, user(1), ModerationAction::End).await.unwrap();
        assert_eq!(*meetings.0.lock().unwrap(), [elsewhere]);
    }
}
