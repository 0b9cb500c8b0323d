//! Writes events beside the rows of their aggregate, in its transaction.

use application_shared::PortError;
use chrono::{DateTime, Utc};
use diesel::{
    QueryResult,
    pg::Pg,
    query_builder::{AstPass, QueryFragment, QueryId},
    sql_types::{Array, Jsonb, Text, Timestamptz, Uuid as SqlUuid},
};
use domain_shared::DomainEvent;
use serde::Serialize;
use uuid::Uuid;

/// Events ready to be written, column by column, so that one statement takes any number of them.
#[derive(Debug)]
pub struct InsertEvents {
    names: Vec<&'static str>,
    aggregates: Vec<Uuid>,
    payloads: Vec<serde_json::Value>,
    times: Vec<DateTime<Utc>>,
}

impl InsertEvents {
    /// Serialises what an aggregate has stated.
    pub fn of<E: DomainEvent + Serialize>(events: &[E]) -> Result<Self, PortError> {
        Ok(Self {
            names: events.iter().map(E::name).collect(),
            aggregates: events.iter().map(E::aggregate_id).collect(),
            payloads: events
                .iter()
                .map(serde_json::to_value)
                .collect::<Result<_, _>>()
                .map_err(|e| PortError::corrupt("event", e))?,
            times: events.iter().map(E::occurred_at).collect(),
        })
    }

    /// Whether there is nothing to write.
    pub fn is_empty(&self) -> bool {
        self.names.is_empty()
    }

    /// Them as a statement, if there are any.
    pub fn statement(&self) -> Option<&(dyn QueryFragment<Pg> + Send + Sync)> {
        (!self.is_empty()).then_some(self)
    }

    /// Them as a part of a larger statement, written only if `condition` holds there.
    pub fn walk_if<'b>(&'b self, condition: Option<&'static str>, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        out.push_sql(
            "INSERT INTO outbox (name, aggregate_id, payload, occurred_at) \
             SELECT name, aggregate_id, payload, occurred_at FROM unnest(",
        );
        out.push_bind_param::<Array<Text>, _>(&self.names)?;
        out.push_sql(", ");
        out.push_bind_param::<Array<SqlUuid>, _>(&self.aggregates)?;
        out.push_sql(", ");
        out.push_bind_param::<Array<Jsonb>, _>(&self.payloads)?;
        out.push_sql(", ");
        out.push_bind_param::<Array<Timestamptz>, _>(&self.times)?;
        out.push_sql(") WITH ORDINALITY AS event (name, aggregate_id, payload, occurred_at, nth)");
        if let Some(condition) = condition {
            out.push_sql(" WHERE ");
            out.push_sql(condition);
        }
        // In the order in which they were stated.
        out.push_sql(" ORDER BY nth");
        Ok(())
    }
}

impl QueryFragment<Pg> for InsertEvents {
    fn walk_ast<'b>(&'b self, out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        self.walk_if(None, out)
    }
}

impl QueryId for InsertEvents {
    type QueryId = Self;
    const HAS_STATIC_QUERY_ID: bool = true;
}
