//! Passcodes of meetings are hashed like passwords, in the same queue.

use std::sync::Arc;

use application_meeting::PasscodeHasher;
use application_shared::PortError;
use application_user::PasswordCheck;
use async_trait::async_trait;
use domain_meeting::{Passcode, PasscodeHash};
use domain_user::PasswordHash;

use crate::{
    Argon2PasswordHasher,
    password_hasher::{hash, verify},
};

/// Hashes passcodes with Argon2id.
#[derive(Debug, Clone)]
pub struct Argon2PasscodeHasher(Arc<Argon2PasswordHasher>);

impl Argon2PasscodeHasher {
    /// One that waits in the same queue as passwords.
    #[must_use]
    pub const fn new(passwords: Arc<Argon2PasswordHasher>) -> Self {
        Self(passwords)
    }
}

#[async_trait]
impl PasscodeHasher for Argon2PasscodeHasher {
    async fn hash(&self, passcode: &Passcode) -> Result<PasscodeHash, PortError> {
        let passcode = passcode.clone();
        let hash = self.0.run(move |params| hash(params, passcode.expose())).await?;
        PasscodeHash::parse(hash.as_str()).ok_or_else(|| PortError::unavailable("the hash is no passcode's"))
    }

    async fn verify(&self, passcode: &Passcode, stored: &PasscodeHash) -> Result<bool, PortError> {
        let passcode = passcode.clone();
        let stored = PasswordHash::parse(stored.as_str()).map_err(|e| PortError::corrupt("passcode hash", e))?;
        let check = self.0.run(move |params| verify(params, passcode.expose(), &stored)).await?;
        Ok(check != PasswordCheck::Differs)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::password_hasher::tests::weak;

    #[tokio::test]
    async fn tells_the_right_passcode_from_others() {
        let hasher = Argon2PasscodeHasher::new(Arc::new(weak(8)));
        let passcode = |text: &str| Passcode::parse(&text.into()).unwrap();
        let hash = hasher.hash(&passcode("4711")).await.unwrap();
        assert!(hash.as_str().starts_with("$argon2id$"));
        assert!(hasher.verify(&passcode("4711"), &hash).await.unwrap());
        assert!(!hasher.verify(&passcode("4712"), &hash).await.unwrap());
        let broken = PasscodeHash::parse("4711").unwrap();
        assert!(hasher.verify(&passcode("4711"), &broken).await.is_err());
    }
}
