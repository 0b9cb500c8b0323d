//! Opens an account.

use std::sync::Arc;

use application_shared::{FieldError, PortError};
use domain_shared::{Clock, IdGenerator};
use domain_user::{Email, Nickname, Password, RegisterAccount, User, Username};
use secrecy::SecretString;
use thiserror::Error;

use crate::{AccountPorts, InsertUserError, PasswordHasher, UserRepository, UserView};

/// What somebody fills in.
#[derive(Debug, Clone)]
pub struct RegisterUserCommand {
    /// The name to sign in with.
    pub username: String,
    /// The address.
    pub email: String,
    /// The password.
    pub password: SecretString,
    /// The name to be seen; the username when absent.
    pub nickname: Option<String>,
}

/// Why no account was opened.
#[derive(Debug, Error)]
pub enum RegisterUserError {
    /// Something filled in breaks a rule; every such field is told.
    #[error("some fields cannot be accepted")]
    Invalid(Vec<FieldError>),
    /// Another account has that username.
    #[error("the username is taken")]
    UsernameTaken,
    /// Another account has that address.
    #[error("the e-mail address is taken")]
    EmailTaken,
    /// A port could not do its work.
    #[error(transparent)]
    Port(#[from] PortError),
}

impl From<InsertUserError> for RegisterUserError {
    fn from(error: InsertUserError) -> Self {
        match error {
            InsertUserError::UsernameTaken => Self::UsernameTaken,
            InsertUserError::EmailTaken => Self::EmailTaken,
            InsertUserError::Port(error) => Self::Port(error),
        }
    }
}

/// Opens an account.
pub struct RegisterUser {
    users: Arc<dyn UserRepository>,
    passwords: Arc<dyn PasswordHasher>,
    clock: Arc<dyn Clock>,
    ids: Arc<dyn IdGenerator>,
}

/// A command whose every field keeps the rules.
struct Parsed {
    username: Username,
    email: Email,
    password: Password,
    nickname: Option<Nickname>,
}

impl RegisterUser {
    /// Takes the ports.
    #[must_use]
    pub fn new(ports: &AccountPorts) -> Self {
        Self {
            users: Arc::clone(&ports.users),
            passwords: Arc::clone(&ports.passwords),
            clock: Arc::clone(&ports.clock),
            ids: Arc::clone(&ports.ids),
        }
    }

    /// Opens an account with the role `user`.
    ///
    /// # Errors
    /// [`RegisterUserError`].
    pub async fn execute(&self, command: RegisterUserCommand) -> Result<UserView, RegisterUserError> {
        let Parsed { username, email, password, nickname } = parse(&command).map_err(RegisterUserError::Invalid)?;
        // Asked before the slow hash; whoever takes the name meanwhile is found out by `insert`.
        if self.users.find_by_username(&username).await?.is_some() {
            return Err(RegisterUserError::UsernameTaken);
        }
        if self.users.find_by_email(&email).await?.is_some() {
            return Err(RegisterUserError::EmailTaken);
        }
        let password_hash = self.passwords.hash(&password).await?;
        let account = RegisterAccount { id: self.ids.next().into(), username, email, password_hash, nickname };
        let mut user = User::register(account, self.clock.now());
        self.users.insert(&mut user).await?;
        tracing::info!(user_id = %user.id(), "account registered");
        Ok(UserView::from(&user))
    }
}

fn parse(command: &RegisterUserCommand) -> Result<Parsed, Vec<FieldError>> {
    let mut errors = Vec::new();
    let username = Username::parse(&command.username)
        .map_err(|error| errors.push(FieldError::new("username", error.code(), error.to_string())))
        .ok();
    let email = Email::parse(&command.email)
        .map_err(|error| errors.push(FieldError::new("email", error.code(), error.to_string())))
        .ok();
    let password = Password::choose(&command.password, username.as_ref(), email.as_ref())
        .map_err(|error| errors.push(FieldError::new("password", error.code(), error.to_string())))
        .ok();
    let nickname = command
        .nickname
        .as_deref()
        .map(Nickname::parse)
        .transpose()
        .map_err(|error| errors.push(FieldError::new("nickname", error.code(), error.to_string())))
        .ok();
    match (username, email, password, nickname) {
        (Some(username), Some(email), Some(password), Some(nickname)) => {
            Ok(Parsed { username, email, password, nickname })
        }
        _ => Err(errors),
    }
}
