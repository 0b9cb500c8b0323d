//! Signs a device out.

use std::sync::Arc;

use application_shared::PortError;
use domain_shared::{Clock, SessionId};
use domain_user::{Session, SessionEndReason};
use secrecy::{ExposeSecret, SecretString};
use thiserror::Error;

use crate::{ATTEMPTS, AccountPorts, RefreshTokens, SessionRepository};

/// Which session to end: that of the access token, that of the refresh token, or both when they differ.
#[derive(Debug, Clone, Default)]
pub struct LogOutCommand {
    /// The session that the access token names.
    pub session_id: Option<SessionId>,
    /// The refresh token that the client got last.
    pub refresh_token: Option<SecretString>,
}

/// Why nobody was signed out.
#[derive(Debug, Error)]
pub enum LogOutError {
    /// A port could not do its work.
    #[error(transparent)]
    Port(#[from] PortError),
}

/// Signs a device out. Whatever is unknown or has ended before is not an error: nobody is signed in afterwards.
pub struct LogOut {
    sessions: Arc<dyn SessionRepository>,
    refresh_tokens: Arc<dyn RefreshTokens>,
    clock: Arc<dyn Clock>,
}

impl LogOut {
    /// Takes the ports.
    #[must_use]
    pub fn new(ports: &AccountPorts) -> Self {
        Self {
            sessions: Arc::clone(&ports.sessions),
            refresh_tokens: Arc::clone(&ports.refresh_tokens),
            clock: Arc::clone(&ports.clock),
        }
    }

    /// Ends the session.
    ///
    /// # Errors
    /// [`LogOutError`].
    pub async fn execute(&self, command: LogOutCommand) -> Result<(), LogOutError> {
        let mut ids = Vec::from_iter(command.session_id);
        if let Some(token) = command.refresh_token {
            let hash = self.refresh_tokens.hash(token.expose_secret());
            let session = self.sessions.find_by_refresh_hash(&hash).await?;
            ids.extend(session.as_ref().map(Session::id).filter(|id| command.session_id != Some(*id)));
        }
        for id in ids {
            self.end(id).await?;
        }
        Ok(())
    }

    async fn end(&self, id: SessionId) -> Result<(), PortError> {
        for _ in 0..ATTEMPTS {
            let Some(mut session) = self.sessions.find(id).await? else { return Ok(()) };
            if !session.end(SessionEndReason::SignedOut, self.clock.now()) {
                return Ok(());
            }
            match self.sessions.update(&mut session).await {
                Err(PortError::Conflict) => {}
                outcome => return outcome,
            }
        }
        Err(PortError::Conflict)
    }
}
