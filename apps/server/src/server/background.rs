//! What runs beside the requests: the outbox relay, the rooms' messages, the cache's invalidation.

use std::{sync::Arc, time::Duration};

use application_meeting::{CloseRoomWhenMeetingEnded, RecordParticipantLeft};
use application_shared::{EventHandler, OutboxRelay, OutboxRelayOptions};
use infrastructure_postgres::PgOutboxReader;
use tokio::{
    task::JoinHandle,
    time::{sleep, timeout},
};
use tokio_util::sync::CancellationToken;

use super::{adapters::Adapters, room_events::RoomEventsFollower, session_events::PublishSessionEvents};
use crate::config::{Config, Role};

/// How long to wait before listening again when it was not possible.
const RETRY: Duration = Duration::from_secs(1);
/// How long the follower of room events gets for its last ones.
const LAST_EVENTS: Duration = Duration::from_secs(3);

/// The tasks.
pub(super) struct Background {
    rooms: Option<JoinHandle<()>>,
    follower: Option<(Arc<RoomEventsFollower>, JoinHandle<()>)>,
    relay: Option<JoinHandle<()>>,
    cache: JoinHandle<()>,
    stop_follower: CancellationToken,
    stop_relay: CancellationToken,
}

impl Background {
    /// Starts what the roles ask for.
    pub(super) fn start(config: &Config, adapters: &Arc<Adapters>) -> Self {
        let (stop_follower, stop_relay) = (CancellationToken::new(), CancellationToken::new());
        let rooms = adapters.live_rooms.clone().map(|rooms| tokio::spawn(async move { rooms.run().await }));
        let works = config.roles.plays(Role::Worker);
        let follower = works.then(|| {
            let record = RecordParticipantLeft::new(adapters.meetings.clone());
            let name = adapters.ids.next().to_string();
            let follower = Arc::new(RoomEventsFollower::new(adapters.pub_sub.clone(), record, name));
            let (running, stop) = (follower.clone(), stop_follower.clone());
            (follower, tokio::spawn(async move { running.run(stop).await }))
        });
        let relay = works.then(|| {
            let handlers: Vec<Arc<dyn EventHandler>> = vec![
                Arc::new(CloseRoomWhenMeetingEnded::new(adapters.pub_sub.clone())),
                Arc::new(PublishSessionEvents::new(adapters.pub_sub.clone())),
            ];
            let outbox = Arc::new(PgOutboxReader::new(adapters.database.clone()));
            let relay = OutboxRelay::new(outbox, handlers, adapters.clock.clone(), OutboxRelayOptions::default());
            let stop = stop_relay.clone();
            tokio::spawn(async move { relay.run(stop.cancelled()).await })
        });
        let cache = tokio::spawn(keep_cache_true(adapters.clone()));
        Self { rooms, follower, relay, cache, stop_follower, stop_relay }
    }

    /// Ends them in the order in which they feed one another: rooms, leaves, outbox.
    pub(super) async fn stop(self, adapters: &Adapters) {
        if let Some(rooms) = self.rooms {
            wait(rooms, "rooms").await;
        }
        if let Some((follower, task)) = self.follower {
            // The rooms of this process have said what they had to say, on the same connection.
            if adapters.live_rooms.is_some() {
                let stop = self.stop_follower.clone();
                follower.say_last_word().await;
                tokio::spawn(async move {
                    sleep(LAST_EVENTS).await;
                    stop.cancel();
                });
            } else {
                self.stop_follower.cancel();
            }
            wait(task, "room events").await;
        }
        self.stop_relay.cancel();
        if let Some(relay) = self.relay {
            wait(relay, "outbox relay").await;
        }
        self.cache.abort();
    }
}

async fn wait(task: JoinHandle<()>, name: &'static str) {
    if let Err(error) = task.await {
        tracing::error!(%error, name, "a task has panicked");
    }
}

/// Forgets cached meetings that other nodes have changed.
async fn keep_cache_true(adapters: Arc<Adapters>) {
    loop {
        let listening = adapters.meeting_cache.clone().listen(&*adapters.pub_sub);
        match timeout(RETRY * 5, listening).await {
            Ok(Ok(listening)) => listening.await,
            Ok(Err(error)) => tracing::warn!(%error, "cannot listen to changes of meetings"),
            Err(_) => tracing::warn!("cannot listen to changes of meetings in time"),
        }
        sleep(RETRY).await;
    }
}
