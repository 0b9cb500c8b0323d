//! Publish and subscribe between nodes.

use async_trait::async_trait;
use futures::stream::BoxStream;

use crate::PortError;

/// What was published on a channel, in order. The stream lives through reconnections (messages sent meanwhile are
/// lost) and ends when the subscription is dropped or the adapter is shut down.
pub type Subscription = BoxStream<'static, Vec<u8>>;

/// Hands messages to whoever listens now. At most once, in order per publisher and channel, nothing is kept.
/// Channel names are `<module>.<topic>` or `<module>.<topic>.<id>`.
#[async_trait]
pub trait PubSub: Send + Sync {
    /// Publishes `payload` (at most 1 MiB) on `channel`.
    async fn publish(&self, channel: &str, payload: Vec<u8>) -> Result<(), PortError>;
    /// Listens on `channel`. When this returns, messages published from now on arrive.
    async fn subscribe(&self, channel: &str) -> Result<Subscription, PortError>;
}
