//! Deletes the files of accounts that are deleted.

use std::sync::Arc;

use application_shared::{EventHandler, HandlerError, OutboxMessage};
use async_trait::async_trait;
use domain_shared::UserId;

use crate::{FilePorts, FileRepository};

const NAME: &str = "delete-files-of-deleted-accounts";

/// Deletes every file of an account when it is deleted. Whoever cleans up deletes what they are in the storage.
pub struct DeleteFilesOfAccount {
    files: Arc<dyn FileRepository>,
}

impl DeleteFilesOfAccount {
    /// Takes the ports.
    #[must_use]
    pub fn new(ports: &FilePorts) -> Self {
        Self { files: Arc::clone(&ports.files) }
    }
}

#[async_trait]
impl EventHandler for DeleteFilesOfAccount {
    fn name(&self) -> &'static str {
        NAME
    }

    fn handles(&self) -> &'static [&'static str] {
        &["user.deleted"]
    }

    async fn handle(&self, message: &OutboxMessage) -> Result<(), HandlerError> {
        let owner = UserId::from_uuid(message.aggregate_id);
        self.files.delete_of(owner).await.map_err(|error| HandlerError { handler: NAME, source: error.into() })
    }
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;
    use domain_shared::EventId;
    use uuid::Uuid;

    use super::*;
    use crate::{
        CleanUpFiles,
        test_support::{ANN, BEN, MEETING, World},
    };

    #[tokio::test]
    async fn only_files_of_that_account_are_deleted() {
        let world = World::new();
        let (gone, shared) = (world.upload(ANN, None, b"1").await, world.upload(ANN, Some(MEETING), b"2").await);
        let stays = world.upload(BEN, Some(MEETING), b"3").await;
        let handler = DeleteFilesOfAccount::new(&world.ports);
        assert_eq!(handler.handles(), ["user.deleted"]);
        let message = OutboxMessage {
            id: EventId::from_uuid(Uuid::from_u128(7)),
            name: "user.deleted".to_owned(),
            aggregate_id: ANN.as_uuid(),
            payload: serde_json::Value::Null,
            occurred_at: DateTime::UNIX_EPOCH,
            attempts: 0,
            handled_by: Vec::new(),
        };
        for _ in 0..2 {
            handler.handle(&message).await.unwrap();
        }
        CleanUpFiles::new(&world.ports).execute().await.unwrap();
        for id in [gone, shared] {
            assert!(world.files.get(id).is_none() && !world.storage.has(id));
        }
        assert!(world.files.get(stays).is_some() && world.storage.has(stays));
    }
}
