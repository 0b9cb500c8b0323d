//! Shows somebody where they are signed in.

use std::{net::IpAddr, sync::Arc};

use application_shared::PortError;
use chrono::{DateTime, Utc};
use domain_shared::{Clock, SessionId, UserId};
use domain_user::Session;
use thiserror::Error;

use crate::{AccountPorts, SessionRepository};

/// A device that is signed in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionView {
    /// The session.
    pub id: SessionId,
    /// The device's `User-Agent`.
    pub user_agent: Option<String>,
    /// The device's address when it signed in.
    pub address: Option<IpAddr>,
    /// When it signed in.
    pub created_at: DateTime<Utc>,
    /// When a token was last exchanged.
    pub last_used_at: DateTime<Utc>,
    /// When it expires unless it is used.
    pub expires_at: DateTime<Utc>,
}

impl From<&Session> for SessionView {
    fn from(session: &Session) -> Self {
        Self {
            id: session.id(),
            user_agent: session.device().user_agent().map(str::to_owned),
            address: session.device().address(),
            created_at: session.created_at(),
            last_used_at: session.last_used_at(),
            expires_at: session.expires_at(),
        }
    }
}

/// Why sessions were not shown or ended.
#[derive(Debug, Error)]
pub enum SessionsError {
    /// There is no such session, or it is somebody else's, or it has ended.
    #[error("there is no such session")]
    NotFound,
    /// A port could not do its work.
    #[error(transparent)]
    Port(#[from] PortError),
}

/// Shows somebody where they are signed in.
pub struct ListSessions {
    sessions: Arc<dyn SessionRepository>,
    clock: Arc<dyn Clock>,
}

impl ListSessions {
    /// Takes the ports.
    #[must_use]
    pub fn new(ports: &AccountPorts) -> Self {
        Self { sessions: Arc::clone(&ports.sessions), clock: Arc::clone(&ports.clock) }
    }

    /// The devices, the last used first.
    ///
    /// # Errors
    /// [`SessionsError`].
    pub async fn execute(&self, user_id: UserId) -> Result<Vec<SessionView>, SessionsError> {
        let live = self.sessions.live_of(user_id, self.clock.now()).await?;
        Ok(live.iter().map(SessionView::from).collect())
    }
}
