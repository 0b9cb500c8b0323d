//! Changes the password of somebody who follows a mailed link.

use std::sync::Arc;

use application_shared::{FieldError, PortError};
use domain_shared::Clock;
use domain_user::{Password, PasswordChangeMeans, SessionEndReason, UserStatus};
use secrecy::SecretString;
use thiserror::Error;

use crate::{
    AccountLinks, AccountPorts, LinkPurpose, PasswordHasher, SessionRepository, UserRepository,
    changes::{change_user, end_sessions},
};

/// What somebody fills in.
#[derive(Debug, Clone)]
pub struct ConfirmPasswordResetCommand {
    /// The token in the link.
    pub token: String,
    /// The password from now on.
    pub new_password: SecretString,
}

/// Why the password was not changed.
#[derive(Debug, Error)]
pub enum ConfirmPasswordResetError {
    /// The new one breaks a rule.
    #[error("some fields cannot be accepted")]
    Invalid(Vec<FieldError>),
    /// The link is not ours, has expired, or was used.
    #[error("the link is not good any more")]
    BadLink,
    /// A port could not do its work.
    #[error(transparent)]
    Port(#[from] PortError),
}

/// Changes the password and ends all sessions. The link is good once: it is bound to the password before.
pub struct ConfirmPasswordReset {
    users: Arc<dyn UserRepository>,
    sessions: Arc<dyn SessionRepository>,
    passwords: Arc<dyn PasswordHasher>,
    links: Arc<dyn AccountLinks>,
    clock: Arc<dyn Clock>,
}

impl ConfirmPasswordReset {
    /// Takes the ports.
    #[must_use]
    pub fn new(ports: &AccountPorts) -> Self {
        Self {
            users: Arc::clone(&ports.users),
            sessions: Arc::clone(&ports.sessions),
            passwords: Arc::clone(&ports.passwords),
            links: Arc::clone(&ports.links),
            clock: Arc::clone(&ports.clock),
        }
    }

    /// Changes the password.
    ///
    /// # Errors
    /// [`ConfirmPasswordResetError`].
    pub async fn execute(&self, command: ConfirmPasswordResetCommand) -> Result<(), ConfirmPasswordResetError> {
        let now = self.clock.now();
        let id = self.links.owner(&command.token).ok_or(ConfirmPasswordResetError::BadLink)?;
        let user = self.users.find(id).await?.ok_or(ConfirmPasswordResetError::BadLink)?;
        let usable = matches!(user.status(now), UserStatus::Active | UserStatus::Closing);
        if !usable || !self.links.verify(LinkPurpose::ResetPassword, &command.token, &user, now) {
            return Err(ConfirmPasswordResetError::BadLink);
        }
        let new =
            Password::choose(&command.new_password, Some(user.username()), Some(user.email())).map_err(|error| {
                ConfirmPasswordResetError::Invalid(vec![FieldError::new(
                    "new_password",
                    error.code(),
                    error.to_string(),
                )])
            })?;
        let hash = self.passwords.hash(&new).await?;
        change_user(&*self.users, id, |user| {
            // Used a second time at the same moment.
            if !self.links.verify(LinkPurpose::ResetPassword, &command.token, user, now) {
                return Err(ConfirmPasswordResetError::BadLink);
            }
            user.change_password(hash.clone(), PasswordChangeMeans::MailedLink, now);
            Ok(())
        })
        .await?
        .ok_or(ConfirmPasswordResetError::BadLink)?;
        let ended = end_sessions(&*self.sessions, id, None, SessionEndReason::PasswordChanged, now).await?;
        tracing::info!(user_id = %id, ended, "password reset");
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;
    use secrecy::ExposeSecret;

    use super::*;
    use crate::{
        LogIn,
        test_support::{World, log_in},
    };

    async fn token(world: &World, purpose: LinkPurpose) -> String {
        let user = world.ports.users.find_by_email(&"alice@example.com".parse_email()).await.unwrap().unwrap();
        let expires_at = world.clock.now() + purpose.lifetime();
        world.ports.links.issue(purpose, &user, expires_at).expose_secret().to_owned()
    }

    trait ParseEmail {
        fn parse_email(&self) -> domain_user::Email;
    }

    impl ParseEmail for str {
        fn parse_email(&self) -> domain_user::Email {
            domain_user::Email::parse(self).unwrap()
        }
    }

    fn command(token: &str, new: &str) -> ConfirmPasswordResetCommand {
        ConfirmPasswordResetCommand { token: token.to_owned(), new_password: new.into() }
    }

    #[tokio::test]
    async fn a_link_is_good_once_and_ends_every_session() {
        let (world, _) = World::with_alice().await;
        world.sign_in().await;
        let token = token(&world, LinkPurpose::ResetPassword).await;
        let use_case = ConfirmPasswordReset::new(&world.ports);
        let refused = use_case.execute(command(&token, "short")).await;
        assert!(matches!(refused, Err(ConfirmPasswordResetError::Invalid(_))), "the link stays good");
        use_case.execute(command(&token, "battery staple")).await.unwrap();
        assert_eq!(world.sessions.only().ended.unwrap().reason, SessionEndReason::PasswordChanged);
        assert!(LogIn::new(&world.ports).execute(log_in("alice", "battery staple")).await.is_ok());
        let again = use_case.execute(command(&token, "another staple")).await;
        assert!(matches!(again, Err(ConfirmPasswordResetError::BadLink)));
    }

    #[tokio::test]
    async fn other_links_are_refused() {
        let (world, id) = World::with_alice().await;
        let use_case = ConfirmPasswordReset::new(&world.ports);
        let good = token(&world, LinkPurpose::ResetPassword).await;
        let other_purpose = token(&world, LinkPurpose::VerifyEmail).await;
        for bad in ["", "forged", &other_purpose, &format!("{good}x")] {
            let refused = use_case.execute(command(bad, "battery staple")).await;
            assert!(matches!(refused, Err(ConfirmPasswordResetError::BadLink)), "{bad}");
        }
        world.clock.advance(LinkPurpose::ResetPassword.lifetime() + TimeDelta::seconds(1));
        let late = use_case.execute(command(&good, "battery staple")).await;
        assert!(matches!(late, Err(ConfirmPasswordResetError::BadLink)));
        let fresh = token(&world, LinkPurpose::ResetPassword).await;
        world.ban(id);
        let banned = use_case.execute(command(&fresh, "battery staple")).await;
        assert!(matches!(banned, Err(ConfirmPasswordResetError::BadLink)));
    }
}
