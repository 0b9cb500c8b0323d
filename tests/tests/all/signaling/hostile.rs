//! Clients that mean harm: whatever they send gets an error and does no harm.

use std::collections::BTreeMap;

use application_room::MediaEngine;
use futures::{SinkExt, StreamExt};
use open_meeting_damage::{Dice, damage};
use serde_json::{Value, json};
use tokio::io::AsyncWriteExt;
use tokio_tungstenite::{MaybeTlsStream, connect_async, tungstenite::Message};

use super::{
    client::{Client, deaf, soon},
    house::{House, Wishes, grant, patient, room_id},
    parameters::{camera, dtls, microphone, sctp},
};

const SESSIONS: usize = 60;
const REQUESTS_PER_SESSION: usize = 50;

#[tokio::test]
async fn what_is_not_understood_gets_an_error_and_the_connection_goes_on() {
    let house = House::new().await;
    let mut ada = house.join(1).await;
    let deep = format!("{}1{}", "[".repeat(50_000), "]".repeat(50_000));
    let deep_field = format!(r#"{{"type":"chat","text":"x","y":{deep}}}"#);
    for (text, code) in [
        ("", "signaling.malformed"),
        ("{", "signaling.malformed"),
        ("nonsense", "signaling.malformed"),
        ("[]", "signaling.malformed"),
        ("null", "signaling.malformed"),
        ("42", "signaling.malformed"),
        (r#""join""#, "signaling.malformed"),
        (r#"{"type":"ping"} trailing"#, "signaling.malformed"),
        (r#"{"type":"ping","id":NaN}"#, "signaling.malformed"),
        (deep.as_str(), "signaling.malformed"),
        (deep_field.as_str(), "signaling.malformed"),
        ("{}", "signaling.invalid_field"),
        (r#"{"type":7}"#, "signaling.invalid_field"),
        (r#"{"type":null}"#, "signaling.invalid_field"),
        (r#"{"type":"no-such-type"}"#, "signaling.unknown_type"),
        (r#"{"type":"JOIN"}"#, "signaling.unknown_type"),
        (r#"{"type":"welcome"}"#, "signaling.unknown_type"),
        (r#"{"type":"chat"}"#, "signaling.invalid_field"),
        (r#"{"type":"chat","text":7}"#, "signaling.invalid_field"),
        (r#"{"type":"chat","text":"   "}"#, "signaling.invalid_field"),
        (r#"{"type":"chat","text":"a\u0000b"}"#, "signaling.invalid_field"),
        (r#"{"type":"chat","text":"x","to":"bob"}"#, "signaling.invalid_field"),
        (r#"{"type":"chat","text":"x","to":"0190a5e4-3c00-7000-8000-000000000009"}"#, "target.not_found"),
        (r#"{"type":"chat-history","limit":0}"#, "signaling.invalid_field"),
        (r#"{"type":"chat-history","limit":101}"#, "signaling.invalid_field"),
        (r#"{"type":"chat-history","limit":-1}"#, "signaling.invalid_field"),
        (r#"{"type":"chat-history","before":7}"#, "signaling.invalid_field"),
        (r#"{"type":"delete-message"}"#, "signaling.invalid_field"),
        (r#"{"type":"delete-message","message_id":"x"}"#, "signaling.invalid_field"),
        (r#"{"type":"delete-message","message_id":"0190a5e4-3c00-7000-8000-000000000009"}"#, "message.not_found"),
        (r#"{"type":"produce","transport_id":"x"}"#, "signaling.invalid_field"),
        (r#"{"type":"consume","transport_id":1,"producer_id":2,"rtp_capabilities":3}"#, "signaling.invalid_field"),
        (r#"{"type":"create-transport","direction":"sideways"}"#, "signaling.invalid_field"),
        (r#"{"type":"set-preferred-layers","consumer_id":"x","spatial_layer":-1}"#, "signaling.invalid_field"),
        (r#"{"type":"set-preferred-layers","consumer_id":"x","spatial_layer":8}"#, "signaling.invalid_field"),
        (r#"{"type":"get-stats","target":"server","target_id":"x"}"#, "signaling.invalid_field"),
        (r#"{"type":"resume-consumer","consumer_id":"x"}"#, "media.not_found"),
        (r#"{"type":"get-stats","target":"producer","target_id":"x"}"#, "media.not_found"),
    ] {
        ada.send_text(text).await;
        assert_eq!(ada.stray_error().await, code, "{}", text.chars().take(100).collect::<String>());
    }
    let long = json!({ "type": "chat", "text": "x".repeat(4001) });
    ada.refused(long, "signaling.invalid_field").await;
    ada.done(json!({ "type": "chat", "text": "x".repeat(4000) })).await;
}

#[tokio::test]
async fn frames_too_large_and_binary_frames_are_refused() {
    let house = House::new().await;
    let mut ada = house.join(1).await;
    for size in [256 * 1024 + 1, 1024 * 1024, 1024 * 1024 + 100_000] {
        ada.send_text("x".repeat(size)).await;
        assert_eq!(ada.stray_error().await, "signaling.too_large");
    }
    let fits = json!({ "type": "ping", "padding": "x".repeat(256 * 1024 - 100) });
    assert_eq!(ada.request(fits).await["type"], "pong");
    ada.send_binary(vec![0_u8; 100]).await;
    assert_eq!(ada.stray_error().await, "signaling.malformed");
    ada.done(json!({ "type": "chat", "text": "still here" })).await;
}

#[tokio::test]
async fn frames_not_worth_reading_end_the_connection_only() {
    let house = House::new().await;
    let mut ada = house.join(1).await;
    let mut huge = house.join(2).await;
    huge.try_send_text("x".repeat(32 * 1024 * 1024)).await;
    assert!(matches!(huge.over_somehow().await, Some(1009) | None));
    ada.next_is("user-joined").await;
    ada.next_is("user-left").await;

    // Text that is no UTF-8, which no well-behaved library sends.
    let mut socket = deaf(&house.url(), &house.token(&grant(3)), room_id()).await;
    let frame = [0x81, 0x82, 0, 0, 0, 0, 0xC3, 0x28];
    let MaybeTlsStream::Plain(stream) = socket.get_mut() else { panic!("loopback needs no TLS") };
    stream.write_all(&frame).await.unwrap();
    let answer = soon(socket.next()).await.unwrap().unwrap();
    assert!(answer.to_text().unwrap().contains("signaling.malformed"), "{answer}");
    let close = soon(socket.next()).await.unwrap().unwrap();
    assert!(matches!(&close, Message::Close(Some(frame)) if u16::from(frame.code) == 1007), "{close}");
    ada.next_is("user-joined").await;
    ada.next_is("user-left").await;
    ada.done(json!({ "type": "chat", "text": "still here" })).await;
}

#[tokio::test]
async fn connections_that_break_at_any_byte_leave_nothing() {
    let house = House::new().await;
    let join = json!({ "type": "join", "id": 1, "token": house.token(&grant(1)), "room_id": room_id() }).to_string();
    let mut frame = vec![0x81, 0x80 | 126];
    frame.extend(u16::try_from(join.len()).unwrap().to_be_bytes());
    frame.extend([0; 4]);
    frame.extend(join.as_bytes());
    for cut in (0..=frame.len()).step_by(17).chain([frame.len()]) {
        let (mut socket, _) = soon(connect_async(house.url())).await.unwrap();
        let MaybeTlsStream::Plain(stream) = socket.get_mut() else { panic!("loopback needs no TLS") };
        stream.write_all(&frame[..cut]).await.unwrap();
        drop(socket);
    }
    house.empty().await;
}

#[tokio::test]
async fn a_crowd_that_comes_and_goes_leaves_nothing() {
    let house = House::new().await;
    let crowd = (0..40).map(|user| {
        let house = &house;
        async move {
            for _ in 0..3 {
                let (mut socket, _) = soon(connect_async(house.url())).await.unwrap();
                let token = house.token(&grant(user % 10));
                let join = json!({ "type": "join", "id": 1, "token": token, "room_id": room_id() });
                soon(socket.send(Message::text(join.to_string()))).await.unwrap();
                let create = json!({ "type": "create-transport", "id": 2, "direction": "send" });
                soon(socket.send(Message::text(create.to_string()))).await.ok();
                if user % 3 == 0 {
                    soon(socket.next()).await;
                }
            }
        }
    });
    futures::future::join_all(crowd).await;
    house.empty().await;
}

/// Requests as a client sends them, for a session with these transports, this producer and this consumer.
struct Templates {
    send: Value,
    receive: Value,
    producer: Value,
    consumer: Value,
    capabilities: Value,
}

impl Templates {
    async fn prepare(client: &mut Client) -> Self {
        let mut made = Vec::new();
        for direction in ["send", "recv"] {
            let answer = client.done(json!({ "type": "create-transport", "direction": direction })).await;
            made.push(answer["transport_id"].clone());
        }
        let (send, receive) = (made.remove(0), made.remove(0));
        let capabilities = client.done(json!({ "type": "get-router-capabilities" })).await["rtp_capabilities"].clone();
        let produce = json!({
            "type": "produce", "transport_id": send, "kind": "video", "source": "camera", "rtp_parameters": camera(0),
        });
        let producer = client.done(produce).await["producer_id"].clone();
        let consume = json!({
            "type": "consume", "transport_id": receive, "producer_id": producer, "rtp_capabilities": capabilities,
        });
        let consumer = client.done(consume).await["consumer_id"].clone();
        Self { send, receive, producer, consumer, capabilities }
    }

    fn request(&self, dice: &mut Dice) -> Value {
        let Self { send, receive, producer, consumer, capabilities } = self;
        match dice.roll(15) {
            0 | 1 => json!({
                "type": "produce", "transport_id": send, "kind": "video", "source": "screen",
                "rtp_parameters": camera(1),
            }),
            2 | 3 => json!({
                "type": "produce", "transport_id": send, "kind": "audio", "source": "microphone",
                "rtp_parameters": microphone(2),
            }),
            4 | 5 => json!({
                "type": "consume", "transport_id": receive, "producer_id": producer, "rtp_capabilities": capabilities,
            }),
            6 | 7 => json!({ "type": "connect-transport", "transport_id": send, "dtls_parameters": dtls() }),
            8 => json!({ "type": "create-transport", "direction": "recv", "sctp_capabilities": sctp() }),
            9 => json!({
                "type": "set-preferred-layers", "consumer_id": consumer, "spatial_layer": 1, "temporal_layer": 2,
            }),
            10 => json!({ "type": "get-stats", "target": "consumer", "target_id": consumer }),
            11 => json!({ "type": "chat", "text": "hello", "to": super::house::user_id(2) }),
            12 => json!({ "type": "chat-history", "before": super::house::user_id(2), "limit": 10 }),
            13 => json!({ "type": "delete-message", "message_id": super::house::user_id(2) }),
            _ => json!({ "type": "restart-ice", "transport_id": receive }),
        }
    }
}

#[tokio::test]
async fn thousands_of_damaged_requests_leave_a_working_server_and_nothing_behind() {
    let house = House::with(Wishes { signaling: patient(), ..Wishes::default() }).await;
    let fresh = house.engine.worker_reports().await.unwrap();
    let mut dice = Dice::new(20_261_120);
    let mut tally: BTreeMap<String, usize> = BTreeMap::new();
    for session in 0..SESSIONS {
        let mut client = house.join(1).await;
        let templates = Templates::prepare(&mut client).await;
        for _ in 0..REQUESTS_PER_SESSION {
            let mut request = templates.request(&mut dice);
            for _ in 0..=dice.roll(3) {
                damage(&mut dice, &mut request);
            }
            if !request.is_object() {
                client.send_text(request.to_string()).await;
                *tally.entry(client.stray_error().await).or_default() += 1;
                continue;
            }
            // Whole frames are cut elsewhere; here they are to reach the engine.
            request["id"] = json!(0);
            let answer = client.request(request).await;
            let outcome = answer.get("code").unwrap_or(&answer["type"]).as_str().unwrap().to_owned();
            *tally.entry(outcome).or_default() += 1;
            // Make place for the next one of this source.
            if let Some(producer) = answer.get("producer_id").filter(|_| answer.get("consumer_id").is_none()) {
                client.done(json!({ "type": "close-producer", "producer_id": producer })).await;
            }
        }
        match session % 3 {
            0 => client.close().await,
            1 => drop(client),
            _ => drop(client.request(json!({ "type": "leave" })).await),
        }
    }
    let counted = |code: &str| tally.get(code).copied().unwrap_or(0);
    assert!(tally.values().sum::<usize>() == SESSIONS * REQUESTS_PER_SESSION);
    assert!(counted("ok") > 200 && counted("media.rejected") > 300, "the damage tests nothing: {tally:?}");
    assert_eq!((counted("internal"), counted("media.unavailable")), (0, 0), "{tally:?}");

    // The same worker still works, and nothing is left at the end.
    let mut ada = house.join(1).await;
    Templates::prepare(&mut ada).await;
    assert_eq!(house.engine.usage().await.producers, 1);
    drop(ada);
    house.empty().await;
    open_meeting_tests::wait_until("the worker has let everything go", async || {
        house.engine.worker_reports().await.unwrap() == fresh
    })
    .await;
}
