//! Remembered answers may hold secrets that are told once: they are kept sealed.

use std::{sync::Arc, time::Duration};

use application_shared::{Begun, IdempotencyStore, PortError, StoredAnswer};
use async_trait::async_trait;
use secrecy::SecretString;

use crate::sealing::Sealer;

/// Seals what `inner` keeps of answers, for the request whose answer it is.
pub struct SealedIdempotencyStore {
    inner: Arc<dyn IdempotencyStore>,
    sealer: Sealer,
}

impl SealedIdempotencyStore {
    /// Derives the keys from the server's secret, which seals, and from those before it, which still open.
    #[must_use]
    pub fn new(inner: Arc<dyn IdempotencyStore>, secret: &SecretString, former: &[SecretString]) -> Self {
        Self { inner, sealer: Sealer::new(b"open-meeting remembered answers", secret, former) }
    }
}

#[async_trait]
impl IdempotencyStore for SealedIdempotencyStore {
    async fn begin(&self, key: &str, fingerprint: &str, lease: Duration) -> Result<Begun, PortError> {
        Ok(match self.inner.begin(key, fingerprint, lease).await? {
            Begun::Done(StoredAnswer { status, body }) => {
                let opened = self.sealer.open(key.as_bytes(), &body);
                let body = opened.map_err(|error| PortError::corrupt("remembered answer", error))?;
                Begun::Done(StoredAnswer { status, body })
            }
            other => other,
        })
    }

    async fn complete(
        &self,
        key: &str,
        fingerprint: &str,
        answer: &StoredAnswer,
        keep: Duration,
    ) -> Result<(), PortError> {
        let body = self.sealer.seal(key.as_bytes(), &answer.body).map_err(PortError::unavailable)?;
        self.inner.complete(key, fingerprint, &StoredAnswer { status: answer.status, body }, keep).await
    }

    async fn abandon(&self, key: &str) -> Result<(), PortError> {
        self.inner.abandon(key).await
    }
}

#[cfg(test)]
mod tests {
    use std::{collections::HashMap, sync::Mutex};

    use super::*;

    #[derive(Default)]
    struct Memory(Mutex<HashMap<String, StoredAnswer>>);

    #[async_trait]
    impl IdempotencyStore for Memory {
        async fn begin(&self, key: &str, _: &str, _: Duration) -> Result<Begun, PortError> {
            Ok(self.0.lock().unwrap().get(key).cloned().map_or(Begun::New, Begun::Done))
        }

        async fn complete(&self, key: &str, _: &str, answer: &StoredAnswer, _: Duration) -> Result<(), PortError> {
            self.0.lock().unwrap().insert(key.to_owned(), answer.clone());
            Ok(())
        }

        async fn abandon(&self, key: &str) -> Result<(), PortError> {
            self.0.lock().unwrap().remove(key);
            Ok(())
        }
    }

    const TIME: Duration = Duration::from_secs(1);

    #[tokio::test]
    async fn an_answer_comes_back_as_it_was_and_is_kept_unreadable() {
        let memory = Arc::new(Memory::default());
        let store = SealedIdempotencyStore::new(memory.clone(), &"secret".into(), &[]);
        let answer = StoredAnswer { status: 201, body: b"om_abcdefghij_secret".to_vec() };
        assert_eq!(store.begin("key", "print", TIME).await.unwrap(), Begun::New);
        store.complete("key", "print", &answer, TIME).await.unwrap();
        assert_eq!(store.begin("key", "print", TIME).await.unwrap(), Begun::Done(answer));
        let kept = memory.0.lock().unwrap()["key"].clone();
        assert!(kept.status == 201 && !kept.body.windows(6).any(|part| part == b"secret"));

        memory.0.lock().unwrap().insert("other".to_owned(), kept);
        let moved = store.begin("other", "print", TIME).await;
        assert!(matches!(moved, Err(PortError::Corrupt { .. })), "it is the answer to another request");
        store.abandon("key").await.unwrap();
        assert_eq!(store.begin("key", "print", TIME).await.unwrap(), Begun::New);
    }
}
