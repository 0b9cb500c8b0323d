//! Tells the readers of the outbox that there is something to read.
//!
//! The signal is given after the commit, not by a trigger within it: PostgreSQL lets transactions that notify commit
//! only one after the other, which would make every write wait for every other one's disk. A signal that gets lost with
//! its process is made up for by the readers' polling.

use std::{sync::Arc, time::Duration};

use diesel::{QueryResult, sql_types::Text};
use diesel_async::{AsyncPgConnection, RunQueryDsl, pooled_connection::deadpool::Pool};
use tokio::{
    sync::{Notify, futures::Notified},
    task::AbortHandle,
    time::sleep,
};
use tracing::debug;

use crate::outbox_writer::InsertEvents;

/// The channel of `LISTEN` and `NOTIFY`.
pub const CHANNEL: &str = "outbox";

/// Writes that follow each other this closely are told to the other nodes as one.
const GATHER: Duration = Duration::from_millis(50);

/// Wakes the reader in this process at once, and those of other nodes a moment later.
pub struct OutboxSignal {
    here: Arc<Notify>,
    others: Arc<Notify>,
    task: AbortHandle,
}

impl OutboxSignal {
    pub fn start(pool: Pool<AsyncPgConnection>) -> Arc<Self> {
        let (here, others) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
        let wanted = Arc::clone(&others);
        let task = tokio::spawn(async move {
            loop {
                wanted.notified().await;
                if let Err(error) = notify_others(&pool).await {
                    debug!(error, "other nodes were not told of new events; they will find them by polling");
                }
                sleep(GATHER).await;
            }
        });
        Arc::new(Self { here, others, task: task.abort_handle() })
    }

    /// These events have been committed.
    pub fn raise_for(&self, events: &InsertEvents) {
        if !events.is_empty() {
            self.here.notify_one();
            self.others.notify_one();
        }
    }

    /// Another node says so: only the reader in this process is to know.
    pub fn raise_here(&self) {
        self.here.notify_one();
    }

    /// Until the next signal. One given while nobody waits is kept.
    pub fn raised(&self) -> Notified<'_> {
        self.here.notified()
    }
}

impl Drop for OutboxSignal {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn notify_others(pool: &Pool<AsyncPgConnection>) -> Result<(), String> {
    let mut connection = pool.get().await.map_err(|e| e.to_string())?;
    let told: QueryResult<usize> =
        diesel::sql_query("SELECT pg_notify($1, '')").bind::<Text, _>(CHANNEL).execute(&mut connection).await;
    told.map(drop).map_err(|e| e.to_string())
}
