//! Signs somebody out on one of their devices.

use std::sync::Arc;

use domain_shared::{Clock, SessionId, UserId};
use domain_user::SessionEndReason;

use crate::{AccountPorts, SessionRepository, SessionsError, changes::end_session};

/// Signs somebody out on one of their devices.
pub struct EndSession {
    sessions: Arc<dyn SessionRepository>,
    clock: Arc<dyn Clock>,
}

impl EndSession {
    /// Takes the ports.
    #[must_use]
    pub fn new(ports: &AccountPorts) -> Self {
        Self { sessions: Arc::clone(&ports.sessions), clock: Arc::clone(&ports.clock) }
    }

    /// Ends the session `id` of `user_id`.
    ///
    /// # Errors
    /// [`SessionsError`].
    pub async fn execute(&self, user_id: UserId, id: SessionId) -> Result<(), SessionsError> {
        let session = self.sessions.find(id).await?.filter(|session| session.user_id() == user_id);
        let session = session.ok_or(SessionsError::NotFound)?;
        let ended = end_session(&*self.sessions, session, SessionEndReason::EndedRemotely, self.clock.now()).await?;
        if ended { Ok(()) } else { Err(SessionsError::NotFound) }
    }
}
