//! What the use cases of files need from outside.

use std::{sync::Arc, time::Duration};

use application_shared::{DownloadTickets, ObjectStorage, PortError};
use async_trait::async_trait;
use chrono::{DateTime, Utc};
use domain_file::{File, MediaType, Quota, QuotaExceeded};
use domain_shared::{Clock, FileId, IdGenerator, MeetingId, Page, PageLimit, UserId};
use thiserror::Error;

use crate::FileScope;

/// Why an upload was not begun.
#[derive(Debug, Error)]
pub enum InsertFileError {
    /// There is no room for it.
    #[error(transparent)]
    Quota(#[from] QuotaExceeded),
    /// The store could not do it.
    #[error(transparent)]
    Port(#[from] PortError),
}

/// Where a list of files goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FileCursor {
    /// When the upload of the last file of the page before began.
    pub created_at: DateTime<Utc>,
    /// Its identifier.
    pub id: FileId,
}

/// Keeps what is known of files. A write stores the row, its version and the pending events in one transaction, then calls
/// [`File::mark_stored`]; when it fails, nothing is stored and the aggregate is as before.
#[async_trait]
pub trait FileRepository: Send + Sync {
    /// The file of that identifier, wherever it is in its life.
    async fn find(&self, id: FileId) -> Result<Option<File>, PortError>;
    /// Stores a new file as version 1 if its owner's quota admits it. Of several at the same moment each sees those
    /// before it: together they never have more than the quota.
    async fn insert(&self, file: &mut File, quota: Quota) -> Result<(), InsertFileError>;
    /// Stores a change as the next version; [`PortError::Conflict`] unless the stored one is [`File::version`].
    async fn update(&self, file: &mut File) -> Result<(), PortError>;
    /// Removes a file that is being deleted; any other stays.
    async fn remove(&self, id: FileId) -> Result<(), PortError>;
    /// Deletes every file of somebody whose account is gone: none of them can be read from now on.
    async fn delete_of(&self, owner: UserId) -> Result<(), PortError>;
    /// Files that can be read, newest first (`created_at`, then `id`, both descending).
    async fn page(
        &self,
        scope: FileScope,
        after: Option<FileCursor>,
        limit: PageLimit,
    ) -> Result<Page<File, FileCursor>, PortError>;
    /// Uploads that have begun before then and are not over, at most `limit`.
    async fn unfinished(&self, begun_before: DateTime<Utc>, limit: u16) -> Result<Vec<FileId>, PortError>;
    /// Files that are being deleted, at most `limit`.
    async fn deleting(&self, limit: u16) -> Result<Vec<FileId>, PortError>;
    /// Files that can be read, in the order of their identifiers, at most `limit`.
    async fn readable(&self, after: Option<FileId>, limit: u16) -> Result<Vec<FileId>, PortError>;
    /// Which of these there are, wherever they are in their life.
    async fn existing(&self, ids: &[FileId]) -> Result<Vec<FileId>, PortError>;
}

/// What somebody is to a meeting.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MeetingStanding {
    /// Neither its creator nor anybody who takes part, or sent away.
    Stranger,
    /// They take part, or have taken part.
    Participant,
    /// They decide: its creator, its host, a co-host.
    Moderator,
}

/// Knows who takes part in meetings: they are another module's.
#[async_trait]
pub trait MeetingMembers: Send + Sync {
    /// What the user is to the meeting, if there is one.
    async fn standing(&self, user: UserId, meeting: MeetingId) -> Result<Option<MeetingStanding>, PortError>;
}

/// What the operator allows.
#[derive(Debug, Clone)]
pub struct FileLimits {
    /// The largest file, in bytes.
    pub max_bytes: u64,
    /// What one account may have.
    pub quota: Quota,
    /// Which kinds of files are taken.
    pub media_types: Vec<MediaType>,
    /// How long the address of a download is good.
    pub download_lifetime: Duration,
    /// How many uploads this process takes at once; each holds a part of its file in memory.
    pub uploads_at_once: usize,
}

/// The ports of all use cases of this module, so that each can take those it needs.
#[derive(Clone)]
pub struct FilePorts {
    /// Keeps what is known of files.
    pub files: Arc<dyn FileRepository>,
    /// Keeps the files themselves.
    pub storage: Arc<dyn ObjectStorage>,
    /// Reads addresses of downloads, where this server hands files out.
    pub tickets: Option<Arc<dyn DownloadTickets>>,
    /// Knows who takes part in meetings.
    pub members: Arc<dyn MeetingMembers>,
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
    /// Makes identifiers.
    pub ids: Arc<dyn IdGenerator>,
    /// What the operator allows.
    pub limits: FileLimits,
}
