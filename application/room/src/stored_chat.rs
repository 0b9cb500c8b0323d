//! What was written in rooms and is stored, for those who are not in them.

use std::sync::Arc;

use application_shared::PortError;
use chrono::{DateTime, Utc};
use domain_room::{ChatMessage, DeleteMessageError};
use domain_shared::{Clock, MessageId, Page, PageLimit, RoomId, UserId};
use thiserror::Error;

use crate::ChatStore;

/// A stored message was not deleted.
#[derive(Debug, Error)]
pub enum DeleteStoredError {
    /// It is not there, or they may not.
    #[error(transparent)]
    Refused(#[from] DeleteMessageError),
    /// The store failed.
    #[error(transparent)]
    Port(#[from] PortError),
}

/// Reads and deletes what is stored. Who may is not known here; what somebody sees is.
pub struct StoredChat {
    store: Arc<dyn ChatStore>,
    clock: Arc<dyn Clock>,
}

impl StoredChat {
    /// On these ports.
    #[must_use]
    pub fn new(store: Arc<dyn ChatStore>, clock: Arc<dyn Clock>) -> Self {
        Self { store, clock }
    }

    /// The newest messages of a room that `reader` sees, those before `before` if given: newest first.
    ///
    /// # Errors
    /// [`PortError`].
    pub async fn page(
        &self,
        room: RoomId,
        reader: UserId,
        before: Option<MessageId>,
        limit: PageLimit,
    ) -> Result<Page<ChatMessage, MessageId>, PortError> {
        // One more than wanted tells whether there is a page before.
        let mut items = self.store.page(room, reader, before, limit.get() + 1).await?;
        let more = items.len() > usize::from(limit.get());
        items.truncate(usize::from(limit.get()));
        let next = items.last().map(ChatMessage::id).filter(|_| more);
        Ok(Page { items, next })
    }

    /// Removes the text of a message for good, and gives what is left of it. Its author may, and those who moderate, as
    /// far as they see it. When it was deleted before, that stays as it is.
    ///
    /// # Errors
    /// [`DeleteStoredError`].
    pub async fn delete(
        &self,
        room: RoomId,
        message: MessageId,
        by: UserId,
        moderates: bool,
    ) -> Result<Arc<ChatMessage>, DeleteStoredError> {
        let (left, _) = delete(&*self.store, room, message, by, moderates, self.clock.now()).await?;
        Ok(left)
    }
}

/// Deletes a stored message. Gives what is left of it, and whether that is news.
pub(crate) async fn delete(
    store: &dyn ChatStore,
    room: RoomId,
    message: MessageId,
    by: UserId,
    moderates: bool,
    now: DateTime<Utc>,
) -> Result<(Arc<ChatMessage>, bool), DeleteStoredError> {
    let found = store.find(room, message).await?;
    let mut message = found.ok_or(DeleteMessageError::NotFound)?;
    let news = message.delete(by, moderates, now)?;
    let left = Arc::new(message);
    if news {
        store.store(std::slice::from_ref(&left)).await?;
    }
    Ok((left, news))
}
