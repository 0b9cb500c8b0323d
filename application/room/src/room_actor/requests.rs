//! What participants ask of the room.

use application_shared::BoxError;
use domain_room::{MediaSource, PeerSessionId};
use domain_shared::UserId;

use super::{
    RoomActor,
    completion::{Asked, Completion, bounded},
};
use crate::{
    MediaError, ModerationAction, ModerationError, PeerAnswer, PeerEvent, PeerRequest, PeerSignal, ProduceRequest,
    ProducerId, RoomError, RoomNotification, RouterId, Track, TransportDirection, TransportId, mailbox::RequestAnswer,
};

impl RoomActor {
    /// Checks that the one who asks may, and does it or sets it going.
    pub(super) fn request(&mut self, session: PeerSessionId, request: PeerRequest, answer: RequestAnswer) {
        let Some(user) = self.lines.get(&session).map(|line| line.user) else {
            let _ = answer.send(Err(RoomError::NotInRoom));
            return;
        };
        let asked = Asked { session, generation: self.router.generation, answer };
        let refused = match request {
            PeerRequest::RouterCapabilities => {
                let _ = asked.answer.send(Ok(PeerAnswer::RouterCapabilities(self.router.rtp_capabilities.clone())));
                None
            }
            PeerRequest::CreateTransport { direction, sctp_capabilities } => {
                self.create_transport(asked, direction, sctp_capabilities)
            }
            PeerRequest::Produce { transport, request } => self.produce(asked, transport, request),
            PeerRequest::Consume { transport, producer, rtp_capabilities } => {
                self.consume(asked, transport, producer, rtp_capabilities)
            }
            PeerRequest::PauseProducer(producer) => self.pause_producer(asked, producer, true),
            PeerRequest::ResumeProducer(producer) => self.pause_producer(asked, producer, false),
            PeerRequest::CloseProducer(producer) => self.close_producer(asked, producer),
            PeerRequest::CloseConsumer(consumer) => match self.book.check_consumer(session, &consumer) {
                Err(error) => Some((asked, error)),
                Ok(()) => {
                    self.book.remove_consumer(&consumer);
                    let engine = self.shared.engine.clone();
                    self.ask(asked, async move {
                        engine.close_consumer(&consumer).await;
                        Ok(PeerAnswer::Done)
                    });
                    None
                }
            },
            PeerRequest::Signal { target, signal } => self.signal(asked, user, target, signal),
            PeerRequest::Chat { text, to } => self.chat(asked, text, to),
            PeerRequest::ChatHistory { before, limit } => self.chat_history(asked, user, before, limit),
            PeerRequest::DeleteMessage(message) => self.delete_message(asked, user, message),
            PeerRequest::RaiseHand(_)
            | PeerRequest::LowerHandOf(_)
            | PeerRequest::React(_)
            | PeerRequest::SetSpotlight(_)
            | PeerRequest::Mute(_)
            | PeerRequest::AskToUnmute(_) => {
                let done = self.gesture(session, user, request);
                let _ = asked.answer.send(done.map(|()| PeerAnswer::Done));
                None
            }
            PeerRequest::Rename { target, name } => {
                let user_id = target.unwrap_or(user);
                self.moderate(asked, user, ModerationAction::Rename { user_id, name })
            }
            PeerRequest::Moderate(action) => self.moderate(asked, user, action),
            other => self.pass_on(asked, other),
        };
        if let Some((asked, error)) = refused {
            // Whoever asked may have gone.
            let _ = asked.answer.send(Err(error));
        }
    }

    /// What is done at once, and changes nothing but the room.
    fn gesture(&mut self, session: PeerSessionId, user: UserId, request: PeerRequest) -> Result<(), RoomError> {
        match request {
            PeerRequest::RaiseHand(raised) => {
                let at = self.shared.clock.now();
                if self.room.raise_hand(session, raised, at)? {
                    self.tell_everybody(if raised {
                        PeerEvent::HandRaised { user, at }
                    } else {
                        PeerEvent::HandLowered { user }
                    });
                }
            }
            PeerRequest::LowerHandOf(target) => {
                if self.room.lower_hand_of(session, target)? {
                    self.tell_everybody(PeerEvent::HandLowered { user: target });
                }
            }
            PeerRequest::React(reaction) => {
                self.room.check_signal(session)?;
                self.tell_everybody(PeerEvent::Reaction { from: user, reaction });
            }
            PeerRequest::SetSpotlight(target) => {
                if self.room.set_spotlight(session, target)? {
                    self.tell_everybody(PeerEvent::Spotlight(self.room.spotlight()));
                }
            }
            PeerRequest::Mute(target) => {
                self.check_acts_on(session, target)?;
                self.mute(target, user);
            }
            PeerRequest::AskToUnmute(target) => {
                self.check_acts_on(session, Some(target))?;
                self.ask_to_unmute(target, user);
            }
            // All others are dealt with by the caller.
            _ => return Err(RoomError::WrongState("not a gesture")),
        }
        Ok(())
    }

    fn check_acts_on(&self, session: PeerSessionId, target: Option<UserId>) -> Result<(), RoomError> {
        self.room.check_moderates(session)?;
        let Some(target) = target else { return Ok(()) };
        let by = self.room.peer(session).ok_or(RoomError::NotInRoom)?;
        let peer = self.room.peer_of(target).filter(|peer| peer.is_visible()).ok_or(RoomError::TargetNotFound)?;
        if by.role().outranks(peer.role()) || by.user_id() == target { Ok(()) } else { Err(RoomError::Denied) }
    }

    /// Has somebody else decide, beside the loop. What follows from it comes as a command.
    fn moderate(&mut self, asked: Asked, by: UserId, action: ModerationAction) -> Option<(Asked, RoomError)> {
        let about_oneself = matches!(&action, ModerationAction::Rename { user_id, .. } if *user_id == by);
        if !about_oneself && let Err(error) = self.room.check_moderates(asked.session) {
            return Some((asked, error.into()));
        }
        let (moderation, room) = (self.shared.moderation.clone(), self.room.id());
        let timeout = self.shared.limits.moderation_timeout;
        self.pending.push(Box::pin(async move {
            let done = tokio::time::timeout(timeout, moderation.moderate(room, by, action)).await;
            let done = done.unwrap_or_else(|late| Err(ModerationError::Unavailable(late.into())));
            let _ = asked.answer.send(done.map(|()| PeerAnswer::Done).map_err(RoomError::from));
            Completion::Nothing
        }));
        None
    }

    fn create_transport(
        &mut self,
        asked: Asked,
        direction: TransportDirection,
        sctp_capabilities: Option<serde_json::Value>,
    ) -> Option<(Asked, RoomError)> {
        let granted = match direction {
            TransportDirection::Send => self.room.check_publish(asked.session),
            TransportDirection::Receive => self.room.check_subscribe(asked.session),
        };
        if let Err(error) = granted {
            return Some((asked, error.into()));
        }
        let router = match self.present_router() {
            Ok(router) => router,
            Err(error) => return Some((asked, error)),
        };
        if let Err(error) = self.book.reserve_transport(asked.session, self.shared.limits.transports_per_peer) {
            return Some((asked, error));
        }
        let (engine, timeout) = (self.shared.engine.clone(), self.shared.limits.engine_timeout);
        self.pending.push(Box::pin(async move {
            let result = bounded(timeout, engine.create_transport(&router, direction, sctp_capabilities)).await;
            Completion::TransportMade { asked, direction, result }
        }));
        None
    }

    fn produce(&mut self, asked: Asked, transport: TransportId, request: ProduceRequest) -> Option<(Asked, RoomError)> {
        let (kind, source, paused) = (request.kind, request.source, request.paused);
        if kind != source.kind() {
            let error = RoomError::Rejected { field: "kind".into(), reason: "does not fit the source".into() };
            return Some((asked, error));
        }
        if let Err(error) = self.book.check_direction(asked.session, &transport, TransportDirection::Send) {
            return Some((asked, error));
        }
        if source == MediaSource::Microphone
            && !paused
            && let Err(error) = self.room.check_unmute(asked.session)
        {
            return Some((asked, error.into()));
        }
        let limit = self.shared.limits.producers_per_peer;
        if let Err(error) = self.room.begin_publication(asked.session, source, limit) {
            return Some((asked, error.into()));
        }
        let (engine, timeout) = (self.shared.engine.clone(), self.shared.limits.engine_timeout);
        self.pending.push(Box::pin(async move {
            let result = bounded(timeout, engine.produce(&transport, request)).await;
            // The engine names it.
            let track = Track { producer: ProducerId(String::new()), kind, source, paused };
            Completion::Produced { asked, track, result }
        }));
        None
    }

    fn consume(
        &mut self,
        asked: Asked,
        transport: TransportId,
        producer: ProducerId,
        rtp_capabilities: serde_json::Value,
    ) -> Option<(Asked, RoomError)> {
        if let Err(error) = self.room.check_subscribe(asked.session) {
            return Some((asked, error.into()));
        }
        if let Err(error) = self.book.check_direction(asked.session, &transport, TransportDirection::Receive) {
            return Some((asked, error));
        }
        let Some(source) = self.book.producer(&producer).map(|entry| entry.source) else {
            return Some((asked, RoomError::NotFound("producer")));
        };
        if let Err(error) = self.book.reserve_consumer(asked.session, self.shared.limits.consumers_per_peer) {
            return Some((asked, error));
        }
        let (engine, timeout) = (self.shared.engine.clone(), self.shared.limits.engine_timeout);
        self.pending.push(Box::pin(async move {
            let result = bounded(timeout, engine.consume(&transport, &producer, rtp_capabilities)).await;
            Completion::Consumed { asked, source, result }
        }));
        None
    }

    fn pause_producer(&mut self, asked: Asked, producer: ProducerId, paused: bool) -> Option<(Asked, RoomError)> {
        let source = match self.book.producer_of(asked.session, &producer) {
            Ok(entry) => entry.source,
            Err(error) => return Some((asked, error)),
        };
        if source == MediaSource::Microphone
            && !paused
            && let Err(error) = self.room.check_unmute(asked.session)
        {
            return Some((asked, error.into()));
        }
        let (engine, timeout) = (self.shared.engine.clone(), self.shared.limits.engine_timeout);
        self.pending.push(Box::pin(async move {
            let operation = async {
                if paused { engine.pause_producer(&producer).await } else { engine.resume_producer(&producer).await }
            };
            let result = bounded(timeout, operation).await;
            Completion::ProducerPaused { asked, producer, paused, result }
        }));
        None
    }

    fn close_producer(&mut self, asked: Asked, producer: ProducerId) -> Option<(Asked, RoomError)> {
        if let Err(error) = self.book.producer_of(asked.session, &producer) {
            return Some((asked, error));
        }
        let session = asked.session;
        let engine = self.shared.engine.clone();
        let name = producer.clone();
        self.ask(asked, async move {
            engine.close_producer(&name).await;
            Ok(PeerAnswer::Done)
        });
        if let Some(closed) = self.book.remove_producer(&producer) {
            self.room.end_publication(session, closed.entry.source);
            self.announce_closed(closed, Some(session));
        }
        None
    }

    fn signal(&mut self, asked: Asked, from: UserId, target: UserId, signal: PeerSignal) -> Option<(Asked, RoomError)> {
        if let Err(error) = self.room.check_signal(asked.session) {
            return Some((asked, error.into()));
        }
        let target = self.room.peer_of(target).filter(|peer| peer.is_visible()).map(|peer| peer.session());
        let Some(target) = target else { return Some((asked, RoomError::TargetNotFound)) };
        self.tell(target, &RoomNotification::new(PeerEvent::Signal { from, signal }));
        let _ = asked.answer.send(Ok(PeerAnswer::Done));
        None
    }

    /// Requests that concern the engine alone, once it is clear that they are about something of one's own.
    fn pass_on(&mut self, asked: Asked, request: PeerRequest) -> Option<(Asked, RoomError)> {
        let (session, book) = (asked.session, &self.book);
        let owned = match &request {
            PeerRequest::ConnectTransport { transport, .. } | PeerRequest::RestartIce(transport) => {
                book.check_transport(session, transport)
            }
            PeerRequest::ResumeConsumer(consumer)
            | PeerRequest::PauseConsumer(consumer)
            | PeerRequest::SetPreferredLayers { consumer, .. }
            | PeerRequest::RequestKeyFrame(consumer) => book.check_consumer(session, consumer),
            PeerRequest::Stats(target) => book.check_stats(session, target),
            // All others are dealt with by the caller.
            _ => Err(RoomError::WrongState("not a request to the media engine")),
        };
        if let Err(error) = owned {
            return Some((asked, error));
        }
        let engine = self.shared.engine.clone();
        self.ask(asked, async move {
            match request {
                PeerRequest::ConnectTransport { transport, dtls_parameters } => {
                    engine.connect_transport(&transport, dtls_parameters).await.map(|()| PeerAnswer::Done)
                }
                PeerRequest::RestartIce(transport) => {
                    engine.restart_ice(&transport).await.map(PeerAnswer::IceParameters)
                }
                PeerRequest::ResumeConsumer(consumer) => {
                    engine.resume_consumer(&consumer).await.map(|()| PeerAnswer::Done)
                }
                PeerRequest::PauseConsumer(consumer) => {
                    engine.pause_consumer(&consumer).await.map(|()| PeerAnswer::Done)
                }
                PeerRequest::SetPreferredLayers { consumer, layers } => {
                    engine.set_preferred_layers(&consumer, layers).await.map(|()| PeerAnswer::Done)
                }
                PeerRequest::RequestKeyFrame(consumer) => {
                    engine.request_key_frame(&consumer).await.map(|()| PeerAnswer::Done)
                }
                PeerRequest::Stats(target) => engine.stats(&target).await.map(PeerAnswer::Stats),
                _ => Ok(PeerAnswer::Done),
            }
        });
        None
    }

    /// Runs something beside the loop and answers with what comes of it.
    fn ask(&self, asked: Asked, operation: impl Future<Output = Result<PeerAnswer, MediaError>> + Send + 'static) {
        let timeout = self.shared.limits.engine_timeout;
        self.pending.push(Box::pin(async move {
            let result = bounded(timeout, operation).await;
            let _ = asked.answer.send(result.map_err(RoomError::from));
            Completion::Nothing
        }));
    }

    fn present_router(&self) -> Result<RouterId, RoomError> {
        let away = || RoomError::MediaUnavailable(BoxError::from("the room's media is moving"));
        self.router.id.clone().ok_or_else(away)
    }
}
