//! Pictures of people on PostgreSQL (docs/adr/0013).

use application_shared::PortError;
use application_user::{AvatarImage, AvatarStore, StoredAvatar};
use async_trait::async_trait;
use diesel::{ExpressionMethods, OptionalExtension, QueryDsl, prelude::Insertable};
use diesel_async::RunQueryDsl;
use domain_shared::UserId;
use uuid::Uuid;

use crate::{PgPool, error::port_error, schema::avatars};

/// Keeps pictures in PostgreSQL: a row for each size.
#[derive(Debug, Clone)]
pub struct PgAvatarStore {
    pool: PgPool,
}

impl PgAvatarStore {
    /// On this pool.
    #[must_use]
    pub fn new(pool: PgPool) -> Self {
        Self { pool }
    }
}

/// A row of `avatars`; the database adds the time.
#[derive(Insertable)]
#[diesel(table_name = avatars)]
struct AvatarRow<'a> {
    id: Uuid,
    size: i16,
    owner_id: Uuid,
    media_type: &'a str,
    bytes: &'a [u8],
}

#[async_trait]
impl AvatarStore for PgAvatarStore {
    async fn put(&self, id: Uuid, owner: UserId, images: &[AvatarImage]) -> Result<(), PortError> {
        let mut rows = Vec::with_capacity(images.len());
        for AvatarImage { size, media_type, bytes } in images {
            let size = i16::try_from(*size).map_err(PortError::unavailable)?;
            rows.push(AvatarRow { id, size, owner_id: owner.as_uuid(), media_type, bytes });
        }
        let mut connection = self.pool.get().await?;
        // One statement: all of them or none.
        diesel::insert_into(avatars::table).values(rows).execute(&mut connection).await.map_err(port_error)?;
        Ok(())
    }

    async fn get(&self, id: Uuid, size: u16) -> Result<Option<StoredAvatar>, PortError> {
        let Ok(size) = i16::try_from(size) else { return Ok(None) };
        let mut connection = self.pool.get().await?;
        let select = avatars::table.find((id, size)).select((avatars::media_type, avatars::bytes));
        let found = select.first::<(String, Vec<u8>)>(&mut connection).await.optional().map_err(port_error)?;
        Ok(found.map(|(media_type, bytes)| StoredAvatar { media_type, bytes }))
    }

    async fn delete(&self, id: Uuid) -> Result<(), PortError> {
        let mut connection = self.pool.get().await?;
        let delete = diesel::delete(avatars::table.filter(avatars::id.eq(id)));
        delete.execute(&mut connection).await.map_err(port_error)?;
        Ok(())
    }

    async fn delete_of(&self, owner: UserId) -> Result<(), PortError> {
        let mut connection = self.pool.get().await?;
        let delete = diesel::delete(avatars::table.filter(avatars::owner_id.eq(owner.as_uuid())));
        delete.execute(&mut connection).await.map_err(port_error)?;
        Ok(())
    }
}
