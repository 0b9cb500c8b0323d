//! Files that people share: where their content is kept, and what cleans up after them.

use std::{sync::Arc, time::Duration};

use application_file::{CleanUpFiles, CleanUpReport, FilePorts};
use application_shared::{DownloadTickets, HealthCheck, ObjectStorage};
use domain_shared::{Clock, IdGenerator};
use infrastructure_postgres::{PgFileRepository, PgMeetingMembers, PgPool};
use infrastructure_storage::{AbsentObjectStorage, HmacDownloadTickets, LocalObjectStorage, S3ObjectStorage};
use tokio::time::sleep;

use super::StartError;
use crate::config::{Config, Place};

/// Where this server takes addresses of downloads (interfaces/rest).
const DOWNLOADS: &str = "/api/v1/media/objects/";
/// How often it is looked whether there is something to clean up.
const LOOK: Duration = Duration::from_secs(60);

/// A place for objects.
pub struct Storage {
    /// Keeps them.
    pub objects: Arc<dyn ObjectStorage>,
    /// Reads addresses of downloads, where this server hands objects out.
    pub tickets: Option<Arc<dyn DownloadTickets>>,
    /// Tells whether the place can be reached; nothing when there is none.
    pub health: Option<Arc<dyn HealthCheck>>,
}

impl Storage {
    /// The place that the configuration names.
    ///
    /// # Errors
    /// [`StartError::Setting`] when it cannot be used.
    pub fn open(config: &Config, clock: &Arc<dyn Clock>, ids: &Arc<dyn IdGenerator>) -> Result<Self, StartError> {
        match config.storage.place() {
            Place::Folder(folder) => {
                let tickets = HmacDownloadTickets::new(&config.auth.jwt_secret, &config.auth.former_jwt_secrets);
                let tickets = Arc::new(tickets);
                let storage = LocalObjectStorage::open(&folder, DOWNLOADS, tickets.clone(), clock.clone(), ids.clone());
                let storage = Arc::new(storage.map_err(|error| StartError::setting("storage.folder")(&error))?);
                Ok(Self { objects: storage.clone(), tickets: Some(tickets), health: Some(storage) })
            }
            Place::S3(options) => {
                let storage = S3ObjectStorage::new(&options);
                let storage = Arc::new(storage.map_err(|error| StartError::setting("storage.s3_bucket")(&error))?);
                Ok(Self { objects: storage.clone(), tickets: None, health: Some(storage) })
            }
            Place::Nowhere => Ok(Self { objects: Arc::new(AbsentObjectStorage), tickets: None, health: None }),
        }
    }
}

/// The ports of files.
pub(super) fn ports(
    config: &Config,
    storage: &Storage,
    database: &PgPool,
    clock: &Arc<dyn Clock>,
    ids: &Arc<dyn IdGenerator>,
) -> FilePorts {
    if storage.health.is_none() {
        tracing::warn!("files cannot be uploaded: neither storage.folder nor storage.s3_bucket is set");
    }
    FilePorts {
        files: Arc::new(PgFileRepository::new(database.clone())),
        storage: storage.objects.clone(),
        tickets: storage.tickets.clone(),
        members: Arc::new(PgMeetingMembers::new(database.clone())),
        clock: clock.clone(),
        ids: ids.clone(),
        limits: config.files.limits(),
    }
}

/// Cleans up again and again. Can be cut short at any point, and is done by several nodes at once without harm.
pub(super) async fn clean_up_files(files: CleanUpFiles) {
    loop {
        match files.execute().await {
            Ok(done) if done == CleanUpReport::default() => {}
            Ok(CleanUpReport { uploads, files, objects, missing }) => {
                tracing::info!(uploads, files, objects, missing, "files cleaned up");
            }
            Err(error) => tracing::warn!(%error, "files could not be cleaned up"),
        }
        sleep(LOOK).await;
    }
}
