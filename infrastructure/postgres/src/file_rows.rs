//! Files as rows.

use application_shared::{BoxError, PortError};
use chrono::{DateTime, Utc};
use diesel::{
    AsChangeset,
    pg::Pg,
    prelude::{Insertable, Queryable, Selectable},
};
use domain_file::{Checksum, Content, File, FileName, FileSnapshot, FileState, MediaType};
use domain_shared::{FileId, MeetingId, UserId};
use uuid::Uuid;

use crate::schema::files;

pub const UPLOADING: &str = "uploading";
pub const READY: &str = "ready";
pub const DELETING: &str = "deleting";

/// A row of `files`.
#[derive(Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = files, check_for_backend(Pg), treat_none_as_null = true, treat_none_as_default_value = false)]
pub struct FileRow {
    pub id: Uuid,
    owner_id: Uuid,
    meeting_id: Option<Uuid>,
    name: String,
    status: String,
    bytes: i64,
    media_type: Option<String>,
    checksum: Option<Vec<u8>>,
    missing_since: Option<DateTime<Utc>>,
    created_at: DateTime<Utc>,
    version: i64,
}

impl FileRow {
    /// The row of a file that is to be stored as `version`.
    pub fn of(snapshot: &FileSnapshot, version: i64) -> Self {
        let (status, bytes, content, missing_since) = match snapshot.state {
            FileState::Uploading { reserved } => (UPLOADING, reserved, None, None),
            FileState::Ready { content, missing_since } => (READY, content.size, Some(content), missing_since),
            FileState::Deleting => (DELETING, 0, None, None),
        };
        Self {
            id: snapshot.id.as_uuid(),
            owner_id: snapshot.owner_id.as_uuid(),
            meeting_id: snapshot.meeting_id.map(|meeting| meeting.as_uuid()),
            name: snapshot.name.as_str().to_owned(),
            status: status.to_owned(),
            bytes: i64::try_from(bytes).unwrap_or(i64::MAX),
            media_type: content.map(|content| content.media_type.as_str().to_owned()),
            checksum: content.map(|content| content.checksum.0.to_vec()),
            missing_since,
            created_at: snapshot.created_at,
            version,
        }
    }

    pub fn into_file(self) -> Result<File, PortError> {
        let state = match (self.status.as_str(), self.media_type, self.checksum) {
            (UPLOADING, ..) => FileState::Uploading { reserved: self.bytes.unsigned_abs() },
            (READY, Some(media_type), Some(checksum)) => {
                let content = Content {
                    size: self.bytes.unsigned_abs(),
                    media_type: MediaType::parse(&media_type).map_err(corrupt)?,
                    checksum: Checksum(checksum.try_into().map_err(|_| corrupt("a checksum of another length"))?),
                };
                FileState::Ready { content, missing_since: self.missing_since }
            }
            (DELETING, ..) => FileState::Deleting,
            _ => return Err(corrupt("an unknown status")),
        };
        Ok(File::from_snapshot(FileSnapshot {
            id: FileId::from_uuid(self.id),
            owner_id: UserId::from_uuid(self.owner_id),
            meeting_id: self.meeting_id.map(MeetingId::from_uuid),
            name: FileName::parse(&self.name).map_err(corrupt)?,
            state,
            created_at: self.created_at,
            version: self.version,
        }))
    }
}

fn corrupt(source: impl Into<BoxError>) -> PortError {
    PortError::corrupt("file", source)
}
