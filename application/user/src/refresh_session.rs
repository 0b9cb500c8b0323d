//! Exchanges a refresh token for its successor and a new access token.

use std::sync::Arc;

use application_shared::PortError;
use chrono::{DateTime, TimeDelta, Utc};
use domain_shared::{Clock, IdGenerator};
use domain_user::{RefreshTokenHash, RotateError, Rotation, Session, SessionEndReason, User};
use secrecy::{ExposeSecret, SecretString};
use thiserror::Error;

use crate::{ATTEMPTS, AccessTokens, AccountPorts, RefreshTokens, SessionRepository, SignedIn, UserRepository};

/// What a client hands in.
#[derive(Debug, Clone)]
pub struct RefreshSessionCommand {
    /// The refresh token it got last.
    pub refresh_token: SecretString,
}

/// Why there are no new tokens.
#[derive(Debug, Error)]
pub enum RefreshSessionError {
    /// It is no token that is known now.
    #[error("the refresh token is not valid")]
    InvalidToken,
    /// The session has expired or was ended.
    #[error("the session has ended")]
    SessionEnded,
    /// The session was ended, now or before, since one of its tokens was used twice: somebody else seems to have it.
    #[error("the session was ended since its token was used twice")]
    TokenReused,
    /// The account may not be used.
    #[error("the account is banned")]
    Banned,
    /// A port could not do its work.
    #[error(transparent)]
    Port(#[from] PortError),
}

/// Exchanges a refresh token for its successor and a new access token.
pub struct RefreshSession {
    users: Arc<dyn UserRepository>,
    sessions: Arc<dyn SessionRepository>,
    access_tokens: Arc<dyn AccessTokens>,
    refresh_tokens: Arc<dyn RefreshTokens>,
    clock: Arc<dyn Clock>,
    ids: Arc<dyn IdGenerator>,
    session_lifetime: TimeDelta,
}

impl RefreshSession {
    /// Longer texts are no tokens.
    const MAX_TOKEN: usize = 256;

    /// Takes the ports.
    #[must_use]
    pub fn new(ports: &AccountPorts) -> Self {
        Self {
            users: Arc::clone(&ports.users),
            sessions: Arc::clone(&ports.sessions),
            access_tokens: Arc::clone(&ports.access_tokens),
            refresh_tokens: Arc::clone(&ports.refresh_tokens),
            clock: Arc::clone(&ports.clock),
            ids: Arc::clone(&ports.ids),
            session_lifetime: ports.session_lifetime,
        }
    }

    /// Exchanges the token. Two requests with the same token at once get the same successor.
    ///
    /// # Errors
    /// [`RefreshSessionError`].
    pub async fn execute(&self, command: RefreshSessionCommand) -> Result<SignedIn, RefreshSessionError> {
        let offered = command.refresh_token.expose_secret();
        if offered.len() > Self::MAX_TOKEN {
            return Err(RefreshSessionError::InvalidToken);
        }
        let now = self.clock.now();
        let offered_hash = self.refresh_tokens.hash(offered);
        let (successor, successor_hash) = self.refresh_tokens.successor(offered);
        for _ in 0..ATTEMPTS {
            match self.exchange(&offered_hash, successor_hash, now).await {
                // Another request with the same token was faster: look again.
                Err(RefreshSessionError::Port(PortError::Conflict)) => {}
                Ok((user, session)) => {
                    let token_id = self.ids.next();
                    return Ok(SignedIn::issue(&*self.access_tokens, &user, &session, successor, token_id, now)?);
                }
                Err(error) => return Err(error),
            }
        }
        Err(PortError::Conflict.into())
    }

    async fn exchange(
        &self,
        offered: &RefreshTokenHash,
        successor: RefreshTokenHash,
        now: DateTime<Utc>,
    ) -> Result<(User, Session), RefreshSessionError> {
        let Some(mut session) = self.sessions.find_by_refresh_hash(offered).await? else {
            return Err(RefreshSessionError::InvalidToken);
        };
        let Some(user) = self.users.find(session.user_id()).await? else {
            return Err(RefreshSessionError::SessionEnded);
        };
        if user.is_banned(now) {
            if session.end(SessionEndReason::Banned, now) {
                self.sessions.update(&mut session).await?;
            }
            return Err(RefreshSessionError::Banned);
        }
        match session.rotate(offered, successor, self.session_lifetime, now) {
            Ok(Rotation::Rotated) => {
                self.sessions.update(&mut session).await?;
                Ok((user, session))
            }
            Ok(Rotation::Repeated) => Ok((user, session)),
            Err(RotateError::Reused) => {
                self.sessions.update(&mut session).await?;
                tracing::warn!(user_id = %user.id(), session_id = %session.id(), "refresh token reused, session ended");
                Err(RefreshSessionError::TokenReused)
            }
            // Of the two who had the token, the one who comes second learns it as well.
            Err(RotateError::Ended)
                if session.ended().is_some_and(|ended| ended.reason == SessionEndReason::TokenReused) =>
            {
                Err(RefreshSessionError::TokenReused)
            }
            Err(RotateError::Ended | RotateError::Expired) => Err(RefreshSessionError::SessionEnded),
            Err(RotateError::Unknown) => Err(RefreshSessionError::InvalidToken),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::Ordering;

    use domain_user::SessionEnded;

    use super::*;
    use crate::test_support::{SESSION_LIFETIME, World, refresh};

    #[tokio::test]
    async fn each_token_gets_its_successor_and_the_session_lasts_longer() {
        let (world, id) = World::with_alice().await;
        let first = world.sign_in().await;
        let use_case = RefreshSession::new(&world.ports);
        world.clock.advance(TimeDelta::days(20));
        let second = use_case.execute(refresh(&first.refresh)).await.unwrap();
        assert_eq!((second.user.id, second.session_id), (id, first.session_id));
        assert_eq!(second.refresh_expires_at, world.clock.now() + SESSION_LIFETIME);
        assert_ne!(second.refresh.expose_secret(), first.refresh.expose_secret());
        assert_ne!(second.access.token.expose_secret(), first.access.token.expose_secret());
        world.clock.advance(TimeDelta::days(20));
        use_case.execute(refresh(&second.refresh)).await.unwrap();
    }

    #[tokio::test]
    async fn two_tabs_at_once_get_the_same_successor() {
        let (world, _) = World::with_alice().await;
        let first = world.sign_in().await;
        let use_case = RefreshSession::new(&world.ports);
        let (one, two) = futures_join(&use_case, &first.refresh).await;
        assert_eq!(one.refresh.expose_secret(), two.refresh.expose_secret());
        // One request exchanged the token, the other was too late and got what the first one had got.
        assert_eq!(world.sessions.only().version, 2);
        world.clock.advance(TimeDelta::hours(1));
        use_case.execute(refresh(&two.refresh)).await.unwrap();
    }

    async fn futures_join(use_case: &RefreshSession, token: &SecretString) -> (SignedIn, SignedIn) {
        let (one, two) = tokio::join!(use_case.execute(refresh(token)), use_case.execute(refresh(token)));
        (one.unwrap(), two.unwrap())
    }

    #[tokio::test]
    async fn a_token_used_again_after_the_grace_ends_the_session() {
        let (world, _) = World::with_alice().await;
        let first = world.sign_in().await;
        let use_case = RefreshSession::new(&world.ports);
        let second = use_case.execute(refresh(&first.refresh)).await.unwrap();
        world.clock.advance(TimeDelta::seconds(11));
        // Storing the end is tried again, too, when somebody else was faster.
        world.sessions.troubles.conflicts.store(1, Ordering::SeqCst);
        assert!(matches!(use_case.execute(refresh(&first.refresh)).await, Err(RefreshSessionError::TokenReused)));
        let ended = SessionEnded { at: world.clock.now(), reason: SessionEndReason::TokenReused };
        assert_eq!(world.sessions.only().ended, Some(ended));
        assert_eq!(world.sessions.events.lock().unwrap().len(), 2);
        assert!(matches!(use_case.execute(refresh(&second.refresh)).await, Err(RefreshSessionError::TokenReused)));
    }

    #[tokio::test]
    async fn unknown_tokens_and_expired_sessions_get_nothing() {
        let (world, _) = World::with_alice().await;
        let first = world.sign_in().await;
        let use_case = RefreshSession::new(&world.ports);
        for token in [String::new(), "forged".to_owned(), "x".repeat(257)] {
            let outcome = use_case.execute(RefreshSessionCommand { refresh_token: token.into() }).await;
            assert!(matches!(outcome, Err(RefreshSessionError::InvalidToken)));
        }
        world.clock.advance(SESSION_LIFETIME);
        assert!(matches!(use_case.execute(refresh(&first.refresh)).await, Err(RefreshSessionError::SessionEnded)));
    }

    #[tokio::test]
    async fn a_repeated_token_with_another_successor_is_refused_and_ends_nothing() {
        let (world, _) = World::with_alice().await;
        let first = world.sign_in().await;
        let use_case = RefreshSession::new(&world.ports);
        use_case.execute(refresh(&first.refresh)).await.unwrap();
        // As when the key that successors are made with was changed between the two requests.
        let hash = world.ports.refresh_tokens.hash("another");
        world.sessions.rows.lock().unwrap().get_mut(&first.session_id).unwrap().refresh_hash = hash;
        assert!(matches!(use_case.execute(refresh(&first.refresh)).await, Err(RefreshSessionError::InvalidToken)));
        assert_eq!(world.sessions.only().ended, None);
    }

    #[tokio::test]
    async fn a_banned_account_gets_nothing_and_its_session_ends() {
        let (world, id) = World::with_alice().await;
        let first = world.sign_in().await;
        world.ban(id);
        let use_case = RefreshSession::new(&world.ports);
        for _ in 0..2 {
            assert!(matches!(use_case.execute(refresh(&first.refresh)).await, Err(RefreshSessionError::Banned)));
        }
        assert_eq!(world.sessions.only().ended.map(|ended| ended.reason), Some(SessionEndReason::Banned));
        assert_eq!(world.sessions.only().version, 2);
    }

    #[tokio::test]
    async fn an_account_that_is_gone_gets_nothing() {
        let (world, _) = World::with_alice().await;
        let first = world.sign_in().await;
        world.users.rows.lock().unwrap().clear();
        let outcome = RefreshSession::new(&world.ports).execute(refresh(&first.refresh)).await;
        assert!(matches!(outcome, Err(RefreshSessionError::SessionEnded)));
    }

    #[tokio::test]
    async fn ports_that_fail_are_told_and_change_nothing() {
        let (world, _) = World::with_alice().await;
        let first = world.sign_in().await;
        let use_case = RefreshSession::new(&world.ports);
        for away in [&world.users.troubles.away, &world.sessions.troubles.away] {
            away.store(true, Ordering::SeqCst);
            let outcome = use_case.execute(refresh(&first.refresh)).await;
            assert!(matches!(outcome, Err(RefreshSessionError::Port(PortError::Unavailable(_)))));
            away.store(false, Ordering::SeqCst);
        }
        world.sessions.troubles.conflicts.store(ATTEMPTS, Ordering::SeqCst);
        let outcome = use_case.execute(refresh(&first.refresh)).await;
        assert!(matches!(outcome, Err(RefreshSessionError::Port(PortError::Conflict))));
        assert_eq!(world.sessions.only().version, 1);
        world.access_tokens.away.store(true, Ordering::SeqCst);
        let outcome = use_case.execute(refresh(&first.refresh)).await;
        assert!(matches!(outcome, Err(RefreshSessionError::Port(PortError::Unavailable(_)))));
        // The answer was lost, but the client asks again in time.
        world.access_tokens.away.store(false, Ordering::SeqCst);
        use_case.execute(refresh(&first.refresh)).await.unwrap();
    }
}
