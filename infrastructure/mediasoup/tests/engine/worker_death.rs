//! A worker that dies takes its rooms along, no more, and is replaced.

use application_room::{MediaEngine, TransportDirection};
use mediasoup::prelude::*;

use crate::fixtures::{Heard, camera, engine, open_router, room, until};
use crate::flow::{opus, packet};

#[tokio::test]
async fn a_dead_worker_is_told_and_replaced() {
    let engine = engine().await;
    let heard = Heard::default();
    let info = open_router(&engine, &heard).await;
    let send = engine.create_transport(&info.id, TransportDirection::Send, None).await.unwrap();
    engine.produce(&send.id, camera(0)).await.unwrap();

    // The worker asserts that no two streams of one encoding exist. Packets of a direct transport do not pass the place
    // where SSRC 0 is refused, so they can break that.
    let router = engine.mediasoup_router(&info.id).unwrap();
    let transport = router.create_direct_transport(DirectTransportOptions::default()).await.unwrap();
    let parameters = opus(RtpEncodingParameters::default(), Some("m".to_owned()));
    let producer = transport.produce(ProducerOptions::new(MediaKind::Audio, parameters)).await.unwrap();
    let Producer::Direct(direct) = &producer else { panic!("a direct transport makes direct producers") };
    direct.send(packet(111, 1, 5)).unwrap();
    direct.send(packet(111, 2, 0)).unwrap();

    until("the room is told", async || heard.plain() == ["RouterClosed"]).await;
    drop((producer, transport, router));
    let usage = engine.usage().await;
    assert_eq!((usage.routers, usage.transports, usage.producers), (0, 0, 0));
    until("there is a worker again", async || engine.usage().await.workers == 1).await;
    assert_eq!(engine.worker_reports().await.unwrap()[0].generation, 2);
    let again = engine.open_router(room(), heard.sink()).await.unwrap();
    engine.create_transport(&again.id, TransportDirection::Send, None).await.unwrap();
    engine.shutdown().await;
}
