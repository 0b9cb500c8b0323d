//! Has an account deleted, after a time in which it can be kept.

use std::sync::Arc;

use application_shared::PortError;
use chrono::{DateTime, TimeDelta, Utc};
use domain_shared::{Clock, UserId};
use domain_user::SessionEndReason;
use secrecy::SecretString;
use thiserror::Error;

use crate::{
    AccountPorts, KeepAdministratorError, PasswordHasher, SessionRepository, UserRepository,
    changes::{change_user_keeping_an_administrator, end_sessions, is_password_of},
};

/// How long a closed account can be kept by signing in.
pub const CLOSING_GRACE: TimeDelta = TimeDelta::days(14);

/// What somebody fills in.
#[derive(Debug, Clone)]
pub struct CloseAccountCommand {
    /// Whose account.
    pub user_id: UserId,
    /// The password, so that nobody does it who only found the device.
    pub password: SecretString,
}

/// Why the account was not closed.
#[derive(Debug, Error)]
pub enum CloseAccountError {
    /// The password is another.
    #[error("the password is wrong")]
    WrongPassword,
    /// Nobody would be left to administer.
    #[error("no other administrator would be left")]
    LastAdministrator,
    /// There is no such account (any more).
    #[error("there is no such account")]
    NotFound,
    /// A port could not do its work.
    #[error(transparent)]
    Port(#[from] PortError),
}

impl From<KeepAdministratorError> for CloseAccountError {
    fn from(error: KeepAdministratorError) -> Self {
        match error {
            KeepAdministratorError::LastAdministrator => Self::LastAdministrator,
            KeepAdministratorError::Port(error) => Self::Port(error),
        }
    }
}

/// Has an account deleted after [`CLOSING_GRACE`], and ends its sessions.
pub struct CloseAccount {
    users: Arc<dyn UserRepository>,
    sessions: Arc<dyn SessionRepository>,
    passwords: Arc<dyn PasswordHasher>,
    clock: Arc<dyn Clock>,
}

impl CloseAccount {
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

    /// Closes the account. Tells when it will be deleted.
    ///
    /// # Errors
    /// [`CloseAccountError`].
    pub async fn execute(&self, command: CloseAccountCommand) -> Result<DateTime<Utc>, CloseAccountError> {
        let user = self.users.find(command.user_id).await?.ok_or(CloseAccountError::NotFound)?;
        if !is_password_of(&*self.passwords, &user, &command.password).await? {
            return Err(CloseAccountError::WrongPassword);
        }
        let now = self.clock.now();
        let closed = change_user_keeping_an_administrator(&*self.users, command.user_id, |user| {
            user.close(CLOSING_GRACE, now);
            Ok::<_, CloseAccountError>(user.closing())
        });
        let (_, closing) = closed.await?.ok_or(CloseAccountError::NotFound)?;
        let purge_at = closing.ok_or(CloseAccountError::NotFound)?.purge_at;
        end_sessions(&*self.sessions, command.user_id, None, SessionEndReason::AccountClosed, now).await?;
        tracing::info!(user_id = %command.user_id, %purge_at, "account closing");
        Ok(purge_at)
    }
}

#[cfg(test)]
mod tests {
    use domain_user::{UserRole, UserStatus};

    use super::*;
    use crate::{
        LogIn,
        test_support::{World, log_in},
    };

    fn command(user_id: UserId, password: &str) -> CloseAccountCommand {
        CloseAccountCommand { user_id, password: password.into() }
    }

    #[tokio::test]
    async fn whoever_signs_in_again_keeps_the_account() {
        let (world, id) = World::with_alice().await;
        world.sign_in().await;
        let use_case = CloseAccount::new(&world.ports);
        assert!(matches!(use_case.execute(command(id, "wrong")).await, Err(CloseAccountError::WrongPassword)));
        let purge_at = use_case.execute(command(id, "correct horse")).await.unwrap();
        assert_eq!(purge_at, world.clock.now() + CLOSING_GRACE);
        assert_eq!(world.sessions.only().ended.unwrap().reason, SessionEndReason::AccountClosed);
        assert_eq!(world.user(id).status(world.clock.now()), UserStatus::Closing);
        let signed_in = LogIn::new(&world.ports).execute(log_in("alice", "correct horse")).await.unwrap();
        assert_eq!(signed_in.user.status, UserStatus::Active);
        assert_eq!(world.user(id).status(world.clock.now()), UserStatus::Active);
    }

    #[tokio::test]
    async fn the_last_administrator_stays() {
        let (world, id) = World::with_alice().await;
        world.edit_user(id, |row| row.role = UserRole::Admin);
        let outcome = CloseAccount::new(&world.ports).execute(command(id, "correct horse")).await;
        assert!(matches!(outcome, Err(CloseAccountError::LastAdministrator)));
        assert_eq!(world.user(id).status(world.clock.now()), UserStatus::Active);
    }
}
