//! What comes of what the media engine was asked for.

use std::{sync::Arc, time::Duration};

use application_shared::BoxError;
use domain_room::{ChatMessage, MediaSource, PeerSessionId};
use domain_shared::{RoomId, UserId};

use super::{Flow, RoomActor};
use crate::{
    ConsumerInfo, MediaError, MediaEventSink, PeerAnswer, PeerEvent, ProducerId, RoomError, RouterInfo, SessionEnd,
    Track, TransportDirection, TransportInfo, live_rooms::Shared, mailbox::RequestAnswer,
};

/// Something that the engine was asked for is done.
pub(super) enum Completion {
    /// It was answered already, or nobody asked.
    Nothing,
    /// A transport was to be made.
    TransportMade { asked: Asked, direction: TransportDirection, result: Result<TransportInfo, MediaError> },
    /// A producer was to be made.
    Produced { asked: Asked, track: Track, result: Result<ProducerId, MediaError> },
    /// A producer was to be paused or resumed.
    ProducerPaused { asked: Asked, producer: ProducerId, paused: bool, result: Result<(), MediaError> },
    /// A consumer was to be made.
    Consumed { asked: Asked, source: MediaSource, result: Result<ConsumerInfo, MediaError> },
    /// A message was to be deleted; this is left of it, if that is news.
    MessageDeleted { asked: Asked, by: UserId, result: Result<Option<Arc<ChatMessage>>, RoomError> },
    /// Another router was to be opened.
    RouterOpened { generation: u64, result: Result<RouterInfo, MediaError> },
}

/// Who asked, and of which router.
pub(super) struct Asked {
    pub(super) session: PeerSessionId,
    pub(super) generation: u64,
    pub(super) answer: RequestAnswer,
}

/// Bounds the time of one operation.
pub(super) async fn bounded<T>(
    timeout: Duration,
    operation: impl Future<Output = Result<T, MediaError>>,
) -> Result<T, MediaError> {
    tokio::time::timeout(timeout, operation).await.unwrap_or_else(|late| Err(MediaError::Unavailable(late.into())))
}

/// Opens a router, in as many attempts as given, with growing pauses between them.
pub(super) async fn open_router(
    shared: &Arc<Shared>,
    room: RoomId,
    sink: MediaEventSink,
    attempts: u32,
) -> Result<RouterInfo, MediaError> {
    let mut pause = shared.limits.router_retry;
    let mut attempt = 1;
    loop {
        match bounded(shared.limits.engine_timeout, shared.engine.open_router(room, sink.clone())).await {
            Err(error) if attempt < attempts => {
                tracing::warn!(%error, attempt, "a router cannot be opened; trying again");
                tokio::time::sleep(pause).await;
                pause = pause.saturating_mul(2);
                attempt += 1;
            }
            result => return result,
        }
    }
}

impl RoomActor {
    pub(super) fn complete(&mut self, completion: Completion) -> Flow {
        match completion {
            Completion::Nothing => {}
            Completion::TransportMade { asked, direction, result } => self.transport_made(asked, direction, result),
            Completion::Produced { asked, track, result } => self.produced(asked, track, result),
            Completion::ProducerPaused { asked, producer, paused, result } => {
                self.producer_paused(asked, producer, paused, result);
            }
            Completion::Consumed { asked, source, result } => self.consumed(asked, source, result),
            Completion::MessageDeleted { asked, by, result } => self.deleted(asked, by, result),
            Completion::RouterOpened { generation, result } => return self.router_opened(generation, result),
        }
        Flow::GoOn
    }

    /// Whether the one who asked is still in, and the router the same.
    fn is_current(&self, asked: &Asked) -> bool {
        asked.generation == self.router.generation && self.lines.contains_key(&asked.session)
    }

    fn transport_made(
        &mut self,
        asked: Asked,
        direction: TransportDirection,
        result: Result<TransportInfo, MediaError>,
    ) {
        if !self.is_current(&asked) {
            if let Ok(info) = result {
                let engine = self.shared.engine.clone();
                self.close_later(async move { engine.close_transport(&info.id).await });
            }
            return self.answer(asked, Err(moved()));
        }
        let made = result.as_ref().ok().map(|info| (info.id.clone(), direction));
        self.book.settle_transport(asked.session, made);
        self.answer(asked, result.map(PeerAnswer::Transport).map_err(RoomError::from));
    }

    fn produced(&mut self, asked: Asked, mut track: Track, result: Result<ProducerId, MediaError>) {
        if !self.is_current(&asked) {
            if let Ok(producer) = result {
                let engine = self.shared.engine.clone();
                self.close_later(async move { engine.close_producer(&producer).await });
            }
            return self.answer(asked, Err(moved()));
        }
        let session = asked.session;
        match result {
            Err(error) => {
                self.room.end_publication(session, track.source);
                self.answer(asked, Err(error.into()));
            }
            Ok(producer) => {
                track.producer = producer.clone();
                if let Some(user) = self.lines.get(&session).map(|line| line.user) {
                    self.book.add_producer(session, user, &track);
                    self.answer(asked, Ok(PeerAnswer::Producer(producer)));
                    self.tell_others(session, PeerEvent::NewProducer { user, track });
                }
            }
        }
    }

    fn producer_paused(&mut self, asked: Asked, producer: ProducerId, paused: bool, result: Result<(), MediaError>) {
        if result.is_ok()
            && self.is_current(&asked)
            && self.book.set_paused(&producer, paused)
            && let Some(user) = self.lines.get(&asked.session).map(|line| line.user)
        {
            let event = if paused {
                PeerEvent::ProducerPaused { user, producer }
            } else {
                PeerEvent::ProducerResumed { user, producer }
            };
            self.tell_others(asked.session, event);
        }
        self.answer(asked, result.map(|()| PeerAnswer::Done).map_err(RoomError::from));
    }

    fn consumed(&mut self, asked: Asked, source: MediaSource, result: Result<ConsumerInfo, MediaError>) {
        let current = self.is_current(&asked);
        let made = result.as_ref().ok().map(|info| (info.id.clone(), info.producer_id.clone()));
        if current && self.book.settle_consumer(asked.session, made) {
            let answer = result.map_err(RoomError::from).and_then(|info| {
                let user = self.book.producer(&info.producer_id).map(|entry| entry.user);
                let user = user.ok_or(RoomError::NotFound("producer"))?;
                Ok(PeerAnswer::Consumer { info, user, source })
            });
            return self.answer(asked, answer);
        }
        match result {
            Err(error) => self.answer(asked, Err(error.into())),
            Ok(info) => {
                // The producer, the one who asked or the router is gone by now.
                let engine = self.shared.engine.clone();
                self.close_later(async move { engine.close_consumer(&info.id).await });
                self.answer(asked, Err(if current { RoomError::NotFound("producer") } else { moved() }));
            }
        }
    }

    fn router_opened(&mut self, generation: u64, result: Result<RouterInfo, MediaError>) -> Flow {
        match result {
            Ok(router) if generation == self.router.generation => {
                self.router.id = Some(router.id);
                self.router.rtp_capabilities = router.rtp_capabilities;
                self.tell_everybody(PeerEvent::RoomMoved);
                Flow::GoOn
            }
            Ok(router) => {
                let engine = self.shared.engine.clone();
                self.close_later(async move { engine.close_router(&router.id).await });
                Flow::GoOn
            }
            Err(error) if generation == self.router.generation => {
                tracing::error!(%error, "a room has lost its media for good");
                self.end("media-unavailable", SessionEnd::RoomEnded)
            }
            Err(_) => Flow::GoOn,
        }
    }

    /// The router is lost: everything in it is gone, and another one is looked for.
    pub(super) fn move_router(&mut self) {
        self.close_router();
        self.book.clear();
        self.room.lose_media();
        self.router.generation += 1;
        let (shared, room, sink) = (self.shared.clone(), self.room.id(), self.sink());
        let (generation, attempts) = (self.router.generation, self.shared.limits.router_attempts);
        self.pending.push(Box::pin(async move {
            let result = open_router(&shared, room, sink, attempts).await;
            Completion::RouterOpened { generation, result }
        }));
    }

    fn answer(&self, asked: Asked, answer: Result<PeerAnswer, RoomError>) {
        // Whoever asked may have gone.
        let _ = asked.answer.send(answer);
    }
}

/// The answer to those who asked something of a router that is gone.
fn moved() -> RoomError {
    RoomError::MediaUnavailable(BoxError::from("the room's media has moved meanwhile"))
}
