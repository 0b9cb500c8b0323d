//! The file: from an upload that has begun, to being there, to being deleted.

use std::fmt;

use chrono::{DateTime, TimeDelta, Utc};
use domain_shared::{Events, FileId, MeetingId, UserId};
use thiserror::Error;

use crate::{FileEvent, FileName, MediaType};

/// An upload that has not finished after so long never will.
pub const UPLOAD_PATIENCE: TimeDelta = TimeDelta::hours(2);
/// A file whose object has been missing for so long is given up: until then somebody may bring the storage back.
pub const LOST_AFTER: TimeDelta = TimeDelta::days(7);

/// The SHA-256 of a file.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Checksum(pub [u8; 32]);

impl fmt::Display for Checksum {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Checksum {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// What was uploaded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Content {
    /// In bytes.
    pub size: u64,
    /// What it is, found out from its content.
    pub media_type: MediaType,
    /// Of all of it.
    pub checksum: Checksum,
}

/// Where a file is in its life.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileState {
    /// It is on its way.
    Uploading {
        /// What is set aside for it, in bytes.
        reserved: u64,
    },
    /// It can be read.
    Ready {
        /// What it is.
        content: Content,
        /// Since when its object was not found where it should be.
        missing_since: Option<DateTime<Utc>>,
    },
    /// Nobody can read it any more; its object is to be deleted.
    Deleting,
}

/// Why something cannot be done with a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum FileError {
    /// It is not on its way any more: it took too long, or was deleted meanwhile.
    #[error("the upload is over")]
    NotUploading,
    /// It is not there, or not any more.
    #[error("the file is not there")]
    NotReady,
}

/// An upload that begins.
#[derive(Debug, Clone)]
pub struct NewFile {
    /// Its identifier.
    pub id: FileId,
    /// Who uploads it.
    pub owner_id: UserId,
    /// The meeting that it is shared with.
    pub meeting_id: Option<MeetingId>,
    /// What it is called.
    pub name: FileName,
    /// What is set aside for it, in bytes.
    pub reserved: u64,
}

/// A file that somebody shares.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File {
    snapshot: FileSnapshot,
    events: Events<FileEvent>,
}

/// A file as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileSnapshot {
    /// The identifier.
    pub id: FileId,
    /// Whose it is.
    pub owner_id: UserId,
    /// The meeting that it is shared with.
    pub meeting_id: Option<MeetingId>,
    /// What it is called.
    pub name: FileName,
    /// Where it is in its life.
    pub state: FileState,
    /// When its upload began.
    pub created_at: DateTime<Utc>,
    /// How often it has been stored; 0: never.
    pub version: i64,
}

impl File {
    /// Begins an upload.
    #[must_use]
    pub fn begin(new: NewFile, now: DateTime<Utc>) -> Self {
        let NewFile { id, owner_id, meeting_id, name, reserved } = new;
        let state = FileState::Uploading { reserved };
        let snapshot = FileSnapshot { id, owner_id, meeting_id, name, state, created_at: now, version: 0 };
        Self { snapshot, events: Events::default() }
    }

    /// All of it is there.
    ///
    /// # Errors
    /// [`FileError::NotUploading`].
    pub fn finish(&mut self, content: Content, now: DateTime<Utc>) -> Result<(), FileError> {
        let FileState::Uploading { .. } = self.snapshot.state else { return Err(FileError::NotUploading) };
        self.snapshot.state = FileState::Ready { content, missing_since: None };
        let FileSnapshot { id, owner_id, meeting_id, .. } = self.snapshot;
        self.events.record(FileEvent::Uploaded { file_id: id, owner_id, meeting_id, size: content.size, at: now });
        Ok(())
    }

    /// Somebody deletes it.
    ///
    /// # Errors
    /// [`FileError::NotReady`].
    pub fn delete(&mut self, by: UserId, now: DateTime<Utc>) -> Result<(), FileError> {
        self.content().ok_or(FileError::NotReady)?;
        self.end(Some(by), now);
        Ok(())
    }

    /// Its upload was broken off.
    ///
    /// # Errors
    /// [`FileError::NotUploading`].
    pub fn give_up(&mut self) -> Result<(), FileError> {
        let FileState::Uploading { .. } = self.snapshot.state else { return Err(FileError::NotUploading) };
        // Nobody has ever seen it.
        self.snapshot.state = FileState::Deleting;
        Ok(())
    }

    /// Its object was found, or not, where it should be. Tells whether anything is another way than before.
    pub fn note_object(&mut self, found: bool, now: DateTime<Utc>) -> bool {
        let FileState::Ready { content, missing_since } = self.snapshot.state else { return false };
        match (found, missing_since) {
            (true, None) => false,
            (true, Some(_)) => {
                self.snapshot.state = FileState::Ready { content, missing_since: None };
                true
            }
            (false, None) => {
                self.snapshot.state = FileState::Ready { content, missing_since: Some(now) };
                true
            }
            (false, Some(since)) if now >= since + LOST_AFTER => {
                self.end(None, now);
                true
            }
            (false, Some(_)) => false,
        }
    }

    fn end(&mut self, by: Option<UserId>, now: DateTime<Utc>) {
        self.snapshot.state = FileState::Deleting;
        let FileSnapshot { id, owner_id, .. } = self.snapshot;
        self.events.record(FileEvent::Deleted { file_id: id, owner_id, by, at: now });
    }

    /// What it is, if it can be read.
    #[must_use]
    pub const fn content(&self) -> Option<Content> {
        match self.snapshot.state {
            FileState::Ready { content, .. } => Some(content),
            FileState::Uploading { .. } | FileState::Deleting => None,
        }
    }

    /// The identifier.
    #[must_use]
    pub const fn id(&self) -> FileId {
        self.snapshot.id
    }

    /// Whose it is.
    #[must_use]
    pub const fn owner_id(&self) -> UserId {
        self.snapshot.owner_id
    }

    /// The meeting that it is shared with.
    #[must_use]
    pub const fn meeting_id(&self) -> Option<MeetingId> {
        self.snapshot.meeting_id
    }

    /// What it is called.
    #[must_use]
    pub const fn name(&self) -> &FileName {
        &self.snapshot.name
    }

    /// Where it is in its life.
    #[must_use]
    pub const fn state(&self) -> FileState {
        self.snapshot.state
    }

    /// When its upload began.
    #[must_use]
    pub const fn created_at(&self) -> DateTime<Utc> {
        self.snapshot.created_at
    }

    /// How often it has been stored; 0: never.
    #[must_use]
    pub const fn version(&self) -> i64 {
        self.snapshot.version
    }

    /// What it has stated since it was loaded, for the outbox.
    #[must_use]
    pub fn pending_events(&self) -> &[FileEvent] {
        self.events.pending()
    }

    /// The repository has stored it, with its events, as `version`.
    pub fn mark_stored(&mut self, version: i64) {
        self.snapshot.version = version;
        self.events.take();
    }

    /// The file as it is to be stored.
    #[must_use]
    pub fn to_snapshot(&self) -> FileSnapshot {
        self.snapshot.clone()
    }

    /// The file as it was stored.
    #[must_use]
    pub fn from_snapshot(snapshot: FileSnapshot) -> Self {
        Self { snapshot, events: Events::default() }
    }
}

#[cfg(test)]
mod tests {
    use domain_shared::DomainEvent;
    use uuid::Uuid;

    use super::*;

    const ANN: UserId = UserId::from_uuid(Uuid::from_u128(2));

    fn at(days: i64) -> DateTime<Utc> {
        DateTime::UNIX_EPOCH + TimeDelta::days(days)
    }

    fn uploading() -> File {
        let new = NewFile {
            id: FileId::from_uuid(Uuid::from_u128(1)),
            owner_id: ANN,
            meeting_id: None,
            name: FileName::parse("a.txt").unwrap(),
            reserved: 100,
        };
        File::begin(new, at(0))
    }

    fn content() -> Content {
        Content { size: 7, media_type: MediaType::sniff(b"text").unwrap(), checksum: Checksum([7; 32]) }
    }

    fn ready() -> File {
        let mut file = uploading();
        file.finish(content(), at(0)).unwrap();
        file.mark_stored(1);
        file
    }

    fn names(file: &File) -> Vec<&'static str> {
        file.pending_events().iter().map(DomainEvent::name).collect()
    }

    #[test]
    fn it_is_there_when_all_of_it_is() {
        let mut file = uploading();
        assert_eq!((file.content(), file.state()), (None, FileState::Uploading { reserved: 100 }));
        assert_eq!(file.delete(ANN, at(0)), Err(FileError::NotReady));
        file.finish(content(), at(1)).unwrap();
        assert_eq!((file.content(), names(&file)), (Some(content()), vec!["file.uploaded"]));
        assert_eq!(file.finish(content(), at(1)), Err(FileError::NotUploading));
        assert_eq!(file.give_up(), Err(FileError::NotUploading));
    }

    #[test]
    fn an_upload_that_was_broken_off_was_never_there() {
        let mut file = uploading();
        file.give_up().unwrap();
        assert_eq!((file.state(), names(&file)), (FileState::Deleting, vec![]));
        assert_eq!(file.finish(content(), at(0)), Err(FileError::NotUploading));
    }

    #[test]
    fn it_is_deleted_once() {
        let mut file = ready();
        file.delete(ANN, at(1)).unwrap();
        assert_eq!((file.state(), names(&file)), (FileState::Deleting, vec!["file.deleted"]));
        assert_eq!(file.delete(ANN, at(1)), Err(FileError::NotReady));
        assert!(!file.note_object(false, at(100)));
    }

    #[test]
    fn a_file_whose_object_stays_away_is_given_up() {
        let mut file = ready();
        assert!(!file.note_object(true, at(1)), "as it should be");
        assert!(file.note_object(false, at(1)));
        assert!(file.content().is_some(), "the storage may come back");
        assert!(!file.note_object(false, at(7)));
        assert!(file.note_object(true, at(7)), "it did");
        assert!(file.note_object(false, at(8)));
        assert!(file.note_object(false, at(15)));
        assert_eq!((file.state(), names(&file)), (FileState::Deleting, vec!["file.deleted"]));
    }

    #[test]
    fn checksums_are_shown_in_hexadecimal() {
        assert_eq!(Checksum([0xab; 32]).to_string(), "ab".repeat(32));
    }
}
