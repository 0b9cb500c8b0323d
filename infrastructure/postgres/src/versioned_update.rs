//! Writes an aggregate unless somebody else has done so meanwhile: its row, what goes beside it, and its events, as one
//! statement, which is a transaction by itself.

use application_shared::PortError;
use diesel::{
    QueryResult,
    pg::Pg,
    query_builder::{AstPass, Query, QueryFragment, QueryId},
    sql_types::{BigInt, Uuid as SqlUuid},
};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use uuid::Uuid;

use crate::{error::StoreError, outbox_writer::InsertEvents};

/// `UPDATE table SET changes` of the row with this `id`, if it still has `expected` as its version; its
/// events are written only then (PostgreSQL manual, 7.8.4, "Data-Modifying Statements in WITH").
///
/// Not diesel's own update statement: that one is never kept prepared, since its text may differ from call to call. Here
/// it may not: `changes` must name the same columns each time (`treat_none_as_null`).
pub struct VersionedUpdate<'a, C> {
    table: &'static str,
    changes: C,
    id: Uuid,
    expected: i64,
    beside: Vec<&'a (dyn QueryFragment<Pg> + Send + Sync)>,
    events: &'a InsertEvents,
}

/// How the writes beside it are begun.
const BESIDE: [&str; 3] = [", beside AS (", ", beside_too AS (", ", beside_as_well AS ("];

impl<'a, C> VersionedUpdate<'a, C>
where
    C: QueryFragment<Pg> + Send + Sync,
{
    pub fn new(table: &'static str, id: Uuid, expected: i64, changes: C, events: &'a InsertEvents) -> Self {
        Self { table, changes, id, expected, beside: Vec::new(), events }
    }

    /// Adds a write, three at most. It happens whatever the version, so that there must be a transaction around it which a conflict
    /// takes back.
    pub fn beside(mut self, write: Option<&'a (dyn QueryFragment<Pg> + Send + Sync)>) -> Self {
        self.beside.extend(write);
        self
    }

    /// Writes it. A row of another version is [`PortError::Conflict`], and nothing is written.
    pub async fn write(self, connection: &mut AsyncPgConnection) -> Result<(), StoreError> {
        let updated: i64 = self.get_result(connection).await?;
        if updated == 1 { Ok(()) } else { Err(PortError::Conflict.into()) }
    }
}

impl<C: QueryFragment<Pg>> QueryFragment<Pg> for VersionedUpdate<'_, C> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        out.push_sql("WITH updated AS (UPDATE ");
        out.push_identifier(self.table)?;
        out.push_sql(" SET ");
        self.changes.walk_ast(out.reborrow())?;
        out.push_sql(" WHERE id = ");
        out.push_bind_param::<SqlUuid, _>(&self.id)?;
        out.push_sql(" AND version = ");
        out.push_bind_param::<BigInt, _>(&self.expected)?;
        out.push_sql(" RETURNING 1)");
        for (nth, write) in self.beside.iter().enumerate() {
            out.push_sql(BESIDE.get(nth).copied().unwrap_or(", beside AS ("));
            write.walk_ast(out.reborrow())?;
            out.push_sql(")");
        }
        if !self.events.is_empty() {
            out.push_sql(", stated AS (");
            self.events.walk_if(Some("EXISTS (SELECT FROM updated)"), out.reborrow())?;
            out.push_sql(")");
        }
        out.push_sql(" SELECT count(*) FROM updated");
        Ok(())
    }
}

impl<C> QueryId for VersionedUpdate<'_, C> {
    // The text depends on table, columns and whether there are events; prepared statements are told apart by it.
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<C> Query for VersionedUpdate<'_, C> {
    type SqlType = BigInt;
}

impl<C> diesel::query_dsl::RunQueryDsl<AsyncPgConnection> for VersionedUpdate<'_, C> {}

#[cfg(test)]
mod tests {
    use chrono::Utc;
    use diesel::{AsChangeset, debug_query};
    use domain_shared::DomainEvent;
    use serde::Serialize;

    use super::*;

    #[derive(AsChangeset)]
    #[diesel(table_name = crate::schema::users, treat_none_as_null = true)]
    struct Row {
        nickname: String,
        avatar_url: Option<String>,
    }

    #[derive(Serialize)]
    struct Renamed(Uuid);

    impl DomainEvent for Renamed {
        fn name(&self) -> &'static str {
            "user.renamed"
        }

        fn aggregate_id(&self) -> Uuid {
            self.0
        }

        fn occurred_at(&self) -> chrono::DateTime<Utc> {
            chrono::DateTime::UNIX_EPOCH
        }
    }

    #[test]
    fn is_one_statement_whose_events_depend_on_the_row_and_which_stays_prepared() {
        let row = Row { nickname: "Ada".into(), avatar_url: None };
        for (stated, events) in [(vec![], false), (vec![Renamed(Uuid::nil())], true)] {
            let stated = InsertEvents::of(&stated).unwrap();
            let update = VersionedUpdate::new("users", Uuid::nil(), 7, (&row).as_changeset(), &stated);
            assert!(update.is_safe_to_cache_prepared(&Pg).unwrap());
            let text = debug_query(&update).to_string();
            assert!(text.starts_with(
                "WITH updated AS (UPDATE \"users\" SET \"nickname\" = $1, \"avatar_url\" = $2 \
                 WHERE id = $3 AND version = $4 RETURNING 1)"
            ));
            assert_eq!(
                text.contains("WHERE EXISTS (SELECT FROM updated) ORDER BY nth) SELECT count(*)"),
                events,
                "{text}"
            );
        }
    }
}
