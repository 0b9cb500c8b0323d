//! Brings the schema up to date, and back.

use application_shared::BoxError;
use diesel::migration::MigrationSource as _;
use diesel::{migration::Migration, pg::Pg, sql_types::BigInt};
use diesel_async::{AsyncMigrationHarness, AsyncPgConnection, RunQueryDsl};
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};
use thiserror::Error;
use tracing::info;

use crate::{PgOptions, pool::connect};

const MIGRATIONS: EmbeddedMigrations = embed_migrations!("../../migrations");

/// Names the lock under which the schema is changed: the letters "openmeet".
const LOCK: i64 = 0x6f70_656e_6d65_6574;

/// The schema could not be read or changed.
#[derive(Debug, Error)]
pub enum MigrationError {
    /// The database cannot be reached.
    #[error("the database cannot be reached: {0}")]
    Connect(#[source] diesel::ConnectionError),
    /// Another node holds the lock, or the connection broke.
    #[error("the lock for changing the schema was not given: {0}")]
    Lock(#[source] diesel::result::Error),
    /// A migration failed; it was rolled back, the ones before it stay.
    #[error("a migration failed: {0}")]
    Migration(#[source] BoxError),
}

/// What has been applied to a database, and what has not. Names as in `migrations/`, oldest first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MigrationStatus {
    /// Versions that are in force; also those that this program does not know.
    pub applied: Vec<String>,
    /// Migrations that are missing.
    pub pending: Vec<String>,
}

/// Changes the schema, on a connection of its own, one node at a time. Needs tokio's multi-threaded runtime.
#[derive(Debug, Clone)]
pub struct Migrator {
    options: PgOptions,
}

impl Migrator {
    /// For the database of these options. Their statement timeout does not count here.
    #[must_use]
    pub fn new(options: &PgOptions) -> Self {
        let mut options = options.clone();
        options.statement_timeout = std::time::Duration::ZERO;
        Self { options }
    }

    /// Applies what is missing. Waits while another node does so. Returns the names of what it applied.
    ///
    /// # Errors
    /// [`MigrationError`].
    pub async fn up(&self) -> Result<Vec<String>, MigrationError> {
        let mut harness = self.locked().await?;
        let pending = harness.pending_migrations(MIGRATIONS).map_err(MigrationError::Migration)?;
        let mut applied = Vec::with_capacity(pending.len());
        for migration in pending {
            let name = migration.name().to_string();
            harness.run_migration(&migration).map_err(MigrationError::Migration)?;
            info!(migration = %name, "applied");
            applied.push(name);
        }
        Ok(applied)
    }

    /// Takes the newest migration back; its data goes with it. Returns its version, or `None` when none was applied.
    ///
    /// # Errors
    /// [`MigrationError`].
    pub async fn revert_last(&self) -> Result<Option<String>, MigrationError> {
        let mut harness = self.locked().await?;
        if harness.applied_migrations().map_err(MigrationError::Migration)?.is_empty() {
            return Ok(None);
        }
        let reverted = harness.revert_last_migration(MIGRATIONS).map_err(MigrationError::Migration)?;
        info!(version = %reverted, "reverted");
        Ok(Some(reverted.to_string()))
    }

    /// What has been applied, and what has not. Waits while another node changes the schema.
    ///
    /// # Errors
    /// [`MigrationError`].
    pub async fn status(&self) -> Result<MigrationStatus, MigrationError> {
        let mut harness = self.locked().await?;
        let mut applied: Vec<String> =
            harness.applied_migrations().map_err(MigrationError::Migration)?.iter().map(ToString::to_string).collect();
        applied.sort_unstable();
        let pending = harness.pending_migrations(MIGRATIONS).map_err(MigrationError::Migration)?;
        Ok(MigrationStatus { applied, pending: names(&pending) })
    }

    /// How many migrations this program knows.
    ///
    /// # Errors
    /// [`MigrationError::Migration`].
    pub fn known() -> Result<Vec<String>, MigrationError> {
        let mut known = names(&MIGRATIONS.migrations().map_err(MigrationError::Migration)?);
        known.sort_unstable();
        Ok(known)
    }

    /// A connection that holds the lock until it is dropped.
    async fn locked(&self) -> Result<AsyncMigrationHarness<AsyncPgConnection>, MigrationError> {
        let mut connection = connect(self.options.driver_config()).await.map_err(MigrationError::Connect)?;
        diesel::sql_query("SELECT pg_advisory_lock($1)")
            .bind::<BigInt, _>(LOCK)
            .execute(&mut connection)
            .await
            .map_err(MigrationError::Lock)?;
        Ok(AsyncMigrationHarness::new(connection))
    }
}

fn names(migrations: &[Box<dyn Migration<Pg>>]) -> Vec<String> {
    migrations.iter().map(|migration| migration.name().to_string()).collect()
}
