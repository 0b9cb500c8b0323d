//! A server that speaks S3 for one test: the protocol by `s3s`, the objects in a folder by `s3s-fs`. What that one does not do
//! is added here: telling of unfinished uploads, refusing parts that it has not, and answering as the address of a download
//! says.

use std::{collections::BTreeMap, net::SocketAddr, path::Path, sync::Mutex, time::SystemTime};

use async_trait::async_trait;
use hyper::server::conn::http1;
use hyper_util::rt::TokioIo;
use s3s::{
    S3, S3Request, S3Response, S3Result,
    auth::SimpleAuth,
    dto::{
        AbortMultipartUploadInput, AbortMultipartUploadOutput, CompleteMultipartUploadInput,
        CompleteMultipartUploadOutput, CreateMultipartUploadInput, CreateMultipartUploadOutput, DeleteObjectInput,
        DeleteObjectOutput, ETag, GetObjectInput, GetObjectOutput, HeadObjectInput, HeadObjectOutput,
        ListMultipartUploadsInput, ListMultipartUploadsOutput, ListObjectsV2Input, ListObjectsV2Output,
        MultipartUpload, PutObjectInput, PutObjectOutput, StorageClass, Timestamp, UploadPartInput, UploadPartOutput,
    },
    s3_error,
    service::S3ServiceBuilder,
};
use s3s_fs::FileSystem;
use tempfile::TempDir;
use tokio::{net::TcpListener, task::JoinHandle};

/// A server on a loopback port of its own, with an empty bucket. Gone when dropped.
pub struct TestS3 {
    address: SocketAddr,
    folder: TempDir,
    server: JoinHandle<()>,
}

impl TestS3 {
    /// The bucket.
    pub const BUCKET: &'static str = "meetings";
    /// Who may use it.
    pub const ACCESS_KEY: &'static str = "test-access-key";
    /// What proves it.
    pub const SECRET_KEY: &'static str = "test-secret-key";

    /// A new one.
    pub async fn new() -> Self {
        let folder = TempDir::with_prefix("open-meeting-s3.").expect("a folder");
        std::fs::create_dir(folder.path().join(Self::BUCKET)).expect("a bucket");
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("an address");
        let server = tokio::spawn(serve(listener, folder.path().to_owned()));
        Self { address, folder, server }
    }

    /// Its address.
    #[must_use]
    pub fn endpoint(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Where it keeps what it has.
    #[must_use]
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }
}

impl Drop for TestS3 {
    fn drop(&mut self) {
        self.server.abort();
    }
}

async fn serve(listener: TcpListener, folder: std::path::PathBuf) {
    let objects = Objects { inner: FileSystem::new(folder).expect("a folder"), uploads: Mutex::default() };
    let mut builder = S3ServiceBuilder::new(objects);
    builder.set_auth(SimpleAuth::from_single(TestS3::ACCESS_KEY, TestS3::SECRET_KEY));
    let service = builder.build();
    // Connections end with the server.
    let mut connections = tokio::task::JoinSet::new();
    while let Ok((socket, _)) = listener.accept().await {
        let service = service.clone();
        connections.spawn(async move {
            // How a connection ends is its client's affair.
            let _ = http1::Builder::new().serve_connection(TokioIo::new(socket), service).await;
        });
    }
}

/// Objects in a folder, and the uploads that are under way.
struct Objects {
    inner: FileSystem,
    uploads: Mutex<BTreeMap<String, Upload>>,
}

struct Upload {
    key: String,
    begun: SystemTime,
    /// The tags of its parts.
    parts: BTreeMap<i32, ETag>,
}

impl Objects {
    fn known(&self, upload: &str) -> S3Result<()> {
        if self.uploads.lock().unwrap().contains_key(upload) { Ok(()) } else { Err(s3_error!(NoSuchUpload)) }
    }
}

#[async_trait]
impl S3 for Objects {
    async fn put_object(&self, request: S3Request<PutObjectInput>) -> S3Result<S3Response<PutObjectOutput>> {
        self.inner.put_object(request).await
    }

    async fn get_object(&self, request: S3Request<GetObjectInput>) -> S3Result<S3Response<GetObjectOutput>> {
        let content_type = request.input.response_content_type.clone();
        let disposition = request.input.response_content_disposition.clone();
        let mut answer = self.inner.get_object(request).await?;
        if content_type.is_some() {
            answer.output.content_type = content_type;
        }
        if disposition.is_some() {
            answer.output.content_disposition = disposition;
        }
        Ok(answer)
    }

    async fn head_object(&self, request: S3Request<HeadObjectInput>) -> S3Result<S3Response<HeadObjectOutput>> {
        self.inner.head_object(request).await
    }

    async fn delete_object(&self, request: S3Request<DeleteObjectInput>) -> S3Result<S3Response<DeleteObjectOutput>> {
        self.inner.delete_object(request).await
    }

    async fn list_objects_v2(
        &self,
        request: S3Request<ListObjectsV2Input>,
    ) -> S3Result<S3Response<ListObjectsV2Output>> {
        self.inner.list_objects_v2(request).await
    }

    async fn create_multipart_upload(
        &self,
        request: S3Request<CreateMultipartUploadInput>,
    ) -> S3Result<S3Response<CreateMultipartUploadOutput>> {
        let key = request.input.key.clone();
        let answer = self.inner.create_multipart_upload(request).await?;
        let id = answer.output.upload_id.clone().expect("an upload has an identifier");
        self.uploads.lock().unwrap().insert(id, Upload { key, begun: now(), parts: BTreeMap::new() });
        Ok(answer)
    }

    async fn upload_part(&self, request: S3Request<UploadPartInput>) -> S3Result<S3Response<UploadPartOutput>> {
        let (id, number) = (request.input.upload_id.clone(), request.input.part_number);
        self.known(&id)?;
        let answer = self.inner.upload_part(request).await?;
        if let (Some(upload), Some(tag)) = (self.uploads.lock().unwrap().get_mut(&id), answer.output.e_tag.clone()) {
            upload.parts.insert(number, tag);
        }
        Ok(answer)
    }

    async fn complete_multipart_upload(
        &self,
        request: S3Request<CompleteMultipartUploadInput>,
    ) -> S3Result<S3Response<CompleteMultipartUploadOutput>> {
        let id = request.input.upload_id.clone();
        self.known(&id)?;
        let named = request.input.multipart_upload.clone().and_then(|upload| upload.parts).unwrap_or_default();
        let is_there = self.uploads.lock().unwrap().get(&id).is_some_and(|upload| {
            named.iter().all(|part| {
                let number = part.part_number.unwrap_or_default();
                upload.parts.get(&number).map(ETag::value) == part.e_tag.as_ref().map(ETag::value)
            })
        });
        if !is_there {
            return Err(s3_error!(InvalidPart));
        }
        let answer = self.inner.complete_multipart_upload(request).await?;
        self.uploads.lock().unwrap().remove(&id);
        Ok(answer)
    }

    async fn abort_multipart_upload(
        &self,
        request: S3Request<AbortMultipartUploadInput>,
    ) -> S3Result<S3Response<AbortMultipartUploadOutput>> {
        let id = request.input.upload_id.clone();
        self.known(&id)?;
        let answer = self.inner.abort_multipart_upload(request).await?;
        self.uploads.lock().unwrap().remove(&id);
        Ok(answer)
    }

    async fn list_multipart_uploads(
        &self,
        request: S3Request<ListMultipartUploadsInput>,
    ) -> S3Result<S3Response<ListMultipartUploadsOutput>> {
        let prefix = request.input.prefix.clone().unwrap_or_default();
        let uploads = self.uploads.lock().unwrap();
        let found =
            uploads.iter().filter(|(_, upload)| upload.key.starts_with(&prefix)).map(|(id, upload)| MultipartUpload {
                initiated: Some(Timestamp::from(upload.begun)),
                key: Some(upload.key.clone()),
                storage_class: Some(StorageClass::from_static(StorageClass::STANDARD)),
                upload_id: Some(id.clone()),
                ..MultipartUpload::default()
            });
        Ok(S3Response::new(ListMultipartUploadsOutput {
            bucket: Some(request.input.bucket),
            is_truncated: Some(false),
            uploads: Some(found.collect()),
            ..ListMultipartUploadsOutput::default()
        }))
    }
}

#[expect(clippy::disallowed_methods, reason = "another program, with the system's clock")]
fn now() -> SystemTime {
    SystemTime::now()
}
