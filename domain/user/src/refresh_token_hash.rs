//! What is kept of a refresh token.

use std::fmt;

use thiserror::Error;

/// The SHA-256 digest of a refresh token. A fast hash is enough, since the token is 256 random bits: nobody guesses it.
#[derive(Clone, Copy, Eq)]
pub struct RefreshTokenHash([u8; 32]);

/// The bytes are not 32.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("a refresh token's hash has 32 bytes")]
pub struct RefreshTokenHashError;

impl RefreshTokenHash {
    /// Wraps a digest.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// Takes a digest as it was stored.
    ///
    /// # Errors
    /// [`RefreshTokenHashError`] unless there are 32 bytes.
    pub fn from_slice(bytes: &[u8]) -> Result<Self, RefreshTokenHashError> {
        bytes.try_into().map(Self).map_err(|_| RefreshTokenHashError)
    }

    /// The digest.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

/// Looks at every byte, whatever the first ones say.
impl PartialEq for RefreshTokenHash {
    fn eq(&self, other: &Self) -> bool {
        self.0.iter().zip(other.0).fold(0, |differs, (a, b)| differs | (a ^ b)) == 0
    }
}

impl fmt::Debug for RefreshTokenHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RefreshTokenHash([redacted])")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_32_bytes_and_compares_all_of_them() {
        let hash = RefreshTokenHash::from_bytes([7; 32]);
        assert_eq!(RefreshTokenHash::from_slice(hash.as_bytes()), Ok(hash));
        for len in [0, 31, 33] {
            assert_eq!(RefreshTokenHash::from_slice(&vec![7; len]), Err(RefreshTokenHashError));
        }
        for at in 0..32 {
            let mut other = [7; 32];
            other[at] ^= 0x80;
            assert_ne!(hash, RefreshTokenHash::from_bytes(other));
        }
    }

    #[test]
    fn debug_does_not_show_it() {
        assert_eq!(format!("{:?}", RefreshTokenHash::from_bytes([7; 32])), "RefreshTokenHash([redacted])");
    }
}
