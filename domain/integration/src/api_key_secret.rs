//! What is kept of an API key: the part that finds it, and the hash of all of it.

use std::fmt;

use thiserror::Error;

/// The part of a key that is no secret, by which it is found: 10 lower-case letters and digits.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ApiKeyPrefix(String);

/// The text is no prefix.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("the prefix of an API key has {len} lower-case letters and digits", len = ApiKeyPrefix::LEN)]
pub struct ApiKeyPrefixError;

impl ApiKeyPrefix {
    /// How many characters.
    pub const LEN: usize = 10;

    /// Takes a text.
    ///
    /// # Errors
    /// [`ApiKeyPrefixError`] unless it is one.
    pub fn parse(text: &str) -> Result<Self, ApiKeyPrefixError> {
        let good = text.len() == Self::LEN && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit());
        if good { Ok(Self(text.to_owned())) } else { Err(ApiKeyPrefixError) }
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The SHA-256 digest of a whole key. A fast hash is enough, since 256 bits of the key are random: nobody guesses it.
#[derive(Clone, Copy, Eq)]
pub struct ApiKeyHash([u8; 32]);

/// The bytes are not 32.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("an API key's hash has 32 bytes")]
pub struct ApiKeyHashError;

impl ApiKeyHash {
    /// Wraps a digest.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// Takes a digest as it was stored.
    ///
    /// # Errors
    /// [`ApiKeyHashError`] unless there are 32 bytes.
    pub fn from_slice(bytes: &[u8]) -> Result<Self, ApiKeyHashError> {
        bytes.try_into().map(Self).map_err(|_| ApiKeyHashError)
    }

    /// The digest.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

/// Looks at every byte, whatever the first ones say.
impl PartialEq for ApiKeyHash {
    fn eq(&self, other: &Self) -> bool {
        self.0.iter().zip(other.0).fold(0, |differs, (a, b)| differs | (a ^ b)) == 0
    }
}

impl fmt::Debug for ApiKeyHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ApiKeyHash([redacted])")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_prefix_is_ten_letters_and_digits() {
        assert_eq!(ApiKeyPrefix::parse("abc0123xyz").unwrap().as_str(), "abc0123xyz");
        for bad in ["", "abc0123xy", "abc0123xyz0", "ABC0123XYZ", "abc 123xyz", "abc_123xyz", "äbc0123xy"] {
            assert_eq!(ApiKeyPrefix::parse(bad), Err(ApiKeyPrefixError), "{bad}");
        }
    }

    #[test]
    fn a_hash_is_32_bytes_compares_all_of_them_and_is_not_shown() {
        let hash = ApiKeyHash::from_bytes([7; 32]);
        assert_eq!(ApiKeyHash::from_slice(hash.as_bytes()), Ok(hash));
        for len in [0, 31, 33] {
            assert_eq!(ApiKeyHash::from_slice(&vec![7; len]), Err(ApiKeyHashError));
        }
        for at in 0..32 {
            let mut other = [7; 32];
            other[at] ^= 1;
            assert_ne!(hash, ApiKeyHash::from_bytes(other));
        }
        assert_eq!(format!("{hash:?}"), "ApiKeyHash([redacted])");
    }
}
