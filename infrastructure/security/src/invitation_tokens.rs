//! Tokens by which invitations are answered.

use std::{fmt, iter};

use application_meeting::InvitationTokens;
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use domain_meeting::InvitationTokenHash;
use domain_shared::InvitationId;
use secrecy::{ExposeSecret, SecretBox, SecretString};
use sha2::{Digest, Sha256};

use crate::jwt::hmac_sha256;

/// The length of a token: 32 bytes in base64url without padding (RFC 4648, section 5).
const TEXT: usize = 43;

type Key = SecretBox<[u8; 32]>;

/// Makes tokens of 43 characters of base64url: the HMAC of the invitation's identifier under a key of the server. Without
/// that key it is as good as random. Only its hash is stored, and that is what a token is looked up by: a link stays good
/// when the server gets another secret.
pub struct HmacInvitationTokens {
    key: Key,
    former: Vec<Key>,
}

impl HmacInvitationTokens {
    /// Derives the keys from the server's secret, and from those before it: by these, tokens are made again that have
    /// been made by them.
    #[must_use]
    pub fn new(secret: &SecretString, former: &[SecretString]) -> Self {
        Self { key: derive(secret), former: former.iter().map(derive).collect() }
    }
}

fn derive(secret: &SecretString) -> Key {
    let key = hmac_sha256(secret.expose_secret().as_bytes(), b"open-meeting invitation tokens");
    SecretBox::new(Box::new(key))
}

fn make(key: &Key, id: InvitationId) -> (SecretString, InvitationTokenHash) {
    let text = URL_SAFE_NO_PAD.encode(hmac_sha256(key.expose_secret(), id.as_uuid().as_bytes()));
    let hash = digest(&text);
    (text.into(), hash)
}

fn digest(text: &str) -> InvitationTokenHash {
    InvitationTokenHash::from_bytes(Sha256::digest(text).into())
}

impl fmt::Debug for HmacInvitationTokens {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("HmacInvitationTokens([redacted])")
    }
}

impl InvitationTokens for HmacInvitationTokens {
    fn issue(&self, id: InvitationId) -> (SecretString, InvitationTokenHash) {
        make(&self.key, id)
    }

    fn reissue(&self, id: InvitationId, hash: &InvitationTokenHash) -> Option<SecretString> {
        let keys = iter::once(&self.key).chain(&self.former);
        keys.map(|key| make(key, id)).find(|(_, made)| made == hash).map(|(token, _)| token)
    }

    fn hash(&self, token: &str) -> Option<InvitationTokenHash> {
        let is_token =
            token.len() == TEXT && token.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_');
        is_token.then(|| digest(token))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use uuid::Uuid;

    use super::*;

    fn id(n: u128) -> InvitationId {
        InvitationId::from_uuid(Uuid::from_u128(n))
    }

    fn tokens(secret: &str, former: &[&str]) -> HmacInvitationTokens {
        let former: Vec<SecretString> = former.iter().map(|secret| (*secret).into()).collect();
        HmacInvitationTokens::new(&secret.into(), &former)
    }

    #[test]
    fn each_invitation_has_a_token_of_its_own_that_is_always_the_same() {
        let tokens = tokens("secret", &[]);
        let made: HashSet<String> = (0..1_000).map(|n| tokens.issue(id(n)).0.expose_secret().to_owned()).collect();
        assert_eq!(made.len(), 1_000);
        let (token, hash) = tokens.issue(id(1));
        let (again, same) = tokens.issue(id(1));
        assert_eq!((token.expose_secret(), hash), (again.expose_secret(), same));
        assert_eq!((token.expose_secret().len(), tokens.hash(token.expose_secret())), (TEXT, Some(hash)));
        assert_eq!(URL_SAFE_NO_PAD.decode(token.expose_secret()).map(|bytes| bytes.len()), Ok(32));
    }

    #[test]
    fn a_former_secret_makes_its_tokens_again_and_an_unknown_one_does_not() {
        let (token, hash) = tokens("old", &[]).issue(id(1));
        for (secret, former, made) in
            [("old", &[][..], true), ("new", &["older", "old"], true), ("new", &["older"], false), ("new", &[], false)]
        {
            let again = tokens(secret, former).reissue(id(1), &hash);
            assert_eq!(again.map(|again| again.expose_secret() == token.expose_secret()), made.then_some(true));
        }
        assert!(tokens("old", &[]).reissue(id(2), &hash).is_none());
        assert_eq!(tokens("new", &[]).hash(token.expose_secret()), Some(hash), "what is stored stays good");
    }

    #[test]
    fn what_is_no_token_has_no_hash() {
        let tokens = tokens("secret", &[]);
        for none in
            ["", "x", &"x".repeat(42), &"x".repeat(44), &"x".repeat(10_000_000), &"+".repeat(43), &"é".repeat(21)]
        {
            assert_eq!(tokens.hash(none), None);
        }
    }

    #[test]
    fn debug_shows_nothing() {
        assert_eq!(format!("{:?}", tokens("secret", &["former"])), "HmacInvitationTokens([redacted])");
    }
}
