//! Refresh tokens: 256 random bits, told to nobody but the client.

use std::fmt;

use application_user::RefreshTokens;
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use domain_user::RefreshTokenHash;
use rand::{Rng, rand_core::UnwrapErr, rngs::SysRng};
use secrecy::{ExposeSecret, SecretBox, SecretString};
use sha2::{Digest, Sha256};

use crate::jwt::hmac_sha256;

/// Makes refresh tokens of 43 characters of base64url (RFC 4648, section 5). A first token is random; each successor is
/// the HMAC of the token before under a key of the server: without that key it is as good as random, and with both it is
/// the same however often it is asked for.
pub struct OpaqueRefreshTokens {
    key: SecretBox<[u8; 32]>,
}

impl OpaqueRefreshTokens {
    /// Derives the key for successors from the server's secret.
    #[must_use]
    pub fn new(secret: &SecretString) -> Self {
        let key = hmac_sha256(secret.expose_secret().as_bytes(), b"open-meeting refresh token successors");
        Self { key: SecretBox::new(Box::new(key)) }
    }

    fn hand_out(&self, bytes: [u8; 32]) -> (SecretString, RefreshTokenHash) {
        let token = SecretString::from(URL_SAFE_NO_PAD.encode(bytes));
        let hash = self.hash(token.expose_secret());
        (token, hash)
    }
}

impl fmt::Debug for OpaqueRefreshTokens {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("OpaqueRefreshTokens([redacted])")
    }
}

impl RefreshTokens for OpaqueRefreshTokens {
    fn generate(&self) -> (SecretString, RefreshTokenHash) {
        let mut bytes = [0; 32];
        UnwrapErr(SysRng).fill_bytes(&mut bytes);
        self.hand_out(bytes)
    }

    fn successor(&self, token: &str) -> (SecretString, RefreshTokenHash) {
        self.hand_out(hmac_sha256(self.key.expose_secret(), token.as_bytes()))
    }

    fn hash(&self, token: &str) -> RefreshTokenHash {
        RefreshTokenHash::from_bytes(Sha256::digest(token).into())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn tokens_are_256_bits_that_differ() {
        let tokens = OpaqueRefreshTokens::new(&"secret".into());
        let made: HashSet<_> = (0..1000).map(|_| tokens.generate().0.expose_secret().to_owned()).collect();
        assert_eq!(made.len(), 1000);
        for token in made {
            assert_eq!((token.len(), URL_SAFE_NO_PAD.decode(&token).map(|bytes| bytes.len())), (43, Ok(32)));
        }
    }

    #[test]
    fn the_hash_is_sha_256_of_the_text() {
        let tokens = OpaqueRefreshTokens::new(&"secret".into());
        let (token, hash) = tokens.generate();
        assert_eq!(tokens.hash(token.expose_secret()), hash);
        let hex: String = tokens.hash("abc").as_bytes().iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(hex, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    }

    #[test]
    fn a_successor_is_always_the_same_and_needs_the_key() {
        let (ours, theirs) = (OpaqueRefreshTokens::new(&"secret".into()), OpaqueRefreshTokens::new(&"Secret".into()));
        let (token, _) = ours.generate();
        let (first, first_hash) = ours.successor(token.expose_secret());
        let (again, again_hash) = ours.successor(token.expose_secret());
        assert_eq!((first.expose_secret(), first_hash), (again.expose_secret(), again_hash));
        assert_eq!((first.expose_secret().len(), ours.hash(first.expose_secret())), (43, first_hash));
        assert_ne!(first.expose_secret(), token.expose_secret());
        assert_ne!(first.expose_secret(), theirs.successor(token.expose_secret()).0.expose_secret());
        assert_ne!(first.expose_secret(), ours.successor(first.expose_secret()).0.expose_secret());
    }

    #[test]
    fn debug_shows_nothing() {
        assert_eq!(format!("{:?}", OpaqueRefreshTokens::new(&"secret".into())), "OpaqueRefreshTokens([redacted])");
    }
}
