//! The name of an object.

use std::fmt;

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// 1 to 200 characters: segments of small letters, digits, `-`, `_` and `.` that begin with a letter or digit, with `/`
/// between them. So a key is a path below any folder, and needs no escaping in a URL.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ObjectKey(String);

/// The text is no key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("not the name of an object")]
pub struct ObjectKeyError;

impl ObjectKey {
    /// The most characters.
    pub const MAX: usize = 200;

    /// Takes a key.
    ///
    /// # Errors
    /// [`ObjectKeyError`] when it breaks one of the rules.
    pub fn parse(text: impl Into<String>) -> Result<Self, ObjectKeyError> {
        let text = text.into();
        let is_key = text.len() <= Self::MAX && text.split('/').all(is_segment);
        if is_key { Ok(Self(text)) } else { Err(ObjectKeyError) }
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

fn is_segment(segment: &str) -> bool {
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
    segment.starts_with(plain) && segment.chars().all(|c| plain(c) || matches!(c, '-' | '_' | '.'))
}

impl TryFrom<String> for ObjectKey {
    type Error = ObjectKeyError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(text)
    }
}

impl From<ObjectKey> for String {
    fn from(key: ObjectKey) -> Self {
        key.0
    }
}

impl fmt::Display for ObjectKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_plain_paths() {
        for good in ["a", "files/0190", "recordings/0190-aa/track_1.mp4", "9..9"] {
            assert_eq!(ObjectKey::parse(good).map(|key| key.to_string()), Ok(good.to_owned()));
        }
        assert!(ObjectKey::parse("x".repeat(ObjectKey::MAX)).is_ok());
    }

    #[test]
    fn nothing_leads_out_of_the_folder() {
        let long = "x".repeat(ObjectKey::MAX + 1);
        for bad in [
            "", "/", "/a", "a/", "a//b", ".", "..", "../a", "a/../b", "a/.b", "-a", "A", "a b", "a\\b", "a\0", "ä",
            "a%2e", "a\n", "a:b", &long,
        ] {
            assert_eq!(ObjectKey::parse(bad), Err(ObjectKeyError), "{bad:?}");
            assert!(serde_json::from_value::<ObjectKey>(bad.into()).is_err(), "{bad:?}");
        }
    }
}
