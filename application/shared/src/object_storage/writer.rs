//! Writes an object piece by piece, as it comes.

use std::sync::Arc;

use bytes::{Bytes, BytesMut};

use super::{MAX_PARTS, ObjectKey, ObjectStorage, ObjectUpload, PART_SIZE, UploadError, UploadedPart};

/// Collects pieces of any size into parts. Holds one part in memory. Whoever drops it before it has finished leaves an
/// upload that [`ObjectWriter::abort`] would have taken back.
pub struct ObjectWriter {
    storage: Arc<dyn ObjectStorage>,
    key: ObjectKey,
    buffer: BytesMut,
    upload: Option<ObjectUpload>,
    parts: Vec<UploadedPart>,
}

impl ObjectWriter {
    /// Begins with nothing; the storage is not asked before there is a whole part.
    #[must_use]
    pub fn new(storage: Arc<dyn ObjectStorage>, key: ObjectKey) -> Self {
        Self { storage, key, buffer: BytesMut::new(), upload: None, parts: Vec::new() }
    }

    /// Adds a piece.
    ///
    /// # Errors
    /// [`UploadError`]; the writer is good for [`ObjectWriter::abort`] only.
    pub async fn write(&mut self, mut piece: Bytes) -> Result<(), UploadError> {
        while !piece.is_empty() {
            // A full part is kept back until there is something behind it, so that the last one is never empty.
            if self.buffer.len() == PART_SIZE {
                self.flush().await?;
            }
            let fits = piece.len().min(PART_SIZE - self.buffer.len());
            self.buffer.extend_from_slice(&piece.split_to(fits));
        }
        Ok(())
    }

    async fn flush(&mut self) -> Result<(), UploadError> {
        let number = u16::try_from(self.parts.len() + 1).ok().filter(|number| *number <= MAX_PARTS);
        let number = number.ok_or(UploadError::WrongParts)?;
        let upload = match &self.upload {
            Some(upload) => upload,
            None => self.upload.insert(self.storage.begin_upload(&self.key).await?),
        };
        let content = self.buffer.split().freeze();
        self.parts.push(self.storage.put_part(upload, number, content).await?);
        Ok(())
    }

    /// Makes the object of all that was written.
    ///
    /// # Errors
    /// [`UploadError`]; the writer is good for [`ObjectWriter::abort`] only.
    pub async fn finish(&mut self) -> Result<(), UploadError> {
        if self.upload.is_none() {
            return Ok(self.storage.put(&self.key, self.buffer.split().freeze()).await?);
        }
        if !self.buffer.is_empty() {
            self.flush().await?;
        }
        if let Some(upload) = &self.upload {
            self.storage.complete_upload(upload, &self.parts).await?;
        }
        self.upload = None;
        Ok(())
    }

    /// Takes back what was written, as far as it can be; the rest is found among the unfinished uploads later.
    pub async fn abort(&mut self) {
        self.buffer.clear();
        if let Some(upload) = self.upload.take()
            && let Err(error) = self.storage.abort_upload(&upload).await
        {
            tracing::warn!(%error, key = %self.key, "an upload could not be aborted");
        }
    }
}
