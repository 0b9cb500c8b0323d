//! What the room hears from the media engine, and what it tells the participants.

use std::sync::{Arc, atomic::Ordering};

use domain_room::{LeaveReason, PeerSessionId};
use tokio::sync::mpsc::error::TrySendError;

use super::{Flow, RoomActor};
use crate::{MediaEvent, MediaEventSink, PeerEvent, RoomNotification, SessionEvent, media_book::ClosedProducer};

impl RoomActor {
    /// Takes what the present router tells. It never blocks: levels, scores and the like may get lost when the room has
    /// too much to do; if something that must not be lost finds no place, the room moves to another router.
    pub(super) fn sink(&self) -> MediaEventSink {
        let (sender, lost, generation) = (self.media_sender.clone(), self.media_lost.clone(), self.router.generation);
        Arc::new(move |event| {
            let vital = event.is_vital();
            if sender.try_send((generation, event)).is_err() && vital {
                lost.store(true, Ordering::Relaxed);
            }
        })
    }

    pub(super) fn media_event(&mut self, generation: u64, event: MediaEvent) -> Flow {
        if generation != self.router.generation {
            return Flow::GoOn;
        }
        match event {
            MediaEvent::ActiveSpeaker(None) => self.tell_everybody(PeerEvent::ActiveSpeaker(None)),
            MediaEvent::ActiveSpeaker(Some(producer)) => {
                if let Some(user) = self.book.producer(&producer).map(|entry| entry.user) {
                    self.tell_everybody(PeerEvent::ActiveSpeaker(Some(user)));
                }
            }
            MediaEvent::AudioLevels(levels) => {
                let levels: Vec<_> = levels
                    .into_iter()
                    .filter_map(|(producer, level)| Some((self.book.producer(&producer)?.user, level)))
                    .collect();
                if !levels.is_empty() {
                    self.tell_everybody(PeerEvent::AudioLevels(levels));
                }
            }
            MediaEvent::ProducerClosed(producer) => {
                if let Some(closed) = self.book.remove_producer(&producer) {
                    self.room.end_publication(closed.entry.owner, closed.entry.source);
                    self.announce_closed(closed, None);
                }
            }
            MediaEvent::ConsumerClosed(consumer) => {
                if let Some(owner) = self.book.remove_consumer(&consumer) {
                    self.tell(owner, &RoomNotification::new(PeerEvent::ConsumerClosed(consumer)));
                }
            }
            MediaEvent::ConsumerPaused(consumer) => {
                self.tell_consumer(self.book.consumer_owner(&consumer), PeerEvent::ConsumerPaused(consumer));
            }
            MediaEvent::ConsumerResumed(consumer) => {
                self.tell_consumer(self.book.consumer_owner(&consumer), PeerEvent::ConsumerResumed(consumer));
            }
            MediaEvent::ConsumerLayers(consumer, layers) => {
                self.tell_consumer(self.book.consumer_owner(&consumer), PeerEvent::ConsumerLayers(consumer, layers));
            }
            MediaEvent::ConsumerScore { consumer, score, producer_score } => {
                let owner = self.book.consumer_owner(&consumer);
                self.tell_consumer(owner, PeerEvent::ConsumerScore { consumer, score, producer_score });
            }
            MediaEvent::TransportDisconnected(transport) => {
                let owner = self.book.transport_owner(&transport);
                self.tell_consumer(owner, PeerEvent::TransportDisconnected(transport));
            }
            MediaEvent::RouterClosed => {
                tracing::warn!("the room's media worker is gone; the room moves to another router");
                self.move_router();
            }
        }
        Flow::GoOn
    }

    fn tell_consumer(&mut self, owner: Option<PeerSessionId>, event: PeerEvent) {
        if let Some(owner) = owner {
            self.tell(owner, &RoomNotification::new(event));
        }
    }

    /// Tells that a track has ended: those who received it about their consumers, and everybody but `except`.
    pub(super) fn announce_closed(&mut self, closed: ClosedProducer, except: Option<PeerSessionId>) {
        for (owner, consumer) in closed.consumers {
            self.tell(owner, &RoomNotification::new(PeerEvent::ConsumerClosed(consumer)));
        }
        let event = PeerEvent::ProducerClosed { user: closed.entry.user, producer: closed.id };
        match except {
            Some(session) => self.tell_others(session, event),
            None => self.tell_everybody(event),
        }
    }

    pub(super) fn tell_everybody(&mut self, event: PeerEvent) {
        self.tell_where(event, |_| true);
    }

    pub(super) fn tell_others(&mut self, but: PeerSessionId, event: PeerEvent) {
        self.tell_where(event, |session| session != but);
    }

    /// Tells hosts and co-hosts.
    pub(super) fn tell_moderators(&mut self, event: PeerEvent) {
        let moderators: std::collections::HashSet<PeerSessionId> =
            self.room.peers().filter(|peer| peer.role().moderates()).map(domain_room::Peer::session).collect();
        self.tell_where(event, |session| moderators.contains(&session));
    }

    fn tell_where(&mut self, event: PeerEvent, wanted: impl Fn(PeerSessionId) -> bool) {
        let notification = RoomNotification::new(event);
        for (session, line) in &mut self.lines {
            if wanted(*session) && !line.deliver(&notification) {
                self.too_slow.push(*session);
            }
        }
    }

    pub(super) fn tell(&mut self, session: PeerSessionId, notification: &Arc<RoomNotification>) {
        let line = self.lines.get_mut(&session).or_else(|| self.lobby.get_mut(&session));
        if let Some(line) = line
            && !line.deliver(notification)
        {
            self.too_slow.push(session);
        }
    }

    /// Lets those go who let too much pile up. Telling the others may show up more of them.
    pub(super) fn evict_too_slow(&mut self) {
        while let Some(session) = self.too_slow.pop() {
            if self.lines.contains_key(&session) || self.lobby.contains_key(&session) {
                tracing::info!(%session, "a participant reads too slowly and is disconnected");
                self.leave(session, LeaveReason::TooSlow);
            }
        }
    }
}

impl super::PeerLine {
    /// Queues an event under the session's next number. `false`: there is no place, the participant is too slow.
    fn deliver(&mut self, notification: &Arc<RoomNotification>) -> bool {
        let event = SessionEvent { seq: self.seq + 1, notification: notification.clone() };
        match self.events.try_send(event) {
            Ok(()) => {
                self.seq += 1;
                true
            }
            Err(TrySendError::Full(_)) => false,
            // The interface has gone; that the participant leaves is on its way.
            Err(TrySendError::Closed(_)) => true,
        }
    }
}
