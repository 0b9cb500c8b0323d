//! A hostile client: thousands of damaged parameters, all of them through the engine to a real worker.

use application_room::{MediaEngine, MediaError, ProduceRequest, TransportDirection, TransportId};
use infrastructure_mediasoup::MediasoupEngine;
use open_meeting_damage::{Dice, damage};
use serde_json::{Value, json};

use crate::fixtures::{
    Heard, camera, camera_parameters, dtls, engine, microphone, microphone_parameters, open_router, sctp, until,
};

const REQUESTS: u64 = 4_000;

#[derive(Default, Debug)]
struct Tally {
    accepted: usize,
    rejected: usize,
    cannot_consume: usize,
}

impl Tally {
    /// Only these answers are right; anything else is a worker in trouble or a client's mistake seen as ours.
    fn count<T>(&mut self, result: Result<T, MediaError>, sent: &Value) -> Option<T> {
        match result {
            Ok(done) => {
                self.accepted += 1;
                return Some(done);
            }
            Err(MediaError::Rejected { field, reason }) => {
                assert!(!reason.is_empty());
                assert!(field.len() < 300 && field.is_ascii(), "{field}");
                self.rejected += 1;
            }
            Err(MediaError::CannotConsume) => self.cannot_consume += 1,
            Err(error) => {
                panic!("{error:?} for {}", serde_json::to_string(sent).unwrap().chars().take(2_000).collect::<String>())
            }
        }
        None
    }
}

struct Target {
    engine: MediasoupEngine,
    router: application_room::RouterInfo,
    send: TransportId,
    receive: TransportId,
    producers: Vec<application_room::ProducerId>,
}

impl Target {
    async fn attack(&self, dice: &mut Dice, tally: &mut Tally) {
        let engine = &self.engine;
        let kind = dice.roll(6);
        let mut sent = match kind {
            0 => dtls(),
            1 => sctp(),
            2 => microphone_parameters(10),
            3 | 4 => camera_parameters(11),
            _ => self.router.rtp_capabilities.clone(),
        };
        for _ in 0..=dice.roll(3) {
            damage(dice, &mut sent);
        }
        match kind {
            0 => {
                let transport =
                    engine.create_transport(&self.router.id, TransportDirection::Receive, None).await.unwrap();
                tally.count(engine.connect_transport(&transport.id, sent.clone()).await, &sent);
                engine.close_transport(&transport.id).await;
            }
            1 => {
                let result =
                    engine.create_transport(&self.router.id, TransportDirection::Receive, Some(sent.clone())).await;
                if let Some(transport) = tally.count(result, &sent) {
                    engine.close_transport(&transport.id).await;
                }
            }
            2..=4 => {
                let template = if kind == 2 { microphone(10) } else { camera(11) };
                let request = ProduceRequest { rtp_parameters: sent.clone(), ..template };
                if let Some(producer) = tally.count(engine.produce(&self.send, request).await, &sent) {
                    // What was accepted must also be good for those who receive it.
                    let consumer = engine.consume(&self.receive, &producer, self.router.rtp_capabilities.clone()).await;
                    let consumer = match consumer {
                        Ok(consumer) => consumer,
                        Err(error) => panic!("accepted, but cannot be consumed: {error} {sent}"),
                    };
                    engine.resume_consumer(&consumer.id).await.unwrap();
                    engine.close_producer(&producer).await;
                }
            }
            _ => {
                let producer = &self.producers[dice.roll(self.producers.len())];
                if let Some(consumer) = tally.count(engine.consume(&self.receive, producer, sent.clone()).await, &sent)
                {
                    engine.resume_consumer(&consumer.id).await.unwrap();
                    engine.close_consumer(&consumer.id).await;
                }
            }
        }
    }
}

#[tokio::test]
async fn damaged_parameters_get_an_answer_and_do_no_harm() {
    let engine = engine().await;
    let empty = engine.worker_reports().await.unwrap();
    let heard = Heard::default();
    let router = open_router(&engine, &heard).await;
    let send = engine.create_transport(&router.id, TransportDirection::Send, None).await.unwrap().id;
    let receive = engine.create_transport(&router.id, TransportDirection::Receive, None).await.unwrap().id;
    // These stay, so that damaged parameters can collide with them.
    let mut producers = Vec::new();
    for request in [microphone(0), camera(1)] {
        producers.push(engine.produce(&send, request).await.unwrap());
    }
    let target = Target { engine, router, send, receive, producers };
    let before = target.engine.usage().await;

    let (mut dice, mut tally) = (Dice::new(2_026), Tally::default());
    for _ in 0..REQUESTS {
        target.attack(&mut dice, &mut tally).await;
    }

    // Both answers must occur often, or the damage is too small or too great to test anything.
    assert!(tally.accepted > 300 && tally.rejected > 1_500, "{tally:?}");
    let Target { engine, router, send, receive, producers } = target;
    assert_eq!(engine.usage().await, before);
    let reports = engine.worker_reports().await.unwrap();
    assert_eq!(reports[0].generation, empty[0].generation, "the worker was replaced");
    assert!(!heard.plain().contains(&"RouterClosed".to_owned()));

    // It still works, and nothing is left at the end.
    let producer = engine.produce(&send, microphone(77)).await.unwrap();
    engine.consume(&receive, &producer, router.rtp_capabilities.clone()).await.unwrap();
    drop(producers);
    engine.close_router(&router.id).await;
    let usage = engine.usage().await;
    assert_eq!((usage.routers, usage.transports, usage.producers, usage.consumers), (0, 0, 0, 0));
    until("the worker has let everything go", async || engine.worker_reports().await.unwrap() == empty).await;
    engine.shutdown().await;
}

#[tokio::test]
async fn a_producer_cannot_take_over_the_streams_of_another_on_its_transport() {
    let engine = engine().await;
    let router = open_router(&engine, &Heard::default()).await;
    let send = engine.create_transport(&router.id, TransportDirection::Send, None).await.unwrap().id;
    engine.produce(&send, microphone(0)).await.unwrap();
    let mut same_ssrc = microphone(0);
    same_ssrc.rtp_parameters["mid"] = json!("9");
    let mut same_mid = microphone(1);
    same_mid.rtp_parameters["mid"] = json!("0");
    for request in [same_ssrc, same_mid] {
        assert!(
            matches!(engine.produce(&send, request).await, Err(MediaError::Rejected { field, .. }) if field == "rtp_parameters")
        );
    }
    assert_eq!(engine.usage().await.producers, 1);
    engine.shutdown().await;
}
