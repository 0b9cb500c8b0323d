//! Hands out an object to whoever has an address of ours.

use std::sync::Arc;

use application_shared::{
    ByteRange, ByteStream, DownloadTicket, DownloadTickets, ObjectMetadata, ObjectStorage, PortError, TicketError,
};
use domain_shared::Clock;
use thiserror::Error;

use crate::FilePorts;

/// Why nothing was handed out.
#[derive(Debug, Error)]
pub enum OpenDownloadError {
    /// The address is none of ours, or its object is gone.
    #[error("there is nothing to be downloaded")]
    NotFound,
    /// The time of the address is over.
    #[error("the address has expired")]
    Expired,
    /// A port could not do its work.
    #[error(transparent)]
    Port(#[from] PortError),
}

/// What may be handed out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenedDownload {
    /// What the address says.
    pub ticket: DownloadTicket,
    /// What the object is.
    pub object: ObjectMetadata,
}

/// Hands out objects.
pub struct OpenDownload {
    storage: Arc<dyn ObjectStorage>,
    tickets: Option<Arc<dyn DownloadTickets>>,
    clock: Arc<dyn Clock>,
}

impl OpenDownload {
    /// Takes the ports.
    #[must_use]
    pub fn new(ports: &FilePorts) -> Self {
        Self { storage: Arc::clone(&ports.storage), tickets: ports.tickets.clone(), clock: Arc::clone(&ports.clock) }
    }

    /// What the ticket is good for.
    ///
    /// # Errors
    /// [`OpenDownloadError`].
    pub async fn execute(&self, ticket: &str) -> Result<OpenedDownload, OpenDownloadError> {
        let tickets = self.tickets.as_ref().ok_or(OpenDownloadError::NotFound)?;
        let ticket = tickets.open(ticket, self.clock.now()).map_err(|error| match error {
            TicketError::Invalid => OpenDownloadError::NotFound,
            TicketError::Expired => OpenDownloadError::Expired,
        })?;
        let object = self.storage.metadata(&ticket.key).await?.ok_or(OpenDownloadError::NotFound)?;
        Ok(OpenedDownload { ticket, object })
    }

    /// Its bytes, or some of them.
    ///
    /// # Errors
    /// [`OpenDownloadError`].
    pub async fn read(
        &self,
        opened: &OpenedDownload,
        range: Option<ByteRange>,
    ) -> Result<ByteStream, OpenDownloadError> {
        self.storage.read(&opened.ticket.key, range).await?.ok_or(OpenDownloadError::NotFound)
    }
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, TimeDelta, Utc};
    use futures::TryStreamExt;

    use super::*;
    use crate::{
        objects::key_of,
        test_support::{ANN, World},
    };

    /// A ticket is the number of seconds that it is good, of one file.
    struct Numbers(DownloadTicket, DateTime<Utc>);

    impl DownloadTickets for Numbers {
        fn open(&self, ticket: &str, now: DateTime<Utc>) -> Result<DownloadTicket, TicketError> {
            let seconds: i64 = ticket.parse().map_err(|_| TicketError::Invalid)?;
            if now < self.1 + TimeDelta::seconds(seconds) { Ok(self.0.clone()) } else { Err(TicketError::Expired) }
        }
    }

    #[tokio::test]
    async fn an_address_is_good_for_its_object_and_its_time() {
        let mut world = World::new();
        let id = world.upload(ANN, None, b"0123456789").await;
        let ticket = DownloadTicket {
            key: key_of(id).unwrap(),
            file_name: "a.txt".to_owned(),
            media_type: "text/plain".to_owned(),
            inline: false,
            expires_at: world.clock.now(),
        };
        assert!(matches!(OpenDownload::new(&world.ports).execute("5").await, Err(OpenDownloadError::NotFound)));
        world.ports.tickets = Some(Arc::new(Numbers(ticket.clone(), world.clock.now())));
        let open = OpenDownload::new(&world.ports);
        let opened = open.execute("5").await.unwrap();
        assert_eq!((&opened.ticket, opened.object.size), (&ticket, 10));
        let range = Some(ByteRange { start: 2, length: 3 });
        let read: Vec<_> = open.read(&opened, range).await.unwrap().try_collect().await.unwrap();
        assert_eq!(read.concat(), b"234");
        assert!(matches!(open.execute("x").await, Err(OpenDownloadError::NotFound)));
        world.clock.advance(TimeDelta::seconds(5));
        assert!(matches!(open.execute("5").await, Err(OpenDownloadError::Expired)));
        world.storage.lose(id);
        assert!(matches!(open.execute("9").await, Err(OpenDownloadError::NotFound)));
        assert!(matches!(open.read(&opened, None).await, Err(OpenDownloadError::NotFound)));
    }
}
