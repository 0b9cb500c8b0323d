//! The SFU requests, with the real engine.

use application_room::MediaEngine;
use serde_json::{Value, json};

use super::{
    client::Client,
    house::{House, user_id},
    parameters::{camera, dtls, microphone, sctp},
};

async fn transport(client: &mut Client, direction: &str) -> Value {
    let answer = client.done(json!({ "type": "create-transport", "direction": direction })).await;
    answer["transport_id"].clone()
}

async fn capabilities(client: &mut Client) -> Value {
    client.done(json!({ "type": "get-router-capabilities" })).await["rtp_capabilities"].clone()
}

#[tokio::test]
async fn a_call_from_the_first_transport_to_the_last_close() {
    let house = House::new().await;
    let (mut ada, mut bob) = (house.join(1).await, house.join(2).await);
    ada.next_is("user-joined").await;

    let send = ada.done(json!({ "type": "create-transport", "direction": "send", "sctp_capabilities": sctp() })).await;
    assert!(send["ice_parameters"]["usernameFragment"].is_string(), "{send}");
    assert!(send["ice_candidates"].as_array().is_some_and(|candidates| !candidates.is_empty()), "{send}");
    assert!(send["dtls_parameters"]["fingerprints"].is_array(), "{send}");
    assert!(send["sctp_parameters"]["port"].is_number(), "{send}");
    let send = send["transport_id"].clone();
    let connect = json!({ "type": "connect-transport", "transport_id": send, "dtls_parameters": dtls() });
    ada.done(connect.clone()).await;
    ada.refused(connect, "media.wrong_state").await;
    let restarted = ada.done(json!({ "type": "restart-ice", "transport_id": send })).await;
    assert!(restarted["ice_parameters"]["password"].is_string(), "{restarted}");
    assert_eq!(restarted["ice_servers"], json!([{ "urls": ["stun:stun.example.org"] }]));

    let produce = |kind: &str, source: &str, parameters: Value| {
        json!({
            "type": "produce", "transport_id": send, "kind": kind, "source": source, "rtp_parameters": parameters,
        })
    };
    let audio = ada.done(produce("audio", "microphone", microphone(0))).await["producer_id"].clone();
    let video = ada.done(produce("video", "camera", camera(1))).await["producer_id"].clone();
    ada.refused(produce("video", "camera", camera(2)), "media.limit_reached").await;
    ada.refused(produce("audio", "screen", microphone(3)), "media.rejected").await;
    ada.refused(produce("video", "screen", json!({})), "media.rejected").await;
    for (producer, kind, source) in [(&audio, "audio", "microphone"), (&video, "video", "camera")] {
        let mut event = bob.next_is("new-producer").await;
        event.as_object_mut().unwrap().remove("seq");
        assert_eq!(
            event,
            json!({
                "type": "new-producer", "producer_id": producer, "user_id": user_id(1), "kind": kind,
                "source": source, "paused": false,
            })
        );
    }

    let receive = transport(&mut bob, "recv").await;
    let rtp_capabilities = capabilities(&mut bob).await;
    let consume = |producer: &Value, capabilities: &Value| {
        json!({
            "type": "consume", "transport_id": receive, "producer_id": producer, "rtp_capabilities": capabilities,
        })
    };
    let consumer = bob.done(consume(&video, &rtp_capabilities)).await;
    assert_eq!(
        (&consumer["producer_id"], &consumer["user_id"], &consumer["kind"], &consumer["source"]),
        (&video, &json!(user_id(1)), &json!("video"), &json!("camera"))
    );
    assert_eq!((&consumer["consumer_type"], &consumer["producer_paused"]), (&json!("simulcast"), &json!(false)));
    assert!(consumer["rtp_parameters"]["codecs"].is_array(), "{consumer}");
    let listener = bob.done(consume(&audio, &rtp_capabilities)).await["consumer_id"].clone();
    let deaf = json!({ "codecs": [], "headerExtensions": [] });
    bob.refused(consume(&video, &deaf), "media.cannot_consume").await;
    bob.refused(consume(&json!("nothing"), &rtp_capabilities), "media.not_found").await;
    let viewer = consumer["consumer_id"].clone();
    for request in [
        json!({ "type": "resume-consumer", "consumer_id": viewer }),
        json!({ "type": "set-preferred-layers", "consumer_id": viewer, "spatial_layer": 1, "temporal_layer": 0 }),
        json!({ "type": "request-keyframe", "consumer_id": viewer }),
        json!({ "type": "pause-consumer", "consumer_id": viewer }),
    ] {
        bob.done(request).await;
    }
    for (client, target, id) in [(&mut ada, "transport", &send), (&mut bob, "consumer", &viewer)] {
        let stats = client.done(json!({ "type": "get-stats", "target": target, "target_id": id })).await;
        assert!(stats["stats"].as_array().is_some_and(|stats| stats.iter().all(Value::is_object)), "{stats}");
    }
    ada.done(json!({ "type": "get-stats", "target": "producer", "target_id": video })).await;

    ada.done(json!({ "type": "pause-producer", "producer_id": audio })).await;
    assert_eq!(bob.event_of("producer-paused").await["producer_id"], audio);
    ada.done(json!({ "type": "resume-producer", "producer_id": audio })).await;
    assert_eq!(bob.event_of("producer-resumed").await["producer_id"], audio);
    bob.done(json!({ "type": "close-consumer", "consumer_id": listener })).await;
    ada.done(json!({ "type": "close-producer", "producer_id": video })).await;
    assert_eq!(bob.event_of("consumer-closed").await["consumer_id"], viewer);
    assert_eq!(bob.event_of("producer-closed").await["producer_id"], video);
    let usage = house.engine.usage().await;
    assert_eq!((usage.transports, usage.producers, usage.consumers), (2, 1, 0));

    // Whoever comes now is told of what is sent; whoever leaves takes it along.
    ada.close().await;
    assert_eq!(bob.event_of("producer-closed").await["producer_id"], audio);
    bob.event_of("user-left").await;
    drop(bob);
    house.empty().await;
}

#[tokio::test]
async fn the_consumers_owner_hears_that_the_producer_is_paused() {
    let house = House::new().await;
    let (mut ada, mut bob) = (house.join(1).await, house.join(2).await);
    let send = transport(&mut ada, "send").await;
    let produce = json!({
        "type": "produce", "transport_id": send, "kind": "audio", "source": "microphone",
        "rtp_parameters": microphone(0), "paused": true,
    });
    let audio = ada.done(produce).await["producer_id"].clone();
    assert_eq!(bob.event_of("new-producer").await["paused"], true);
    let receive = transport(&mut bob, "recv").await;
    let rtp_capabilities = capabilities(&mut bob).await;
    let consume = json!({
        "type": "consume", "transport_id": receive, "producer_id": audio, "rtp_capabilities": rtp_capabilities,
    });
    let consumer = bob.done(consume).await;
    assert_eq!(consumer["producer_paused"], true);
    ada.done(json!({ "type": "resume-producer", "producer_id": audio })).await;
    assert_eq!(bob.event_of("consumer-resumed").await["consumer_id"], consumer["consumer_id"]);
    ada.done(json!({ "type": "pause-producer", "producer_id": audio })).await;
    assert_eq!(bob.event_of("consumer-paused").await["consumer_id"], consumer["consumer_id"]);
}

#[tokio::test]
async fn nobody_touches_what_is_somebody_elses() {
    let house = House::new().await;
    let (mut ada, mut eve) = (house.join(1).await, house.join(3).await);
    let send = transport(&mut ada, "send").await;
    let produce = |transport: &Value| {
        json!({
            "type": "produce", "transport_id": transport, "kind": "video", "source": "camera",
            "rtp_parameters": camera(0),
        })
    };
    let video = ada.done(produce(&send)).await["producer_id"].clone();
    for request in [
        produce(&send),
        json!({ "type": "connect-transport", "transport_id": send, "dtls_parameters": dtls() }),
        json!({ "type": "restart-ice", "transport_id": send }),
        json!({ "type": "close-producer", "producer_id": video }),
        json!({ "type": "pause-producer", "producer_id": video }),
        json!({ "type": "get-stats", "target": "producer", "target_id": video }),
        json!({ "type": "get-stats", "target": "transport", "target_id": send }),
    ] {
        eve.refused(request, "media.not_found").await;
    }
    let wrong = transport(&mut eve, "recv").await;
    eve.refused(produce(&wrong), "media.wrong_state").await;
    assert_eq!(house.engine.usage().await.producers, 1);
}

#[tokio::test]
async fn transports_are_counted() {
    let house = House::new().await;
    let mut ada = house.join(1).await;
    for _ in 0..4 {
        transport(&mut ada, "recv").await;
    }
    ada.refused(json!({ "type": "create-transport", "direction": "recv" }), "media.limit_reached").await;
    drop(ada);
    house.empty().await;
}
