//! Records what administrators did and what concerns the safety of accounts.

use std::sync::Arc;

use application_shared::{EventHandler, HandlerError, OutboxMessage};
use async_trait::async_trait;
use domain_shared::UserId;
use serde_json::Value;
use uuid::Uuid;

use crate::{AuditEntry, AuditLog};

const NAME: &str = "record-audit-entry";

/// Adds an entry to the record for every event of accounts and sessions.
pub struct RecordAuditEntry {
    log: Arc<dyn AuditLog>,
}

impl RecordAuditEntry {
    /// Takes the port.
    #[must_use]
    pub fn new(log: Arc<dyn AuditLog>) -> Self {
        Self { log }
    }
}

#[async_trait]
impl EventHandler for RecordAuditEntry {
    fn name(&self) -> &'static str {
        NAME
    }

    fn handles(&self) -> &'static [&'static str] {
        &[
            "user.registered",
            "user.email-verified",
            "user.password-reset-requested",
            "user.password-changed",
            "user.banned",
            "user.unbanned",
            "user.role-changed",
            "user.closing",
            "user.reopened",
            "user.deleted",
            "session.started",
            "session.ended",
            // What other backends may do concerns the safety of accounts, too.
            "api-key.created",
            "api-key.revoked",
            "webhook.created",
            "webhook.deleted",
            "webhook.disabled",
        ]
    }

    async fn handle(&self, message: &OutboxMessage) -> Result<(), HandlerError> {
        let entry = entry_of(message);
        self.log.record(&entry).await.map_err(|error| HandlerError { handler: NAME, source: error.into() })
    }
}

/// What an event says: whose account it is about, and who did it: whoever is named, else the owner, unless it was nobody
/// in particular.
fn entry_of(message: &OutboxMessage) -> AuditEntry {
    let mut details = message.payload.clone();
    let mut take = |field: &str| {
        let value = details.as_object_mut()?.remove(field)?;
        value.as_str()?.parse::<Uuid>().ok().map(UserId::from_uuid)
    };
    let subject_id = take("user_id");
    let by = take("by");
    if let Value::Object(fields) = &mut details {
        fields.remove("event");
        fields.remove("at");
    }
    let by_owner = !matches!(
        message.name.as_str(),
        // Anybody can ask for a reset, the server deletes by itself, and roles are given by others or at the server.
        "user.password-reset-requested" | "user.deleted" | "user.role-changed"
    ) && details["reason"] != "token-reused"
        && details["reason"] != "banned";
    AuditEntry {
        id: message.id,
        at: message.occurred_at,
        action: message.name.clone(),
        actor_id: by.or(subject_id.filter(|_| by_owner)),
        subject_id,
        details,
    }
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;
    use domain_shared::{DomainEvent, EventId};
    use domain_user::{SessionEndReason, SessionEvent, UserEvent};
    use serde_json::json;

    use super::*;
    use crate::test_support::World;

    fn message(event: &(impl DomainEvent + serde::Serialize)) -> OutboxMessage {
        OutboxMessage {
            id: EventId::from_uuid(Uuid::from_u128(7)),
            name: event.name().to_owned(),
            aggregate_id: event.aggregate_id(),
            payload: serde_json::to_value(event).unwrap(),
            occurred_at: event.occurred_at(),
            attempts: 0,
            handled_by: Vec::new(),
        }
    }

    #[tokio::test]
    async fn tells_who_did_what_to_whom_once() {
        let world = World::new();
        let handler = RecordAuditEntry::new(world.ports.audit_log.clone());
        let (user_id, by, at) = (Uuid::from_u128(1).into(), Uuid::from_u128(2).into(), DateTime::UNIX_EPOCH);
        let banned = message(&UserEvent::Banned { user_id, by, reason: "spam".to_owned(), until: None, at });
        assert!(handler.handles().contains(&banned.name.as_str()));
        handler.handle(&banned).await.unwrap();
        handler.handle(&banned).await.unwrap();
        let entries = world.audit_log.entries.lock().unwrap().clone();
        assert_eq!(
            entries,
            [AuditEntry {
                id: banned.id,
                at,
                action: "user.banned".to_owned(),
                actor_id: Some(by),
                subject_id: Some(user_id),
                details: json!({"reason": "spam", "until": null}),
            }]
        );
    }

    #[test]
    fn what_nobody_in_particular_did_has_no_actor() {
        let (user_id, at) = (Uuid::from_u128(1).into(), DateTime::UNIX_EPOCH);
        let ended =
            |reason| message(&SessionEvent::Ended { session_id: Uuid::from_u128(3).into(), user_id, reason, at });
        for (message, by_owner) in [
            (message(&UserEvent::Registered { user_id, username: "Ann".to_owned(), at }), true),
            (message(&UserEvent::PasswordResetRequested { user_id, at }), false),
            (message(&UserEvent::Deleted { user_id, at }), false),
            (ended(SessionEndReason::SignedOut), true),
            (ended(SessionEndReason::TokenReused), false),
        ] {
            let entry = entry_of(&message);
            assert_eq!((entry.subject_id, entry.actor_id), (Some(user_id), by_owner.then_some(user_id)), "{entry:?}");
        }
    }
}
