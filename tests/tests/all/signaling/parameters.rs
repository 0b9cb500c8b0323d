//! What mediasoup-client in Chromium sends.

use serde_json::{Value, json};

pub fn microphone(mid: u32) -> Value {
    json!({
        "mid": mid.to_string(),
        "codecs": [{
            "mimeType": "audio/opus", "payloadType": 111, "clockRate": 48000, "channels": 2,
            "parameters": { "minptime": 10, "useinbandfec": 1, "usedtx": 1, "sprop-stereo": 0 },
            "rtcpFeedback": [{ "type": "transport-cc", "parameter": "" }],
        }],
        "headerExtensions": [
            { "uri": "urn:ietf:params:rtp-hdrext:sdes:mid", "id": 4, "encrypt": false, "parameters": {} },
            { "uri": "urn:ietf:params:rtp-hdrext:ssrc-audio-level", "id": 1, "encrypt": false, "parameters": {} },
        ],
        "encodings": [{ "ssrc": 1_000_000 + mid, "dtx": true }],
        "rtcp": { "cname": "FmCKwh7mDBo0ZHXm", "reducedSize": true },
    })
}

pub fn camera(mid: u32) -> Value {
    let encoding = |rid: &str, scale: u32, bitrate: u32| {
        json!({
            "active": true, "rid": rid, "scalabilityMode": "L1T3", "scaleResolutionDownBy": scale,
            "maxBitrate": bitrate, "dtx": false,
        })
    };
    json!({
        "mid": mid.to_string(),
        "codecs": [
            {
                "mimeType": "video/VP8", "payloadType": 96, "clockRate": 90000, "parameters": {},
                "rtcpFeedback": [
                    { "type": "goog-remb", "parameter": "" }, { "type": "transport-cc", "parameter": "" },
                    { "type": "ccm", "parameter": "fir" }, { "type": "nack", "parameter": "" },
                    { "type": "nack", "parameter": "pli" },
                ],
            },
            {
                "mimeType": "video/rtx", "payloadType": 97, "clockRate": 90000, "parameters": { "apt": 96 },
                "rtcpFeedback": [],
            },
        ],
        "headerExtensions": [
            { "uri": "urn:ietf:params:rtp-hdrext:sdes:mid", "id": 4, "encrypt": false, "parameters": {} },
            { "uri": "urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id", "id": 10, "encrypt": false, "parameters": {} },
        ],
        "encodings": [encoding("r0", 4, 150_000), encoding("r1", 2, 500_000), encoding("r2", 1, 1_500_000)],
        "rtcp": { "cname": "", "reducedSize": true },
    })
}

pub fn dtls() -> Value {
    let fingerprint: Vec<String> = (0..32).map(|octet: u8| format!("{octet:02X}")).collect();
    json!({
        "role": "client",
        "fingerprints": [{ "algorithm": "sha-256", "value": fingerprint.join(":") }],
    })
}

pub fn sctp() -> Value {
    json!({ "numStreams": { "OS": 1024, "MIS": 1024 } })
}
