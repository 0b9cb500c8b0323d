//! The operations of files.

use std::sync::Arc;

use application_file::{
    DeleteFile, DeleteFileCommand, FileCursor, FilePorts, ListFiles, ListFilesQuery, OpenDownload, ReadFile,
    ReadFileQuery, UploadFile, UploadFileCommand,
};
use domain_shared::{Clock, FileId, MeetingId};
use poem::Request;
use poem_openapi::{
    OpenApi,
    param::{Path, Query},
};
use tracing::Instrument;
use uuid::Uuid;

use super::{
    download::Handed,
    ranges::Wanted,
    shapes::{MediaFile, MediaFileAnswer, MediaFilePage},
    upload::{FileUpload, MAX_FORM_BYTES},
};
use crate::{
    answer::{Answer, Created, Empty},
    authentication::SignedIn,
    code::Code,
    cursor,
    failure::Failure,
    tags::Tag,
};

/// The use cases that the operations drive.
pub struct MediaUseCases {
    upload: Arc<UploadFile>,
    read: Arc<ReadFile>,
    list: ListFiles,
    delete: DeleteFile,
    download: OpenDownload,
    max_bytes: u64,
}

impl MediaUseCases {
    /// All of them, on these ports.
    #[must_use]
    pub fn new(ports: &FilePorts) -> Self {
        Self {
            upload: Arc::new(UploadFile::new(ports)),
            read: Arc::new(ReadFile::new(ports)),
            list: ListFiles::new(ports),
            delete: DeleteFile::new(ports),
            download: OpenDownload::new(ports),
            max_bytes: ports.limits.max_bytes,
        }
    }
}

/// The operations of this area.
pub struct MediaApi {
    /// What they drive.
    pub use_cases: MediaUseCases,
    /// Dates the answers.
    pub clock: Arc<dyn Clock>,
}

/// No file bears what is no identifier.
fn file_id(text: &str) -> Result<FileId, Failure> {
    text.parse::<Uuid>().map(FileId::from_uuid).map_err(|_| Code::FileNotFound.into())
}

/// No meeting bears what is no identifier.
fn meeting_id(text: Option<&str>) -> Result<Option<MeetingId>, Failure> {
    let meeting = text.map(|text| text.parse::<Uuid>().map(MeetingId::from_uuid));
    meeting.transpose().map_err(|_| Code::MeetingNotFound.into())
}

#[OpenApi(prefix_path = "/api/v1", tag = "Tag::Media")]
impl MediaApi {
    /// Upload a file
    ///
    /// With `meeting_id` it is shared with everybody who takes part in that meeting. What it is is found out from its
    /// content; what is of no kind that can be shared is answered with 422 and the detail `unsupported_format` for `file`.
    /// Nothing is left of an upload that was broken off. `Idempotency-Key` is not taken here.
    #[oai(path = "/media/upload", method = "post", operation_id = "uploadMedia")]
    async fn upload(
        &self,
        user: SignedIn,
        /// The identifier of the meeting that it is shared with.
        #[oai(validator(max_length = 64))]
        meeting_id: Query<Option<String>>,
        form: FileUpload,
    ) -> Result<Created<MediaFileAnswer>, Failure> {
        let FileUpload { name, announced, content } = form;
        // Whoever says that it is too large is not listened to any longer.
        if announced.is_some_and(|bytes| bytes > self.use_cases.max_bytes.saturating_add(MAX_FORM_BYTES)) {
            return Err(Code::TooLarge.into());
        }
        let user_id = user.0.user_id;
        let meeting_id = self::meeting_id(meeting_id.0.as_deref())?;
        let command = UploadFileCommand { user_id, meeting_id, name, announced };
        let (upload, read) = (self.use_cases.upload.clone(), self.use_cases.read.clone());
        // On a task of its own: what was begun is taken back also when the client goes away meanwhile.
        let task = async move {
            let file = upload.execute(command, content).await?;
            Ok::<_, Failure>(read.execute(ReadFileQuery { asked_by: user_id, id: file.id }).await?)
        };
        let task = tokio::spawn(task.in_current_span());
        let uploaded = task.await.map_err(|error| Failure::new(Code::Internal).caused_by(error))??;
        Ok(Answer::new(uploaded.into(), self.clock.now()))
    }

    /// List files
    ///
    /// One's own, or with `meeting_id` those that are shared with that meeting, newest first.
    #[oai(path = "/media", method = "get", operation_id = "listMedia")]
    async fn list(
        &self,
        user: SignedIn,
        /// The identifier of the meeting.
        #[oai(validator(max_length = 64))]
        meeting_id: Query<Option<String>>,
        /// How many at most.
        #[oai(validator(minimum(value = "1"), maximum(value = "100")), default = "cursor::default_limit")]
        limit: Query<i64>,
        /// Where to go on: `next_cursor` of the page before.
        #[oai(validator(max_length = 64))]
        cursor: Query<Option<String>>,
    ) -> Result<Answer<MediaFilePage>, Failure> {
        let (limit, after) = cursor::page(limit.0, cursor.0.as_deref())?;
        let after = after.map(|(created_at, id)| FileCursor { created_at, id: id.into() });
        let meeting = self::meeting_id(meeting_id.0.as_deref())?;
        let page = self.use_cases.list.execute(ListFilesQuery { asked_by: user.0.user_id, meeting, after, limit });
        let page = page.await?;
        let next_cursor = page.next.map(|next| cursor::write(next.created_at, next.id.as_uuid()));
        let items = page.items.into_iter().map(MediaFile::from).collect();
        Ok(Answer::new(MediaFilePage { items, next_cursor }, self.clock.now()))
    }

    /// Read a file
    ///
    /// What is known of it, with an address under which its content is read for a while, also in ranges.
    #[oai(path = "/media/:id", method = "get", operation_id = "readMedia")]
    async fn read(
        &self,
        user: SignedIn,
        /// The file's identifier.
        id: Path<String>,
    ) -> Result<Answer<MediaFileAnswer>, Failure> {
        let query = ReadFileQuery { asked_by: user.0.user_id, id: file_id(&id.0)? };
        let found = self.use_cases.read.execute(query).await?;
        Ok(Answer::new(found.into(), self.clock.now()))
    }

    /// Delete a file
    ///
    /// For its owner, and for whoever moderates the meeting that it is shared with. Addresses that were given out end with it.
    #[oai(path = "/media/:id", method = "delete", operation_id = "deleteMedia")]
    async fn delete(
        &self,
        user: SignedIn,
        /// The file's identifier.
        id: Path<String>,
    ) -> Result<Answer<Empty>, Failure> {
        let command = DeleteFileCommand { by: user.0.user_id, id: file_id(&id.0)? };
        self.use_cases.delete.execute(command).await?;
        Ok(Answer::new(Empty {}, self.clock.now()))
    }

    /// Read the content of a file
    ///
    /// Where `download_url` of a file points when this server hands files out itself. The address is good by itself, until
    /// its time is over. One range at a time is answered (RFC 9110, section 14).
    #[oai(path = "/media/objects/:ticket", method = "get", operation_id = "downloadMedia")]
    async fn download(
        &self,
        request: &Request,
        /// What makes the address good.
        ticket: Path<String>,
    ) -> Result<Handed, Failure> {
        let opened = self.use_cases.download.execute(&ticket.0).await?;
        let representation = Handed::representation(&opened);
        let wanted = representation.wanted(request.headers());
        let content = match wanted {
            Wanted::Whole => Some(self.use_cases.download.read(&opened, None).await?),
            Wanted::Part(range) => Some(self.use_cases.download.read(&opened, Some(range)).await?),
            Wanted::Unchanged | Wanted::PreconditionFailed | Wanted::Unsatisfiable => None,
        };
        Handed::new(opened, representation, wanted, content, self.clock.now())
    }
}
