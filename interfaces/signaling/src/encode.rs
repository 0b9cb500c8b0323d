//! What a room tells, in the words of the wire.

use std::fmt::Write;

use application_room::{EncodedEvent, PeerEvent, PeerSignal, Profile, SessionEvent, Track};
use domain_room::{Grants, LeaveReason, ParticipantRole};

use crate::protocol as wire;
use wire::Event;

/// The longest `seq`, for the capacity of a frame's text.
const SEQ_DIGITS: usize = 20;

/// The text of a frame: the shared event with the session's number in it.
pub(crate) fn frame(event: &SessionEvent) -> String {
    let EncodedEvent { head, tail } = event.notification.encoded(encode);
    let mut text = String::with_capacity(head.len() + SEQ_DIGITS + tail.len());
    text.push_str(head);
    // Writing into a string cannot fail.
    let _ = write!(text, "{}", event.seq);
    text.push_str(tail);
    text
}

/// Encodes an event around the place of its number.
pub(crate) fn encode(event: &PeerEvent) -> EncodedEvent {
    let event = to_wire(event);
    let body = serde_json::to_string(&event).unwrap_or_else(|error| {
        tracing::error!(%error, kind = event.kind(), "an event cannot be encoded");
        "{}".to_owned()
    });
    let head = format!(r#"{{"type":"{}","seq":"#, event.kind());
    // `{}` has nothing to be parted from by a comma.
    let tail = match body.strip_prefix('{') {
        Some(fields) if fields != "}" => format!(",{fields}"),
        _ => "}".to_owned(),
    };
    EncodedEvent { head, tail }
}

pub(crate) const fn role(role: ParticipantRole) -> wire::Role {
    match role {
        ParticipantRole::Host => wire::Role::Host,
        ParticipantRole::CoHost => wire::Role::CoHost,
        ParticipantRole::Participant => wire::Role::Participant,
        ParticipantRole::Guest => wire::Role::Guest,
    }
}

pub(crate) fn user_info(profile: &Profile) -> wire::UserInfo {
    wire::UserInfo { display_name: profile.display_name.as_str().to_owned(), role: role(profile.role) }
}

pub(crate) fn grants(grants: &Grants) -> wire::GrantsInfo {
    wire::GrantsInfo {
        can_publish: grants.can_publish,
        can_publish_sources: grants.can_publish_sources.iter().map(|source| wire::Source::from(*source)).collect(),
        can_subscribe: grants.can_subscribe,
        can_chat: grants.can_chat,
        can_unmute: grants.can_unmute,
        can_record: grants.can_record,
        hidden: grants.hidden,
    }
}

pub(crate) fn producer_info(track: &Track) -> wire::ProducerInfo {
    wire::ProducerInfo {
        producer_id: track.producer.0.clone(),
        kind: track.kind.into(),
        source: track.source.into(),
        paused: track.paused,
    }
}

fn to_wire(event: &PeerEvent) -> Event {
    match event {
        PeerEvent::UserJoined { user, profile, joined_at } => Event::UserJoined(wire::UserJoinedEvent {
            user_id: user.as_uuid(),
            user_info: user_info(profile),
            joined_at: *joined_at,
        }),
        PeerEvent::UserLeft { user, reason } => Event::UserLeft(wire::UserLeftEvent {
            user_id: user.as_uuid(),
            reason: match reason {
                LeaveReason::Left => wire::LeaveReason::Left,
                LeaveReason::Disconnected => wire::LeaveReason::Disconnected,
                LeaveReason::Replaced => wire::LeaveReason::Replaced,
                LeaveReason::TooSlow => wire::LeaveReason::TooSlow,
                LeaveReason::Kicked => wire::LeaveReason::Kicked,
            },
        }),
        PeerEvent::NewProducer { user, track } => Event::NewProducer(wire::NewProducerEvent {
            producer_id: track.producer.0.clone(),
            user_id: user.as_uuid(),
            kind: track.kind.into(),
            source: track.source.into(),
            paused: track.paused,
        }),
        PeerEvent::ProducerPaused { user, producer } => Event::ProducerPaused(wire::ProducerPausedEvent {
            producer_id: producer.0.clone(),
            user_id: user.as_uuid(),
        }),
        PeerEvent::ProducerResumed { user, producer } => Event::ProducerResumed(wire::ProducerResumedEvent {
            producer_id: producer.0.clone(),
            user_id: user.as_uuid(),
        }),
        PeerEvent::ProducerClosed { user, producer } => Event::ProducerClosed(wire::ProducerClosedEvent {
            producer_id: producer.0.clone(),
            user_id: user.as_uuid(),
        }),
        PeerEvent::ConsumerPaused(id) => Event::ConsumerPaused(wire::ConsumerPausedEvent { consumer_id: id.0.clone() }),
        PeerEvent::ConsumerResumed(id) => {
            Event::ConsumerResumed(wire::ConsumerResumedEvent { consumer_id: id.0.clone() })
        }
        PeerEvent::ConsumerClosed(id) => Event::ConsumerClosed(wire::ConsumerClosedEvent { consumer_id: id.0.clone() }),
        PeerEvent::ConsumerLayers(id, layers) => Event::ConsumerLayers(wire::ConsumerLayersEvent {
            consumer_id: id.0.clone(),
            spatial_layer: layers.map(|layers| layers.spatial),
            temporal_layer: layers.and_then(|layers| layers.temporal),
        }),
        PeerEvent::ConsumerScore { consumer, score, producer_score } => {
            Event::ConsumerScore(wire::ConsumerScoreEvent {
                consumer_id: consumer.0.clone(),
                score: *score,
                producer_score: *producer_score,
            })
        }
        PeerEvent::ActiveSpeaker(user) => {
            Event::ActiveSpeaker(wire::ActiveSpeakerEvent { user_id: user.map(|user| user.as_uuid()) })
        }
        PeerEvent::AudioLevels(levels) => {
            let level = |(user, level): &(domain_shared::UserId, i8)| wire::AudioLevel {
                user_id: user.as_uuid(),
                level: *level,
            };
            Event::AudioLevels(wire::AudioLevelsEvent { levels: levels.iter().map(level).collect() })
        }
        PeerEvent::Signal { from, signal } => {
            let from = from.as_uuid();
            match signal {
                PeerSignal::Offer(sdp) => Event::Offer(wire::OfferEvent { from, sdp: sdp.clone() }),
                PeerSignal::Answer(sdp) => Event::Answer(wire::AnswerEvent { from, sdp: sdp.clone() }),
                PeerSignal::Candidate(candidate) => {
                    Event::Candidate(wire::CandidateEvent { from, candidate: candidate.clone() })
                }
            }
        }
        PeerEvent::Chat { id, from, profile, to, text, at } => Event::Chat(wire::ChatEvent {
            message_id: id.as_uuid(),
            from: from.as_uuid(),
            user_info: user_info(profile),
            to: to.map(|to| to.as_uuid()),
            text: text.as_str().to_owned(),
            at: *at,
        }),
        PeerEvent::ChatDeleted { message, by } => {
            Event::ChatDeleted(wire::ChatDeletedEvent { message_id: message.as_uuid(), by: by.as_uuid() })
        }
        PeerEvent::UserUpdated { user, profile } => {
            Event::UserUpdated(wire::UserUpdatedEvent { user_id: user.as_uuid(), user_info: user_info(profile) })
        }
        PeerEvent::GrantsChanged { grants: now } => {
            Event::GrantsChanged(wire::GrantsChangedEvent { grants: grants(now) })
        }
        PeerEvent::HandRaised { user, at } => {
            Event::HandRaised(wire::HandRaisedEvent { user_id: user.as_uuid(), at: *at })
        }
        PeerEvent::HandLowered { user } => Event::HandLowered(wire::HandLoweredEvent { user_id: user.as_uuid() }),
        PeerEvent::Reaction { from, reaction } => {
            Event::Reaction(wire::ReactionEvent { from: from.as_uuid(), reaction: (*reaction).into() })
        }
        PeerEvent::Muted { by } => Event::Muted(wire::MutedEvent { by: by.as_uuid() }),
        PeerEvent::UnmuteRequested { by } => Event::UnmuteRequested(wire::UnmuteRequestedEvent { by: by.as_uuid() }),
        PeerEvent::Spotlight(user) => {
            Event::Spotlight(wire::SpotlightEvent { user_id: user.map(|user| user.as_uuid()) })
        }
        PeerEvent::RoomLocked { locked } => Event::RoomLocked(wire::RoomLockedEvent { locked: *locked }),
        PeerEvent::LobbyWaiting { user, display_name, guest, since } => Event::LobbyWaiting(wire::LobbyWaitingEvent {
            user_id: user.as_uuid(),
            display_name: display_name.as_str().to_owned(),
            guest: *guest,
            since: *since,
        }),
        PeerEvent::LobbyLeft { user } => Event::LobbyLeft(wire::LobbyLeftEvent { user_id: user.as_uuid() }),
        PeerEvent::LobbyAdmitted => Event::LobbyAdmitted(wire::LobbyAdmittedEvent {}),
        PeerEvent::LobbyDenied => Event::LobbyDenied(wire::LobbyDeniedEvent {}),
        PeerEvent::SessionReplaced => Event::SessionReplaced(wire::SessionReplacedEvent {}),
        PeerEvent::Kicked { reason } => Event::Kicked(wire::KickedEvent { reason: reason.clone() }),
        PeerEvent::RoomEnded { reason } => Event::RoomEnded(wire::RoomEndedEvent { reason: reason.clone() }),
        PeerEvent::ServerDraining => Event::ServerDraining(wire::ServerDrainingEvent {}),
        PeerEvent::TransportDisconnected(id) => {
            Event::TransportDisconnected(wire::TransportDisconnectedEvent { transport_id: id.0.clone() })
        }
        PeerEvent::RoomMoved => Event::RoomMoved(wire::RoomMovedEvent {}),
    }
}

#[cfg(test)]
mod tests {
    use application_room::{ConsumerId, Layers, RoomNotification};
    use domain_room::{ChatText, DisplayName};
    use serde_json::{Value, json};
    use uuid::Uuid;

    use super::*;

    fn text(event: PeerEvent, seq: u64) -> String {
        frame(&SessionEvent { seq, notification: RoomNotification::new(event) })
    }

    #[test]
    fn frames_begin_with_type_and_number() {
        assert_eq!(text(PeerEvent::RoomMoved, 7), r#"{"type":"room-moved","seq":7}"#);
        let layers = PeerEvent::ConsumerLayers(ConsumerId("c".into()), Some(Layers { spatial: 2, temporal: None }));
        assert_eq!(
            text(layers, u64::MAX),
            r#"{"type":"consumer-layers","seq":18446744073709551615,"consumer_id":"c","spatial_layer":2}"#
        );
        let silence = text(PeerEvent::ActiveSpeaker(None), 1);
        assert_eq!(silence, r#"{"type":"active-speaker","seq":1,"user_id":null}"#);
    }

    #[test]
    fn what_people_write_is_escaped() {
        let nasty = "\"},\"seq\":9,{\u{1}\n</script>";
        let event = PeerEvent::Chat {
            id: Uuid::from_u128(9).into(),
            from: Uuid::from_u128(1).into(),
            to: None,
            profile: Profile { display_name: DisplayName::parse("A\"B").unwrap(), role: ParticipantRole::CoHost },
            text: ChatText::parse(nasty.into()).unwrap(),
            at: chrono::DateTime::from_timestamp(1_800_000_000, 0).unwrap(),
        };
        let message: Value = serde_json::from_str(&text(event, 3)).unwrap();
        assert_eq!(
            message,
            json!({
                "type": "chat", "seq": 3, "message_id": "00000000-0000-0000-0000-000000000009",
                "from": "00000000-0000-0000-0000-000000000001", "text": nasty,
                "user_info": { "display_name": "A\"B", "role": "co-host" }, "at": "2027-01-15T08:00:00Z",
            })
        );
    }
}
