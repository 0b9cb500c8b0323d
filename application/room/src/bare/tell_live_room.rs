//! Tells the live room what has happened to its bare room, so that whoever is in it hears of it at once.

use std::sync::Arc;

use application_shared::{
    BoxError, EventHandler, HandlerError, OutboxMessage, PubSub, ROOM_COMMANDS, RoomCommand, RoomPolicy,
};
use async_trait::async_trait;
use domain_room::{BareRoomEvent, MediaSource, ParticipantRole};
use domain_shared::{RoomId, UserId};

use super::{BareRoomPorts, BareRoomRef, BareRoomRepository};

const NAME: &str = "tell-live-room-what-happened-to-its-bare-room";

/// Tells the node that holds the live room. Every command says how things are, so that it may be told twice.
pub struct TellLiveRoom {
    rooms: Arc<dyn BareRoomRepository>,
    pub_sub: Arc<dyn PubSub>,
}

impl TellLiveRoom {
    /// The handler on these ports.
    #[must_use]
    pub fn new(ports: &BareRoomPorts, pub_sub: Arc<dyn PubSub>) -> Self {
        Self { rooms: ports.rooms.clone(), pub_sub }
    }

    async fn command(&self, event: BareRoomEvent) -> Result<Option<RoomCommand>, BoxError> {
        Ok(Some(match event {
            BareRoomEvent::Ended { room_id, reason, .. } => {
                RoomCommand::End { room_id, reason: reason.as_str().to_owned() }
            }
            BareRoomEvent::TokensRevoked { room_id, participant_id, reason, at, .. } => {
                let reason = reason.as_str().to_owned();
                RoomCommand::Remove { room_id, user_id: participant_id, reason, at }
            }
            BareRoomEvent::LockChanged { room_id, locked, .. } => RoomCommand::Lock { room_id, locked },
            BareRoomEvent::ParticipantRenamed { room_id, participant_id, name, .. } => {
                RoomCommand::Rename { room_id, user_id: participant_id, display_name: name }
            }
            BareRoomEvent::RoleChanged { room_id, participant_id, role, .. } => {
                let Some(policy) = self.policy(room_id, participant_id).await? else { return Ok(None) };
                let role = match role {
                    ParticipantRole::Host => "host",
                    ParticipantRole::CoHost => "co-host",
                    ParticipantRole::Participant | ParticipantRole::Guest => "participant",
                };
                RoomCommand::SetRole { room_id, user_id: participant_id, role: role.to_owned(), policy }
            }
            BareRoomEvent::Created { .. }
            | BareRoomEvent::StatusChanged { .. }
            | BareRoomEvent::ParticipantInvited { .. }
            | BareRoomEvent::ParticipantJoined { .. }
            | BareRoomEvent::ParticipantLeft { .. }
            | BareRoomEvent::ParticipantStatusChanged { .. } => return Ok(None),
        }))
    }

    /// Whoever is no host any more may again do what their token granted.
    async fn policy(&self, room: RoomId, user_id: UserId) -> Result<Option<RoomPolicy>, BoxError> {
        let room = self.rooms.find(&BareRoomRef::Id(room)).await?;
        let granted = room.as_ref().and_then(|room| room.participant_of(user_id)).map(|participant| {
            let grants = participant.grants();
            RoomPolicy {
                share_screen: grants.can_publish_sources.contains(&MediaSource::Screen),
                chat: grants.can_chat,
                unmute: grants.can_unmute,
                record: grants.can_record,
            }
        });
        Ok(granted)
    }

    async fn tell(&self, message: &OutboxMessage) -> Result<(), BoxError> {
        let event = serde_json::from_value(message.payload.clone())?;
        if let Some(command) = self.command(event).await? {
            self.pub_sub.publish(ROOM_COMMANDS, serde_json::to_vec(&command)?).await?;
        }
        Ok(())
    }
}

#[async_trait]
impl EventHandler for TellLiveRoom {
    fn name(&self) -> &'static str {
        NAME
    }

    fn handles(&self) -> &'static [&'static str] {
        &["room.ended", "room.tokens-revoked", "room.lock-changed", "room.role-changed", "room.participant-renamed"]
    }

    async fn handle(&self, message: &OutboxMessage) -> Result<(), HandlerError> {
        self.tell(message).await.map_err(|source| HandlerError { handler: NAME, source })
    }
}

#[cfg(test)]
mod tests {
    use domain_room::{CallType, Grants, Newcomer};
    use domain_shared::{DomainEvent, EventId};
    use serde_json::{Value, json};
    use uuid::Uuid;

    use super::*;
    use crate::bare::testing::{World, at, uid, user};

    fn message(event: &BareRoomEvent) -> OutboxMessage {
        OutboxMessage {
            id: EventId::from_uuid(Uuid::from_u128(1)),
            name: event.name().to_owned(),
            aggregate_id: event.aggregate_id(),
            payload: serde_json::to_value(event).unwrap(),
            occurred_at: event.occurred_at(),
            attempts: 0,
            handled_by: Vec::new(),
        }
    }

    #[tokio::test]
    async fn the_live_room_hears_what_concerns_it() {
        let world = World::new();
        let room_id = world.with_room("daily", CallType::Audio);
        let quiet = Grants { can_chat: false, ..Grants::full() };
        let (role, grants) = (Some(ParticipantRole::CoHost), Some(quiet));
        for n in [1, 2] {
            let newcomer = Newcomer { uid: uid(n), user_id: user(n), name: None, role: None, grants: grants.clone() };
            world.change(|room| room.join(newcomer, at(1)).map(drop));
        }
        world.take_events();
        let newcomer = Newcomer { uid: uid(2), user_id: user(2), name: None, role, grants };
        world.change(|room| room.grant(newcomer, at(2)).map(drop));
        world.change(|room| {
            room.rename(user(1), user(1), domain_room::DisplayName::parse("Ann").unwrap(), at(2)).map(drop)
        });
        world.change(|room| room.lock(user(1), true, at(3)).map(drop));
        world.change(|room| room.kick(user(1), user(2), true, at(4)).map(drop));
        world.change(|room| room.end_by(user(1), at(5)));
        let handler = TellLiveRoom::new(&world.ports(), world.pub_sub.clone());
        for event in world.take_events() {
            handler.handle(&message(&event)).await.unwrap();
        }
        let policy = json!({"share_screen": false, "chat": false, "unmute": true, "record": true});
        let mut expected = [
            json!({"command": "set-role", "user_id": user(2), "role": "co-host", "policy": policy}),
            json!({"command": "rename", "user_id": user(1), "display_name": "Ann"}),
            json!({"command": "lock", "locked": true}),
            json!({"command": "remove", "user_id": user(2), "reason": "banned", "at": at(4)}),
            json!({"command": "end", "reason": "ended-by-host"}),
        ];
        expected.iter_mut().for_each(|command| command["room_id"] = json!(room_id));
        let told: Vec<Value> = world.pub_sub.told(ROOM_COMMANDS);
        assert_eq!(told, expected);
    }
}
