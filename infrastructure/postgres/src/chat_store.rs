//! Chat messages on PostgreSQL.

use std::sync::Arc;

use application_room::{ChatRetention, ChatStore, RoomsPruned};
use application_shared::PortError;
use async_trait::async_trait;
use chrono::{DateTime, Utc};
use diesel::{
    OptionalExtension, QueryableByName,
    result::{DatabaseErrorKind, Error},
    sql_types::{Array, BigInt, Bool, Nullable, Text, Timestamptz, Uuid as SqlUuid},
};
use diesel_async::RunQueryDsl;
use domain_room::{ChatContent, ChatMessage, ChatMessageParts, ChatText, Deletion, DisplayName, Recipient};
use domain_shared::{MessageId, RoomId, UserId};
use uuid::Uuid;

use crate::{PgPool, error::port_error};

/// A message that is there already changes in one way only: its text goes.
const STORE: &str = "\
INSERT INTO chat_messages AS old
    (room_id, id, sender_id, sender_name, recipient_id, recipient_name, text, sent_at, deleted_at, deleted_by)
SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::text[], $5::uuid[], $6::text[], $7::text[],
                     $8::timestamptz[], $9::timestamptz[], $10::uuid[])
ON CONFLICT (room_id, id) DO UPDATE SET text = NULL, deleted_at = EXCLUDED.deleted_at, deleted_by = EXCLUDED.deleted_by
WHERE EXCLUDED.deleted_at IS NOT NULL AND old.deleted_at IS NULL";

const FIND: &str = "SELECT * FROM chat_messages WHERE room_id = $1 AND id = $2";

const PAGE: &str = "\
SELECT * FROM chat_messages
WHERE room_id = $1 AND id < $2 AND (recipient_id IS NULL OR recipient_id = $3 OR sender_id = $3)
ORDER BY id DESC LIMIT $4";

const DELETE_OLD: &str = "\
DELETE FROM chat_messages WHERE (room_id, id) IN (
    SELECT room_id, id FROM chat_messages WHERE sent_at < $1 ORDER BY sent_at LIMIT $2 FOR UPDATE SKIP LOCKED
)";

/// How many rooms one statement looks at.
const ROOMS: i64 = 200;

/// Rooms are passed over from then on when nothing of them was left behind.
const DELETE_OF_ROOMS: &str = "\
WITH done AS MATERIALIZED (
    SELECT id FROM rooms WHERE chat_kept AND ended_at < $1 ORDER BY ended_at LIMIT $3 FOR UPDATE SKIP LOCKED
), old AS MATERIALIZED (
    SELECT of_room.room_id, of_room.id FROM done,
        LATERAL (SELECT room_id, id FROM chat_messages WHERE room_id = done.id LIMIT $2) AS of_room
    LIMIT $2
), deleted AS (
    DELETE FROM chat_messages USING old
    WHERE chat_messages.room_id = old.room_id AND chat_messages.id = old.id
    RETURNING chat_messages.id
), marked AS (
    UPDATE rooms SET chat_kept = false
    WHERE id IN (SELECT id FROM done) AND (SELECT count(*) FROM old) < $2
    RETURNING id
)
SELECT (SELECT count(*) FROM deleted) AS messages,
       (SELECT count(*) FROM old) >= $2 OR (SELECT count(*) FROM done) >= $3 AS more";

/// Keeps chat messages in PostgreSQL.
#[derive(Debug, Clone)]
pub struct PgChatStore {
    pool: PgPool,
}

impl PgChatStore {
    /// On this pool.
    #[must_use]
    pub fn new(pool: PgPool) -> Self {
        Self { pool }
    }
}

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = SqlUuid)]
    room_id: Uuid,
    #[diesel(sql_type = SqlUuid)]
    id: Uuid,
    #[diesel(sql_type = SqlUuid)]
    sender_id: Uuid,
    #[diesel(sql_type = Text)]
    sender_name: String,
    #[diesel(sql_type = Nullable<SqlUuid>)]
    recipient_id: Option<Uuid>,
    #[diesel(sql_type = Nullable<Text>)]
    recipient_name: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    text: Option<String>,
    #[diesel(sql_type = Timestamptz)]
    sent_at: DateTime<Utc>,
    #[diesel(sql_type = Nullable<Timestamptz>)]
    deleted_at: Option<DateTime<Utc>>,
    #[diesel(sql_type = Nullable<SqlUuid>)]
    deleted_by: Option<Uuid>,
}

fn corrupt(source: impl Into<application_shared::BoxError>) -> PortError {
    PortError::corrupt("chat message", source)
}

impl Row {
    fn into_message(self) -> Result<ChatMessage, PortError> {
        let name = |name: &str| DisplayName::parse(name).map_err(corrupt);
        let recipient = match (self.recipient_id, self.recipient_name) {
            (Some(id), Some(called)) => Some(Recipient { user_id: UserId::from_uuid(id), name: name(&called)? }),
            _ => None,
        };
        let content = match (self.text, self.deleted_at, self.deleted_by) {
            (Some(text), _, _) => ChatContent::Text(ChatText::parse(text).map_err(corrupt)?),
            (None, Some(at), Some(by)) => ChatContent::Deleted(Deletion { at, by: UserId::from_uuid(by) }),
            _ => return Err(corrupt("neither text nor deletion")),
        };
        Ok(ChatMessage::from(ChatMessageParts {
            id: MessageId::from_uuid(self.id),
            room_id: RoomId::from_uuid(self.room_id),
            sender_id: UserId::from_uuid(self.sender_id),
            sender_name: name(&self.sender_name)?,
            recipient,
            content,
            sent_at: self.sent_at,
        }))
    }
}

/// A message that breaks a rule of the table never fits; everything else is a database that did not do its work.
fn store_error(error: Error) -> PortError {
    match error {
        Error::DatabaseError(DatabaseErrorKind::CheckViolation | DatabaseErrorKind::NotNullViolation, _) => {
            corrupt(error)
        }
        other => port_error(other),
    }
}

#[async_trait]
impl ChatStore for PgChatStore {
    async fn store(&self, messages: &[Arc<ChatMessage>]) -> Result<(), PortError> {
        let ids = |id: fn(&ChatMessage) -> Uuid| messages.iter().map(|message| id(message)).collect::<Vec<_>>();
        let recipients = messages.iter().map(|message| message.recipient());
        let recipient_ids: Vec<_> = recipients.clone().map(|one| one.map(|one| one.user_id.as_uuid())).collect();
        let recipient_names: Vec<_> = recipients.map(|one| one.map(|one| one.name.as_str())).collect();
        let deletions = messages.iter().map(|message| message.deletion());
        let deleted_at: Vec<_> = deletions.clone().map(|one| one.map(|one| one.at)).collect();
        let deleted_by: Vec<_> = deletions.map(|one| one.map(|one| one.by.as_uuid())).collect();
        let mut connection = self.pool.get().await?;
        diesel::sql_query(STORE)
            .bind::<Array<SqlUuid>, _>(ids(|message| message.room_id().as_uuid()))
            .bind::<Array<SqlUuid>, _>(ids(|message| message.id().as_uuid()))
            .bind::<Array<SqlUuid>, _>(ids(|message| message.sender_id().as_uuid()))
            .bind::<Array<Text>, _>(messages.iter().map(|one| one.sender_name().as_str()).collect::<Vec<_>>())
            .bind::<Array<Nullable<SqlUuid>>, _>(recipient_ids)
            .bind::<Array<Nullable<Text>>, _>(recipient_names)
            .bind::<Array<Nullable<Text>>, _>(messages.iter().map(|one| one.text()).collect::<Vec<_>>())
            .bind::<Array<Timestamptz>, _>(messages.iter().map(|one| one.sent_at()).collect::<Vec<_>>())
            .bind::<Array<Nullable<Timestamptz>>, _>(deleted_at)
            .bind::<Array<Nullable<SqlUuid>>, _>(deleted_by)
            .execute(&mut connection)
            .await
            .map(drop)
            .map_err(store_error)
    }

    async fn find(&self, room: RoomId, message: MessageId) -> Result<Option<ChatMessage>, PortError> {
        let mut connection = self.pool.get().await?;
        let found: Option<Row> = diesel::sql_query(FIND)
            .bind::<SqlUuid, _>(room.as_uuid())
            .bind::<SqlUuid, _>(message.as_uuid())
            .get_result(&mut connection)
            .await
            .optional()
            .map_err(port_error)?;
        found.map(Row::into_message).transpose()
    }

    async fn page(
        &self,
        room: RoomId,
        reader: UserId,
        before: Option<MessageId>,
        limit: u16,
    ) -> Result<Vec<ChatMessage>, PortError> {
        let mut connection = self.pool.get().await?;
        let rows: Vec<Row> = diesel::sql_query(PAGE)
            .bind::<SqlUuid, _>(room.as_uuid())
            .bind::<SqlUuid, _>(before.map_or(Uuid::max(), |before| before.as_uuid()))
            .bind::<SqlUuid, _>(reader.as_uuid())
            .bind::<BigInt, _>(i64::from(limit))
            .load(&mut connection)
            .await
            .map_err(port_error)?;
        rows.into_iter().map(Row::into_message).collect()
    }
}

#[derive(QueryableByName)]
struct PrunedRow {
    #[diesel(sql_type = BigInt)]
    messages: i64,
    #[diesel(sql_type = Bool)]
    more: bool,
}

#[async_trait]
impl ChatRetention for PgChatStore {
    async fn delete_sent_before(&self, before: DateTime<Utc>, limit: u16) -> Result<u64, PortError> {
        let mut connection = self.pool.get().await?;
        let deleted = diesel::sql_query(DELETE_OLD)
            .bind::<Timestamptz, _>(before)
            .bind::<BigInt, _>(i64::from(limit))
            .execute(&mut connection)
            .await
            .map_err(port_error)?;
        Ok(deleted as u64)
    }

    async fn delete_of_rooms_over_before(&self, before: DateTime<Utc>, limit: u16) -> Result<RoomsPruned, PortError> {
        let mut connection = self.pool.get().await?;
        let pruned: PrunedRow = diesel::sql_query(DELETE_OF_ROOMS)
            .bind::<Timestamptz, _>(before)
            .bind::<BigInt, _>(i64::from(limit))
            .bind::<BigInt, _>(ROOMS)
            .get_result(&mut connection)
            .await
            .map_err(port_error)?;
        Ok(RoomsPruned { messages: u64::try_from(pruned.messages).unwrap_or_default(), more: pruned.more })
    }
}
