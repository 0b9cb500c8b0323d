//! Takes a file as it comes, and keeps it when all of it is there.

use std::sync::Arc;

use application_shared::{FieldError, ObjectStorage, ObjectWriter, PortError, UploadError};
use bytes::Bytes;
use domain_file::{Checksum, Content as FileContent, File, FileName, FileState, MediaType, NewFile, SNIFFED_BYTES};
use domain_shared::{Clock, FileId, IdGenerator, MeetingId, UserId};
use futures::{StreamExt, stream::BoxStream};
use sha2::{Digest, Sha256};
use thiserror::Error;
use tokio::sync::Semaphore;

use crate::{
    FileLimits, FilePorts, FileRepository, FileView, InsertFileError, MeetingAccessError, MeetingMembers,
    access::admit_to_meeting,
    objects::{discard, key_of},
};

/// Why what comes cannot be gone on with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum BrokenContent {
    /// It was cut off, or is not what it was said to be.
    #[error("the content is broken")]
    Malformed,
    /// It did not come in time.
    #[error("the content took too long to arrive")]
    TooSlow,
    /// More than one file came.
    #[error("only one file can be uploaded at a time")]
    Repeated,
}

/// The content of a file, as it comes.
pub type Content = BoxStream<'static, Result<Bytes, BrokenContent>>;

/// A file that is to be uploaded.
#[derive(Debug, Clone)]
pub struct UploadFileCommand {
    /// Who uploads it.
    pub user_id: UserId,
    /// The meeting that it is to be shared with.
    pub meeting_id: Option<MeetingId>,
    /// What they call it.
    pub name: String,
    /// How many bytes it has at most, if that was told.
    pub announced: Option<u64>,
}

/// Why a file was not kept. Nothing of it is left.
#[derive(Debug, Error)]
pub enum UploadFileError {
    /// Its name or its content cannot be accepted.
    #[error("some fields cannot be accepted")]
    Invalid(Vec<FieldError>),
    /// It is larger than is taken.
    #[error("the file is too large")]
    TooLarge,
    /// Its owner has no room for it.
    #[error("there is no room for the file")]
    QuotaExceeded,
    /// It cannot be shared with that meeting.
    #[error(transparent)]
    Meeting(MeetingAccessError),
    /// It did not come as a whole.
    #[error(transparent)]
    Broken(#[from] BrokenContent),
    /// A port could not do its work.
    #[error(transparent)]
    Port(#[from] PortError),
}

impl From<MeetingAccessError> for UploadFileError {
    fn from(error: MeetingAccessError) -> Self {
        match error {
            MeetingAccessError::Port(error) => Self::Port(error),
            error => Self::Meeting(error),
        }
    }
}

impl From<InsertFileError> for UploadFileError {
    fn from(error: InsertFileError) -> Self {
        match error {
            InsertFileError::Quota(_) => Self::QuotaExceeded,
            InsertFileError::Port(error) => Self::Port(error),
        }
    }
}

impl From<UploadError> for UploadFileError {
    fn from(error: UploadError) -> Self {
        match error {
            UploadError::Port(error) => Self::Port(error),
            error => Self::Port(PortError::unavailable(error)),
        }
    }
}

/// Takes files.
pub struct UploadFile {
    files: Arc<dyn FileRepository>,
    storage: Arc<dyn ObjectStorage>,
    members: Arc<dyn MeetingMembers>,
    clock: Arc<dyn Clock>,
    ids: Arc<dyn IdGenerator>,
    limits: FileLimits,
    places: Semaphore,
}

impl UploadFile {
    /// Takes the ports.
    #[must_use]
    pub fn new(ports: &FilePorts) -> Self {
        Self {
            files: Arc::clone(&ports.files),
            storage: Arc::clone(&ports.storage),
            members: Arc::clone(&ports.members),
            clock: Arc::clone(&ports.clock),
            ids: Arc::clone(&ports.ids),
            limits: ports.limits.clone(),
            places: Semaphore::new(ports.limits.uploads_at_once),
        }
    }

    /// Takes the content to its end, and shows the file. Must not be cut short: whoever drops it leaves something to be
    /// cleaned up.
    ///
    /// # Errors
    /// [`UploadFileError`].
    pub async fn execute(&self, command: UploadFileCommand, content: Content) -> Result<FileView, UploadFileError> {
        let _place = self.places.try_acquire().map_err(|_| PortError::unavailable("too many uploads at once"))?;
        let mut file = self.begin(command).await?;
        match self.receive(file.id(), content, self.room_of(&file)).await {
            Ok(content) => self.publish(&mut file, content).await,
            Err(error) => {
                self.forget(&mut file).await;
                Err(error)
            }
        }
    }

    /// Sets room aside.
    async fn begin(&self, command: UploadFileCommand) -> Result<File, UploadFileError> {
        let UploadFileCommand { user_id, meeting_id, name, announced } = command;
        let name = FileName::parse(&name);
        let name = name.map_err(|error| invalid("name", error.code(), error.to_string()))?;
        let reserved = announced.unwrap_or(self.limits.max_bytes).min(self.limits.max_bytes);
        if let Some(meeting) = meeting_id {
            admit_to_meeting(&*self.members, user_id, meeting).await?;
        }
        let id = FileId::from_uuid(self.ids.next());
        let new = NewFile { id, owner_id: user_id, meeting_id, name, reserved };
        let mut file = File::begin(new, self.clock.now());
        self.files.insert(&mut file, self.limits.quota).await?;
        Ok(file)
    }

    /// What the file may have at most: what was set aside.
    fn room_of(&self, file: &File) -> u64 {
        match file.state() {
            FileState::Uploading { reserved } => reserved,
            _ => self.limits.max_bytes,
        }
    }

    async fn receive(&self, id: FileId, content: Content, room: u64) -> Result<FileContent, UploadFileError> {
        let mut writer = ObjectWriter::new(Arc::clone(&self.storage), key_of(id)?);
        let received = self.copy(&mut writer, content, room).await;
        if received.is_err() {
            writer.abort().await;
        }
        received
    }

    async fn copy(
        &self,
        writer: &mut ObjectWriter,
        mut content: Content,
        room: u64,
    ) -> Result<FileContent, UploadFileError> {
        let (mut size, mut digest) = (0_u64, Sha256::new());
        let (mut head, mut media_type) = (Vec::new(), None);
        while let Some(piece) = content.next().await {
            let piece = piece?;
            size += piece.len() as u64;
            if size > room {
                return Err(UploadFileError::TooLarge);
            }
            if media_type.is_none() {
                head.extend_from_slice(&piece[..piece.len().min(SNIFFED_BYTES - head.len())]);
                // What nobody wants is refused as early as it is known.
                if head.len() == SNIFFED_BYTES {
                    media_type = Some(self.recognise(&head)?);
                }
            }
            digest.update(&piece);
            writer.write(piece).await?;
        }
        let media_type = media_type.map_or_else(|| self.recognise(&head), Ok)?;
        writer.finish().await?;
        Ok(FileContent { size, media_type, checksum: Checksum(digest.finalize().into()) })
    }

    fn recognise(&self, head: &[u8]) -> Result<MediaType, UploadFileError> {
        if head.is_empty() {
            return Err(invalid("file", "empty", "must not be empty"));
        }
        let found = MediaType::sniff(head).filter(|found| self.limits.media_types.contains(found));
        found.ok_or_else(|| invalid("file", "unsupported_format", "is not of a kind that can be shared"))
    }

    async fn publish(&self, file: &mut File, content: FileContent) -> Result<FileView, UploadFileError> {
        file.finish(content, self.clock.now()).map_err(|_| PortError::Conflict)?;
        match self.files.update(file).await {
            Ok(()) => {}
            Err(PortError::Conflict) => {
                // It was deleted meanwhile, with the account or since it took too long.
                self.discard(file.id()).await;
                return Err(PortError::Conflict.into());
            }
            // A store that was cut off may have done it. If it has not, it is cleaned up later.
            Err(error) => return Err(error.into()),
        }
        FileView::of(file).ok_or_else(|| PortError::Conflict.into())
    }

    /// Gives back what was set aside.
    async fn forget(&self, file: &mut File) {
        if file.give_up().is_ok()
            && let Err(error) = self.files.update(file).await
        {
            tracing::warn!(%error, file = %file.id(), "an upload could not be taken back; it goes later");
            return;
        }
        self.discard(file.id()).await;
    }

    async fn discard(&self, id: FileId) {
        if let Err(error) = discard(&*self.storage, &*self.files, id).await {
            tracing::warn!(%error, file = %id, "an upload could not be cleaned up; it goes later");
        }
    }
}

fn invalid(field: &'static str, code: &'static str, message: impl Into<String>) -> UploadFileError {
    UploadFileError::Invalid(vec![FieldError::new(field, code, message)])
}

#[cfg(test)]
mod tests {
    use futures::stream;

    use super::*;
    use crate::test_support::{ANN, HOST, MEETING, NOWHERE, STRANGER, World, command, content};

    #[tokio::test]
    async fn a_file_is_kept_as_it_came() {
        let world = World::new();
        let upload = UploadFile::new(&world.ports);
        let pieces: Vec<Bytes> = vec!["hel".into(), "".into(), "lo".into()];
        let view = upload.execute(command(ANN, Some(MEETING)), content(pieces)).await.unwrap();
        assert_eq!((view.owner_id, view.meeting_id, view.name.as_str()), (ANN, Some(MEETING), "a.txt"));
        assert_eq!((view.content.size, view.content.media_type.as_str()), (5, "text/plain"));
        assert_eq!(
            view.content.checksum.to_string(),
            "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824"
        );
        assert_eq!(world.storage.content(view.id), &b"hello"[..]);
        assert_eq!(world.files.events(), ["file.uploaded"]);
    }

    #[tokio::test]
    async fn what_cannot_be_kept_leaves_nothing() {
        let world = World::new();
        let upload = UploadFile::new(&world.ports);
        let broken = |error| stream::iter([Ok(Bytes::from_static(b"half")), Err(error)]).boxed();
        let field = |outcome: Result<FileView, UploadFileError>| match outcome {
            Err(UploadFileError::Invalid(fields)) => (fields[0].field, fields[0].code),
            other => panic!("{other:?}"),
        };
        let run = |content| upload.execute(command(ANN, None), content);
        assert_eq!(field(run(content(vec![])).await), ("file", "empty"));
        assert_eq!(field(run(content(vec!["\0\0\0".into()])).await), ("file", "unsupported_format"));
        assert_eq!(
            field(run(content(vec!["%PDF-1.7".into()])).await),
            ("file", "unsupported_format"),
            "not allowed here"
        );
        let binary = stream::iter([Ok(Bytes::from(vec![0; SNIFFED_BYTES])), Err(BrokenContent::Malformed)]).boxed();
        assert_eq!(field(run(binary).await), ("file", "unsupported_format"), "refused before it broke off");
        for error in [BrokenContent::Malformed, BrokenContent::TooSlow, BrokenContent::Repeated] {
            assert!(matches!(run(broken(error)).await, Err(UploadFileError::Broken(told)) if told == error));
        }
        let too_much = content(vec!["x".repeat(10_001).into()]);
        assert!(matches!(run(too_much).await, Err(UploadFileError::TooLarge)));
        let more_than_told = UploadFileCommand { announced: Some(3), ..command(ANN, None) };
        let outcome = upload.execute(more_than_told, content(vec!["four".into()])).await;
        assert!(matches!(outcome, Err(UploadFileError::TooLarge)));
        let unnamed = UploadFileCommand { name: "a/".to_owned(), ..command(ANN, None) };
        assert_eq!(field(upload.execute(unnamed, content(vec!["x".into()])).await), ("name", "empty"));
        assert!(world.files.is_empty() && world.storage.is_empty());
        assert_eq!(world.files.events(), Vec::<&str>::new());
    }

    #[tokio::test]
    async fn only_who_takes_part_shares_with_a_meeting() {
        let world = World::new();
        let upload = UploadFile::new(&world.ports);
        assert!(upload.execute(command(HOST, Some(MEETING)), content(vec!["x".into()])).await.is_ok());
        let refused = upload.execute(command(STRANGER, Some(MEETING)), content(vec!["x".into()])).await;
        assert!(matches!(refused, Err(UploadFileError::Meeting(MeetingAccessError::Stranger))));
        let refused = upload.execute(command(ANN, Some(NOWHERE)), content(vec!["x".into()])).await;
        assert!(matches!(refused, Err(UploadFileError::Meeting(MeetingAccessError::NoSuchMeeting))));
    }

    #[tokio::test]
    async fn nobody_has_more_than_their_quota() {
        let world = World::new();
        let upload = UploadFile::new(&world.ports);
        // The quota is 30,000 bytes: what was set aside is given back when the file turns out to be smaller.
        for _ in 0..3 {
            let most = UploadFileCommand { announced: Some(10_000), ..command(ANN, None) };
            upload.execute(most, content(vec!["x".repeat(9_000).into()])).await.unwrap();
        }
        let much = UploadFileCommand { announced: Some(3_001), ..command(ANN, None) };
        let refused = upload.execute(much.clone(), content(vec!["x".into()])).await;
        assert!(matches!(refused, Err(UploadFileError::QuotaExceeded)));
        let enough = UploadFileCommand { announced: Some(3_000), ..much };
        upload.execute(enough, content(vec!["x".into()])).await.unwrap();
    }

    #[tokio::test]
    async fn a_file_that_was_deleted_while_it_came_is_gone() {
        let world = World::new();
        let upload = UploadFile::new(&world.ports);
        let files = world.files.clone();
        let content = stream::once(async move {
            files.delete_of(ANN).await.unwrap();
            Ok(Bytes::from_static(b"late"))
        });
        let outcome = upload.execute(command(ANN, None), content.boxed()).await;
        assert!(matches!(outcome, Err(UploadFileError::Port(PortError::Conflict))));
        assert!(world.files.is_empty() && world.storage.is_empty());
    }

    #[tokio::test]
    async fn a_storage_that_is_away_leaves_what_can_be_cleaned_up() {
        let world = World::new();
        world.storage.go_away(true);
        let outcome = UploadFile::new(&world.ports).execute(command(ANN, None), content(vec!["x".into()])).await;
        assert!(matches!(outcome, Err(UploadFileError::Port(PortError::Unavailable(_)))));
        world.storage.go_away(false);
        crate::CleanUpFiles::new(&world.ports).execute().await.unwrap();
        assert!(world.files.is_empty() && world.storage.is_empty());
    }

    #[tokio::test]
    async fn only_so_many_at_once() {
        let world = World::new();
        let upload = UploadFile::new(&world.ports);
        let begun = stream::pending().boxed();
        let mut first = Box::pin(upload.execute(command(ANN, None), begun));
        assert!(futures::poll!(&mut first).is_pending());
        let mut second = Box::pin(upload.execute(command(ANN, None), stream::pending().boxed()));
        assert!(futures::poll!(&mut second).is_pending());
        let third = upload.execute(command(ANN, None), content(vec!["x".into()])).await;
        assert!(matches!(third, Err(UploadFileError::Port(PortError::Unavailable(_)))));
        drop(first);
        assert!(upload.execute(command(HOST, None), content(vec!["x".into()])).await.is_ok());
    }
}
