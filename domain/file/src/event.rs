//! What files state about themselves.

use chrono::{DateTime, Utc};
use domain_shared::{DomainEvent, FileId, MeetingId, UserId};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// A fact about a file. Its name is not told: it may say more than others should know. Serialised with its stable name
/// under `event`; fields are only ever added.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event")]
pub enum FileEvent {
    /// It is there, and can be read.
    #[serde(rename = "file.uploaded")]
    Uploaded {
        /// The file.
        file_id: FileId,
        /// Whose it is.
        owner_id: UserId,
        /// The meeting that it is shared with.
        meeting_id: Option<MeetingId>,
        /// In bytes.
        size: u64,
        /// When.
        at: DateTime<Utc>,
    },
    /// Nobody can read it any more.
    #[serde(rename = "file.deleted")]
    Deleted {
        /// The file.
        file_id: FileId,
        /// Whose it was.
        owner_id: UserId,
        /// Who deleted it; the server when absent.
        by: Option<UserId>,
        /// When.
        at: DateTime<Utc>,
    },
}

impl FileEvent {
    const fn parts(&self) -> (&'static str, FileId, DateTime<Utc>) {
        match self {
            Self::Uploaded { file_id, at, .. } => ("file.uploaded", *file_id, *at),
            Self::Deleted { file_id, at, .. } => ("file.deleted", *file_id, *at),
        }
    }
}

impl DomainEvent for FileEvent {
    fn name(&self) -> &'static str {
        self.parts().0
    }

    fn aggregate_id(&self) -> Uuid {
        self.parts().1.as_uuid()
    }

    fn occurred_at(&self) -> DateTime<Utc> {
        self.parts().2
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_stands_in_what_is_stored() {
        let (file_id, owner_id) = (FileId::from_uuid(Uuid::from_u128(1)), UserId::from_uuid(Uuid::from_u128(2)));
        let at = DateTime::UNIX_EPOCH;
        for event in [
            FileEvent::Uploaded { file_id, owner_id, meeting_id: None, size: 7, at },
            FileEvent::Deleted { file_id, owner_id, by: None, at },
        ] {
            let stored = serde_json::to_value(&event).unwrap();
            assert_eq!(stored["event"], event.name());
            assert_eq!(serde_json::from_value::<FileEvent>(stored).unwrap(), event);
            assert_eq!((event.aggregate_id(), event.occurred_at()), (file_id.as_uuid(), at));
        }
    }
}
