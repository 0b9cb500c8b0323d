//! Publish and subscribe between nodes.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use application_shared::{PortError, PubSub, Subscription};
use async_trait::async_trait;
use bytes::Bytes;
use fred::{
    clients::SubscriberClient,
    prelude::{ClientLike, Error, EventInterface, Pool, PubsubInterface},
    types::Message,
};
use futures::stream;
use thiserror::Error;
use tokio::{
    sync::{broadcast, mpsc},
    task::JoinHandle,
};

use crate::connection::at_once;

/// The largest message, in bytes.
pub const MAX_PAYLOAD: usize = 1024 * 1024;
/// How many messages wait for a slow subscriber; older ones are dropped.
pub const SUBSCRIBER_QUEUE: usize = 256;
/// How often the listening connection is tried, so that a dead one is noticed.
const HEARTBEAT: Duration = Duration::from_secs(15);
/// How long to wait before subscriptions are tried again that could not be set up anew.
const RESUBSCRIBE_DELAY: Duration = Duration::from_millis(500);

/// The message is larger than [`MAX_PAYLOAD`].
#[derive(Debug, Error)]
#[error("a message of {0} bytes is too large to be published")]
struct PayloadTooLarge(usize);

/// Publishes over the pool, and listens on a connection of its own. However many subscribe to a channel on this node, Redis
/// sends each message once. A slow subscriber misses the oldest messages and holds nobody up.
pub struct FredPubSub {
    shared: Arc<Shared>,
    tasks: [JoinHandle<()>; 4],
}

struct Shared {
    pool: Pool,
    subscriber: SubscriberClient,
    prefix: String,
    channels: Mutex<HashMap<String, Arc<Channel>>>,
    /// Channels from which a subscriber has gone.
    left: mpsc::UnboundedSender<String>,
}

/// A channel that somebody on this node listens to, or has begun or ceased to.
struct Channel {
    messages: broadcast::Sender<Bytes>,
    /// Held while Redis is told to start or stop, so that this happens in order.
    state: tokio::sync::Mutex<ChannelState>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum ChannelState {
    /// Redis has not been asked.
    New,
    /// Redis sends its messages.
    Open,
    /// No longer in the map; whoever still holds it must look again.
    Closed,
}

/// Tells that a subscriber has gone.
struct Leave {
    left: mpsc::UnboundedSender<String>,
    channel: String,
}

impl Drop for Leave {
    fn drop(&mut self) {
        // Fails only when the adapter is gone, and with it the connection.
        let _ = self.left.send(std::mem::take(&mut self.channel));
    }
}

impl FredPubSub {
    pub(crate) fn new(pool: Pool, subscriber: SubscriberClient, prefix: &str) -> Self {
        let (left, mut leaving) = mpsc::unbounded_channel();
        let messages = subscriber.message_rx();
        let reconnections = subscriber.reconnect_rx();
        let shared = Arc::new(Shared { pool, subscriber, prefix: prefix.to_owned(), channels: Mutex::default(), left });
        let tasks = [
            tokio::spawn(Arc::clone(&shared).hand_out(messages)),
            tokio::spawn(Arc::clone(&shared).follow(reconnections)),
            tokio::spawn(Arc::clone(&shared).heartbeat()),
            tokio::spawn({
                let shared = Arc::clone(&shared);
                async move {
                    while let Some(channel) = leaving.recv().await {
                        shared.leave(&channel).await;
                    }
                }
            }),
        ];
        Self { shared, tasks }
    }
}

/// Ends every subscription.
impl Drop for FredPubSub {
    fn drop(&mut self) {
        self.tasks.iter().for_each(JoinHandle::abort);
        self.shared.channels().clear();
    }
}

#[async_trait]
impl PubSub for FredPubSub {
    async fn publish(&self, channel: &str, payload: Vec<u8>) -> Result<(), PortError> {
        if payload.len() > MAX_PAYLOAD {
            return Err(PortError::unavailable(PayloadTooLarge(payload.len())));
        }
        let client = self.shared.pool.next_connected().with_options(&at_once());
        let channel = format!("{}{channel}", self.shared.prefix);
        client.publish::<(), _, _>(channel, Bytes::from(payload)).await.map_err(PortError::unavailable)
    }

    async fn subscribe(&self, channel: &str) -> Result<Subscription, PortError> {
        let name = format!("{}{channel}", self.shared.prefix);
        loop {
            let channel = self.shared.channel(&name);
            let mut state = channel.state.lock().await;
            if *state == ChannelState::Closed {
                continue;
            }
            // Made before Redis is asked: should this fail or be given up half-way, the channel is tidied up, too.
            let leave = Leave { left: self.shared.left.clone(), channel: name.clone() };
            if *state == ChannelState::New {
                self.shared.listen(&name).await.map_err(PortError::unavailable)?;
                *state = ChannelState::Open;
            }
            return Ok(subscription(channel.messages.subscribe(), leave));
        }
    }
}

fn subscription(messages: broadcast::Receiver<Bytes>, leave: Leave) -> Subscription {
    // Of the pair the receiver is dropped first: whoever is told of the leave no longer counts it.
    Box::pin(stream::unfold((messages, leave), |(mut messages, leave)| async {
        loop {
            match messages.recv().await {
                Ok(payload) => return Some((payload.to_vec(), (messages, leave))),
                Err(broadcast::error::RecvError::Lagged(missed)) => {
                    tracing::warn!(channel = leave.channel, missed, "slow subscriber misses messages");
                }
                Err(broadcast::error::RecvError::Closed) => return None,
            }
        }
    }))
}

impl Shared {
    fn channels(&self) -> std::sync::MutexGuard<'_, HashMap<String, Arc<Channel>>> {
        self.channels.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn channel(&self, name: &str) -> Arc<Channel> {
        let new = || {
            let (messages, _) = broadcast::channel(SUBSCRIBER_QUEUE);
            Arc::new(Channel { messages, state: tokio::sync::Mutex::new(ChannelState::New) })
        };
        Arc::clone(self.channels().entry(name.to_owned()).or_insert_with(new))
    }

    /// Asks Redis for a channel's messages, and waits until it has heard: the client does not wait for the answer, but
    /// Redis answers the ping after it.
    async fn listen(&self, name: &str) -> Result<(), Error> {
        self.subscriber.with_options(&at_once()).subscribe(name).await?;
        self.subscriber.with_options(&at_once()).ping::<()>(None).await
    }

    /// Closes a channel that nobody listens to.
    async fn leave(&self, name: &str) {
        let Some(channel) = self.channels().get(name).cloned() else { return };
        let mut state = channel.state.lock().await;
        if channel.messages.receiver_count() > 0 || *state == ChannelState::Closed {
            return;
        }
        *state = ChannelState::Closed;
        self.channels().remove(name);
        // While the connection is away, Redis has forgotten the channel anyway.
        if let Err(error) = self.subscriber.with_options(&at_once()).unsubscribe(name).await {
            tracing::debug!(channel = name, %error, "not unsubscribed");
        }
    }

    /// Hands messages out to the subscribers on this node.
    async fn hand_out(self: Arc<Self>, mut messages: broadcast::Receiver<Message>) {
        loop {
            match messages.recv().await {
                Ok(Message { channel, value, .. }) => {
                    let payload = value.into_bytes().unwrap_or_default();
                    if payload.len() > MAX_PAYLOAD {
                        tracing::warn!(channel = &*channel, bytes = payload.len(), "message too large, dropped");
                        continue;
                    }
                    if let Some(channel) = self.channels().get(&*channel) {
                        // Fails when the last subscriber is just leaving.
                        let _ = channel.messages.send(payload);
                    }
                }
                Err(broadcast::error::RecvError::Lagged(missed)) => {
                    tracing::warn!(missed, "messages lost, more came than could be handed out");
                }
                Err(broadcast::error::RecvError::Closed) => return,
            }
        }
    }

    /// Sets all subscriptions up anew whenever the connection comes back.
    async fn follow(self: Arc<Self>, mut reconnections: broadcast::Receiver<fred::types::config::Server>) {
        while !matches!(reconnections.recv().await, Err(broadcast::error::RecvError::Closed)) {
            while let Err(error) = self.resubscribe().await {
                tracing::warn!(%error, "subscriptions not set up anew yet");
                tokio::time::sleep(RESUBSCRIBE_DELAY).await;
            }
        }
    }

    async fn resubscribe(&self) -> Result<(), Error> {
        let channels: Vec<_> =
            self.channels().iter().map(|(name, channel)| (name.clone(), Arc::clone(channel))).collect();
        let mut count = 0;
        for (name, channel) in channels {
            let state = channel.state.lock().await;
            if *state == ChannelState::Open {
                self.listen(&name).await?;
                count += 1;
            }
        }
        tracing::info!(channels = count, "connection to Redis is back, subscriptions are set up anew");
        Ok(())
    }

    /// Without this, a connection on which nothing comes could be dead for long.
    async fn heartbeat(self: Arc<Self>) {
        loop {
            tokio::time::sleep(HEARTBEAT).await;
            if let Err(error) = self.subscriber.with_options(&at_once()).ping::<()>(None).await {
                tracing::debug!(%error, "no answer on the listening connection");
            }
        }
    }
}
