//! API keys: `om_<prefix>_<secret>`, told to nobody but whoever asked for one.

use application_integration::{ApiKeySecrets, GeneratedApiKey};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use domain_integration::{ApiKeyHash, ApiKeyPrefix};
use rand::{Rng, rand_core::UnwrapErr, rngs::SysRng};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

/// What every key begins with, so that scanners for leaked secrets know it.
const BEGIN: &str = "om_";
/// The characters of a prefix: 32 that are not mistaken for one another.
const ALPHABET: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";
/// Random bytes of a secret, and how long it is in base64url (RFC 4648, section 5).
const SECRET: usize = 32;
const SECRET_TEXT: usize = 43;

/// Makes keys of 57 characters, of which the last 43 are 256 random bits.
#[derive(Debug, Clone, Copy, Default)]
pub struct OpaqueApiKeys;

fn hash_of(key: &str) -> ApiKeyHash {
    ApiKeyHash::from_bytes(Sha256::digest(key).into())
}

impl ApiKeySecrets for OpaqueApiKeys {
    fn generate(&self) -> GeneratedApiKey {
        loop {
            let (mut choice, mut secret) = ([0_u8; ApiKeyPrefix::LEN], [0; SECRET]);
            UnwrapErr(SysRng).fill_bytes(&mut choice);
            UnwrapErr(SysRng).fill_bytes(&mut secret);
            let prefix: String = choice.iter().map(|byte| char::from(ALPHABET[usize::from(byte % 32)])).collect();
            let key = format!("{BEGIN}{prefix}_{}", URL_SAFE_NO_PAD.encode(secret));
            // Every prefix of this alphabet is one.
            if let Ok(prefix) = ApiKeyPrefix::parse(&prefix) {
                let hash = hash_of(&key);
                return GeneratedApiKey { key: key.into(), prefix, hash };
            }
        }
    }

    fn prefix_of(&self, key: &str) -> Option<ApiKeyPrefix> {
        let (prefix, secret) = key.strip_prefix(BEGIN)?.split_once('_')?;
        if secret.len() != SECRET_TEXT {
            return None;
        }
        ApiKeyPrefix::parse(prefix).ok()
    }

    fn verify(&self, key: &str, hash: &ApiKeyHash) -> bool {
        hash_of(key).as_bytes().ct_eq(hash.as_bytes()).into()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use secrecy::ExposeSecret;

    use super::*;

    #[test]
    fn keys_differ_and_lead_to_their_prefix_and_hash() {
        let mut seen = HashSet::new();
        for _ in 0..1000 {
            let GeneratedApiKey { key, prefix, hash } = OpaqueApiKeys.generate();
            let text = key.expose_secret();
            assert_eq!((text.len(), OpaqueApiKeys.prefix_of(text)), (57, Some(prefix)));
            assert!(OpaqueApiKeys.verify(text, &hash));
            assert_eq!(*hash.as_bytes(), <[u8; 32]>::from(Sha256::digest(text)));
            assert!(seen.insert(text.to_owned()));
        }
    }

    #[test]
    fn another_key_does_not_match() {
        let (one, other) = (OpaqueApiKeys.generate(), OpaqueApiKeys.generate());
        assert!(!OpaqueApiKeys.verify(other.key.expose_secret(), &one.hash));
        let text = one.key.expose_secret();
        for changed in [format!("{text}A"), text[..56].to_owned(), text.to_uppercase(), String::new()] {
            assert!(!OpaqueApiKeys.verify(&changed, &one.hash), "{changed}");
        }
    }

    #[test]
    fn what_is_no_key_has_no_prefix() {
        let secret = "s".repeat(43);
        assert!(OpaqueApiKeys.prefix_of(&format!("om_abcdefghij_{secret}")).is_some());
        for bad in [
            "",
            "om_",
            "om__",
            "eyJhbGciOiJIUzI1NiJ9.e30.c2ln",
            &format!("om_abcdefghij_{secret}s"),
            &format!("om_abcdefghi_{secret}"),
            &format!("OM_abcdefghij_{secret}"),
            &format!("om_ABCDEFGHIJ_{secret}"),
            &format!("om_abcdefghij{secret}"),
            &format!("om_'; DROP--_{secret}"),
            &"é".repeat(30),
        ] {
            assert_eq!(OpaqueApiKeys.prefix_of(bad), None, "{bad}");
        }
    }

    #[test]
    fn debug_shows_no_key() {
        let generated = OpaqueApiKeys.generate();
        assert!(!format!("{generated:?}").contains(&generated.key.expose_secret()[14..]));
    }
}
