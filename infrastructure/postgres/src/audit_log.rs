//! The record on PostgreSQL.

use std::collections::{HashMap, HashSet};

use application_shared::PortError;
use application_user::{AuditCursor, AuditEntry, AuditEntryView, AuditFilter, AuditLog};
use async_trait::async_trait;
use chrono::{DateTime, Utc};
use diesel::{BoolExpressionMethods, ExpressionMethods, QueryDsl};
use diesel_async::RunQueryDsl;
use domain_shared::{EventId, Page, PageLimit, UserId};
use uuid::Uuid;

use crate::{
    PgPool,
    error::port_error,
    schema::{audit_log, users},
};

/// Keeps the record in PostgreSQL.
#[derive(Debug, Clone)]
pub struct PgAuditLog {
    pool: PgPool,
}

impl PgAuditLog {
    /// On this pool.
    #[must_use]
    pub fn new(pool: PgPool) -> Self {
        Self { pool }
    }
}

/// Identifier, time, action, actor, subject, details.
type Row = (Uuid, DateTime<Utc>, String, Option<Uuid>, Option<Uuid>, serde_json::Value);

fn entry(row: Row) -> AuditEntry {
    let (id, at, action, actor_id, subject_id, details) = row;
    AuditEntry {
        id: EventId::from_uuid(id),
        at,
        action,
        actor_id: actor_id.map(UserId::from_uuid),
        subject_id: subject_id.map(UserId::from_uuid),
        details,
    }
}

#[async_trait]
impl AuditLog for PgAuditLog {
    async fn record(&self, entry: &AuditEntry) -> Result<(), PortError> {
        let mut connection = self.pool.get().await?;
        diesel::insert_into(audit_log::table)
            .values((
                audit_log::id.eq(entry.id.as_uuid()),
                audit_log::at.eq(entry.at),
                audit_log::action.eq(&entry.action),
                audit_log::actor_id.eq(entry.actor_id.map(|id| id.as_uuid())),
                audit_log::subject_id.eq(entry.subject_id.map(|id| id.as_uuid())),
                audit_log::details.eq(&entry.details),
            ))
            .on_conflict_do_nothing()
            .execute(&mut connection)
            .await
            .map(drop)
            .map_err(port_error)
    }

    async fn page(
        &self,
        filter: &AuditFilter,
        after: Option<AuditCursor>,
        limit: PageLimit,
    ) -> Result<Page<AuditEntryView, AuditCursor>, PortError> {
        let wanted = usize::from(limit.get());
        let mut query = audit_log::table
            .order((audit_log::at.desc(), audit_log::id.desc()))
            // One more than wanted tells whether there is a next page.
            .limit(i64::from(limit.get()) + 1)
            .select((
                audit_log::id,
                audit_log::at,
                audit_log::action,
                audit_log::actor_id,
                audit_log::subject_id,
                audit_log::details,
            ))
            .into_boxed();
        if let Some(action) = &filter.action {
            query = query.filter(audit_log::action.eq(action.clone()));
        }
        if let Some(user) = filter.user_id {
            let user = Some(user.as_uuid());
            query = query.filter(audit_log::subject_id.eq(user).or(audit_log::actor_id.eq(user)));
        }
        if let Some(AuditCursor { at, id }) = after {
            // The first bound is the one by which an index is entered.
            let next = audit_log::at.lt(at).or(audit_log::id.lt(id.as_uuid()));
            query = query.filter(audit_log::at.le(at)).filter(next);
        }
        let mut connection = self.pool.get().await?;
        let rows: Vec<Row> = query.load(&mut connection).await.map_err(port_error)?;
        let more = rows.len() > wanted;
        let entries: Vec<_> = rows.into_iter().take(wanted).map(entry).collect();
        let named: HashSet<Uuid> = entries
            .iter()
            .flat_map(|entry| [entry.actor_id, entry.subject_id])
            .flatten()
            .map(|id| id.as_uuid())
            .collect();
        let names: Vec<(Uuid, String)> = users::table
            .filter(users::id.eq_any(named))
            .select((users::id, users::username))
            .load(&mut connection)
            .await
            .map_err(port_error)?;
        drop(connection);
        let names: HashMap<Uuid, String> = names.into_iter().collect();
        let name_of = |id: Option<UserId>| id.and_then(|id| names.get(&id.as_uuid()).cloned());
        let view = |entry: AuditEntry| AuditEntryView {
            actor_name: name_of(entry.actor_id),
            subject_name: name_of(entry.subject_id),
            entry,
        };
        let items: Vec<_> = entries.into_iter().map(view).collect();
        let last = items.last().map(|view| AuditCursor { at: view.entry.at, id: view.entry.id });
        Ok(Page { items, next: last.filter(|_| more) })
    }

    async fn prune(&self, before: DateTime<Utc>) -> Result<u64, PortError> {
        let mut connection = self.pool.get().await?;
        let old = audit_log::table.filter(audit_log::at.lt(before));
        let deleted = diesel::delete(old).execute(&mut connection).await.map_err(port_error)?;
        Ok(deleted as u64)
    }
}
