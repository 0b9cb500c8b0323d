//! The outbox on PostgreSQL, read by the relay.

use std::{
    sync::{Arc, OnceLock},
    time::Duration,
};

use application_shared::{OutboxMessage, OutboxReader, PortError, Rejection};
use async_trait::async_trait;
use chrono::{DateTime, TimeDelta, Utc};
use diesel::{
    ExpressionMethods, QueryDsl, QueryResult,
    pg::Pg,
    query_builder::{AstPass, Query, QueryFragment, QueryId},
    sql_types::{Array, BigInt, Integer, Jsonb, Text, Timestamptz, Uuid as SqlUuid},
};
use diesel_async::{AsyncConnection, RunQueryDsl, SimpleAsyncConnection};
use domain_shared::EventId;
use futures::{StreamExt, stream};
use tokio::{task::AbortHandle, time::sleep};
use tokio_postgres::{AsyncMessage, Config, NoTls};
use tracing::{debug, warn};
use uuid::Uuid;

use crate::{
    PgPool,
    error::port_error,
    outbox_signal::{CHANNEL, OutboxSignal},
    schema::outbox,
};

/// How long [`OutboxReader::wait`] waits without a signal, unless told otherwise.
const POLL: Duration = Duration::from_secs(2);
/// How long to wait before the connection that listens is made anew.
const RECONNECT: Duration = Duration::from_secs(1);
/// How much is kept of why a delivery failed.
const MAX_ERROR: usize = 1_000;
/// A claim follows the index in its order and stops when it has enough. Left to choose, PostgreSQL at times reads and sorts
/// all that is undelivered instead, because its statistics are from when that was little: 200 ms for each claim of 100 when
/// it is 60,000.
const IN_ORDER: &str = "SET LOCAL enable_sort = off";
/// How many delivered messages are deleted by one statement.
const PRUNE_BATCH: i64 = 10_000;
const PRUNE: &str = "DELETE FROM outbox WHERE position IN \
                     (SELECT position FROM outbox WHERE delivered_at < $1 ORDER BY delivered_at LIMIT $2)";

/// Reads the outbox in PostgreSQL. Any number of readers may do so at once, in any number of nodes: claimed rows are
/// skipped by the others, and of each aggregate only the oldest message is ever given out.
pub struct PgOutboxReader {
    pool: PgPool,
    poll_interval: Duration,
    listener: OnceLock<AbortHandle>,
}

impl PgOutboxReader {
    /// On this pool. With the first [`OutboxReader::wait`] a connection of its own begins to listen for what other
    /// nodes write.
    #[must_use]
    pub fn new(pool: PgPool) -> Self {
        Self::with_poll_interval(pool, POLL)
    }

    /// The same, with another longest wait than two seconds.
    #[must_use]
    pub fn with_poll_interval(pool: PgPool, poll_interval: Duration) -> Self {
        Self { pool, poll_interval, listener: OnceLock::new() }
    }
}

impl Drop for PgOutboxReader {
    fn drop(&mut self) {
        if let Some(listener) = self.listener.get() {
            listener.abort();
        }
    }
}

#[async_trait]
impl OutboxReader for PgOutboxReader {
    async fn claim(&self, limit: u16, lease: TimeDelta, now: DateTime<Utc>) -> Result<Vec<OutboxMessage>, PortError> {
        let leased_until = now
            .checked_add_signed(lease)
            .ok_or_else(|| PortError::unavailable("the lease ends beyond the end of time"))?;
        let mut connection = self.pool.get().await?;
        let claim = Claim { limit: i64::from(limit), leased_until, now };
        let claimed = connection.transaction(async |conn| {
            conn.batch_execute(IN_ORDER).await?;
            claim.load::<ClaimedRow>(conn).await
        });
        let mut rows = claimed.await.map_err(port_error)?;
        drop(connection);
        rows.sort_unstable_by_key(|row| row.0);
        rows.into_iter().map(message).collect()
    }

    async fn acknowledge(&self, ids: &[EventId], now: DateTime<Utc>) -> Result<(), PortError> {
        let ids = ids.iter().map(EventId::as_uuid).collect();
        let mut connection = self.pool.get().await?;
        Acknowledge { ids, now }.execute(&mut connection).await.map(drop).map_err(port_error)
    }

    async fn reject(&self, id: EventId, rejection: Rejection<'_>) -> Result<(), PortError> {
        // PostgreSQL's texts cannot hold NUL.
        let reason: String = rejection.reason.chars().filter(|c| *c != '\0').take(MAX_ERROR).collect();
        let mut connection = self.pool.get().await?;
        diesel::update(outbox::table.filter(outbox::id.eq(id.as_uuid())).filter(outbox::delivered_at.is_null()))
            .set((
                outbox::attempts.eq(outbox::attempts + 1),
                outbox::retry_at.eq(rejection.retry_at),
                outbox::handled_by.eq(rejection.handled_by),
                outbox::leased_until.eq(None::<DateTime<Utc>>),
                outbox::last_error.eq(reason),
            ))
            .execute(&mut connection)
            .await
            .map(drop)
            .map_err(port_error)
    }

    async fn wait(&self) {
        self.listener.get_or_init(|| {
            let (config, signal) = (self.pool.options().driver_config(), Arc::clone(self.pool.signal()));
            tokio::spawn(listen(config, signal)).abort_handle()
        });
        tokio::select! {
            () = self.pool.signal().raised() => {}
            () = sleep(self.poll_interval) => {}
        }
    }

    async fn prune(&self, before: DateTime<Utc>) -> Result<u64, PortError> {
        let mut connection = self.pool.get().await?;
        let mut pruned = 0;
        loop {
            let deleted = diesel::sql_query(PRUNE)
                .bind::<Timestamptz, _>(before)
                .bind::<BigInt, _>(PRUNE_BATCH)
                .execute(&mut connection)
                .await
                .map_err(port_error)?;
            pruned += deleted as u64;
            if (deleted as u64) < PRUNE_BATCH.unsigned_abs() {
                return Ok(pruned);
            }
        }
    }
}

/// Listens for what other nodes write, and connects again when the connection breaks; what was missed meanwhile is
/// looked for at once.
async fn listen(config: Config, signal: Arc<OutboxSignal>) {
    loop {
        if let Err(error) = listen_once(&config, &signal).await {
            warn!(%error, "not listening for new events; polling until the connection is back");
        }
        sleep(RECONNECT).await;
    }
}

async fn listen_once(config: &Config, signal: &OutboxSignal) -> Result<(), tokio_postgres::Error> {
    let (client, mut connection) = config.connect(NoTls).await?;
    let mut messages = Box::pin(stream::poll_fn(move |context| connection.poll_message(context)));
    let command = format!("LISTEN {CHANNEL}");
    let mut listening = Box::pin(client.batch_execute(&command));
    let mut ready = false;
    loop {
        tokio::select! {
            listens = &mut listening, if !ready => {
                listens?;
                ready = true;
                debug!("listening for new events");
                signal.raise_here();
            }
            message = messages.next() => match message {
                Some(Ok(AsyncMessage::Notification(_))) => signal.raise_here(),
                Some(Ok(_)) => {}
                Some(Err(error)) => return Err(error),
                None => return Ok(()),
            }
        }
    }
}

/// What [`Claim`] returns: position, id, name, aggregate, payload, time, attempts, who has handled it.
type ClaimedRow = (i64, Uuid, String, Uuid, serde_json::Value, DateTime<Utc>, i32, Vec<String>);

fn message(row: ClaimedRow) -> Result<OutboxMessage, PortError> {
    let (_, id, name, aggregate_id, payload, occurred_at, attempts, handled_by) = row;
    Ok(OutboxMessage {
        id: EventId::from_uuid(id),
        name,
        aggregate_id,
        payload,
        occurred_at,
        attempts: u32::try_from(attempts).map_err(|e| PortError::corrupt("outbox message", e))?,
        handled_by,
    })
}

/// Leases the oldest undelivered message of each aggregate, as far as it is due and nobody else has it.
///
/// The oldest is looked up with `min`, not excluded with `NOT EXISTS`: that may become a hash join over all that is
/// undelivered.
#[derive(Debug)]
struct Claim {
    limit: i64,
    leased_until: DateTime<Utc>,
    now: DateTime<Utc>,
}

impl QueryFragment<Pg> for Claim {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        out.push_sql(
            "WITH due AS (SELECT o.position FROM outbox o WHERE o.delivered_at IS NULL \
             AND (o.retry_at IS NULL OR o.retry_at <= ",
        );
        out.push_bind_param::<Timestamptz, _>(&self.now)?;
        out.push_sql(") AND (o.leased_until IS NULL OR o.leased_until <= ");
        out.push_bind_param::<Timestamptz, _>(&self.now)?;
        out.push_sql(
            ") AND o.position = (SELECT min(e.position) FROM outbox e WHERE e.aggregate_id = o.aggregate_id \
             AND e.delivered_at IS NULL) ORDER BY o.position LIMIT ",
        );
        out.push_bind_param::<BigInt, _>(&self.limit)?;
        out.push_sql(" FOR UPDATE OF o SKIP LOCKED) UPDATE outbox SET leased_until = ");
        out.push_bind_param::<Timestamptz, _>(&self.leased_until)?;
        out.push_sql(
            " FROM due WHERE outbox.position = due.position RETURNING outbox.position, outbox.id, outbox.name, \
             outbox.aggregate_id, outbox.payload, outbox.occurred_at, outbox.attempts, outbox.handled_by",
        );
        Ok(())
    }
}

impl QueryId for Claim {
    type QueryId = Self;
    const HAS_STATIC_QUERY_ID: bool = true;
}

impl Query for Claim {
    type SqlType = (BigInt, SqlUuid, Text, SqlUuid, Jsonb, Timestamptz, Integer, Array<Text>);
}

/// Ends the lease of these messages for good. Not diesel's own statement, which is never kept prepared.
#[derive(Debug)]
struct Acknowledge {
    ids: Vec<Uuid>,
    now: DateTime<Utc>,
}

impl QueryFragment<Pg> for Acknowledge {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        out.push_sql("UPDATE outbox SET leased_until = NULL, delivered_at = ");
        out.push_bind_param::<Timestamptz, _>(&self.now)?;
        out.push_sql(" WHERE delivered_at IS NULL AND id = ANY(");
        out.push_bind_param::<Array<SqlUuid>, _>(&self.ids)?;
        out.push_sql(")");
        Ok(())
    }
}

impl QueryId for Acknowledge {
    type QueryId = Self;
    const HAS_STATIC_QUERY_ID: bool = true;
}
