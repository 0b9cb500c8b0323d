//! Takes the names of deleted accounts out of the meetings in which they took part.

use std::sync::Arc;

use application_shared::{EventHandler, HandlerError, OutboxMessage};
use async_trait::async_trait;
use domain_meeting::DisplayName;
use domain_shared::UserId;

use crate::ParticipantNames;

const NAME: &str = "forget-participant-of-deleted-account";

/// Gives whoever had their account deleted the same name as all others who had: the meetings stay whole, and tell nobody
/// who it was.
pub struct ForgetParticipant {
    names: Arc<dyn ParticipantNames>,
}

impl ForgetParticipant {
    /// The handler on this port.
    #[must_use]
    pub fn new(names: Arc<dyn ParticipantNames>) -> Self {
        Self { names }
    }
}

#[async_trait]
impl EventHandler for ForgetParticipant {
    fn name(&self) -> &'static str {
        NAME
    }

    fn handles(&self) -> &'static [&'static str] {
        &["user.deleted"]
    }

    async fn handle(&self, message: &OutboxMessage) -> Result<(), HandlerError> {
        let user = UserId::from_uuid(message.aggregate_id);
        let renamed = self.names.rename(user, &DisplayName::deleted()).await;
        let meetings = renamed.map_err(|error| HandlerError { handler: NAME, source: error.into() })?;
        tracing::debug!(user_id = %user, meetings, "a deleted account is forgotten");
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{
        Mutex,
        atomic::{AtomicBool, Ordering},
    };

    use application_shared::PortError;
    use chrono::DateTime;
    use domain_shared::EventId;
    use serde_json::json;
    use uuid::Uuid;

    use super::*;

    #[derive(Default)]
    struct Renamed {
        seen: Mutex<Vec<(UserId, DisplayName)>>,
        down: AtomicBool,
    }

    #[async_trait]
    impl ParticipantNames for Renamed {
        async fn rename(&self, user: UserId, name: &DisplayName) -> Result<u64, PortError> {
            if self.down.load(Ordering::Relaxed) {
                return Err(PortError::unavailable("down"));
            }
            self.seen.lock().unwrap().push((user, name.clone()));
            Ok(1)
        }
    }

    #[tokio::test]
    async fn whoever_is_deleted_has_no_name_of_their_own_any_more() {
        let names = Arc::new(Renamed::default());
        let handler = ForgetParticipant::new(names.clone());
        assert_eq!(
            (handler.name(), handler.handles()),
            ("forget-participant-of-deleted-account", ["user.deleted"].as_slice())
        );
        let message = OutboxMessage {
            id: EventId::from_uuid(Uuid::from_u128(1)),
            name: "user.deleted".into(),
            aggregate_id: Uuid::from_u128(7),
            payload: json!({}),
            occurred_at: DateTime::UNIX_EPOCH,
            attempts: 0,
            handled_by: Vec::new(),
        };
        names.down.store(true, Ordering::Relaxed);
        let error = handler.handle(&message).await.unwrap_err();
        assert_eq!(error.handler, "forget-participant-of-deleted-account", "it comes again");
        names.down.store(false, Ordering::Relaxed);
        handler.handle(&message).await.unwrap();
        let user = UserId::from_uuid(Uuid::from_u128(7));
        assert_eq!(*names.seen.lock().unwrap(), [(user, DisplayName::parse("Deleted user").unwrap())]);
    }
}
