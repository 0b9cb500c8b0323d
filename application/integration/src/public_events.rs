//! Which events other backends may be told of, and as what.
//!
//! Adding one: add its row here. Filters take its type, `queue-webhook-deliveries` asks the outbox for the event, and
//! docs/api.md tells what its data is.

use serde_json::{Map, Value};

/// An event of the outbox that webhooks can be told of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PublicEvent {
    /// Its name in the outbox.
    pub event: &'static str,
    /// Its public type. It stays as it is for ever.
    pub kind: &'static str,
    /// Which members of its payload are told. What is not named here stays in the house.
    pub data: &'static [&'static str],
}

const fn row(event: &'static str, kind: &'static str, data: &'static [&'static str]) -> PublicEvent {
    PublicEvent { event, kind, data }
}

/// Every public event.
pub const PUBLIC_EVENTS: &[PublicEvent] = &[
    row("meeting.created", "meeting.created", &["meeting_id", "code", "title", "creator_id"]),
    row("meeting.started", "meeting.started", &["meeting_id"]),
    row("meeting.ended", "meeting.ended", &["meeting_id", "ended_by"]),
    row("meeting.cancelled", "meeting.cancelled", &["meeting_id", "cancelled_by"]),
    row("meeting.participant-joined", "meeting.participant_joined", &["meeting_id", "user_id", "role"]),
    row("meeting.participant-left", "meeting.participant_left", &["meeting_id", "user_id"]),
    row(
        "room.created",
        "room.created",
        &["room_id", "room_name", "call_type", "source_channel_id", "source_channel_type", "creator"],
    ),
    row("room.status-changed", "room.status_changed", &["room_id", "room_name", "previous", "status"]),
    row("room.ended", "room.ended", &["room_id", "room_name", "reason"]),
    row("room.participant-invited", "room.participant_invited", &["room_id", "room_name", "uid", "participant_id"]),
    row(
        "room.participant-joined",
        "room.participant_joined",
        &["room_id", "room_name", "uid", "participant_id", "name", "role"],
    ),
    row("room.participant-left", "room.participant_left", &["room_id", "room_name", "uid", "participant_id", "reason"]),
    row(
        "room.participant-status-changed",
        "room.participant_status_changed",
        &["room_id", "room_name", "uid", "participant_id", "status"],
    ),
];

/// What a webhook is told when it is tried out. No filter can name it, and none keeps it out.
pub const TEST_EVENT: &str = "webhook.test";

/// Whether there is such a public type.
#[must_use]
pub fn is_public(kind: &str) -> bool {
    PUBLIC_EVENTS.iter().any(|event| event.kind == kind)
}

impl PublicEvent {
    /// The row of an event of the outbox.
    #[must_use]
    pub fn of(event: &str) -> Option<&'static Self> {
        PUBLIC_EVENTS.iter().find(|row| row.event == event)
    }

    /// What is told of its payload. A member that the payload does not have is null.
    #[must_use]
    pub fn data_of(&self, payload: &Value) -> Value {
        let member = |name: &&str| ((*name).to_owned(), payload.get(name).cloned().unwrap_or_default());
        Value::Object(self.data.iter().map(member).collect::<Map<_, _>>())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use serde_json::json;

    use super::*;

    #[test]
    fn each_event_and_each_type_stands_once_and_types_can_be_filtered_by() {
        let (events, kinds): (HashSet<_>, HashSet<_>) = PUBLIC_EVENTS.iter().map(|row| (row.event, row.kind)).unzip();
        assert_eq!((events.len(), kinds.len()), (PUBLIC_EVENTS.len(), PUBLIC_EVENTS.len()));
        for row in PUBLIC_EVENTS {
            assert!(row.kind.bytes().all(|b| b.is_ascii_lowercase() || b == b'.' || b == b'_'), "{}", row.kind);
            assert!(is_public(row.kind) && PublicEvent::of(row.event) == Some(row));
        }
        assert!(!is_public(TEST_EVENT) && !is_public("*") && PublicEvent::of("user.registered").is_none());
        // All of them can be named by one filter.
        assert!(PUBLIC_EVENTS.len() <= domain_integration::EventFilter::MAX);
    }

    #[test]
    fn only_what_is_named_is_told() {
        let row = PublicEvent::of("meeting.ended").unwrap();
        let payload = json!({"event": "meeting.ended", "meeting_id": "m", "passcode": "secret", "at": "now"});
        assert_eq!(row.data_of(&payload), json!({"meeting_id": "m", "ended_by": null}));
    }
}
