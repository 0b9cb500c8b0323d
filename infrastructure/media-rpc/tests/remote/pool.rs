//! Many engines as one, that come and go.

use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use application_room::{MediaEngine, MediaError, MediaEvent, ProducerId, RouterId, TransportDirection};
use application_shared::BoxError;
use async_trait::async_trait;
use infrastructure_media_rpc::{ConnectionLimits, KeepOptions, MediaPool, Worker, WorkerSource, keep};
use serde_json::json;
use tokio::{sync::watch, task::JoinHandle};

use crate::{
    engine::{Heard, StubEngine, remote, room},
    until,
};

/// Starts one engine after the other.
#[derive(Default)]
struct Source {
    engines: Mutex<Vec<(Arc<StubEngine>, JoinHandle<()>)>>,
    refusals: AtomicUsize,
    ended: Arc<AtomicUsize>,
}

impl Source {
    fn last(&self) -> Arc<StubEngine> {
        self.engines.lock().unwrap().last().unwrap().0.clone()
    }

    fn started(&self) -> usize {
        self.engines.lock().unwrap().len()
    }

    /// What `kill -9` does.
    fn kill(&self) {
        self.engines.lock().unwrap().last().unwrap().1.abort();
    }
}

#[async_trait]
impl WorkerSource for Source {
    fn name(&self) -> &str {
        "0"
    }

    async fn reach(&self) -> Result<Worker, BoxError> {
        if self.refusals.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(1)).is_ok() {
            return Err("not yet".into());
        }
        let engine = Arc::new(StubEngine::default());
        let (remote, server) = remote(&engine, ConnectionLimits::default()).await;
        self.engines.lock().unwrap().push((engine, server));
        let ended = self.ended.clone();
        let end = Box::pin(async move {
            ended.fetch_add(1, Ordering::SeqCst);
        });
        Ok(Worker { engine: remote, end })
    }
}

fn quick() -> KeepOptions {
    KeepOptions {
        ask_every: Duration::from_millis(5),
        answer_within: Duration::from_millis(50),
        first_wait: Duration::from_millis(1),
        longest_wait: Duration::from_millis(5),
        ..KeepOptions::default()
    }
}

struct House {
    pool: MediaPool,
    source: Arc<Source>,
    stop: watch::Sender<bool>,
    keeper: JoinHandle<()>,
}

impl House {
    fn with(source: Source) -> Self {
        let pool = MediaPool::new(Duration::from_secs(30));
        let source = Arc::new(source);
        let (stop, stopped) = watch::channel(false);
        let keeper = tokio::spawn(keep(pool.clone(), source.clone(), None, quick(), stopped));
        Self { pool, source, stop, keeper }
    }
}

#[tokio::test]
async fn a_worker_that_dies_is_replaced_and_its_rooms_find_the_next() {
    let house = House::with(Source { refusals: AtomicUsize::new(2), ..Source::default() });
    let heard = Heard::default();
    // There is none yet: it waits.
    let router = house.pool.open_router(room(), heard.sink()).await.unwrap();
    let transport = house.pool.create_transport(&router.id, TransportDirection::Send, None).await.unwrap();
    house.source.kill();
    until("the room is told", async || heard.all() == ["RouterClosed"]).await;
    let next = house.pool.open_router(room(), heard.sink()).await.unwrap();
    assert_ne!(next.id, router.id);
    assert_eq!((house.source.started(), house.source.ended.load(Ordering::SeqCst)), (2, 1));
    let gone = house.pool.restart_ice(&transport.id).await;
    assert!(matches!(gone, Err(MediaError::NotFound("transport"))), "{gone:?}");
    house.pool.create_transport(&next.id, TransportDirection::Send, None).await.unwrap();
    house.pool.close_router(&router.id).await;
    assert_eq!(house.source.last().routers(), 1);

    house.stop.send_replace(true);
    house.keeper.await.unwrap();
    assert_eq!(house.source.ended.load(Ordering::SeqCst), 2, "it was ended in order");
    assert_eq!(house.pool.usage().await.workers, 0);
}

#[tokio::test]
async fn a_worker_that_hangs_is_replaced() {
    let house = House::with(Source::default());
    let heard = Heard::default();
    house.pool.open_router(room(), heard.sink()).await.unwrap();
    house.source.last().shut();
    until("the room is told", async || heard.all() == ["RouterClosed"]).await;
    until("there is another", async || house.source.started() == 2).await;
    house.pool.open_router(room(), heard.sink()).await.unwrap();
}

#[tokio::test]
async fn rooms_are_spread_and_stay_where_they_are() {
    let pool = MediaPool::new(Duration::ZERO);
    let none = pool.open_router(room(), Heard::default().sink()).await;
    assert!(matches!(none, Err(MediaError::Unavailable(_))));
    let engines = [Arc::new(StubEngine::default()), Arc::new(StubEngine::default())];
    for (name, engine) in ["a", "b"].into_iter().zip(&engines) {
        let (remote, _) = remote(engine, ConnectionLimits::default()).await;
        pool.add(name, Arc::new(remote));
    }
    let heard = Heard::default();
    let mut routers = Vec::new();
    for _ in 0..4 {
        routers.push(pool.open_router(room(), heard.sink()).await.unwrap().id);
    }
    assert_eq!(engines.each_ref().map(|engine| engine.routers()), [2, 2]);
    let usage = pool.usage().await;
    assert_eq!((usage.workers, usage.routers), (2, 4));

    let of = |name: &str| routers.iter().find(|id| id.0.starts_with(name)).unwrap();
    let (here, there) = (of("a."), of("b."));
    let send = pool.create_transport(here, TransportDirection::Send, None).await.unwrap();
    let receive = pool.create_transport(there, TransportDirection::Receive, None).await.unwrap();
    let producer = pool
        .produce(
            &send.id,
            application_room::ProduceRequest {
                kind: domain_room::MediaKind::Audio,
                source: domain_room::MediaSource::Microphone,
                rtp_parameters: json!({}),
                paused: false,
            },
        )
        .await
        .unwrap();
    let elsewhere = pool.consume(&receive.id, &producer, json!({})).await;
    assert!(matches!(elsewhere, Err(MediaError::NotFound("producer"))), "{elsewhere:?}");
    assert!(
        matches!(pool.stats(&application_room::StatsTarget::Producer(producer)).await, Ok(stats) if stats == json!([]))
    );
    for nonsense in ["", "a", ".", "c.router0", "a-1.router0"] {
        let made = pool.create_transport(&RouterId(nonsense.to_owned()), TransportDirection::Send, None).await;
        assert!(matches!(made, Err(MediaError::NotFound("router"))), "{nonsense}: {made:?}");
    }

    // Names in events are those that everybody knows.
    engines[1].tell(&MediaEvent::ProducerClosed(ProducerId("p".to_owned())));
    let told = format!("{:?}", MediaEvent::ProducerClosed(ProducerId("b.p".to_owned())));
    until("both rooms are told", async || heard.all() == [told.clone(), told.clone()]).await;
}
