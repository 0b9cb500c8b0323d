//! What rooms tell other nodes and modules, and what they are told by them, over publish and subscribe.

use std::{sync::Arc, time::Duration};

use application_shared::{PortError, PubSub, ROOM_COMMANDS, RoomCommand};
use domain_room::RoomEvent;
use domain_shared::DomainEvent;
use futures::StreamExt;
use serde::{Deserialize, Serialize};
use tokio::sync::{mpsc, watch};
use uuid::Uuid;

/// The channel of room events.
pub const ROOM_EVENTS_CHANNEL: &str = "room.events";

/// How long one event may take.
const PUBLISH_TIMEOUT: Duration = Duration::from_secs(5);

/// A room event as it is published: JSON, one object.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PublishedRoomEvent {
    /// `room.opened`, `room.peer-joined`, `room.peer-left`, `room.lobby-left` or `room.closed`.
    pub event: String,
    /// Which room.
    pub room_id: Uuid,
    /// Who, for `room.peer-*` and `room.lobby-left`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user_id: Option<Uuid>,
    /// When.
    pub at: chrono::DateTime<chrono::Utc>,
}

impl PublishedRoomEvent {
    /// The form of an event that others are told, or `None` when it stays in the room.
    #[must_use]
    pub fn of(event: &RoomEvent) -> Option<Self> {
        match event {
            RoomEvent::Opened { .. }
            | RoomEvent::PeerJoined { .. }
            | RoomEvent::PeerLeft { .. }
            | RoomEvent::LobbyLeft { .. }
            | RoomEvent::Closed { .. } => Some(Self {
                event: event.name().to_owned(),
                room_id: event.room_id().as_uuid(),
                user_id: event.user_id().map(|user| user.as_uuid()),
                at: event.occurred_at(),
            }),
            // The identity never left, and locking concerns nobody outside.
            RoomEvent::PeerReplaced { .. } | RoomEvent::Locked { .. } | RoomEvent::Unlocked { .. } => None,
        }
    }
}

/// Puts events into a bounded queue; never waits.
#[derive(Debug, Clone)]
pub(crate) struct RoomEventQueue(mpsc::Sender<RoomEvent>);

impl RoomEventQueue {
    pub(crate) fn new(capacity: usize) -> (Self, mpsc::Receiver<RoomEvent>) {
        let (sender, receiver) = mpsc::channel(capacity.max(1));
        (Self(sender), receiver)
    }

    pub(crate) fn push(&self, event: RoomEvent) {
        // A full queue means that the service has been away for long, which the publisher has logged.
        let _ = self.0.try_send(event);
    }
}

/// Publishes what is in the queue until `stopped`, then what is left in it. A service that is away loses events (at
/// most once, as everything on these channels) and is logged once per outage.
pub(crate) async fn publish_events(
    pub_sub: Arc<dyn PubSub>,
    mut queue: mpsc::Receiver<RoomEvent>,
    mut stopped: watch::Receiver<bool>,
) {
    let mut away = false;
    loop {
        let event = tokio::select! {
            biased;
            event = queue.recv() => event,
            _ = stopped.wait_for(|stopped| *stopped) => None,
        };
        let Some(event) = event else { return };
        let Some(payload) = PublishedRoomEvent::of(&event).and_then(|event| serde_json::to_vec(&event).ok()) else {
            continue;
        };
        let published = tokio::time::timeout(PUBLISH_TIMEOUT, pub_sub.publish(ROOM_EVENTS_CHANNEL, payload));
        match published.await.unwrap_or_else(|late| Err(PortError::unavailable(late))) {
            Ok(()) if away => {
                away = false;
                tracing::info!("room events are published again");
            }
            Ok(()) => {}
            Err(error) if !away => {
                away = true;
                tracing::warn!(%error, "room events cannot be published; rooms go on without");
            }
            Err(_) => {}
        }
    }
}

/// Hands room commands on until `stopped`. Subscribes again when the service was away, and logs that once per outage.
pub(crate) async fn follow_commands<H: Future<Output = ()>>(
    pub_sub: Arc<dyn PubSub>,
    retry: Duration,
    mut stopped: watch::Receiver<bool>,
    handle: impl Fn(RoomCommand) -> H,
) {
    let mut away = false;
    let follow = async {
        loop {
            match pub_sub.subscribe(ROOM_COMMANDS).await {
                Ok(mut commands) => {
                    if std::mem::take(&mut away) {
                        tracing::info!("room commands are heard again");
                    }
                    while let Some(payload) = commands.next().await {
                        match serde_json::from_slice(&payload) {
                            Ok(command) => handle(command).await,
                            Err(error) => tracing::warn!(%error, "a room command makes no sense"),
                        }
                    }
                }
                Err(error) if !away => {
                    away = true;
                    tracing::warn!(%error, "room commands cannot be heard; rooms go on without");
                }
                Err(_) => {}
            }
            tokio::time::sleep(retry).await;
        }
    };
    tokio::select! {
        () = follow => {}
        _ = stopped.wait_for(|stopped| *stopped) => {}
    }
}
