//! Signs a device out.

use std::sync::Arc;

use application_shared::PortError;
use domain_shared::{Clock, SessionId};
use domain_user::{Session, SessionEndReason};
use secrecy::{ExposeSecret, SecretString};
use thiserror::Error;

use crate::{AccountPorts, RefreshTokens, SessionRepository, changes::end_session};

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
        let Some(session) = self.sessions.find(id).await? else { return Ok(()) };
        end_session(&*self.sessions, session, SessionEndReason::SignedOut, self.clock.now()).await.map(drop)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::Ordering;

    use uuid::Uuid;

    use super::*;
    use crate::{
        ATTEMPTS, RefreshSession, RefreshSessionError,
        test_support::{World, refresh},
    };

    #[tokio::test]
    async fn ends_the_session_of_either_token() {
        for by_access_token in [true, false] {
            let (world, _) = World::with_alice().await;
            let signed_in = world.sign_in().await;
            let command = if by_access_token {
                LogOutCommand { session_id: Some(signed_in.session_id), refresh_token: None }
            } else {
                LogOutCommand { session_id: None, refresh_token: Some(signed_in.refresh.clone()) }
            };
            LogOut::new(&world.ports).execute(command).await.unwrap();
            assert_eq!(world.sessions.only().ended.map(|ended| ended.reason), Some(SessionEndReason::SignedOut));
            let outcome = RefreshSession::new(&world.ports).execute(refresh(&signed_in.refresh)).await;
            assert!(matches!(outcome, Err(RefreshSessionError::SessionEnded)));
        }
    }

    #[tokio::test]
    async fn ends_both_sessions_when_the_tokens_are_of_two_and_one_when_of_one() {
        let (world, _) = World::with_alice().await;
        let (one, two) = (world.sign_in().await, world.sign_in().await);
        let both = LogOutCommand { session_id: Some(one.session_id), refresh_token: Some(two.refresh.clone()) };
        let same = LogOutCommand { session_id: Some(one.session_id), refresh_token: Some(one.refresh.clone()) };
        let use_case = LogOut::new(&world.ports);
        for command in [same.clone(), both, same] {
            use_case.execute(command).await.unwrap();
        }
        let rows = world.sessions.rows.lock().unwrap();
        assert!(rows.values().all(|row| row.ended.is_some() && row.version == 2));
    }

    #[tokio::test]
    async fn what_is_unknown_is_no_error() {
        let (world, _) = World::with_alice().await;
        world.sign_in().await;
        let unknown = LogOutCommand { session_id: Some(Uuid::nil().into()), refresh_token: Some("forged".into()) };
        for command in [LogOutCommand::default(), unknown] {
            LogOut::new(&world.ports).execute(command).await.unwrap();
        }
        assert_eq!(world.sessions.only().ended, None);
    }

    #[tokio::test]
    async fn tries_again_when_somebody_was_faster_but_not_for_ever() {
        let (world, _) = World::with_alice().await;
        let command = LogOutCommand { session_id: Some(world.sign_in().await.session_id), refresh_token: None };
        let use_case = LogOut::new(&world.ports);
        world.sessions.troubles.conflicts.store(ATTEMPTS, Ordering::SeqCst);
        assert!(matches!(use_case.execute(command.clone()).await, Err(LogOutError::Port(PortError::Conflict))));
        world.sessions.troubles.conflicts.store(ATTEMPTS - 1, Ordering::SeqCst);
        use_case.execute(command.clone()).await.unwrap();
        world.sessions.troubles.away.store(true, Ordering::SeqCst);
        assert!(matches!(use_case.execute(command).await, Err(LogOutError::Port(PortError::Unavailable(_)))));
    }
}
