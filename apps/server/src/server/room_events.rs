//! Records that somebody has left a meeting when their room says so - a closed tab leaves without asking -, and who comes
//! into a bare room and leaves it.

use std::{sync::Arc, time::Duration};

use application_meeting::{RecordParticipantLeft, RecordParticipantLeftCommand, RecordParticipantLeftError};
use application_room::{Presence, PublishedRoomEvent, ROOM_EVENTS_CHANNEL, RecordPresence, RecordPresenceCommand};
use application_shared::PubSub;
use futures::StreamExt;
use tokio::time::{sleep, timeout};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

/// How long to wait before listening again when it was not possible.
const RETRY: Duration = Duration::from_secs(1);
/// How long recording one leave may take.
const RECORD_LIMIT: Duration = Duration::from_secs(10);
/// What ends a follower in order: its own word, after everything that was said before it.
const LAST_WORD: &str = "room.follower-ends";

/// Follows room events.
pub(super) struct RoomEventsFollower {
    pub_sub: Arc<dyn PubSub>,
    meetings: RecordParticipantLeft,
    bare_rooms: RecordPresence,
    name: String,
}

impl RoomEventsFollower {
    /// `name` tells this follower from those of other nodes.
    pub(super) fn new(
        pub_sub: Arc<dyn PubSub>,
        meetings: RecordParticipantLeft,
        bare_rooms: RecordPresence,
        name: String,
    ) -> Self {
        Self { pub_sub, meetings, bare_rooms, name }
    }

    /// Works until its last word comes ([`RoomEventsFollower::say_last_word`]) or `stop` is cancelled.
    pub(super) async fn run(&self, stop: CancellationToken) {
        let listen = async {
            loop {
                match self.pub_sub.subscribe(ROOM_EVENTS_CHANNEL).await {
                    Ok(mut events) => {
                        while let Some(message) = events.next().await {
                            if message == self.last_word() {
                                return;
                            }
                            self.take(&message).await;
                        }
                    }
                    Err(error) => tracing::warn!(%error, "cannot listen to room events"),
                }
                sleep(RETRY).await;
            }
        };
        tokio::select! {
            () = listen => {},
            () = stop.cancelled() => {},
        }
    }

    /// Asks the follower to end once it has taken every event that was published before.
    pub(super) async fn say_last_word(&self) {
        if let Err(error) = self.pub_sub.publish(ROOM_EVENTS_CHANNEL, self.last_word()).await {
            tracing::warn!(%error, "the last room events may not have been recorded");
        }
    }

    fn last_word(&self) -> Vec<u8> {
        format!("{{\"event\":\"{LAST_WORD}\",\"follower\":\"{}\"}}", self.name).into_bytes()
    }

    async fn take(&self, message: &[u8]) {
        // Another follower's last word is no room event, and none of ours.
        let Ok(event) = serde_json::from_slice::<PublishedRoomEvent>(message) else { return };
        let Some(user_id) = event.user_id else { return };
        let presence = match event.event.as_str() {
            "room.peer-joined" => Presence::Came,
            "room.peer-left" | "room.lobby-left" => Presence::Left,
            _ => return,
        };
        match timeout(RECORD_LIMIT, self.record(&event, user_id, presence)).await {
            Ok(Ok(recorded)) => {
                tracing::debug!(room_id = %event.room_id, %user_id, ?presence, recorded, "somebody came or left");
            }
            Ok(Err(error)) => tracing::warn!(%error, room_id = %event.room_id, "who is there could not be recorded"),
            Err(_) => tracing::warn!(room_id = %event.room_id, "who is there could not be recorded in time"),
        }
    }

    /// Records it with the bare room, or with the meeting that the room belongs to.
    async fn record(
        &self,
        event: &PublishedRoomEvent,
        user_id: Uuid,
        presence: Presence,
    ) -> Result<bool, RecordParticipantLeftError> {
        let (room_id, user_id, at) = (event.room_id.into(), user_id.into(), event.at);
        if self.bare_rooms.execute(RecordPresenceCommand { room_id, user_id, presence, at }).await? {
            return Ok(true);
        }
        match presence {
            // A meeting is joined before its room is entered.
            Presence::Came => Ok(false),
            Presence::Left => self.meetings.execute(RecordParticipantLeftCommand { room_id, user_id, at }).await,
        }
    }
}
