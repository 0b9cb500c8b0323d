//! Keeps a worker: watches over it, lets it go when it is lost or hangs, and brings the next one.

use std::{sync::Arc, time::Duration};

use application_shared::BoxError;
use async_trait::async_trait;
use futures::future::BoxFuture;
use tokio::{
    sync::watch,
    time::{Instant, sleep, timeout},
};

use crate::{MediaPool, RemoteMediaEngine};

/// How a worker is kept.
#[derive(Debug, Clone)]
pub struct KeepOptions {
    /// How often a worker is asked how much it has to do.
    pub ask_every: Duration,
    /// How long it has to answer.
    pub answer_within: Duration,
    /// How many answers in a row may be missing.
    pub missing_answers: u32,
    /// A worker that has lived this long is replaced at once.
    pub healthy_after: Duration,
    /// The wait before another worker is replaced the first time in a row; it doubles with each.
    pub first_wait: Duration,
    /// The longest wait.
    pub longest_wait: Duration,
}

impl Default for KeepOptions {
    fn default() -> Self {
        Self {
            ask_every: Duration::from_secs(2),
            answer_within: Duration::from_secs(5),
            missing_answers: 3,
            healthy_after: Duration::from_secs(10),
            first_wait: Duration::from_millis(100),
            longest_wait: Duration::from_secs(30),
        }
    }
}

/// A worker that was reached.
pub struct Worker {
    /// The engine.
    pub engine: RemoteMediaEngine,
    /// Ends what is left of the worker when its connection has ended. Its successor comes after that.
    pub end: BoxFuture<'static, ()>,
}

/// Where a worker, and each that follows it, comes from.
#[async_trait]
pub trait WorkerSource: Send + Sync {
    /// Its name, without `.`; those that follow one another are told apart by numbers.
    fn name(&self) -> &str;
    /// Starts a worker, or connects to it.
    async fn reach(&self) -> Result<Worker, BoxError>;
}

/// Keeps a worker of `source` in the pool until told to `stop`, beginning with `first`, if it was reached already.
pub async fn keep(
    pool: MediaPool,
    source: Arc<dyn WorkerSource>,
    first: Option<Worker>,
    options: KeepOptions,
    mut stop: watch::Receiver<bool>,
) {
    let mut next = first;
    let mut failures = 0;
    for life in 1_u64.. {
        let reached = match next.take() {
            Some(worker) => Ok(worker),
            None => tokio::select! {
                reached = source.reach() => reached,
                () = stopped(&mut stop) => return,
            },
        };
        match reached {
            Ok(worker) => {
                let started = Instant::now();
                let over = live(&pool, &format!("{}-{life}", source.name()), worker, &options, &mut stop).await;
                if over {
                    return;
                }
                failures = if started.elapsed() >= options.healthy_after { 0 } else { failures + 1 };
            }
            Err(error) => {
                tracing::error!(worker = source.name(), %error, "a media worker cannot be reached");
                failures += 1;
            }
        }
        tokio::select! {
            () = sleep(wait(failures, &options)) => {}
            () = stopped(&mut stop) => return,
        }
    }
}

/// The life of one worker. Tells whether it was ended from here.
async fn live(
    pool: &MediaPool,
    name: &str,
    worker: Worker,
    options: &KeepOptions,
    stop: &mut watch::Receiver<bool>,
) -> bool {
    let Worker { engine, end } = worker;
    let engine = Arc::new(engine);
    pool.add(name, engine.clone());
    tracing::info!(worker = name, "a media worker is there");
    let over = tokio::select! {
        () = watch_over(pool, name, &engine, options) => false,
        () = stopped(stop) => true,
    };
    pool.remove(name);
    engine.close();
    if !over {
        tracing::error!(worker = name, "a media worker is lost; its rooms move to another");
    }
    end.await;
    over
}

/// Returns when the worker is lost or does not answer.
async fn watch_over(pool: &MediaPool, name: &str, engine: &RemoteMediaEngine, options: &KeepOptions) {
    let mut missing = 0;
    while missing < options.missing_answers {
        tokio::select! {
            () = engine.closed() => return,
            () = sleep(options.ask_every) => {}
        }
        match timeout(options.answer_within, engine.ask_usage()).await {
            Ok(Ok(usage)) => {
                missing = 0;
                pool.note(name, usage);
            }
            Ok(Err(error)) => {
                missing += 1;
                tracing::warn!(worker = name, %error, missing, "a media worker does not answer");
            }
            Err(_) => {
                missing += 1;
                tracing::warn!(worker = name, missing, "a media worker does not answer in time");
            }
        }
    }
}

async fn stopped(stop: &mut watch::Receiver<bool>) {
    // Whoever could stop it and is gone has stopped it.
    let _ = stop.wait_for(|stop| *stop).await;
}

fn wait(failures: u32, options: &KeepOptions) -> Duration {
    match failures {
        0 => Duration::ZERO,
        _ => options.first_wait.saturating_mul(1 << (failures - 1).min(16)).min(options.longest_wait),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_wait_doubles_up_to_a_bound() {
        let options = KeepOptions::default();
        let waits = [0, 1, 2, 3, u32::MAX].map(|failures| wait(failures, &options));
        let first = options.first_wait;
        assert_eq!(waits, [Duration::ZERO, first, first * 2, first * 4, options.longest_wait]);
    }
}
