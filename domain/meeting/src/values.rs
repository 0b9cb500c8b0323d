//! Values that are parsed once, where they enter: title, description, display name, number of places.

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// A text that does not fit.
#[derive(Debug, Error, Clone, Copy, PartialEq, Eq)]
pub enum TextError {
    /// Nothing is left after trimming.
    #[error("must not be empty")]
    Empty,
    /// More characters than allowed.
    #[error("must be at most {max} characters long")]
    TooLong {
        /// The most characters allowed.
        max: usize,
    },
    /// Holds control characters.
    #[error("must not contain control characters")]
    ControlCharacter,
}

impl TextError {
    /// The stable code for clients.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Empty => "required",
            Self::TooLong { .. } => "too_long",
            Self::ControlCharacter => "invalid_characters",
        }
    }
}

fn one_line(text: &str, max: usize) -> Result<String, TextError> {
    let text = text.trim();
    if text.is_empty() {
        return Err(TextError::Empty);
    }
    if text.chars().count() > max {
        return Err(TextError::TooLong { max });
    }
    if text.chars().any(char::is_control) {
        return Err(TextError::ControlCharacter);
    }
    Ok(text.to_owned())
}

macro_rules! one_line_texts {
    ($($(#[$doc:meta])* $name:ident up to $max:literal),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(String);

        impl $name {
            /// The most characters it may have.
            pub const MAX: usize = $max;

            /// Takes a text from outside; spaces around it are dropped.
            ///
            /// # Errors
            /// [`TextError`] when it is empty, too long or holds control characters.
            pub fn parse(text: &str) -> Result<Self, TextError> {
                one_line(text, Self::MAX).map(Self)
            }

            /// The text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl From<$name> for String {
            fn from(text: $name) -> Self {
                text.0
            }
        }
    )+};
}

one_line_texts! {
    /// What a meeting is called: 1 to 200 characters on one line.
    MeetingTitle up to 200,
    /// What a participant is called in the meeting: 1 to 64 characters on one line.
    DisplayName up to 64,
}

impl DisplayName {
    /// The name of somebody who has none.
    #[must_use]
    pub fn anonymous() -> Self {
        Self("Participant".to_owned())
    }

    /// The name of somebody whose account was deleted.
    #[must_use]
    pub fn deleted() -> Self {
        Self("Deleted user".to_owned())
    }
}

/// What a meeting is about: up to 5,000 characters, line breaks allowed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct MeetingDescription(String);

impl MeetingDescription {
    /// The most characters it may have.
    pub const MAX: usize = 5_000;

    /// Takes a text from outside; spaces around it are dropped, and an empty one is none.
    ///
    /// # Errors
    /// [`TextError`] when it is too long or holds control characters other than line breaks and tabs.
    pub fn parse(text: &str) -> Result<Option<Self>, TextError> {
        let text = text.trim();
        if text.is_empty() {
            return Ok(None);
        }
        if text.chars().count() > Self::MAX {
            return Err(TextError::TooLong { max: Self::MAX });
        }
        if text.chars().any(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t')) {
            return Err(TextError::ControlCharacter);
        }
        Ok(Some(Self(text.to_owned())))
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// How many may be present at once: 2 to 1,000.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct MaxParticipants(u16);

/// The number of places is out of range.
#[derive(Debug, Error, Clone, Copy, PartialEq, Eq)]
#[error("must be between {min} and {max}", min = MaxParticipants::MIN, max = MaxParticipants::MAX)]
pub struct MaxParticipantsError;

impl MaxParticipants {
    /// The fewest places.
    pub const MIN: u16 = 2;
    /// The most places.
    pub const MAX: u16 = 1_000;

    /// Takes a number from outside.
    ///
    /// # Errors
    /// [`MaxParticipantsError`] when it is out of range.
    pub fn parse(number: i64) -> Result<Self, MaxParticipantsError> {
        u16::try_from(number).ok().filter(|n| (Self::MIN..=Self::MAX).contains(n)).map(Self).ok_or(MaxParticipantsError)
    }

    /// The number.
    #[must_use]
    pub const fn get(self) -> u16 {
        self.0
    }
}

impl Default for MaxParticipants {
    /// 100 places.
    fn default() -> Self {
        Self(100)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_is_trimmed_and_bounded() {
        assert_eq!(MeetingTitle::parse("  Weekly  ").map(String::from), Ok("Weekly".to_owned()));
        assert_eq!(MeetingTitle::parse(" \t "), Err(TextError::Empty));
        assert_eq!(MeetingTitle::parse("a\u{0}b"), Err(TextError::ControlCharacter));
        assert!(MeetingTitle::parse(&"ü".repeat(200)).is_ok());
        assert_eq!(MeetingTitle::parse(&"ü".repeat(201)), Err(TextError::TooLong { max: 200 }));
        assert_eq!(DisplayName::parse(&"ü".repeat(65)), Err(TextError::TooLong { max: 64 }));
        assert_eq!(DisplayName::parse("Ada").unwrap().as_str(), "Ada");
    }

    #[test]
    fn a_description_may_have_lines_and_may_be_missing() {
        assert_eq!(MeetingDescription::parse("  "), Ok(None));
        assert_eq!(MeetingDescription::parse("a\r\n\tb").unwrap().unwrap().as_str(), "a\r\n\tb");
        assert_eq!(MeetingDescription::parse("a\u{7}b"), Err(TextError::ControlCharacter));
        assert!(MeetingDescription::parse(&"x".repeat(5_000)).is_ok());
        assert_eq!(MeetingDescription::parse(&"x".repeat(5_001)), Err(TextError::TooLong { max: 5_000 }));
    }

    #[test]
    fn places_are_bounded() {
        assert_eq!(MaxParticipants::default().get(), 100);
        assert_eq!(MaxParticipants::parse(2).map(MaxParticipants::get), Ok(2));
        assert_eq!(MaxParticipants::parse(1_000).map(MaxParticipants::get), Ok(1_000));
        for bad in [i64::MIN, -1, 0, 1, 1_001, 65_538, i64::MAX] {
            assert_eq!(MaxParticipants::parse(bad), Err(MaxParticipantsError), "{bad}");
        }
    }

    #[test]
    fn every_text_error_has_a_code() {
        assert_eq!(TextError::Empty.code(), "required");
        assert_eq!(TextError::TooLong { max: 1 }.code(), "too_long");
        assert_eq!(TextError::ControlCharacter.code(), "invalid_characters");
    }
}
