//! Objects as files in a folder of this machine, which this server hands out itself.
//!
//! `objects/<key>` is an object: a file comes there by being renamed when all of it is on the disk. `uploads/<id>/` is an
//! upload: `key` names the object, `data` is what it will be, and `00001` and so on tell which parts of it are there.

mod folder;
mod listing;
#[cfg(test)]
mod tests;

use std::{fmt, path::Path, sync::Arc};

use application_shared::{
    ByteRange, ByteStream, Download, DownloadTicket, HealthCheck, ObjectKey, ObjectMetadata, ObjectStorage,
    ObjectUpload, PortError, UploadError, UploadedPart,
};
use async_trait::async_trait;
use bytes::{Bytes, BytesMut};
use chrono::{DateTime, TimeDelta, Utc};
use domain_shared::{Clock, IdGenerator};
use futures::{StreamExt, stream};
use secrecy::{ExposeSecret, SecretString};
use thiserror::Error;
use tokio::io::{AsyncReadExt, AsyncSeekExt};

use self::folder::{Folder, Problem};
use crate::HmacDownloadTickets;

/// What is read at once, in bytes.
const PIECE: usize = 256 * 1024;

/// The folder cannot be used.
#[derive(Debug, Error)]
#[error("the folder {path} cannot be used: {source}")]
pub struct OpenFolderError {
    path: String,
    #[source]
    source: std::io::Error,
}

/// Keeps objects in a folder. Several processes may share it.
pub struct LocalObjectStorage {
    folder: Folder,
    tickets: Arc<HmacDownloadTickets>,
    address: &'static str,
    clock: Arc<dyn Clock>,
    ids: Arc<dyn IdGenerator>,
}

impl LocalObjectStorage {
    /// Opens the folder, and makes it when it is missing. `address` is the path on this server where tickets are taken,
    /// with a slash at its end.
    ///
    /// # Errors
    /// [`OpenFolderError`] when it cannot be read and written.
    pub fn open(
        folder: &Path,
        address: &'static str,
        tickets: Arc<HmacDownloadTickets>,
        clock: Arc<dyn Clock>,
        ids: Arc<dyn IdGenerator>,
    ) -> Result<Self, OpenFolderError> {
        let failed = |source| OpenFolderError { path: folder.display().to_string(), source };
        Ok(Self { folder: Folder::open(folder).map_err(failed)?, tickets, address, clock, ids })
    }

    /// Files block: they are read and written beside the runtime.
    async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Folder) -> Result<T, Problem> + Send + 'static,
    ) -> Result<T, Problem> {
        let folder = self.folder.clone();
        match tokio::task::spawn_blocking(move || work(&folder)).await {
            Ok(done) => done,
            Err(error) => Err(Problem::Io(std::io::Error::other(error))),
        }
    }
}

impl fmt::Debug for LocalObjectStorage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LocalObjectStorage").field("folder", &self.folder).finish_non_exhaustive()
    }
}

impl From<Problem> for PortError {
    fn from(problem: Problem) -> Self {
        Self::unavailable(problem)
    }
}

impl From<Problem> for UploadError {
    fn from(problem: Problem) -> Self {
        match problem {
            Problem::NoSuchUpload => Self::NoSuchUpload,
            Problem::WrongParts => Self::WrongParts,
            Problem::Io(_) => Self::Port(PortError::unavailable(problem)),
        }
    }
}

#[async_trait]
impl ObjectStorage for LocalObjectStorage {
    async fn put(&self, key: &ObjectKey, content: Bytes) -> Result<(), PortError> {
        let (key, id) = (key.clone(), self.ids.next());
        Ok(self.run(move |folder| folder.put(id, &key, &content)).await?)
    }

    async fn begin_upload(&self, key: &ObjectKey) -> Result<ObjectUpload, PortError> {
        let upload = ObjectUpload { key: key.clone(), id: self.ids.next().to_string() };
        let begun = upload.clone();
        self.run(move |folder| folder.begin(&begun)).await?;
        Ok(upload)
    }

    async fn put_part(&self, upload: &ObjectUpload, number: u16, content: Bytes) -> Result<UploadedPart, UploadError> {
        let upload = upload.clone();
        Ok(self.run(move |folder| folder.put_part(&upload, number, &content)).await?)
    }

    async fn complete_upload(&self, upload: &ObjectUpload, parts: &[UploadedPart]) -> Result<(), UploadError> {
        let (upload, parts) = (upload.clone(), parts.to_vec());
        Ok(self.run(move |folder| folder.complete(&upload, &parts)).await?)
    }

    async fn abort_upload(&self, upload: &ObjectUpload) -> Result<(), PortError> {
        let upload = upload.clone();
        Ok(self.run(move |folder| folder.abort(&upload)).await?)
    }

    async fn unfinished_uploads(
        &self,
        prefix: &str,
        begun_before: DateTime<Utc>,
        limit: u16,
    ) -> Result<Vec<ObjectUpload>, PortError> {
        let prefix = prefix.to_owned();
        Ok(self.run(move |folder| folder.unfinished(&prefix, begun_before, usize::from(limit))).await?)
    }

    async fn metadata(&self, key: &ObjectKey) -> Result<Option<ObjectMetadata>, PortError> {
        let key = key.clone();
        Ok(self.run(move |folder| folder.metadata(&key)).await?)
    }

    async fn read(&self, key: &ObjectKey, range: Option<ByteRange>) -> Result<Option<ByteStream>, PortError> {
        let key = key.clone();
        let Some((file, size)) = self.run(move |folder| folder.read(&key)).await? else { return Ok(None) };
        let range = range.unwrap_or(ByteRange { start: 0, length: size });
        let mut file = tokio::fs::File::from_std(file);
        file.set_max_buf_size(PIECE);
        let left = range.length.min(size.saturating_sub(range.start));
        if left > 0 {
            file.seek(std::io::SeekFrom::Start(range.start)).await.map_err(PortError::unavailable)?;
        }
        // The file stays what it is: another of its name is another file.
        let pieces = stream::try_unfold((file, left), |(mut file, left)| async move {
            if left == 0 {
                return Ok(None);
            }
            let wanted = usize::try_from(left).unwrap_or(PIECE).min(PIECE);
            let mut piece = BytesMut::with_capacity(wanted);
            while piece.len() < wanted {
                let missing = wanted - piece.len();
                let read =
                    (&mut file).take(missing as u64).read_buf(&mut piece).await.map_err(PortError::unavailable)?;
                if read == 0 {
                    return Err(PortError::corrupt("object", "the file is shorter than it was"));
                }
            }
            let left = left - piece.len() as u64;
            Ok(Some((piece.freeze(), (file, left))))
        });
        Ok(Some(pieces.boxed()))
    }

    async fn delete(&self, key: &ObjectKey) -> Result<(), PortError> {
        let key = key.clone();
        Ok(self.run(move |folder| folder.delete(&key)).await?)
    }

    async fn list(
        &self,
        prefix: &str,
        after: Option<&ObjectKey>,
        limit: u16,
    ) -> Result<Vec<ObjectMetadata>, PortError> {
        let (prefix, after) = (prefix.to_owned(), after.cloned());
        Ok(self.run(move |folder| folder.list(&prefix, after.as_ref(), usize::from(limit))).await?)
    }

    async fn download_url(&self, key: &ObjectKey, download: &Download) -> Result<SecretString, PortError> {
        let lifetime = TimeDelta::from_std(download.expires_in).map_err(PortError::unavailable)?;
        let ticket = self.tickets.issue(&DownloadTicket {
            key: key.clone(),
            file_name: download.file_name.clone(),
            media_type: download.media_type.clone(),
            inline: download.inline,
            expires_at: self.clock.now() + lifetime,
        });
        Ok(format!("{}{}", self.address, ticket.expose_secret()).into())
    }
}

#[async_trait]
impl HealthCheck for LocalObjectStorage {
    fn name(&self) -> &'static str {
        "storage"
    }

    async fn check(&self) -> Result<(), PortError> {
        let id = self.ids.next();
        Ok(self.run(move |folder| folder.probe(id)).await?)
    }
}
