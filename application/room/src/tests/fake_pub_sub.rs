//! A pub/sub service in memory that can be away.

use std::sync::{
    Mutex,
    atomic::{AtomicBool, AtomicUsize, Ordering},
};

use application_shared::{PortError, PubSub, Subscription};
use async_trait::async_trait;
use futures::StreamExt;
use tokio::sync::mpsc;

/// The service.
#[derive(Default)]
pub(super) struct FakePubSub {
    away: AtomicBool,
    refused: AtomicUsize,
    published: Mutex<Vec<(String, Vec<u8>)>>,
    listeners: Mutex<Vec<(String, mpsc::UnboundedSender<Vec<u8>>)>>,
}

impl FakePubSub {
    /// Goes away: nothing is taken, nobody can listen, and who listens hears the end.
    pub(super) fn go_away(&self) {
        self.away.store(true, Ordering::SeqCst);
        self.listeners.lock().unwrap().clear();
    }

    /// Is there again.
    pub(super) fn come_back(&self) {
        self.away.store(false, Ordering::SeqCst);
    }

    /// How often somebody was refused.
    pub(super) fn refused(&self) -> usize {
        self.refused.load(Ordering::SeqCst)
    }

    /// Who listens on `channel`.
    pub(super) fn listeners(&self, channel: &str) -> usize {
        self.listeners.lock().unwrap().iter().filter(|(name, _)| name == channel).count()
    }

    /// What was published on `channel`, as JSON.
    pub(super) fn published(&self, channel: &str) -> Vec<serde_json::Value> {
        let published = self.published.lock().unwrap();
        published.iter().filter(|(name, _)| name == channel).map(|(_, p)| serde_json::from_slice(p).unwrap()).collect()
    }

    fn check(&self) -> Result<(), PortError> {
        if self.away.load(Ordering::SeqCst) {
            self.refused.fetch_add(1, Ordering::SeqCst);
            return Err(PortError::unavailable("away"));
        }
        Ok(())
    }
}

#[async_trait]
impl PubSub for FakePubSub {
    async fn publish(&self, channel: &str, payload: Vec<u8>) -> Result<(), PortError> {
        self.check()?;
        self.published.lock().unwrap().push((channel.to_owned(), payload.clone()));
        for (name, listener) in self.listeners.lock().unwrap().iter() {
            if name == channel {
                let _ = listener.send(payload.clone());
            }
        }
        Ok(())
    }

    async fn subscribe(&self, channel: &str) -> Result<Subscription, PortError> {
        self.check()?;
        let (sender, mut receiver) = mpsc::unbounded_channel();
        self.listeners.lock().unwrap().push((channel.to_owned(), sender));
        Ok(futures::stream::poll_fn(move |context| receiver.poll_recv(context)).boxed())
    }
}
