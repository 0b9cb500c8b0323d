//! Who may administer: every administrative use case asks here first.

use application_shared::PortError;
use chrono::{DateTime, Utc};
use domain_shared::UserId;
use domain_user::{Permission, User, UserStatus};
use thiserror::Error;

use crate::UserRepository;

/// Why an administrative act was not done.
#[derive(Debug, Error)]
pub enum AdministrationError {
    /// Whoever asks may not do that.
    #[error("only administrators may do that")]
    Forbidden,
    /// There is no such account.
    #[error("there is no such account")]
    NotFound,
    /// A port could not do its work.
    #[error(transparent)]
    Port(#[from] PortError),
}

/// Whoever asks, if they may: as the account is now, not as it was when its access token was issued.
pub(crate) async fn administrator(
    users: &dyn UserRepository,
    id: UserId,
    permission: Permission,
    now: DateTime<Utc>,
) -> Result<User, AdministrationError> {
    let user = users.find(id).await?.ok_or(AdministrationError::Forbidden)?;
    if user.status(now) == UserStatus::Active && user.role().may(permission) {
        Ok(user)
    } else {
        Err(AdministrationError::Forbidden)
    }
}
