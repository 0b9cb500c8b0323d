//! What is written in a room.

use chrono::{DateTime, Utc};
use domain_shared::{MessageId, RoomId, UserId};
use thiserror::Error;

use crate::DisplayName;

/// A chat text: 1 to 4000 characters, not only white space, without NUL, which the database cannot hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChatText(String);

/// The text cannot be a chat message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum ChatTextError {
    /// Nothing was written.
    #[error("the text is empty")]
    Empty,
    /// Too much was written.
    #[error("the text is longer than {max} characters", max = ChatText::MAX_CHARS)]
    TooLong,
    /// There is a NUL in it.
    #[error("the text has a NUL character")]
    Nul,
}

impl ChatText {
    /// The longest message, in characters (Unicode scalar values).
    pub const MAX_CHARS: usize = 4000;

    /// Takes a text from outside.
    ///
    /// # Errors
    /// [`ChatTextError`] when it is blank or too long, or has a NUL.
    pub fn parse(text: String) -> Result<Self, ChatTextError> {
        if text.trim().is_empty() {
            return Err(ChatTextError::Empty);
        }
        // The byte length bounds the characters, so that most texts need not be counted.
        if text.len() > Self::MAX_CHARS && text.chars().nth(Self::MAX_CHARS).is_some() {
            return Err(ChatTextError::TooLong);
        }
        if text.contains('\0') {
            return Err(ChatTextError::Nul);
        }
        Ok(Self(text))
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Who a private message is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recipient {
    /// Who.
    pub user_id: UserId,
    /// What they are called.
    pub name: DisplayName,
}

/// What is left of a deleted message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Deletion {
    /// When it was deleted.
    pub at: DateTime<Utc>,
    /// By whom.
    pub by: UserId,
}

/// What a message says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ChatContent {
    /// This.
    Text(ChatText),
    /// Nothing any more: the text is gone for good.
    Deleted(Deletion),
}

/// Somebody may not delete a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum DeleteMessageError {
    /// They do not even see it.
    #[error("there is no such message")]
    NotFound,
    /// They see it, and neither wrote it nor moderate.
    #[error("only its author, a host or a co-host may delete a message")]
    Denied,
}

/// What somebody has written: to everybody, or to one person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChatMessage {
    id: MessageId,
    room_id: RoomId,
    sender_id: UserId,
    sender_name: DisplayName,
    recipient: Option<Recipient>,
    content: ChatContent,
    sent_at: DateTime<Utc>,
}

/// What a message is made of, new or stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChatMessageParts {
    /// Names it.
    pub id: MessageId,
    /// Where it was written.
    pub room_id: RoomId,
    /// Who wrote it.
    pub sender_id: UserId,
    /// What they were called.
    pub sender_name: DisplayName,
    /// Who it is for; everybody when absent.
    pub recipient: Option<Recipient>,
    /// What it says.
    pub content: ChatContent,
    /// When.
    pub sent_at: DateTime<Utc>,
}

impl From<ChatMessageParts> for ChatMessage {
    fn from(parts: ChatMessageParts) -> Self {
        let ChatMessageParts { id, room_id, sender_id, sender_name, recipient, content, sent_at } = parts;
        Self { id, room_id, sender_id, sender_name, recipient, content, sent_at }
    }
}

impl ChatMessage {
    /// Names it.
    #[must_use]
    pub const fn id(&self) -> MessageId {
        self.id
    }

    /// Where it was written.
    #[must_use]
    pub const fn room_id(&self) -> RoomId {
        self.room_id
    }

    /// Who wrote it.
    #[must_use]
    pub const fn sender_id(&self) -> UserId {
        self.sender_id
    }

    /// What they were called.
    #[must_use]
    pub const fn sender_name(&self) -> &DisplayName {
        &self.sender_name
    }

    /// Who it is for; everybody when `None`.
    #[must_use]
    pub const fn recipient(&self) -> Option<&Recipient> {
        self.recipient.as_ref()
    }

    /// When it was written.
    #[must_use]
    pub const fn sent_at(&self) -> DateTime<Utc> {
        self.sent_at
    }

    /// What it says, unless it was deleted.
    #[must_use]
    pub fn text(&self) -> Option<&str> {
        match &self.content {
            ChatContent::Text(text) => Some(text.as_str()),
            ChatContent::Deleted(_) => None,
        }
    }

    /// When and by whom it was deleted.
    #[must_use]
    pub const fn deletion(&self) -> Option<Deletion> {
        match &self.content {
            ChatContent::Text(_) => None,
            ChatContent::Deleted(deletion) => Some(*deletion),
        }
    }

    /// Whether somebody may see it: everybody, or the two whom a private one concerns.
    #[must_use]
    pub fn is_visible_to(&self, user: UserId) -> bool {
        self.recipient.as_ref().is_none_or(|recipient| recipient.user_id == user || self.sender_id == user)
    }

    /// Removes the text for good. The author may, and those who moderate, as far as they see it. Tells whether that is
    /// news: a message is deleted once.
    ///
    /// # Errors
    /// [`DeleteMessageError`].
    pub fn delete(&mut self, by: UserId, moderates: bool, now: DateTime<Utc>) -> Result<bool, DeleteMessageError> {
        if !self.is_visible_to(by) {
            return Err(DeleteMessageError::NotFound);
        }
        if self.sender_id != by && !moderates {
            return Err(DeleteMessageError::Denied);
        }
        if self.deletion().is_some() {
            return Ok(false);
        }
        self.content = ChatContent::Deleted(Deletion { at: now, by });
        Ok(true)
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn takes_one_to_four_thousand_characters() {
        assert_eq!(ChatText::parse("hello".into()).map(|text| text.as_str().to_owned()), Ok("hello".to_owned()));
        assert!(ChatText::parse("界".repeat(4000)).is_ok());
        assert_eq!(ChatText::parse("界".repeat(4001)), Err(ChatTextError::TooLong));
        assert_eq!(ChatText::parse("x".repeat(4001)), Err(ChatTextError::TooLong));
        assert_eq!(ChatText::parse("a\0b".into()), Err(ChatTextError::Nul));
        for blank in ["", "   ", "\n\t"] {
            assert_eq!(ChatText::parse(blank.into()), Err(ChatTextError::Empty));
        }
    }

    fn user(n: u128) -> UserId {
        UserId::from_uuid(Uuid::from_u128(n))
    }

    fn at(second: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(1_800_000_000 + second, 0).unwrap()
    }

    /// From user 1, perhaps to user 2 alone.
    fn message(private: bool) -> ChatMessage {
        let recipient = private.then(|| Recipient { user_id: user(2), name: DisplayName::parse("Bob").unwrap() });
        ChatMessage::from(ChatMessageParts {
            id: MessageId::from_uuid(Uuid::from_u128(7)),
            room_id: RoomId::from_uuid(Uuid::from_u128(77)),
            sender_id: user(1),
            sender_name: DisplayName::parse("Ada").unwrap(),
            recipient,
            content: ChatContent::Text(ChatText::parse("hello".into()).unwrap()),
            sent_at: at(0),
        })
    }

    #[test]
    fn private_messages_are_seen_by_two_people() {
        let seen = |private| (1..=3).map(|n| message(private).is_visible_to(user(n))).collect::<Vec<_>>();
        assert_eq!(seen(false), [true, true, true]);
        assert_eq!(seen(true), [true, true, false]);
    }

    #[test]
    fn authors_and_those_who_moderate_delete_what_they_see() {
        let delete = |private, n, moderates| message(private).delete(user(n), moderates, at(1));
        assert_eq!(delete(false, 1, false), Ok(true));
        assert_eq!(delete(false, 3, true), Ok(true));
        assert_eq!(delete(false, 3, false), Err(DeleteMessageError::Denied));
        assert_eq!(delete(true, 1, false), Ok(true));
        assert_eq!(delete(true, 2, false), Err(DeleteMessageError::Denied));
        assert_eq!(delete(true, 2, true), Ok(true));
        for moderates in [false, true] {
            assert_eq!(delete(true, 3, moderates), Err(DeleteMessageError::NotFound));
        }
    }

    #[test]
    fn the_text_is_gone_and_the_first_deletion_stays() {
        let mut message = message(false);
        assert_eq!((message.text(), message.deletion()), (Some("hello"), None));
        assert_eq!(message.delete(user(1), false, at(1)), Ok(true));
        assert_eq!(message.delete(user(3), true, at(2)), Ok(false));
        assert_eq!((message.text(), message.deletion()), (None, Some(Deletion { at: at(1), by: user(1) })));
        assert!(!format!("{message:?}").contains("hello"));
    }
}
