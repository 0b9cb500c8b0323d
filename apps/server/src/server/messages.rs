//! What was written in the rooms of meetings, for the use cases of meetings. A meeting's room bears the meeting's UUID.

use application_meeting::{DeleteMessageError, MeetingMessages, MessageView};
use application_room::{DeleteStoredError, StoredChat};
use application_shared::PortError;
use async_trait::async_trait;
use domain_room::ChatMessage;
use domain_shared::{MessageId, Page, PageLimit, RoomId, UserId};

/// Shows it as meetings know it.
pub struct RoomMessages(StoredChat);

impl RoomMessages {
    /// On what is stored.
    #[must_use]
    pub const fn new(chat: StoredChat) -> Self {
        Self(chat)
    }
}

fn view(message: &ChatMessage) -> MessageView {
    let recipient = message.recipient();
    MessageView {
        id: message.id(),
        sender_id: message.sender_id(),
        sender_name: message.sender_name().as_str().to_owned(),
        recipient: recipient.map(|recipient| (recipient.user_id, recipient.name.as_str().to_owned())),
        text: message.text().map(str::to_owned),
        sent_at: message.sent_at(),
        deleted: message.deletion().map(|deletion| (deletion.at, deletion.by)),
    }
}

#[async_trait]
impl MeetingMessages for RoomMessages {
    async fn page(
        &self,
        room: RoomId,
        reader: UserId,
        before: Option<MessageId>,
        limit: PageLimit,
    ) -> Result<Page<MessageView, MessageId>, PortError> {
        let page = self.0.page(room, reader, before, limit).await?;
        Ok(Page { items: page.items.iter().map(view).collect(), next: page.next })
    }

    async fn delete(
        &self,
        room: RoomId,
        message: MessageId,
        by: UserId,
        moderates: bool,
    ) -> Result<MessageView, DeleteMessageError> {
        match self.0.delete(room, message, by, moderates).await {
            Ok(left) => Ok(view(&left)),
            Err(DeleteStoredError::Refused(domain_room::DeleteMessageError::NotFound)) => {
                Err(DeleteMessageError::NotFound)
            }
            Err(DeleteStoredError::Refused(domain_room::DeleteMessageError::Denied)) => Err(DeleteMessageError::Denied),
            Err(DeleteStoredError::Port(error)) => Err(error.into()),
        }
    }
}
