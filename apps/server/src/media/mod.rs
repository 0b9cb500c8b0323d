//! The media workers of this process: in child processes of the same program, which may die without taking anybody else
//! along, or as threads of this one.

mod child;
mod options;
mod worker;

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use application_room::MediaEngine;
use application_shared::BoxError;
use futures::future::join_all;
use infrastructure_media_rpc::{KeepOptions, MediaPool, WorkerSource, keep};
use infrastructure_mediasoup::{MediasoupEngine, OfferedAddress, offered_addresses};
use tokio::{sync::watch, task::JoinSet};

use self::child::ChildSource;
pub use self::{
    options::{MediaPlan, WorkerOptions},
    worker::{WorkerError, run as run_worker},
};

/// How long a room waits for a worker when there is none at the moment.
const PATIENCE: Duration = Duration::from_secs(3);

/// The media workers.
pub struct Media {
    engine: Arc<dyn MediaEngine>,
    offered: Vec<OfferedAddress>,
    home: Home,
}

/// Where the workers are.
enum Home {
    Threads(Arc<MediasoupEngine>),
    Children(Children),
}

/// The tasks that keep the child processes.
struct Children {
    stop: watch::Sender<bool>,
    keepers: Mutex<JoinSet<()>>,
}

impl Media {
    /// Starts them. All must start: what cannot be bound or run at first is a mistake that somebody has to know of.
    ///
    /// # Errors
    /// Why they do not start.
    pub async fn start(plan: &MediaPlan) -> Result<Self, BoxError> {
        let offered = offered_addresses(&plan.options);
        if !plan.processes {
            let engine = Arc::new(MediasoupEngine::start(plan.options.clone()).await?);
            return Ok(Self { engine: engine.clone(), offered, home: Home::Threads(engine) });
        }
        let sources: Vec<_> = plan.workers().map(ChildSource::new).map(Arc::new).collect();
        let mut first = Vec::new();
        let mut failure = None;
        for started in join_all(sources.iter().map(|source| source.reach())).await {
            match started {
                Ok(worker) => first.push(worker),
                Err(error) => failure = failure.or(Some(error)),
            }
        }
        if let Some(error) = failure {
            join_all(first.into_iter().map(|worker| {
                worker.engine.close();
                worker.end
            }))
            .await;
            return Err(error);
        }
        let pool = MediaPool::new(PATIENCE);
        let (stop, stopped) = watch::channel(false);
        let mut keepers = JoinSet::new();
        for (source, worker) in sources.into_iter().zip(first) {
            keepers.spawn(keep(pool.clone(), source, Some(worker), KeepOptions::default(), stopped.clone()));
        }
        let children = Children { stop, keepers: Mutex::new(keepers) };
        Ok(Self { engine: Arc::new(pool), offered, home: Home::Children(children) })
    }

    /// The port.
    #[must_use]
    pub fn engine(&self) -> Arc<dyn MediaEngine> {
        self.engine.clone()
    }

    /// What clients are offered, for every worker.
    #[must_use]
    pub fn offered_addresses(&self) -> &[OfferedAddress] {
        &self.offered
    }

    /// Closes everything and ends the workers.
    pub async fn shutdown(&self) {
        match &self.home {
            Home::Threads(engine) => engine.shutdown().await,
            Home::Children(Children { stop, keepers }) => {
                stop.send_replace(true);
                let mut keepers = std::mem::take(&mut *keepers.lock().unwrap_or_else(PoisonError::into_inner));
                while keepers.join_next().await.is_some() {}
            }
        }
    }
}
