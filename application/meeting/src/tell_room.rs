//! Tells a meeting's room what has happened to the meeting, so that whoever is in it hears of it at once.

use std::sync::Arc;

use application_shared::{
    BoxError, EventHandler, HandlerError, OutboxMessage, PubSub, ROOM_COMMANDS, RoomCommand, RoomPolicy,
};
use async_trait::async_trait;
use domain_meeting::{MeetingEvent, MeetingRef};
use domain_shared::{MeetingId, RoomId};

use crate::MeetingRepository;

const NAME: &str = "tell-room-what-happened-to-its-meeting";

/// Tells the node that holds the room. Every command says how things are, not what to add, so that it may be told twice.
pub struct TellRoom {
    pub_sub: Arc<dyn PubSub>,
    meetings: Arc<dyn MeetingRepository>,
}

impl TellRoom {
    /// The handler on these ports.
    #[must_use]
    pub fn new(pub_sub: Arc<dyn PubSub>, meetings: Arc<dyn MeetingRepository>) -> Self {
        Self { pub_sub, meetings }
    }

    async fn command(&self, event: MeetingEvent) -> Result<Option<RoomCommand>, BoxError> {
        let room = |meeting_id: MeetingId| RoomId::from(meeting_id);
        Ok(Some(match event {
            MeetingEvent::Ended { meeting_id, .. } => {
                RoomCommand::End { room_id: room(meeting_id), reason: "ended-by-host".to_owned() }
            }
            MeetingEvent::Cancelled { meeting_id, .. } => {
                RoomCommand::End { room_id: room(meeting_id), reason: "cancelled".to_owned() }
            }
            MeetingEvent::ParticipantRemoved { meeting_id, user_id, banned, at, .. } => {
                let reason = if banned { "banned" } else { "kicked" }.to_owned();
                RoomCommand::Remove { room_id: room(meeting_id), user_id, reason, at }
            }
            MeetingEvent::RoleChanged { meeting_id, user_id, role, .. } => {
                let Some(policy) = self.policy(meeting_id).await? else { return Ok(None) };
                RoomCommand::SetRole { room_id: room(meeting_id), user_id, role: role.as_str().to_owned(), policy }
            }
            MeetingEvent::ParticipantRenamed { meeting_id, user_id, display_name, .. } => {
                RoomCommand::Rename { room_id: room(meeting_id), user_id, display_name: display_name.into() }
            }
            MeetingEvent::Locked { meeting_id, .. } => RoomCommand::Lock { room_id: room(meeting_id), locked: true },
            MeetingEvent::Unlocked { meeting_id, .. } => RoomCommand::Lock { room_id: room(meeting_id), locked: false },
            MeetingEvent::LobbyWaiting { meeting_id, user_id, guest, display_name, at } => RoomCommand::LobbyWaiting {
                room_id: room(meeting_id),
                user_id,
                display_name: display_name.into(),
                guest,
                since: at,
            },
            MeetingEvent::LobbyLeft { meeting_id, user_id, .. } => {
                RoomCommand::LobbyLeft { room_id: room(meeting_id), user_id, admitted: None }
            }
            MeetingEvent::LobbyAdmitted { meeting_id, user_id, .. } => {
                RoomCommand::LobbyLeft { room_id: room(meeting_id), user_id, admitted: Some(true) }
            }
            MeetingEvent::LobbyDenied { meeting_id, user_id, .. } => {
                RoomCommand::LobbyLeft { room_id: room(meeting_id), user_id, admitted: Some(false) }
            }
            MeetingEvent::Updated { meeting_id, .. } => {
                let Some(policy) = self.policy(meeting_id).await? else { return Ok(None) };
                RoomCommand::SetPolicy { room_id: room(meeting_id), policy }
            }
            MeetingEvent::Created { .. }
            | MeetingEvent::Started { .. }
            | MeetingEvent::ParticipantJoined { .. }
            | MeetingEvent::ParticipantLeft { .. }
            | MeetingEvent::ParticipantAllowedBack { .. }
            | MeetingEvent::Advanced { .. }
            | MeetingEvent::OccurrenceSkipped { .. } => return Ok(None),
        }))
    }

    /// As it is now: a later change is told later, too.
    async fn policy(&self, meeting_id: MeetingId) -> Result<Option<RoomPolicy>, BoxError> {
        let meeting = self.meetings.find(&MeetingRef::Id(meeting_id)).await?;
        Ok(meeting.map(|meeting| {
            let may = meeting.settings().permissions;
            RoomPolicy { share_screen: may.share_screen, chat: may.chat, unmute: may.unmute, record: may.record }
        }))
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
impl EventHandler for TellRoom {
    fn name(&self) -> &'static str {
        NAME
    }

    fn handles(&self) -> &'static [&'static str] {
        &[
            "meeting.ended",
            "meeting.cancelled",
            "meeting.updated",
            "meeting.locked",
            "meeting.unlocked",
            "meeting.participant-removed",
            "meeting.participant-renamed",
            "meeting.role-changed",
            "meeting.lobby-waiting",
            "meeting.lobby-left",
            "meeting.lobby-admitted",
            "meeting.lobby-denied",
        ]
    }

    async fn handle(&self, message: &OutboxMessage) -> Result<(), HandlerError> {
        self.tell(message).await.map_err(|source| HandlerError { handler: NAME, source })
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::Ordering;

    use domain_meeting::{LobbyMode, ParticipantRole};
    use domain_shared::{DomainEvent, EventId};
    use serde_json::{Value, json};
    use uuid::Uuid;

    use super::*;
    use crate::testing::{HOST, RecordingPubSub, World, at, name, user};

    fn message(event: &MeetingEvent) -> OutboxMessage {
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
    async fn the_room_hears_what_concerns_it() {
        let world = World::new();
        world.with_meeting();
        world.set(|settings| (settings.lobby, settings.permissions.chat) = (LobbyMode::Everyone, false));
        let (meeting_id, user_id, by, at) = (world.meeting().id(), user(2), user(HOST), at(0));
        let pub_sub = Arc::new(RecordingPubSub::default());
        let handler = TellRoom::new(pub_sub.clone(), world.meetings.clone());
        let (role, display_name) = (ParticipantRole::CoHost, name("Bob"));
        let policy = json!({"share_screen": true, "chat": false, "unmute": true, "record": false});
        let cases: Vec<(MeetingEvent, Value)> = vec![
            (
                MeetingEvent::Ended { meeting_id, ended_by: by, started_at: None, next_start: None, at },
                json!({"command": "end", "reason": "ended-by-host"}),
            ),
            (
                MeetingEvent::Cancelled { meeting_id, cancelled_by: by, at },
                json!({"command": "end", "reason": "cancelled"}),
            ),
            (
                MeetingEvent::ParticipantRemoved { meeting_id, user_id, banned: true, by, at },
                json!({"command": "remove", "user_id": user_id, "reason": "banned", "at": at}),
            ),
            (
                MeetingEvent::RoleChanged { meeting_id, user_id, role, by: None, at },
                json!({"command": "set-role", "user_id": user_id, "role": "co-host", "policy": policy}),
            ),
            (
                MeetingEvent::ParticipantRenamed { meeting_id, user_id, display_name: display_name.clone(), at },
                json!({"command": "rename", "user_id": user_id, "display_name": "Bob"}),
            ),
            (MeetingEvent::Locked { meeting_id, by, at }, json!({"command": "lock", "locked": true})),
            (MeetingEvent::Unlocked { meeting_id, by, at }, json!({"command": "lock", "locked": false})),
            (
                MeetingEvent::LobbyWaiting { meeting_id, user_id, guest: true, display_name, at },
                json!({
                    "command": "lobby-waiting", "user_id": user_id, "display_name": "Bob", "guest": true, "since": at,
                }),
            ),
            (
                MeetingEvent::LobbyLeft { meeting_id, user_id, at },
                json!({"command": "lobby-left", "user_id": user_id, "admitted": null}),
            ),
            (
                MeetingEvent::LobbyAdmitted { meeting_id, user_id, by, at },
                json!({"command": "lobby-left", "user_id": user_id, "admitted": true}),
            ),
            (
                MeetingEvent::LobbyDenied { meeting_id, user_id, by, at },
                json!({"command": "lobby-left", "user_id": user_id, "admitted": false}),
            ),
            (
                MeetingEvent::Updated { meeting_id, by, rescheduled: false, at },
                json!({"command": "set-policy", "policy": policy}),
            ),
        ];
        for (event, mut expected) in cases {
            assert!(handler.handles().contains(&event.name()), "{event:?}");
            expected["room_id"] = json!(RoomId::from(meeting_id));
            handler.handle(&message(&event)).await.unwrap();
            let (channel, payload) = pub_sub.0.lock().unwrap().pop().unwrap();
            assert_eq!(channel, ROOM_COMMANDS);
            assert_eq!(serde_json::from_slice::<Value>(&payload).unwrap(), expected);
        }
        pub_sub.1.store(true, Ordering::Relaxed);
        let event = MeetingEvent::Locked { meeting_id, by, at };
        assert!(handler.handle(&message(&event)).await.is_err(), "it comes again");
    }
}
