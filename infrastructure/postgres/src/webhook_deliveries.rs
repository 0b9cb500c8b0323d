//! What is told to webhooks, on PostgreSQL: the queue and the log, which are one table.

use std::{sync::Arc, time::Duration};

use application_integration::{
    ClaimLimits, ClaimedDelivery, DeliveryCursor, DeliveryLog, DeliveryProblem, DeliveryQueue, DeliveryStatus,
    DeliveryView, NewDelivery, Redelivery, Settlement,
};
use application_shared::{BoxError, PortError};
use async_trait::async_trait;
use chrono::{DateTime, TimeDelta, Utc};
use diesel::{
    BoolExpressionMethods, ExpressionMethods, OptionalExtension, QueryDsl, QueryableByName, SelectableHelper,
    pg::Pg,
    prelude::{Queryable, Selectable},
    sql_types::{BigInt, Binary, Bool, Integer, Nullable, SmallInt, Text, Timestamptz, Uuid as SqlUuid},
};
use diesel_async::{AsyncConnection, RunQueryDsl, SimpleAsyncConnection};
use domain_integration::{SealedSecret, WebhookUrl};
use domain_shared::{EventId, Page, PageLimit, WebhookDeliveryId, WebhookId};
use tokio::{sync::Notify, time::sleep};
use uuid::Uuid;

use crate::{PgPool, error::port_error, schema::webhook_deliveries};

/// How long [`DeliveryQueue::wait`] waits when nothing was queued here, unless told otherwise: for what other nodes queue,
/// and for what is due again.
const POLL: Duration = Duration::from_secs(1);
/// How many old deliveries are deleted by one statement.
const PRUNE_BATCH: i64 = 10_000;
/// A claim follows indexes in their order and stops when it has enough, whatever the statistics say (see the outbox). The
/// price that PostgreSQL puts on the little sorting that is left makes it compile the query, which takes a hundred times as
/// long as running it.
const IN_ORDER: &str = "SET LOCAL enable_sort = off; SET LOCAL jit = off";

/// When a delivery of a subject is due that others of the same subject are queued before: not before they are.
const QUEUE: &str = "\
INSERT INTO webhook_deliveries (webhook_id, event_id, subject_id, kind, body, created_at, queued_at, due_at)
SELECT w.id, $1, $2, $3, $4, $5, $5,
       GREATEST($5, (SELECT max(e.due_at) FROM webhook_deliveries e
                     WHERE e.webhook_id = w.id AND e.subject_id = $2 AND e.status = 'pending'))
FROM webhooks w LEFT JOIN api_keys k ON k.id = w.api_key_id
WHERE w.disabled_at IS NULL AND (w.events @> ARRAY['*'] OR w.events @> ARRAY[$3])
  AND (w.api_key_id IS NULL OR (k.revoked_at IS NULL AND (k.expires_at IS NULL OR k.expires_at > $5)))
ON CONFLICT (webhook_id, event_id) DO NOTHING";

/// Of each webhook as many as it may have more on their way, each the oldest of its subject; of these, those due for
/// longest. The candidates are looked for without locks; whoever is slower in locking passes over what is taken.
const CLAIM: &str = "\
WITH free AS MATERIALIZED (
    SELECT w.id, $1::bigint - (SELECT count(*) FROM webhook_deliveries l
                               WHERE l.webhook_id = w.id AND l.leased_until > $3) AS room
    FROM webhooks w
), candidates AS MATERIALIZED (
    SELECT c.id, c.due_at, c.position FROM free CROSS JOIN LATERAL (
        SELECT d.id, d.due_at, d.position FROM webhook_deliveries d
        WHERE d.webhook_id = free.id AND d.status = 'pending' AND d.due_at <= $3
          AND (d.leased_until IS NULL OR d.leased_until <= $3)
          AND d.position = (SELECT min(e.position) FROM webhook_deliveries e
                            WHERE e.webhook_id = d.webhook_id AND e.subject_id = d.subject_id AND e.status = 'pending')
        ORDER BY d.due_at, d.position LIMIT GREATEST(free.room, 0)
    ) c
), locked AS (
    SELECT d.id FROM webhook_deliveries d
    WHERE d.id IN (SELECT id FROM candidates ORDER BY due_at, position LIMIT $2)
      AND d.status = 'pending' AND (d.leased_until IS NULL OR d.leased_until <= $3)
    FOR UPDATE SKIP LOCKED
)
UPDATE webhook_deliveries d SET attempts = d.attempts + 1, leased_until = $4, last_attempt_at = $3
FROM locked, webhooks w LEFT JOIN api_keys k ON k.id = w.api_key_id
WHERE d.id = locked.id AND w.id = d.webhook_id
RETURNING d.id, d.webhook_id, w.url, w.secret, d.body, d.attempts, d.attempts_before, d.queued_at,
          (w.disabled_at IS NULL AND (w.api_key_id IS NULL OR
           (k.revoked_at IS NULL AND (k.expires_at IS NULL OR k.expires_at > $3)))) AS active";

/// What waits behind a delivery that is to be sent again later need not be looked at before then.
const SETTLE: &str = "\
WITH settled AS (
    UPDATE webhook_deliveries SET status = $3, due_at = COALESCE($4, due_at), response_status = $5, problem = $6,
           finished_at = CASE WHEN $3 = 'pending' THEN NULL ELSE $7 END, leased_until = NULL
    WHERE id = $1 AND attempts = $2 AND status = 'pending'
    RETURNING webhook_id, subject_id, position
), behind AS (
    UPDATE webhook_deliveries d SET due_at = $4 FROM settled s
    WHERE $4 IS NOT NULL AND d.webhook_id = s.webhook_id AND d.subject_id = s.subject_id AND d.status = 'pending'
      AND d.position > s.position AND d.due_at < $4
)
SELECT count(*) AS count FROM settled";

const REDELIVER: &str = "\
UPDATE webhook_deliveries SET status = 'pending', position = DEFAULT, attempts_before = attempts, queued_at = $3, due_at = $3,
       finished_at = NULL, leased_until = NULL
WHERE id = $1 AND webhook_id = $2 AND status <> 'pending'";

const PRUNE: &str = "DELETE FROM webhook_deliveries WHERE id IN \
                     (SELECT id FROM webhook_deliveries WHERE finished_at < $1 ORDER BY finished_at LIMIT $2)";

/// Keeps deliveries in PostgreSQL. Any number of dispatchers may claim at once, in any number of nodes.
#[derive(Clone)]
pub struct PgWebhookDeliveries {
    pool: PgPool,
    poll_interval: Duration,
    news: Arc<Notify>,
}

impl PgWebhookDeliveries {
    /// On this pool.
    #[must_use]
    pub fn new(pool: PgPool) -> Self {
        Self::with_poll_interval(pool, POLL)
    }

    /// The same, with another longest wait than a second.
    #[must_use]
    pub fn with_poll_interval(pool: PgPool, poll_interval: Duration) -> Self {
        Self { pool, poll_interval, news: Arc::new(Notify::new()) }
    }

    async fn find(&self, webhook: WebhookId, id: WebhookDeliveryId) -> Result<Option<DeliveryView>, PortError> {
        let mut connection = self.pool.get().await?;
        let row: Option<DeliveryRow> = webhook_deliveries::table
            .find(id.as_uuid())
            .filter(webhook_deliveries::webhook_id.eq(webhook.as_uuid()))
            .select(DeliveryRow::as_select())
            .first(&mut connection)
            .await
            .optional()
            .map_err(port_error)?;
        row.map(DeliveryRow::into_view).transpose()
    }
}

/// A row of `webhook_deliveries`, as it is shown.
#[derive(Queryable, Selectable)]
#[diesel(table_name = webhook_deliveries, check_for_backend(Pg))]
struct DeliveryRow {
    id: Uuid,
    webhook_id: Uuid,
    event_id: Uuid,
    kind: String,
    status: String,
    attempts: i32,
    created_at: DateTime<Utc>,
    due_at: DateTime<Utc>,
    last_attempt_at: Option<DateTime<Utc>>,
    finished_at: Option<DateTime<Utc>>,
    response_status: Option<i16>,
    problem: Option<String>,
}

impl DeliveryRow {
    fn into_view(self) -> Result<DeliveryView, PortError> {
        let status = DeliveryStatus::parse(&self.status).map_err(corrupt)?;
        Ok(DeliveryView {
            id: WebhookDeliveryId::from_uuid(self.id),
            webhook_id: WebhookId::from_uuid(self.webhook_id),
            event_id: EventId::from_uuid(self.event_id),
            kind: self.kind,
            status,
            attempts: u32::try_from(self.attempts).map_err(corrupt)?,
            response_status: self.response_status.map(u16::try_from).transpose().map_err(corrupt)?,
            problem: self.problem.as_deref().map(DeliveryProblem::parse).transpose()?,
            created_at: self.created_at,
            last_attempt_at: self.last_attempt_at,
            next_attempt_at: (status == DeliveryStatus::Pending).then_some(self.due_at),
            finished_at: self.finished_at,
        })
    }
}

/// What [`CLAIM`] returns.
#[derive(QueryableByName)]
struct ClaimedRow {
    #[diesel(sql_type = SqlUuid)]
    id: Uuid,
    #[diesel(sql_type = SqlUuid)]
    webhook_id: Uuid,
    #[diesel(sql_type = Text)]
    url: String,
    #[diesel(sql_type = Binary)]
    secret: Vec<u8>,
    #[diesel(sql_type = Text)]
    body: String,
    #[diesel(sql_type = Integer)]
    attempts: i32,
    #[diesel(sql_type = Integer)]
    attempts_before: i32,
    #[diesel(sql_type = Timestamptz)]
    queued_at: DateTime<Utc>,
    #[diesel(sql_type = Bool)]
    active: bool,
}

impl ClaimedRow {
    fn into_delivery(self) -> Result<ClaimedDelivery, PortError> {
        Ok(ClaimedDelivery {
            id: WebhookDeliveryId::from_uuid(self.id),
            webhook_id: WebhookId::from_uuid(self.webhook_id),
            url: WebhookUrl::parse(&self.url).map_err(corrupt)?,
            secret: SealedSecret::from_bytes(self.secret),
            active: self.active,
            body: self.body,
            attempt: u32::try_from(self.attempts).map_err(corrupt)?,
            attempt_since_queued: u32::try_from(self.attempts - self.attempts_before).map_err(corrupt)?,
            queued_at: self.queued_at,
        })
    }
}

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    count: i64,
}

fn corrupt(source: impl Into<BoxError>) -> PortError {
    PortError::corrupt("webhook delivery", source)
}

#[async_trait]
impl DeliveryQueue for PgWebhookDeliveries {
    async fn queue(&self, delivery: &NewDelivery, now: DateTime<Utc>) -> Result<u64, PortError> {
        let mut connection = self.pool.get().await?;
        let queued = diesel::sql_query(QUEUE)
            .bind::<SqlUuid, _>(delivery.event_id.as_uuid())
            .bind::<SqlUuid, _>(delivery.subject_id)
            .bind::<Text, _>(&delivery.kind)
            .bind::<Text, _>(&delivery.body)
            .bind::<Timestamptz, _>(now)
            .execute(&mut connection)
            .await
            .map_err(port_error)?;
        if queued > 0 {
            self.news.notify_one();
        }
        Ok(queued as u64)
    }

    async fn queue_for(
        &self,
        webhook: WebhookId,
        delivery: &NewDelivery,
        now: DateTime<Utc>,
    ) -> Result<Option<DeliveryView>, PortError> {
        use webhook_deliveries as column;
        let mut connection = self.pool.get().await?;
        let row: Result<DeliveryRow, _> = diesel::insert_into(webhook_deliveries::table)
            .values((
                column::webhook_id.eq(webhook.as_uuid()),
                column::event_id.eq(delivery.event_id.as_uuid()),
                column::subject_id.eq(delivery.subject_id),
                column::kind.eq(&delivery.kind),
                column::body.eq(&delivery.body),
                column::created_at.eq(now),
                column::queued_at.eq(now),
                column::due_at.eq(now),
            ))
            .returning(DeliveryRow::as_returning())
            .get_result(&mut connection)
            .await;
        match row {
            Ok(row) => {
                self.news.notify_one();
                row.into_view().map(Some)
            }
            Err(diesel::result::Error::DatabaseError(diesel::result::DatabaseErrorKind::ForeignKeyViolation, _)) => {
                Ok(None)
            }
            Err(error) => Err(port_error(error)),
        }
    }

    async fn claim(
        &self,
        limits: ClaimLimits,
        lease: TimeDelta,
        now: DateTime<Utc>,
    ) -> Result<Vec<ClaimedDelivery>, PortError> {
        let leased_until = now
            .checked_add_signed(lease)
            .ok_or_else(|| PortError::unavailable("the lease ends beyond the end of time"))?;
        let mut connection = self.pool.get().await?;
        let claimed = connection.transaction(async |conn| {
            conn.batch_execute(IN_ORDER).await?;
            diesel::sql_query(CLAIM)
                .bind::<BigInt, _>(i64::from(limits.per_webhook))
                .bind::<BigInt, _>(i64::from(limits.overall))
                .bind::<Timestamptz, _>(now)
                .bind::<Timestamptz, _>(leased_until)
                .load::<ClaimedRow>(conn)
                .await
        });
        let rows = claimed.await.map_err(port_error)?;
        drop(connection);
        rows.into_iter().map(ClaimedRow::into_delivery).collect()
    }

    async fn settle(&self, id: WebhookDeliveryId, attempt: u32, settlement: Settlement) -> Result<bool, PortError> {
        let Settlement { status, retry_at, response_status, problem, at } = settlement;
        let mut connection = self.pool.get().await?;
        let settled: Count = diesel::sql_query(SETTLE)
            .bind::<SqlUuid, _>(id.as_uuid())
            .bind::<Integer, _>(i32::try_from(attempt).map_err(corrupt)?)
            .bind::<Text, _>(status.as_str())
            .bind::<Nullable<Timestamptz>, _>(retry_at)
            .bind::<Nullable<SmallInt>, _>(response_status.map(i16::try_from).transpose().map_err(corrupt)?)
            .bind::<Nullable<Text>, _>(problem.map(DeliveryProblem::as_str))
            .bind::<Timestamptz, _>(at)
            .get_result(&mut connection)
            .await
            .map_err(port_error)?;
        Ok(settled.count == 1)
    }

    async fn wait(&self) {
        tokio::select! {
            () = self.news.notified() => {}
            () = sleep(self.poll_interval) => {}
        }
    }
}

#[async_trait]
impl DeliveryLog for PgWebhookDeliveries {
    async fn page(
        &self,
        webhook: WebhookId,
        status: Option<DeliveryStatus>,
        after: Option<DeliveryCursor>,
        limit: PageLimit,
    ) -> Result<Page<DeliveryView, DeliveryCursor>, PortError> {
        use webhook_deliveries as column;
        let wanted = usize::from(limit.get());
        let mut query = webhook_deliveries::table
            .select(DeliveryRow::as_select())
            .filter(column::webhook_id.eq(webhook.as_uuid()))
            .order((column::created_at.desc(), column::id.desc()))
            // One more than wanted tells whether there is a next page.
            .limit(i64::from(limit.get()) + 1)
            .into_boxed();
        if let Some(status) = status {
            query = query.filter(column::status.eq(status.as_str()));
        }
        if let Some(DeliveryCursor { created_at, id }) = after {
            // The first bound is the one by which an index is entered.
            let next = column::created_at.lt(created_at).or(column::id.lt(id.as_uuid()));
            query = query.filter(column::created_at.le(created_at)).filter(next);
        }
        let mut connection = self.pool.get().await?;
        let rows: Vec<DeliveryRow> = query.load(&mut connection).await.map_err(port_error)?;
        drop(connection);
        let more = rows.len() > wanted;
        let items = rows.into_iter().take(wanted).map(DeliveryRow::into_view).collect::<Result<Vec<_>, _>>()?;
        let last = items.last().map(|view| DeliveryCursor { created_at: view.created_at, id: view.id });
        Ok(Page { items, next: last.filter(|_| more) })
    }

    async fn redeliver(
        &self,
        webhook: WebhookId,
        delivery: WebhookDeliveryId,
        now: DateTime<Utc>,
    ) -> Result<Redelivery, PortError> {
        let mut connection = self.pool.get().await?;
        let queued = diesel::sql_query(REDELIVER)
            .bind::<SqlUuid, _>(delivery.as_uuid())
            .bind::<SqlUuid, _>(webhook.as_uuid())
            .bind::<Timestamptz, _>(now)
            .execute(&mut connection)
            .await
            .map_err(port_error)?;
        drop(connection);
        let found = self.find(webhook, delivery).await?;
        Ok(match (queued, found) {
            (_, None) => Redelivery::NotFound,
            (0, Some(_)) => Redelivery::Pending,
            (_, Some(view)) => {
                self.news.notify_one();
                Redelivery::Queued(Box::new(view))
            }
        })
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
