//! Renders pictures on threads of their own.

use std::{num::NonZeroUsize, sync::Arc, thread};

use application_shared::PortError;
use application_user::{AvatarCrop, AvatarImage, AvatarRenderer, RenderAvatarError};
use async_trait::async_trait;
use thiserror::Error;
use tokio::sync::{Semaphore, TryAcquireError};

use crate::{decode::decode, square::squares};

/// How much work is done at once, each on a core of its own and with up to half a gigabyte of memory.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ImageLimits {
    /// How many pictures are rendered at once.
    pub concurrency: NonZeroUsize,
    /// How many more may wait, each with the memory of its file. Whoever comes then is turned away.
    pub queue: usize,
}

impl Default for ImageLimits {
    /// Two, or one where there is but one core; 16 waiting.
    fn default() -> Self {
        let cores = thread::available_parallelism().map_or(1, NonZeroUsize::get);
        Self { concurrency: NonZeroUsize::new(cores.min(2)).unwrap_or(NonZeroUsize::MIN), queue: 16 }
    }
}

/// Too many pictures are waiting to be rendered.
#[derive(Debug, Error)]
#[error("too many pictures are waiting to be rendered")]
struct Overloaded;

/// Renders pictures with the `image` crate: JPEG, PNG and WebP in, JPEG out.
#[derive(Debug)]
pub struct ImageAvatarRenderer {
    running: Arc<Semaphore>,
    admitted: Arc<Semaphore>,
}

impl ImageAvatarRenderer {
    /// Renders within these limits.
    #[must_use]
    pub fn new(limits: ImageLimits) -> Self {
        let concurrency = limits.concurrency.get().min(Semaphore::MAX_PERMITS);
        let admitted = concurrency.saturating_add(limits.queue).min(Semaphore::MAX_PERMITS);
        Self { running: Arc::new(Semaphore::new(concurrency)), admitted: Arc::new(Semaphore::new(admitted)) }
    }

    /// Does `work` on a thread where it may block, when its turn comes. Once begun, it holds its place to its end, even
    /// if nobody waits for it any more.
    async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T, RenderAvatarError> + Send + 'static,
    ) -> Result<T, RenderAvatarError> {
        let admitted = match Arc::clone(&self.admitted).try_acquire_owned() {
            Ok(permit) => permit,
            Err(TryAcquireError::NoPermits | TryAcquireError::Closed) => {
                return Err(PortError::unavailable(Overloaded).into());
            }
        };
        let running = Arc::clone(&self.running).acquire_owned().await.map_err(PortError::unavailable)?;
        let task = tokio::task::spawn_blocking(move || {
            let outcome = work();
            drop((running, admitted));
            outcome
        });
        match task.await {
            Ok(outcome) => outcome,
            // A mistake of a decoder's that a file has found.
            Err(error) if error.is_panic() => {
                tracing::error!(%error, "a picture made its decoder panic");
                Err(RenderAvatarError::Damaged)
            }
            Err(error) => Err(PortError::unavailable(error).into()),
        }
    }
}

impl Default for ImageAvatarRenderer {
    fn default() -> Self {
        Self::new(ImageLimits::default())
    }
}

#[async_trait]
impl AvatarRenderer for ImageAvatarRenderer {
    async fn render(&self, file: Vec<u8>, crop: Option<AvatarCrop>) -> Result<Vec<AvatarImage>, RenderAvatarError> {
        self.run(move || {
            let picture = decode(&file)?;
            drop(file);
            squares(picture, crop)
        })
        .await
    }
}

#[cfg(test)]
#[path = "renderer_tests.rs"]
mod tests;
