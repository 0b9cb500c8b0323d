//! The folder itself: blocking calls, each of which leaves it as it was or as it should be.

use std::{
    fs::{self, DirBuilder, File, OpenOptions},
    io::{self, ErrorKind, Write},
    os::unix::fs::{DirBuilderExt, FileExt, MetadataExt},
    path::{Path, PathBuf},
    sync::Arc,
};

use application_shared::{MAX_PARTS, ObjectKey, ObjectMetadata, ObjectUpload, PART_SIZE, UploadedPart, size_of_parts};
use chrono::{DateTime, Utc};
use sha2::{Digest, Sha256};
use thiserror::Error;
use uuid::Uuid;

const OBJECTS: &str = "objects";
const UPLOADS: &str = "uploads";
const KEY: &str = "key";
const DATA: &str = "data";

/// Why something was not done.
#[derive(Debug, Error)]
pub enum Problem {
    /// See [`application_shared::UploadError::NoSuchUpload`].
    #[error("there is no such upload")]
    NoSuchUpload,
    /// See [`application_shared::UploadError::WrongParts`].
    #[error("the parts do not make an object")]
    WrongParts,
    /// The folder cannot be read or written.
    #[error(transparent)]
    Io(#[from] io::Error),
}

/// A folder with objects and uploads.
#[derive(Debug, Clone)]
pub struct Folder(Arc<Path>);

impl Folder {
    /// Opens it, and makes it when it is missing, for this user alone.
    pub fn open(path: &Path) -> io::Result<Self> {
        let folder = Self(path.into());
        for inner in [OBJECTS, UPLOADS] {
            DirBuilder::new().recursive(true).mode(0o700).create(path.join(inner))?;
        }
        sync_folder(path)?;
        Ok(folder)
    }

    pub(super) fn objects(&self) -> PathBuf {
        self.0.join(OBJECTS)
    }

    fn path_of(&self, key: &ObjectKey) -> PathBuf {
        // A key leads nowhere but below the folder: `ObjectKey` sees to it.
        self.objects().join(key.as_str())
    }

    fn uploads(&self) -> PathBuf {
        self.0.join(UPLOADS)
    }

    /// Whatever is no identifier of ours leads nowhere.
    fn upload_folder(&self, upload: &ObjectUpload) -> Result<PathBuf, Problem> {
        let id: Uuid = upload.id.parse().map_err(|_| Problem::NoSuchUpload)?;
        Ok(self.uploads().join(id.to_string()))
    }

    pub fn put(&self, id: Uuid, key: &ObjectKey, content: &[u8]) -> Result<(), Problem> {
        let upload = ObjectUpload { key: key.clone(), id: id.to_string() };
        self.begin(&upload)?;
        let written = self.upload_folder(&upload).and_then(|folder| {
            let file = open_data(&folder)?;
            file.write_all_at(content, 0)?;
            self.publish(&file, &folder, key)
        });
        if written.is_err() {
            // What is left is found among the unfinished uploads.
            let _ = self.abort(&upload);
        }
        written
    }

    pub fn begin(&self, upload: &ObjectUpload) -> Result<(), Problem> {
        let folder = self.upload_folder(upload)?;
        DirBuilder::new().mode(0o700).create(&folder)?;
        let mut file = File::create_new(folder.join(KEY))?;
        file.write_all(upload.key.as_str().as_bytes())?;
        file.sync_all()?;
        sync_folder(&folder)?;
        sync_folder(&self.uploads())?;
        Ok(())
    }

    /// The folder of the upload, if it has begun for this key.
    fn begun(&self, upload: &ObjectUpload) -> Result<PathBuf, Problem> {
        let folder = self.upload_folder(upload)?;
        match fs::read_to_string(folder.join(KEY)) {
            Ok(key) if key == upload.key.as_str() => Ok(folder),
            Ok(_) => Err(Problem::NoSuchUpload),
            Err(error) if error.kind() == ErrorKind::NotFound => Err(Problem::NoSuchUpload),
            Err(error) => Err(error.into()),
        }
    }

    pub fn put_part(&self, upload: &ObjectUpload, number: u16, content: &[u8]) -> Result<UploadedPart, Problem> {
        if !(1..=MAX_PARTS).contains(&number) || !(1..=PART_SIZE).contains(&content.len()) {
            return Err(Problem::WrongParts);
        }
        let folder = self.begun(upload)?;
        let file = open_data(&folder).map_err(gone)?;
        file.write_all_at(content, u64::from(number - 1) * PART_SIZE as u64)?;
        file.sync_data()?;
        let tag: String = Sha256::digest(content).iter().map(|byte| format!("{byte:02x}")).collect();
        let part = UploadedPart { number, size: content.len() as u64, tag };
        // That it is there is told when it is.
        let (made, told) = (folder.join(format!("{number:05}.new")), folder.join(format!("{number:05}")));
        fs::write(&made, describe(&part)).map_err(gone)?;
        fs::rename(made, told).map_err(gone)?;
        Ok(part)
    }

    pub fn complete(&self, upload: &ObjectUpload, parts: &[UploadedPart]) -> Result<(), Problem> {
        let folder = self.begun(upload)?;
        let size = size_of_parts(parts).ok_or(Problem::WrongParts)?;
        for part in parts {
            match fs::read_to_string(folder.join(format!("{:05}", part.number))) {
                Ok(told) if told == describe(part) => {}
                Ok(_) => return Err(Problem::WrongParts),
                Err(error) if error.kind() == ErrorKind::NotFound => return Err(Problem::WrongParts),
                Err(error) => return Err(error.into()),
            }
        }
        let file = open_data(&folder).map_err(gone)?;
        // A part may have been there that is not wanted any more.
        file.set_len(size)?;
        self.publish(&file, &folder, &upload.key)
    }

    /// Makes what has been written the object.
    fn publish(&self, file: &File, folder: &Path, key: &ObjectKey) -> Result<(), Problem> {
        file.sync_all()?;
        let path = self.path_of(key);
        let parent = self.make_folders(&path)?;
        fs::rename(folder.join(DATA), &path).map_err(gone)?;
        sync_folder(&parent)?;
        // The object is there; what is left over is cleaned up sooner or later.
        if let Err(error) = fs::remove_dir_all(folder) {
            tracing::warn!(%error, "a finished upload could not be cleaned up");
        }
        Ok(())
    }

    /// Makes the folders above an object, so that they outlive a crash; tells the last.
    fn make_folders(&self, path: &Path) -> io::Result<PathBuf> {
        let root = self.objects();
        let parent = path.parent().unwrap_or(&root).to_owned();
        let mut folder = root;
        let below = parent.strip_prefix(&folder).map(Path::to_owned).unwrap_or_default();
        for segment in below.components() {
            let inner = folder.join(segment);
            match DirBuilder::new().mode(0o700).create(&inner) {
                Ok(()) => sync_folder(&folder)?,
                Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
                Err(error) => return Err(error),
            }
            folder = inner;
        }
        Ok(parent)
    }

    pub fn abort(&self, upload: &ObjectUpload) -> Result<(), Problem> {
        let folder = match self.begun(upload) {
            Err(Problem::NoSuchUpload) => return Ok(()),
            folder => folder?,
        };
        match fs::remove_dir_all(folder) {
            Err(error) if error.kind() != ErrorKind::NotFound => Err(error.into()),
            _ => Ok(()),
        }
    }

    pub fn unfinished(
        &self,
        prefix: &str,
        begun_before: DateTime<Utc>,
        limit: usize,
    ) -> Result<Vec<ObjectUpload>, Problem> {
        let mut found = Vec::new();
        for entry in fs::read_dir(self.uploads())? {
            if found.len() == limit {
                break;
            }
            let Ok(entry) = entry else { continue };
            // It may be finished meanwhile.
            let Ok(metadata) = entry.metadata() else { continue };
            let Ok(id) = entry.file_name().into_string() else { continue };
            let key = fs::read_to_string(entry.path().join(KEY)).ok();
            let begun_at = fs::metadata(entry.path().join(KEY)).or(Ok::<_, io::Error>(metadata))?.modified()?;
            if DateTime::<Utc>::from(begun_at) >= begun_before {
                continue;
            }
            match key.map(ObjectKey::parse) {
                Some(Ok(key)) if key.as_str().starts_with(prefix) => found.push(ObjectUpload { key, id }),
                Some(Ok(_)) => {}
                // It was cut short before it had a name: nobody can go on with it.
                _ => drop(fs::remove_dir_all(entry.path())),
            }
        }
        Ok(found)
    }

    pub fn metadata(&self, key: &ObjectKey) -> Result<Option<ObjectMetadata>, Problem> {
        match fs::symlink_metadata(self.path_of(key)) {
            Ok(metadata) if metadata.is_file() => Ok(Some(describe_object(key.clone(), &metadata)?)),
            Ok(_) => Ok(None),
            Err(error) => absent(error).map(|()| None),
        }
    }

    /// The object's file and its size.
    pub fn read(&self, key: &ObjectKey) -> Result<Option<(File, u64)>, Problem> {
        let file = match File::open(self.path_of(key)) {
            Ok(file) => file,
            Err(error) => return absent(error).map(|()| None),
        };
        let metadata = file.metadata()?;
        Ok(metadata.is_file().then_some((file, metadata.len())))
    }

    pub fn delete(&self, key: &ObjectKey) -> Result<(), Problem> {
        if self.metadata(key)?.is_none() {
            return Ok(());
        }
        let path = self.path_of(key);
        fs::remove_file(&path).or_else(|error| absent(error).map_err(io::Error::other))?;
        sync_folder(path.parent().unwrap_or(&self.objects()))?;
        Ok(())
    }

    /// Whether anything can be written.
    pub fn probe(&self, id: Uuid) -> Result<(), Problem> {
        fs::metadata(self.objects())?;
        let path = self.uploads().join(format!("{id}.probe"));
        File::create_new(&path)?;
        fs::remove_file(path)?;
        Ok(())
    }
}

pub(super) fn describe_object(key: ObjectKey, metadata: &fs::Metadata) -> io::Result<ObjectMetadata> {
    let modified_at = DateTime::<Utc>::from(metadata.modified()?);
    // Another object of the same name is another file.
    let nanoseconds = modified_at.timestamp_nanos_opt().unwrap_or_default();
    let etag = format!("{:x}-{:x}-{nanoseconds:x}", metadata.ino(), metadata.len());
    Ok(ObjectMetadata { key, size: metadata.len(), etag, modified_at })
}

fn describe(part: &UploadedPart) -> String {
    format!("{} {}", part.size, part.tag)
}

fn open_data(folder: &Path) -> io::Result<File> {
    OpenOptions::new().write(true).create(true).truncate(false).open(folder.join(DATA))
}

/// The upload was finished or aborted meanwhile.
fn gone(error: io::Error) -> Problem {
    if error.kind() == ErrorKind::NotFound { Problem::NoSuchUpload } else { error.into() }
}

/// No object is there, also when a part of its name is that of another one.
fn absent(error: io::Error) -> Result<(), Problem> {
    match error.kind() {
        ErrorKind::NotFound | ErrorKind::NotADirectory => Ok(()),
        _ => Err(error.into()),
    }
}

/// Makes what was created, renamed or removed in a folder outlive a crash.
fn sync_folder(path: &Path) -> io::Result<()> {
    File::open(path)?.sync_all()
}
