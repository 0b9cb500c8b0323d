//! Passwords: the rules for choosing one, and what is kept of it.

use std::fmt;

use secrecy::{ExposeSecret, SecretString};
use thiserror::Error;
use unicode_normalization::UnicodeNormalization;

use crate::{Email, Username, common_passwords};

/// A password in Unicode normalisation form C (RFC 8265, OpaqueString), never shown by `Debug`. Only its length, a list
/// of common passwords and the owner's own names are checked, as NIST SP 800-63B (5.1.1.2) advises; no character is demanded.
#[derive(Debug, Clone)]
pub struct Password(SecretString);

/// Why a text cannot be chosen as a password.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum PasswordError {
    /// Fewer than [`Password::MIN`] characters.
    #[error("must have at least {min} characters", min = Password::MIN)]
    TooShort,
    /// More than [`Password::MAX`] characters.
    #[error("must have at most {max} characters", max = Password::MAX)]
    TooLong,
    /// One of those that are tried first.
    #[error("is one of the most common passwords; choose another")]
    TooCommon,
    /// The same as the username or the e-mail address.
    #[error("must not be the username or the e-mail address")]
    SameAsName,
}

impl PasswordError {
    /// The stable code of the error.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::TooShort => "too_short",
            Self::TooLong => "too_long",
            Self::TooCommon => "too_common",
            Self::SameAsName => "same_as_name",
        }
    }
}

impl Password {
    /// The fewest characters (Unicode scalar values) of a chosen password.
    pub const MIN: usize = 8;
    /// The most characters.
    pub const MAX: usize = 128;
    /// Longer texts are not even normalised.
    const MAX_BYTES: usize = 2048;

    /// Chooses a password, under the rules.
    ///
    /// # Errors
    /// [`PasswordError`] when `text` breaks one of them.
    pub fn choose(
        text: &SecretString,
        username: Option<&Username>,
        email: Option<&Email>,
    ) -> Result<Self, PasswordError> {
        let password = Self::offer(text)?;
        let plain = password.expose();
        if plain.chars().count() < Self::MIN {
            return Err(PasswordError::TooShort);
        }
        let folded = plain.to_lowercase();
        if username.is_some_and(|name| name.key() == folded) || email.is_some_and(|email| email.as_str() == folded) {
            return Err(PasswordError::SameAsName);
        }
        if common_passwords::contains(&folded) {
            return Err(PasswordError::TooCommon);
        }
        Ok(password)
    }

    /// Takes a password that somebody offers as proof. Only its length is bounded, since the rules may have been others
    /// when it was chosen.
    ///
    /// # Errors
    /// [`PasswordError::TooLong`].
    pub fn offer(text: &SecretString) -> Result<Self, PasswordError> {
        let text = text.expose_secret();
        if text.len() > Self::MAX_BYTES {
            return Err(PasswordError::TooLong);
        }
        let password: String = text.nfc().collect();
        if password.chars().count() > Self::MAX {
            return Err(PasswordError::TooLong);
        }
        Ok(Self(SecretString::from(password)))
    }

    /// The password itself, for the hasher.
    #[must_use]
    pub fn expose(&self) -> &str {
        self.0.expose_secret()
    }
}

/// What is kept of a password: a hash in PHC string format (`$argon2id$v=19$...`), with its salt and parameters.
#[derive(Clone, PartialEq, Eq)]
pub struct PasswordHash(String);

/// The text is not a hash in PHC string format.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("not a password hash in PHC string format")]
pub struct PasswordHashError;

impl PasswordHash {
    const MAX: usize = 512;

    /// Takes a hash as the hasher made it, or as it was stored.
    ///
    /// # Errors
    /// [`PasswordHashError`] unless it is printable ASCII that begins with `$`, of at most 512 characters.
    pub fn parse(text: &str) -> Result<Self, PasswordHashError> {
        let well_formed = (2..=Self::MAX).contains(&text.len())
            && text.starts_with('$')
            && text.bytes().all(|byte| byte.is_ascii_graphic());
        if well_formed { Ok(Self(text.to_owned())) } else { Err(PasswordHashError) }
    }

    /// A hash that no password has.
    #[must_use]
    pub fn unusable() -> Self {
        Self("$unusable".to_owned())
    }

    /// Whether no password has it.
    #[must_use]
    pub fn is_unusable(&self) -> bool {
        self.0 == "$unusable"
    }

    /// The hash as a text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for PasswordHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PasswordHash([redacted])")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn choose(text: &str) -> Result<String, PasswordError> {
        let (username, email) =
            (Username::parse("Longname.Alice").unwrap(), Email::parse("alice@example.com").unwrap());
        Password::choose(&text.into(), Some(&username), Some(&email)).map(|password| password.expose().to_owned())
    }

    #[test]
    fn takes_passwords_of_any_characters() {
        for good in [
            "tr0ub4dor",
            "correct horse battery staple",
            " leading and trailing ",
            "密码密码密码密码",
            "p\0w\nd\u{7f}xyz1",
        ] {
            assert_eq!(choose(good), Ok(good.to_owned()));
        }
        assert_eq!(choose("passwo\u{301}rdly"), choose("passw\u{f3}rdly"));
    }

    #[test]
    fn bounds_the_length_in_characters() {
        assert_eq!(choose("abcdefg"), Err(PasswordError::TooShort));
        assert_eq!(choose("密码密码密码密"), Err(PasswordError::TooShort));
        assert_eq!(choose(&"e\u{301}".repeat(7)), Err(PasswordError::TooShort));
        assert!(choose(&"密".repeat(128)).is_ok());
        assert_eq!(choose(&"x".repeat(129)), Err(PasswordError::TooLong));
        assert_eq!(choose(&"x".repeat(10_000_000)), Err(PasswordError::TooLong));
    }

    #[test]
    fn refuses_common_passwords_and_the_owners_names() {
        for common in ["password", "PASSWORD", "Password1", "12345678", "qwertyuiop", "iloveyou"] {
            assert_eq!(choose(common), Err(PasswordError::TooCommon), "{common}");
        }
        for name in ["longname.alice", "LONGNAME.ALICE", "Alice@Example.com"] {
            assert_eq!(choose(name), Err(PasswordError::SameAsName), "{name}");
        }
        assert!(Password::choose(&"longname.alice".into(), None, None).is_ok());
    }

    #[test]
    fn an_offered_password_is_only_bounded() {
        assert_eq!(Password::offer(&"".into()).map(|password| password.expose().to_owned()), Ok(String::new()));
        assert!(Password::offer(&"password".into()).is_ok());
        for long in [129, 2049] {
            assert_eq!(Password::offer(&"x".repeat(long).into()).err(), Some(PasswordError::TooLong));
        }
    }

    #[test]
    fn a_hash_is_a_phc_string() {
        for good in ["$argon2id$v=19$m=19456,t=2,p=1$c2FsdA$aGFzaA", "$x"] {
            assert_eq!(PasswordHash::parse(good).map(|hash| hash.as_str().to_owned()), Ok(good.to_owned()));
        }
        let long = format!("${}", "a".repeat(512));
        for bad in ["", "$", "argon2id", "$a b", "$a\n", "$é", long.as_str()] {
            assert_eq!(PasswordHash::parse(bad), Err(PasswordHashError), "{bad:?}");
        }
    }

    #[test]
    fn debug_shows_neither_passwords_nor_hashes() {
        let password = Password::offer(&"tr0ub4dor".into()).unwrap();
        let hash = PasswordHash::parse("$argon2id$tr0ub4dor").unwrap();
        assert!(!format!("{password:?} {hash:?}").contains("tr0ub4dor"));
    }

    #[test]
    fn errors_have_stable_codes() {
        use PasswordError::{SameAsName, TooCommon, TooLong, TooShort};
        assert_eq!(
            [TooShort, TooLong, TooCommon, SameAsName].map(PasswordError::code),
            ["too_short", "too_long", "too_common", "same_as_name"]
        );
    }
}
