//! Where the content of a file lies in the storage.

use application_shared::{ObjectKey, ObjectStorage, PortError};
use domain_shared::FileId;

use crate::FileRepository;

/// What the keys of all files begin with.
pub(crate) const PREFIX: &str = "files/";

/// The object of a file.
pub(crate) fn key_of(id: FileId) -> Result<ObjectKey, PortError> {
    ObjectKey::parse(format!("{PREFIX}{id}")).map_err(|error| PortError::corrupt("object", error))
}

/// The file of an object.
pub(crate) fn file_of(key: &ObjectKey) -> Option<FileId> {
    key.as_str().strip_prefix(PREFIX)?.parse().ok()
}

/// Deletes the object of a file that is being deleted, and then what is known of it. When it is cut short it can be done
/// again, by anybody.
pub(crate) async fn discard(
    storage: &dyn ObjectStorage,
    files: &dyn FileRepository,
    id: FileId,
) -> Result<(), PortError> {
    storage.delete(&key_of(id)?).await?;
    files.remove(id).await
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn the_key_leads_back() {
        let id = FileId::from_uuid(Uuid::from_u128(7));
        assert_eq!(file_of(&key_of(id).unwrap()), Some(id));
        for other in ["files/x", "recordings/00000000-0000-0000-0000-000000000007", "files"] {
            assert_eq!(file_of(&ObjectKey::parse(other).unwrap()), None);
        }
    }
}
