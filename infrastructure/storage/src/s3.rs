//! Objects on a server that speaks S3 (Amazon, MinIO and others), which hands them out itself under presigned addresses.
//!
//! Architecture Invariant: nothing that the server answers is passed on but its error code, for its errors can repeat what
//! was signed; the credentials are in no error, log or debug text.

use std::{collections::HashMap, fmt, time::Duration};

use application_shared::{
    BoxError, ByteRange, ByteStream, Download, HealthCheck, ObjectKey, ObjectMetadata, ObjectStorage, ObjectUpload,
    PART_SIZE, PortError, UploadError, UploadedPart, size_of_parts,
};
use async_trait::async_trait;
use bytes::Bytes;
use chrono::{DateTime, Utc};
use futures::{StreamExt, stream};
use s3::{Bucket, Region, creds::Credentials, error::S3Error, serde_types::Part};
use secrecy::{ExposeSecret, SecretString};
use thiserror::Error;

/// Browsers are told what a file is when they fetch it.
const MEDIA_TYPE: &str = "application/octet-stream";
/// What is read with one request, in bytes: so none takes long, however slowly the reader reads.
const PIECE: u64 = PART_SIZE as u64;
/// How long one request may take.
const TIMEOUT: Duration = Duration::from_secs(60);
/// The longest time that S3 signs for.
const LONGEST: Duration = Duration::from_secs(7 * 24 * 60 * 60);

/// Where the objects are, and who we are there.
#[derive(Clone)]
pub struct S3Options {
    /// The address of the server, such as `https://s3.eu-central-1.amazonaws.com` or `http://127.0.0.1:9000`.
    pub endpoint: String,
    /// The address under which clients reach it, if that is another one.
    pub public_endpoint: Option<String>,
    /// Its region, such as `eu-central-1`; many servers take any.
    pub region: String,
    /// The bucket. It must be there.
    pub bucket: String,
    /// Whether the bucket stands in the path, as MinIO wants it, and not in the name of the host.
    pub path_style: bool,
    /// Who we are.
    pub access_key: SecretString,
    /// What proves it.
    pub secret_key: SecretString,
}

/// The storage cannot be set up so.
#[derive(Debug, Error)]
#[error("cannot be used: {0}")]
pub struct S3OptionsError(&'static str);

/// Keeps objects in a bucket.
pub struct S3ObjectStorage {
    bucket: Box<Bucket>,
    /// The same one, as clients reach it.
    public: Box<Bucket>,
}

impl S3ObjectStorage {
    /// Nothing is asked of the server yet: [`HealthCheck::check`] does.
    ///
    /// # Errors
    /// [`S3OptionsError`] when the options make no sense.
    pub fn new(options: &S3Options) -> Result<Self, S3OptionsError> {
        let public = options.public_endpoint.as_ref().unwrap_or(&options.endpoint);
        Ok(Self { bucket: bucket_at(&options.endpoint, options)?, public: bucket_at(public, options)? })
    }
}

fn bucket_at(endpoint: &str, options: &S3Options) -> Result<Box<Bucket>, S3OptionsError> {
    let (access, secret) = (options.access_key.expose_secret(), options.secret_key.expose_secret());
    if access.is_empty() || secret.is_empty() {
        return Err(S3OptionsError("the credentials are missing"));
    }
    let credentials = Credentials::new(Some(access), Some(secret), None, None, None);
    let credentials = credentials.map_err(|_| S3OptionsError("the credentials make no sense"))?;
    let endpoint = endpoint.trim_end_matches('/').to_owned();
    let region = Region::Custom { region: options.region.clone(), endpoint };
    let bucket =
        Bucket::new(&options.bucket, region, credentials).and_then(|bucket| bucket.with_request_timeout(TIMEOUT));
    let bucket = bucket.map_err(|_| S3OptionsError("the client cannot be set up"))?;
    Ok(if options.path_style { bucket.with_path_style() } else { bucket })
}

impl fmt::Debug for S3ObjectStorage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("S3ObjectStorage").field("bucket", &self.bucket.name).finish_non_exhaustive()
    }
}

/// What went wrong, in words that tell no secret.
#[derive(Debug, Error)]
enum Problem {
    #[error("the storage answered {status} {code}")]
    Answered { status: u16, code: String },
    #[error("the storage cannot be reached")]
    Unreachable(#[source] BoxError),
    #[error("the storage did something unexpected")]
    Unexpected,
}

impl Problem {
    fn of(error: S3Error) -> Self {
        match error {
            S3Error::HttpFailWithBody(status, body) => Self::Answered { status, code: code_in(&body) },
            // The address of a request may be signed.
            S3Error::Reqwest(error) => Self::Unreachable(error.without_url().into()),
            _ => Self::Unexpected,
        }
    }

    const fn is_absent(&self) -> bool {
        matches!(self, Self::Answered { status: 404, .. })
    }

    fn is_one_of(&self, codes: &[&str]) -> bool {
        matches!(self, Self::Answered { code, .. } if codes.contains(&code.as_str()))
    }
}

/// The error code of an answer, such as `NoSuchKey`.
fn code_in(body: &str) -> String {
    let code = body.split_once("<Code>").and_then(|(_, rest)| rest.split_once("</Code>")).map_or("", |(code, _)| code);
    code.chars().filter(char::is_ascii_alphanumeric).take(64).collect()
}

fn failed(error: S3Error) -> PortError {
    PortError::unavailable(Problem::of(error))
}

fn upload_failed(error: S3Error) -> UploadError {
    let problem = Problem::of(error);
    if problem.is_one_of(&["NoSuchUpload"]) {
        return UploadError::NoSuchUpload;
    }
    if problem.is_one_of(&["InvalidPart", "InvalidPartOrder", "EntityTooSmall"]) {
        return UploadError::WrongParts;
    }
    UploadError::Port(PortError::unavailable(problem))
}

fn time(text: &str) -> Result<DateTime<Utc>, PortError> {
    let parsed = DateTime::parse_from_rfc3339(text).or_else(|_| DateTime::parse_from_rfc2822(text));
    parsed.map(|at| at.to_utc()).map_err(|error| PortError::corrupt("object", error))
}

fn bare(etag: &str) -> String {
    etag.trim_start_matches("W/").trim_matches('"').to_owned()
}

#[async_trait]
impl ObjectStorage for S3ObjectStorage {
    async fn put(&self, key: &ObjectKey, content: Bytes) -> Result<(), PortError> {
        self.bucket.put_object_with_content_type(key.as_str(), &content, MEDIA_TYPE).await.map_err(failed)?;
        Ok(())
    }

    async fn begin_upload(&self, key: &ObjectKey) -> Result<ObjectUpload, PortError> {
        let begun = self.bucket.initiate_multipart_upload(key.as_str(), MEDIA_TYPE).await.map_err(failed)?;
        Ok(ObjectUpload { key: key.clone(), id: begun.upload_id })
    }

    async fn put_part(&self, upload: &ObjectUpload, number: u16, content: Bytes) -> Result<UploadedPart, UploadError> {
        let size = content.len() as u64;
        if number == 0 || number > application_shared::MAX_PARTS || !(1..=PIECE).contains(&size) {
            return Err(UploadError::WrongParts);
        }
        // The request is signed with the checksum of the content, which the server holds it against.
        let (key, id) = (upload.key.as_str(), upload.id.as_str());
        let stored = self.bucket.put_multipart_chunk(content.into(), key, u32::from(number), id, MEDIA_TYPE);
        let stored = stored.await.map_err(upload_failed)?;
        Ok(UploadedPart { number, size, tag: stored.etag })
    }

    async fn complete_upload(&self, upload: &ObjectUpload, parts: &[UploadedPart]) -> Result<(), UploadError> {
        if size_of_parts(parts).is_none() {
            return Err(UploadError::WrongParts);
        }
        let parts = parts.iter().map(|part| Part { part_number: u32::from(part.number), etag: part.tag.clone() });
        let completed = self.bucket.complete_multipart_upload(upload.key.as_str(), &upload.id, parts.collect());
        completed.await.map(drop).map_err(upload_failed)
    }

    async fn abort_upload(&self, upload: &ObjectUpload) -> Result<(), PortError> {
        match self.bucket.abort_upload(upload.key.as_str(), &upload.id).await.map_err(Problem::of) {
            Ok(()) => Ok(()),
            Err(problem) if problem.is_absent() => Ok(()),
            Err(problem) => Err(PortError::unavailable(problem)),
        }
    }

    async fn unfinished_uploads(
        &self,
        prefix: &str,
        begun_before: DateTime<Utc>,
        limit: u16,
    ) -> Result<Vec<ObjectUpload>, PortError> {
        let mut found = Vec::new();
        let (mut key_marker, mut id_marker) = (None, None);
        loop {
            let page = self.bucket.list_multiparts_uploads_page(Some(prefix), None, key_marker, id_marker, Some(1_000));
            let (page, _) = page.await.map_err(failed)?;
            for upload in page.uploads {
                // What bears another name is none of ours.
                let Ok(key) = ObjectKey::parse(upload.key) else { continue };
                if time(&upload.initiated)? < begun_before {
                    found.push(ObjectUpload { key, id: upload.id });
                }
                if found.len() == usize::from(limit) {
                    return Ok(found);
                }
            }
            (key_marker, id_marker) = (page.next_marker, page.next_upload_id_marker);
            if !page.is_truncated || key_marker.is_none() {
                return Ok(found);
            }
        }
    }

    async fn metadata(&self, key: &ObjectKey) -> Result<Option<ObjectMetadata>, PortError> {
        let head = match self.bucket.head_object(key.as_str()).await.map_err(Problem::of) {
            Ok((head, _)) => head,
            Err(problem) if problem.is_absent() => return Ok(None),
            Err(problem) => return Err(PortError::unavailable(problem)),
        };
        let size = head.content_length.and_then(|size| u64::try_from(size).ok());
        let size = size.ok_or_else(|| PortError::corrupt("object", "without a size"))?;
        let modified_at = time(head.last_modified.as_deref().unwrap_or_default())?;
        let etag = bare(head.e_tag.as_deref().unwrap_or_default());
        Ok(Some(ObjectMetadata { key: key.clone(), size, etag, modified_at }))
    }

    async fn read(&self, key: &ObjectKey, range: Option<ByteRange>) -> Result<Option<ByteStream>, PortError> {
        let Some(metadata) = self.metadata(key).await? else { return Ok(None) };
        let range = range.unwrap_or(ByteRange { start: 0, length: metadata.size });
        let end = range.start.saturating_add(range.length).min(metadata.size);
        let (bucket, key, etag) = (self.bucket.clone(), key.clone(), metadata.etag);
        let pieces = stream::try_unfold(range.start, move |start| {
            let (bucket, key, etag) = (bucket.clone(), key.clone(), etag.clone());
            async move {
                if start >= end {
                    return Ok(None);
                }
                let last = end.min(start + PIECE) - 1;
                let answer = bucket.get_object_range(key.as_str(), start, Some(last)).await.map_err(failed)?;
                let same = answer.headers().get("etag").is_some_and(|told| bare(told) == etag);
                let piece = answer.into_bytes();
                if !same || piece.len() as u64 != last + 1 - start {
                    return Err(PortError::unavailable("the object was replaced while it was read"));
                }
                Ok(Some((piece, last + 1)))
            }
        });
        Ok(Some(pieces.boxed()))
    }

    async fn delete(&self, key: &ObjectKey) -> Result<(), PortError> {
        match self.bucket.delete_object(key.as_str()).await.map_err(Problem::of) {
            Ok(_) => Ok(()),
            Err(problem) if problem.is_absent() => Ok(()),
            Err(problem) => Err(PortError::unavailable(problem)),
        }
    }

    async fn list(
        &self,
        prefix: &str,
        after: Option<&ObjectKey>,
        limit: u16,
    ) -> Result<Vec<ObjectMetadata>, PortError> {
        let limit = usize::from(limit);
        let mut found = Vec::new();
        let mut after = after.map(ToString::to_string);
        loop {
            let page = self.bucket.list_page(prefix.to_owned(), None, None, after, Some(limit.clamp(1, 1_000)));
            let (page, _) = page.await.map_err(failed)?;
            after = page.contents.last().map(|object| object.key.clone());
            for object in page.contents {
                // What bears another name is none of ours.
                let Ok(key) = ObjectKey::parse(object.key) else { continue };
                if found.len() == limit {
                    return Ok(found);
                }
                let etag = bare(object.e_tag.as_deref().unwrap_or_default());
                found.push(ObjectMetadata { key, size: object.size, etag, modified_at: time(&object.last_modified)? });
            }
            if !page.is_truncated || after.is_none() || found.len() == limit {
                return Ok(found);
            }
        }
    }

    async fn download_url(&self, key: &ObjectKey, download: &Download) -> Result<SecretString, PortError> {
        let told = HashMap::from([
            ("response-content-type".to_owned(), download.media_type.clone()),
            ("response-content-disposition".to_owned(), download.content_disposition()),
        ]);
        let seconds = download.expires_in.clamp(Duration::from_secs(1), LONGEST).as_secs();
        let seconds = u32::try_from(seconds).map_err(PortError::unavailable)?;
        let url = self.public.presign_get(key.as_str(), seconds, Some(told)).await.map_err(failed)?;
        Ok(url.into())
    }
}

#[async_trait]
impl HealthCheck for S3ObjectStorage {
    fn name(&self) -> &'static str {
        "storage"
    }

    async fn check(&self) -> Result<(), PortError> {
        self.bucket.list_page(String::new(), None, None, None, Some(1)).await.map(drop).map_err(failed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn options() -> S3Options {
        S3Options {
            // Port 1 of the loopback interface: nothing listens there.
            endpoint: "http://127.0.0.1:1/".to_owned(),
            public_endpoint: Some("https://files.example.org".to_owned()),
            region: "eu-central-1".to_owned(),
            bucket: "meetings".to_owned(),
            path_style: true,
            access_key: "the-access-key".into(),
            secret_key: "the-secret-key".into(),
        }
    }

    #[test]
    fn of_an_answer_only_its_code_is_told() {
        let body = "<Error><Code>SignatureDoesNotMatch</Code><AWSAccessKeyId>the-access-key</AWSAccessKeyId></Error>";
        let error = failed(S3Error::HttpFailWithBody(403, body.to_owned()));
        assert_eq!(error.to_string(), "unavailable: the storage answered 403 SignatureDoesNotMatch");
        assert!(!format!("{error:?}").contains("the-access-key"));
        for (body, code) in [("", ""), ("<Code>", ""), ("<Code>a b<c</Code>", "abc")] {
            assert_eq!(code_in(body), code);
        }
    }

    #[tokio::test]
    async fn neither_key_is_shown() {
        let storage = S3ObjectStorage::new(&options()).unwrap();
        let error = storage.check().await.unwrap_err();
        assert!(matches!(error, PortError::Unavailable(_)));
        let text = format!("{storage:?} {error} {error:?}");
        assert!(!text.contains("the-secret-key") && !text.contains("the-access-key"), "{text}");
    }

    #[tokio::test]
    async fn clients_are_sent_to_the_address_that_they_reach() {
        let storage = S3ObjectStorage::new(&options()).unwrap();
        let download = Download {
            file_name: "王.pdf".to_owned(),
            media_type: "application/pdf".to_owned(),
            inline: false,
            expires_in: Duration::from_secs(60),
        };
        let url = storage.download_url(&ObjectKey::parse("files/1").unwrap(), &download).await.unwrap();
        let url = url.expose_secret();
        assert!(url.starts_with("https://files.example.org/meetings/files/1?"), "{url}");
        assert!(url.contains("X-Amz-Expires=60") && !url.contains("the-secret-key"), "{url}");
    }

    #[test]
    fn nobody_gets_in_without_credentials() {
        for (access, secret) in [("", "x"), ("x", "")] {
            let options = S3Options { access_key: access.into(), secret_key: secret.into(), ..options() };
            assert!(S3ObjectStorage::new(&options).is_err());
        }
    }
}
