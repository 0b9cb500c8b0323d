//! CSRF tokens: bound to a session by a key of the server, stored nowhere.

use std::fmt;

use application_user::CsrfTokens;
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use domain_shared::SessionId;
use rand::{Rng, rand_core::UnwrapErr, rngs::SysRng};
use secrecy::{ExposeSecret, SecretBox, SecretString};
use subtle::{Choice, ConstantTimeEq};

use crate::jwt::hmac_sha256;

/// The parts of a token, in bytes.
const NONCE: usize = 16;
const MAC: usize = 32;
const TOKEN: usize = NONCE + MAC;
/// Its length in base64url (RFC 4648, section 5).
const TEXT: usize = TOKEN / 3 * 4;

type Key = SecretBox<[u8; 32]>;

/// Makes and checks tokens of 64 characters of base64url: a random number, and the HMAC of the session and that number.
pub struct HmacCsrfTokens {
    key: Key,
    former: Vec<Key>,
}

impl HmacCsrfTokens {
    /// Derives the keys from the server's secret, which signs, and from those before it, whose tokens are still good.
    #[must_use]
    pub fn new(secret: &SecretString, former: &[SecretString]) -> Self {
        Self { key: derive(secret), former: former.iter().map(derive).collect() }
    }
}

fn derive(secret: &SecretString) -> Key {
    let key = hmac_sha256(secret.expose_secret().as_bytes(), b"open-meeting csrf tokens");
    SecretBox::new(Box::new(key))
}

fn authenticate(key: &Key, session: SessionId, nonce: &[u8; NONCE]) -> [u8; MAC] {
    let mut message = [0; 16 + NONCE];
    let (first, second) = message.split_at_mut(16);
    first.copy_from_slice(session.as_uuid().as_bytes());
    second.copy_from_slice(nonce);
    hmac_sha256(key.expose_secret(), &message)
}

impl fmt::Debug for HmacCsrfTokens {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("HmacCsrfTokens([redacted])")
    }
}

impl CsrfTokens for HmacCsrfTokens {
    fn issue(&self, session: SessionId) -> SecretString {
        let mut nonce = [0; NONCE];
        UnwrapErr(SysRng).fill_bytes(&mut nonce);
        let mut bytes = Vec::with_capacity(TOKEN);
        bytes.extend_from_slice(&nonce);
        bytes.extend_from_slice(&authenticate(&self.key, session, &nonce));
        URL_SAFE_NO_PAD.encode(bytes).into()
    }

    fn verify(&self, session: SessionId, token: &str) -> bool {
        if token.len() != TEXT {
            return false;
        }
        let Ok(bytes) = URL_SAFE_NO_PAD.decode(token) else { return false };
        let Some((nonce, mac)) = bytes.split_first_chunk::<NONCE>() else { return false };
        // Every key is tried, so that the time taken does not tell which one fits.
        let authentic = std::iter::once(&self.key)
            .chain(&self.former)
            .fold(Choice::from(0), |authentic, key| authentic | authenticate(key, session, nonce).ct_eq(mac));
        authentic.into()
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn session(n: u128) -> SessionId {
        SessionId::from_uuid(Uuid::from_u128(n))
    }

    fn tokens() -> HmacCsrfTokens {
        HmacCsrfTokens::new(&"the secret".into(), &[])
    }

    #[test]
    fn a_token_is_good_for_its_session_alone() {
        let (one, again) = (tokens().issue(session(1)), tokens().issue(session(1)));
        assert_ne!(one.expose_secret(), again.expose_secret());
        for token in [&one, &again] {
            assert_eq!(token.expose_secret().len(), TEXT);
            assert!(tokens().verify(session(1), token.expose_secret()));
            assert!(!tokens().verify(session(2), token.expose_secret()));
        }
    }

    #[test]
    fn whatever_was_changed_is_refused() {
        let token = tokens().issue(session(1));
        let token = token.expose_secret();
        for at in 0..TEXT {
            let mut forged = token.to_owned();
            forged.replace_range(at..=at, if &token[at..=at] == "A" { "B" } else { "A" });
            assert!(!tokens().verify(session(1), &forged), "{at}");
        }
        let long = format!("{token}A");
        for forged in ["", "x", &token[1..], &long, &"A".repeat(TEXT), &"!".repeat(TEXT), &"é".repeat(TEXT / 2)] {
            assert!(!tokens().verify(session(1), forged), "{forged}");
        }
    }

    #[test]
    fn tokens_of_a_former_secret_are_good_and_those_of_another_are_not() {
        let token = tokens().issue(session(1));
        let rotated = HmacCsrfTokens::new(&"the next one".into(), &["the secret".into()]);
        assert!(rotated.verify(session(1), token.expose_secret()));
        assert!(!tokens().verify(session(1), rotated.issue(session(1)).expose_secret()));
    }

    #[test]
    fn debug_shows_nothing() {
        assert_eq!(format!("{:?}", tokens()), "HmacCsrfTokens([redacted])");
    }
}
