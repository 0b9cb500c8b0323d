//! What is written in the room: told at once, kept by the log.

use std::sync::Arc;

use domain_room::{ChatContent, ChatMessage, ChatMessageParts, ChatText, Peer, Recipient};
use domain_shared::{MessageId, PageLimit, UserId};

use super::{
    RoomActor,
    completion::{Asked, Completion},
};
use crate::{PeerAnswer, PeerEvent, Profile, RoomError, RoomNotification};

impl RoomActor {
    /// Tells what somebody writes to everybody, or to them and one other.
    pub(super) fn chat(&mut self, asked: Asked, text: ChatText, to: Option<UserId>) -> Option<(Asked, RoomError)> {
        let done = self.write(&asked, text, to);
        // Whoever asked may have gone.
        let _ = asked.answer.send(done.map(|()| PeerAnswer::Done));
        None
    }

    fn write(&mut self, asked: &Asked, text: ChatText, to: Option<UserId>) -> Result<(), RoomError> {
        self.room.check_chat(asked.session)?;
        let peer = self.room.peer(asked.session).ok_or(RoomError::NotInRoom)?;
        let (from, profile) = (peer.user_id(), Profile::from(peer));
        let recipient = match to {
            None => None,
            Some(to) => {
                let other = self.room.peer_of(to).filter(|other| other.is_visible() && other.user_id() != from);
                let other = other.ok_or(RoomError::TargetNotFound)?;
                Some(Recipient { user_id: to, name: other.display_name().clone() })
            }
        };
        let (id, at) = (MessageId::from_uuid(self.shared.ids.next()), self.shared.clock.now());
        let message = ChatMessage::from(ChatMessageParts {
            id,
            room_id: self.room.id(),
            sender_id: from,
            sender_name: profile.display_name.clone(),
            recipient,
            content: ChatContent::Text(text.clone()),
            sent_at: at,
        });
        self.shared.chat.append(Arc::new(message))?;
        self.tell_concerned(from, to, PeerEvent::Chat { id, from, profile, to, text, at });
        Ok(())
    }

    /// Tells everybody, or the two whom a private message concerns.
    fn tell_concerned(&mut self, sender: UserId, recipient: Option<UserId>, event: PeerEvent) {
        let Some(recipient) = recipient else { return self.tell_everybody(event) };
        let notification = RoomNotification::new(event);
        for user in [sender, recipient] {
            if let Some(session) = self.room.peer_of(user).map(Peer::session) {
                self.tell(session, &notification);
            }
        }
    }

    /// Reads what was written, beside the loop.
    pub(super) fn chat_history(
        &self,
        asked: Asked,
        reader: UserId,
        before: Option<MessageId>,
        limit: PageLimit,
    ) -> Option<(Asked, RoomError)> {
        let (chat, room) = (self.shared.chat.clone(), self.room.id());
        self.pending.push(Box::pin(async move {
            let page = chat.page(room, reader, before, limit).await;
            let _ = asked.answer.send(page.map(PeerAnswer::ChatHistory));
            Completion::Nothing
        }));
        None
    }

    /// Deletes a message, beside the loop; the room is told when it is done.
    pub(super) fn delete_message(&self, asked: Asked, by: UserId, message: MessageId) -> Option<(Asked, RoomError)> {
        let moderates = self.room.check_moderates(asked.session).is_ok();
        let (chat, room, now) = (self.shared.chat.clone(), self.room.id(), self.shared.clock.now());
        self.pending.push(Box::pin(async move {
            let result = chat.delete(room, message, by, moderates, now).await;
            Completion::MessageDeleted { asked, by, result }
        }));
        None
    }

    pub(super) fn deleted(&mut self, asked: Asked, by: UserId, result: Result<Option<Arc<ChatMessage>>, RoomError>) {
        let left = result.map(|left| {
            if let Some(left) = left {
                self.message_deleted(left.id(), by, left.sender_id(), left.recipient().map(|one| one.user_id));
            }
            PeerAnswer::Done
        });
        let _ = asked.answer.send(left);
    }

    /// Tells whom it concerns that a message is gone.
    pub(super) fn message_deleted(
        &mut self,
        message: MessageId,
        by: UserId,
        sender: UserId,
        recipient: Option<UserId>,
    ) {
        self.tell_concerned(sender, recipient, PeerEvent::ChatDeleted { message, by });
    }
}
