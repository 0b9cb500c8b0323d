//! What somebody is called in all meetings, and in what was written there, on PostgreSQL.

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

/// So many messages are changed at a time.
const MESSAGES: i64 = 1_000;

const RENAME_SENDER: &str = "UPDATE chat_messages AS m SET sender_name = $2 FROM \
    (SELECT room_id, id FROM chat_messages WHERE sender_id = $1 AND sender_name <> $2 LIMIT $3) AS found \
    WHERE m.room_id = found.room_id AND m.id = found.id";

const RENAME_RECIPIENT: &str = "UPDATE chat_messages AS m SET recipient_name = $2 FROM \
    (SELECT room_id, id FROM chat_messages WHERE recipient_id = $1 AND recipient_name <> $2 LIMIT $3) AS found \
    WHERE m.room_id = found.room_id AND m.id = found.id";

/// Renames participants, and who wrote and received messages, in PostgreSQL.
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
        let mut meetings = 0;
        for (rename, batch) in [(RENAME, BATCH), (RENAME_SENDER, MESSAGES), (RENAME_RECIPIENT, MESSAGES)] {
            loop {
                let some = diesel::sql_query(rename)
                    .bind::<SqlUuid, _>(user.as_uuid())
                    .bind::<Text, _>(name.as_str())
                    .bind::<BigInt, _>(batch)
                    .execute(&mut connection)
                    .await
                    .map_err(port_error)? as u64;
                if some == 0 {
                    break;
                }
                if rename == RENAME {
                    meetings += some;
                }
            }
        }
        Ok(meetings)
    }
}
