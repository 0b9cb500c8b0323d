//! Opens an account.

use std::sync::Arc;

use application_shared::{FieldError, PortError};
use domain_shared::{Clock, IdGenerator};
use domain_user::{Email, Language, Nickname, Password, RegisterAccount, User, Username};
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
    /// The language of mails.
    pub language: Language,
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
        let (language, now) = (command.language, self.clock.now());
        let account =
            RegisterAccount { id: self.ids.next().into(), username, email, password_hash, nickname, language };
        let mut user = User::register(account, now);
        self.users.insert(&mut user).await?;
        tracing::info!(user_id = %user.id(), "account registered");
        Ok(UserView::of(&user, now))
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

#[cfg(test)]
mod tests {
    use std::sync::atomic::Ordering;

    use domain_user::{UserRole, UserStatus};

    use super::*;
    use crate::test_support::{World, alice};

    #[tokio::test]
    async fn opens_an_account_and_keeps_only_the_hash() {
        let world = World::new();
        let command = RegisterUserCommand { nickname: Some(" Alice S. ".to_owned()), ..alice() };
        let view = RegisterUser::new(&world.ports).execute(command).await.unwrap();
        assert_eq!(
            (view.username.as_str(), view.email.as_str(), view.nickname.as_str()),
            ("Alice", "alice@example.com", "Alice S.")
        );
        assert_eq!(
            (view.role, view.status, view.created_at, view.avatar_url),
            (UserRole::User, UserStatus::Active, world.clock.now(), None)
        );
        let row = world.users.rows.lock().unwrap()[&view.id].clone();
        assert_eq!((row.password_hash.as_str(), row.version), ("$new$correct_horse", 1));
        assert_eq!(world.users.events.lock().unwrap().len(), 1);
    }

    #[tokio::test]
    async fn tells_every_field_that_breaks_a_rule() {
        let world = World::new();
        let command = RegisterUserCommand {
            username: "a".to_owned(),
            email: "alice".to_owned(),
            password: "short".into(),
            nickname: Some("\n".to_owned()),
            ..alice()
        };
        let Err(RegisterUserError::Invalid(errors)) = RegisterUser::new(&world.ports).execute(command).await else {
            panic!("refused")
        };
        let codes: Vec<_> = errors.iter().map(|error| (error.field, error.code)).collect();
        assert_eq!(
            codes,
            [("username", "too_short"), ("email", "malformed"), ("password", "too_short"), ("nickname", "empty")]
        );
        assert!(world.users.rows.lock().unwrap().is_empty());
    }

    #[tokio::test]
    async fn a_password_may_not_be_the_name() {
        let world = World::new();
        let command = RegisterUserCommand { password: "ALICE@example.com".into(), ..alice() };
        let Err(RegisterUserError::Invalid(errors)) = RegisterUser::new(&world.ports).execute(command).await else {
            panic!("refused")
        };
        assert_eq!((errors.len(), errors[0].code), (1, "same_as_name"));
    }

    #[tokio::test]
    async fn a_name_or_address_is_given_once() {
        let (world, _) = World::with_alice().await;
        let register = RegisterUser::new(&world.ports);
        // Found out before the hash is made, or only when the account is stored.
        for blind in [false, true] {
            world.users.blind.store(blind, Ordering::SeqCst);
            let same_name =
                RegisterUserCommand { username: "aLICE".to_owned(), email: "b@example.com".to_owned(), ..alice() };
            assert!(matches!(register.execute(same_name).await, Err(RegisterUserError::UsernameTaken)));
            let same_address = RegisterUserCommand { username: "bob".to_owned(), ..alice() };
            assert!(matches!(register.execute(same_address).await, Err(RegisterUserError::EmailTaken)));
        }
        assert_eq!(world.users.rows.lock().unwrap().len(), 1);
    }

    #[tokio::test]
    async fn a_port_that_fails_is_told_as_such() {
        let world = World::new();
        world.passwords.cannot_hash.store(true, Ordering::SeqCst);
        let register = RegisterUser::new(&world.ports);
        assert!(matches!(register.execute(alice()).await, Err(RegisterUserError::Port(PortError::Unavailable(_)))));
        let error = RegisterUserError::from(InsertUserError::Port(PortError::Conflict));
        assert!(matches!(error, RegisterUserError::Port(PortError::Conflict)));
    }
}
