//! Keeps secrets where they may be read by others: AES-256-GCM (NIST SP 800-38D) under a key derived from the server's
//! secret.

use std::fmt;

use aes_gcm::{
    Aes256Gcm, KeyInit, Nonce,
    aead::{Aead, Payload},
};
use rand::{Rng, rand_core::UnwrapErr, rngs::SysRng};
use secrecy::{ExposeSecret, SecretBox, SecretString};
use thiserror::Error;

use crate::jwt::hmac_sha256;

/// What every sealed thing begins with.
const VERSION: u8 = 1;
/// A random nonce of 96 bits: far fewer than 2^32 things are sealed under one key.
const NONCE: usize = 12;

type Key = SecretBox<[u8; 32]>;

/// What was to be opened is none of ours, or was sealed for something else.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("not sealed by this server for this purpose")]
pub(crate) struct NotSealed;

/// Seals and opens. What was sealed can be opened only with the same context.
pub(crate) struct Sealer {
    key: Key,
    former: Vec<Key>,
}

impl Sealer {
    /// Derives the keys under `label` from the server's secret, which seals, and from those before it, which still open.
    pub(crate) fn new(label: &[u8], secret: &SecretString, former: &[SecretString]) -> Self {
        let derive = |secret: &SecretString| -> Key {
            SecretBox::new(Box::new(hmac_sha256(secret.expose_secret().as_bytes(), label)))
        };
        Self { key: derive(secret), former: former.iter().map(derive).collect() }
    }

    pub(crate) fn seal(&self, context: &[u8], plain: &[u8]) -> Result<Vec<u8>, NotSealed> {
        let mut nonce = [0; NONCE];
        UnwrapErr(SysRng).fill_bytes(&mut nonce);
        let payload = Payload { msg: plain, aad: context };
        let sealed = cipher(&self.key)?.encrypt(&Nonce::from(nonce), payload).map_err(|_| NotSealed)?;
        let mut bytes = Vec::with_capacity(1 + NONCE + sealed.len());
        bytes.push(VERSION);
        bytes.extend_from_slice(&nonce);
        bytes.extend_from_slice(&sealed);
        Ok(bytes)
    }

    pub(crate) fn open(&self, context: &[u8], sealed: &[u8]) -> Result<Vec<u8>, NotSealed> {
        let (version, rest) = sealed.split_first().ok_or(NotSealed)?;
        let (nonce, sealed) = rest.split_first_chunk::<NONCE>().ok_or(NotSealed)?;
        if *version != VERSION {
            return Err(NotSealed);
        }
        let open = |key: &Key| {
            let payload = Payload { msg: sealed, aad: context };
            cipher(key)?.decrypt(&Nonce::from(*nonce), payload).map_err(|_| NotSealed)
        };
        std::iter::once(&self.key).chain(&self.former).find_map(|key| open(key).ok()).ok_or(NotSealed)
    }
}

fn cipher(key: &Key) -> Result<Aes256Gcm, NotSealed> {
    Aes256Gcm::new_from_slice(key.expose_secret()).map_err(|_| NotSealed)
}

impl fmt::Debug for Sealer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Sealer([redacted])")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sealer(secret: &str, former: &[&str]) -> Sealer {
        let former: Vec<SecretString> = former.iter().map(|&secret| secret.into()).collect();
        Sealer::new(b"test", &secret.into(), &former)
    }

    #[test]
    fn what_was_sealed_is_opened_in_its_context_alone() {
        let ours = sealer("secret", &[]);
        let sealed = ours.seal(b"one", b"plain").unwrap();
        assert_eq!(ours.open(b"one", &sealed), Ok(b"plain".to_vec()));
        assert_eq!(ours.open(b"two", &sealed), Err(NotSealed));
        assert_ne!(ours.seal(b"one", b"plain").unwrap(), sealed, "another nonce each time");
        assert!(!sealed.windows(5).any(|part| part == b"plain"));
        let other_purpose = Sealer::new(b"other", &"secret".into(), &[]);
        assert_eq!(other_purpose.open(b"one", &sealed), Err(NotSealed));
    }

    #[test]
    fn whatever_was_changed_is_refused() {
        let ours = sealer("secret", &[]);
        let sealed = ours.seal(b"one", b"plain").unwrap();
        for bit in 0..sealed.len() * 8 {
            let mut changed = sealed.clone();
            changed[bit / 8] ^= 1 << (bit % 8);
            assert_eq!(ours.open(b"one", &changed), Err(NotSealed), "bit {bit}");
        }
        for length in 0..sealed.len() {
            assert_eq!(ours.open(b"one", &sealed[..length]), Err(NotSealed), "{length} bytes");
        }
    }

    #[test]
    fn keys_can_be_replaced() {
        let sealed = sealer("old", &[]).seal(b"one", b"plain").unwrap();
        assert!(sealer("new", &["older", "old"]).open(b"one", &sealed).is_ok());
        assert!(sealer("new", &["older"]).open(b"one", &sealed).is_err());
        let new = sealer("new", &["old"]).seal(b"one", b"plain").unwrap();
        assert!(sealer("old", &[]).open(b"one", &new).is_err(), "the new one seals");
    }

    #[test]
    fn debug_shows_nothing() {
        assert_eq!(format!("{:?}", sealer("secret", &[])), "Sealer([redacted])");
    }
}
