//! Changes what others see of an account.

use std::sync::Arc;

use application_shared::{FieldError, PortError};
use domain_shared::{Clock, UserId};
use domain_user::Nickname;
use thiserror::Error;

use crate::{ATTEMPTS, AccountPorts, UserRepository, UserView};

/// What to change.
#[derive(Debug, Clone)]
pub struct UpdateProfileCommand {
    /// Whose account.
    pub user_id: UserId,
    /// The new name to be seen; unchanged when absent.
    pub nickname: Option<String>,
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
        let nickname = command.nickname.as_deref().map(Nickname::parse).transpose().map_err(|error| {
            UpdateProfileError::Invalid(vec![FieldError::new("nickname", error.code(), error.to_string())])
        })?;
        for _ in 0..ATTEMPTS {
            let mut user = self.users.find(command.user_id).await?.ok_or(UpdateProfileError::NotFound)?;
            let changed = nickname.clone().is_some_and(|nickname| user.rename(nickname, self.clock.now()));
            if !changed {
                return Ok(UserView::from(&user));
            }
            match self.users.update(&mut user).await {
                Ok(()) => return Ok(UserView::from(&user)),
                Err(PortError::Conflict) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Err(PortError::Conflict.into())
    }
}
