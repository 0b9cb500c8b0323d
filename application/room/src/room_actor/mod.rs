//! The actor of one live room: the only one who changes it.
//!
//! Commands come through a bounded mailbox. What the media engine is asked for runs beside the loop, so that a slow
//! worker holds up nobody but the one who asked; what comes of it returns to the loop as a completion. Whoever asked may
//! be gone by then, or the router another: then what was made is closed again.

mod chat;
mod commands;
mod completion;
mod events;
mod lobby;
mod requests;

use std::{
    collections::{HashMap, HashSet},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use domain_room::{Capacity, LeaveReason, Peer, PeerSessionId, Room};
use domain_shared::{SessionId, UserId};
use futures::{StreamExt, future::BoxFuture, stream::FuturesUnordered};
use serde_json::Value;
use tokio::sync::{mpsc, oneshot};

use crate::{
    JoinRoomError, JoinedRoom, MediaEvent, PeerEvent, PeerSession, PresentPeer, Profile, RoomError, RoomNotification,
    RoomPicture, RouterId, SessionEnd, SessionEvent,
    live_rooms::{Registration, Shared},
    mailbox::{JoinOutcome, RoomMessage},
    media_book::MediaBook,
    stats::RoomCounters,
};
use completion::{Completion, open_router};

/// The line to one participant.
struct PeerLine {
    user: UserId,
    // The login session that they came in by.
    login: Option<SessionId>,
    events: mpsc::Sender<SessionEvent>,
    ended: oneshot::Sender<SessionEnd>,
    seq: u64,
}

/// Where the room's media is.
struct RouterPlace {
    // `None`: the worker died and another one is being looked for.
    id: Option<RouterId>,
    // Counts the routers, so that what an earlier one still tells is not taken for the present one's.
    generation: u64,
    // All routers have the same.
    rtp_capabilities: Value,
}

/// Whether the loop goes on.
#[derive(Debug, PartialEq, Eq)]
enum Flow {
    GoOn,
    Over,
}

pub(crate) struct RoomActor {
    registration: Registration,
    shared: Arc<Shared>,
    mailbox: mpsc::Sender<RoomMessage>,
    messages: mpsc::Receiver<RoomMessage>,
    counters: Arc<RoomCounters>,
    media_sender: mpsc::Sender<(u64, MediaEvent)>,
    media_events: mpsc::Receiver<(u64, MediaEvent)>,
    // Set when an event that must not be lost found no place.
    media_lost: Arc<AtomicBool>,
    room: Room,
    lines: HashMap<PeerSessionId, PeerLine>,
    // The lines to those who wait in the lobby.
    lobby: HashMap<PeerSessionId, PeerLine>,
    book: MediaBook,
    router: RouterPlace,
    pending: FuturesUnordered<BoxFuture<'static, Completion>>,
    // Who was too slow in this turn.
    too_slow: Vec<PeerSessionId>,
}

impl RoomActor {
    pub(crate) fn new(
        registration: Registration,
        mailbox: mpsc::Sender<RoomMessage>,
        messages: mpsc::Receiver<RoomMessage>,
        counters: Arc<RoomCounters>,
    ) -> Self {
        let shared = registration.shared().clone();
        let (media_sender, media_events) = mpsc::channel(shared.limits.media_events.max(1));
        let capacity = Capacity::of(shared.limits.peers_per_room);
        let room = Room::open(registration.room(), capacity, shared.clock.now());
        Self {
            registration,
            shared,
            mailbox,
            messages,
            counters,
            media_sender,
            media_events,
            media_lost: Arc::new(AtomicBool::new(false)),
            room,
            lines: HashMap::new(),
            lobby: HashMap::new(),
            book: MediaBook::default(),
            router: RouterPlace { id: None, generation: 1, rtp_capabilities: Value::Null },
            pending: FuturesUnordered::new(),
            too_slow: Vec::new(),
        }
    }

    /// Lives as long as the room.
    #[tracing::instrument(name = "room", skip_all, fields(room_id = %self.registration.room()))]
    pub(crate) async fn run(mut self) {
        let opened = open_router(&self.shared, self.registration.room(), self.sink(), 1).await;
        match opened {
            Ok(router) => {
                self.router.id = Some(router.id);
                self.router.rtp_capabilities = router.rtp_capabilities;
            }
            Err(error) => {
                tracing::error!(%error, "a room cannot be opened");
                self.registration.resign(|| true);
                self.refuse_the_rest(&mut || JoinRoomError::MediaUnavailable("no router".into())).await;
                return;
            }
        }
        tracing::info!("room opened");
        self.publish();
        while self.turn().await == Flow::GoOn {}
        self.close().await;
        tracing::info!("room closed");
    }

    /// One step: whatever comes first is dealt with, and what follows from it.
    async fn turn(&mut self) -> Flow {
        let flow = tokio::select! {
            Some(completion) = self.pending.next(), if !self.pending.is_empty() => self.complete(completion),
            Some((generation, event)) = self.media_events.recv() => self.media_event(generation, event),
            message = self.messages.recv() => match message {
                Some(message) => self.message(message),
                None => self.end("internal", SessionEnd::RoomEnded),
            },
        };
        if flow == Flow::GoOn && self.media_lost.swap(false, Ordering::Relaxed) {
            tracing::error!("media events were lost; the room moves to another router");
            self.move_router();
        }
        self.evict_too_slow();
        self.publish();
        let (producers, consumers) = self.book.counts();
        self.counters.set(self.room.len(), producers, consumers);
        if flow == Flow::Over || (self.room.is_empty() && self.close_if_idle()) { Flow::Over } else { Flow::GoOn }
    }

    fn message(&mut self, message: RoomMessage) -> Flow {
        match message {
            RoomMessage::Join { claims, answer } if claims.grants.lobby => self.wait(&claims, answer),
            RoomMessage::Join { claims, answer } => {
                let peer = Peer::new(
                    PeerSessionId::from(self.shared.ids.next()),
                    claims.user_id,
                    claims.display_name,
                    claims.role,
                    claims.grants,
                    self.shared.clock.now(),
                );
                self.join(peer, claims.session_id, answer);
            }
            RoomMessage::Leave { session, reason } => {
                self.leave(session, reason);
            }
            RoomMessage::Request { session, request, answer } => self.request(session, *request, answer),
            RoomMessage::EndSessions { sessions, reason } => self.end_sessions(&sessions, &reason),
            RoomMessage::Command(command) => return self.command(command),
            RoomMessage::LobbyGone { user } => {
                self.room.note_gone(user, self.shared.clock.now());
            }
            RoomMessage::End { reason } => return self.end(&reason, SessionEnd::RoomEnded),
            RoomMessage::Drain => {
                self.tell_everybody(PeerEvent::ServerDraining);
                self.tell_lobby(&PeerEvent::ServerDraining);
            }
            RoomMessage::Stop => return self.end("server-shutdown", SessionEnd::ServerStopped),
        }
        Flow::GoOn
    }

    fn join(&mut self, peer: Peer, login: Option<SessionId>, answer: oneshot::Sender<JoinOutcome>) {
        let (session, user, visible) = (peer.session(), peer.user_id(), peer.is_visible());
        let arrival = PeerEvent::UserJoined { user, profile: Profile::from(&peer), joined_at: peer.joined_at() };
        let picture = RoomPicture {
            room_id: self.room.id(),
            locked: self.room.is_locked(),
            opened_at: self.room.opened_at(),
            user,
            role: peer.role(),
            grants: peer.grants().clone(),
            waiting: false,
            spotlight: self.room.spotlight(),
            others: Vec::new(),
            rtp_capabilities: self.router.rtp_capabilities.clone(),
        };
        let admission = match self.room.join(peer) {
            Ok(admission) => admission,
            Err(error) => {
                // Whoever asked may be gone; nothing has changed.
                let _ = answer.send(JoinOutcome::Refused(error.into()));
                return;
            }
        };
        self.end_lobby_of(user);
        if let Some(old) = admission.replaced {
            self.tell(old.session(), &RoomNotification::new(PeerEvent::SessionReplaced));
            self.take_away(&old, LeaveReason::Replaced, SessionEnd::Replaced);
        }
        let (events, receiver) = mpsc::channel(self.shared.limits.events_per_peer.max(1));
        let (ended, end) = oneshot::channel();
        let joined = JoinedRoom {
            session: PeerSession::new(session, self.mailbox.clone()),
            picture: RoomPicture { others: self.others(session), ..picture },
            events: receiver,
            ended: end,
        };
        self.lines.insert(session, PeerLine { user, login, events, ended, seq: 0 });
        if visible {
            self.tell_others(session, arrival);
        }
        // Whoever asked may be gone: then the session in the answer is dropped, which lets the participant go again.
        let _ = answer.send(JoinOutcome::Joined(Box::new(joined)));
    }

    fn others(&self, session: PeerSessionId) -> Vec<PresentPeer> {
        let others = self.room.peers().filter(|peer| peer.session() != session && peer.is_visible());
        others
            .map(|peer| PresentPeer {
                user: peer.user_id(),
                profile: Profile::from(peer),
                joined_at: peer.joined_at(),
                tracks: self.book.tracks_of(peer.session()),
                hand_raised_at: peer.hand_raised_at(),
            })
            .collect()
    }

    /// Lets somebody go. Nothing happens when they have gone already.
    fn leave(&mut self, session: PeerSessionId, reason: LeaveReason) {
        if self.lobby.contains_key(&session) {
            self.leave_lobby(session, reason);
            return;
        }
        let spotlight = self.room.spotlight();
        if let Ok(peer) = self.room.leave(session, reason, self.shared.clock.now()) {
            let end = match reason {
                LeaveReason::TooSlow => SessionEnd::TooSlow,
                LeaveReason::Kicked => SessionEnd::Kicked,
                LeaveReason::Left | LeaveReason::Disconnected | LeaveReason::Replaced => SessionEnd::Left,
            };
            self.take_away(&peer, reason, end);
            if self.room.spotlight() != spotlight {
                self.tell_everybody(PeerEvent::Spotlight(None));
            }
        }
    }

    /// Makes those leave who came in by one of these login sessions.
    fn end_sessions(&mut self, ended: &HashSet<SessionId>, reason: &str) {
        let came_by = |line: &PeerLine| line.login.is_some_and(|login| ended.contains(&login));
        let lines = self.lines.iter().chain(&self.lobby);
        let kicked: Vec<_> = lines.filter(|(_, line)| came_by(line)).map(|(session, _)| *session).collect();
        for session in kicked {
            self.tell(session, &RoomNotification::new(PeerEvent::Kicked { reason: reason.to_owned() }));
            self.leave(session, LeaveReason::Kicked);
        }
    }

    /// What follows when somebody is not in any more: their media is closed, the others are told, their line ends.
    fn take_away(&mut self, peer: &Peer, reason: LeaveReason, end: SessionEnd) {
        let session = peer.session();
        if let Some(line) = self.lines.remove(&session) {
            // The interface may have gone first.
            let _ = line.ended.send(end);
        }
        let (transports, producers) = self.book.remove_owner(session);
        for transport in transports {
            let engine = self.shared.engine.clone();
            self.close_later(async move { engine.close_transport(&transport).await });
        }
        for closed in producers {
            self.announce_closed(closed, None);
        }
        if peer.is_visible() {
            self.tell_others(session, PeerEvent::UserLeft { user: peer.user_id(), reason });
        }
    }

    /// Ends the room for everybody.
    fn end(&mut self, reason: &str, end: SessionEnd) -> Flow {
        self.tell_everybody(PeerEvent::RoomEnded { reason: reason.to_owned() });
        self.tell_lobby(&PeerEvent::RoomEnded { reason: reason.to_owned() });
        self.room.end(reason, self.shared.clock.now());
        for (_, line) in self.lines.drain().chain(self.lobby.drain()) {
            let _ = line.ended.send(end);
        }
        Flow::Over
    }

    /// Leaves the registry if nobody is in and nobody wants in.
    fn close_if_idle(&mut self) -> bool {
        let (room, messages, shared) = (&mut self.room, &self.messages, &self.shared);
        self.registration.resign(|| {
            let idle = messages.is_empty() && room.close_if_empty(shared.clock.now());
            for event in room.take_events() {
                shared.events.push(event);
            }
            idle
        })
    }

    /// Closes what is open. Joins that came too late are sent to the successor.
    async fn close(&mut self) {
        let (room, shared) = (&mut self.room, &self.shared);
        self.registration.resign(|| {
            for event in room.take_events() {
                shared.events.push(event);
            }
            true
        });
        self.counters.set(0, 0, 0);
        self.refuse_the_rest(&mut || JoinRoomError::Ended).await;
        self.close_router();
        // Everything that is under way ends within the engine's timeout; a router that is still opened is closed.
        while let Some(completion) = self.pending.next().await {
            if let Completion::RouterOpened { result: Ok(router), .. } = completion {
                self.shared.engine.close_router(&router.id).await;
            }
        }
    }

    /// Empties the mailbox for good. A room that merely ran empty sends joins to its successor.
    async fn refuse_the_rest(&mut self, refusal: &mut (dyn FnMut() -> JoinRoomError + Send)) {
        use domain_room::{CloseReason, RoomState};
        let ended = !matches!(self.room.state(), RoomState::Closed { reason: CloseReason::Empty, .. });
        self.messages.close();
        while let Some(message) = self.messages.recv().await {
            match message {
                RoomMessage::Join { answer, .. } => {
                    let outcome = if ended { JoinOutcome::Refused(refusal()) } else { JoinOutcome::Closing };
                    let _ = answer.send(outcome);
                }
                RoomMessage::Request { answer, .. } => {
                    let _ = answer.send(Err(RoomError::NotInRoom));
                }
                RoomMessage::Leave { .. }
                | RoomMessage::EndSessions { .. }
                | RoomMessage::Command(_)
                | RoomMessage::LobbyGone { .. }
                | RoomMessage::End { .. }
                | RoomMessage::Drain
                | RoomMessage::Stop => {}
            }
        }
    }

    fn close_router(&mut self) {
        if let Some(router) = self.router.id.take() {
            let engine = self.shared.engine.clone();
            self.close_later(async move { engine.close_router(&router).await });
        }
    }

    fn close_later(&self, close: impl Future<Output = ()> + Send + 'static) {
        let timeout = self.shared.limits.engine_timeout;
        self.pending.push(Box::pin(async move {
            if tokio::time::timeout(timeout, close).await.is_err() {
                tracing::warn!("the media engine did not close something in time");
            }
            Completion::Nothing
        }));
    }

    fn publish(&mut self) {
        for event in self.room.take_events() {
            self.shared.events.push(event);
        }
    }
}
