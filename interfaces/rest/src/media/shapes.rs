//! What the operations of files answer with.

use application_file::{FileView, FileWithDownload};
use chrono::{DateTime, Utc};
use poem_openapi::Object;
use secrecy::ExposeSecret;
use serde::Serialize;
use uuid::Uuid;

/// A file that somebody shares.
#[derive(Debug, Serialize, Object)]
pub struct MediaFile {
    /// Its identifier.
    pub id: Uuid,
    /// What its owner calls it. It may hold anything that can be seen; it is no path.
    pub name: String,
    /// What it is, found out from its content, such as `image/png`.
    pub media_type: String,
    /// In bytes.
    pub size: u64,
    /// The SHA-256 of its content, in hexadecimal.
    pub sha256: String,
    /// Whose it is.
    pub owner_id: Uuid,
    /// The meeting that it is shared with; only its owner has it when null.
    #[oai(nullable)]
    pub meeting_id: Option<Uuid>,
    /// When its upload began.
    pub created_at: DateTime<Utc>,
}

impl From<FileView> for MediaFile {
    fn from(view: FileView) -> Self {
        Self {
            id: view.id.as_uuid(),
            name: view.name,
            media_type: view.content.media_type.to_string(),
            size: view.content.size,
            sha256: view.content.checksum.to_string(),
            owner_id: view.owner_id.as_uuid(),
            meeting_id: view.meeting_id.map(|meeting| meeting.as_uuid()),
            created_at: view.created_at,
        }
    }
}

/// A file, and where its content is read.
#[derive(Serialize, Object)]
pub struct MediaFileAnswer {
    /// The file.
    pub file: MediaFile,
    /// Where its content is read, by whoever has the address: an absolute URL, or a path on this server.
    pub download_url: String,
    /// Until when the address is good.
    pub download_url_expires_at: DateTime<Utc>,
}

impl From<FileWithDownload> for MediaFileAnswer {
    fn from(found: FileWithDownload) -> Self {
        Self {
            file: found.file.into(),
            download_url: found.url.expose_secret().to_owned(),
            download_url_expires_at: found.url_expires_at,
        }
    }
}

/// A page of files.
#[derive(Debug, Serialize, Object)]
pub struct MediaFilePage {
    /// The files, newest first.
    pub items: Vec<MediaFile>,
    /// Where the list goes on; null at its end.
    #[oai(nullable)]
    pub next_cursor: Option<String>,
}
