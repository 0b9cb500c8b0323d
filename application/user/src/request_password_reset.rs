//! Asks for a mail with which another password can be chosen.

use std::sync::Arc;

use application_shared::PortError;
use domain_shared::Clock;
use domain_user::Email;
use thiserror::Error;

use crate::{AccountPorts, UserRepository, changes::change_user};

/// Why nothing was done. That there is no such account is none: nobody is to learn that.
#[derive(Debug, Error)]
pub enum RequestPasswordResetError {
    /// A port could not do its work.
    #[error(transparent)]
    Port(#[from] PortError),
}

/// Asks for a mail with which another password can be chosen. The mail is sent by whoever handles the event.
pub struct RequestPasswordReset {
    users: Arc<dyn UserRepository>,
    clock: Arc<dyn Clock>,
}

impl RequestPasswordReset {
    /// Takes the ports.
    #[must_use]
    pub fn new(ports: &AccountPorts) -> Self {
        Self { users: Arc::clone(&ports.users), clock: Arc::clone(&ports.clock) }
    }

    /// Asks, on behalf of whoever has this address, if anybody has.
    ///
    /// # Errors
    /// [`RequestPasswordResetError`].
    pub async fn execute(&self, email: &str) -> Result<(), RequestPasswordResetError> {
        let Ok(email) = Email::parse(email) else { return Ok(()) };
        let Some(user) = self.users.find_by_email(&email).await? else { return Ok(()) };
        let now = self.clock.now();
        change_user(&*self.users, user.id(), |user| {
            user.request_password_reset(now);
            Ok::<_, PortError>(())
        })
        .await?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use domain_shared::DomainEvent;

    use super::*;
    use crate::test_support::World;

    #[tokio::test]
    async fn only_an_account_that_may_have_a_mail_gets_one_and_nobody_can_tell() {
        let (world, id) = World::with_alice().await;
        let use_case = RequestPasswordReset::new(&world.ports);
        for email in ["nobody@example.com", "no address", "", "ALICE@example.com"] {
            use_case.execute(email).await.unwrap();
        }
        let asked = || world.users.events.lock().unwrap().iter().filter(|e| e.name().contains("reset")).count();
        assert_eq!(asked(), 1);
        world.ban(id);
        use_case.execute("alice@example.com").await.unwrap();
        assert_eq!(asked(), 1);
    }
}
