//! The port of large objects: files that people share, recordings. They are streamed in parts and read in ranges, and are
//! never in memory as a whole.

mod download;
mod key;
mod writer;

use async_trait::async_trait;
use bytes::Bytes;
use chrono::{DateTime, Utc};
use futures::stream::BoxStream;
use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use thiserror::Error;

pub use self::{
    download::{Download, DownloadTicket, DownloadTickets, TicketError},
    key::{ObjectKey, ObjectKeyError},
    writer::ObjectWriter,
};
use crate::PortError;

/// The content of an object or of a part of it, in pieces.
pub type ByteStream = BoxStream<'static, Result<Bytes, PortError>>;

/// The size of every part of an upload but the last, which is smaller or as large, in bytes.
pub const PART_SIZE: usize = 8 * 1024 * 1024;
/// The most parts of an upload: an object has at most 80,000 MiB.
pub const MAX_PARTS: u16 = 10_000;

/// What is known of an object without reading it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ObjectMetadata {
    /// Its name.
    pub key: ObjectKey,
    /// In bytes.
    pub size: u64,
    /// Changes whenever the content does: printable ASCII without quotes, for an entity tag. Some storages do not tell it in
    /// lists, where it is empty then.
    pub etag: String,
    /// When it was written.
    pub modified_at: DateTime<Utc>,
}

/// Some of the bytes of an object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ByteRange {
    /// The first, from 0.
    pub start: u64,
    /// How many. What lies behind the end of the object is left out.
    pub length: u64,
}

/// An upload in parts that has begun. Whoever wants to go on with it after a restart keeps it, and its parts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ObjectUpload {
    /// The name that the object will have.
    pub key: ObjectKey,
    /// Names the upload to the storage.
    pub id: String,
}

/// A part that the storage has.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UploadedPart {
    /// From 1.
    pub number: u16,
    /// In bytes.
    pub size: u64,
    /// What the storage knows it by: its checksum.
    pub tag: String,
}

/// The size of the object that these parts make: from 1 on and without a gap, all but the last of [`PART_SIZE`] bytes.
/// `None` when they make none.
#[must_use]
pub fn size_of_parts(parts: &[UploadedPart]) -> Option<u64> {
    let (last, others) = parts.split_last()?;
    let whole = PART_SIZE as u64;
    let numbered = parts.iter().zip(1..=MAX_PARTS).all(|(part, number)| part.number == number);
    let sized = others.iter().all(|part| part.size == whole) && (1..=whole).contains(&last.size);
    (parts.len() <= usize::from(MAX_PARTS) && numbered && sized).then(|| others.len() as u64 * whole + last.size)
}

/// Why an upload did not go on.
#[derive(Debug, Error)]
pub enum UploadError {
    /// It was completed or aborted before, or has never begun.
    #[error("there is no such upload")]
    NoSuchUpload,
    /// The parts are not those that the storage has, from 1 on and without a gap.
    #[error("the parts do not make an object")]
    WrongParts,
    /// The storage could not do it. The same part, or completing, may be tried again.
    #[error(transparent)]
    Port(#[from] PortError),
}

/// Keeps objects. One is there as a whole or not at all, whatever happens meanwhile, and what has been confirmed outlives
/// a crash. Keys are used as file names may be: no key is the folder of another (`a` and `a/b` cannot both be there).
///
/// No error tells a credential.
#[async_trait]
pub trait ObjectStorage: Send + Sync {
    /// Keeps a small object of at most [`PART_SIZE`] bytes, in the place of one of that name.
    async fn put(&self, key: &ObjectKey, content: Bytes) -> Result<(), PortError>;
    /// Begins an upload in parts. Nobody sees anything of it until it is completed.
    async fn begin_upload(&self, key: &ObjectKey) -> Result<ObjectUpload, PortError>;
    /// Keeps a part: of [`PART_SIZE`] bytes, or of 1 to so many if it is the last. Parts may come in any order and at the
    /// same time; one that comes again takes the place of the first.
    async fn put_part(&self, upload: &ObjectUpload, number: u16, content: Bytes) -> Result<UploadedPart, UploadError>;
    /// Makes the object of its parts, in the place of one of that name.
    async fn complete_upload(&self, upload: &ObjectUpload, parts: &[UploadedPart]) -> Result<(), UploadError>;
    /// Forgets an upload with its parts; one that is not there is no error.
    async fn abort_upload(&self, upload: &ObjectUpload) -> Result<(), PortError>;
    /// Uploads below `prefix` that have begun before then and were neither completed nor aborted, at most `limit`.
    async fn unfinished_uploads(
        &self,
        prefix: &str,
        begun_before: DateTime<Utc>,
        limit: u16,
    ) -> Result<Vec<ObjectUpload>, PortError>;
    /// What is known of the object, if it is there.
    async fn metadata(&self, key: &ObjectKey) -> Result<Option<ObjectMetadata>, PortError>;
    /// The bytes of the object, or those in the range, if it is there. One that is deleted or replaced while it is read may
    /// end in an error, but is never mixed with another.
    async fn read(&self, key: &ObjectKey, range: Option<ByteRange>) -> Result<Option<ByteStream>, PortError>;
    /// Deletes the object; one that is not there is no error.
    async fn delete(&self, key: &ObjectKey) -> Result<(), PortError>;
    /// Objects whose keys begin with `prefix` and come after `after`, in the order of their keys, at most `limit`.
    async fn list(&self, prefix: &str, after: Option<&ObjectKey>, limit: u16)
    -> Result<Vec<ObjectMetadata>, PortError>;
    /// Where whoever has the address can read the object, without anything else, until its time is over: an absolute URL,
    /// or a path on this server. The object need not be there. It is a secret as long as it is good.
    async fn download_url(&self, key: &ObjectKey, download: &Download) -> Result<SecretString, PortError>;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_make_an_object_when_all_but_the_last_are_whole() {
        let size = |parts: &[(u16, u64)]| {
            let parts: Vec<_> = parts
                .iter()
                .map(|(number, size)| UploadedPart { number: *number, size: *size, tag: String::new() })
                .collect();
            size_of_parts(&parts)
        };
        let whole = PART_SIZE as u64;
        assert_eq!(size(&[(1, 1)]), Some(1));
        assert_eq!(size(&[(1, whole), (2, whole), (3, 7)]), Some(2 * whole + 7));
        for wrong in [&[][..], &[(0, 1)], &[(2, 1)], &[(1, 0)], &[(1, whole + 1)], &[(1, 5), (2, 5)]] {
            assert_eq!(size(wrong), None, "{wrong:?}");
        }
        for wrong in [[(1, whole), (3, 1)], [(2, whole), (1, 1)], [(1, whole), (1, 1)]] {
            assert_eq!(size(&wrong), None, "{wrong:?}");
        }
    }
}
