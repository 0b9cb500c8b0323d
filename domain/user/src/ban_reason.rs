//! Why an account was banned.

use thiserror::Error;

/// A reason in the words of an administrator: 1 to 500 characters without control characters, trimmed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BanReason(String);

/// Why a text is no reason.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum BanReasonError {
    /// Nothing but spaces.
    #[error("must not be empty")]
    Empty,
    /// More than [`BanReason::MAX`] characters.
    #[error("must have at most {max} characters", max = BanReason::MAX)]
    TooLong,
    /// A control character.
    #[error("must not contain control characters")]
    ForbiddenCharacter,
}

impl BanReasonError {
    /// The stable code of the error.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Empty => "empty",
            Self::TooLong => "too_long",
            Self::ForbiddenCharacter => "forbidden_character",
        }
    }
}

impl BanReason {
    /// The most characters.
    pub const MAX: usize = 500;

    /// Takes a text.
    ///
    /// # Errors
    /// [`BanReasonError`].
    pub fn parse(text: &str) -> Result<Self, BanReasonError> {
        let text = text.trim();
        if text.is_empty() {
            return Err(BanReasonError::Empty);
        }
        if text.chars().count() > Self::MAX {
            return Err(BanReasonError::TooLong);
        }
        if text.chars().any(|c| c.is_control() && c != '\n') {
            return Err(BanReasonError::ForbiddenCharacter);
        }
        Ok(Self(text.to_owned()))
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
    fn a_reason_says_something_and_not_too_much() {
        assert_eq!(BanReason::parse("  spam\nand more ").unwrap().as_str(), "spam\nand more");
        assert_eq!(BanReason::parse(" \n "), Err(BanReasonError::Empty));
        assert!(BanReason::parse(&"é".repeat(500)).is_ok());
        for (text, code) in [("x".repeat(501), "too_long"), ("a\u{0}b".to_owned(), "forbidden_character")] {
            assert_eq!(BanReason::parse(&text).unwrap_err().code(), code);
        }
    }
}
