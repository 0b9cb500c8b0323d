//! Deletes the invitations of deleted accounts.

use std::sync::Arc;

use application_shared::{EventHandler, HandlerError, OutboxMessage};
use async_trait::async_trait;
use domain_shared::UserId;

use super::{InvitationPorts, InvitationRepository};

const NAME: &str = "forget-invitee-of-deleted-account";

/// Deletes the invitations in which somebody was asked who had their account deleted, with the address in them.
pub struct ForgetInvitee {
    invitations: Arc<dyn InvitationRepository>,
}

impl ForgetInvitee {
    /// Takes the port.
    #[must_use]
    pub fn new(ports: &InvitationPorts) -> Self {
        Self { invitations: Arc::clone(&ports.invitations) }
    }
}

#[async_trait]
impl EventHandler for ForgetInvitee {
    fn name(&self) -> &'static str {
        NAME
    }

    fn handles(&self) -> &'static [&'static str] {
        &["user.deleted"]
    }

    async fn handle(&self, message: &OutboxMessage) -> Result<(), HandlerError> {
        let user = UserId::from_uuid(message.aggregate_id);
        let deleted = self.invitations.delete_of(user).await;
        let invitations = deleted.map_err(|error| HandlerError { handler: NAME, source: error.into() })?;
        tracing::debug!(user_id = %user, invitations, "the invitations of a deleted account are deleted");
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::{
        invitations::test_support::{Invited, person},
        testing::user,
    };

    #[tokio::test]
    async fn only_that_account_is_forgotten() {
        let world = Invited::new();
        world.know(person(2, "bob", true));
        world.know(person(3, "carol", true));
        world.invite(&["bob@example.com", "carol", "eve@example.com"]).await;
        let handler = ForgetInvitee::new(&world.ports);
        assert_eq!((handler.name(), handler.handles()), (NAME, ["user.deleted"].as_slice()));
        let mut message = world.last_event();
        message.aggregate_id = user(2).as_uuid();
        message.payload = json!({});
        for _ in 0..2 {
            handler.handle(&message).await.unwrap();
            assert_eq!(world.stored().len(), 2);
        }
        world.fail();
        assert_eq!(handler.handle(&message).await.unwrap_err().handler, NAME);
    }
}
