//! Shows a file, and where its content is read.

use std::{sync::Arc, time::Duration};

use application_shared::{Download, ObjectStorage, PortError};
use chrono::TimeDelta;
use domain_shared::{Clock, FileId, UserId};

use crate::{
    FileAccessError, FilePorts, FileRepository, FileView, FileWithDownload, MeetingMembers, access::readable,
    objects::key_of,
};

/// What is asked for.
#[derive(Debug, Clone, Copy)]
pub struct ReadFileQuery {
    /// Who asks.
    pub asked_by: UserId,
    /// Which file.
    pub id: FileId,
}

/// Shows files.
pub struct ReadFile {
    files: Arc<dyn FileRepository>,
    storage: Arc<dyn ObjectStorage>,
    members: Arc<dyn MeetingMembers>,
    clock: Arc<dyn Clock>,
    download_lifetime: Duration,
}

impl ReadFile {
    /// Takes the ports.
    #[must_use]
    pub fn new(ports: &FilePorts) -> Self {
        Self {
            files: Arc::clone(&ports.files),
            storage: Arc::clone(&ports.storage),
            members: Arc::clone(&ports.members),
            clock: Arc::clone(&ports.clock),
            download_lifetime: ports.limits.download_lifetime,
        }
    }

    /// The file, with an address that is good for a while.
    ///
    /// # Errors
    /// [`FileAccessError`].
    pub async fn execute(&self, query: ReadFileQuery) -> Result<FileWithDownload, FileAccessError> {
        let (file, _) = readable(&*self.files, &*self.members, query.asked_by, query.id).await?;
        let file = FileView::of(&file).ok_or(FileAccessError::NotFound)?;
        let lifetime = TimeDelta::from_std(self.download_lifetime).map_err(PortError::unavailable)?;
        let url_expires_at = self.clock.now() + lifetime;
        let download = Download {
            file_name: file.name.clone(),
            media_type: media_type_told(&file),
            inline: file.content.media_type.is_shown_inline(),
            expires_in: self.download_lifetime,
        };
        let url = self.storage.download_url(&key_of(file.id)?, &download).await?;
        Ok(FileWithDownload { file, url, url_expires_at })
    }
}

/// Text is told to be in UTF-8: it was found to be.
fn media_type_told(file: &FileView) -> String {
    let name = file.content.media_type.as_str();
    if name.starts_with("text/") { format!("{name}; charset=utf-8") } else { name.to_owned() }
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret;

    use super::*;
    use crate::test_support::{ANN, BEN, HOST, MEETING, STRANGER, World};

    #[tokio::test]
    async fn a_file_is_read_by_its_owner_and_those_it_is_shared_with() {
        let world = World::new();
        let (own, shared) = (world.upload(ANN, None, b"mine").await, world.upload(ANN, Some(MEETING), b"ours").await);
        let read = ReadFile::new(&world.ports);
        for (asked_by, id, allowed) in [
            (ANN, own, true),
            (BEN, own, false),
            (HOST, own, false),
            (ANN, shared, true),
            (BEN, shared, true),
            (HOST, shared, true),
            (STRANGER, shared, false),
        ] {
            let outcome = read.execute(ReadFileQuery { asked_by, id }).await;
            if allowed {
                let found = outcome.unwrap();
                assert_eq!((found.file.id, found.file.content.size), (id, 4));
                assert_eq!(
                    found.url.expose_secret(),
                    format!("memory:files/{id}?a.txt;text/plain; charset=utf-8;false;900")
                );
                assert_eq!(found.url_expires_at, world.clock.now() + TimeDelta::seconds(900));
            } else {
                assert!(matches!(outcome, Err(FileAccessError::NotFound)), "{asked_by} {id}");
            }
        }
    }

    #[tokio::test]
    async fn what_is_not_there_yet_or_any_more_is_not_found() {
        let world = World::new();
        let read = ReadFile::new(&world.ports);
        let nowhere = FileId::from_uuid(uuid::Uuid::from_u128(99));
        let (begun, deleted) = (world.begin(ANN), world.upload(ANN, None, b"mine").await);
        world.mark_deleting(deleted);
        for id in [nowhere, begun, deleted] {
            let outcome = read.execute(ReadFileQuery { asked_by: ANN, id }).await;
            assert!(matches!(outcome, Err(FileAccessError::NotFound)));
        }
    }
}
