//! Cleans up what was left behind: uploads that never finished, files that are being deleted, objects that no file names,
//! and files whose object is gone.

use std::sync::{Arc, Mutex, PoisonError};

use application_shared::{ObjectKey, ObjectStorage, PortError};
use chrono::TimeDelta;
use domain_file::UPLOAD_PATIENCE;
use domain_shared::{Clock, FileId};

use crate::{
    FilePorts, FileRepository,
    objects::{PREFIX, discard, file_of, key_of},
};

/// How much of each kind is looked at in one round.
const BATCH: u16 = 100;
/// An object that is younger may belong to a file that is just being written.
const GRACE: TimeDelta = TimeDelta::hours(3);

/// What one round has done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct CleanUpReport {
    /// Uploads that were given up.
    pub uploads: usize,
    /// Files that are gone for good.
    pub files: usize,
    /// Objects that no file named.
    pub objects: usize,
    /// Files whose object is missing, was found again, or has been given up.
    pub missing: usize,
}

/// Cleans up, a bounded batch at a time. It goes round: what one round does not come to, a later one does. Several may do
/// it at once, and each step can be cut short.
pub struct CleanUpFiles {
    files: Arc<dyn FileRepository>,
    storage: Arc<dyn ObjectStorage>,
    clock: Arc<dyn Clock>,
    place: Mutex<Place>,
}

/// Where the next round goes on.
#[derive(Debug, Clone, Default)]
struct Place {
    object: Option<ObjectKey>,
    file: Option<FileId>,
}

impl CleanUpFiles {
    /// Takes the ports.
    #[must_use]
    pub fn new(ports: &FilePorts) -> Self {
        Self {
            files: Arc::clone(&ports.files),
            storage: Arc::clone(&ports.storage),
            clock: Arc::clone(&ports.clock),
            place: Mutex::default(),
        }
    }

    /// One round.
    ///
    /// # Errors
    /// [`PortError`]; what was done before is done.
    pub async fn execute(&self) -> Result<CleanUpReport, PortError> {
        let place = self.place.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let uploads = self.give_up_uploads().await?;
        let files = self.finish_deletions().await?;
        let (objects, object) = self.delete_nameless(place.object).await?;
        let (missing, file) = self.look_for_missing(place.file).await?;
        *self.place.lock().unwrap_or_else(PoisonError::into_inner) = Place { object, file };
        Ok(CleanUpReport { uploads, files, objects, missing })
    }

    /// Uploads that never finished: their files, and what the storage has of them.
    async fn give_up_uploads(&self) -> Result<usize, PortError> {
        let begun_before = self.clock.now() - UPLOAD_PATIENCE;
        let mut given_up = 0;
        for id in self.files.unfinished(begun_before, BATCH).await? {
            let Some(mut file) = self.files.find(id).await? else { continue };
            if file.give_up().is_err() {
                continue;
            }
            match self.files.update(&mut file).await {
                Ok(()) => given_up += 1,
                // It has finished after all, or somebody else has given it up.
                Err(PortError::Conflict) => {}
                Err(error) => return Err(error),
            }
        }
        for upload in self.storage.unfinished_uploads(PREFIX, self.clock.now() - GRACE, BATCH).await? {
            self.storage.abort_upload(&upload).await?;
        }
        Ok(given_up)
    }

    async fn finish_deletions(&self) -> Result<usize, PortError> {
        let deleting = self.files.deleting(BATCH).await?;
        for id in &deleting {
            discard(&*self.storage, &*self.files, *id).await?;
        }
        Ok(deleting.len())
    }

    /// A file is known before its object is there, and until after it is gone: an object of its own has no owner.
    async fn delete_nameless(&self, after: Option<ObjectKey>) -> Result<(usize, Option<ObjectKey>), PortError> {
        let objects = self.storage.list(PREFIX, after.as_ref(), BATCH).await?;
        let next = objects.last().map(|object| object.key.clone()).filter(|_| objects.len() == usize::from(BATCH));
        let young = self.clock.now() - GRACE;
        let old = objects.iter().filter(|object| object.modified_at < young);
        let ids: Vec<FileId> = old.filter_map(|object| file_of(&object.key)).collect();
        let existing = self.files.existing(&ids).await?;
        let mut deleted = 0;
        for id in ids.into_iter().filter(|id| !existing.contains(id)) {
            self.storage.delete(&key_of(id)?).await?;
            deleted += 1;
        }
        Ok((deleted, next))
    }

    async fn look_for_missing(&self, after: Option<FileId>) -> Result<(usize, Option<FileId>), PortError> {
        let ids = self.files.readable(after, BATCH).await?;
        let mut changed = 0;
        for id in &ids {
            let found = self.storage.metadata(&key_of(*id)?).await?.is_some();
            let Some(mut file) = self.files.find(*id).await? else { continue };
            if !file.note_object(found, self.clock.now()) {
                continue;
            }
            match self.files.update(&mut file).await {
                Ok(()) => changed += 1,
                // Somebody else has noted it, or has deleted the file.
                Err(PortError::Conflict) => {}
                Err(error) => return Err(error),
            }
        }
        let next = ids.last().copied().filter(|_| ids.len() == usize::from(BATCH));
        Ok((changed, next))
    }
}

#[cfg(test)]
mod tests {
    use application_shared::ObjectStorage;
    use bytes::Bytes;
    use domain_file::LOST_AFTER;
    use uuid::Uuid;

    use super::*;
    use crate::test_support::{ANN, World};

    #[tokio::test]
    async fn uploads_that_never_finished_go_when_nobody_waits_for_them_any_more() {
        let world = World::new();
        let clean = CleanUpFiles::new(&world.ports);
        let id = world.begin(ANN);
        let upload = world.storage.begin_upload(&key_of(id).unwrap()).await.unwrap();
        world.storage.put_part(&upload, 1, Bytes::from_static(b"half")).await.unwrap();
        world.clock.advance(UPLOAD_PATIENCE);
        assert_eq!(clean.execute().await.unwrap(), CleanUpReport::default());
        world.clock.advance(TimeDelta::hours(2));
        let done = clean.execute().await.unwrap();
        assert_eq!(done, CleanUpReport { uploads: 1, files: 1, ..CleanUpReport::default() });
        assert!(world.files.is_empty() && world.storage.is_empty());
    }

    #[tokio::test]
    async fn objects_that_no_file_names_go_and_others_stay() {
        let world = World::new();
        let clean = CleanUpFiles::new(&world.ports);
        let stays = world.upload(ANN, None, b"x").await;
        let nobodys = FileId::from_uuid(Uuid::from_u128(99));
        world.storage.put(&key_of(nobodys).unwrap(), Bytes::from_static(b"x")).await.unwrap();
        let other = ObjectKey::parse("recordings/1").unwrap();
        world.storage.put(&other, Bytes::from_static(b"x")).await.unwrap();
        assert_eq!(clean.execute().await.unwrap(), CleanUpReport::default(), "it may be on its way");
        world.clock.advance(GRACE + TimeDelta::seconds(1));
        assert_eq!(clean.execute().await.unwrap(), CleanUpReport { objects: 1, ..CleanUpReport::default() });
        assert!(world.storage.has(stays) && !world.storage.has(nobodys));
        assert!(world.storage.metadata(&other).await.unwrap().is_some());
    }

    #[tokio::test]
    async fn a_file_whose_object_stays_away_goes_after_a_week() {
        let world = World::new();
        let clean = CleanUpFiles::new(&world.ports);
        let (lost, found) = (world.upload(ANN, None, b"1").await, world.upload(ANN, None, b"2").await);
        for id in [lost, found] {
            world.storage.lose(id);
        }
        assert_eq!(clean.execute().await.unwrap().missing, 2);
        assert_eq!(clean.execute().await.unwrap().missing, 0);
        world.storage.put(&key_of(found).unwrap(), Bytes::from_static(b"2")).await.unwrap();
        world.clock.advance(LOST_AFTER);
        assert_eq!(clean.execute().await.unwrap().missing, 2);
        assert_eq!(clean.execute().await.unwrap().files, 1);
        assert!(world.files.get(lost).is_none() && world.files.get(found).is_some());
    }

    #[tokio::test]
    async fn it_goes_round_in_batches() {
        let world = World::new();
        let clean = CleanUpFiles::new(&world.ports);
        let count = usize::from(BATCH) + 5;
        for number in 0..count {
            let id = FileId::from_uuid(Uuid::from_u128(1_000 + number as u128));
            world.storage.put(&key_of(id).unwrap(), Bytes::from_static(b"x")).await.unwrap();
        }
        world.clock.advance(TimeDelta::days(1));
        for expected in [usize::from(BATCH), 5, 0] {
            assert_eq!(clean.execute().await.unwrap().objects, expected);
        }
    }

    #[tokio::test]
    async fn two_at_once_do_no_harm() {
        let world = World::new();
        let (one, other) = (CleanUpFiles::new(&world.ports), CleanUpFiles::new(&world.ports));
        let stays = world.upload(ANN, None, b"x").await;
        for _ in 0..10 {
            world.begin(ANN);
        }
        world.clock.advance(TimeDelta::days(1));
        let (first, second) = tokio::join!(one.execute(), other.execute());
        assert_eq!(first.unwrap().uploads + second.unwrap().uploads, 10);
        one.execute().await.unwrap();
        assert!(world.files.only() == stays && world.storage.has(stays));
    }

    #[tokio::test]
    async fn a_storage_that_is_away_costs_nobody_a_file() {
        let world = World::new();
        let clean = CleanUpFiles::new(&world.ports);
        let id = world.upload(ANN, None, b"x").await;
        world.storage.go_away(true);
        for _ in 0..3 {
            world.clock.advance(LOST_AFTER);
            assert!(clean.execute().await.is_err());
        }
        assert!(world.files.get(id).is_some_and(|file| file.content().is_some()));
    }
}
