//! Those who wait in front of the room.

use domain_room::{LeaveReason, PeerSessionId};
use domain_shared::UserId;
use tokio::sync::{mpsc, oneshot};

use super::{PeerLine, RoomActor};
use crate::{
    JoinedRoom, PeerEvent, PeerSession, RoomClaims, RoomNotification, RoomPicture, SessionEnd,
    mailbox::{JoinOutcome, RoomMessage},
};

impl RoomActor {
    /// Somebody waits, and is told when that has come to an end.
    pub(super) fn wait(&mut self, claims: &RoomClaims, answer: oneshot::Sender<JoinOutcome>) {
        let (user, session) = (claims.user_id, PeerSessionId::from(self.shared.ids.next()));
        let replaced = match self.room.wait(user, session) {
            Ok(replaced) => replaced,
            Err(error) => {
                // Whoever asked may be gone; nothing has changed.
                let _ = answer.send(JoinOutcome::Refused(error.into()));
                return;
            }
        };
        if let Some(old) = replaced {
            self.tell(old, &RoomNotification::new(PeerEvent::SessionReplaced));
            self.hang_up(old, SessionEnd::Replaced);
        }
        let (events, receiver) = mpsc::channel(self.shared.limits.events_per_peer.max(1));
        let (ended, end) = oneshot::channel();
        self.lobby.insert(session, PeerLine { user, login: claims.session_id, events, ended, seq: 0 });
        let picture = RoomPicture {
            room_id: self.room.id(),
            locked: self.room.is_locked(),
            opened_at: self.room.opened_at(),
            user,
            role: claims.role,
            grants: claims.grants.clone(),
            waiting: true,
            spotlight: None,
            others: Vec::new(),
            rtp_capabilities: self.router.rtp_capabilities.clone(),
        };
        let session = PeerSession::new(session, self.mailbox.clone());
        let joined = JoinedRoom { session, picture, events: receiver, ended: end };
        // Whoever asked may be gone: then the session in the answer is dropped, which lets them go again.
        let _ = answer.send(JoinOutcome::Joined(Box::new(joined)));
    }

    /// Somebody who waited goes. A connection that was lost may come back: the page is loaded anew.
    pub(super) fn leave_lobby(&mut self, session: PeerSessionId, reason: LeaveReason) {
        let user = self.room.stop_waiting(session);
        let end = match reason {
            LeaveReason::TooSlow => SessionEnd::TooSlow,
            LeaveReason::Kicked => SessionEnd::Kicked,
            LeaveReason::Left | LeaveReason::Disconnected | LeaveReason::Replaced => SessionEnd::Left,
        };
        self.hang_up(session, end);
        let Some(user) = user else { return };
        if reason != LeaveReason::Disconnected {
            self.room.note_gone(user, self.shared.clock.now());
            return;
        }
        let (mailbox, grace) = (self.mailbox.downgrade(), self.shared.limits.lobby_grace);
        tokio::spawn(async move {
            tokio::time::sleep(grace).await;
            if let Some(mailbox) = mailbox.upgrade() {
                // A closed mailbox means that the room is gone.
                let _ = mailbox.send(RoomMessage::LobbyGone { user }).await;
            }
        });
    }

    /// Whoever was let in, or has to leave, waits no more.
    pub(super) fn end_lobby_of(&mut self, user: UserId) {
        let waiting: Vec<_> = self.lobby.iter().filter(|(_, line)| line.user == user).map(|(s, _)| *s).collect();
        for session in waiting {
            self.room.stop_waiting(session);
            self.hang_up(session, SessionEnd::Left);
        }
    }

    /// What somebody who waits is told at last.
    pub(super) fn answer_waiting(&mut self, user: UserId, admitted: bool) {
        let Some(session) = self.room.waiting_of(user) else { return };
        if admitted {
            self.tell(session, &RoomNotification::new(PeerEvent::LobbyAdmitted));
        } else {
            self.tell(session, &RoomNotification::new(PeerEvent::LobbyDenied));
            self.room.stop_waiting(session);
            self.hang_up(session, SessionEnd::Denied);
        }
    }

    pub(super) fn tell_lobby(&mut self, event: &PeerEvent) {
        let notification = RoomNotification::new(event.clone());
        let waiting: Vec<_> = self.lobby.keys().copied().collect();
        for session in waiting {
            self.tell(session, &notification);
        }
    }

    fn hang_up(&mut self, session: PeerSessionId, end: SessionEnd) {
        if let Some(line) = self.lobby.remove(&session) {
            // The interface may have gone first.
            let _ = line.ended.send(end);
        }
    }
}
