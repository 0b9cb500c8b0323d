//! Telling users of what happens, for modules that do not know how they are told.

use async_trait::async_trait;
use domain_shared::UserId;
use serde_json::Value;
use uuid::Uuid;

use crate::PortError;

/// Something to tell one user.
#[derive(Debug, Clone, PartialEq)]
pub struct Notice {
    /// The event that is told of. A user is told of it once, however often this is asked for.
    pub source: Uuid,
    /// Who is told.
    pub user_id: UserId,
    /// What kind of thing it is, such as `meeting-reminder`.
    pub kind: &'static str,
    /// What there is to say, as the module `notification` writes contents of this kind: a JSON object without the kind.
    pub data: Value,
}

/// Tells users of what happens, each in the ways that they have chosen.
#[async_trait]
pub trait Notifier: Send + Sync {
    /// Tells a user in the web client, unless they do not want to be told of that kind there.
    async fn notify(&self, notice: Notice) -> Result<(), PortError>;
    /// Whether a user wants mails of that kind.
    async fn wants_mail(&self, user: UserId, kind: &str) -> Result<bool, PortError>;
}
