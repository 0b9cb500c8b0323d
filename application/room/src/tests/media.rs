//! Transports, producers and consumers: whose they are, how many there may be, and what is told of them.

use domain_room::{Grants, MediaSource};
use serde_json::json;

use super::house::*;
use crate::*;

#[tokio::test]
async fn a_track_from_one_end_to_the_other() {
    let house = House::new();
    let (mut ada, mut bob) = (house.join(1).await, house.join(2).await);
    let send = ada.transport(TransportDirection::Send).await;
    let receive = bob.transport(TransportDirection::Receive).await;
    ada.ask(PeerRequest::ConnectTransport { transport: send.clone(), dtls_parameters: json!({}) }).await.unwrap();
    let camera = ada.produce(&send, MediaSource::Camera).await;
    let told = bob.event().await;
    assert!(matches!(&told, PeerEvent::NewProducer { user, track }
        if *user == user_id(1) && track.producer == camera && track.source == MediaSource::Camera && !track.paused));
    let answer = bob.ask(consume(&receive, &camera)).await.unwrap();
    let PeerAnswer::Consumer { info, user, source } = answer else { panic!("{answer:?}") };
    assert_eq!((user, source, info.producer_id), (user_id(1), MediaSource::Camera, camera.clone()));
    let consumer = info.id;
    for request in [
        PeerRequest::ResumeConsumer(consumer.clone()),
        PeerRequest::SetPreferredLayers { consumer: consumer.clone(), layers: Layers { spatial: 1, temporal: None } },
        PeerRequest::RequestKeyFrame(consumer.clone()),
        PeerRequest::PauseConsumer(consumer.clone()),
    ] {
        assert!(matches!(bob.ask(request).await, Ok(PeerAnswer::Done)));
    }
    for (guest, target) in [
        (&ada, StatsTarget::Transport(send.clone())),
        (&ada, StatsTarget::Producer(camera.clone())),
        (&bob, StatsTarget::Consumer(consumer.clone())),
    ] {
        assert!(matches!(guest.ask(PeerRequest::Stats(target)).await, Ok(PeerAnswer::Stats(_))));
    }
    assert!(matches!(ada.ask(PeerRequest::RestartIce(send.clone())).await, Ok(PeerAnswer::IceParameters(_))));
    assert!(matches!(ada.ask(PeerRequest::RouterCapabilities).await, Ok(PeerAnswer::RouterCapabilities(_))));

    ada.ask(PeerRequest::PauseProducer(camera.clone())).await.unwrap();
    // Pausing what is paused is told once.
    ada.ask(PeerRequest::PauseProducer(camera.clone())).await.unwrap();
    ada.ask(PeerRequest::ResumeProducer(camera.clone())).await.unwrap();
    assert_eq!(bob.event().await, PeerEvent::ProducerPaused { user: user_id(1), producer: camera.clone() });
    assert_eq!(bob.event().await, PeerEvent::ProducerResumed { user: user_id(1), producer: camera.clone() });
    ada.ask(PeerRequest::CloseProducer(camera.clone())).await.unwrap();
    assert_eq!(bob.event().await, PeerEvent::ConsumerClosed(consumer.clone()));
    assert_eq!(bob.event().await, PeerEvent::ProducerClosed { user: user_id(1), producer: camera.clone() });
    // The engine says so too, later: nothing is told twice.
    house.engine.tell(MediaEvent::ConsumerClosed(consumer));
    house.engine.tell(MediaEvent::ProducerClosed(camera));
    assert_eq!(bob.events_so_far().await, []);
    ada.produce(&send, MediaSource::Camera).await;
    let ada_heard = ada.events_so_far().await;
    assert!(ada_heard.iter().all(|event| !matches!(event, PeerEvent::ProducerClosed { .. })), "{ada_heard:?}");
}

#[tokio::test]
async fn one_consumer_ends_and_the_others_go_on() {
    let house = House::new();
    let (ada, bob) = (house.join(1).await, house.join(2).await);
    let (send, receive) =
        (ada.transport(TransportDirection::Send).await, bob.transport(TransportDirection::Receive).await);
    let camera = ada.produce(&send, MediaSource::Camera).await;
    let (first, second) = (bob.consume(&receive, &camera).await, bob.consume(&receive, &camera).await);
    assert!(matches!(bob.ask(PeerRequest::CloseConsumer(first.clone())).await, Ok(PeerAnswer::Done)));
    assert!(matches!(bob.ask(PeerRequest::CloseConsumer(first)).await, Err(RoomError::NotFound("consumer"))));
    assert!(matches!(bob.ask(PeerRequest::ResumeConsumer(second)).await, Ok(PeerAnswer::Done)));
    assert_eq!(house.engine.open_things(), (1, 2, 1, 1));
    assert_eq!(house.rooms.stats().consumers, 1);
}

#[tokio::test]
async fn nobody_touches_what_is_somebody_elses() {
    let house = House::new();
    let (ada, eve) = (house.join(1).await, house.join(3).await);
    let send = ada.transport(TransportDirection::Send).await;
    let receive = ada.transport(TransportDirection::Receive).await;
    let camera = ada.produce(&send, MediaSource::Camera).await;
    let consumer = ada.consume(&receive, &camera).await;
    let layers = Layers { spatial: 0, temporal: None };
    for request in [
        PeerRequest::ConnectTransport { transport: send.clone(), dtls_parameters: json!({}) },
        PeerRequest::RestartIce(send.clone()),
        produce(&send, MediaSource::Screen),
        consume(&receive, &camera),
        PeerRequest::PauseProducer(camera.clone()),
        PeerRequest::ResumeProducer(camera.clone()),
        PeerRequest::CloseProducer(camera.clone()),
        PeerRequest::ResumeConsumer(consumer.clone()),
        PeerRequest::PauseConsumer(consumer.clone()),
        PeerRequest::CloseConsumer(consumer.clone()),
        PeerRequest::SetPreferredLayers { consumer: consumer.clone(), layers },
        PeerRequest::RequestKeyFrame(consumer.clone()),
        PeerRequest::Stats(StatsTarget::Transport(send.clone())),
        PeerRequest::Stats(StatsTarget::Producer(camera.clone())),
        PeerRequest::Stats(StatsTarget::Consumer(consumer.clone())),
    ] {
        let answer = eve.ask(request.clone()).await;
        assert!(matches!(answer, Err(RoomError::NotFound(_))), "{request:?}: {answer:?}");
    }
    assert_eq!(house.engine.open_things(), (1, 2, 1, 1));
}

#[tokio::test]
async fn tracks_of_another_room_cannot_be_received() {
    let house = House::new();
    let ada = house.join(1).await;
    let other_room = domain_shared::RoomId::from_uuid(uuid::Uuid::from_u128(2));
    let eve = house.join_with(RoomClaims { room_id: other_room, ..claims(3) }).await.unwrap();
    let send = ada.transport(TransportDirection::Send).await;
    let camera = ada.produce(&send, MediaSource::Camera).await;
    let receive = eve.transport(TransportDirection::Receive).await;
    assert!(matches!(eve.ask(consume(&receive, &camera)).await, Err(RoomError::NotFound("producer"))));
}

#[tokio::test]
async fn what_is_not_granted_is_denied() {
    let house = House::new();
    let listener = house.join_with(claims_with(1, Grants { can_publish: false, ..Grants::full() })).await.unwrap();
    let deaf = house.join_with(claims_with(2, Grants { can_subscribe: false, ..Grants::full() })).await.unwrap();
    let voice = Grants { can_publish_sources: [MediaSource::Microphone].into(), ..Grants::full() };
    let voice = house.join_with(claims_with(3, voice)).await.unwrap();
    let make = |direction| PeerRequest::CreateTransport { direction, sctp_capabilities: None };
    assert!(matches!(listener.ask(make(TransportDirection::Send)).await, Err(RoomError::Denied)));
    assert!(matches!(deaf.ask(make(TransportDirection::Receive)).await, Err(RoomError::Denied)));
    let send = voice.transport(TransportDirection::Send).await;
    let microphone = voice.produce(&send, MediaSource::Microphone).await;
    assert!(matches!(voice.ask(produce(&send, MediaSource::Camera)).await, Err(RoomError::Denied)));
    assert!(matches!(deaf.ask(consume(&send, &microphone)).await, Err(RoomError::Denied)));
    assert_eq!(house.engine.open_things(), (1, 1, 1, 0));
}

#[tokio::test]
async fn transports_have_a_direction_and_sources_a_kind() {
    let house = House::new();
    let ada = house.join(1).await;
    let send = ada.transport(TransportDirection::Send).await;
    let receive = ada.transport(TransportDirection::Receive).await;
    assert!(matches!(ada.ask(produce(&receive, MediaSource::Camera)).await, Err(RoomError::WrongState(_))));
    let camera = ada.produce(&send, MediaSource::Camera).await;
    assert!(matches!(ada.ask(consume(&send, &camera)).await, Err(RoomError::WrongState(_))));
    let request = ProduceRequest {
        kind: domain_room::MediaKind::Audio,
        source: MediaSource::Screen,
        rtp_parameters: json!({}),
        paused: false,
    };
    let answer = ada.ask(PeerRequest::Produce { transport: send, request }).await;
    assert!(matches!(&answer, Err(RoomError::Rejected { field, .. }) if field == "kind"), "{answer:?}");
}

#[tokio::test]
async fn there_are_limits_and_what_failed_does_not_count() {
    let house =
        House::with(RoomLimits { transports_per_peer: 2, producers_per_peer: 2, consumers_per_peer: 2, ..limits() });
    let ada = house.join(1).await;
    let bad = json!({ "bad": true });
    for _ in 0..5 {
        let answer = ada
            .ask(PeerRequest::CreateTransport {
                direction: TransportDirection::Send,
                sctp_capabilities: Some(bad.clone()),
            })
            .await;
        assert!(matches!(answer, Err(RoomError::Rejected { .. })), "{answer:?}");
    }
    let send = ada.transport(TransportDirection::Send).await;
    let receive = ada.transport(TransportDirection::Receive).await;
    let third = PeerRequest::CreateTransport { direction: TransportDirection::Send, sctp_capabilities: None };
    assert!(matches!(ada.ask(third).await, Err(RoomError::LimitReached("transports"))));

    for _ in 0..5 {
        let request = ProduceRequest {
            kind: domain_room::MediaKind::Video,
            source: MediaSource::Camera,
            rtp_parameters: bad.clone(),
            paused: false,
        };
        let answer = ada.ask(PeerRequest::Produce { transport: send.clone(), request }).await;
        assert!(matches!(answer, Err(RoomError::Rejected { .. })), "{answer:?}");
    }
    let camera = ada.produce(&send, MediaSource::Camera).await;
    assert!(matches!(ada.ask(produce(&send, MediaSource::Camera)).await, Err(RoomError::LimitReached(_))));
    ada.produce(&send, MediaSource::Microphone).await;
    assert!(matches!(ada.ask(produce(&send, MediaSource::Screen)).await, Err(RoomError::LimitReached("producers"))));

    for capabilities in [bad, json!({ "none": true })] {
        let request = PeerRequest::Consume {
            transport: receive.clone(),
            producer: camera.clone(),
            rtp_capabilities: capabilities,
        };
        let answer = ada.ask(request).await;
        assert!(matches!(answer, Err(RoomError::Rejected { .. } | RoomError::CannotConsume)), "{answer:?}");
    }
    let first = ada.consume(&receive, &camera).await;
    ada.consume(&receive, &camera).await;
    assert!(matches!(ada.ask(consume(&receive, &camera)).await, Err(RoomError::LimitReached("consumers"))));
    ada.ask(PeerRequest::CloseConsumer(first)).await.unwrap();
    let consumer = ada.consume(&receive, &camera).await;
    let layers = Layers { spatial: 7, temporal: Some(7) };
    let refused = ada.ask(PeerRequest::SetPreferredLayers { consumer, layers }).await;
    assert!(matches!(refused, Err(RoomError::WrongState(_))), "{refused:?}");
}

#[tokio::test]
async fn limits_count_what_is_still_being_made() {
    let house = House::with(RoomLimits { transports_per_peer: 1, consumers_per_peer: 1, ..limits() });
    let ada = house.join(1).await;
    house.engine.shut();
    let make = || PeerRequest::CreateTransport { direction: TransportDirection::Send, sctp_capabilities: None };
    let (first, second) = tokio::join!(ada.ask(make()), async {
        let second = ada.ask(make()).await;
        house.engine.open();
        second
    });
    assert!(first.is_ok());
    assert!(matches!(second, Err(RoomError::LimitReached("transports"))));
}

#[tokio::test]
async fn what_is_finished_after_its_owner_left_is_closed_again() {
    let house = House::new();
    let (ada, bob) = (house.join(1).await, house.join(2).await);
    let send = ada.transport(TransportDirection::Send).await;
    let receive = ada.transport(TransportDirection::Receive).await;
    let bobs = bob.transport(TransportDirection::Send).await;
    let camera = bob.produce(&bobs, MediaSource::Camera).await;
    house.engine.shut();
    let make = PeerRequest::CreateTransport { direction: TransportDirection::Send, sctp_capabilities: None };
    let requests = futures::future::join_all([
        ada.ask(make),
        ada.ask(produce(&send, MediaSource::Camera)),
        ada.ask(consume(&receive, &camera)),
    ]);
    let (answers, ()) = tokio::join!(requests, async {
        house.engine.held_back(3).await;
        // The same identity comes in again, so that the first session is over while its requests are under way.
        drop(house.join(1).await);
        house.engine.open();
    });
    for answer in answers {
        assert!(answer.is_err(), "{answer:?}");
    }
    eventually("only bob's is left", || house.engine.open_things() == (1, 1, 1, 0)).await;
}

#[tokio::test]
async fn a_track_that_ends_while_somebody_begins_to_receive_it_leaves_nothing() {
    let house = House::new();
    let (ada, bob) = (house.join(1).await, house.join(2).await);
    let send = ada.transport(TransportDirection::Send).await;
    let receive = bob.transport(TransportDirection::Receive).await;
    let camera = ada.produce(&send, MediaSource::Camera).await;
    house.engine.shut();
    let (consumed, closed) = tokio::join!(bob.ask(consume(&receive, &camera)), async {
        house.engine.held_back(1).await;
        let close = ada.ask(PeerRequest::CloseProducer(camera.clone()));
        let open = async {
            house.engine.held_back(2).await;
            house.engine.open();
        };
        tokio::join!(close, open).0
    });
    assert!(closed.is_ok());
    assert!(matches!(consumed, Err(RoomError::NotFound("producer"))), "{consumed:?}");
    eventually("nothing is left of it", || house.engine.open_things() == (1, 2, 0, 0)).await;
}

#[tokio::test]
async fn what_the_engine_tells_reaches_those_it_concerns() {
    let house = House::new();
    let (mut ada, mut bob) = (house.join(1).await, house.join(2).await);
    let send = ada.transport(TransportDirection::Send).await;
    let receive = bob.transport(TransportDirection::Receive).await;
    let microphone = ada.produce(&send, MediaSource::Microphone).await;
    let consumer = bob.consume(&receive, &microphone).await;
    ada.ask(chat("from here on")).await.unwrap();
    ada.skip_to_chat("from here on").await;
    bob.skip_to_chat("from here on").await;

    let unknown = || ConsumerId("unknown".into());
    let layers = Some(Layers { spatial: 1, temporal: Some(2) });
    for event in [
        MediaEvent::ActiveSpeaker(Some(microphone.clone())),
        MediaEvent::ActiveSpeaker(Some(ProducerId("unknown".into()))),
        MediaEvent::ActiveSpeaker(None),
        MediaEvent::AudioLevels(vec![(microphone.clone(), -30), (ProducerId("unknown".into()), -3)]),
        MediaEvent::AudioLevels(Vec::new()),
        MediaEvent::ConsumerPaused(consumer.clone()),
        MediaEvent::ConsumerResumed(consumer.clone()),
        MediaEvent::ConsumerLayers(consumer.clone(), layers),
        MediaEvent::ConsumerScore { consumer: consumer.clone(), score: 9, producer_score: 8 },
        MediaEvent::ConsumerPaused(unknown()),
        MediaEvent::ConsumerClosed(unknown()),
        MediaEvent::TransportDisconnected(receive.clone()),
        MediaEvent::TransportDisconnected(TransportId("unknown".into())),
        MediaEvent::ProducerClosed(microphone.clone()),
    ] {
        house.engine.tell(event);
    }
    let everybody = [
        PeerEvent::ActiveSpeaker(Some(user_id(1))),
        PeerEvent::ActiveSpeaker(None),
        PeerEvent::AudioLevels(vec![(user_id(1), -30)]),
    ];
    let closed = PeerEvent::ProducerClosed { user: user_id(1), producer: microphone };
    for event in &everybody {
        assert_eq!((ada.event().await, bob.event().await), (event.clone(), event.clone()));
    }
    assert_eq!(ada.event().await, closed, "its owner is told too: it was not the owner who closed it");
    for event in [
        PeerEvent::ConsumerPaused(consumer.clone()),
        PeerEvent::ConsumerResumed(consumer.clone()),
        PeerEvent::ConsumerLayers(consumer.clone(), layers),
        PeerEvent::ConsumerScore { consumer: consumer.clone(), score: 9, producer_score: 8 },
        PeerEvent::TransportDisconnected(receive),
        PeerEvent::ConsumerClosed(consumer),
        closed,
    ] {
        assert_eq!(bob.event().await, event);
    }
    // The place of the microphone is free again.
    ada.produce(&send, MediaSource::Microphone).await;
}

#[tokio::test]
async fn an_engine_that_does_not_answer_is_given_up() {
    let house = House::with(RoomLimits { engine_timeout: std::time::Duration::from_millis(30), ..limits() });
    let ada = house.join(1).await;
    let send = ada.transport(TransportDirection::Send).await;
    house.engine.shut();
    let answer = ada.ask(PeerRequest::RestartIce(send)).await;
    assert!(matches!(answer, Err(RoomError::MediaUnavailable(_))), "{answer:?}");
    assert!(ada.ask(chat("still here")).await.is_ok(), "the room goes on");
    house.engine.open();
}
