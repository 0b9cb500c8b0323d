//! What is shown of files.

use chrono::{DateTime, Utc};
use domain_file::{Content, File};
use domain_shared::{FileId, MeetingId, UserId};
use secrecy::SecretString;

/// A file that can be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileView {
    /// The identifier.
    pub id: FileId,
    /// Whose it is.
    pub owner_id: UserId,
    /// The meeting that it is shared with.
    pub meeting_id: Option<MeetingId>,
    /// What it is called.
    pub name: String,
    /// What it is.
    pub content: Content,
    /// When its upload began.
    pub created_at: DateTime<Utc>,
}

impl FileView {
    /// The file, if it can be read.
    pub(crate) fn of(file: &File) -> Option<Self> {
        Some(Self {
            id: file.id(),
            owner_id: file.owner_id(),
            meeting_id: file.meeting_id(),
            name: file.name().as_str().to_owned(),
            content: file.content()?,
            created_at: file.created_at(),
        })
    }
}

/// A file, and where its content is read.
#[derive(Debug, Clone)]
pub struct FileWithDownload {
    /// The file.
    pub file: FileView,
    /// An absolute URL, or a path on this server. Whoever has it can read the file.
    pub url: SecretString,
    /// Until when.
    pub url_expires_at: DateTime<Utc>,
}
