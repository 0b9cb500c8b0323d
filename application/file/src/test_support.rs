//! A world in memory for tests of use cases: files, a storage, a meeting and the people in it.

use std::{
    collections::BTreeMap,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use application_shared::{
    ByteRange, ByteStream, Download, ObjectKey, ObjectMetadata, ObjectStorage, ObjectUpload, PortError, UploadError,
    UploadedPart,
};
use async_trait::async_trait;
use bytes::Bytes;
use chrono::{DateTime, TimeDelta, Utc};
use domain_file::{File, FileName, FileState, MediaType, NewFile, Quota, Usage};
use domain_shared::{Clock, DomainEvent, FileId, FixedClock, MeetingId, Page, PageLimit, SequentialIds, UserId};
use futures::{StreamExt, stream};
use secrecy::SecretString;
use uuid::Uuid;

use crate::{
    Content, FileCursor, FileLimits, FilePorts, FileRepository, FileScope, InsertFileError, MeetingMembers,
    MeetingStanding, UploadFile, UploadFileCommand, objects::key_of,
};

/// They take part in the meeting.
pub const ANN: UserId = UserId::from_uuid(Uuid::from_u128(1_001));
/// So do they.
pub const BEN: UserId = UserId::from_uuid(Uuid::from_u128(1_002));
/// They moderate it.
pub const HOST: UserId = UserId::from_uuid(Uuid::from_u128(1_003));
/// They have nothing to do with it.
pub const STRANGER: UserId = UserId::from_uuid(Uuid::from_u128(1_004));
/// The meeting.
pub const MEETING: MeetingId = MeetingId::from_uuid(Uuid::from_u128(2_001));
/// No meeting.
pub const NOWHERE: MeetingId = MeetingId::from_uuid(Uuid::from_u128(2_002));

/// Everything that the use cases need.
pub struct World {
    pub ports: FilePorts,
    pub files: Arc<Files>,
    pub storage: Arc<Memory>,
    pub clock: Arc<FixedClock>,
}

impl World {
    /// With nothing in it. Files have at most 10,000 bytes, and only text and pictures are taken.
    pub fn new() -> Self {
        let clock = Arc::new(FixedClock::at(DateTime::UNIX_EPOCH + TimeDelta::days(20_000)));
        let files = Arc::new(Files::default());
        let storage = Arc::new(Memory::new(clock.clone()));
        let ports = FilePorts {
            files: files.clone(),
            storage: storage.clone(),
            tickets: None,
            members: Arc::new(Members),
            clock: clock.clone(),
            ids: Arc::new(SequentialIds::default()),
            limits: FileLimits {
                max_bytes: 10_000,
                quota: Quota { bytes: 30_000, files: 50 },
                media_types: ["text/plain", "image/png"].map(|name| MediaType::parse(name).unwrap()).to_vec(),
                download_lifetime: Duration::from_secs(900),
                uploads_at_once: 2,
            },
        };
        Self { ports, files, storage, clock }
    }

    /// A file that can be read.
    pub async fn upload(&self, owner: UserId, meeting: Option<MeetingId>, bytes: &'static [u8]) -> FileId {
        let content = content(vec![Bytes::from_static(bytes)]);
        self.clock.advance(TimeDelta::milliseconds(1));
        let command = UploadFileCommand { announced: Some(bytes.len() as u64), ..command(owner, meeting) };
        UploadFile::new(&self.ports).execute(command, content).await.unwrap().id
    }

    /// An upload that has begun.
    pub fn begin(&self, owner: UserId) -> FileId {
        let id = FileId::from_uuid(self.ports.ids.next());
        let name = FileName::parse("a.txt").unwrap();
        let mut file =
            File::begin(NewFile { id, owner_id: owner, meeting_id: None, name, reserved: 1 }, self.clock.now());
        file.mark_stored(1);
        self.files.rows.lock().unwrap().insert(id, file);
        id
    }

    /// The file is being deleted.
    pub fn mark_deleting(&self, id: FileId) {
        let mut rows = self.files.rows.lock().unwrap();
        let mut snapshot = rows[&id].to_snapshot();
        snapshot.state = FileState::Deleting;
        rows.insert(id, File::from_snapshot(snapshot));
    }
}

/// The upload of a text.
pub fn command(user_id: UserId, meeting_id: Option<MeetingId>) -> UploadFileCommand {
    UploadFileCommand { user_id, meeting_id, name: "a.txt".to_owned(), announced: None }
}

/// Its content.
pub fn content(pieces: Vec<Bytes>) -> Content {
    stream::iter(pieces.into_iter().map(Ok)).boxed()
}

/// Who is what in [`MEETING`].
struct Members;

#[async_trait]
impl MeetingMembers for Members {
    async fn standing(&self, user: UserId, meeting: MeetingId) -> Result<Option<MeetingStanding>, PortError> {
        Ok((meeting == MEETING).then_some(match user {
            ANN | BEN => MeetingStanding::Participant,
            HOST => MeetingStanding::Moderator,
            _ => MeetingStanding::Stranger,
        }))
    }
}

/// Files in memory.
#[derive(Default)]
pub struct Files {
    rows: Mutex<BTreeMap<FileId, File>>,
    events: Mutex<Vec<&'static str>>,
    conflict: AtomicBool,
}

impl Files {
    pub fn get(&self, id: FileId) -> Option<File> {
        self.rows.lock().unwrap().get(&id).cloned()
    }

    pub fn is_empty(&self) -> bool {
        self.rows.lock().unwrap().is_empty()
    }

    /// The only file there is.
    pub fn only(&self) -> FileId {
        let rows = self.rows.lock().unwrap();
        assert_eq!(rows.len(), 1);
        *rows.keys().next().unwrap()
    }

    pub fn events(&self) -> Vec<&'static str> {
        self.events.lock().unwrap().clone()
    }

    /// Somebody else is quicker, once.
    pub fn conflict_once(&self) {
        self.conflict.store(true, Ordering::SeqCst);
    }

    fn ids(&self, limit: usize, wanted: impl Fn(&File) -> bool) -> Vec<FileId> {
        self.rows.lock().unwrap().values().filter(|file| wanted(file)).map(File::id).take(limit).collect()
    }
}

#[async_trait]
impl FileRepository for Files {
    async fn find(&self, id: FileId) -> Result<Option<File>, PortError> {
        Ok(self.get(id))
    }

    async fn insert(&self, file: &mut File, quota: Quota) -> Result<(), InsertFileError> {
        let mut rows = self.rows.lock().unwrap();
        let mut usage = Usage::default();
        for other in rows.values().filter(|other| other.owner_id() == file.owner_id()) {
            usage.files += 1;
            usage.bytes += bytes_of(other);
        }
        quota.admit(usage, bytes_of(file))?;
        file.mark_stored(1);
        rows.insert(file.id(), file.clone());
        Ok(())
    }

    async fn update(&self, file: &mut File) -> Result<(), PortError> {
        let mut rows = self.rows.lock().unwrap();
        let stored = rows.get(&file.id()).map(File::version);
        if self.conflict.swap(false, Ordering::SeqCst) || stored != Some(file.version()) {
            return Err(PortError::Conflict);
        }
        self.events.lock().unwrap().extend(file.pending_events().iter().map(DomainEvent::name));
        file.mark_stored(file.version() + 1);
        rows.insert(file.id(), file.clone());
        Ok(())
    }

    async fn remove(&self, id: FileId) -> Result<(), PortError> {
        self.rows.lock().unwrap().retain(|other, file| *other != id || file.state() != FileState::Deleting);
        Ok(())
    }

    async fn delete_of(&self, owner: UserId) -> Result<(), PortError> {
        for file in self.rows.lock().unwrap().values_mut().filter(|file| file.owner_id() == owner) {
            let mut snapshot = file.to_snapshot();
            snapshot.state = FileState::Deleting;
            snapshot.version += 1;
            *file = File::from_snapshot(snapshot);
        }
        Ok(())
    }

    async fn page(
        &self,
        scope: FileScope,
        _: Option<FileCursor>,
        limit: PageLimit,
    ) -> Result<Page<File, FileCursor>, PortError> {
        let rows = self.rows.lock().unwrap();
        let mut items: Vec<File> = rows
            .values()
            .filter(|file| file.content().is_some())
            .filter(|file| match scope {
                FileScope::OwnedBy(owner) => file.owner_id() == owner,
                FileScope::SharedWith(meeting) => file.meeting_id() == Some(meeting),
            })
            .cloned()
            .collect();
        items.sort_by_key(|file| std::cmp::Reverse((file.created_at(), file.id())));
        items.truncate(usize::from(limit.get()));
        Ok(Page { items, next: None })
    }

    async fn unfinished(&self, begun_before: DateTime<Utc>, limit: u16) -> Result<Vec<FileId>, PortError> {
        Ok(self.ids(usize::from(limit), |file| {
            matches!(file.state(), FileState::Uploading { .. }) && file.created_at() < begun_before
        }))
    }

    async fn deleting(&self, limit: u16) -> Result<Vec<FileId>, PortError> {
        Ok(self.ids(usize::from(limit), |file| file.state() == FileState::Deleting))
    }

    async fn readable(&self, after: Option<FileId>, limit: u16) -> Result<Vec<FileId>, PortError> {
        Ok(self.ids(usize::from(limit), |file| file.content().is_some() && after.is_none_or(|after| file.id() > after)))
    }

    async fn existing(&self, ids: &[FileId]) -> Result<Vec<FileId>, PortError> {
        Ok(self.ids(usize::MAX, |file| ids.contains(&file.id())))
    }
}

fn bytes_of(file: &File) -> u64 {
    match file.state() {
        FileState::Uploading { reserved } => reserved,
        FileState::Ready { content, .. } => content.size,
        FileState::Deleting => 0,
    }
}

/// A storage in memory.
pub struct Memory {
    objects: Mutex<BTreeMap<ObjectKey, (Bytes, DateTime<Utc>)>>,
    uploads: Mutex<BTreeMap<String, (ObjectUpload, DateTime<Utc>)>>,
    away: AtomicBool,
    clock: Arc<FixedClock>,
}

impl Memory {
    fn new(clock: Arc<FixedClock>) -> Self {
        Self { objects: Mutex::default(), uploads: Mutex::default(), away: AtomicBool::new(false), clock }
    }

    pub fn go_away(&self, away: bool) {
        self.away.store(away, Ordering::SeqCst);
    }

    pub fn has(&self, id: FileId) -> bool {
        self.objects.lock().unwrap().contains_key(&key_of(id).unwrap())
    }

    pub fn content(&self, id: FileId) -> Bytes {
        self.objects.lock().unwrap()[&key_of(id).unwrap()].0.clone()
    }

    pub fn lose(&self, id: FileId) {
        self.objects.lock().unwrap().remove(&key_of(id).unwrap());
    }

    pub fn is_empty(&self) -> bool {
        self.objects.lock().unwrap().is_empty() && self.uploads.lock().unwrap().is_empty()
    }

    fn reach(&self) -> Result<(), PortError> {
        if self.away.load(Ordering::SeqCst) { Err(PortError::unavailable("away")) } else { Ok(()) }
    }

    fn describe(&self, key: &ObjectKey) -> Option<ObjectMetadata> {
        let objects = self.objects.lock().unwrap();
        let (content, modified_at) = objects.get(key)?;
        let (key, size) = (key.clone(), content.len() as u64);
        Some(ObjectMetadata { key, size, etag: "1".to_owned(), modified_at: *modified_at })
    }
}

#[async_trait]
impl ObjectStorage for Memory {
    async fn put(&self, key: &ObjectKey, content: Bytes) -> Result<(), PortError> {
        self.reach()?;
        self.objects.lock().unwrap().insert(key.clone(), (content, self.clock.now()));
        Ok(())
    }

    async fn begin_upload(&self, key: &ObjectKey) -> Result<ObjectUpload, PortError> {
        self.reach()?;
        let mut uploads = self.uploads.lock().unwrap();
        let upload = ObjectUpload { key: key.clone(), id: uploads.len().to_string() };
        uploads.insert(upload.id.clone(), (upload.clone(), self.clock.now()));
        Ok(upload)
    }

    async fn put_part(&self, _: &ObjectUpload, number: u16, content: Bytes) -> Result<UploadedPart, UploadError> {
        self.reach()?;
        Ok(UploadedPart { number, size: content.len() as u64, tag: String::new() })
    }

    async fn complete_upload(&self, _: &ObjectUpload, _: &[UploadedPart]) -> Result<(), UploadError> {
        // Files here are smaller than a part.
        Err(UploadError::NoSuchUpload)
    }

    async fn abort_upload(&self, upload: &ObjectUpload) -> Result<(), PortError> {
        self.reach()?;
        self.uploads.lock().unwrap().remove(&upload.id);
        Ok(())
    }

    async fn unfinished_uploads(
        &self,
        prefix: &str,
        begun_before: DateTime<Utc>,
        _: u16,
    ) -> Result<Vec<ObjectUpload>, PortError> {
        self.reach()?;
        let uploads = self.uploads.lock().unwrap();
        let old = uploads.values().filter(|(upload, at)| *at < begun_before && upload.key.as_str().starts_with(prefix));
        Ok(old.map(|(upload, _)| upload.clone()).collect())
    }

    async fn metadata(&self, key: &ObjectKey) -> Result<Option<ObjectMetadata>, PortError> {
        self.reach()?;
        Ok(self.describe(key))
    }

    async fn read(&self, key: &ObjectKey, range: Option<ByteRange>) -> Result<Option<ByteStream>, PortError> {
        self.reach()?;
        let Some((content, _)) = self.objects.lock().unwrap().get(key).cloned() else { return Ok(None) };
        let range = range.unwrap_or(ByteRange { start: 0, length: content.len() as u64 });
        let start = usize::try_from(range.start).unwrap();
        let piece = content.slice(start..start + usize::try_from(range.length).unwrap());
        Ok(Some(stream::iter([Ok(piece)]).boxed()))
    }

    async fn delete(&self, key: &ObjectKey) -> Result<(), PortError> {
        self.reach()?;
        self.objects.lock().unwrap().remove(key);
        Ok(())
    }

    async fn list(
        &self,
        prefix: &str,
        after: Option<&ObjectKey>,
        limit: u16,
    ) -> Result<Vec<ObjectMetadata>, PortError> {
        self.reach()?;
        let keys: Vec<ObjectKey> = self.objects.lock().unwrap().keys().cloned().collect();
        let wanted =
            keys.iter().filter(|key| key.as_str().starts_with(prefix) && after.is_none_or(|after| *key > after));
        Ok(wanted.take(usize::from(limit)).filter_map(|key| self.describe(key)).collect())
    }

    async fn download_url(&self, key: &ObjectKey, download: &Download) -> Result<SecretString, PortError> {
        self.reach()?;
        let Download { file_name, media_type, inline, expires_in } = download;
        Ok(format!("memory:{key}?{file_name};{media_type};{inline};{}", expires_in.as_secs()).into())
    }
}
