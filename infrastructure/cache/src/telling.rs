//! How nodes tell each other what they have written: by pub/sub, at most once. What is missed grows old by the time to
//! live of the cache.

use std::sync::Arc;

use application_shared::{PortError, PubSub};
use futures::StreamExt;
use serde::{Serialize, de::DeserializeOwned};
use tokio::sync::Semaphore;

/// So many messages to other nodes may be on their way at once; a Redis that is away must not pile them up.
const TELLING: usize = 256;

/// Tells the other nodes.
pub(crate) struct Teller {
    pub_sub: Arc<dyn PubSub>,
    channel: &'static str,
    permits: Arc<Semaphore>,
}

impl Teller {
    pub(crate) fn new(pub_sub: Arc<dyn PubSub>, channel: &'static str) -> Self {
        Self { pub_sub, channel, permits: Arc::new(Semaphore::new(TELLING)) }
    }

    /// Tells without keeping the writer waiting.
    pub(crate) fn tell(&self, written: &impl Serialize) {
        let (Ok(payload), Ok(permit)) = (serde_json::to_vec(written), Arc::clone(&self.permits).try_acquire_owned())
        else {
            tracing::debug!(
                channel = self.channel,
                "other nodes were not told of a write: too many messages are on their way"
            );
            return;
        };
        let (pub_sub, channel) = (Arc::clone(&self.pub_sub), self.channel);
        tokio::spawn(async move {
            if let Err(error) = pub_sub.publish(channel, payload).await {
                // The write stands; other nodes' answers grow old by themselves.
                tracing::debug!(%error, channel, "other nodes were not told of a write");
            }
            drop(permit);
        });
    }
}

/// Listens to what other nodes tell, until the returned future is dropped. It ends only with the subscription.
///
/// # Errors
/// [`PortError`] when the channel cannot be subscribed to.
pub(crate) async fn listen<W: DeserializeOwned, F: Fn(W)>(
    pub_sub: &dyn PubSub,
    channel: &'static str,
    heard: F,
) -> Result<impl Future<Output = ()> + use<W, F>, PortError> {
    let mut messages = pub_sub.subscribe(channel).await?;
    Ok(async move {
        while let Some(message) = messages.next().await {
            match serde_json::from_slice(&message) {
                Ok(written) => heard(written),
                Err(error) => tracing::warn!(%error, channel, "a message of another node is not understood"),
            }
        }
    })
}
