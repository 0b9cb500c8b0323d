//! Takes the proof that an address is the owner's.

use std::sync::Arc;

use application_shared::PortError;
use domain_shared::Clock;
use thiserror::Error;

use crate::{AccountLinks, AccountPorts, LinkPurpose, UserRepository, changes::change_user};

/// Why the address was not proved.
#[derive(Debug, Error)]
pub enum VerifyEmailError {
    /// The link is not ours, has expired, or was used.
    #[error("the link is not good any more")]
    BadLink,
    /// A port could not do its work.
    #[error(transparent)]
    Port(#[from] PortError),
}

/// Takes the proof that an address is the owner's.
pub struct VerifyEmail {
    users: Arc<dyn UserRepository>,
    links: Arc<dyn AccountLinks>,
    clock: Arc<dyn Clock>,
}

impl VerifyEmail {
    /// Takes the ports.
    #[must_use]
    pub fn new(ports: &AccountPorts) -> Self {
        Self { users: Arc::clone(&ports.users), links: Arc::clone(&ports.links), clock: Arc::clone(&ports.clock) }
    }

    /// Takes the token in the link.
    ///
    /// # Errors
    /// [`VerifyEmailError`].
    pub async fn execute(&self, token: &str) -> Result<(), VerifyEmailError> {
        let now = self.clock.now();
        let id = self.links.owner(token).ok_or(VerifyEmailError::BadLink)?;
        let verified = change_user(&*self.users, id, |user| {
            if !self.links.verify(LinkPurpose::VerifyEmail, token, user, now) || !user.verify_email(now) {
                return Err(VerifyEmailError::BadLink);
            }
            Ok(())
        });
        verified.await?.ok_or(VerifyEmailError::BadLink)?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret;

    use super::*;
    use crate::{RequestEmailVerification, RequestEmailVerificationError, test_support::World};

    #[tokio::test]
    async fn the_link_proves_the_address_once() {
        let (world, id) = World::with_alice().await;
        let user = world.ports.users.find(id).await.unwrap().unwrap();
        let expires_at = world.clock.now() + LinkPurpose::VerifyEmail.lifetime();
        let issue = |purpose| world.ports.links.issue(purpose, &user, expires_at).expose_secret().to_owned();
        let (token, other) = (issue(LinkPurpose::VerifyEmail), issue(LinkPurpose::ResetPassword));
        RequestEmailVerification::new(&world.ports).execute(id).await.unwrap();
        let use_case = VerifyEmail::new(&world.ports);
        for bad in ["", "forged", &other] {
            assert!(matches!(use_case.execute(bad).await, Err(VerifyEmailError::BadLink)), "{bad}");
        }
        use_case.execute(&token).await.unwrap();
        assert!(world.users.rows.lock().unwrap()[&id].email_verified_at.is_some());
        assert!(matches!(use_case.execute(&token).await, Err(VerifyEmailError::BadLink)));
        let again = RequestEmailVerification::new(&world.ports).execute(id).await;
        assert!(matches!(again, Err(RequestEmailVerificationError::AlreadyVerified)));
    }
}
