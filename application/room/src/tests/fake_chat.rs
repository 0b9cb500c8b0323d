//! The store of chat messages, in memory.

use std::{
    collections::BTreeMap,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
};

use application_shared::PortError;
use async_trait::async_trait;
use domain_room::ChatMessage;
use domain_shared::{MessageId, RoomId, UserId};

use crate::ChatStore;

/// Keeps messages; can be away, and never takes those of one text.
#[derive(Default)]
pub(super) struct FakeChatStore {
    pub(super) kept: Mutex<BTreeMap<MessageId, ChatMessage>>,
    pub(super) away: AtomicBool,
}

/// What cannot be stored.
pub(super) const UNSTORABLE: &str = "cannot be stored";

impl FakeChatStore {
    pub(super) fn texts(&self) -> Vec<Option<String>> {
        self.kept.lock().unwrap().values().map(|message| message.text().map(str::to_owned)).collect()
    }

    fn check(&self) -> Result<(), PortError> {
        if self.away.load(Ordering::Relaxed) { Err(PortError::unavailable("away")) } else { Ok(()) }
    }
}

#[async_trait]
impl ChatStore for FakeChatStore {
    async fn store(&self, messages: &[Arc<ChatMessage>]) -> Result<(), PortError> {
        self.check()?;
        if messages.iter().any(|message| message.text() == Some(UNSTORABLE)) {
            return Err(PortError::corrupt("chat message", "odd"));
        }
        let mut kept = self.kept.lock().unwrap();
        for message in messages {
            let old = kept.entry(message.id()).or_insert_with(|| ChatMessage::clone(message));
            if message.deletion().is_some() && old.deletion().is_none() {
                *old = ChatMessage::clone(message);
            }
        }
        Ok(())
    }

    async fn find(&self, room: RoomId, message: MessageId) -> Result<Option<ChatMessage>, PortError> {
        self.check()?;
        Ok(self.kept.lock().unwrap().get(&message).filter(|found| found.room_id() == room).cloned())
    }

    async fn page(
        &self,
        room: RoomId,
        reader: UserId,
        before: Option<MessageId>,
        limit: u16,
    ) -> Result<Vec<ChatMessage>, PortError> {
        self.check()?;
        let kept = self.kept.lock().unwrap();
        let wanted = |message: &&ChatMessage| {
            message.room_id() == room
                && message.is_visible_to(reader)
                && before.is_none_or(|before| message.id() < before)
        };
        Ok(kept.values().rev().filter(wanted).take(usize::from(limit)).cloned().collect())
    }
}
