//! One connection: reads requests, asks the room, and hands what comes of it to the writer.

use std::{io, ops::ControlFlow, sync::Arc};

use application_room::{JoinedRoom, PeerSession, SessionEnd};
use domain_room::LeaveReason;
use futures::{Stream, StreamExt};
use poem::web::websocket::{Message, WebSocketStream};
use serde_json::Value;
use tokio::{
    sync::{mpsc, oneshot},
    task::JoinHandle,
    time::{Instant, MissedTickBehavior, interval_at, sleep_until, timeout},
};

use crate::{
    endpoint::Shared,
    limits::TokenBucket,
    protocol::{
        Answer, ClientMessage, CloseCode, ErrorCode, HeartbeatInfo, JoinRequest, MAX_FRAME_BYTES, MAX_REQUEST_ID,
        PongAnswer,
    },
    translate::{self, Step},
    writer::{self, Outgoing},
};

/// Answers that wait for the writer. The reader waits when there are more, and with it the client.
const ANSWERS: usize = 32;
/// RFC 6455: the data is not consistent with the type of the message.
const INVALID_DATA: u16 = 1007;
/// RFC 6455: the message is too big.
const TOO_BIG: u16 = 1009;

/// How a connection ends.
enum End {
    /// With a close frame.
    Close(u16, &'static str),
    /// At once: nothing can be written any more.
    Lost,
}

impl From<CloseCode> for End {
    fn from(code: CloseCode) -> Self {
        Self::Close(code.code(), code.reason())
    }
}

/// Whether the session goes on.
type Flow = ControlFlow<End>;

/// Somebody's presence in a room.
struct Presence {
    session: PeerSession,
    ended: oneshot::Receiver<SessionEnd>,
}

struct Session {
    shared: Arc<Shared>,
    outgoing: mpsc::Sender<Outgoing>,
    presence: Option<Presence>,
    messages: TokenBucket,
    faults: TokenBucket,
    left: bool,
}

/// Serves a connection until its end.
#[tracing::instrument(name = "signaling", skip_all, fields(session_id, room_id))]
pub(crate) async fn run(socket: WebSocketStream, shared: Arc<Shared>) {
    let (sink, mut frames) = socket.split();
    let limits = shared.state.limits.clone();
    let (outgoing, queue) = mpsc::channel(ANSWERS);
    let mut writing = tokio::spawn(writer::write(sink, queue, limits.write_timeout));
    let now = Instant::now();
    let mut session = Session {
        shared,
        outgoing,
        presence: None,
        messages: TokenBucket::new(limits.message_burst, limits.messages_per_second, now),
        faults: TokenBucket::new(limits.fault_burst, limits.faults_per_second, now),
        left: false,
    };
    let end = session.serve(&mut frames, &mut writing).await;
    session.finish(end, frames, writing).await;
}

impl Session {
    async fn serve(
        &mut self,
        frames: &mut (impl Stream<Item = io::Result<Message>> + Unpin),
        writing: &mut JoinHandle<()>,
    ) -> End {
        let limits = self.shared.state.limits.clone();
        let start = Instant::now();
        let join_by = start + limits.join_timeout;
        let mut heard_at = start;
        let mut beat = interval_at(start + limits.heartbeat_interval, limits.heartbeat_interval);
        beat.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            let joined = self.presence.is_some();
            let flow = tokio::select! {
                biased;
                // First, so that a flood of frames cannot put the end off.
                end = ended(&mut self.presence) => Flow::Break(end),
                _ = &mut *writing => Flow::Break(End::Lost),
                frame = frames.next() => {
                    heard_at = Instant::now();
                    self.frame(frame).await
                }
                _ = beat.tick() => {
                    // A full queue means that the writer has enough to prove that the client takes anything.
                    let _ = self.outgoing.try_send(Outgoing::Ping);
                    Flow::Continue(())
                }
                () = sleep_until(heard_at + limits.heartbeat_timeout) => {
                    tracing::info!("nothing was heard from the client for too long");
                    Flow::Break(CloseCode::HeartbeatTimeout.into())
                }
                () = sleep_until(join_by), if !joined => Flow::Break(CloseCode::JoinTimeout.into()),
            };
            if let Flow::Break(end) = flow {
                return end;
            }
        }
    }

    async fn frame(&mut self, frame: Option<io::Result<Message>>) -> Flow {
        match frame {
            Some(Ok(Message::Text(text))) => self.text(text).await,
            Some(Ok(Message::Binary(_))) => {
                let refusal = Answer::error(ErrorCode::Malformed, "binary frames are not understood");
                self.fault(None, refusal).await
            }
            // The library answers pings; a pong is a sign of life.
            Some(Ok(Message::Ping(_) | Message::Pong(_))) => Flow::Continue(()),
            Some(Ok(Message::Close(_))) => {
                self.left = true;
                Flow::Break(CloseCode::Normal.into())
            }
            Some(Err(error)) => self.unreadable(&error).await,
            None => Flow::Break(End::Lost),
        }
    }

    /// The frame cannot be read at all, so that the next one cannot be found either.
    async fn unreadable(&mut self, error: &io::Error) -> Flow {
        let cause = error.to_string();
        let (code, answer, reason) = if cause.contains("Space limit exceeded") {
            (TOO_BIG, Answer::error(ErrorCode::TooLarge, "the frame is too large"), "too-large")
        } else if cause.contains("UTF-8") {
            (INVALID_DATA, Answer::error(ErrorCode::Malformed, "the text is not UTF-8"), "malformed")
        } else {
            return Flow::Break(End::Lost);
        };
        self.answer(None, answer).await?;
        Flow::Break(End::Close(code, reason))
    }

    async fn text(&mut self, text: String) -> Flow {
        if text.len() > MAX_FRAME_BYTES {
            let refusal = Answer::error(ErrorCode::TooLarge, format!("a frame has at most {MAX_FRAME_BYTES} bytes"));
            return self.fault(None, refusal).await;
        }
        let body = match serde_json::from_str(&text) {
            Ok(Value::Object(body)) => body,
            Ok(_) => return self.fault(None, Answer::error(ErrorCode::Malformed, "not a JSON object")).await,
            Err(error) => {
                return self.fault(None, Answer::error(ErrorCode::Malformed, format!("not JSON: {error}"))).await;
            }
        };
        drop(text);
        let id = match body.get("id") {
            None | Some(Value::Null) => None,
            Some(id) => match id.as_u64().filter(|id| *id <= MAX_REQUEST_ID) {
                Some(id) => Some(id),
                None => {
                    let message = format!("id: must be an integer from 0 to {MAX_REQUEST_ID}");
                    return self.fault(None, Answer::error(ErrorCode::InvalidField, message)).await;
                }
            },
        };
        if !self.messages.take(Instant::now()) {
            let refusal = Answer::error(ErrorCode::RateLimited, "too many messages; wait a moment");
            return self.fault(id, refusal).await;
        }
        let Some(Value::String(kind)) = body.get("type") else {
            return self.fault(id, Answer::error(ErrorCode::InvalidField, "type: must be a string")).await;
        };
        let kind = kind.clone();
        match ClientMessage::from_value(&kind, Value::Object(body)) {
            None => {
                let refusal = Answer::error(ErrorCode::UnknownType, "there is no message of this type");
                self.fault(id, refusal).await
            }
            Some(Err(problem)) => self.answer(id, Answer::error(ErrorCode::InvalidField, problem.to_string())).await,
            Some(Ok(message)) => {
                self.shared.state.observer.message_received(message.kind());
                match translate::step(message) {
                    Ok(step) => self.step(id, step).await,
                    Err(refusal) => self.answer(id, Answer::Error(refusal)).await,
                }
            }
        }
    }

    async fn step(&mut self, id: Option<u64>, step: Step) -> Flow {
        match (step, &self.presence) {
            (Step::Ping, _) => {
                let at = self.shared.state.clock.now();
                self.answer(id, Answer::Pong(PongAnswer { at })).await
            }
            (Step::Join(_), Some(_)) => {
                let refusal = Answer::error(ErrorCode::AlreadyJoined, "this connection is in a room already");
                self.answer(id, refusal).await
            }
            (Step::Join(request), None) => self.join(id, request).await,
            (Step::Leave | Step::Room(_), None) => {
                self.answer(id, Answer::error(ErrorCode::NotJoined, "join a room first")).await
            }
            (Step::Leave, Some(_)) => {
                self.left = true;
                if let Some(presence) = self.presence.take() {
                    presence.session.leave(LeaveReason::Left).await;
                }
                self.answer(id, Answer::Done(crate::protocol::OkAnswer {})).await?;
                Flow::Break(CloseCode::Normal.into())
            }
            (Step::Room(request), Some(presence)) => {
                let answer = match presence.session.request(request).await {
                    Ok(answer) => {
                        translate::answer(answer, || self.shared.state.ice_servers.for_session(presence.session.id()))
                    }
                    Err(error) => translate::room_error(&error),
                };
                self.answer(id, answer).await
            }
        }
    }

    async fn join(&mut self, id: Option<u64>, request: JoinRequest) -> Flow {
        let state = &self.shared.state;
        let claims = match state.verifier.verify(&request.token, state.clock.now()) {
            Ok(claims) => claims,
            Err(error) => return self.answer(id, translate::token_error(error)).await,
        };
        if claims.room_id.as_uuid() != request.room_id {
            let refusal = Answer::error(ErrorCode::RoomMismatch, "the token is for another room");
            return self.answer(id, refusal).await;
        }
        drop(request);
        let JoinedRoom { session, picture, events, ended } = match state.rooms.join(claims).await {
            Ok(joined) => joined,
            Err(error) => return self.answer(id, translate::join_error(&error)).await,
        };
        let span = tracing::Span::current();
        span.record("session_id", tracing::field::display(session.id()));
        span.record("room_id", tracing::field::display(picture.room_id));
        let milliseconds = |duration: std::time::Duration| u64::try_from(duration.as_millis()).unwrap_or(u64::MAX);
        let heartbeat = HeartbeatInfo {
            interval_ms: milliseconds(state.limits.heartbeat_interval),
            timeout_ms: milliseconds(state.limits.heartbeat_timeout),
        };
        let ice_servers = state.ice_servers.for_session(session.id());
        let welcome = translate::welcome(session.id(), picture, ice_servers, heartbeat);
        self.presence = Some(Presence { session, ended });
        match welcome.to_text(id) {
            Ok(text) => self.send(Outgoing::Welcome(text, events)).await,
            Err(error) => {
                tracing::error!(%error, "an answer cannot be encoded");
                Flow::Break(CloseCode::RoomLost.into())
            }
        }
    }

    /// Answers a message that should not have come; too many of them end the connection.
    async fn fault(&mut self, id: Option<u64>, refusal: Answer) -> Flow {
        let forgiven = self.faults.take(Instant::now());
        self.answer(id, refusal).await?;
        if forgiven { Flow::Continue(()) } else { Flow::Break(CloseCode::TooManyErrors.into()) }
    }

    /// Answers a request. Without `id` nobody waits for an answer, except for what went wrong.
    async fn answer(&self, id: Option<u64>, answer: Answer) -> Flow {
        match &answer {
            Answer::Error(error) => self.shared.state.observer.message_refused(error.code),
            Answer::Pong(_) | Answer::Welcome(_) => {}
            _ if id.is_none() => return Flow::Continue(()),
            _ => {}
        }
        let text = answer.to_text(id).or_else(|error| {
            tracing::error!(%error, "an answer cannot be encoded");
            Answer::error(ErrorCode::Internal, "the answer cannot be told").to_text(id)
        });
        match text {
            Ok(text) => self.send(Outgoing::Text(text)).await,
            Err(_) => Flow::Break(CloseCode::RoomLost.into()),
        }
    }

    async fn send(&self, outgoing: Outgoing) -> Flow {
        match self.outgoing.send(outgoing).await {
            Ok(()) => Flow::Continue(()),
            // The writer is over: the client is too slow or its connection is lost.
            Err(_) => Flow::Break(End::Lost),
        }
    }

    /// Leaves the room, says goodbye, and waits a moment for the client to do so too.
    async fn finish(
        mut self,
        end: End,
        mut frames: impl Stream<Item = io::Result<Message>> + Unpin,
        writing: JoinHandle<()>,
    ) {
        if let Some(presence) = self.presence.take() {
            let reason = if self.left { LeaveReason::Left } else { LeaveReason::Disconnected };
            presence.session.leave(reason).await;
        }
        let abort = writing.abort_handle();
        if let End::Close(code, reason) = end {
            let patience = self.shared.state.limits.close_timeout;
            let goodbye = async {
                if self.outgoing.send(Outgoing::Close(code, reason)).await.is_ok() {
                    // Its outcome is the same as that of waiting too long.
                    let _ = writing.await;
                    while let Some(Ok(_)) = frames.next().await {}
                }
            };
            let _ = timeout(patience, goodbye).await;
        }
        abort.abort();
    }
}

/// How the connection ends, when the room says so.
async fn ended(presence: &mut Option<Presence>) -> End {
    let Some(presence) = presence else { return std::future::pending().await };
    match (&mut presence.ended).await {
        Ok(SessionEnd::Left) => CloseCode::Normal.into(),
        Ok(SessionEnd::Replaced) => CloseCode::SessionReplaced.into(),
        Ok(SessionEnd::RoomEnded) => CloseCode::RoomEnded.into(),
        Ok(SessionEnd::ServerStopped) => CloseCode::ServerDraining.into(),
        Ok(SessionEnd::TooSlow) => CloseCode::TooSlow.into(),
        Ok(SessionEnd::Kicked) => CloseCode::Kicked.into(),
        Ok(SessionEnd::Denied) => CloseCode::Denied.into(),
        Err(_) => CloseCode::RoomLost.into(),
    }
}
