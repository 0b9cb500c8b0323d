//! What an API key is called.

use thiserror::Error;

/// A name by which administrators tell keys apart: 1 to 100 characters without control characters, trimmed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiKeyName(String);

/// Why a text is no name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum ApiKeyNameError {
    /// Nothing but spaces.
    #[error("must not be empty")]
    Empty,
    /// More than [`ApiKeyName::MAX`] characters.
    #[error("must have at most {max} characters", max = ApiKeyName::MAX)]
    TooLong,
    /// A control character.
    #[error("must not contain control characters")]
    ForbiddenCharacter,
}

impl ApiKeyNameError {
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

impl ApiKeyName {
    /// The most characters.
    pub const MAX: usize = 100;

    /// Takes a text.
    ///
    /// # Errors
    /// [`ApiKeyNameError`].
    pub fn parse(text: &str) -> Result<Self, ApiKeyNameError> {
        let text = text.trim();
        if text.is_empty() {
            return Err(ApiKeyNameError::Empty);
        }
        if text.chars().count() > Self::MAX {
            return Err(ApiKeyNameError::TooLong);
        }
        if text.chars().any(char::is_control) {
            return Err(ApiKeyNameError::ForbiddenCharacter);
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
    fn a_name_says_something_and_not_too_much() {
        assert_eq!(ApiKeyName::parse("  Clinic 会议 ").unwrap().as_str(), "Clinic 会议");
        assert!(ApiKeyName::parse(&"é".repeat(100)).is_ok());
        for (text, code) in
            [(" ".to_owned(), "empty"), ("x".repeat(101), "too_long"), ("a\nb".to_owned(), "forbidden_character")]
        {
            assert_eq!(ApiKeyName::parse(&text).unwrap_err().code(), code);
        }
    }
}
