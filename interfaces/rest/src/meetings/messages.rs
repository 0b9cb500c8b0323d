//! The operations about what was written in meetings.

use std::sync::Arc;

use application_meeting::{
    DeleteMessage, DeleteMessageCommand, ListMessages, ListMessagesQuery, MeetingPorts, MessageView,
};
use chrono::{DateTime, Utc};
use domain_shared::{Clock, MessageId};
use poem_openapi::{
    Object, OpenApi,
    param::{Path, Query},
};
use serde::Serialize;
use uuid::Uuid;

use super::operations::reference;
use crate::{answer::Answer, authentication::SignedIn, code::Code, cursor, failure::Failure, tags::Tag};

/// The use cases that the operations drive.
pub struct MessageUseCases {
    list: ListMessages,
    delete: DeleteMessage,
}

impl MessageUseCases {
    /// All of them on these ports.
    #[must_use]
    pub fn new(ports: &MeetingPorts) -> Self {
        Self { list: ListMessages::new(ports), delete: DeleteMessage::new(ports) }
    }
}

/// The operations of this area.
pub struct MessagesApi {
    /// What they drive.
    pub use_cases: MessageUseCases,
    /// Dates the answers.
    pub clock: Arc<dyn Clock>,
}

/// Somebody whom a message concerns.
#[derive(Debug, Serialize, Object)]
pub struct Correspondent {
    /// Who.
    pub user_id: Uuid,
    /// What they were called when it was written.
    pub display_name: String,
}

/// Something that was written in a meeting.
#[derive(Debug, Serialize, Object)]
pub struct Message {
    /// Its identifier (UUIDv7).
    pub id: Uuid,
    /// Who wrote it.
    pub sender: Correspondent,
    /// Who a private one is for; null when it is for everybody.
    #[oai(nullable)]
    pub recipient: Option<Correspondent>,
    /// What it says; null when it was deleted.
    #[oai(nullable)]
    pub text: Option<String>,
    /// When it was written.
    pub sent_at: DateTime<Utc>,
    /// When it was deleted.
    #[oai(nullable)]
    pub deleted_at: Option<DateTime<Utc>>,
    /// By whom.
    #[oai(nullable)]
    pub deleted_by: Option<Uuid>,
}

impl From<MessageView> for Message {
    fn from(view: MessageView) -> Self {
        let recipient = view.recipient;
        Self {
            id: view.id.as_uuid(),
            sender: Correspondent { user_id: view.sender_id.as_uuid(), display_name: view.sender_name },
            recipient: recipient.map(|(id, display_name)| Correspondent { user_id: id.as_uuid(), display_name }),
            text: view.text,
            sent_at: view.sent_at,
            deleted_at: view.deleted.map(|(at, _)| at),
            deleted_by: view.deleted.map(|(_, by)| by.as_uuid()),
        }
    }
}

/// A page of messages, newest first.
#[derive(Debug, Serialize, Object)]
pub struct MessagePage {
    /// The messages.
    pub items: Vec<Message>,
    /// Send it as `cursor` for what was written before; null on the last page.
    #[oai(nullable)]
    pub next_cursor: Option<String>,
}

/// No message bears what is no identifier.
fn message_id(id: &str) -> Result<MessageId, Failure> {
    id.parse().map_err(|_| Code::MessageNotFound.into())
}

#[OpenApi(prefix_path = "/api/v1", tag = "Tag::Meetings")]
impl MessagesApi {
    /// Read what was written in a meeting
    ///
    /// Whoever created it may, and whoever has taken part and is not banned, while it goes on and when it is over. Private
    /// messages are seen by their two people only. Newest first.
    #[oai(path = "/meetings/:id/messages", method = "get", operation_id = "listMessages")]
    async fn list(
        &self,
        user: SignedIn,
        /// The meeting's identifier or code.
        id: Path<String>,
        /// How many at most.
        #[oai(validator(minimum(value = "1"), maximum(value = "100")), default = "cursor::default_limit")]
        limit: Query<i64>,
        /// Where to go on: `next_cursor` of the page before.
        #[oai(validator(max_length = 64))]
        cursor: Query<Option<String>>,
    ) -> Result<Answer<MessagePage>, Failure> {
        let (limit, before) = cursor::page(limit.0, cursor.0.as_deref())?;
        let before = before.map(|(_, id)| MessageId::from_uuid(id));
        let query = ListMessagesQuery { meeting: reference(&id.0)?, by: user.0.user_id, before, limit };
        let page = self.use_cases.list.execute(query).await?;
        let last = page.items.last().filter(|_| page.next.is_some());
        let next_cursor = last.map(|last| cursor::write(last.sent_at, last.id.as_uuid()));
        let items = page.items.into_iter().map(Message::from).collect();
        Ok(Answer::new(MessagePage { items, next_cursor }, self.clock.now()))
    }

    /// Delete something that was written in a meeting
    ///
    /// Its author may, and hosts and co-hosts as far as they see it, while the meeting goes on and when it is over. The text
    /// is gone for good; whoever is in the meeting is told at once. Deleting once more is no error.
    #[oai(path = "/meetings/:id/messages/:message_id", method = "delete", operation_id = "deleteMessage")]
    async fn delete(
        &self,
        user: SignedIn,
        /// The meeting's identifier or code.
        id: Path<String>,
        /// The message's identifier.
        message_id: Path<String>,
    ) -> Result<Answer<Message>, Failure> {
        let (meeting, message) = (reference(&id.0)?, self::message_id(&message_id.0)?);
        let command = DeleteMessageCommand { meeting, message, by: user.0.user_id };
        let left = self.use_cases.delete.execute(command).await?;
        Ok(Answer::new(left.into(), self.clock.now()))
    }
}
