//! Signed tokens (JWT, RFC 7519) with HMAC-SHA-256 and nothing else (RFC 8725, section 3.1).

use std::fmt;

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::{DateTime, TimeDelta, Utc};
use hmac::{Hmac, KeyInit, Mac};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use secrecy::{ExposeSecret, SecretString};
use serde::{Serialize, de::DeserializeOwned};
use sha2::{Digest, Sha256};
use thiserror::Error;

/// Who issues our tokens.
const ISSUER: &str = "open-meeting";
/// Longer texts are not even looked at.
const MAX_TOKEN: usize = 4096;
/// How far ahead the clock of the node that issued a token may be. A token's end is kept to the second: no leeway.
const MAX_CLOCK_SKEW: TimeDelta = TimeDelta::seconds(60);
/// RFC 7518, section 3.2: the key must be at least as long as the hash.
const MIN_SECRET: usize = 32;

/// The secrets do not make keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum JwtKeyError {
    /// A secret is too short.
    #[error("a secret for signing tokens must have at least {MIN_SECRET} bytes")]
    TooShort,
}

/// The keys that sign tokens. The first signs; the others are still good for tokens signed before it came. Which one is
/// told by `kid`, made from the secret, so that nodes with the same secrets agree.
pub struct JwtKeys {
    signing: Key,
    former: Vec<Key>,
}

struct Key {
    id: String,
    encoding: EncodingKey,
    decoding: DecodingKey,
}

impl Key {
    fn new(secret: &SecretString) -> Result<Self, JwtKeyError> {
        let secret = secret.expose_secret().as_bytes();
        if secret.len() < MIN_SECRET {
            return Err(JwtKeyError::TooShort);
        }
        Ok(Self {
            id: URL_SAFE_NO_PAD.encode(&hmac_sha256(secret, b"open-meeting key id")[..9]),
            encoding: EncodingKey::from_secret(secret),
            decoding: DecodingKey::from_secret(secret),
        })
    }
}

impl JwtKeys {
    /// Makes the keys from secrets.
    ///
    /// # Errors
    /// [`JwtKeyError`] when a secret is too short.
    pub fn new(signing: &SecretString, former: &[SecretString]) -> Result<Self, JwtKeyError> {
        Ok(Self { signing: Key::new(signing)?, former: former.iter().map(Key::new).collect::<Result<_, _>>()? })
    }

    fn find(&self, id: &str) -> Option<&Key> {
        std::iter::once(&self.signing).chain(&self.former).find(|key| key.id == id)
    }

    /// Signs `claims`.
    pub(crate) fn sign(&self, claims: &impl Serialize) -> Result<SecretString, jsonwebtoken::errors::Error> {
        let header = Header { kid: Some(self.signing.id.clone()), ..Header::new(Algorithm::HS256) };
        jsonwebtoken::encode(&header, claims, &self.signing.encoding).map(SecretString::from)
    }

    /// Checks the signature, the issuer, the audience and the times, in this order: a forged token is never told to be
    /// just old.
    pub(crate) fn verify<C: DeserializeOwned + Timed>(
        &self,
        token: &str,
        audience: &str,
        now: DateTime<Utc>,
    ) -> Result<C, VerifyError> {
        if token.len() > MAX_TOKEN {
            return Err(VerifyError::Invalid);
        }
        let header = jsonwebtoken::decode_header(token).map_err(|_| VerifyError::Invalid)?;
        let key = header.kid.and_then(|id| self.find(&id)).ok_or(VerifyError::Invalid)?;
        let mut validation = Validation::new(Algorithm::HS256);
        validation.set_issuer(&[ISSUER]);
        validation.set_audience(&[audience]);
        validation.set_required_spec_claims(&["iss", "aud", "exp", "sub"]);
        // The library would ask the machine's clock; the times are checked below.
        validation.validate_exp = false;
        let claims: C =
            jsonwebtoken::decode(token, &key.decoding, &validation).map_err(|_| VerifyError::Invalid)?.claims;
        if claims.times().issued_at > now.timestamp().saturating_add(MAX_CLOCK_SKEW.num_seconds()) {
            return Err(VerifyError::Invalid);
        }
        if claims.times().expires_at <= now.timestamp() {
            return Err(VerifyError::Expired);
        }
        Ok(claims)
    }
}

impl fmt::Debug for JwtKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("JwtKeys").field("kid", &self.signing.id).finish_non_exhaustive()
    }
}

/// Why a token is not good.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum VerifyError {
    Invalid,
    Expired,
}

/// Whom a token comes from, whom it is for, and when it is good: `iss`, `aud`, `iat`, `exp`.
#[derive(Debug, Serialize, serde::Deserialize)]
pub(crate) struct Times {
    #[serde(rename = "iat")]
    pub issued_at: i64,
    #[serde(rename = "exp")]
    pub expires_at: i64,
}

impl Times {
    /// From `now` on for `lifetime`, in whole seconds.
    pub fn from(now: DateTime<Utc>, lifetime: TimeDelta) -> Self {
        let issued_at = now.timestamp();
        Self { issued_at, expires_at: issued_at.saturating_add(lifetime.num_seconds()) }
    }
}

/// Claims that say when they are good.
pub(crate) trait Timed {
    fn times(&self) -> &Times;
}

/// Claims with those that every token of ours has.
#[derive(Debug, Serialize)]
pub(crate) struct Issued<'a, C> {
    iss: &'static str,
    aud: &'a str,
    #[serde(flatten)]
    claims: C,
}

impl<'a, C> Issued<'a, C> {
    pub const fn new(aud: &'a str, claims: C) -> Self {
        Self { iss: ISSUER, aud, claims }
    }
}

/// HMAC (RFC 2104) with SHA-256. Keys longer than a block are hashed, shorter ones are padded with zeros.
pub(crate) fn hmac_sha256(key: &[u8], message: &[u8]) -> [u8; 32] {
    let mut block = [0; 64];
    if key.len() > block.len() {
        block[..32].copy_from_slice(&Sha256::digest(key));
    } else {
        block[..key.len()].copy_from_slice(key);
    }
    Hmac::<Sha256>::new(&block.into()).chain_update(message).finalize().into_bytes().into()
}

#[cfg(test)]
pub(crate) mod tests {
    use jsonwebtoken::errors::ErrorKind;
    use serde_json::{Value, json};

    use super::*;

    pub(crate) const SECRET: &str = "0123456789abcdef0123456789abcdef";
    pub(crate) const OTHER_SECRET: &str = "fedcba9876543210fedcba9876543210";

    pub(crate) fn keys(secret: &str) -> JwtKeys {
        JwtKeys::new(&secret.into(), &[]).unwrap()
    }

    /// Signs any claims under any header, as an attacker or another program would.
    pub(crate) fn forge(header: &Value, claims: &Value, secret: &str) -> String {
        let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let message = format!("{}.{}", part(header), part(claims));
        let signature = URL_SAFE_NO_PAD.encode(hmac_sha256(secret.as_bytes(), message.as_bytes()));
        format!("{message}.{signature}")
    }

    /// The header that our own tokens have.
    pub(crate) fn header(secret: &str) -> Value {
        json!({"typ": "JWT", "alg": "HS256", "kid": keys(secret).signing.id})
    }

    #[test]
    fn hmac_is_that_of_rfc_4231() {
        let hex = |bytes: [u8; 32]| bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
        assert_eq!(
            hex(hmac_sha256(b"Jefe", b"what do ya want for nothing?")),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
        );
        assert_eq!(
            hex(hmac_sha256(&[0xaa; 131], b"Test Using Larger Than Block-Size Key - Hash Key First")),
            "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"
        );
    }

    #[test]
    fn a_secret_shorter_than_the_hash_is_refused() {
        let short = "x".repeat(31);
        assert_eq!(JwtKeys::new(&short.as_str().into(), &[]).err(), Some(JwtKeyError::TooShort));
        assert_eq!(JwtKeys::new(&SECRET.into(), &["".into()]).err(), Some(JwtKeyError::TooShort));
    }

    #[test]
    fn debug_does_not_show_the_secret() {
        let shown = format!("{:?}", keys(SECRET));
        assert!(shown.contains("kid") && !shown.contains(SECRET), "{shown}");
    }

    #[test]
    fn the_library_takes_no_other_algorithm_for_our_keys() {
        let token = jsonwebtoken::encode(
            &Header::new(Algorithm::HS512),
            &json!({"exp": 1}),
            &EncodingKey::from_secret(SECRET.as_bytes()),
        );
        let outcome = jsonwebtoken::decode::<Value>(
            token.unwrap(),
            &DecodingKey::from_secret(SECRET.as_bytes()),
            &Validation::new(Algorithm::HS256),
        );
        assert!(matches!(outcome.unwrap_err().kind(), ErrorKind::InvalidAlgorithm));
    }
}
