//! Passwords are hashed with Argon2id (RFC 9106), on threads of their own.

use std::{fmt, num::NonZeroUsize, sync::Arc};

use application_shared::PortError;
use application_user::{PasswordCheck, PasswordHasher};
use argon2::{
    Algorithm, Argon2, Params, Version,
    password_hash::{Error, PasswordHasher as _, PasswordVerifier as _, phc},
};
use async_trait::async_trait;
use base64::{Engine as _, engine::general_purpose::STANDARD_NO_PAD};
use domain_user::{Password, PasswordHash, PasswordHashError};
use rand::{Rng, rand_core::UnwrapErr, rngs::SysRng};
use thiserror::Error as ThisError;
use tokio::sync::{Semaphore, TryAcquireError};

/// 19 MiB, two passes, one lane: the first choice of OWASP's Password Storage Cheat Sheet for Argon2id.
const MEMORY_KIB: u32 = 19_456;
const PASSES: u32 = 2;
const LANES: u32 = 1;
const SALT_BYTES: usize = 16;

/// How much work is done at once, each with 19 MiB of memory and a core of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Argon2Limits {
    /// How many passwords are hashed at once.
    pub concurrency: NonZeroUsize,
    /// How many more may wait. Whoever comes then is turned away.
    pub queue: usize,
}

impl Default for Argon2Limits {
    /// One for each core; 32 waiting for each, that is about a second's work.
    fn default() -> Self {
        let concurrency = std::thread::available_parallelism().unwrap_or(NonZeroUsize::MIN);
        Self { concurrency, queue: concurrency.get() * 32 }
    }
}

/// Too many passwords are waiting to be hashed.
#[derive(Debug, ThisError)]
#[error("too many passwords are waiting to be hashed")]
struct Overloaded;

/// Hashes passwords with Argon2id.
pub struct Argon2PasswordHasher {
    params: Params,
    /// What to check a password against when there is no such account.
    dummy: PasswordHash,
    running: Arc<Semaphore>,
    admitted: Arc<Semaphore>,
}

impl Argon2PasswordHasher {
    /// A hasher with today's parameters (m = 19,456 KiB, t = 2, p = 1). Making it takes as long as one hash.
    ///
    /// # Errors
    /// [`PortError::Unavailable`] when the first hash cannot be made.
    pub fn new(limits: Argon2Limits) -> Result<Self, PortError> {
        let params = Params::new(MEMORY_KIB, PASSES, LANES, None).map_err(failed)?;
        Self::with_params(params, limits)
    }

    fn with_params(params: Params, limits: Argon2Limits) -> Result<Self, PortError> {
        let mut nobodys_password = [0; 32];
        UnwrapErr(SysRng).fill_bytes(&mut nobodys_password);
        let dummy = hash(&params, &STANDARD_NO_PAD.encode(nobodys_password))?;
        let concurrency = limits.concurrency.get().min(Semaphore::MAX_PERMITS);
        let admitted = concurrency.saturating_add(limits.queue).min(Semaphore::MAX_PERMITS);
        Ok(Self {
            params,
            dummy,
            running: Arc::new(Semaphore::new(concurrency)),
            admitted: Arc::new(Semaphore::new(admitted)),
        })
    }

    /// Does `work` on a thread where it may block, when its turn comes. Once begun, it holds its place to its end, even
    /// if nobody waits for it any more.
    pub(crate) async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Params) -> Result<T, PortError> + Send + 'static,
    ) -> Result<T, PortError> {
        let admitted = match Arc::clone(&self.admitted).try_acquire_owned() {
            Ok(permit) => permit,
            Err(TryAcquireError::NoPermits | TryAcquireError::Closed) => {
                return Err(PortError::unavailable(Overloaded));
            }
        };
        let running = Arc::clone(&self.running).acquire_owned().await.map_err(PortError::unavailable)?;
        let params = self.params.clone();
        tokio::task::spawn_blocking(move || {
            let outcome = work(&params);
            drop((running, admitted));
            outcome
        })
        .await
        .map_err(PortError::unavailable)?
    }
}

impl fmt::Debug for Argon2PasswordHasher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Argon2PasswordHasher").field("params", &self.params).finish_non_exhaustive()
    }
}

#[async_trait]
impl PasswordHasher for Argon2PasswordHasher {
    async fn hash(&self, password: &Password) -> Result<PasswordHash, PortError> {
        let password = password.clone();
        self.run(move |params| hash(params, password.expose())).await
    }

    async fn verify(&self, password: &Password, stored: Option<&PasswordHash>) -> Result<PasswordCheck, PortError> {
        let password = password.clone();
        let (stored, known) = (stored.unwrap_or(&self.dummy).clone(), stored.is_some());
        let check = self.run(move |params| verify(params, password.expose(), &stored)).await?;
        Ok(if known { check } else { PasswordCheck::Differs })
    }
}

fn argon2(params: &Params) -> Argon2<'static> {
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params.clone())
}

pub(crate) fn hash(params: &Params, password: &str) -> Result<PasswordHash, PortError> {
    let mut salt = [0; SALT_BYTES];
    UnwrapErr(SysRng).fill_bytes(&mut salt);
    let hash: phc::PasswordHash = argon2(params).hash_password_with_salt(password.as_bytes(), &salt).map_err(failed)?;
    PasswordHash::parse(&hash.to_string()).map_err(failed)
}

/// Works with the parameters that the stored hash names; those of today only decide whether it is to be made anew.
pub(crate) fn verify(params: &Params, password: &str, stored: &PasswordHash) -> Result<PasswordCheck, PortError> {
    let parsed = phc::PasswordHash::new(stored.as_str()).map_err(|error| PortError::corrupt("password hash", error))?;
    if parsed.salt.is_none() || parsed.hash.is_none() {
        return Err(PortError::corrupt("password hash", PasswordHashError));
    }
    match argon2(params).verify_password(password.as_bytes(), &parsed) {
        Ok(()) => Ok(PasswordCheck::Matches { needs_rehash: needs_rehash(params, &parsed) }),
        Err(Error::PasswordInvalid) => Ok(PasswordCheck::Differs),
        Err(error) => Err(PortError::corrupt("password hash", error)),
    }
}

fn needs_rehash(params: &Params, hash: &phc::PasswordHash) -> bool {
    let today = hash.algorithm == Algorithm::Argon2id.ident() && hash.version == Some(Version::V0x13.into());
    let same = Params::try_from(hash).is_ok_and(|used| {
        (used.m_cost(), used.t_cost(), used.p_cost()) == (params.m_cost(), params.t_cost(), params.p_cost())
    });
    !(today && same)
}

fn failed(error: impl std::error::Error + Send + Sync + 'static) -> PortError {
    PortError::unavailable(error)
}

#[cfg(test)]
pub(crate) mod tests {
    use std::sync::mpsc;

    use super::*;

    fn limits(concurrency: usize, queue: usize) -> Argon2Limits {
        Argon2Limits { concurrency: NonZeroUsize::new(concurrency).unwrap(), queue }
    }

    /// Weak parameters, so that the tests are quick.
    pub(crate) fn weak(memory_kib: u32) -> Argon2PasswordHasher {
        Argon2PasswordHasher::with_params(Params::new(memory_kib, 1, 1, None).unwrap(), limits(2, 8)).unwrap()
    }

    fn password(text: &str) -> Password {
        Password::offer(&text.into()).unwrap()
    }

    #[tokio::test]
    async fn todays_parameters_are_in_the_hash() {
        let hasher = Argon2PasswordHasher::new(Argon2Limits::default()).unwrap();
        let hash = hasher.hash(&password("correct horse")).await.unwrap();
        assert!(hash.as_str().starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{}", hash.as_str());
        let check = hasher.verify(&password("correct horse"), Some(&hash)).await.unwrap();
        assert_eq!(check, PasswordCheck::Matches { needs_rehash: false });
    }

    #[tokio::test]
    async fn tells_the_right_password_from_others() {
        let hasher = weak(8);
        let hash = hasher.hash(&password("密码 horse")).await.unwrap();
        for (offered, check) in [
            ("密码 horse", PasswordCheck::Matches { needs_rehash: false }),
            ("密码 horsE", PasswordCheck::Differs),
            ("", PasswordCheck::Differs),
        ] {
            assert_eq!(hasher.verify(&password(offered), Some(&hash)).await.unwrap(), check, "{offered}");
        }
    }

    #[tokio::test]
    async fn the_same_password_has_another_hash_each_time() {
        let hasher = weak(8);
        assert_ne!(hasher.hash(&password("same")).await.unwrap(), hasher.hash(&password("same")).await.unwrap());
    }

    #[tokio::test]
    async fn a_hash_of_other_parameters_is_right_but_to_be_made_anew() {
        let hash = weak(8).hash(&password("correct horse")).await.unwrap();
        let check = weak(16).verify(&password("correct horse"), Some(&hash)).await.unwrap();
        assert_eq!(check, PasswordCheck::Matches { needs_rehash: true });
        assert_eq!(weak(16).verify(&password("wrong"), Some(&hash)).await.unwrap(), PasswordCheck::Differs);
    }

    #[tokio::test]
    async fn without_an_account_the_password_differs_after_the_same_work() {
        let hasher = weak(8);
        assert_eq!(hasher.verify(&password("any"), None).await.unwrap(), PasswordCheck::Differs);
        let dummy = phc::PasswordHash::new(hasher.dummy.as_str()).unwrap();
        assert!(!needs_rehash(&hasher.params, &dummy));
    }

    #[tokio::test]
    async fn a_stored_hash_that_is_none_is_corrupt() {
        let hasher = weak(8);
        for broken in ["$x", "$argon2id", "$argon2id$v=19$m=8,t=1,p=1$c2FsdHNhbHQ", "$md5$v=1$abcdefgh$abcdefgh"] {
            let broken = PasswordHash::parse(broken).unwrap();
            let outcome = hasher.verify(&password("any"), Some(&broken)).await;
            assert!(matches!(outcome, Err(PortError::Corrupt { .. })), "{outcome:?}");
        }
    }

    #[tokio::test]
    async fn whoever_finds_the_queue_full_is_turned_away() {
        let params = Params::new(8, 1, 1, None).unwrap();
        let hasher = Arc::new(Argon2PasswordHasher::with_params(params, limits(1, 1)).unwrap());
        let (release, gate) = mpsc::channel::<()>();
        let first = tokio::spawn({
            let hasher = Arc::clone(&hasher);
            async move { hasher.run(move |_| gate.recv().map_err(PortError::unavailable)).await }
        });
        let second = tokio::spawn({
            let hasher = Arc::clone(&hasher);
            async move { hasher.hash(&password("waiting")).await }
        });
        while hasher.admitted.available_permits() > 0 {
            tokio::task::yield_now().await;
        }
        let third = hasher.verify(&password("third"), None).await;
        assert!(matches!(third, Err(PortError::Unavailable(_))), "{third:?}");
        release.send(()).unwrap();
        first.await.unwrap().unwrap();
        second.await.unwrap().unwrap();
        assert_eq!((hasher.admitted.available_permits(), hasher.running.available_permits()), (2, 1));
    }

    #[tokio::test]
    async fn work_that_nobody_waits_for_keeps_its_place_to_its_end() {
        let params = Params::new(8, 1, 1, None).unwrap();
        let hasher = Argon2PasswordHasher::with_params(params, limits(1, 0)).unwrap();
        let (release, gate) = mpsc::channel::<()>();
        {
            let work = hasher.run(move |_| gate.recv().map_err(PortError::unavailable));
            tokio::select! {
                biased;
                _ = work => panic!("the gate is shut"),
                () = async { while hasher.running.available_permits() > 0 { tokio::task::yield_now().await } } => {}
            }
        }
        assert!(matches!(hasher.hash(&password("next")).await, Err(PortError::Unavailable(_))));
        release.send(()).unwrap();
        while hasher.admitted.available_permits() == 0 {
            tokio::task::yield_now().await;
        }
        hasher.hash(&password("next")).await.unwrap();
    }

    #[test]
    fn debug_does_not_show_the_hash() {
        assert!(!format!("{:?}", weak(8)).contains("argon2id$"));
    }
}
