//! Keeps what is written in rooms, without anybody having to wait for the database.
//!
//! A message is told to the room as soon as it has a place in a bounded queue; from there it is written in batches, again
//! and again while the store is away. Whoever reads sees the queue and the store as one.

use std::{
    collections::{BTreeMap, VecDeque},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use application_shared::PortError;
use async_trait::async_trait;
use chrono::{DateTime, Utc};
use domain_room::{ChatMessage, DeleteMessageError};
use domain_shared::{MessageId, PageLimit, RoomId, UserId};
use tokio::{
    sync::{Notify, Semaphore, watch},
    time::{sleep, timeout},
};

use crate::{
    RoomError, RoomLimits,
    stored_chat::{self, DeleteStoredError},
};

/// What a message takes in memory besides its text, in bytes: roughly.
const OVERHEAD: usize = 256;
/// The pause between attempts does not grow beyond so many times the first one.
const MAX_PAUSE: u32 = 50;

/// Stores chat messages, for all nodes.
#[async_trait]
pub trait ChatStore: Send + Sync {
    /// Stores all of them or none. One that is there already stays as it is, so that a batch may come twice; but a text
    /// goes for good when the message comes as deleted. [`PortError::Corrupt`]: one of them can never be stored.
    async fn store(&self, messages: &[Arc<ChatMessage>]) -> Result<(), PortError>;
    /// A message of a room, if there is one.
    async fn find(&self, room: RoomId, message: MessageId) -> Result<Option<ChatMessage>, PortError>;
    /// The newest messages of a room that `reader` may see, those before `before` if given: newest first, at most
    /// `limit`.
    async fn page(
        &self,
        room: RoomId,
        reader: UserId,
        before: Option<MessageId>,
        limit: u16,
    ) -> Result<Vec<ChatMessage>, PortError>;
}

/// A part of what was written in a room.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChatPage {
    /// The messages, in sending order.
    pub messages: Vec<Arc<ChatMessage>>,
    /// Before which message the page before goes on, if there is one.
    pub before: Option<MessageId>,
}

#[derive(Default)]
struct Queue {
    messages: VecDeque<Arc<ChatMessage>>,
    bytes: usize,
}

fn weight(message: &ChatMessage) -> usize {
    OVERHEAD + message.text().map_or(0, str::len)
}

/// The messages of all rooms of this node: the queue in front of the store.
pub(crate) struct ChatLog {
    store: Arc<dyn ChatStore>,
    limits: RoomLimits,
    queue: Mutex<Queue>,
    queued: Notify,
    // Reading leaves the database to others, too.
    reads: Semaphore,
}

impl ChatLog {
    pub(crate) fn new(store: Arc<dyn ChatStore>, limits: RoomLimits) -> Self {
        let reads = Semaphore::new(limits.chat_reads.max(1));
        Self { store, limits, queue: Mutex::default(), queued: Notify::new(), reads }
    }

    fn queue(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes a message, without waiting.
    ///
    /// # Errors
    /// [`RoomError::ChatUnavailable`] when too many wait to be stored.
    pub(crate) fn append(&self, message: Arc<ChatMessage>) -> Result<(), RoomError> {
        let mut queue = self.queue();
        let bytes = queue.bytes + weight(&message);
        if queue.messages.len() >= self.limits.unsaved_messages || bytes > self.limits.unsaved_bytes {
            return Err(RoomError::ChatUnavailable);
        }
        queue.bytes = bytes;
        queue.messages.push_back(message);
        drop(queue);
        self.queued.notify_one();
        Ok(())
    }

    /// What `reader` may see of a room, stored or not.
    pub(crate) async fn page(
        &self,
        room: RoomId,
        reader: UserId,
        before: Option<MessageId>,
        limit: PageLimit,
    ) -> Result<ChatPage, RoomError> {
        let read = async {
            // The semaphore is never closed.
            let _permit = self.reads.acquire().await.map_err(PortError::unavailable)?;
            // First the queue: what is stored meanwhile is found twice, and not missed.
            let unsaved: Vec<_> = {
                let queue = self.queue();
                let wanted = |message: &&Arc<ChatMessage>| {
                    message.room_id() == room
                        && before.is_none_or(|before| message.id() < before)
                        && message.is_visible_to(reader)
                };
                queue.messages.iter().filter(wanted).cloned().collect()
            };
            // One more than wanted tells whether there is a page before.
            let stored = self.store.page(room, reader, before, limit.get() + 1).await?;
            let mut all: BTreeMap<_, _> = stored.into_iter().map(|message| (message.id(), Arc::new(message))).collect();
            for message in unsaved {
                let known = all.entry(message.id()).or_insert_with(|| message.clone());
                if message.deletion().is_some() {
                    *known = message;
                }
            }
            Ok(all)
        };
        let read = timeout(self.limits.chat_timeout, read).await;
        let all = read.unwrap_or_else(|late| Err(PortError::unavailable(late))).map_err(away)?;
        let limit = usize::from(limit.get());
        let skipped = all.len().saturating_sub(limit);
        let messages: Vec<_> = all.into_values().skip(skipped).collect();
        let before = messages.first().map(|message| message.id()).filter(|_| skipped > 0);
        Ok(ChatPage { messages, before })
    }

    /// Deletes a message, stored or not. Gives what is left of it; nothing when it had been deleted before.
    pub(crate) async fn delete(
        &self,
        room: RoomId,
        message: MessageId,
        by: UserId,
        moderates: bool,
        now: DateTime<Utc>,
    ) -> Result<Option<Arc<ChatMessage>>, RoomError> {
        if let Some(done) = self.delete_unsaved(room, message, by, moderates, now) {
            return done;
        }
        let delete = async {
            let (left, news) = stored_chat::delete(&*self.store, room, message, by, moderates, now).await?;
            Ok(news.then_some(left))
        };
        timeout(self.limits.chat_timeout, delete).await.unwrap_or_else(|late| Err(RoomError::Unavailable(late.into())))
    }

    /// Deletes a message that waits to be stored; even one that is just being stored, which is stored again then.
    fn delete_unsaved(
        &self,
        room: RoomId,
        message: MessageId,
        by: UserId,
        moderates: bool,
        now: DateTime<Utc>,
    ) -> Option<Result<Option<Arc<ChatMessage>>, RoomError>> {
        let mut queue = self.queue();
        let found = queue.messages.iter_mut().find(|queued| queued.id() == message && queued.room_id() == room)?;
        let before = weight(found);
        let mut changed = ChatMessage::clone(found);
        let done = match changed.delete(by, moderates, now) {
            Ok(false) => Ok(None),
            Err(error) => Err(error.into()),
            Ok(true) => {
                *found = Arc::new(changed);
                Ok(Some(found.clone()))
            }
        };
        let after = weight(found);
        queue.bytes = queue.bytes.saturating_sub(before - after);
        Some(done)
    }

    fn first(&self, count: usize) -> Vec<Arc<ChatMessage>> {
        self.queue().messages.iter().take(count).cloned().collect()
    }

    /// Takes out of the queue what is stored. What was changed since stays, to be stored again.
    fn settle(&self, stored: &[Arc<ChatMessage>]) {
        let mut queue = self.queue();
        let heads: Vec<_> = queue.messages.drain(..stored.len()).collect();
        for (head, stored) in heads.into_iter().zip(stored).rev() {
            if Arc::ptr_eq(&head, stored) {
                queue.bytes = queue.bytes.saturating_sub(weight(&head));
            } else {
                queue.messages.push_front(head);
            }
        }
    }

    /// Stores what is queued until `stopped`, then what is left, as long as [`RoomLimits::close_timeout`] allows.
    pub(crate) async fn run(&self, mut stopped: watch::Receiver<bool>) {
        let mut until_stopped = stopped.clone();
        let time_is_over = async {
            // The sender lives as long as the rooms.
            let _ = until_stopped.wait_for(|stopped| *stopped).await;
            sleep(self.limits.close_timeout).await;
        };
        tokio::select! {
            () = self.write(&mut stopped) => {}
            () = time_is_over => {
                let lost = self.queue().messages.len();
                tracing::error!(lost, "chat messages could not be stored in time and are lost");
            }
        }
    }

    async fn write(&self, stopped: &mut watch::Receiver<bool>) {
        let (mut away, mut pause) = (false, self.limits.chat_retry);
        let mut size = self.limits.chat_batch.max(1);
        loop {
            let batch = self.first(size);
            if batch.is_empty() {
                if *stopped.borrow() {
                    return;
                }
                tokio::select! {
                    () = self.queued.notified() => {}
                    // Either it stops, or nobody is left who could stop it.
                    _ = stopped.wait_for(|stopped| *stopped) => {}
                }
                continue;
            }
            let stored = timeout(self.limits.chat_timeout, self.store.store(&batch)).await;
            match stored.unwrap_or_else(|late| Err(PortError::unavailable(late))) {
                Ok(()) => {
                    self.settle(&batch);
                    (pause, size) = (self.limits.chat_retry, self.limits.chat_batch.max(1));
                    if std::mem::take(&mut away) {
                        tracing::info!("chat messages are stored again");
                    }
                }
                Err(error @ PortError::Corrupt { .. }) if batch.len() == 1 => {
                    tracing::error!(%error, "a chat message cannot be stored and is lost");
                    self.settle(&batch);
                }
                // One of them holds the others up: alone, it shows.
                Err(PortError::Corrupt { .. }) => size = 1,
                Err(error) => {
                    if !std::mem::replace(&mut away, true) {
                        tracing::warn!(%error, "chat messages cannot be stored; they wait");
                    }
                    sleep(pause).await;
                    pause = (pause * 2).min(self.limits.chat_retry * MAX_PAUSE);
                }
            }
        }
    }
}

fn away(error: PortError) -> RoomError {
    RoomError::Unavailable(error.into())
}

impl From<DeleteStoredError> for RoomError {
    fn from(error: DeleteStoredError) -> Self {
        match error {
            DeleteStoredError::Refused(error) => error.into(),
            DeleteStoredError::Port(error) => away(error),
        }
    }
}

impl From<DeleteMessageError> for RoomError {
    fn from(error: DeleteMessageError) -> Self {
        match error {
            DeleteMessageError::NotFound => Self::MessageNotFound,
            DeleteMessageError::Denied => Self::Denied,
        }
    }
}
