//! The name by which an account is found.

use std::fmt;

use thiserror::Error;

/// 3 to 32 of `A-Z a-z 0-9 _ . -`. Shown as it was chosen, compared without regard to case. The letters are ASCII, so
/// that names cannot look alike and every such name is in Unicode normalisation form C already.
#[derive(Debug, Clone)]
pub struct Username {
    shown: String,
    key: String,
}

/// Why a text is not a username.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum UsernameError {
    /// Fewer than [`Username::MIN`] characters.
    #[error("must have at least {min} characters", min = Username::MIN)]
    TooShort,
    /// More than [`Username::MAX`] characters.
    #[error("must have at most {max} characters", max = Username::MAX)]
    TooLong,
    /// Something else than a letter of A to Z, a digit, `_`, `.` or `-`.
    #[error("may only have letters from A to Z, digits, and the characters _ . -")]
    ForbiddenCharacter,
}

impl UsernameError {
    /// The stable code of the error.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::TooShort => "too_short",
            Self::TooLong => "too_long",
            Self::ForbiddenCharacter => "forbidden_character",
        }
    }
}

impl Username {
    /// The fewest characters.
    pub const MIN: usize = 3;
    /// The most characters.
    pub const MAX: usize = 32;

    /// Takes a username from outside.
    ///
    /// # Errors
    /// [`UsernameError`] when `text` breaks one of the rules.
    pub fn parse(text: &str) -> Result<Self, UsernameError> {
        if !text.chars().take(Self::MAX + 1).all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '-')) {
            return Err(UsernameError::ForbiddenCharacter);
        }
        if text.len() < Self::MIN {
            return Err(UsernameError::TooShort);
        }
        if text.len() > Self::MAX {
            return Err(UsernameError::TooLong);
        }
        Ok(Self { shown: text.to_owned(), key: text.to_ascii_lowercase() })
    }

    /// The name as it was chosen.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.shown
    }

    /// The name in lower case: two accounts may not have the same.
    #[must_use]
    pub fn key(&self) -> &str {
        &self.key
    }
}

impl PartialEq for Username {
    fn eq(&self, other: &Self) -> bool {
        self.key == other.key
    }
}

impl Eq for Username {}

impl fmt::Display for Username {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.shown)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_names_of_the_allowed_characters_and_lengths() {
        for good in ["abc", "A.b-c_9", "...", "0123456789abcdefghijABCDEFGHIJ_-"] {
            assert_eq!(Username::parse(good).map(|name| name.as_str().to_owned()), Ok(good.to_owned()));
        }
    }

    #[test]
    fn refuses_everything_else() {
        let long = "a".repeat(33);
        let huge = "a".repeat(1_000_000);
        for (bad, error) in [
            ("", UsernameError::TooShort),
            ("ab", UsernameError::TooShort),
            (long.as_str(), UsernameError::TooLong),
            (huge.as_str(), UsernameError::TooLong),
            (" alice", UsernameError::ForbiddenCharacter),
            ("al ice", UsernameError::ForbiddenCharacter),
            ("alice\n", UsernameError::ForbiddenCharacter),
            ("ali\0ce", UsernameError::ForbiddenCharacter),
            ("alice@home", UsernameError::ForbiddenCharacter),
            ("élodie", UsernameError::ForbiddenCharacter),
            ("e\u{301}lodie", UsernameError::ForbiddenCharacter),
            ("\u{212a}elvin", UsernameError::ForbiddenCharacter),
            ("аlice", UsernameError::ForbiddenCharacter),
            ("ａｌｉｃｅ", UsernameError::ForbiddenCharacter),
            ("王小明", UsernameError::ForbiddenCharacter),
        ] {
            assert_eq!(Username::parse(bad).err(), Some(error), "{bad:?}");
        }
    }

    #[test]
    fn compares_without_regard_to_case_and_shows_what_was_chosen() {
        let name = Username::parse("Alice").unwrap();
        assert_eq!(name, Username::parse("aLICE").unwrap());
        assert_ne!(name, Username::parse("alice2").unwrap());
        assert_eq!((name.to_string().as_str(), name.key()), ("Alice", "alice"));
    }

    #[test]
    fn errors_have_stable_codes() {
        assert_eq!(
            [UsernameError::TooShort, UsernameError::TooLong, UsernameError::ForbiddenCharacter]
                .map(UsernameError::code),
            ["too_short", "too_long", "forbidden_character"]
        );
    }
}
