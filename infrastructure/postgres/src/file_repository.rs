//! What is known of files, on PostgreSQL.

use application_file::{FileCursor, FileRepository, FileScope, InsertFileError};
use application_shared::PortError;
use async_trait::async_trait;
use chrono::{DateTime, Utc};
use diesel::{
    BoolExpressionMethods, ExpressionMethods, OptionalExtension, QueryDsl, SelectableHelper,
    prelude::QueryableByName,
    sql_types::{BigInt, Integer, Uuid as SqlUuid},
};
use diesel_async::{AsyncConnection, RunQueryDsl};
use domain_file::{File, FileState, Quota, QuotaExceeded, Usage};
use domain_shared::{FileId, Page, PageLimit, UserId};
use uuid::Uuid;

use crate::{
    PgPool,
    error::{StoreError, port_error},
    file_rows::{DELETING, FileRow, READY, UPLOADING},
    outbox_writer::InsertEvents,
    schema::files,
    versioned_update::VersionedUpdate,
};

/// Keeps what is known of files in PostgreSQL.
#[derive(Debug, Clone)]
pub struct PgFileRepository {
    pool: PgPool,
}

impl PgFileRepository {
    /// On this pool.
    #[must_use]
    pub fn new(pool: PgPool) -> Self {
        Self { pool }
    }
}

#[derive(QueryableByName)]
struct UsageRow {
    #[diesel(sql_type = BigInt)]
    files: i64,
    #[diesel(sql_type = BigInt)]
    bytes: i64,
}

/// Why a file was not stored.
enum Refused {
    Quota(QuotaExceeded),
    Store(StoreError),
}

impl<E: Into<StoreError>> From<E> for Refused {
    fn from(error: E) -> Self {
        Self::Store(error.into())
    }
}

/// Uploads of one person queue up here, until their transactions have ended. The number sets the lock apart from others.
const LOCK: &str = "SELECT pg_advisory_xact_lock(1800, $1)";
const USAGE: &str = "SELECT count(*) AS files, coalesce(sum(bytes), 0)::bigint AS bytes FROM files \
                     WHERE owner_id = $1 AND status <> 'deleting'";

/// Where somebody queues up. Two people may share a place: then they wait for each other for a moment.
fn turn_of(owner: Uuid) -> i32 {
    let bits = owner.as_u128();
    [0, 32, 64, 96].into_iter().fold(0, |turn, shift| turn ^ ((bits >> shift) as u32)).cast_signed()
}

#[async_trait]
impl FileRepository for PgFileRepository {
    async fn find(&self, id: FileId) -> Result<Option<File>, PortError> {
        let mut connection = self.pool.get().await?;
        let row = files::table.select(FileRow::as_select()).find(id.as_uuid()).first(&mut connection).await;
        row.optional().map_err(port_error)?.map(FileRow::into_file).transpose()
    }

    async fn insert(&self, file: &mut File, quota: Quota) -> Result<(), InsertFileError> {
        let version = 1;
        let row = FileRow::of(&file.to_snapshot(), version);
        let reserved = match file.state() {
            FileState::Uploading { reserved } => reserved,
            FileState::Ready { content, .. } => content.size,
            FileState::Deleting => 0,
        };
        let (owner, events) = (file.owner_id().as_uuid(), InsertEvents::of(file.pending_events())?);
        let mut connection = self.pool.get().await?;
        let stored = connection
            .transaction(async |conn| {
                diesel::sql_query(LOCK).bind::<Integer, _>(turn_of(owner)).execute(conn).await?;
                let usage: UsageRow = diesel::sql_query(USAGE).bind::<SqlUuid, _>(owner).get_result(conn).await?;
                let usage = Usage { bytes: usage.bytes.unsigned_abs(), files: usage.files.unsigned_abs() };
                quota.admit(usage, reserved).map_err(Refused::Quota)?;
                diesel::insert_into(files::table).values(&row).execute(conn).await?;
                if !events.is_empty() {
                    (&events).execute(conn).await?;
                }
                Ok(())
            })
            .await;
        match stored {
            Ok(()) => {}
            Err(Refused::Quota(exceeded)) => return Err(exceeded.into()),
            Err(Refused::Store(error)) => return Err(PortError::from(error).into()),
        }
        file.mark_stored(version);
        self.pool.signal().raise_for(&events);
        Ok(())
    }

    async fn update(&self, file: &mut File) -> Result<(), PortError> {
        let version = file.version() + 1;
        let row = FileRow::of(&file.to_snapshot(), version);
        let events = InsertEvents::of(file.pending_events())?;
        let mut connection = self.pool.get().await?;
        VersionedUpdate::new("files", row.id, version - 1, diesel::AsChangeset::as_changeset(&row), &events)
            .write(&mut connection)
            .await?;
        file.mark_stored(version);
        self.pool.signal().raise_for(&events);
        Ok(())
    }

    async fn remove(&self, id: FileId) -> Result<(), PortError> {
        let mut connection = self.pool.get().await?;
        let row = files::table.filter(files::id.eq(id.as_uuid()).and(files::status.eq(DELETING)));
        diesel::delete(row).execute(&mut connection).await.map_err(port_error)?;
        Ok(())
    }

    async fn delete_of(&self, owner: UserId) -> Result<(), PortError> {
        let mut connection = self.pool.get().await?;
        let rows = files::table.filter(files::owner_id.eq(owner.as_uuid()).and(files::status.ne(DELETING)));
        diesel::update(rows)
            .set((
                files::status.eq(DELETING),
                files::missing_since.eq(None::<DateTime<Utc>>),
                files::version.eq(files::version + 1),
            ))
            .execute(&mut connection)
            .await
            .map_err(port_error)?;
        Ok(())
    }

    async fn page(
        &self,
        scope: FileScope,
        after: Option<FileCursor>,
        limit: PageLimit,
    ) -> Result<Page<File, FileCursor>, PortError> {
        let wanted = usize::from(limit.get());
        let mut query = files::table
            .select(FileRow::as_select())
            .filter(files::status.eq(READY))
            .order((files::created_at.desc(), files::id.desc()))
            // One more than wanted tells whether there is a next page.
            .limit(i64::from(limit.get()) + 1)
            .into_boxed();
        query = match scope {
            FileScope::OwnedBy(owner) => query.filter(files::owner_id.eq(owner.as_uuid())),
            FileScope::SharedWith(meeting) => query.filter(files::meeting_id.eq(Some(meeting.as_uuid()))),
        };
        if let Some(FileCursor { created_at, id }) = after {
            let older = files::created_at.lt(created_at);
            query = query.filter(older.or(files::created_at.eq(created_at).and(files::id.lt(id.as_uuid()))));
        }
        let mut connection = self.pool.get().await?;
        let rows: Vec<FileRow> = query.load(&mut connection).await.map_err(port_error)?;
        let more = rows.len() > wanted;
        let items = rows.into_iter().take(wanted).map(FileRow::into_file).collect::<Result<Vec<_>, _>>()?;
        let last = items.last().map(|file| FileCursor { created_at: file.created_at(), id: file.id() });
        Ok(Page { items, next: last.filter(|_| more) })
    }

    async fn unfinished(&self, begun_before: DateTime<Utc>, limit: u16) -> Result<Vec<FileId>, PortError> {
        let mut connection = self.pool.get().await?;
        let ids: Vec<Uuid> = files::table
            .select(files::id)
            .filter(files::status.eq(UPLOADING).and(files::created_at.lt(begun_before)))
            .order(files::created_at)
            .limit(i64::from(limit))
            .load(&mut connection)
            .await
            .map_err(port_error)?;
        Ok(ids.into_iter().map(FileId::from_uuid).collect())
    }

    async fn deleting(&self, limit: u16) -> Result<Vec<FileId>, PortError> {
        let mut connection = self.pool.get().await?;
        let ids: Vec<Uuid> = files::table
            .select(files::id)
            .filter(files::status.eq(DELETING))
            .order(files::id)
            .limit(i64::from(limit))
            .load(&mut connection)
            .await
            .map_err(port_error)?;
        Ok(ids.into_iter().map(FileId::from_uuid).collect())
    }

    async fn readable(&self, after: Option<FileId>, limit: u16) -> Result<Vec<FileId>, PortError> {
        let after = after.map_or(Uuid::nil(), |after| after.as_uuid());
        let mut connection = self.pool.get().await?;
        let ids: Vec<Uuid> = files::table
            .select(files::id)
            .filter(files::id.gt(after).and(files::status.eq(READY)))
            .order(files::id)
            .limit(i64::from(limit))
            .load(&mut connection)
            .await
            .map_err(port_error)?;
        Ok(ids.into_iter().map(FileId::from_uuid).collect())
    }

    async fn existing(&self, ids: &[FileId]) -> Result<Vec<FileId>, PortError> {
        let ids: Vec<Uuid> = ids.iter().map(FileId::as_uuid).collect();
        let mut connection = self.pool.get().await?;
        let found: Vec<Uuid> = files::table
            .select(files::id)
            .filter(files::id.eq_any(ids))
            .load(&mut connection)
            .await
            .map_err(port_error)?;
        Ok(found.into_iter().map(FileId::from_uuid).collect())
    }
}
