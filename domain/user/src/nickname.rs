//! The name that others see in a meeting.

use std::fmt;

use thiserror::Error;
use unicode_normalization::UnicodeNormalization;

use crate::Username;

/// 1 to 64 characters of any script, without blanks around them, in Unicode normalisation form C (UAX #15).
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Nickname(String);

/// Why a text is not a nickname.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum NicknameError {
    /// Nothing that can be seen.
    #[error("must not be empty")]
    Empty,
    /// More than [`Nickname::MAX`] characters.
    #[error("must have at most {max} characters", max = Nickname::MAX)]
    TooLong,
    /// A control character, a line break, or a character that changes the direction of text.
    #[error("must not have control characters or line breaks")]
    ForbiddenCharacter,
}

impl NicknameError {
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

impl Nickname {
    /// The name of somebody whose account was deleted.
    #[must_use]
    pub fn deleted() -> Self {
        Self("Deleted user".to_owned())
    }

    /// The most characters (Unicode scalar values).
    pub const MAX: usize = 64;
    /// Longer texts are not even normalised: nothing that long gets short enough.
    const MAX_BYTES: usize = 1024;

    /// Takes a nickname from outside; blanks around it are dropped.
    ///
    /// # Errors
    /// [`NicknameError`] when `text` breaks one of the rules.
    pub fn parse(text: &str) -> Result<Self, NicknameError> {
        let text = text.trim();
        if text.len() > Self::MAX_BYTES {
            return Err(NicknameError::TooLong);
        }
        let name: String = text.nfc().collect();
        if name.chars().any(is_forbidden) {
            return Err(NicknameError::ForbiddenCharacter);
        }
        if name.chars().all(is_invisible) {
            return Err(NicknameError::Empty);
        }
        if name.chars().count() > Self::MAX {
            return Err(NicknameError::TooLong);
        }
        Ok(Self(name))
    }

    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Who chooses no nickname is called by the username.
impl From<&Username> for Nickname {
    fn from(username: &Username) -> Self {
        Self(username.as_str().to_owned())
    }
}

impl fmt::Display for Nickname {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Control characters, line and paragraph separators, and the characters that turn the direction of the text around
/// them (UAX #9): with those a name could change how the rest of a line reads.
fn is_forbidden(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{2028}' | '\u{2029}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}')
}

/// Characters without a shape of their own. Joiners are allowed within a name, since emoji and Persian need them.
fn is_invisible(c: char) -> bool {
    c.is_whitespace()
        || matches!(c, '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}'
            | '\u{200b}'..='\u{200f}' | '\u{2060}'..='\u{2064}' | '\u{2800}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{ffa0}'
            | '\u{e0000}'..='\u{e0fff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_names_of_any_script_in_form_c() {
        for (good, kept) in [
            ("A", "A"),
            ("  Alice Smith \u{3000}", "Alice Smith"),
            ("王小明", "王小明"),
            ("محمد", "محمد"),
            ("e\u{301}lodie", "élodie"),
            ("\u{1112}\u{1161}\u{11ab}", "한"),
            ("👩\u{200d}👩\u{200d}👧", "👩\u{200d}👩\u{200d}👧"),
            ("<b>Bob & \"Co\"</b>", "<b>Bob & \"Co\"</b>"),
        ] {
            assert_eq!(Nickname::parse(good).map(|name| name.to_string()), Ok(kept.to_owned()));
        }
    }

    #[test]
    fn counts_characters_after_normalising() {
        assert!(Nickname::parse(&"e\u{301}".repeat(64)).is_ok());
        assert_eq!(Nickname::parse(&"é".repeat(65)), Err(NicknameError::TooLong));
        assert_eq!(Nickname::parse(&"王".repeat(64)).map(|name| name.as_str().chars().count()), Ok(64));
        assert_eq!(Nickname::parse(&"a".repeat(10_000_000)), Err(NicknameError::TooLong));
    }

    #[test]
    fn refuses_names_that_cannot_be_seen_or_harm_the_line() {
        for bad in ["", "   ", "\u{3000}", "\u{200b}", "\u{200d}\u{2060}", "\u{3164}", "\u{2800}\u{2800}", "\n"] {
            assert_eq!(Nickname::parse(bad), Err(NicknameError::Empty), "{bad:?}");
        }
        for bad in [
            "a\nb",
            "a\0b",
            "a\tb",
            "\u{7f}a",
            "a\u{85}b",
            "a\u{2028}b",
            "a\u{202e}b",
            "a\u{2066}b",
            "\u{feff}a",
            "\u{1b}[31m",
        ] {
            assert_eq!(Nickname::parse(bad), Err(NicknameError::ForbiddenCharacter), "{bad:?}");
        }
    }

    #[test]
    fn falls_back_to_the_username() {
        assert_eq!(Nickname::from(&Username::parse("Alice").unwrap()).as_str(), "Alice");
    }

    #[test]
    fn errors_have_stable_codes() {
        assert_eq!(
            [NicknameError::Empty, NicknameError::TooLong, NicknameError::ForbiddenCharacter].map(NicknameError::code),
            ["empty", "too_long", "forbidden_character"]
        );
    }
}
