//! Webhooks on PostgreSQL.

use application_integration::{WebhookCursor, WebhookRepository};
use application_shared::{BoxError, PortError};
use async_trait::async_trait;
use chrono::{DateTime, Utc};
use diesel::{
    AsChangeset, BoolExpressionMethods, ExpressionMethods, OptionalExtension, QueryDsl, SelectableHelper,
    pg::Pg,
    prelude::{Insertable, Queryable, Selectable},
    sql_types::{BigInt, Uuid as SqlUuid},
};
use diesel_async::{AsyncConnection, RunQueryDsl};
use domain_integration::{
    DisableReason, Disabled, EventFilter, SealedSecret, Webhook, WebhookOwner, WebhookSnapshot, WebhookUrl,
};
use domain_shared::{ApiKeyId, Page, PageLimit, WebhookId};
use uuid::Uuid;

use crate::{
    PgPool,
    error::{StoreError, broken_unique_constraint, port_error},
    one_statement::OneStatement,
    outbox_writer::InsertEvents,
    schema::webhooks,
    versioned_update::VersionedUpdate,
};

/// Keeps webhooks in PostgreSQL.
#[derive(Debug, Clone)]
pub struct PgWebhookRepository {
    pool: PgPool,
}

impl PgWebhookRepository {
    /// On this pool.
    #[must_use]
    pub fn new(pool: PgPool) -> Self {
        Self { pool }
    }
}

/// A row of `webhooks`.
#[derive(Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = webhooks, check_for_backend(Pg), treat_none_as_null = true, treat_none_as_default_value = false)]
struct WebhookRow {
    id: Uuid,
    api_key_id: Option<Uuid>,
    url: String,
    events: Vec<String>,
    secret: Vec<u8>,
    disabled_at: Option<DateTime<Utc>>,
    disabled_reason: Option<String>,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
    version: i64,
}

impl WebhookRow {
    /// The row of a webhook that is to be stored as `version`.
    fn of(snapshot: &WebhookSnapshot, version: i64) -> Self {
        Self {
            id: snapshot.id.as_uuid(),
            api_key_id: snapshot.owner.api_key().map(|key| key.as_uuid()),
            url: snapshot.url.as_str().to_owned(),
            events: snapshot.filter.names().to_vec(),
            secret: snapshot.secret.as_bytes().to_vec(),
            disabled_at: snapshot.disabled.map(|disabled| disabled.at),
            disabled_reason: snapshot.disabled.map(|disabled| disabled.reason.as_str().to_owned()),
            created_at: snapshot.created_at,
            updated_at: snapshot.updated_at,
            version,
        }
    }

    fn into_webhook(self) -> Result<Webhook, PortError> {
        let disabled = match (self.disabled_at, self.disabled_reason) {
            (None, None) => None,
            (Some(at), Some(reason)) => Some(Disabled { at, reason: DisableReason::parse(&reason).map_err(corrupt)? }),
            _ => return Err(corrupt("half disabled")),
        };
        Ok(Webhook::from_snapshot(WebhookSnapshot {
            id: WebhookId::from_uuid(self.id),
            owner: WebhookOwner::from(self.api_key_id.map(ApiKeyId::from_uuid)),
            url: WebhookUrl::parse(&self.url).map_err(corrupt)?,
            filter: EventFilter::from_stored(self.events),
            secret: SealedSecret::from_bytes(self.secret),
            disabled,
            created_at: self.created_at,
            updated_at: self.updated_at,
            version: self.version,
        }))
    }
}

fn corrupt(source: impl Into<BoxError>) -> PortError {
    PortError::corrupt("webhook", source)
}

#[async_trait]
impl WebhookRepository for PgWebhookRepository {
    async fn find(&self, id: WebhookId) -> Result<Option<Webhook>, PortError> {
        let mut connection = self.pool.get().await?;
        let row = webhooks::table.select(WebhookRow::as_select()).find(id.as_uuid()).first(&mut connection).await;
        row.optional().map_err(port_error)?.map(WebhookRow::into_webhook).transpose()
    }

    async fn insert(&self, webhook: &mut Webhook) -> Result<(), PortError> {
        let version = 1;
        let row = WebhookRow::of(&webhook.to_snapshot(), version);
        let events = InsertEvents::of(webhook.pending_events())?;
        let mut connection = self.pool.get().await?;
        OneStatement::new(diesel::insert_into(webhooks::table).values(&row))
            .beside(events.statement())
            .execute(&mut connection)
            .await
            .map_err(|error| match broken_unique_constraint(&error) {
                Some(_) => PortError::Conflict,
                None => port_error(error),
            })?;
        webhook.mark_stored(version);
        self.pool.signal().raise_for(&events);
        Ok(())
    }

    async fn update(&self, webhook: &mut Webhook) -> Result<(), PortError> {
        let version = webhook.version() + 1;
        let row = WebhookRow::of(&webhook.to_snapshot(), version);
        let events = InsertEvents::of(webhook.pending_events())?;
        let mut connection = self.pool.get().await?;
        VersionedUpdate::new("webhooks", row.id, version - 1, (&row).as_changeset(), &events)
            .write(&mut connection)
            .await?;
        webhook.mark_stored(version);
        self.pool.signal().raise_for(&events);
        Ok(())
    }

    async fn delete(&self, webhook: &mut Webhook) -> Result<(), PortError> {
        let events = InsertEvents::of(webhook.pending_events())?;
        let (id, version) = (webhook.id().as_uuid(), webhook.version());
        let mut connection = self.pool.get().await?;
        connection
            .transaction(async |conn| {
                let deleted = diesel::sql_query("DELETE FROM webhooks WHERE id = $1 AND version = $2")
                    .bind::<SqlUuid, _>(id)
                    .bind::<BigInt, _>(version)
                    .execute(conn)
                    .await?;
                if deleted == 0 {
                    return Err(StoreError::from(PortError::Conflict));
                }
                (&events).execute(conn).await?;
                Ok(())
            })
            .await
            .map_err(PortError::from)?;
        webhook.mark_stored(version);
        self.pool.signal().raise_for(&events);
        Ok(())
    }

    async fn count_of(&self, owner: WebhookOwner) -> Result<u64, PortError> {
        let mut connection = self.pool.get().await?;
        let count: i64 = match owner {
            WebhookOwner::ApiKey(key) => {
                let of_key = webhooks::table.filter(webhooks::api_key_id.eq(Some(key.as_uuid())));
                of_key.count().get_result(&mut connection).await
            }
            WebhookOwner::Administrators => {
                webhooks::table.filter(webhooks::api_key_id.is_null()).count().get_result(&mut connection).await
            }
        }
        .map_err(port_error)?;
        Ok(count.unsigned_abs())
    }

    async fn page(
        &self,
        of: Option<ApiKeyId>,
        after: Option<WebhookCursor>,
        limit: PageLimit,
    ) -> Result<Page<Webhook, WebhookCursor>, PortError> {
        let wanted = usize::from(limit.get());
        let mut query = webhooks::table
            .select(WebhookRow::as_select())
            .order((webhooks::created_at.desc(), webhooks::id.desc()))
            // One more than wanted tells whether there is a next page.
            .limit(i64::from(limit.get()) + 1)
            .into_boxed();
        if let Some(key) = of {
            query = query.filter(webhooks::api_key_id.eq(Some(key.as_uuid())));
        }
        if let Some(WebhookCursor { created_at, id }) = after {
            // The first bound is the one by which an index is entered.
            let next = webhooks::created_at.lt(created_at).or(webhooks::id.lt(id.as_uuid()));
            query = query.filter(webhooks::created_at.le(created_at)).filter(next);
        }
        let mut connection = self.pool.get().await?;
        let rows: Vec<WebhookRow> = query.load(&mut connection).await.map_err(port_error)?;
        let more = rows.len() > wanted;
        let items = rows.into_iter().take(wanted).map(WebhookRow::into_webhook).collect::<Result<Vec<_>, _>>()?;
        let last = items.last().map(|webhook| WebhookCursor { created_at: webhook.created_at(), id: webhook.id() });
        Ok(Page { items, next: last.filter(|_| more) })
    }
}
