//! What signs webhooks: random, and kept sealed.

use std::fmt;

use application_integration::WebhookSecrets;
use application_shared::PortError;
use base64::{Engine as _, engine::general_purpose::STANDARD};
use domain_integration::SealedSecret;
use domain_shared::WebhookId;
use rand::{Rng, rand_core::UnwrapErr, rngs::SysRng};
use secrecy::{ExposeSecret, SecretString};

use crate::sealing::Sealer;

/// What every secret begins with (Standard Webhooks).
const PREFIX: &str = "whsec_";
/// Random bytes of a secret.
const BYTES: usize = 32;

/// Makes secrets of 256 random bits, and seals each for its webhook.
pub struct SealedWebhookSecrets {
    sealer: Sealer,
}

impl SealedWebhookSecrets {
    /// Derives the keys from the server's secret, which seals, and from those before it, which still open.
    #[must_use]
    pub fn new(secret: &SecretString, former: &[SecretString]) -> Self {
        Self { sealer: Sealer::new(b"open-meeting webhook secrets", secret, former) }
    }
}

impl fmt::Debug for SealedWebhookSecrets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SealedWebhookSecrets([redacted])")
    }
}

impl WebhookSecrets for SealedWebhookSecrets {
    fn generate(&self) -> SecretString {
        let mut bytes = [0; BYTES];
        UnwrapErr(SysRng).fill_bytes(&mut bytes);
        format!("{PREFIX}{}", STANDARD.encode(bytes)).into()
    }

    fn seal(&self, webhook: WebhookId, secret: &SecretString) -> Result<SealedSecret, PortError> {
        let sealed = self.sealer.seal(webhook.as_uuid().as_bytes(), secret.expose_secret().as_bytes());
        sealed.map(SealedSecret::from_bytes).map_err(PortError::unavailable)
    }

    fn open(&self, webhook: WebhookId, sealed: &SealedSecret) -> Result<SecretString, PortError> {
        let corrupt = |error| PortError::corrupt("webhook secret", error);
        let plain = self.sealer.open(webhook.as_uuid().as_bytes(), sealed.as_bytes()).map_err(corrupt)?;
        let text = String::from_utf8(plain).map_err(|_| PortError::corrupt("webhook secret", "no text"))?;
        Ok(text.into())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use uuid::Uuid;

    use super::*;

    fn webhook(n: u128) -> WebhookId {
        WebhookId::from_uuid(Uuid::from_u128(n))
    }

    #[test]
    fn secrets_are_256_bits_that_differ() {
        let secrets = SealedWebhookSecrets::new(&"secret".into(), &[]);
        let made: HashSet<_> = (0..1000).map(|_| secrets.generate().expose_secret().to_owned()).collect();
        assert_eq!(made.len(), 1000);
        for secret in made {
            assert_eq!(STANDARD.decode(secret.strip_prefix("whsec_").unwrap()).map(|bytes| bytes.len()), Ok(32));
        }
    }

    #[test]
    fn a_secret_is_its_webhooks_alone() {
        let secrets = SealedWebhookSecrets::new(&"secret".into(), &[]);
        let secret = secrets.generate();
        let sealed = secrets.seal(webhook(1), &secret).unwrap();
        assert_eq!(secrets.open(webhook(1), &sealed).unwrap().expose_secret(), secret.expose_secret());
        assert!(matches!(secrets.open(webhook(2), &sealed), Err(PortError::Corrupt { .. })));
        let other_server = SealedWebhookSecrets::new(&"Secret".into(), &[]);
        assert!(matches!(other_server.open(webhook(1), &sealed), Err(PortError::Corrupt { .. })));
        let successor = SealedWebhookSecrets::new(&"Secret".into(), &["secret".into()]);
        assert!(successor.open(webhook(1), &sealed).is_ok());
    }

    #[test]
    fn debug_shows_nothing() {
        assert_eq!(
            format!("{:?}", SealedWebhookSecrets::new(&"secret".into(), &[])),
            "SealedWebhookSecrets([redacted])"
        );
    }
}
