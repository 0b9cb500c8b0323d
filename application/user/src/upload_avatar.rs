//! Gives an account a picture.

use std::sync::Arc;

use application_shared::PortError;
use domain_shared::{Clock, IdGenerator, UserId};
use domain_user::UserStatus;
use thiserror::Error;

use crate::{
    AccountPorts, AvatarCrop, AvatarRenderer, AvatarStore, RenderAvatarError, UserRepository, UserView,
    avatars::{delete_replaced, url_of},
    changes::change_user,
};

/// The picture.
#[derive(Clone)]
pub struct UploadAvatarCommand {
    /// Whose account.
    pub user_id: UserId,
    /// The file, whatever it is.
    pub file: Vec<u8>,
    /// The part that is wanted; without it, the square in the middle.
    pub crop: Option<AvatarCrop>,
}

/// Why the account has no other picture.
#[derive(Debug, Error)]
pub enum UploadAvatarError {
    /// The file cannot be shown.
    #[error("the picture {0}")]
    Picture(RenderAvatarError),
    /// There is no such account (any more).
    #[error("there is no such account")]
    NotFound,
    /// A port could not do its work.
    #[error(transparent)]
    Port(#[from] PortError),
}

impl From<RenderAvatarError> for UploadAvatarError {
    fn from(error: RenderAvatarError) -> Self {
        match error {
            RenderAvatarError::Port(error) => Self::Port(error),
            refused => Self::Picture(refused),
        }
    }
}

/// Gives an account a picture in place of the one it has.
pub struct UploadAvatar {
    users: Arc<dyn UserRepository>,
    renderer: Arc<dyn AvatarRenderer>,
    avatars: Arc<dyn AvatarStore>,
    clock: Arc<dyn Clock>,
    ids: Arc<dyn IdGenerator>,
}

impl UploadAvatar {
    /// Takes the ports.
    #[must_use]
    pub fn new(ports: &AccountPorts) -> Self {
        Self {
            users: Arc::clone(&ports.users),
            renderer: Arc::clone(&ports.avatar_renderer),
            avatars: Arc::clone(&ports.avatars),
            clock: Arc::clone(&ports.clock),
            ids: Arc::clone(&ports.ids),
        }
    }

    /// Renders and keeps the picture, and shows the account with it.
    ///
    /// # Errors
    /// [`UploadAvatarError`].
    pub async fn execute(&self, command: UploadAvatarCommand) -> Result<UserView, UploadAvatarError> {
        let images = self.renderer.render(command.file, command.crop).await?;
        // Under a name of its own: what is shown elsewhere stays as it is until the account names the new one.
        let id = self.ids.next();
        self.avatars.put(id, command.user_id, &images).await?;
        let now = self.clock.now();
        let shown = change_user(&*self.users, command.user_id, |user| {
            if user.status(now) == UserStatus::Deleted {
                return Err(UploadAvatarError::NotFound);
            }
            let replaced = user.avatar_url().map(str::to_owned);
            user.show_avatar(Some(url_of(id)), now);
            Ok(replaced)
        });
        match shown.await.and_then(|shown| shown.ok_or(UploadAvatarError::NotFound)) {
            Ok((user, replaced)) => {
                delete_replaced(&*self.avatars, replaced.as_deref()).await;
                Ok(UserView::of(&user, now))
            }
            Err(error) => {
                // A store that was cut off may have done it: what the account perhaps names is kept.
                if !matches!(error, UploadAvatarError::Port(PortError::Unavailable(_))) {
                    delete_replaced(&*self.avatars, Some(&url_of(id))).await;
                }
                Err(error)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::Ordering;

    use chrono::TimeDelta;
    use uuid::Uuid;

    use super::*;
    use crate::{ATTEMPTS, AVATAR_SIZES, test_support::World};

    fn upload(user_id: UserId, file: &str) -> UploadAvatarCommand {
        UploadAvatarCommand { user_id, file: file.into(), crop: None }
    }

    #[tokio::test]
    async fn a_picture_takes_the_place_of_the_one_before() {
        let (world, id) = World::with_alice().await;
        let use_case = UploadAvatar::new(&world.ports);
        world.clock.advance(TimeDelta::seconds(5));
        let first = use_case.execute(upload(id, "first")).await.unwrap().avatar_url.unwrap();
        let user = world.user(id);
        assert_eq!(user.avatar_url(), Some(first.as_str()));
        assert_eq!(user.to_snapshot().updated_at, world.clock.now());
        let stored = world.avatars.only();
        assert_eq!(first, format!("/api/v1/avatars/{}", stored.0));
        assert_eq!(stored.1, (id, AVATAR_SIZES.map(|size| (size, "first".into())).to_vec()));

        let second = use_case.execute(upload(id, "second")).await.unwrap().avatar_url.unwrap();
        assert_ne!(first, second);
        assert_eq!(world.avatars.only().1.1[0].1, b"second");
    }

    #[tokio::test]
    async fn a_picture_from_elsewhere_is_only_forgotten() {
        let (world, id) = World::with_alice().await;
        world.edit_user(id, |row| row.avatar_url = Some("https://example.org/alice.png".to_owned()));
        UploadAvatar::new(&world.ports).execute(upload(id, "first")).await.unwrap();
        assert!(world.user(id).avatar_url().unwrap().ends_with(&world.avatars.only().0.to_string()));
    }

    #[tokio::test]
    async fn what_cannot_be_shown_changes_nothing() {
        let (world, id) = World::with_alice().await;
        let use_case = UploadAvatar::new(&world.ports);
        assert!(matches!(
            use_case.execute(upload(id, "damaged")).await,
            Err(UploadAvatarError::Picture(RenderAvatarError::Damaged))
        ));
        assert!(matches!(
            use_case.execute(upload(id, "busy")).await,
            Err(UploadAvatarError::Port(PortError::Unavailable(_)))
        ));
        world.avatars.away.store(true, Ordering::SeqCst);
        assert!(matches!(use_case.execute(upload(id, "fine")).await, Err(UploadAvatarError::Port(_))));
        assert_eq!(world.user(id).avatar_url(), None);
        assert!(world.avatars.rows.lock().unwrap().is_empty());
    }

    #[tokio::test]
    async fn a_picture_that_no_account_shows_is_not_kept() {
        let (world, id) = World::with_alice().await;
        let use_case = UploadAvatar::new(&world.ports);
        let nobody = Uuid::from_u128(99).into();
        assert!(matches!(use_case.execute(upload(nobody, "fine")).await, Err(UploadAvatarError::NotFound)));
        world.users.troubles.conflicts.store(ATTEMPTS, Ordering::SeqCst);
        assert!(matches!(
            use_case.execute(upload(id, "fine")).await,
            Err(UploadAvatarError::Port(PortError::Conflict))
        ));
        let now = world.clock.now();
        world.edit_user(id, |row| row.deleted_at = Some(now));
        assert!(matches!(use_case.execute(upload(id, "fine")).await, Err(UploadAvatarError::NotFound)));
        assert!(world.avatars.rows.lock().unwrap().is_empty());
    }

    #[tokio::test]
    async fn a_picture_that_the_account_perhaps_shows_is_kept() {
        let (world, id) = World::with_alice().await;
        world.users.troubles.away.store(true, Ordering::SeqCst);
        let outcome = UploadAvatar::new(&world.ports).execute(upload(id, "fine")).await;
        assert!(matches!(outcome, Err(UploadAvatarError::Port(PortError::Unavailable(_)))));
        world.avatars.only();
    }

    #[tokio::test]
    async fn of_two_at_once_one_is_shown_and_kept() {
        let (world, id) = World::with_alice().await;
        let use_case = UploadAvatar::new(&world.ports);
        let (one, two) = tokio::join!(use_case.execute(upload(id, "one")), use_case.execute(upload(id, "two")));
        assert!(one.is_ok() && two.is_ok());
        assert_eq!(world.user(id).avatar_url().unwrap(), url_of(world.avatars.only().0));
    }
}
