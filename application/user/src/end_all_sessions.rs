//! Signs somebody out on all of their devices, or on all others.

use std::sync::Arc;

use domain_shared::{Clock, SessionId, UserId};
use domain_user::SessionEndReason;

use crate::{AccountPorts, SessionRepository, SessionsError, changes::end_sessions};

/// Signs somebody out on all of their devices, or on all others.
pub struct EndAllSessions {
    sessions: Arc<dyn SessionRepository>,
    clock: Arc<dyn Clock>,
}

impl EndAllSessions {
    /// Takes the ports.
    #[must_use]
    pub fn new(ports: &AccountPorts) -> Self {
        Self { sessions: Arc::clone(&ports.sessions), clock: Arc::clone(&ports.clock) }
    }

    /// Ends them, `except` one. Tells how many.
    ///
    /// # Errors
    /// [`SessionsError`].
    pub async fn execute(&self, user_id: UserId, except: Option<SessionId>) -> Result<u32, SessionsError> {
        let reason = SessionEndReason::EndedRemotely;
        Ok(end_sessions(&*self.sessions, user_id, except, reason, self.clock.now()).await?)
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::{EndSession, ListSessions, test_support::World};

    #[tokio::test]
    async fn shows_and_ends_only_the_own_sessions() {
        let (world, id) = World::with_alice().await;
        let (one, two, three) = (world.sign_in().await, world.sign_in().await, world.sign_in().await);
        let list = ListSessions::new(&world.ports);
        let shown = list.execute(id).await.unwrap();
        assert_eq!(shown.len(), 3);
        assert_eq!(shown[0].user_agent.as_deref(), Some("Firefox"));
        let end = EndSession::new(&world.ports);
        let stranger = UserId::from_uuid(Uuid::nil());
        assert!(matches!(end.execute(stranger, one.session_id).await, Err(SessionsError::NotFound)));
        end.execute(id, one.session_id).await.unwrap();
        assert!(matches!(end.execute(id, one.session_id).await, Err(SessionsError::NotFound)));
        let all = EndAllSessions::new(&world.ports);
        assert_eq!(all.execute(id, Some(two.session_id)).await.unwrap(), 1);
        let left: Vec<_> = list.execute(id).await.unwrap().into_iter().map(|session| session.id).collect();
        assert_eq!(left, [two.session_id]);
        assert_ne!(left, [three.session_id]);
        assert_eq!(all.execute(id, None).await.unwrap(), 1);
        assert!(list.execute(id).await.unwrap().is_empty());
    }
}
