//! Closes a meeting's room when the meeting has ended.

use std::sync::Arc;

use application_shared::{EventHandler, HandlerError, OutboxMessage, PubSub};
use async_trait::async_trait;
use domain_shared::{MeetingId, RoomId};
use serde::Serialize;

/// The channel on which rooms take commands.
pub const ROOM_COMMANDS: &str = "room.commands";

const NAME: &str = "close-room-when-meeting-ended";

/// What is published on [`ROOM_COMMANDS`].
#[derive(Serialize)]
struct RoomCommand {
    command: &'static str,
    room_id: RoomId,
    reason: &'static str,
}

/// Tells the node that holds the room to end it. Ending a room that is no more is nothing, so it may be told twice.
pub struct CloseRoomWhenMeetingEnded {
    pub_sub: Arc<dyn PubSub>,
}

impl CloseRoomWhenMeetingEnded {
    /// The handler on this port.
    #[must_use]
    pub fn new(pub_sub: Arc<dyn PubSub>) -> Self {
        Self { pub_sub }
    }
}

#[async_trait]
impl EventHandler for CloseRoomWhenMeetingEnded {
    fn name(&self) -> &'static str {
        NAME
    }

    fn handles(&self) -> &'static [&'static str] {
        &["meeting.ended"]
    }

    async fn handle(&self, message: &OutboxMessage) -> Result<(), HandlerError> {
        let room_id = RoomId::from(MeetingId::from_uuid(message.aggregate_id));
        let command = RoomCommand { command: "end", room_id, reason: "ended-by-host" };
        let failed = |source| HandlerError { handler: NAME, source };
        let payload = serde_json::to_vec(&command).map_err(|e| failed(e.into()))?;
        self.pub_sub.publish(ROOM_COMMANDS, payload).await.map_err(|e| failed(e.into()))
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::Ordering;

    use chrono::DateTime;
    use domain_shared::EventId;
    use serde_json::json;
    use uuid::Uuid;

    use super::*;
    use crate::testing::RecordingPubSub;

    #[tokio::test]
    async fn tells_the_rooms_to_end_the_meetings_one() {
        let pub_sub = Arc::new(RecordingPubSub::default());
        let handler = CloseRoomWhenMeetingEnded::new(pub_sub.clone());
        assert_eq!(
            (handler.name(), handler.handles()),
            ("close-room-when-meeting-ended", ["meeting.ended"].as_slice())
        );
        let message = OutboxMessage {
            id: EventId::from_uuid(Uuid::from_u128(1)),
            name: "meeting.ended".into(),
            aggregate_id: Uuid::from_u128(7),
            payload: json!({}),
            occurred_at: DateTime::UNIX_EPOCH,
            attempts: 0,
            handled_by: Vec::new(),
        };
        handler.handle(&message).await.unwrap();
        let published = pub_sub.0.lock().unwrap().clone();
        assert_eq!(published.len(), 1);
        assert_eq!(published[0].0, "room.commands");
        assert_eq!(
            serde_json::from_slice::<serde_json::Value>(&published[0].1).unwrap(),
            json!({"command": "end", "room_id": Uuid::from_u128(7).to_string(), "reason": "ended-by-host"})
        );
        pub_sub.1.store(true, Ordering::Relaxed);
        let error = handler.handle(&message).await.unwrap_err();
        assert_eq!(error.handler, "close-room-when-meeting-ended");
    }
}
