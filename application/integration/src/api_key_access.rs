//! Who may manage API keys: administrators, as they are now.

use application_shared::PortError;
use chrono::{DateTime, Utc};
use domain_shared::UserId;
use thiserror::Error;

use crate::Administrators;

/// Why keys were not shown or revoked.
#[derive(Debug, Error)]
pub enum ApiKeyError {
    /// Whoever asks may not do that.
    #[error("only administrators may do that")]
    Forbidden,
    /// There is no such key.
    #[error("there is no such API key")]
    NotFound,
    /// A port could not do its work.
    #[error(transparent)]
    Port(#[from] PortError),
}

/// Lets administrators through.
pub(crate) async fn administrator(
    administrators: &dyn Administrators,
    user: UserId,
    now: DateTime<Utc>,
) -> Result<(), ApiKeyError> {
    if administrators.may_manage_integrations(user, now).await? { Ok(()) } else { Err(ApiKeyError::Forbidden) }
}
