//! Changes what others see of an account.

use std::sync::Arc;

use application_shared::{FieldError, PortError};
use domain_shared::{Clock, UserId};
use domain_user::{Language, Nickname};
use thiserror::Error;

use crate::{AccountPorts, UserRepository, UserView, changes::change_user};

/// What to change.
#[derive(Debug, Clone)]
pub struct UpdateProfileCommand {
    /// Whose account.
    pub user_id: UserId,
    /// The new name to be seen; unchanged when absent.
    pub nickname: Option<String>,
    /// The new language of mails; unchanged when absent.
    pub language: Option<String>,
}

/// Why nothing was changed.
#[derive(Debug, Error)]
pub enum UpdateProfileError {
    /// Something filled in breaks a rule; every such field is told.
    #[error("some fields cannot be accepted")]
    Invalid(Vec<FieldError>),
    /// There is no such account (any more).
    #[error("there is no such account")]
    NotFound,
    /// A port could not do its work.
    #[error(transparent)]
    Port(#[from] PortError),
}

/// Changes what others see of an account.
pub struct UpdateProfile {
    users: Arc<dyn UserRepository>,
    clock: Arc<dyn Clock>,
}

impl UpdateProfile {
    /// Takes the ports.
    #[must_use]
    pub fn new(ports: &AccountPorts) -> Self {
        Self { users: Arc::clone(&ports.users), clock: Arc::clone(&ports.clock) }
    }

    /// Changes the account, and shows it.
    ///
    /// # Errors
    /// [`UpdateProfileError`].
    pub async fn execute(&self, command: UpdateProfileCommand) -> Result<UserView, UpdateProfileError> {
        let (nickname, language) = parse(&command).map_err(UpdateProfileError::Invalid)?;
        let now = self.clock.now();
        let changed = change_user(&*self.users, command.user_id, |user| {
            if let Some(nickname) = nickname.clone() {
                user.rename(nickname, now);
            }
            if let Some(language) = language {
                user.speak(language, now);
            }
            Ok::<_, UpdateProfileError>(())
        });
        let (user, ()) = changed.await?.ok_or(UpdateProfileError::NotFound)?;
        Ok(UserView::of(&user, now))
    }
}

fn parse(command: &UpdateProfileCommand) -> Result<(Option<Nickname>, Option<Language>), Vec<FieldError>> {
    let mut errors = Vec::new();
    let nickname = command.nickname.as_deref().map(Nickname::parse).transpose();
    let nickname =
        nickname.map_err(|error| errors.push(FieldError::new("nickname", error.code(), error.to_string()))).ok();
    let language = command.language.as_deref().map(Language::parse).transpose();
    let language =
        language.map_err(|error| errors.push(FieldError::new("language", "unknown", error.to_string()))).ok();
    match (nickname, language) {
        (Some(nickname), Some(language)) => Ok((nickname, language)),
        _ => Err(errors),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::Ordering;

    use uuid::Uuid;

    use super::*;
    use crate::{ATTEMPTS, test_support::World};

    fn rename(user_id: UserId, nickname: &str) -> UpdateProfileCommand {
        UpdateProfileCommand { user_id, nickname: Some(nickname.to_owned()), language: None }
    }

    #[tokio::test]
    async fn changes_the_nickname() {
        let (world, id) = World::with_alice().await;
        let use_case = UpdateProfile::new(&world.ports);
        assert_eq!(use_case.execute(rename(id, " 王小明 ")).await.unwrap().nickname, "王小明");
        assert_eq!(world.users.rows.lock().unwrap()[&id].nickname, "王小明");
    }

    #[tokio::test]
    async fn stores_nothing_when_nothing_changes() {
        let (world, id) = World::with_alice().await;
        let use_case = UpdateProfile::new(&world.ports);
        for command in [rename(id, "Alice"), UpdateProfileCommand { user_id: id, nickname: None, language: None }] {
            assert_eq!(use_case.execute(command).await.unwrap().nickname, "Alice");
        }
        assert_eq!(world.users.rows.lock().unwrap()[&id].version, 1);
    }

    #[tokio::test]
    async fn refuses_what_breaks_a_rule() {
        let (world, id) = World::with_alice().await;
        let Err(UpdateProfileError::Invalid(errors)) =
            UpdateProfile::new(&world.ports).execute(rename(id, "a\nb")).await
        else {
            panic!("refused")
        };
        assert_eq!((errors.len(), errors[0].field, errors[0].code), (1, "nickname", "forbidden_character"));
    }

    #[tokio::test]
    async fn tries_again_when_somebody_was_faster_but_not_for_ever() {
        let (world, id) = World::with_alice().await;
        let use_case = UpdateProfile::new(&world.ports);
        world.users.troubles.conflicts.store(ATTEMPTS, Ordering::SeqCst);
        assert!(matches!(
            use_case.execute(rename(id, "Bob")).await,
            Err(UpdateProfileError::Port(PortError::Conflict))
        ));
        world.users.troubles.conflicts.store(ATTEMPTS - 1, Ordering::SeqCst);
        assert_eq!(use_case.execute(rename(id, "Bob")).await.unwrap().nickname, "Bob");
    }

    #[tokio::test]
    async fn tells_what_is_missing_or_away() {
        let (world, id) = World::with_alice().await;
        let use_case = UpdateProfile::new(&world.ports);
        assert!(matches!(use_case.execute(rename(Uuid::nil().into(), "Bob")).await, Err(UpdateProfileError::NotFound)));
        world.users.troubles.away.store(true, Ordering::SeqCst);
        assert!(matches!(
            use_case.execute(rename(id, "Bob")).await,
            Err(UpdateProfileError::Port(PortError::Unavailable(_)))
        ));
    }
}
