//! What mediasoup-client in Chromium sends, an engine to send it to, and waiting for conditions.

use std::future::Future;
use std::net::{IpAddr, Ipv4Addr};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use application_room::{MediaEngine, MediaEvent, MediaEventSink, ProduceRequest, RouterInfo};
use domain_room::{MediaKind, MediaSource};
use domain_shared::RoomId;
use infrastructure_mediasoup::{MediasoupEngine, MediasoupEngineOptions, WorkerLogLevel};
use serde_json::{Value, json};

/// One worker on loopback, on any free ports.
pub fn options() -> MediasoupEngineOptions {
    let mut options = MediasoupEngineOptions::new();
    options.workers = 1;
    options.listen_ips = vec![IpAddr::V4(Ipv4Addr::LOCALHOST)];
    options.port_base = 0;
    options.log_level = WorkerLogLevel::None;
    options
}

pub async fn engine() -> MediasoupEngine {
    MediasoupEngine::start(options()).await.unwrap()
}

/// Events as they came.
#[derive(Clone, Default)]
pub struct Heard(Arc<Mutex<Vec<MediaEvent>>>);

impl Heard {
    pub fn sink(&self) -> MediaEventSink {
        let heard = self.0.clone();
        Arc::new(move |event| heard.lock().unwrap().push(event))
    }

    /// Without scores and layers, which come at times of their own.
    pub fn plain(&self) -> Vec<String> {
        let heard = self.0.lock().unwrap();
        let plain = heard.iter().filter(|event| {
            !matches!(
                event,
                MediaEvent::ConsumerScore { .. } | MediaEvent::ConsumerLayers(..) | MediaEvent::AudioLevels(_)
            )
        });
        plain.map(|event| format!("{event:?}")).collect()
    }
}

pub async fn open_router(engine: &MediasoupEngine, heard: &Heard) -> RouterInfo {
    engine.open_router(room(), heard.sink()).await.unwrap()
}

pub fn room() -> RoomId {
    "0190a5e4-3c00-7000-8000-000000000001".parse().unwrap()
}

/// Asks until the condition holds. The bound is there only so that a test that fails ends.
pub async fn until<F, Fut>(what: &str, mut condition: F)
where
    F: FnMut() -> Fut,
    Fut: Future<Output = bool>,
{
    let waiting = async {
        while !condition().await {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    assert!(tokio::time::timeout(Duration::from_secs(30), waiting).await.is_ok(), "still waiting: {what}");
}

pub fn microphone(mid: u32) -> ProduceRequest {
    ProduceRequest {
        kind: MediaKind::Audio,
        source: MediaSource::Microphone,
        rtp_parameters: microphone_parameters(mid),
        paused: false,
    }
}

pub fn camera(mid: u32) -> ProduceRequest {
    ProduceRequest {
        kind: MediaKind::Video,
        source: MediaSource::Camera,
        rtp_parameters: camera_parameters(mid),
        paused: false,
    }
}

pub fn microphone_parameters(mid: u32) -> Value {
    json!({
        "mid": mid.to_string(),
        "codecs": [{
            "mimeType": "audio/opus", "payloadType": 111, "clockRate": 48000, "channels": 2,
            "parameters": {"minptime": 10, "useinbandfec": 1, "usedtx": 1, "sprop-stereo": 0},
            "rtcpFeedback": [{"type": "transport-cc", "parameter": ""}],
        }],
        "headerExtensions": [
            {"uri": "urn:ietf:params:rtp-hdrext:sdes:mid", "id": 4, "encrypt": false, "parameters": {}},
            {"uri": "http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time", "id": 2, "encrypt": false, "parameters": {}},
            {"uri": "http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01", "id": 3, "encrypt": false, "parameters": {}},
            {"uri": "urn:ietf:params:rtp-hdrext:ssrc-audio-level", "id": 1, "encrypt": false, "parameters": {}},
        ],
        "encodings": [{"ssrc": 1_000_000 + mid, "dtx": true}],
        "rtcp": {"cname": "FmCKwh7mDBo0ZHXm", "reducedSize": true},
        "msid": "9c1b1b6c 4b1c7f0e",
    })
}

pub fn camera_parameters(mid: u32) -> Value {
    let encoding = |rid: &str, scale: u32, bitrate: u32| json!({"active": true, "rid": rid, "scalabilityMode": "L1T3", "scaleResolutionDownBy": scale, "maxBitrate": bitrate, "dtx": false});
    json!({
        "mid": mid.to_string(),
        "codecs": [
            {
                "mimeType": "video/VP8", "payloadType": 96, "clockRate": 90000, "parameters": {},
                "rtcpFeedback": [
                    {"type": "goog-remb", "parameter": ""}, {"type": "transport-cc", "parameter": ""},
                    {"type": "ccm", "parameter": "fir"}, {"type": "nack", "parameter": ""}, {"type": "nack", "parameter": "pli"},
                ],
            },
            {"mimeType": "video/rtx", "payloadType": 97, "clockRate": 90000, "parameters": {"apt": 96}, "rtcpFeedback": []},
        ],
        "headerExtensions": [
            {"uri": "urn:ietf:params:rtp-hdrext:sdes:mid", "id": 4, "encrypt": false, "parameters": {}},
            {"uri": "urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id", "id": 10, "encrypt": false, "parameters": {}},
            {"uri": "urn:ietf:params:rtp-hdrext:sdes:repaired-rtp-stream-id", "id": 11, "encrypt": false, "parameters": {}},
            {"uri": "http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01", "id": 3, "encrypt": false, "parameters": {}},
            {"uri": "urn:3gpp:video-orientation", "id": 13, "encrypt": false, "parameters": {}},
        ],
        "encodings": [encoding("r0", 4, 150_000), encoding("r1", 2, 500_000), encoding("r2", 1, 1_500_000)],
        "rtcp": {"cname": "", "reducedSize": true},
    })
}

pub fn dtls() -> Value {
    json!({
        "role": "client",
        "fingerprints": [{
            "algorithm": "sha-256",
            "value": (0..32).map(|octet: u8| format!("{octet:02X}")).collect::<Vec<_>>().join(":"),
        }],
    })
}

pub fn sctp() -> Value {
    json!({"numStreams": {"OS": 1024, "MIS": 1024}})
}
