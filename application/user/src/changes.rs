//! Steps that several use cases share: change an account, end its sessions.

use application_shared::PortError;
use chrono::{DateTime, Utc};
use domain_shared::{SessionId, UserId};
use domain_user::{Password, Session, SessionEndReason, User};
use secrecy::SecretString;

use crate::{ATTEMPTS, KeepAdministratorError, PasswordCheck, PasswordHasher, SessionRepository, UserRepository};

/// Changes an account, and starts again when somebody else was faster. What changes nothing is not stored. `None`: there
/// is no such account.
pub(crate) async fn change_user<T, E: From<PortError>>(
    users: &dyn UserRepository,
    id: UserId,
    mut change: impl FnMut(&mut User) -> Result<T, E>,
) -> Result<Option<(User, T)>, E> {
    for _ in 0..ATTEMPTS {
        let Some(mut user) = users.find(id).await? else { return Ok(None) };
        let before = user.to_snapshot();
        let outcome = change(&mut user)?;
        if user.pending_events().is_empty() && user.to_snapshot() == before {
            return Ok(Some((user, outcome)));
        }
        match users.update(&mut user).await {
            Ok(()) => return Ok(Some((user, outcome))),
            Err(PortError::Conflict) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Err(PortError::Conflict.into())
}

/// The same for a change that may take an administrator away: refused unless another one is left.
pub(crate) async fn change_user_keeping_an_administrator<T, E: From<KeepAdministratorError>>(
    users: &dyn UserRepository,
    id: UserId,
    mut change: impl FnMut(&mut User) -> Result<T, E>,
) -> Result<Option<(User, T)>, E> {
    for _ in 0..ATTEMPTS {
        let Some(mut user) = users.find(id).await.map_err(KeepAdministratorError::from)? else { return Ok(None) };
        let outcome = change(&mut user)?;
        if user.pending_events().is_empty() {
            return Ok(Some((user, outcome)));
        }
        match users.update_keeping_an_administrator(&mut user).await {
            Ok(()) => return Ok(Some((user, outcome))),
            Err(KeepAdministratorError::Port(PortError::Conflict)) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Err(KeepAdministratorError::from(PortError::Conflict).into())
}

/// Whether somebody offers the password of the account.
pub(crate) async fn is_password_of(
    passwords: &dyn PasswordHasher,
    user: &User,
    offered: &SecretString,
) -> Result<bool, PortError> {
    // Nobody's password is longer, whoever it may be.
    let Ok(offered) = Password::offer(offered) else { return Ok(false) };
    Ok(passwords.verify(&offered, Some(user.password_hash())).await? != PasswordCheck::Differs)
}

/// Ends a session, and starts again when somebody else was faster. Tells whether it had not ended before.
pub(crate) async fn end_session(
    sessions: &dyn SessionRepository,
    mut session: Session,
    reason: SessionEndReason,
    now: DateTime<Utc>,
) -> Result<bool, PortError> {
    for _ in 0..ATTEMPTS {
        if !session.end(reason, now) {
            return Ok(false);
        }
        match sessions.update(&mut session).await {
            Ok(()) => return Ok(true),
            Err(PortError::Conflict) => {}
            Err(error) => return Err(error),
        }
        let Some(again) = sessions.find(session.id()).await? else { return Ok(false) };
        session = again;
    }
    Err(PortError::Conflict)
}

/// Ends every session of a user except one. Tells how many.
pub(crate) async fn end_sessions(
    sessions: &dyn SessionRepository,
    user_id: UserId,
    except: Option<SessionId>,
    reason: SessionEndReason,
    now: DateTime<Utc>,
) -> Result<u32, PortError> {
    let mut ended = 0;
    for session in sessions.live_of(user_id, now).await? {
        if Some(session.id()) != except && end_session(sessions, session, reason, now).await? {
            ended += 1;
        }
    }
    Ok(ended)
}
