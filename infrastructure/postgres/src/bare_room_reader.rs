//! Bare rooms on PostgreSQL, read for showing.

use application_room::{
    BareRoomCursor, BareRoomFilter, BareRoomReader, BareRoomView, RoomParticipantCursor, RoomParticipantView,
};
use application_shared::PortError;
use async_trait::async_trait;
use diesel::{BoolExpressionMethods, ExpressionMethods, OptionalExtension, QueryDsl, SelectableHelper};
use diesel_async::RunQueryDsl;
use domain_room::{ParticipantStatus, RoomName};
use domain_shared::{Page, PageLimit, RoomId};

use crate::{
    PgPool,
    bare_room_rows::{RoomParticipantRow, RoomRow},
    error::port_error,
    schema::{room_participants, rooms},
};

/// Reads bare rooms from PostgreSQL, one statement for each question.
#[derive(Debug, Clone)]
pub struct PgBareRoomReader {
    pool: PgPool,
}

impl PgBareRoomReader {
    /// On this pool.
    #[must_use]
    pub fn new(pool: PgPool) -> Self {
        Self { pool }
    }
}

#[async_trait]
impl BareRoomReader for PgBareRoomReader {
    async fn read(&self, name: &RoomName) -> Result<Option<BareRoomView>, PortError> {
        let mut connection = self.pool.get().await?;
        let row: Option<RoomRow> = rooms::table
            .select(RoomRow::as_select())
            .filter(rooms::room_name.eq(name.as_str()))
            .order((rooms::created_at.desc(), rooms::id.desc()))
            .first(&mut connection)
            .await
            .optional()
            .map_err(port_error)?;
        row.map(RoomRow::into_view).transpose()
    }

    async fn list(
        &self,
        filter: &BareRoomFilter,
        after: Option<BareRoomCursor>,
        limit: PageLimit,
    ) -> Result<Page<BareRoomView, BareRoomCursor>, PortError> {
        let wanted = usize::from(limit.get());
        let mut query = rooms::table
            .select(RoomRow::as_select())
            .order((rooms::created_at.desc(), rooms::id.desc()))
            // One more than wanted tells whether there is a next page.
            .limit(i64::from(limit.get()) + 1)
            .into_boxed();
        if let Some(status) = filter.status {
            query = query.filter(rooms::status.eq(status.as_str()));
        }
        if let Some(call_type) = filter.call_type {
            query = query.filter(rooms::call_type.eq(call_type.as_str()));
        }
        if let Some(channel) = &filter.source_channel_id {
            query = query.filter(rooms::source_channel_id.eq(channel.as_str()));
        }
        if let Some(name) = &filter.name {
            query = query.filter(rooms::room_name.eq(name.as_str()));
        }
        if let Some(BareRoomCursor { created_at, id }) = after {
            // The first bound is the one by which an index is entered.
            let next = rooms::created_at.lt(created_at).or(rooms::id.lt(id.as_uuid()));
            query = query.filter(rooms::created_at.le(created_at)).filter(next);
        }
        let mut connection = self.pool.get().await?;
        let rows: Vec<RoomRow> = query.load(&mut connection).await.map_err(port_error)?;
        let more = rows.len() > wanted;
        let items = rows.into_iter().take(wanted).map(RoomRow::into_view).collect::<Result<Vec<_>, _>>()?;
        let last = items.last().map(|view| BareRoomCursor { created_at: view.created_at, id: view.id });
        Ok(Page { items, next: last.filter(|_| more) })
    }

    async fn participants(
        &self,
        room: RoomId,
        status: Option<ParticipantStatus>,
        after: Option<RoomParticipantCursor>,
        limit: PageLimit,
    ) -> Result<Page<RoomParticipantView, RoomParticipantCursor>, PortError> {
        let wanted = usize::from(limit.get());
        let mut query = room_participants::table
            .select(RoomParticipantRow::as_select())
            .filter(room_participants::room_id.eq(room.as_uuid()))
            .order((room_participants::created_at, room_participants::user_id))
            .limit(i64::from(limit.get()) + 1)
            .into_boxed();
        if let Some(status) = status {
            query = query.filter(room_participants::status.eq(status.as_str()));
        }
        if let Some(RoomParticipantCursor { created_at, user_id }) = after {
            let next = room_participants::created_at.gt(created_at);
            let next = next.or(room_participants::user_id.gt(user_id.as_uuid()));
            query = query.filter(room_participants::created_at.ge(created_at)).filter(next);
        }
        let mut connection = self.pool.get().await?;
        let rows: Vec<RoomParticipantRow> = query.load(&mut connection).await.map_err(port_error)?;
        let more = rows.len() > wanted;
        let items = rows.into_iter().take(wanted).map(RoomParticipantRow::into_view).collect::<Result<Vec<_>, _>>()?;
        let last =
            items.last().map(|view| RoomParticipantCursor { created_at: view.created_at, user_id: view.user_id });
        Ok(Page { items, next: last.filter(|_| more) })
    }
}
