//! A hostile client: thousands of damaged parameters, all of them through the engine to a real worker.

use application_room::{MediaEngine, MediaError, ProduceRequest, TransportDirection, TransportId};
use infrastructure_mediasoup::MediasoupEngine;
use serde_json::{Map, Value, json};

use crate::fixtures::{
    Heard, camera, camera_parameters, dtls, engine, microphone, microphone_parameters, open_router, sctp, until,
};

const REQUESTS: u64 = 4_000;

/// SplitMix64: the same requests in every run.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((mixed ^ (mixed >> 31)) % sides as u64).unwrap()
    }
}

fn paths(value: &Value, path: &str, found: &mut Vec<String>) {
    found.push(path.to_owned());
    match value {
        Value::Object(map) => {
            for (name, value) in map {
                paths(value, &format!("{path}/{}", name.replace('~', "~0").replace('/', "~1")), found);
            }
        }
        Value::Array(list) => {
            for (index, value) in list.iter().enumerate() {
                paths(value, &format!("{path}/{index}"), found);
            }
        }
        _ => {}
    }
}

fn anything(dice: &mut Dice) -> Value {
    let nested = |depth: usize| (0..depth).fold(json!(1), |inner, _| json!({"a": [inner]}));
    match dice.roll(30) {
        0 => Value::Null,
        1 => json!(true),
        2 => json!(0),
        3 => json!(-1),
        4 => json!(1),
        5 => json!(127),
        6 => json!(128),
        7 => json!(255),
        8 => json!(256),
        9 => json!(65_536),
        10 => json!(u32::MAX),
        11 => json!(u64::from(u32::MAX) + 1),
        12 => json!(u64::MAX),
        13 => json!(i64::MIN),
        14 => json!(1.5),
        15 => json!(1e308),
        16 => json!(""),
        17 => json!(" "),
        18 => json!("0"),
        19 => json!("\u{0}"),
        20 => json!("😀é\u{202e}\u{feff}"),
        21 => json!("A".repeat(95)),
        22 => json!("é".repeat(47) + "A"),
        23 => json!("x".repeat(100_000)),
        24 => json!("%s%n%x"),
        25 => json!([]),
        26 => json!({}),
        27 => nested(60),
        28 => json!(vec![json!({}); 300]),
        _ => json!((0..300).map(|n| (n.to_string(), json!(n))).collect::<Map<String, Value>>()),
    }
}

/// Other valid values for fields that decide how the worker goes on.
fn plausible(dice: &mut Dice) -> Value {
    let values = [
        json!("video/rtx"),
        json!("video/red"),
        json!("video/ulpfec"),
        json!("video/VP9"),
        json!("video/AV1"),
        json!("video/H264"),
        json!("audio/opus"),
        json!("audio/PCMU"),
        json!("audio/red"),
        json!("L3T3_KEY"),
        json!("S3T3"),
        json!("L1T1"),
        json!("L9T9"),
        json!("L1T2"),
        json!("r0"),
        json!("r1"),
        json!("server"),
        json!("auto"),
        json!("sha-1"),
        json!("sha-512"),
        json!(96),
        json!(97),
        json!(111),
        json!(4),
        json!(10),
        json!(90_000),
        json!(48_000),
        json!(1_000_000),
        json!("urn:ietf:params:rtp-hdrext:sdes:mid"),
        json!({"ssrc": 1_000_000}),
        json!({"ssrc": 12}),
        json!({"apt": 96}),
        json!({"apt": 97}),
    ];
    values[dice.roll(values.len())].clone()
}

fn mutate(dice: &mut Dice, value: &mut Value) {
    let mut all = Vec::new();
    paths(value, "", &mut all);
    let path = all[dice.roll(all.len())].clone();
    let other = all[dice.roll(all.len())].clone();
    match dice.roll(8) {
        0 => {
            let Some((parent, name)) = path.rsplit_once('/') else { return };
            match value.pointer_mut(parent) {
                Some(Value::Object(map)) => {
                    map.remove(&name.replace("~1", "/").replace("~0", "~"));
                }
                Some(Value::Array(list)) => {
                    list.remove(name.parse().unwrap());
                }
                _ => {}
            }
        }
        1 | 2 => *value.pointer_mut(&path).unwrap() = anything(dice),
        3 | 4 => *value.pointer_mut(&path).unwrap() = plausible(dice),
        5 => {
            if let Some(Value::Array(list)) = value.pointer_mut(&path)
                && let Some(last) = list.last().cloned()
            {
                let times = [1, 1, 2, 7, 40][dice.roll(5)];
                list.extend(std::iter::repeat_n(last, times));
            }
        }
        6 => {
            let taken = value.pointer(&other).unwrap().clone();
            *value.pointer_mut(&path).unwrap() = taken;
        }
        _ => match value.pointer_mut(&path) {
            Some(Value::Array(list)) => list.reverse(),
            Some(Value::String(text)) => {
                let cut = (0..=text.len())
                    .filter(|at| text.is_char_boundary(*at))
                    .nth(dice.roll(text.len() + 1))
                    .unwrap_or(0);
                text.truncate(cut);
            }
            Some(Value::Number(number)) => *value.pointer_mut(&path).unwrap() = json!(number.to_string()),
            Some(Value::Object(map)) => {
                map.insert("é/~".to_owned(), anything(dice));
            }
            _ => {}
        },
    }
}

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
            mutate(dice, &mut sent);
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

    let (mut dice, mut tally) = (Dice(2_026), Tally::default());
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
