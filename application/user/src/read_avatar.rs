//! Hands a picture out.

use std::sync::Arc;

use application_shared::PortError;
use thiserror::Error;
use uuid::Uuid;

use crate::{AVATAR_SIZES, AccountPorts, AvatarStore, StoredAvatar};

/// Why there is no picture.
#[derive(Debug, Error)]
pub enum ReadAvatarError {
    /// No picture is kept in that size.
    #[error("must be one of {AVATAR_SIZES:?}")]
    UnknownSize,
    /// There is no such picture (any more).
    #[error("there is no such picture")]
    NotFound,
    /// A port could not do its work.
    #[error(transparent)]
    Port(#[from] PortError),
}

/// Hands a picture out to whoever knows its identifier, which nobody can guess.
pub struct ReadAvatar {
    avatars: Arc<dyn AvatarStore>,
}

impl ReadAvatar {
    /// Takes the ports.
    #[must_use]
    pub fn new(ports: &AccountPorts) -> Self {
        Self { avatars: Arc::clone(&ports.avatars) }
    }

    /// The picture `id` in a size of [`AVATAR_SIZES`].
    ///
    /// # Errors
    /// [`ReadAvatarError`].
    pub async fn execute(&self, id: Uuid, size: u16) -> Result<StoredAvatar, ReadAvatarError> {
        if !AVATAR_SIZES.contains(&size) {
            return Err(ReadAvatarError::UnknownSize);
        }
        self.avatars.get(id, size).await?.ok_or(ReadAvatarError::NotFound)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::Ordering;

    use super::*;
    use crate::{UploadAvatar, UploadAvatarCommand, test_support::World};

    #[tokio::test]
    async fn hands_out_what_there_is() {
        let (world, user_id) = World::with_alice().await;
        let upload = UploadAvatarCommand { user_id, file: b"fine".to_vec(), crop: None };
        UploadAvatar::new(&world.ports).execute(upload).await.unwrap();
        let id = world.avatars.only().0;
        let use_case = ReadAvatar::new(&world.ports);
        for size in AVATAR_SIZES {
            let avatar = use_case.execute(id, size).await.unwrap();
            assert_eq!((avatar.media_type.as_str(), &avatar.bytes[..]), ("image/jpeg", &b"fine"[..]));
        }
        assert!(matches!(use_case.execute(id, 65).await, Err(ReadAvatarError::UnknownSize)));
        assert!(matches!(use_case.execute(Uuid::nil(), 64).await, Err(ReadAvatarError::NotFound)));
        world.avatars.away.store(true, Ordering::SeqCst);
        assert!(matches!(use_case.execute(id, 64).await, Err(ReadAvatarError::Port(_))));
    }

    #[test]
    fn the_error_names_the_sizes() {
        assert_eq!(ReadAvatarError::UnknownSize.to_string(), "must be one of [64, 128, 512]");
    }
}
