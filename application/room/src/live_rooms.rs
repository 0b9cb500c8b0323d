//! The rooms that live on this node: a registry of actors.

use std::{
    collections::{HashMap, HashSet},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use application_shared::{PubSub, RoomCommand};
use domain_room::RoomEvent;
use domain_shared::{Clock, IdGenerator, RoomId, SessionId};
use tokio::{
    sync::{mpsc, oneshot, watch},
    time::Instant,
};

use crate::{
    Admittance, ChatStore, JoinRoomError, JoinedRoom, MediaEngine, RoomAdmissions, RoomClaims, RoomLimits,
    RoomModeration, RoomStats,
    chat_log::ChatLog,
    mailbox::{JoinOutcome, RoomMessage},
    memory::Memory,
    room_actor::RoomActor,
    room_channels::{RoomEventQueue, follow_commands, publish_events},
    stats::RoomCounters,
};

/// How often a join is tried again because the room's actor was about to end. Each round needs another room to close
/// in between, so that a few are plenty.
const JOIN_ROUNDS: usize = 16;
/// The longest reason that is told to participants, in characters.
const MAX_REASON_CHARS: usize = 64;

/// What live rooms need.
pub struct LiveRoomsDeps {
    /// Media.
    pub engine: Arc<dyn MediaEngine>,
    /// Room events go out, room commands come in.
    pub pub_sub: Arc<dyn PubSub>,
    /// Who is still welcome.
    pub admissions: Arc<dyn RoomAdmissions>,
    /// Does what changes more than the room.
    pub moderation: Arc<dyn RoomModeration>,
    /// Keeps what is written.
    pub chat: Arc<dyn ChatStore>,
    /// Time.
    pub clock: Arc<dyn Clock>,
    /// Names of sessions.
    pub ids: Arc<dyn IdGenerator>,
    /// Bounds.
    pub limits: RoomLimits,
}

/// The rooms that live on this node. Clones are the same rooms.
#[derive(Clone)]
pub struct LiveRooms(Arc<Shared>);

/// What the registry and the actors share.
pub(crate) struct Shared {
    pub(crate) engine: Arc<dyn MediaEngine>,
    pub(crate) moderation: Arc<dyn RoomModeration>,
    pub(crate) chat: Arc<ChatLog>,
    admissions: Arc<dyn RoomAdmissions>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) ids: Arc<dyn IdGenerator>,
    pub(crate) limits: RoomLimits,
    pub(crate) events: RoomEventQueue,
    pub_sub: Arc<dyn PubSub>,
    registry: Mutex<Registry>,
    // Taken by `run`.
    queue: Mutex<Option<mpsc::Receiver<RoomEvent>>>,
    // How many actors run, those that have left the registry and close their routers included.
    actors: watch::Sender<usize>,
    stopped: watch::Sender<bool>,
}

struct Registry {
    rooms: HashMap<RoomId, Entry>,
    ended: Memory<RoomId>,
    ended_sessions: Memory<SessionId>,
    actors_started: u64,
    draining: bool,
}

/// A room in the registry.
struct Entry {
    // Tells an actor's own entry from that of its successor.
    actor: u64,
    mailbox: mpsc::Sender<RoomMessage>,
    counters: Arc<RoomCounters>,
}

impl LiveRooms {
    /// No rooms yet. Call [`LiveRooms::run`] too, or nothing is published, no command is heard, and nothing that is
    /// written is stored.
    #[must_use]
    pub fn new(deps: LiveRoomsDeps) -> Self {
        let (events, queue) = RoomEventQueue::new(deps.limits.published_events);
        let registry = Registry {
            rooms: HashMap::new(),
            ended: Memory::new(deps.limits.ended_rooms, deps.limits.ended_memory),
            ended_sessions: Memory::new(deps.limits.ended_sessions, deps.limits.ended_session_memory),
            actors_started: 0,
            draining: false,
        };
        Self(Arc::new(Shared {
            engine: deps.engine,
            moderation: deps.moderation,
            chat: Arc::new(ChatLog::new(deps.chat, deps.limits.clone())),
            admissions: deps.admissions,
            clock: deps.clock,
            ids: deps.ids,
            limits: deps.limits,
            events,
            pub_sub: deps.pub_sub,
            registry: Mutex::new(registry),
            queue: Mutex::new(Some(queue)),
            actors: watch::Sender::new(0),
            stopped: watch::Sender::new(false),
        }))
    }

    /// Publishes room events, follows room commands, and stores what is written, until [`LiveRooms::shutdown`] is over. The
    /// second call returns at once.
    pub async fn run(&self) {
        let queue = self.0.queue.lock().unwrap_or_else(PoisonError::into_inner).take();
        let Some(queue) = queue else { return };
        let publish = publish_events(self.0.pub_sub.clone(), queue, self.0.stopped.subscribe());
        let rooms = self.clone();
        let handle = move |command| {
            let rooms = rooms.clone();
            async move {
                match command {
                    RoomCommand::End { room_id, reason } => rooms.end(room_id, &reason).await,
                    command => rooms.tell(command).await,
                }
            }
        };
        let stopped = self.0.stopped.subscribe();
        let follow = follow_commands(self.0.pub_sub.clone(), self.0.limits.subscribe_retry, stopped, handle);
        let keep = self.0.chat.run(self.0.stopped.subscribe());
        tokio::join!(publish, follow, keep);
    }

    /// Lets somebody into the room that their token names; opens it if nobody is in. Somebody who is in already is
    /// replaced.
    ///
    /// # Errors
    /// [`JoinRoomError`] when they are not let in.
    pub async fn join(&self, claims: RoomClaims) -> Result<JoinedRoom, JoinRoomError> {
        match self.0.admissions.admits(&claims).await {
            Ok(Admittance::Admitted) => {}
            Ok(Admittance::Revoked) => return Err(JoinRoomError::Revoked),
            Ok(Admittance::Ended) => return Err(JoinRoomError::Ended),
            Ok(Admittance::Locked) => return Err(JoinRoomError::Locked),
            Ok(Admittance::Full) => return Err(JoinRoomError::Full),
            Err(error) => return Err(JoinRoomError::Unavailable(error.into())),
        }
        for _ in 0..JOIN_ROUNDS {
            let (answer, answered) = oneshot::channel();
            let message = RoomMessage::Join { claims: Box::new(claims.clone()), answer };
            if !self.0.hand_in(claims.room_id, claims.session_id, message)? {
                tokio::task::yield_now().await;
                continue;
            }
            match answered.await {
                Ok(JoinOutcome::Joined(joined)) => return Ok(*joined),
                Ok(JoinOutcome::Refused(error)) => return Err(error),
                Ok(JoinOutcome::Closing) | Err(_) => tokio::task::yield_now().await,
            }
        }
        Err(JoinRoomError::Busy)
    }

    /// Ends a room for everybody in it. It does not open again for a while, on this node, wherever it lived.
    pub async fn end(&self, room: RoomId, reason: &str) {
        let mailbox = self.0.remember_ended(room);
        if let Some(mailbox) = mailbox {
            let reason = told(reason);
            // A closed mailbox means that the room ends already.
            let _ = mailbox.send(RoomMessage::End { reason }).await;
        }
    }

    /// Tells a room, if it lives here, what has happened to what it belongs to.
    async fn tell(&self, command: RoomCommand) {
        let mailbox = self.0.registry().rooms.get(&command.room_id()).map(|entry| entry.mailbox.clone());
        if let Some(mailbox) = mailbox {
            // A closed mailbox means that the room is gone.
            let _ = mailbox.send(RoomMessage::Command(command)).await;
        }
    }

    /// Makes those leave, whichever room they are in, who came in by these login sessions, and lets nobody in by them
    /// for a while.
    pub async fn end_sessions(&self, sessions: impl IntoIterator<Item = SessionId>, reason: &str) {
        let sessions = {
            let sessions: HashSet<SessionId> = sessions.into_iter().collect();
            let (mut registry, now) = (self.0.registry(), Instant::now());
            sessions.iter().for_each(|session| registry.ended_sessions.remember(*session, now));
            Arc::new(sessions)
        };
        let reason: Arc<str> = told(reason).into();
        // A join that came before is in the mailbox before this; one that comes later finds the session remembered.
        self.tell_all(|| RoomMessage::EndSessions { sessions: sessions.clone(), reason: reason.clone() }).await;
    }

    /// What is live now.
    #[must_use]
    pub fn stats(&self) -> RoomStats {
        let mut stats = RoomStats::default();
        for entry in self.0.registry().rooms.values() {
            entry.counters.add_to(&mut stats);
        }
        stats
    }

    /// What is live in one room now; `None` when it is not open here.
    #[must_use]
    pub fn stats_of(&self, room: RoomId) -> Option<RoomStats> {
        let mut stats = RoomStats::default();
        self.0.registry().rooms.get(&room)?.counters.add_to(&mut stats);
        Some(stats)
    }

    /// Takes no more joins, tells everybody that the server is about to stop, gives them `grace` to leave, and ends
    /// what is left. Returns when all routers are closed, or when [`RoomLimits::close_timeout`] is over.
    pub async fn shutdown(&self, grace: Duration) {
        let mut actors = self.0.actors.subscribe();
        let drain = async {
            self.tell_all(|| RoomMessage::Drain).await;
            let _ = actors.wait_for(|running| *running == 0).await;
        };
        self.0.registry().draining = true;
        // Whether they left in time or not, what follows is the same.
        let _ = tokio::time::timeout(grace, drain).await;
        let mut actors = self.0.actors.subscribe();
        let stop = async {
            self.tell_all(|| RoomMessage::Stop).await;
            let _ = actors.wait_for(|running| *running == 0).await;
        };
        if tokio::time::timeout(self.0.limits.close_timeout, stop).await.is_err() {
            tracing::warn!(rooms = self.stats().rooms, "rooms did not close in time");
        }
        self.0.stopped.send_replace(true);
    }

    async fn tell_all(&self, message: impl Fn() -> RoomMessage) {
        let mailboxes: Vec<_> = self.0.registry().rooms.values().map(|entry| entry.mailbox.clone()).collect();
        for mailbox in mailboxes {
            let _ = mailbox.send(message()).await;
        }
    }
}

/// A reason as participants are told it.
fn told(reason: &str) -> String {
    reason.chars().filter(|c| !c.is_control()).take(MAX_REASON_CHARS).collect()
}

impl Shared {
    fn registry(&self) -> MutexGuard<'_, Registry> {
        self.registry.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Puts a join into the room's mailbox; starts an actor if there is none. `false`: the actor has just ended.
    fn hand_in(
        self: &Arc<Self>,
        room: RoomId,
        by: Option<SessionId>,
        join: RoomMessage,
    ) -> Result<bool, JoinRoomError> {
        let mut registry = self.registry();
        if registry.draining {
            return Err(JoinRoomError::Draining);
        }
        let now = Instant::now();
        if by.is_some_and(|session| registry.ended_sessions.holds(session, now)) {
            return Err(JoinRoomError::Revoked);
        }
        if registry.ended.holds(room, now) {
            return Err(JoinRoomError::Ended);
        }
        if let Some(entry) = registry.rooms.get(&room) {
            return match entry.mailbox.try_send(join) {
                Ok(()) => Ok(true),
                Err(mpsc::error::TrySendError::Full(_)) => Err(JoinRoomError::Busy),
                Err(mpsc::error::TrySendError::Closed(_)) => Ok(false),
            };
        }
        if registry.rooms.len() >= self.limits.rooms {
            return Err(JoinRoomError::TooManyRooms);
        }
        let (mailbox, messages) = mpsc::channel(self.limits.mailbox.max(1));
        // The mailbox is new and has at least one place.
        let _ = mailbox.try_send(join);
        registry.actors_started += 1;
        let actor = registry.actors_started;
        let counters = Arc::new(RoomCounters::default());
        registry.rooms.insert(room, Entry { actor, mailbox: mailbox.clone(), counters: counters.clone() });
        drop(registry);
        let registration = Registration { shared: self.clone(), room, actor };
        self.actors.send_modify(|running| *running += 1);
        tokio::spawn(RoomActor::new(registration, mailbox, messages, counters).run());
        Ok(true)
    }

    /// Notes that a room has ended, and gives the mailbox of its actor if it lives here.
    fn remember_ended(&self, room: RoomId) -> Option<mpsc::Sender<RoomMessage>> {
        let mut registry = self.registry();
        registry.ended.remember(room, Instant::now());
        registry.rooms.get(&room).map(|entry| entry.mailbox.clone())
    }
}

/// An actor's place in the registry. Dropping it gives the place up, however the actor came to its end.
pub(crate) struct Registration {
    shared: Arc<Shared>,
    room: RoomId,
    actor: u64,
}

impl Registration {
    pub(crate) const fn room(&self) -> RoomId {
        self.room
    }

    pub(crate) fn shared(&self) -> &Arc<Shared> {
        &self.shared
    }

    /// Gives the place up if `last_word` agrees. While it runs nobody can put a join into the mailbox, and no successor
    /// can start: what it publishes comes before whatever the successor publishes.
    pub(crate) fn resign(&self, last_word: impl FnOnce() -> bool) -> bool {
        let mut registry = self.shared.registry();
        let agreed = last_word();
        if agreed {
            self.forget(&mut registry);
        }
        agreed
    }

    fn forget(&self, registry: &mut Registry) {
        if registry.rooms.get(&self.room).is_some_and(|entry| entry.actor == self.actor) {
            registry.rooms.remove(&self.room);
        }
    }
}

impl Drop for Registration {
    fn drop(&mut self) {
        self.forget(&mut self.shared.registry());
        self.shared.actors.send_modify(|running| *running = running.saturating_sub(1));
    }
}
