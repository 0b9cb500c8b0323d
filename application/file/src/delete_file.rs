//! Deletes a file.

use std::sync::Arc;

use application_shared::{ObjectStorage, PortError};
use domain_shared::{Clock, FileId, UserId};
use thiserror::Error;

use crate::{
    ATTEMPTS, FileAccessError, FilePorts, FileRepository, MeetingMembers,
    access::{Rights, readable},
    objects::discard,
};

/// What is to be deleted.
#[derive(Debug, Clone, Copy)]
pub struct DeleteFileCommand {
    /// Who deletes it.
    pub by: UserId,
    /// Which file.
    pub id: FileId,
}

/// Why a file was not deleted.
#[derive(Debug, Error)]
pub enum DeleteFileError {
    /// They may read it, but it is neither theirs nor shared with a meeting that they moderate.
    #[error("only the owner and whoever moderates the meeting may delete the file")]
    Forbidden,
    /// It cannot be read.
    #[error(transparent)]
    Access(#[from] FileAccessError),
}

impl From<PortError> for DeleteFileError {
    fn from(error: PortError) -> Self {
        Self::Access(error.into())
    }
}

/// Deletes files.
pub struct DeleteFile {
    files: Arc<dyn FileRepository>,
    storage: Arc<dyn ObjectStorage>,
    members: Arc<dyn MeetingMembers>,
    clock: Arc<dyn Clock>,
}

impl DeleteFile {
    /// Takes the ports.
    #[must_use]
    pub fn new(ports: &FilePorts) -> Self {
        Self {
            files: Arc::clone(&ports.files),
            storage: Arc::clone(&ports.storage),
            members: Arc::clone(&ports.members),
            clock: Arc::clone(&ports.clock),
        }
    }

    /// Deletes the file: nobody can read it from now on, and what is left of it goes sooner or later.
    ///
    /// # Errors
    /// [`DeleteFileError`].
    pub async fn execute(&self, command: DeleteFileCommand) -> Result<(), DeleteFileError> {
        let DeleteFileCommand { by, id } = command;
        for _ in 0..ATTEMPTS {
            let (mut file, rights) = readable(&*self.files, &*self.members, by, id).await?;
            if rights != Rights::ReadAndDelete {
                return Err(DeleteFileError::Forbidden);
            }
            file.delete(by, self.clock.now()).map_err(|_| FileAccessError::NotFound)?;
            match self.files.update(&mut file).await {
                Ok(()) => {
                    if let Err(error) = discard(&*self.storage, &*self.files, id).await {
                        tracing::warn!(%error, file = %id, "a deleted file is still in the storage; it goes later");
                    }
                    return Ok(());
                }
                Err(PortError::Conflict) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Err(PortError::Conflict.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test_support::{ANN, BEN, HOST, MEETING, STRANGER, World};

    #[tokio::test]
    async fn the_owner_and_who_moderates_may() {
        let world = World::new();
        let delete = DeleteFile::new(&world.ports);
        for (by, meeting, allowed) in [
            (ANN, None, true),
            (ANN, Some(MEETING), true),
            (HOST, Some(MEETING), true),
            (BEN, Some(MEETING), false),
            (HOST, None, false),
            (STRANGER, Some(MEETING), false),
        ] {
            let id = world.upload(ANN, meeting, b"x").await;
            if allowed {
                world.files.conflict_once();
            }
            let outcome = delete.execute(DeleteFileCommand { by, id }).await;
            assert_eq!(outcome.is_ok(), allowed, "{by}: {outcome:?}");
            assert_eq!((world.files.get(id).is_none(), world.storage.has(id)), (allowed, !allowed));
            if by == BEN {
                assert!(matches!(outcome, Err(DeleteFileError::Forbidden)));
            } else if !allowed {
                assert!(matches!(outcome, Err(DeleteFileError::Access(FileAccessError::NotFound))));
            }
        }
        assert_eq!(world.files.events().iter().filter(|name| **name == "file.deleted").count(), 3);
    }

    #[tokio::test]
    async fn nobody_can_read_it_while_the_storage_is_away() {
        let world = World::new();
        let id = world.upload(ANN, None, b"x").await;
        world.storage.go_away(true);
        let delete = DeleteFile::new(&world.ports);
        delete.execute(DeleteFileCommand { by: ANN, id }).await.unwrap();
        assert!(world.files.get(id).is_some_and(|file| file.content().is_none()));
        let again = delete.execute(DeleteFileCommand { by: ANN, id }).await;
        assert!(matches!(again, Err(DeleteFileError::Access(FileAccessError::NotFound))));
    }
}
