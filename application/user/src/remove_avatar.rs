//! Takes the picture of an account away.

use std::sync::Arc;

use application_shared::PortError;
use domain_shared::{Clock, UserId};
use thiserror::Error;

use crate::{AccountPorts, AvatarStore, UserRepository, UserView, avatars::delete_replaced, changes::change_user};

/// Why the picture was not taken away.
#[derive(Debug, Error)]
pub enum RemoveAvatarError {
    /// There is no such account (any more).
    #[error("there is no such account")]
    NotFound,
    /// A port could not do its work.
    #[error(transparent)]
    Port(#[from] PortError),
}

/// Takes the picture of an account away.
pub struct RemoveAvatar {
    users: Arc<dyn UserRepository>,
    avatars: Arc<dyn AvatarStore>,
    clock: Arc<dyn Clock>,
}

impl RemoveAvatar {
    /// Takes the ports.
    #[must_use]
    pub fn new(ports: &AccountPorts) -> Self {
        Self { users: Arc::clone(&ports.users), avatars: Arc::clone(&ports.avatars), clock: Arc::clone(&ports.clock) }
    }

    /// Takes the picture away, and shows the account without it; one that has none stays as it is.
    ///
    /// # Errors
    /// [`RemoveAvatarError`].
    pub async fn execute(&self, user_id: UserId) -> Result<UserView, RemoveAvatarError> {
        let now = self.clock.now();
        let hidden = change_user(&*self.users, user_id, |user| {
            let replaced = user.avatar_url().map(str::to_owned);
            if replaced.is_some() {
                user.show_avatar(None, now);
            }
            Ok::<_, RemoveAvatarError>(replaced)
        });
        let (user, replaced) = hidden.await?.ok_or(RemoveAvatarError::NotFound)?;
        delete_replaced(&*self.avatars, replaced.as_deref()).await;
        Ok(UserView::of(&user, now))
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::Ordering;

    use uuid::Uuid;

    use super::*;
    use crate::{UploadAvatar, UploadAvatarCommand, test_support::World};

    #[tokio::test]
    async fn the_picture_is_gone_from_account_and_store() {
        let (world, id) = World::with_alice().await;
        let upload = UploadAvatarCommand { user_id: id, file: b"fine".to_vec(), crop: None };
        UploadAvatar::new(&world.ports).execute(upload).await.unwrap();
        let use_case = RemoveAvatar::new(&world.ports);
        assert_eq!(use_case.execute(id).await.unwrap().avatar_url, None);
        assert_eq!(world.user(id).avatar_url(), None);
        assert!(world.avatars.rows.lock().unwrap().is_empty());
        let version = world.user(id).version();
        assert_eq!(use_case.execute(id).await.unwrap().avatar_url, None);
        assert_eq!(world.user(id).version(), version, "nothing changed");
    }

    #[tokio::test]
    async fn the_account_is_without_it_even_when_the_file_stays() {
        let (world, id) = World::with_alice().await;
        let upload = UploadAvatarCommand { user_id: id, file: b"fine".to_vec(), crop: None };
        UploadAvatar::new(&world.ports).execute(upload).await.unwrap();
        world.avatars.away.store(true, Ordering::SeqCst);
        assert_eq!(RemoveAvatar::new(&world.ports).execute(id).await.unwrap().avatar_url, None);
    }

    #[tokio::test]
    async fn tells_what_is_missing_or_away() {
        let (world, id) = World::with_alice().await;
        let use_case = RemoveAvatar::new(&world.ports);
        assert!(matches!(use_case.execute(Uuid::nil().into()).await, Err(RemoveAvatarError::NotFound)));
        world.users.troubles.away.store(true, Ordering::SeqCst);
        assert!(matches!(use_case.execute(id).await, Err(RemoveAvatarError::Port(PortError::Unavailable(_)))));
    }
}
