//! Changes the password of somebody who knows the old one.

use std::sync::Arc;

use application_shared::{FieldError, PortError};
use domain_shared::{Clock, SessionId, UserId};
use domain_user::{Password, PasswordChangeMeans, SessionEndReason};
use secrecy::SecretString;
use thiserror::Error;

use crate::{
    AccountPorts, PasswordHasher, SessionRepository, UserRepository,
    changes::{change_user, end_sessions, is_password_of},
};

/// What somebody fills in.
#[derive(Debug, Clone)]
pub struct ChangePasswordCommand {
    /// Whose account.
    pub user_id: UserId,
    /// The session that stays.
    pub session_id: SessionId,
    /// The password until now.
    pub old_password: SecretString,
    /// The password from now on.
    pub new_password: SecretString,
}

/// Why the password was not changed.
#[derive(Debug, Error)]
pub enum ChangePasswordError {
    /// The new one breaks a rule.
    #[error("some fields cannot be accepted")]
    Invalid(Vec<FieldError>),
    /// The old one is another.
    #[error("the password is wrong")]
    WrongPassword,
    /// There is no such account (any more).
    #[error("there is no such account")]
    NotFound,
    /// A port could not do its work.
    #[error(transparent)]
    Port(#[from] PortError),
}

/// Changes the password and ends the other sessions: whoever had the old one is out.
pub struct ChangePassword {
    users: Arc<dyn UserRepository>,
    sessions: Arc<dyn SessionRepository>,
    passwords: Arc<dyn PasswordHasher>,
    clock: Arc<dyn Clock>,
}

impl ChangePassword {
    /// Takes the ports.
    #[must_use]
    pub fn new(ports: &AccountPorts) -> Self {
        Self {
            users: Arc::clone(&ports.users),
            sessions: Arc::clone(&ports.sessions),
            passwords: Arc::clone(&ports.passwords),
            clock: Arc::clone(&ports.clock),
        }
    }

    /// Changes the password.
    ///
    /// # Errors
    /// [`ChangePasswordError`].
    pub async fn execute(&self, command: ChangePasswordCommand) -> Result<(), ChangePasswordError> {
        let ChangePasswordCommand { user_id, session_id, old_password, new_password } = command;
        let user = self.users.find(user_id).await?.ok_or(ChangePasswordError::NotFound)?;
        let new = Password::choose(&new_password, Some(user.username()), Some(user.email())).map_err(|error| {
            ChangePasswordError::Invalid(vec![FieldError::new("new_password", error.code(), error.to_string())])
        })?;
        if !is_password_of(&*self.passwords, &user, &old_password).await? {
            return Err(ChangePasswordError::WrongPassword);
        }
        let proved = user.password_hash().clone();
        let hash = self.passwords.hash(&new).await?;
        let now = self.clock.now();
        change_user(&*self.users, user_id, |user| {
            // Somebody has changed it meanwhile: what was proved is no proof any more.
            if *user.password_hash() != proved {
                return Err(ChangePasswordError::WrongPassword);
            }
            user.change_password(hash.clone(), PasswordChangeMeans::OldPassword, now);
            Ok(())
        })
        .await?
        .ok_or(ChangePasswordError::NotFound)?;
        let ended =
            end_sessions(&*self.sessions, user_id, Some(session_id), SessionEndReason::PasswordChanged, now).await?;
        tracing::info!(%user_id, ended, "password changed");
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        LogIn, LogInError, RefreshSession, RefreshSessionError,
        test_support::{World, log_in, refresh},
    };

    fn command(user_id: UserId, session_id: SessionId, old: &str, new: &str) -> ChangePasswordCommand {
        ChangePasswordCommand { user_id, session_id, old_password: old.into(), new_password: new.into() }
    }

    #[tokio::test]
    async fn the_new_password_holds_and_the_other_sessions_end() {
        let (world, id) = World::with_alice().await;
        let (here, there) = (world.sign_in().await, world.sign_in().await);
        let use_case = ChangePassword::new(&world.ports);
        use_case.execute(command(id, here.session_id, "correct horse", "battery staple")).await.unwrap();
        let refreshing = RefreshSession::new(&world.ports);
        assert!(refreshing.execute(refresh(&here.refresh)).await.is_ok());
        assert!(matches!(refreshing.execute(refresh(&there.refresh)).await, Err(RefreshSessionError::SessionEnded)));
        let use_case = LogIn::new(&world.ports);
        assert!(use_case.execute(log_in("alice", "battery staple")).await.is_ok());
        let refused = use_case.execute(log_in("alice", "correct horse")).await;
        assert!(matches!(refused, Err(LogInError::InvalidCredentials)));
    }

    #[tokio::test]
    async fn nothing_changes_without_the_old_password_or_with_a_bad_new_one() {
        let (world, id) = World::with_alice().await;
        let session = world.sign_in().await.session_id;
        let use_case = ChangePassword::new(&world.ports);
        for (old, long) in [("wrong", false), ("", false), ("x", true)] {
            let old = if long { "x".repeat(200) } else { old.to_owned() };
            let refused = use_case.execute(command(id, session, &old, "battery staple")).await;
            assert!(matches!(refused, Err(ChangePasswordError::WrongPassword)));
        }
        for (new, code) in [("short", "too_short"), ("password", "too_common"), ("Alice@example.com", "same_as_name")] {
            let Err(ChangePasswordError::Invalid(errors)) =
                use_case.execute(command(id, session, "correct horse", new)).await
            else {
                panic!("refused")
            };
            assert_eq!((errors[0].field, errors[0].code), ("new_password", code));
        }
        assert_eq!(world.users.rows.lock().unwrap()[&id].version, 1);
    }
}
