//! What somebody is called in all meetings, on PostgreSQL.

use application_meeting::ParticipantNames;
use application_shared::PortError;
use async_trait::async_trait;
use diesel::sql_types::{BigInt, Text, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use domain_meeting::DisplayName;
use domain_shared::UserId;

use crate::{PgPool, error::port_error};

/// So many meetings are held at a time.
const BATCH: i64 = 100;

/// The meetings are held like by any other change of them (always in the same order): else somebody who has read one
/// already would write the old name back.
const RENAME: &str = "WITH held AS (SELECT id FROM meetings WHERE id IN \
    (SELECT meeting_id FROM participants WHERE user_id = $1 AND display_name <> $2 ORDER BY meeting_id LIMIT $3) \
    ORDER BY id FOR UPDATE) \
    UPDATE participants SET display_name = $2 FROM held \
    WHERE participants.meeting_id = held.id AND participants.user_id = $1";

/// Renames participants in PostgreSQL.
#[derive(Debug, Clone)]
pub struct PgParticipantNames {
    pool: PgPool,
}

impl PgParticipantNames {
    /// On this pool.
    #[must_use]
    pub fn new(pool: PgPool) -> Self {
        Self { pool }
    }
}

#[async_trait]
impl ParticipantNames for PgParticipantNames {
    async fn rename(&self, user: UserId, name: &DisplayName) -> Result<u64, PortError> {
        let mut connection = self.pool.get().await?;
        let mut renamed = 0;
        loop {
            let some = diesel::sql_query(RENAME)
                .bind::<SqlUuid, _>(user.as_uuid())
                .bind::<Text, _>(name.as_str())
                .bind::<BigInt, _>(BATCH)
                .execute(&mut connection)
                .await
                .map_err(port_error)? as u64;
            renamed += some;
            if some == 0 {
                return Ok(renamed);
            }
        }
    }
}
