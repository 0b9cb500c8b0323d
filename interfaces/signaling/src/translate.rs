//! Between the wire and the room: requests one way, answers and errors the other.

use application_room::{
    ChatPage, ConsumerId, IceServer, JoinRoomError, Layers, ModerationAction, PeerAnswer, PeerRequest, PeerSignal,
    PresentPeer, ProduceRequest, ProducerId, RoomError, RoomPicture, RoomTokenError, StatsTarget, TransportDirection,
    TransportId,
};
use domain_room::{ChatText, DisplayName, ParticipantRole, PeerSessionId};
use domain_shared::{MessageId, PageLimit, UserId};
use secrecy::ExposeSecret;
use serde_json::Value;

use crate::{encode, protocol as wire};
use wire::{Answer, ClientMessage, ErrorAnswer, ErrorCode};

/// How many messages of the history are told at once, unless the client wants another number.
const HISTORY: u16 = 50;
/// The highest layer that a stream can have.
const MAX_LAYER: u8 = 7;

/// A message that concerns the connection, not the room.
#[allow(clippy::large_enum_variant, reason = "lives for one message")]
pub(crate) enum Step {
    /// Come in.
    Join(wire::JoinRequest),
    /// Go.
    Leave,
    /// Say that the server lives.
    Ping,
    /// Ask the room.
    Room(PeerRequest),
}

/// What a message asks for, or why it is not understood.
pub(crate) fn step(message: ClientMessage) -> Result<Step, ErrorAnswer> {
    let out_of_range = |message| ErrorAnswer { code: ErrorCode::InvalidField, message };
    let signal = |target: uuid::Uuid, signal| PeerRequest::Signal { target: UserId::from_uuid(target), signal };
    let request = match message {
        ClientMessage::Join(join) => return Ok(Step::Join(join)),
        ClientMessage::Leave(_) => return Ok(Step::Leave),
        ClientMessage::Ping(_) => return Ok(Step::Ping),
        ClientMessage::Offer(offer) => signal(offer.target, PeerSignal::Offer(offer.sdp)),
        ClientMessage::Answer(answer) => signal(answer.target, PeerSignal::Answer(answer.sdp)),
        ClientMessage::Candidate(candidate) => signal(candidate.target, PeerSignal::Candidate(candidate.candidate)),
        ClientMessage::GetRouterCapabilities(_) => PeerRequest::RouterCapabilities,
        ClientMessage::CreateTransport(request) => PeerRequest::CreateTransport {
            direction: match request.direction {
                wire::Direction::Send => TransportDirection::Send,
                wire::Direction::Recv => TransportDirection::Receive,
            },
            sctp_capabilities: request.sctp_capabilities.map(Value::Object),
        },
        ClientMessage::ConnectTransport(request) => PeerRequest::ConnectTransport {
            transport: TransportId(request.transport_id),
            dtls_parameters: Value::Object(request.dtls_parameters),
        },
        ClientMessage::RestartIce(request) => PeerRequest::RestartIce(TransportId(request.transport_id)),
        ClientMessage::Produce(request) => PeerRequest::Produce {
            transport: TransportId(request.transport_id),
            request: ProduceRequest {
                kind: request.kind.into(),
                source: request.source.into(),
                rtp_parameters: Value::Object(request.rtp_parameters),
                paused: request.paused,
            },
        },
        ClientMessage::PauseProducer(request) => PeerRequest::PauseProducer(ProducerId(request.producer_id)),
        ClientMessage::ResumeProducer(request) => PeerRequest::ResumeProducer(ProducerId(request.producer_id)),
        ClientMessage::CloseProducer(request) => PeerRequest::CloseProducer(ProducerId(request.producer_id)),
        ClientMessage::Consume(request) => PeerRequest::Consume {
            transport: TransportId(request.transport_id),
            producer: ProducerId(request.producer_id),
            rtp_capabilities: Value::Object(request.rtp_capabilities),
        },
        ClientMessage::ResumeConsumer(request) => PeerRequest::ResumeConsumer(ConsumerId(request.consumer_id)),
        ClientMessage::PauseConsumer(request) => PeerRequest::PauseConsumer(ConsumerId(request.consumer_id)),
        ClientMessage::CloseConsumer(request) => PeerRequest::CloseConsumer(ConsumerId(request.consumer_id)),
        ClientMessage::SetPreferredLayers(request) => {
            if request.spatial_layer > MAX_LAYER || request.temporal_layer.is_some_and(|layer| layer > MAX_LAYER) {
                return Err(out_of_range(format!("layers go from 0 to {MAX_LAYER}")));
            }
            let layers = Layers { spatial: request.spatial_layer, temporal: request.temporal_layer };
            PeerRequest::SetPreferredLayers { consumer: ConsumerId(request.consumer_id), layers }
        }
        ClientMessage::RequestKeyframe(request) => PeerRequest::RequestKeyFrame(ConsumerId(request.consumer_id)),
        ClientMessage::GetStats(request) => PeerRequest::Stats(match request.target {
            wire::StatsKind::Transport => StatsTarget::Transport(TransportId(request.target_id)),
            wire::StatsKind::Producer => StatsTarget::Producer(ProducerId(request.target_id)),
            wire::StatsKind::Consumer => StatsTarget::Consumer(ConsumerId(request.target_id)),
        }),
        ClientMessage::Chat(chat) => match ChatText::parse(chat.text) {
            Ok(text) => PeerRequest::Chat { text, to: chat.to.map(UserId::from_uuid) },
            Err(error) => return Err(out_of_range(format!("text: {error}"))),
        },
        ClientMessage::ChatHistory(request) => {
            let before = request.before.map(MessageId::from_uuid);
            match PageLimit::parse(i64::from(request.limit.unwrap_or(HISTORY))) {
                Ok(limit) => PeerRequest::ChatHistory { before, limit },
                Err(error) => return Err(out_of_range(format!("limit: {error}"))),
            }
        }
        ClientMessage::DeleteMessage(request) => PeerRequest::DeleteMessage(MessageId::from_uuid(request.message_id)),
        ClientMessage::RaiseHand(_) => PeerRequest::RaiseHand(true),
        ClientMessage::LowerHand(request) => match request.target {
            None => PeerRequest::RaiseHand(false),
            Some(target) => PeerRequest::LowerHandOf(UserId::from_uuid(target)),
        },
        ClientMessage::Reaction(request) => PeerRequest::React(request.reaction.into()),
        ClientMessage::Spotlight(request) => PeerRequest::SetSpotlight(request.target.map(UserId::from_uuid)),
        ClientMessage::Mute(request) => PeerRequest::Mute(request.target.map(UserId::from_uuid)),
        ClientMessage::AskToUnmute(request) => PeerRequest::AskToUnmute(UserId::from_uuid(request.target)),
        ClientMessage::SetProfile(request) => match DisplayName::parse(&request.display_name) {
            Ok(name) => PeerRequest::Rename { target: request.target.map(UserId::from_uuid), name },
            Err(error) => return Err(out_of_range(format!("display_name: {error}"))),
        },
        ClientMessage::Kick(request) => PeerRequest::Moderate(ModerationAction::Kick {
            user_id: UserId::from_uuid(request.target),
            ban: request.ban,
        }),
        ClientMessage::SetRole(request) => PeerRequest::Moderate(ModerationAction::SetRole {
            user_id: UserId::from_uuid(request.target),
            role: match request.role {
                wire::GivenRole::Host => ParticipantRole::Host,
                wire::GivenRole::CoHost => ParticipantRole::CoHost,
                wire::GivenRole::Participant => ParticipantRole::Participant,
            },
        }),
        ClientMessage::Admit(request) => {
            PeerRequest::Moderate(ModerationAction::Admit(request.target.map(UserId::from_uuid)))
        }
        ClientMessage::Deny(request) => {
            PeerRequest::Moderate(ModerationAction::Deny(request.target.map(UserId::from_uuid)))
        }
        ClientMessage::Lock(_) => PeerRequest::Moderate(ModerationAction::Lock(true)),
        ClientMessage::Unlock(_) => PeerRequest::Moderate(ModerationAction::Lock(false)),
        ClientMessage::End(_) => PeerRequest::Moderate(ModerationAction::End),
    };
    Ok(Step::Room(request))
}

/// Servers as clients are told of them.
pub(crate) fn ice_servers(servers: Vec<IceServer>) -> Vec<wire::IceServer> {
    let told = |server: IceServer| wire::IceServer {
        urls: server.urls,
        username: server.username,
        credential: server.credential.map(|credential| credential.expose_secret().to_owned()),
    };
    servers.into_iter().map(told).collect()
}

/// What the room answered; `ice_servers` is asked when clients need to know them anew.
pub(crate) fn answer(answer: PeerAnswer, ice_servers: impl FnOnce() -> Vec<IceServer>) -> Answer {
    match answer {
        PeerAnswer::Done => Answer::Done(wire::OkAnswer {}),
        PeerAnswer::RouterCapabilities(rtp_capabilities) => {
            Answer::RouterCapabilities(wire::RouterCapabilitiesAnswer { rtp_capabilities })
        }
        PeerAnswer::Transport(info) => Answer::CreateTransport(wire::CreateTransportAnswer {
            transport_id: info.id.0,
            ice_parameters: info.ice_parameters,
            ice_candidates: info.ice_candidates,
            dtls_parameters: info.dtls_parameters,
            sctp_parameters: info.sctp_parameters,
        }),
        PeerAnswer::IceParameters(ice_parameters) => {
            Answer::RestartIce(wire::RestartIceAnswer { ice_parameters, ice_servers: self::ice_servers(ice_servers()) })
        }
        PeerAnswer::Producer(id) => Answer::Produce(wire::ProduceAnswer { producer_id: id.0 }),
        PeerAnswer::Consumer { info, user, source } => Answer::Consume(wire::ConsumeAnswer {
            consumer_id: info.id.0,
            producer_id: info.producer_id.0,
            user_id: user.as_uuid(),
            kind: info.kind.into(),
            source: source.into(),
            rtp_parameters: info.rtp_parameters,
            consumer_type: info.consumer_type,
            producer_paused: info.producer_paused,
        }),
        PeerAnswer::Stats(stats) => Answer::Stats(wire::StatsAnswer { stats }),
        PeerAnswer::ChatHistory(page) => Answer::ChatHistory(history(page)),
    }
}

fn history(page: ChatPage) -> wire::ChatHistoryAnswer {
    let messages = page.messages.iter().map(|message| wire::ChatMessageInfo {
        message_id: message.id().as_uuid(),
        from: message.sender_id().as_uuid(),
        display_name: message.sender_name().as_str().to_owned(),
        to: message.recipient().map(|one| one.user_id.as_uuid()),
        to_name: message.recipient().map(|one| one.name.as_str().to_owned()),
        text: message.text().map(str::to_owned),
        at: message.sent_at(),
        deleted_by: message.deletion().map(|deletion| deletion.by.as_uuid()),
    });
    wire::ChatHistoryAnswer { messages: messages.collect(), before: page.before.map(|before| before.as_uuid()) }
}

pub(crate) fn welcome(
    session: PeerSessionId,
    picture: RoomPicture,
    ice_servers: Vec<IceServer>,
    heartbeat: wire::HeartbeatInfo,
) -> Answer {
    let participant = |other: PresentPeer| wire::ParticipantInfo {
        user_id: other.user.as_uuid(),
        user_info: encode::user_info(&other.profile),
        joined_at: other.joined_at,
        hand_raised_at: other.hand_raised_at,
        producers: other.tracks.iter().map(encode::producer_info).collect(),
    };
    Answer::Welcome(Box::new(wire::WelcomeAnswer {
        session_id: session.as_uuid(),
        seq: 0,
        user_id: picture.user.as_uuid(),
        role: encode::role(picture.role),
        grants: encode::grants(&picture.grants),
        waiting: picture.waiting,
        room: wire::RoomInfo {
            id: picture.room_id.as_uuid(),
            locked: picture.locked,
            opened_at: picture.opened_at,
            spotlight: picture.spotlight.map(|user| user.as_uuid()),
        },
        participants: picture.others.into_iter().map(participant).collect(),
        router_rtp_capabilities: picture.rtp_capabilities,
        ice_servers: self::ice_servers(ice_servers),
        heartbeat,
        resumed: false,
    }))
}

/// Causes stay in the log; the client gets a code and a plain sentence.
pub(crate) fn room_error(error: &RoomError) -> Answer {
    let code = match error {
        RoomError::NotInRoom => ErrorCode::NotJoined,
        RoomError::Busy => ErrorCode::RoomBusy,
        RoomError::Denied => ErrorCode::PermissionDenied,
        RoomError::TargetNotFound => ErrorCode::TargetNotFound,
        RoomError::NotFound(_) => ErrorCode::MediaNotFound,
        RoomError::MessageNotFound => ErrorCode::MessageNotFound,
        RoomError::ChatUnavailable => ErrorCode::ChatUnavailable,
        RoomError::Rejected { .. } => ErrorCode::MediaRejected,
        RoomError::CannotConsume => ErrorCode::MediaCannotConsume,
        RoomError::WrongState(_) => ErrorCode::MediaWrongState,
        RoomError::LimitReached(_) => ErrorCode::MediaLimitReached,
        RoomError::MediaUnavailable(cause) => {
            tracing::warn!(%cause, "media is unavailable");
            return Answer::error(ErrorCode::MediaUnavailable, "media is unavailable now; try again");
        }
        RoomError::Unavailable(cause) => {
            tracing::warn!(%cause, "a request cannot be done");
            return Answer::error(ErrorCode::ServerUnavailable, "that is not possible now; try again");
        }
    };
    Answer::error(code, error.to_string())
}

pub(crate) fn join_error(error: &JoinRoomError) -> Answer {
    let code = match error {
        JoinRoomError::Ended => ErrorCode::RoomEnded,
        JoinRoomError::Revoked => ErrorCode::TokenInvalid,
        JoinRoomError::Locked => ErrorCode::RoomLocked,
        JoinRoomError::Full => ErrorCode::RoomFull,
        JoinRoomError::Busy => ErrorCode::RoomBusy,
        JoinRoomError::TooManyRooms | JoinRoomError::Draining => ErrorCode::ServerUnavailable,
        JoinRoomError::MediaUnavailable(cause) => {
            tracing::warn!(%cause, "a room cannot be opened");
            return Answer::error(ErrorCode::MediaUnavailable, "media is unavailable now; try again");
        }
        JoinRoomError::Unavailable(cause) => {
            tracing::warn!(%cause, "it cannot be found out who may come in");
            return Answer::error(ErrorCode::ServerUnavailable, "nobody can come in now; try again");
        }
    };
    Answer::error(code, error.to_string())
}

pub(crate) fn token_error(error: RoomTokenError) -> Answer {
    let code = match error {
        RoomTokenError::Invalid => ErrorCode::TokenInvalid,
        RoomTokenError::Expired => ErrorCode::TokenExpired,
    };
    Answer::error(code, error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(answer: Answer) -> String {
        answer.to_text(Some(1)).unwrap()
    }

    #[test]
    fn errors_have_stable_codes_and_keep_causes_to_themselves() {
        let cases = [
            (RoomError::NotInRoom, "signaling.not_joined"),
            (RoomError::Busy, "room.busy"),
            (RoomError::Denied, "permission.denied"),
            (RoomError::TargetNotFound, "target.not_found"),
            (RoomError::NotFound("producer"), "media.not_found"),
            (RoomError::Rejected { field: "kind".into(), reason: "odd".into() }, "media.rejected"),
            (RoomError::CannotConsume, "media.cannot_consume"),
            (RoomError::ChatUnavailable, "chat.unavailable"),
            (RoomError::MessageNotFound, "message.not_found"),
            (RoomError::WrongState("connected already"), "media.wrong_state"),
            (RoomError::LimitReached("transports"), "media.limit_reached"),
            (RoomError::MediaUnavailable("secret cause".into()), "media.unavailable"),
            (RoomError::Unavailable("secret cause".into()), "server.unavailable"),
        ];
        for (error, code) in cases {
            let text = text(room_error(&error));
            assert!(text.starts_with(&format!(r#"{{"type":"error","id":1,"code":"{code}","message":""#)), "{text}");
            assert!(!text.contains("secret"), "{text}");
        }
        let cases = [
            (JoinRoomError::Ended, "room.ended"),
            (JoinRoomError::Revoked, "token.invalid"),
            (JoinRoomError::Locked, "room.locked"),
            (JoinRoomError::Full, "room.full"),
            (JoinRoomError::Busy, "room.busy"),
            (JoinRoomError::TooManyRooms, "server.unavailable"),
            (JoinRoomError::Draining, "server.unavailable"),
            (JoinRoomError::MediaUnavailable("secret cause".into()), "media.unavailable"),
            (JoinRoomError::Unavailable("secret cause".into()), "server.unavailable"),
        ];
        for (error, code) in cases {
            let text = text(join_error(&error));
            assert!(text.contains(&format!(r#""code":"{code}""#)) && !text.contains("secret"), "{text}");
        }
        assert!(text(token_error(RoomTokenError::Invalid)).contains("token.invalid"));
        assert!(text(token_error(RoomTokenError::Expired)).contains("token.expired"));
    }

    #[test]
    fn layers_and_chat_have_their_bounds() {
        let message = |kind: &str, body| ClientMessage::from_value(kind, body).unwrap().ok().unwrap();
        for (spatial, temporal, fine) in [(0, Some(7), true), (7, None, true), (8, None, false), (0, Some(8), false)] {
            let body = serde_json::json!({ "consumer_id": "c", "spatial_layer": spatial, "temporal_layer": temporal });
            assert_eq!(step(message("set-preferred-layers", body)).is_ok(), fine);
        }
        for (length, fine) in [(0, false), (1, true), (4000, true), (4001, false)] {
            let body = serde_json::json!({ "text": "x".repeat(length) });
            assert_eq!(step(message("chat", body)).is_ok(), fine);
        }
    }
}
