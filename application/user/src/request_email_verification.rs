//! Asks for the mail that proves an address once more.

use std::sync::Arc;

use application_shared::PortError;
use domain_shared::{Clock, UserId};
use thiserror::Error;

use crate::{AccountPorts, UserRepository, changes::change_user};

/// Why no mail was asked for.
#[derive(Debug, Error)]
pub enum RequestEmailVerificationError {
    /// The address was proved before.
    #[error("the address is verified already")]
    AlreadyVerified,
    /// There is no such account (any more).
    #[error("there is no such account")]
    NotFound,
    /// A port could not do its work.
    #[error(transparent)]
    Port(#[from] PortError),
}

/// Asks for the mail that proves the address once more.
pub struct RequestEmailVerification {
    users: Arc<dyn UserRepository>,
    clock: Arc<dyn Clock>,
}

impl RequestEmailVerification {
    /// Takes the ports.
    #[must_use]
    pub fn new(ports: &AccountPorts) -> Self {
        Self { users: Arc::clone(&ports.users), clock: Arc::clone(&ports.clock) }
    }

    /// Asks for it.
    ///
    /// # Errors
    /// [`RequestEmailVerificationError`].
    pub async fn execute(&self, user_id: UserId) -> Result<(), RequestEmailVerificationError> {
        let now = self.clock.now();
        let asked = change_user(&*self.users, user_id, |user| {
            let asked = user.request_email_verification(now);
            if asked { Ok(()) } else { Err(RequestEmailVerificationError::AlreadyVerified) }
        });
        asked.await?.ok_or(RequestEmailVerificationError::NotFound)?;
        Ok(())
    }
}
