//! `Idempotency-Key` (draft-ietf-httpapi-idempotency-key-header): a client that did not see the answer asks again, and what
//! it asked for is done once.

use std::{sync::Arc, time::Duration};

use application_shared::{Begun, IdempotencyStore, StoredAnswer};
use poem::{
    Request, Response, Result,
    endpoint::{BoxEndpoint, Endpoint},
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header},
};
use sha2::{Digest, Sha256};
use tracing::Instrument;
use uuid::Uuid;

use crate::{
    code::Code,
    failure::{Failure, FieldDetail, JSON},
    json::read_bytes,
};

/// The header with the key.
const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");
/// Says that the answer was given before.
const IDEMPOTENCY_REPLAYED: HeaderName = HeaderName::from_static("idempotency-replayed");
const MAX_KEY: usize = 128;
/// How long a request may take before it may be begun again.
const LEASE: Duration = Duration::from_secs(60);
/// How long answers are remembered.
const KEEP: Duration = Duration::from_secs(24 * 60 * 60);

/// Does requests once.
pub struct Idempotency {
    store: Arc<dyn IdempotencyStore>,
}

impl Idempotency {
    /// Remembers in `store`.
    pub fn new(store: Arc<dyn IdempotencyStore>) -> Self {
        Self { store }
    }

    /// Does the request of `caller` with `operation`, unless its key says that it has been done.
    pub async fn call(
        &self,
        name: &str,
        caller: Option<Uuid>,
        mut request: Request,
        operation: &Arc<BoxEndpoint<'static>>,
    ) -> Result<Response> {
        let Some(key) = key_of(request.headers())? else { return operation.call(request).await };
        let body = request.take_body();
        let body = read_bytes(request.headers(), body).await?;
        let (key, fingerprint) = names(name, caller, key.as_bytes(), &body);
        request.set_body(body);
        match self.store.begin(&key, &fingerprint, LEASE).await.map_err(Failure::from)? {
            Begun::New => {}
            Begun::Running => {
                let failure = Failure::new(Code::Conflict);
                return Err(failure.with_header(header::RETRY_AFTER, HeaderValue::from_static("1")).into());
            }
            Begun::Done(answer) => return Ok(replay(answer)),
            Begun::Mismatch => return Err(Failure::new(Code::IdempotencyMismatch).into()),
        }
        // On a task of its own: it is done and remembered also when the client goes away meanwhile.
        let work = Work { store: self.store.clone(), key, fingerprint };
        let task = tokio::spawn(work.finish(operation.clone(), request).in_current_span());
        task.await.map_err(|error| Failure::new(Code::Internal).caused_by(error))?
    }
}

/// A request that has been begun.
struct Work {
    store: Arc<dyn IdempotencyStore>,
    key: String,
    fingerprint: String,
}

impl Work {
    async fn finish(self, operation: Arc<BoxEndpoint<'static>>, request: Request) -> Result<Response> {
        match operation.call(request).await {
            Ok(mut response) if response.is_success() => {
                let body = response.take_body().into_bytes().await?;
                let answer = StoredAnswer { status: response.status().as_u16(), body: body.to_vec() };
                if let Err(error) = self.store.complete(&self.key, &self.fingerprint, &answer, KEEP).await {
                    tracing::warn!(%error, "an answer could not be remembered: asked again, the request is done again");
                }
                response.set_body(body);
                Ok(response)
            }
            not_done => {
                if let Err(error) = self.store.abandon(&self.key).await {
                    tracing::warn!(%error, "a key could not be given back: it serves again when its lease is over");
                }
                not_done
            }
        }
    }
}

fn key_of(headers: &HeaderMap) -> Result<Option<HeaderValue>, Failure> {
    let Some(key) = headers.get(IDEMPOTENCY_KEY) else { return Ok(None) };
    let bytes = key.as_bytes();
    if (1..=MAX_KEY).contains(&bytes.len()) && bytes.iter().all(u8::is_ascii_graphic) {
        return Ok(Some(key.clone()));
    }
    let detail = FieldDetail::new("Idempotency-Key", "invalid", "must be 1 to 128 visible ASCII characters");
    Err(Failure::invalid([detail]))
}

/// What the request is stored under, and what tells it from others. Only who has the key can find the body by trying.
fn names(operation: &str, caller: Option<Uuid>, key: &[u8], body: &[u8]) -> (String, String) {
    let caller = caller.map(|caller| caller.to_string()).unwrap_or_default();
    let stored = digest(&[operation.as_bytes(), caller.as_bytes(), key]);
    let fingerprint = digest(&[key, body]);
    (stored, fingerprint)
}

fn digest(parts: &[&[u8]]) -> String {
    let mut digest = Sha256::new();
    for part in parts {
        digest.update((part.len() as u64).to_be_bytes());
        digest.update(part);
    }
    digest.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}

fn replay(answer: StoredAnswer) -> Response {
    Response::builder()
        .status(StatusCode::from_u16(answer.status).unwrap_or(StatusCode::OK))
        .content_type(JSON)
        .header(IDEMPOTENCY_REPLAYED, HeaderValue::from_static("true"))
        .body(answer.body)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with_key(key: &[u8]) -> Result<Option<HeaderValue>, Failure> {
        key_of(&HeaderMap::from_iter([(IDEMPOTENCY_KEY, HeaderValue::from_bytes(key).unwrap())]))
    }

    #[test]
    fn keys_are_visible_ascii() {
        assert!(key_of(&HeaderMap::new()).is_ok_and(|key| key.is_none()));
        assert!(with_key(b"8e03978e-40d5-43e8-bc93-6894a57f9324").is_ok_and(|key| key.is_some()));
        assert!(with_key(&[b'x'; 128]).is_ok_and(|key| key.is_some()));
        for bad in [&b""[..], b"two words", b"caf\xe9", &[b'x'; 129]] {
            assert!(with_key(bad).is_err_and(|failure| failure.code() == Code::RequestInvalid), "{bad:?}");
        }
    }

    #[test]
    fn names_tell_operation_user_key_and_body_apart_and_nothing_else() {
        let user = |number| Some(Uuid::from_u128(number));
        let (key, fingerprint) = names("createMeeting", user(1), b"key", b"{}");
        assert_eq!(names("createMeeting", user(1), b"key", b"{}"), (key.clone(), fingerprint.clone()));
        assert_ne!(names("register", user(1), b"key", b"{}").0, key);
        assert_ne!(names("createMeeting", user(2), b"key", b"{}").0, key);
        assert_ne!(names("createMeeting", None, b"key", b"{}").0, key);
        assert_ne!(names("createMeeting", user(1), b"other", b"{}").0, key);
        assert_eq!(names("createMeeting", user(1), b"key", b"{ }").0, key);
        assert_ne!(names("createMeeting", user(1), b"key", b"{ }").1, fingerprint);
        assert!(!key.contains("key") && key.len() == 64);
    }
}
