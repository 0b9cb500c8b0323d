//! What is written in a room.

use thiserror::Error;

/// A chat message: 1 to 4000 characters, not only white space.
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
}

impl ChatText {
    /// The longest message, in characters (Unicode scalar values).
    pub const MAX_CHARS: usize = 4000;

    /// Takes a text from outside.
    ///
    /// # Errors
    /// [`ChatTextError`] when it is blank or too long.
    pub fn parse(text: String) -> Result<Self, ChatTextError> {
        if text.trim().is_empty() {
            return Err(ChatTextError::Empty);
        }
        // The byte length bounds the characters, so that most texts need not be counted.
        if text.len() > Self::MAX_CHARS && text.chars().nth(Self::MAX_CHARS).is_some() {
            return Err(ChatTextError::TooLong);
        }
        Ok(Self(text))
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_one_to_four_thousand_characters() {
        assert_eq!(ChatText::parse("hello".into()).map(|text| text.as_str().to_owned()), Ok("hello".to_owned()));
        assert!(ChatText::parse("界".repeat(4000)).is_ok());
        assert_eq!(ChatText::parse("界".repeat(4001)), Err(ChatTextError::TooLong));
        assert_eq!(ChatText::parse("x".repeat(4001)), Err(ChatTextError::TooLong));
        for blank in ["", "   ", "\n\t"] {
            assert_eq!(ChatText::parse(blank.into()), Err(ChatTextError::Empty));
        }
    }
}
