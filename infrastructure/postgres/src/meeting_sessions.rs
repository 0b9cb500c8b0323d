//! Writes each time that a meeting is held.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use diesel::{
    QueryResult,
    pg::Pg,
    query_builder::{AstPass, QueryFragment, QueryId},
    sql_types::{Array, Nullable, Timestamptz, Uuid as SqlUuid},
};
use domain_meeting::MeetingEvent;
use domain_shared::MeetingId;
use uuid::Uuid;

/// Writes what events tell: that the meeting has started, or ended.
#[derive(Debug)]
pub struct UpsertSessions {
    meeting_id: Uuid,
    started: Vec<DateTime<Utc>>,
    ended: Vec<Option<DateTime<Utc>>>,
}

impl UpsertSessions {
    /// What `events` of the meeting tell.
    pub fn of(meeting_id: MeetingId, events: &[MeetingEvent]) -> Self {
        // Of one that started and ended at once, there is one row to write.
        let mut sessions = BTreeMap::new();
        for event in events {
            match event {
                MeetingEvent::Started { at, .. } => sessions.insert(*at, None),
                MeetingEvent::Ended { started_at: Some(started_at), at, .. } => sessions.insert(*started_at, Some(*at)),
                _ => None,
            };
        }
        let (started, ended) = sessions.into_iter().unzip();
        Self { meeting_id: meeting_id.as_uuid(), started, ended }
    }

    /// Them as a statement, if there are any.
    pub fn statement(&self) -> Option<&(dyn QueryFragment<Pg> + Send + Sync)> {
        (!self.started.is_empty()).then_some(self)
    }
}

impl QueryFragment<Pg> for UpsertSessions {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        out.push_sql("INSERT INTO meeting_sessions (meeting_id, started_at, ended_at) SELECT ");
        out.push_bind_param::<SqlUuid, _>(&self.meeting_id)?;
        out.push_sql(", held.* FROM unnest(");
        out.push_bind_param::<Array<Timestamptz>, _>(&self.started)?;
        out.push_sql(", ");
        out.push_bind_param::<Array<Nullable<Timestamptz>>, _>(&self.ended)?;
        out.push_sql(
            ") AS held ON CONFLICT ON CONSTRAINT meeting_sessions_pkey DO UPDATE SET ended_at = excluded.ended_at",
        );
        Ok(())
    }
}

impl QueryId for UpsertSessions {
    type QueryId = Self;
    const HAS_STATIC_QUERY_ID: bool = true;
}
