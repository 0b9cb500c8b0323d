//! Records that somebody has left a meeting when their room says so: a closed tab leaves without asking.

use std::{sync::Arc, time::Duration};

use application_meeting::{RecordParticipantLeft, RecordParticipantLeftCommand};
use application_room::{PublishedRoomEvent, ROOM_EVENTS_CHANNEL};
use application_shared::PubSub;
use futures::StreamExt;
use tokio::time::{sleep, timeout};
use tokio_util::sync::CancellationToken;

/// How long to wait before listening again when it was not possible.
const RETRY: Duration = Duration::from_secs(1);
/// How long recording one leave may take.
const RECORD_LIMIT: Duration = Duration::from_secs(10);
/// What ends a follower in order: its own word, after everything that was said before it.
const LAST_WORD: &str = "room.follower-ends";

/// Follows room events.
pub(super) struct RoomEventsFollower {
    pub_sub: Arc<dyn PubSub>,
    record: RecordParticipantLeft,
    name: String,
}

impl RoomEventsFollower {
    /// `name` tells this follower from those of other nodes.
    pub(super) fn new(pub_sub: Arc<dyn PubSub>, record: RecordParticipantLeft, name: String) -> Self {
        Self { pub_sub, record, name }
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
        let ("room.peer-left" | "room.lobby-left", Some(user_id)) = (event.event.as_str(), event.user_id) else {
            return;
        };
        let command =
            RecordParticipantLeftCommand { room_id: event.room_id.into(), user_id: user_id.into(), at: event.at };
        match timeout(RECORD_LIMIT, self.record.execute(command)).await {
            Ok(Ok(recorded)) => tracing::debug!(room_id = %event.room_id, %user_id, recorded, "somebody has left"),
            Ok(Err(error)) => tracing::warn!(%error, room_id = %event.room_id, "a leave could not be recorded"),
            Err(_) => tracing::warn!(room_id = %event.room_id, "a leave could not be recorded in time"),
        }
    }
}
