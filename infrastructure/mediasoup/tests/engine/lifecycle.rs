//! From the first peer to the last: what is made, what is told, and that nothing is left.

use application_room::{
    ConsumerId, Layers, MediaEngine, MediaError, ProducerId, RouterInfo, StatsTarget, TransportDirection, TransportInfo,
};
use infrastructure_mediasoup::MediasoupEngine;
use serde_json::json;

use crate::fixtures::{
    Heard, camera, dtls, engine, microphone, microphone_parameters, open_router, options, sctp, until,
};

struct Peer {
    send: TransportInfo,
    receive: TransportInfo,
    producers: Vec<ProducerId>,
    consumers: Vec<ConsumerId>,
}

async fn join(engine: &MediasoupEngine, router: &RouterInfo, others: &[Peer]) -> Peer {
    let send = engine.create_transport(&router.id, TransportDirection::Send, Some(sctp())).await.unwrap();
    let receive = engine.create_transport(&router.id, TransportDirection::Receive, None).await.unwrap();
    for transport in [&send, &receive] {
        engine.connect_transport(&transport.id, dtls()).await.unwrap();
    }
    let mut peer = Peer { send, receive, producers: Vec::new(), consumers: Vec::new() };
    for request in [microphone(0), camera(1)] {
        peer.producers.push(engine.produce(&peer.send.id, request).await.unwrap());
    }
    for producer in others.iter().flat_map(|other| &other.producers) {
        let consumer = engine.consume(&peer.receive.id, producer, router.rtp_capabilities.clone()).await.unwrap();
        peer.consumers.push(consumer.id);
    }
    peer
}

#[tokio::test]
async fn nothing_is_left_when_peers_and_rooms_have_gone() {
    let engine = engine().await;
    let empty = engine.worker_reports().await.unwrap();
    let heard = Heard::default();
    let router = open_router(&engine, &heard).await;
    let mut peers = Vec::new();
    for _ in 0..3 {
        let peer = join(&engine, &router, &peers).await;
        peers.push(peer);
    }
    let usage = engine.usage().await;
    assert_eq!((usage.routers, usage.transports, usage.producers, usage.consumers), (1, 6, 6, 2 + 4));
    assert!(engine.worker_reports().await.unwrap()[0].load > 0);

    // The first peer goes: its producers, and the four consumers of them, go too.
    let first = peers.remove(0);
    engine.close_transport(&first.send.id).await;
    engine.close_transport(&first.receive.id).await;
    let usage = engine.usage().await;
    assert_eq!((usage.transports, usage.producers, usage.consumers), (4, 4, 2));
    let told = heard.plain();
    let count = |name: &str| told.iter().filter(|event| event.starts_with(name)).count();
    assert_eq!((count("ConsumerClosed"), count("ProducerClosed")), (4, 2), "{told:?}");
    // Closing again is not an error, and what is gone is not found.
    engine.close_transport(&first.send.id).await;
    engine.close_producer(&first.producers[0]).await;
    assert!(matches!(engine.pause_producer(&first.producers[0]).await, Err(MediaError::NotFound("producer"))));

    engine.close_consumer(&peers[1].consumers[2]).await;
    engine.close_producer(&peers[0].producers[1]).await;
    engine.close_router(&router.id).await;
    let usage = engine.usage().await;
    assert_eq!((usage.workers, usage.routers, usage.transports, usage.producers, usage.consumers), (1, 0, 0, 0, 0));
    until("the worker has let everything go", async || engine.worker_reports().await.unwrap() == empty).await;
    assert!(matches!(
        engine.create_transport(&router.id, TransportDirection::Send, None).await,
        Err(MediaError::NotFound("router"))
    ));
    engine.shutdown().await;
    assert_eq!(engine.usage().await.workers, 0);
    assert!(matches!(engine.open_router(crate::fixtures::room(), heard.sink()).await, Err(MediaError::Unavailable(_))));
}

#[tokio::test]
async fn a_transport_offers_every_announced_address() {
    let mut options = options();
    options.announced_addresses = vec![
        infrastructure_mediasoup::AnnouncedAddress { address: "203.0.113.5".to_owned(), port: Some(50_000) },
        infrastructure_mediasoup::AnnouncedAddress { address: "media.example.org".to_owned(), port: None },
    ];
    let engine = MediasoupEngine::start(options).await.unwrap();
    assert_eq!(engine.offered_addresses().len(), 2);
    let router = open_router(&engine, &Heard::default()).await;
    let transport = engine.create_transport(&router.id, TransportDirection::Receive, Some(sctp())).await.unwrap();
    let candidates = transport.ice_candidates.as_array().unwrap();
    let summary: Vec<_> =
        candidates.iter().map(|c| (c["protocol"].as_str().unwrap(), c["address"].as_str().unwrap())).collect();
    assert_eq!(
        summary,
        [("udp", "203.0.113.5"), ("udp", "media.example.org"), ("tcp", "203.0.113.5"), ("tcp", "media.example.org")]
    );
    assert_eq!(candidates[0]["port"], 50_000);
    assert_eq!(candidates[2]["tcpType"], "passive");
    assert!(transport.ice_parameters["usernameFragment"].is_string());
    assert!(!transport.dtls_parameters["fingerprints"].as_array().unwrap().is_empty());
    assert!(transport.sctp_parameters.unwrap()["maxMessageSize"].is_u64());

    let restarted = engine.restart_ice(&transport.id).await.unwrap();
    assert_ne!(restarted["usernameFragment"], transport.ice_parameters["usernameFragment"]);
    engine.shutdown().await;
}

#[tokio::test]
async fn a_consumer_starts_paused_and_follows_its_producer() {
    let engine = engine().await;
    let heard = Heard::default();
    let router = open_router(&engine, &heard).await;
    let peers = [join(&engine, &router, &[]).await];
    let receive = engine.create_transport(&router.id, TransportDirection::Receive, None).await.unwrap();
    let video = engine.consume(&receive.id, &peers[0].producers[1], router.rtp_capabilities.clone()).await.unwrap();
    assert_eq!(video.consumer_type, "simulcast");
    assert_eq!(video.rtp_parameters["encodings"].as_array().unwrap().len(), 1);
    assert_eq!(video.rtp_parameters["encodings"][0]["scalabilityMode"], "L3T3");
    assert!(!video.producer_paused);
    let stats = engine.stats(&StatsTarget::Consumer(video.id.clone())).await.unwrap();
    assert_eq!(stats[0]["packetCount"], 0, "{stats}");
    for target in [StatsTarget::Transport(receive.id.clone()), StatsTarget::Producer(peers[0].producers[1].clone())] {
        assert!(engine.stats(&target).await.unwrap().is_array());
    }

    engine.set_preferred_layers(&video.id, Layers { spatial: 0, temporal: Some(1) }).await.unwrap();
    engine.set_preferred_layers(&video.id, Layers { spatial: 255, temporal: None }).await.unwrap();
    engine.request_key_frame(&video.id).await.unwrap();
    let audio = engine.consume(&receive.id, &peers[0].producers[0], router.rtp_capabilities.clone()).await.unwrap();
    assert_eq!(audio.consumer_type, "simple");
    assert!(matches!(
        engine.set_preferred_layers(&audio.id, Layers { spatial: 0, temporal: None }).await,
        Err(MediaError::WrongState(_))
    ));
    engine.request_key_frame(&audio.id).await.unwrap();

    engine.resume_consumer(&video.id).await.unwrap();
    engine.pause_producer(&peers[0].producers[1]).await.unwrap();
    let paused = format!("ConsumerPaused({:?})", video.id);
    until("the pause is told", async || heard.plain().contains(&paused)).await;
    engine.resume_producer(&peers[0].producers[1]).await.unwrap();
    let resumed = format!("ConsumerResumed({:?})", video.id);
    until("the resumption is told", async || heard.plain().contains(&resumed)).await;
    engine.pause_consumer(&video.id).await.unwrap();

    let mut paused_at_start = camera(7);
    paused_at_start.paused = true;
    let third = engine.produce(&peers[0].send.id, paused_at_start).await.unwrap();
    let third = engine.consume(&receive.id, &third, router.rtp_capabilities.clone()).await.unwrap();
    assert!(third.producer_paused);
    engine.shutdown().await;
}

#[tokio::test]
async fn states_limits_and_capabilities_are_kept() {
    let mut options = options();
    options.limits.routers = 2;
    options.limits.transports_per_router = 2;
    options.limits.producers_per_transport = 1;
    options.limits.consumers_per_transport = 1;
    let engine = MediasoupEngine::start(options).await.unwrap();
    let heard = Heard::default();
    let router = open_router(&engine, &heard).await;
    let send = engine.create_transport(&router.id, TransportDirection::Send, None).await.unwrap();
    let receive = engine.create_transport(&router.id, TransportDirection::Receive, None).await.unwrap();
    let limit = |result: Result<_, MediaError>| match result {
        Err(MediaError::LimitReached(what)) => what,
        other => panic!("no limit: {other:?}"),
    };
    let third = engine.create_transport(&router.id, TransportDirection::Send, None).await;
    assert_eq!(limit(third.map(|_| ())), "transports per room");

    let microphone_id = engine.produce(&send.id, microphone(0)).await.unwrap();
    assert_eq!(limit(engine.produce(&send.id, camera(1)).await.map(|_| ())), "producers per transport");
    let capabilities = || router.rtp_capabilities.clone();
    engine.consume(&receive.id, &microphone_id, capabilities()).await.unwrap();
    let second = engine.consume(&receive.id, &microphone_id, capabilities()).await;
    assert_eq!(limit(second.map(|_| ())), "consumers per transport");

    assert!(matches!(engine.produce(&receive.id, microphone(3)).await, Err(MediaError::WrongState(_))));
    assert!(matches!(engine.consume(&send.id, &microphone_id, capabilities()).await, Err(MediaError::WrongState(_))));
    engine.connect_transport(&send.id, dtls()).await.unwrap();
    assert!(matches!(engine.connect_transport(&send.id, dtls()).await, Err(MediaError::WrongState(_))));

    // A room cannot consume another room's producer, nor a client what it has no codec for.
    let other = open_router(&engine, &heard).await;
    let elsewhere = engine.create_transport(&other.id, TransportDirection::Receive, None).await.unwrap();
    assert!(matches!(
        engine.consume(&elsewhere.id, &microphone_id, capabilities()).await,
        Err(MediaError::NotFound("producer"))
    ));
    assert!(matches!(
        engine.open_router(crate::fixtures::room(), heard.sink()).await,
        Err(MediaError::LimitReached("routers"))
    ));
    engine.close_router(&other.id).await;
    let video_only = json!({"codecs": [{"kind": "video", "mimeType": "video/VP8", "clockRate": 90000}]});
    let deaf = engine.consume(&receive.id, &microphone_id, video_only.clone()).await;
    assert_eq!(limit(deaf.map(|_| ())), "consumers per transport");
    engine.close_transport(&receive.id).await;
    let receive = engine.create_transport(&router.id, TransportDirection::Receive, None).await.unwrap();
    assert!(matches!(engine.consume(&receive.id, &microphone_id, video_only).await, Err(MediaError::CannotConsume)));

    // The kind must fit the source and the codec.
    engine.close_producer(&microphone_id).await;
    let mut wrong = camera(5);
    wrong.source = domain_room::MediaSource::Microphone;
    assert!(
        matches!(engine.produce(&send.id, wrong).await, Err(MediaError::Rejected { field, .. }) if field == "kind")
    );
    let mut wrong = camera(5);
    wrong.rtp_parameters = microphone_parameters(5);
    assert!(matches!(
        engine.produce(&send.id, wrong).await,
        Err(MediaError::Rejected { field, .. }) if field == "rtp_parameters.codecs[0].mimeType"
    ));
    engine.shutdown().await;
}

#[tokio::test]
async fn options_that_make_no_sense_are_named() {
    for (change, option) in [
        ((|o| o.workers = 1_000) as fn(&mut infrastructure_mediasoup::MediasoupEngineOptions), "workers"),
        (
            |o| {
                o.workers = 2;
                o.port_base = 65_535
            },
            "port_base",
        ),
        (|o| o.listen_ips.clear(), "listen_ips"),
        (
            |o| {
                o.announced_addresses
                    .push(infrastructure_mediasoup::AnnouncedAddress { address: " ".to_owned(), port: None })
            },
            "announced_addresses",
        ),
    ] {
        let mut options = options();
        change(&mut options);
        let error = MediasoupEngine::start(options).await.map(|_| ()).unwrap_err();
        assert!(error.to_string().starts_with(option), "{error}");
    }
}

#[tokio::test]
async fn a_taken_port_is_a_clear_error() {
    let taken = std::net::UdpSocket::bind("127.0.0.1:0").unwrap();
    let mut options = options();
    options.port_base = taken.local_addr().unwrap().port();
    let port = options.port_base;
    let error = MediasoupEngine::start(options).await.map(|_| ()).unwrap_err().to_string();
    assert!(error.contains(&format!("cannot listen on port {port}")), "{error}");
}

#[tokio::test]
async fn rooms_are_spread_over_the_workers() {
    let mut options = options();
    options.workers = 2;
    let engine = MediasoupEngine::start(options).await.unwrap();
    let heard = Heard::default();
    for _ in 0..4 {
        open_router(&engine, &heard).await;
    }
    let routers: Vec<usize> = engine.worker_reports().await.unwrap().iter().map(|report| report.routers).collect();
    assert_eq!(routers, [2, 2]);
    engine.shutdown().await;
}
