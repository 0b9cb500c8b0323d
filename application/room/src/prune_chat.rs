//! Deletes what was written long ago, and what was written in rooms that are over.

use std::sync::Arc;

use application_shared::PortError;
use async_trait::async_trait;
use chrono::{DateTime, TimeDelta, Utc};
use domain_shared::Clock;

/// How many messages are deleted by one statement, at most.
const BATCH: u16 = 1_000;
/// How many statements there are for each kind before others have their turn again.
const STATEMENTS: u32 = 500;

/// Deletes old chat messages. Each call is bounded, and several at once do no harm.
#[async_trait]
pub trait ChatRetention: Send + Sync {
    /// Deletes messages that were sent before `before`, the oldest first, at most `limit`. Tells how many.
    async fn delete_sent_before(&self, before: DateTime<Utc>, limit: u16) -> Result<u64, PortError>;
    /// Deletes messages of bare rooms that were over before `before`, at most `limit`. Once a room has none left, it is
    /// not looked at again.
    async fn delete_of_rooms_over_before(&self, before: DateTime<Utc>, limit: u16) -> Result<RoomsPruned, PortError>;
}

/// What one call of [`ChatRetention::delete_of_rooms_over_before`] has done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RoomsPruned {
    /// How many messages were deleted.
    pub messages: u64,
    /// Whether there may be more to do.
    pub more: bool,
}

/// How long what was written is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ChatKeeping {
    /// After it was sent.
    pub messages: TimeDelta,
    /// In a bare room, after the room was over: nobody can read it then.
    pub rooms_over: TimeDelta,
}

/// Deletes what has been kept long enough.
pub struct PruneChat {
    chat: Arc<dyn ChatRetention>,
    clock: Arc<dyn Clock>,
    keeping: ChatKeeping,
}

impl PruneChat {
    /// The use case on these ports.
    #[must_use]
    pub fn new(chat: Arc<dyn ChatRetention>, clock: Arc<dyn Clock>, keeping: ChatKeeping) -> Self {
        Self { chat, clock, keeping }
    }

    /// Deletes in steps, up to half a million messages of each kind; what is left then is for the next time. Tells how many.
    ///
    /// # Errors
    /// [`PortError`]; what was deleted stays deleted.
    pub async fn execute(&self) -> Result<u64, PortError> {
        let now = self.clock.now();
        let mut deleted = 0;
        for _ in 0..STATEMENTS {
            let pruned = self.chat.delete_of_rooms_over_before(now - self.keeping.rooms_over, BATCH).await?;
            deleted += pruned.messages;
            if !pruned.more {
                break;
            }
        }
        for _ in 0..STATEMENTS {
            let messages = self.chat.delete_sent_before(now - self.keeping.messages, BATCH).await?;
            deleted += messages;
            if messages < u64::from(BATCH) {
                break;
            }
        }
        Ok(deleted)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use domain_shared::FixedClock;

    use super::*;

    /// How much there is to delete of each kind, and what was asked for.
    #[derive(Default)]
    struct Fake {
        left: Mutex<[u64; 2]>,
        asked: Mutex<Vec<(&'static str, DateTime<Utc>)>>,
        down: bool,
    }

    impl Fake {
        fn take(&self, kind: usize, name: &'static str, before: DateTime<Utc>, limit: u16) -> Result<u64, PortError> {
            if self.down {
                return Err(PortError::unavailable("down"));
            }
            self.asked.lock().unwrap().push((name, before));
            let mut left = self.left.lock().unwrap();
            let deleted = left[kind].min(u64::from(limit));
            left[kind] -= deleted;
            Ok(deleted)
        }
    }

    #[async_trait]
    impl ChatRetention for Fake {
        async fn delete_sent_before(&self, before: DateTime<Utc>, limit: u16) -> Result<u64, PortError> {
            self.take(0, "sent", before, limit)
        }

        async fn delete_of_rooms_over_before(
            &self,
            before: DateTime<Utc>,
            limit: u16,
        ) -> Result<RoomsPruned, PortError> {
            let messages = self.take(1, "rooms", before, limit)?;
            Ok(RoomsPruned { messages, more: messages == u64::from(limit) })
        }
    }

    fn now() -> DateTime<Utc> {
        DateTime::UNIX_EPOCH + TimeDelta::days(1_000)
    }

    fn prune(fake: &Arc<Fake>) -> PruneChat {
        let keeping = ChatKeeping { messages: TimeDelta::days(365), rooms_over: TimeDelta::days(1) };
        PruneChat::new(fake.clone(), Arc::new(FixedClock::at(now())), keeping)
    }

    #[tokio::test]
    async fn deletes_step_by_step_until_there_is_no_more() {
        let fake = Arc::new(Fake { left: Mutex::new([999, 1_500]), ..Fake::default() });
        assert_eq!(prune(&fake).execute().await.unwrap(), 2_499);
        let (rooms, sent) = (now() - TimeDelta::days(1), now() - TimeDelta::days(365));
        assert_eq!(*fake.asked.lock().unwrap(), [("rooms", rooms), ("rooms", rooms), ("sent", sent)]);
    }

    #[tokio::test]
    async fn stops_after_a_while_and_when_the_store_is_away() {
        let fake = Arc::new(Fake { left: Mutex::new([u64::MAX, u64::MAX]), ..Fake::default() });
        assert_eq!(prune(&fake).execute().await.unwrap(), 1_000_000);
        let fake = Arc::new(Fake { down: true, ..Fake::default() });
        assert!(prune(&fake).execute().await.is_err());
    }
}
