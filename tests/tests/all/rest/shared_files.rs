//! The files of one test: known in its database, kept in a folder of their own.

use std::{sync::Arc, time::Duration};

use application_file::{FileLimits, FilePorts};
use application_shared::ObjectKey;
use chrono::{DateTime, Utc};
use domain_file::{MediaType, Quota};
use domain_shared::{FixedClock, IdGenerator};
use infrastructure_postgres::{PgFileRepository, PgMeetingMembers, PgPool};
use infrastructure_storage::{HmacDownloadTickets, LocalObjectStorage};
use secrecy::SecretString;
use tempfile::TempDir;

const MEBIBYTE: u64 = 1024 * 1024;
/// The largest file that is taken.
pub const MAX_BYTES: u64 = 12 * MEBIBYTE;
/// What one account may have: five files of four mebibytes, with their forms.
const QUOTA_BYTES: u64 = 20 * MEBIBYTE + 64 * 1024;

/// Files, past the interface.
pub struct SharedFiles {
    /// What the use cases work with.
    pub ports: FilePorts,
    folder: TempDir,
}

impl SharedFiles {
    /// None yet.
    pub fn new(pool: &PgPool, secret: &SecretString, clock: &Arc<FixedClock>, ids: Arc<dyn IdGenerator>) -> Self {
        let folder = TempDir::with_prefix("open-meeting-files.").expect("a folder");
        let tickets = Arc::new(HmacDownloadTickets::new(secret, &[]));
        let address = "/api/v1/media/objects/";
        let storage = LocalObjectStorage::open(folder.path(), address, tickets.clone(), clock.clone(), ids.clone());
        let ports = FilePorts {
            files: Arc::new(PgFileRepository::new(pool.clone())),
            storage: Arc::new(storage.expect("the folder")),
            tickets: Some(tickets),
            members: Arc::new(PgMeetingMembers::new(pool.clone())),
            clock: clock.clone(),
            ids,
            limits: FileLimits {
                max_bytes: MAX_BYTES,
                quota: Quota { bytes: QUOTA_BYTES, files: 100 },
                media_types: MediaType::all().collect(),
                download_lifetime: Duration::from_secs(900),
                uploads_at_once: 32,
            },
        };
        Self { ports, folder }
    }

    /// The objects in the storage.
    pub async fn stored(&self) -> Vec<String> {
        let objects = self.ports.storage.list("", None, 1_000).await.expect("the storage");
        objects.into_iter().map(|object| object.key.to_string()).collect()
    }

    /// Whether there is nothing in the storage, not even of an upload.
    pub async fn storage_is_empty(&self) -> bool {
        let uploads = std::fs::read_dir(self.folder.path().join("uploads")).expect("the folder").count();
        uploads == 0 && self.stored().await.is_empty()
    }

    /// How many files are known, wherever they are in their life.
    pub async fn known(&self) -> usize {
        let files = &self.ports.files;
        let begun = files
            .unfinished(DateTime::<Utc>::from_timestamp(4_000_000_000, 0).expect("a time"), 1_000)
            .await
            .expect("files")
            .len();
        let ending = files.deleting(1_000).await.expect("files").len();
        begun + ending + files.readable(None, 1_000).await.expect("files").len()
    }

    /// An object goes without anybody's doing.
    pub async fn lose(&self, key: &str) {
        self.ports.storage.delete(&ObjectKey::parse(key).expect("a key")).await.expect("the storage");
    }

    /// An object that nobody knows.
    pub async fn leave(&self, key: &str) {
        self.ports.storage.put(&ObjectKey::parse(key).expect("a key"), "x".into()).await.expect("the storage");
    }

    /// An upload that never finishes.
    pub async fn leave_upload(&self) {
        let key = ObjectKey::parse("files/never").expect("a key");
        self.ports.storage.begin_upload(&key).await.expect("the storage");
    }
}
