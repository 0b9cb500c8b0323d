//! The passcode of a meeting: short, told from person to person, kept as a hash only.

use std::fmt;

use secrecy::{ExposeSecret, SecretString};
use thiserror::Error;

/// A passcode that somebody chose or offers.
#[derive(Clone)]
pub struct Passcode(SecretString);

/// A text is no passcode.
#[derive(Debug, Error, Clone, Copy, PartialEq, Eq)]
pub enum PasscodeError {
    /// Too few characters.
    #[error("must have at least {min} characters", min = Passcode::MIN)]
    TooShort,
    /// Too many characters.
    #[error("must have at most {max} characters", max = Passcode::MAX)]
    TooLong,
    /// Something that cannot be typed on every keyboard.
    #[error("must have only visible ASCII characters")]
    InvalidCharacter,
}

impl PasscodeError {
    /// The stable code for clients.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::TooShort => "too_short",
            Self::TooLong => "too_long",
            Self::InvalidCharacter => "invalid_characters",
        }
    }
}

impl Passcode {
    /// The fewest characters.
    pub const MIN: usize = 4;
    /// The most characters.
    pub const MAX: usize = 32;

    /// Takes a passcode from outside; spaces around it are dropped.
    ///
    /// # Errors
    /// [`PasscodeError`].
    pub fn parse(text: &SecretString) -> Result<Self, PasscodeError> {
        let text = text.expose_secret().trim();
        if text.len() > Self::MAX {
            return Err(PasscodeError::TooLong);
        }
        if !text.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(PasscodeError::InvalidCharacter);
        }
        if text.len() < Self::MIN {
            return Err(PasscodeError::TooShort);
        }
        Ok(Self(text.to_owned().into()))
    }

    /// The text, for whoever hashes it.
    #[must_use]
    pub fn expose(&self) -> &str {
        self.0.expose_secret()
    }
}

impl fmt::Debug for Passcode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Passcode")
    }
}

/// The hash of a passcode, as its hasher writes it.
#[derive(Clone, PartialEq, Eq)]
pub struct PasscodeHash(String);

impl PasscodeHash {
    /// The most bytes.
    pub const MAX_BYTES: usize = 256;

    /// A hash that was stored, or has just been made.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        (!text.is_empty() && text.len() <= Self::MAX_BYTES).then(|| Self(text.to_owned()))
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for PasscodeHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PasscodeHash")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<String, PasscodeError> {
        Passcode::parse(&text.into()).map(|passcode| passcode.expose().to_owned())
    }

    #[test]
    fn it_is_short_and_can_be_typed() {
        assert_eq!(parse(" 4711 "), Ok("4711".to_owned()));
        assert_eq!(parse("471"), Err(PasscodeError::TooShort));
        assert_eq!(parse(&"x".repeat(32)).map(|p| p.len()), Ok(32));
        assert_eq!(parse(&"x".repeat(33)), Err(PasscodeError::TooLong));
        for bad in ["12 34", "密码密码", "12\u{0}34"] {
            assert_eq!(parse(bad), Err(PasscodeError::InvalidCharacter), "{bad:?}");
        }
    }

    #[test]
    fn nothing_shows_it() {
        let passcode = Passcode::parse(&"secret-1".into()).unwrap();
        let hash = PasscodeHash::parse("$hash-of-it").unwrap();
        assert_eq!(format!("{passcode:?} {hash:?}"), "Passcode PasscodeHash");
        assert_eq!((PasscodeHash::parse(""), PasscodeHash::parse(&"x".repeat(257))), (None, None));
    }
}
