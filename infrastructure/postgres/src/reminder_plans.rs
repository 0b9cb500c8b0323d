//! The next reminder of each meeting, on PostgreSQL.

use application_meeting::ReminderPlans;
use application_shared::PortError;
use async_trait::async_trait;
use chrono::{DateTime, Utc};
use diesel::{
    ExpressionMethods, QueryDsl,
    sql_types::{Timestamptz, Uuid as SqlUuid},
};
use diesel_async::{AsyncConnection, RunQueryDsl};
use domain_meeting::{PlannedReminder, ReminderEvent};
use domain_shared::MeetingId;
use uuid::Uuid;

use crate::{
    PgPool,
    error::{StoreError, port_error},
    outbox_writer::InsertEvents,
    schema::meeting_reminders,
};

/// A meeting ($1) that is gone meanwhile has no reminder.
const PLAN: &str = "INSERT INTO meeting_reminders (meeting_id, starts_at, remind_at) \
    SELECT id, $2, $3 FROM meetings WHERE id = $1 \
    ON CONFLICT (meeting_id) DO UPDATE SET starts_at = EXCLUDED.starts_at, remind_at = EXCLUDED.remind_at";

/// Keeps reminders in PostgreSQL. The row of a reminder is taken by whoever states its events: nobody else finds it.
#[derive(Debug, Clone)]
pub struct PgReminderPlans {
    pool: PgPool,
}

impl PgReminderPlans {
    /// On this pool.
    #[must_use]
    pub fn new(pool: PgPool) -> Self {
        Self { pool }
    }
}

#[async_trait]
impl ReminderPlans for PgReminderPlans {
    async fn plan(&self, reminder: &PlannedReminder) -> Result<(), PortError> {
        let mut connection = self.pool.get().await?;
        diesel::sql_query(PLAN)
            .bind::<SqlUuid, _>(reminder.meeting_id.as_uuid())
            .bind::<Timestamptz, _>(reminder.starts_at)
            .bind::<Timestamptz, _>(reminder.remind_at())
            .execute(&mut connection)
            .await
            .map(drop)
            .map_err(port_error)
    }

    async fn cancel(&self, meeting: MeetingId) -> Result<(), PortError> {
        let mut connection = self.pool.get().await?;
        diesel::delete(meeting_reminders::table.find(meeting.as_uuid()))
            .execute(&mut connection)
            .await
            .map(drop)
            .map_err(port_error)
    }

    async fn due(&self, now: DateTime<Utc>, limit: u16) -> Result<Vec<PlannedReminder>, PortError> {
        let mut connection = self.pool.get().await?;
        let rows: Vec<(Uuid, DateTime<Utc>)> = meeting_reminders::table
            .filter(meeting_reminders::remind_at.le(now))
            .order((meeting_reminders::remind_at, meeting_reminders::meeting_id))
            .limit(i64::from(limit))
            .select((meeting_reminders::meeting_id, meeting_reminders::starts_at))
            .load(&mut connection)
            .await
            .map_err(port_error)?;
        let planned = |(id, starts_at)| PlannedReminder { meeting_id: MeetingId::from_uuid(id), starts_at };
        Ok(rows.into_iter().map(planned).collect())
    }

    async fn fire(
        &self,
        reminder: &PlannedReminder,
        next: Option<&PlannedReminder>,
        events: &[ReminderEvent],
    ) -> Result<bool, PortError> {
        use meeting_reminders as table;
        let events = InsertEvents::of(events)?;
        let mut connection = self.pool.get().await?;
        let fired = connection
            .transaction(async |conn| {
                let planned =
                    table::table.find(reminder.meeting_id.as_uuid()).filter(table::starts_at.eq(reminder.starts_at));
                let taken = match next {
                    Some(next) => {
                        let set = (table::starts_at.eq(next.starts_at), table::remind_at.eq(next.remind_at()));
                        diesel::update(planned).set(set).execute(conn).await?
                    }
                    None => diesel::delete(planned).execute(conn).await?,
                };
                if taken == 0 {
                    return Ok::<_, StoreError>(false);
                }
                if !events.is_empty() {
                    (&events).execute(conn).await?;
                }
                Ok(true)
            })
            .await?;
        if fired {
            self.pool.signal().raise_for(&events);
        }
        Ok(fired)
    }
}
