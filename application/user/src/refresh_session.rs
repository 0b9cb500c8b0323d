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
    /// The session has expired, was ended, or ended by this, since the token was used before.
    #[error("the session has ended")]
    SessionEnded,
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
        if user.is_banned() {
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
                Err(RefreshSessionError::SessionEnded)
            }
            Err(RotateError::Ended | RotateError::Expired) => Err(RefreshSessionError::SessionEnded),
            Err(RotateError::Unknown) => Err(RefreshSessionError::InvalidToken),
        }
    }
}
