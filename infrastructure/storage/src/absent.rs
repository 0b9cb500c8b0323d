//! No storage: for a server that was given none.

use application_shared::{
    ByteRange, ByteStream, Download, ObjectKey, ObjectMetadata, ObjectStorage, ObjectUpload, PortError, UploadError,
    UploadedPart,
};
use async_trait::async_trait;
use bytes::Bytes;
use chrono::{DateTime, Utc};
use secrecy::SecretString;

/// Keeps nothing: whatever is asked of it is unavailable.
#[derive(Debug, Clone, Copy, Default)]
pub struct AbsentObjectStorage;

fn absent() -> PortError {
    PortError::unavailable("no storage is configured (storage.folder or storage.s3_bucket)")
}

#[async_trait]
impl ObjectStorage for AbsentObjectStorage {
    async fn put(&self, _: &ObjectKey, _: Bytes) -> Result<(), PortError> {
        Err(absent())
    }

    async fn begin_upload(&self, _: &ObjectKey) -> Result<ObjectUpload, PortError> {
        Err(absent())
    }

    async fn put_part(&self, _: &ObjectUpload, _: u16, _: Bytes) -> Result<UploadedPart, UploadError> {
        Err(absent().into())
    }

    async fn complete_upload(&self, _: &ObjectUpload, _: &[UploadedPart]) -> Result<(), UploadError> {
        Err(absent().into())
    }

    async fn abort_upload(&self, _: &ObjectUpload) -> Result<(), PortError> {
        Err(absent())
    }

    async fn unfinished_uploads(&self, _: &str, _: DateTime<Utc>, _: u16) -> Result<Vec<ObjectUpload>, PortError> {
        Err(absent())
    }

    async fn metadata(&self, _: &ObjectKey) -> Result<Option<ObjectMetadata>, PortError> {
        Err(absent())
    }

    async fn read(&self, _: &ObjectKey, _: Option<ByteRange>) -> Result<Option<ByteStream>, PortError> {
        Err(absent())
    }

    async fn delete(&self, _: &ObjectKey) -> Result<(), PortError> {
        Err(absent())
    }

    async fn list(&self, _: &str, _: Option<&ObjectKey>, _: u16) -> Result<Vec<ObjectMetadata>, PortError> {
        Err(absent())
    }

    async fn download_url(&self, _: &ObjectKey, _: &Download) -> Result<SecretString, PortError> {
        Err(absent())
    }
}
