//! Signs somebody in on a device.

use std::{net::IpAddr, sync::Arc};

use application_shared::PortError;
use chrono::TimeDelta;
use domain_shared::{Clock, IdGenerator};
use domain_user::{Device, Email, Password, Session, User, Username};
use secrecy::SecretString;
use thiserror::Error;

use crate::{
    AccessTokens, AccountPorts, PasswordCheck, PasswordHasher, RefreshTokens, SessionRepository, SignedIn,
    UserRepository,
};

/// What somebody offers.
#[derive(Debug, Clone)]
pub struct LogInCommand {
    /// The username or the e-mail address.
    pub login: String,
    /// The password.
    pub password: SecretString,
    /// The device's `User-Agent`.
    pub user_agent: Option<String>,
    /// The device's address.
    pub address: Option<IpAddr>,
}

/// Why nobody was signed in.
#[derive(Debug, Error)]
pub enum LogInError {
    /// There is no such account, or the password is not its password; which of both is not told.
    #[error("the username or the password is wrong")]
    InvalidCredentials,
    /// The password is right, but the account may not be used.
    #[error("the account is banned")]
    Banned,
    /// A port could not do its work.
    #[error(transparent)]
    Port(#[from] PortError),
}

/// Signs somebody in on a device.
pub struct LogIn {
    users: Arc<dyn UserRepository>,
    sessions: Arc<dyn SessionRepository>,
    passwords: Arc<dyn PasswordHasher>,
    access_tokens: Arc<dyn AccessTokens>,
    refresh_tokens: Arc<dyn RefreshTokens>,
    clock: Arc<dyn Clock>,
    ids: Arc<dyn IdGenerator>,
    session_lifetime: TimeDelta,
}

impl LogIn {
    /// Takes the ports.
    #[must_use]
    pub fn new(ports: &AccountPorts) -> Self {
        Self {
            users: Arc::clone(&ports.users),
            sessions: Arc::clone(&ports.sessions),
            passwords: Arc::clone(&ports.passwords),
            access_tokens: Arc::clone(&ports.access_tokens),
            refresh_tokens: Arc::clone(&ports.refresh_tokens),
            clock: Arc::clone(&ports.clock),
            ids: Arc::clone(&ports.ids),
            session_lifetime: ports.session_lifetime,
        }
    }

    /// Starts a session.
    ///
    /// # Errors
    /// [`LogInError`].
    pub async fn execute(&self, command: LogInCommand) -> Result<SignedIn, LogInError> {
        // Nobody's password is longer, whoever it may be.
        let password = Password::offer(&command.password).map_err(|_| LogInError::InvalidCredentials)?;
        let user = self.authenticate(&command.login, &password).await?;
        if user.is_banned() {
            return Err(LogInError::Banned);
        }
        let now = self.clock.now();
        let (refresh, refresh_hash) = self.refresh_tokens.generate();
        let device = Device::new(command.user_agent.as_deref(), command.address);
        let id = self.ids.next().into();
        let mut session = Session::start(id, user.id(), refresh_hash, device, self.session_lifetime, now);
        self.sessions.insert(&mut session).await?;
        tracing::info!(user_id = %user.id(), session_id = %session.id(), "signed in");
        let token_id = self.ids.next();
        Ok(SignedIn::issue(&*self.access_tokens, &user, &session, refresh, token_id, now)?)
    }

    /// Finds the account that the password proves, doing the same work whether there is one or not.
    async fn authenticate(&self, login: &str, password: &Password) -> Result<User, LogInError> {
        let user = self.find(login).await?;
        let check = self.passwords.verify(password, user.as_ref().map(User::password_hash)).await?;
        match (user, check) {
            (Some(mut user), PasswordCheck::Matches { needs_rehash }) => {
                if needs_rehash && !user.is_banned() {
                    self.strengthen(&mut user, password).await;
                }
                Ok(user)
            }
            (None, _) | (_, PasswordCheck::Differs) => Err(LogInError::InvalidCredentials),
        }
    }

    async fn find(&self, login: &str) -> Result<Option<User>, PortError> {
        let login = login.trim();
        if let Ok(username) = Username::parse(login) {
            return self.users.find_by_username(&username).await;
        }
        match Email::parse(login) {
            Ok(email) => self.users.find_by_email(&email).await,
            Err(_) => Ok(None),
        }
    }

    /// Hashes the password anew with today's parameters. If that fails, the next sign-in does it.
    async fn strengthen(&self, user: &mut User, password: &Password) {
        let before = user.clone();
        let outcome = match self.passwords.hash(password).await {
            Ok(hash) => {
                user.strengthen_password_hash(hash);
                self.users.update(user).await
            }
            Err(error) => Err(error),
        };
        if let Err(error) = outcome {
            tracing::warn!(user_id = %user.id(), error = %error, "password hash not strengthened");
            *user = before;
        }
    }
}
