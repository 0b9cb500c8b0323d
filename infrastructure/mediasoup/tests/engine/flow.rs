//! Media itself: RTP that goes into a router comes out of it.

use std::num::{NonZeroU8, NonZeroU32};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use mediasoup::prelude::*;
use mediasoup::producer::ProducerOptions;

use crate::fixtures::{Heard, engine, open_router, until};

/// Opus at payload type 100 (which the router prefers), in packets of a fixed source.
pub fn opus(encoding: RtpEncodingParameters, mid: Option<String>) -> RtpParameters {
    RtpParameters {
        mid,
        codecs: vec![RtpCodecParameters::Audio {
            mime_type: MimeTypeAudio::Opus,
            payload_type: 111,
            clock_rate: NonZeroU32::new(48_000).unwrap(),
            channels: NonZeroU8::new(2).unwrap(),
            parameters: RtpCodecParametersParameters::default(),
            rtcp_feedback: vec![],
        }],
        header_extensions: vec![RtpHeaderExtensionParameters {
            uri: RtpHeaderExtensionUri::Mid,
            id: 1,
            encrypt: false,
        }],
        encodings: vec![encoding],
        rtcp: RtcpParameters { cname: Some("flow".to_owned()), reduced_size: true },
        msid: None,
    }
}

/// An RTP packet (RFC 3550, section 5.1) with a little payload. The MID `m` stands in its header extension 1 (RFC 8285).
pub fn packet(payload_type: u8, sequence: u16, ssrc: u32) -> Vec<u8> {
    let mut packet = vec![0x90, payload_type];
    packet.extend(sequence.to_be_bytes());
    packet.extend((u32::from(sequence) * 960).to_be_bytes());
    packet.extend(ssrc.to_be_bytes());
    packet.extend([0xbe, 0xde, 0, 1, 0x10, b'm', 0, 0]);
    packet.extend([0x78; 60]);
    packet
}

#[tokio::test]
async fn every_packet_reaches_the_consumer() {
    let engine = engine().await;
    let info = open_router(&engine, &Heard::default()).await;
    let router = engine.mediasoup_router(&info.id).unwrap();
    let transport = router.create_direct_transport(DirectTransportOptions::default()).await.unwrap();
    let encoding = RtpEncodingParameters { ssrc: Some(7_777), ..RtpEncodingParameters::default() };
    let producer = transport.produce(ProducerOptions::new(MediaKind::Audio, opus(encoding, None))).await.unwrap();
    let capabilities: RtpCapabilities = serde_json::from_value(info.rtp_capabilities.clone()).unwrap();
    let consumer = transport.consume(ConsumerOptions::new(producer.id(), capabilities)).await.unwrap();
    let received = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&received);
    consumer
        .on_rtp(move |_packet| {
            counter.fetch_add(1, Ordering::Relaxed);
        })
        .detach();
    let Producer::Direct(direct) = &producer else { panic!("a direct transport makes direct producers") };
    for sequence in 1..=500 {
        direct.send(packet(111, sequence, 7_777)).unwrap();
    }
    until("all packets have come out", async || received.load(Ordering::Relaxed) == 500).await;
    drop((consumer, producer, transport, router));
    engine.shutdown().await;
}
