//! What happens to a room from outside, and what hosts and co-hosts do in it.

use application_shared::RoomCommand;
use domain_room::{DisplayName, Grants, LeaveReason, MediaSource, ParticipantRole, Peer, PeerSessionId, RoomPolicy};
use domain_shared::UserId;
use tokio::sync::oneshot;

use super::{
    Flow, RoomActor,
    completion::{Asked, Completion, bounded},
};
use crate::{PeerEvent, Profile, RoomNotification, SessionEnd};

fn policy(policy: application_shared::RoomPolicy) -> RoomPolicy {
    let application_shared::RoomPolicy { share_screen, chat, unmute, record } = policy;
    RoomPolicy { share_screen, chat, unmute, record }
}

fn role(name: &str) -> Option<ParticipantRole> {
    match name {
        "host" => Some(ParticipantRole::Host),
        "co-host" => Some(ParticipantRole::CoHost),
        "participant" => Some(ParticipantRole::Participant),
        _ => None,
    }
}

impl RoomActor {
    pub(super) fn command(&mut self, command: RoomCommand) -> Flow {
        match command {
            RoomCommand::End { reason, .. } => return self.end(&reason, SessionEnd::RoomEnded),
            RoomCommand::Remove { user_id, reason, .. } => self.remove(user_id, &reason),
            RoomCommand::SetRole { user_id, role: name, policy: allowed, .. } => {
                let Some(role) = role(&name) else { return Flow::GoOn };
                if let Some(session) = self.room.set_role(user_id, role, policy(allowed)) {
                    self.tell_update(session);
                    self.tell_grants(session);
                }
            }
            RoomCommand::Rename { user_id, display_name, .. } => {
                let renamed = DisplayName::parse(&display_name).ok().and_then(|name| self.room.rename(user_id, name));
                if let Some(session) = renamed {
                    self.tell_update(session);
                }
            }
            RoomCommand::Lock { locked, .. } => {
                if self.room.lock(locked, self.shared.clock.now()) {
                    self.tell_everybody(PeerEvent::RoomLocked { locked });
                }
            }
            RoomCommand::SetPolicy { policy: allowed, .. } => {
                for session in self.room.set_policy(policy(allowed)) {
                    self.tell_grants(session);
                }
            }
            RoomCommand::Mute { user_id, by, .. } => self.mute(user_id, by),
            RoomCommand::AskToUnmute { user_id, by, .. } => self.ask_to_unmute(user_id, by),
            RoomCommand::MessageDeleted { message_id, by, sender_id, recipient_id, .. } => {
                self.message_deleted(message_id, by, sender_id, recipient_id);
            }
            RoomCommand::LobbyWaiting { user_id, display_name, guest, since, .. } => {
                if let Ok(display_name) = DisplayName::parse(&display_name) {
                    self.tell_moderators(PeerEvent::LobbyWaiting { user: user_id, display_name, guest, since });
                }
            }
            RoomCommand::LobbyLeft { user_id, admitted, .. } => {
                self.tell_moderators(PeerEvent::LobbyLeft { user: user_id });
                if let Some(admitted) = admitted {
                    self.answer_waiting(user_id, admitted);
                }
            }
        }
        Flow::GoOn
    }

    /// Makes somebody leave, whether they are in or wait.
    fn remove(&mut self, user: UserId, reason: &str) {
        let sessions = [self.room.peer_of(user).map(Peer::session), self.room.waiting_of(user)];
        for session in sessions.into_iter().flatten() {
            self.tell(session, &RoomNotification::new(PeerEvent::Kicked { reason: reason.to_owned() }));
            self.leave(session, LeaveReason::Kicked);
        }
    }

    fn tell_update(&mut self, session: PeerSessionId) {
        if let Some((user, profile)) = self.room.peer(session).map(|peer| (peer.user_id(), Profile::from(peer))) {
            self.tell_everybody(PeerEvent::UserUpdated { user, profile });
        }
    }

    /// Tells somebody what they may do now, and ends what they may not do any more.
    fn tell_grants(&mut self, session: PeerSessionId) {
        let Some(grants) = self.room.grants_of(session).cloned() else { return };
        self.tell(session, &RoomNotification::new(PeerEvent::GrantsChanged { grants: grants.clone() }));
        self.end_what_is_not_granted(session, &grants);
    }

    fn end_what_is_not_granted(&mut self, session: PeerSessionId, grants: &Grants) {
        let tracks = self.book.tracks_of(session);
        for track in tracks.into_iter().filter(|track| !grants.may_publish(track.source)) {
            let (engine, name) = (self.shared.engine.clone(), track.producer.clone());
            self.close_later(async move { engine.close_producer(&name).await });
            if let Some(closed) = self.book.remove_producer(&track.producer) {
                self.room.end_publication(session, track.source);
                self.announce_closed(closed, None);
            }
        }
    }

    /// Turns microphones off. Whoever may not turn theirs on by themselves has to be asked.
    pub(super) fn mute(&mut self, target: Option<UserId>, by: UserId) {
        for session in self.room.muted_by(by, target) {
            let Some(user) = self.room.peer(session).map(Peer::user_id) else { continue };
            self.room.ask_to_unmute(user, false);
            self.tell(session, &RoomNotification::new(PeerEvent::Muted { by }));
            let tracks = self.book.tracks_of(session).into_iter();
            for track in tracks.filter(|track| track.source == MediaSource::Microphone && !track.paused) {
                let (engine, timeout) = (self.shared.engine.clone(), self.shared.limits.engine_timeout);
                // Nobody waits for an answer.
                let asked = Asked { session, generation: self.router.generation, answer: oneshot::channel().0 };
                let producer = track.producer;
                self.pending.push(Box::pin(async move {
                    let result = bounded(timeout, engine.pause_producer(&producer)).await;
                    Completion::ProducerPaused { asked, producer, paused: true, result }
                }));
            }
        }
    }

    pub(super) fn ask_to_unmute(&mut self, user: UserId, by: UserId) {
        if let Some(session) = self.room.ask_to_unmute(user, true) {
            self.tell(session, &RoomNotification::new(PeerEvent::UnmuteRequested { by }));
        }
    }
}
