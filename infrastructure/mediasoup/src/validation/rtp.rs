//! RTP parameters: ORTC `RTCRtpSendParameters`, what a client is about to send.
//!
//! Stricter than ORTC where the worker's later behaviour depends on it: one media codec with at most one retransmission
//! codec for it (which is what mediasoup-client sends), encodings that all use that codec and agree on temporal layers.

use std::collections::HashSet;
use std::num::NonZeroU8;
use std::str::FromStr;

use application_room::MediaError;
use mediasoup::prelude::{
    MediaKind, MimeTypeAudio, MimeTypeVideo, RtcpParameters, RtpCodecParameters, RtpEncodingParameters,
    RtpEncodingParametersRtx, RtpHeaderExtensionParameters, RtpHeaderExtensionUri, RtpParameters,
};
use mediasoup::types::rtp_parameters::{MimeType, RtpCodecParametersParametersValue};
use mediasoup::types::scalability_modes::ScalabilityMode;
use serde_json::Value;

use super::capabilities::{channels, clock_rate, codec_parameters, mime_type, rtcp_feedback};
use super::reader::{Charset, Field, Object, rejected};
use super::{MAX_ENCODINGS, MAX_PRODUCER_CODECS, MAX_PRODUCER_EXTENSIONS, MAX_STATED_BITRATE};

/// Reads `{mid?, codecs, headerExtensions?, encodings, rtcp?, msid?}` of a track of the given kind.
///
/// # Errors
/// `Rejected` with the first field that is wrong.
pub fn rtp_parameters(value: &Value, kind: MediaKind) -> Result<RtpParameters, MediaError> {
    let object = Field::root(value, "rtp_parameters").object()?;
    let mid = object.optional("mid").map(|field| field.string(1, 64, Charset::Token)).transpose()?.map(str::to_owned);
    let msid = optional_text(&object, "msid", 200)?;
    let codecs = codecs(&object, kind)?;
    let header_extensions = header_extensions(&object)?;
    let encodings = encodings(&object, kind, &codecs, mid.is_some())?;
    let rtcp = rtcp(&object)?;
    Ok(RtpParameters { mid, codecs, header_extensions, encodings, rtcp, msid })
}

fn codecs(object: &Object<'_>, kind: MediaKind) -> Result<Vec<RtpCodecParameters>, MediaError> {
    let list = object.required("codecs")?;
    let path = list.path().to_owned();
    let mut codecs: Vec<RtpCodecParameters> = Vec::new();
    for field in list.list(MAX_PRODUCER_CODECS)? {
        let (codec, payload_type) = codec(&field.object()?, kind)?;
        if codecs.iter().any(|other| other.payload_type() == codec.payload_type()) {
            return Err(payload_type.reject("is a duplicate"));
        }
        codecs.push(codec);
    }
    let mut media = codecs.iter().filter(|codec| !codec.is_rtx());
    let (Some(media_codec), None) = (media.next(), media.next()) else {
        return Err(rejected(path, "must have exactly one media codec"));
    };
    for (index, codec) in codecs.iter().enumerate().filter(|(_, codec)| codec.is_rtx()) {
        let apt = RtpCodecParametersParametersValue::Number(u32::from(media_codec.payload_type()));
        if codec.parameters().get("apt") != Some(&apt) {
            return Err(rejected(format!("{path}[{index}].parameters.apt"), "must be the media codec's payload type"));
        }
        if codec.clock_rate() != media_codec.clock_rate() {
            return Err(rejected(format!("{path}[{index}].clockRate"), "must be the media codec's clock rate"));
        }
    }
    Ok(codecs)
}

fn codec<'a>(object: &Object<'a>, kind: MediaKind) -> Result<(RtpCodecParameters, Field<'a>), MediaError> {
    let (mime_field, mime_type) = mime_type(object)?;
    let payload_type_field = object.required("payloadType")?;
    let payload_type = payload_type_field.small(0, 127)?;
    let clock_rate = clock_rate(object)?;
    let channels = channels(object)?;
    let parameters = codec_parameters(object)?;
    let rtcp_feedback = rtcp_feedback(object)?;
    let codec = match (kind, mime_type) {
        (MediaKind::Audio, Some(MimeType::Audio(mime_type @ MimeTypeAudio::Opus))) => RtpCodecParameters::Audio {
            mime_type,
            payload_type,
            clock_rate,
            channels: channels.unwrap_or(NonZeroU8::MIN),
            parameters,
            rtcp_feedback,
        },
        (
            MediaKind::Video,
            Some(MimeType::Video(
                mime_type @ (MimeTypeVideo::Vp8
                | MimeTypeVideo::Vp9
                | MimeTypeVideo::H264
                | MimeTypeVideo::AV1
                | MimeTypeVideo::Rtx),
            )),
        ) => RtpCodecParameters::Video { mime_type, payload_type, clock_rate, parameters, rtcp_feedback },
        _ => return Err(mime_field.reject("is not a codec of this kind that is supported")),
    };
    Ok((codec, payload_type_field))
}

fn header_extensions(object: &Object<'_>) -> Result<Vec<RtpHeaderExtensionParameters>, MediaError> {
    let mut extensions = Vec::new();
    let (mut ids, mut uris) = (HashSet::new(), HashSet::new());
    let Some(list) = object.optional("headerExtensions") else {
        return Ok(extensions);
    };
    for field in list.list(MAX_PRODUCER_EXTENSIONS)? {
        let object = field.object()?;
        let uri_field = object.required("uri")?;
        let uri = RtpHeaderExtensionUri::from_str(uri_field.string(1, 255, Charset::Text)?)
            .map_err(|_| uri_field.reject("is not a header extension that is supported"))?;
        if !uris.insert(uri) {
            return Err(uri_field.reject("is a duplicate"));
        }
        let id_field = object.required("id")?;
        // One-byte header extensions (RFC 8285, section 4.2).
        let id = u16::from(id_field.small(1, 14)?);
        if !ids.insert(id) {
            return Err(id_field.reject("is a duplicate"));
        }
        if let Some(encrypt) = object.optional("encrypt")
            && encrypt.boolean()?
        {
            return Err(encrypt.reject("encrypted header extensions are not supported"));
        }
        extensions.push(RtpHeaderExtensionParameters { uri, id, encrypt: false });
    }
    Ok(extensions)
}

fn encodings(
    object: &Object<'_>,
    kind: MediaKind,
    codecs: &[RtpCodecParameters],
    has_mid: bool,
) -> Result<Vec<RtpEncodingParameters>, MediaError> {
    let list = object.required("encodings")?;
    let path = list.path().to_owned();
    let fields = list.list(MAX_ENCODINGS)?;
    let simulcast = fields.len() > 1;
    let media_codec = codecs.iter().find(|codec| !codec.is_rtx());
    if fields.is_empty() {
        return Err(rejected(path, "must have at least one entry"));
    }
    let can_simulcast = media_codec
        .is_some_and(|codec| matches!(codec.mime_type(), MimeType::Video(MimeTypeVideo::Vp8 | MimeTypeVideo::H264)));
    if simulcast && !can_simulcast {
        return Err(rejected(path, "simulcast is supported with VP8 and H264 only"));
    }
    let mut encodings: Vec<RtpEncodingParameters> = Vec::new();
    let (mut ssrcs, mut rids) = (HashSet::new(), HashSet::new());
    for field in fields {
        let object = field.object()?;
        let ssrc = object.optional("ssrc").map(|field| unique_ssrc(&field, &mut ssrcs)).transpose()?;
        let rid = match object.optional("rid") {
            None => None,
            Some(field) => {
                let rid = field.string(1, 32, Charset::Rid)?;
                if !rids.insert(rid) {
                    return Err(field.reject("is a duplicate"));
                }
                Some(rid.to_owned())
            }
        };
        if ssrc.is_none() && rid.is_none() && (simulcast || !has_mid) {
            return Err(rejected(object.path(), "must have an ssrc or a rid (a single one: or the parameters a mid)"));
        }
        let rtx = match object.optional("rtx") {
            None => None,
            Some(field) => {
                Some(RtpEncodingParametersRtx { ssrc: unique_ssrc(&field.object()?.required("ssrc")?, &mut ssrcs)? })
            }
        };
        if let Some(field) = object.optional("codecPayloadType") {
            let payload_type = field.small(0, 127)?;
            if media_codec.is_none_or(|codec| codec.payload_type() != payload_type) {
                return Err(field.reject("must be the media codec's payload type"));
            }
        }
        let dtx = object.optional("dtx").map(|field| field.boolean()).transpose()?;
        let max_bitrate =
            object.optional("maxBitrate").map(|field| field.integer(1, MAX_STATED_BITRATE)).transpose()?;
        let scalability_mode = match object.optional("scalabilityMode") {
            None => ScalabilityMode::None,
            Some(field) => {
                let mode = scalability_mode(&field, kind, simulcast)?;
                if encodings
                    .first()
                    .is_some_and(|first| first.scalability_mode.temporal_layers() != mode.temporal_layers())
                {
                    return Err(field.reject("must have as many temporal layers as the first encoding"));
                }
                mode
            }
        };
        encodings.push(RtpEncodingParameters {
            ssrc,
            rid,
            codec_payload_type: None,
            rtx,
            dtx,
            scalability_mode,
            max_bitrate,
        });
    }
    Ok(encodings)
}

fn unique_ssrc(field: &Field<'_>, seen: &mut HashSet<u32>) -> Result<u32, MediaError> {
    let ssrc = field.ssrc()?;
    if seen.insert(ssrc) { Ok(ssrc) } else { Err(field.reject("is a duplicate")) }
}

/// A mode of WebRTC-SVC: `L` or `S`, one to three spatial and temporal layers, `h`, `_KEY` or `_KEY_SHIFT`.
fn scalability_mode(field: &Field<'_>, kind: MediaKind, simulcast: bool) -> Result<ScalabilityMode, MediaError> {
    let text = field.string(4, 16, Charset::Text)?;
    let wrong = || field.reject("must be a scalability mode of up to three spatial and temporal layers, such as L1T3");
    let (layers, suffix) = text.split_at(4);
    let well_formed = matches!(layers.as_bytes(), [b'L' | b'S', b'1'..=b'3', b'T', b'1'..=b'3'])
        && matches!(suffix, "" | "h" | "_KEY" | "_KEY_SHIFT");
    if !well_formed {
        return Err(wrong());
    }
    if matches!(layers, "L1T1" | "S1T1") {
        return Ok(ScalabilityMode::None);
    }
    if kind == MediaKind::Audio {
        return Err(field.reject("sound has no layers"));
    }
    let mode = ScalabilityMode::from_str(text).map_err(|_| wrong())?;
    if simulcast && mode.spatial_layers().get() > 1 {
        return Err(field.reject("an encoding of a simulcast stream must have one spatial layer"));
    }
    Ok(mode)
}

fn rtcp(object: &Object<'_>) -> Result<RtcpParameters, MediaError> {
    let Some(field) = object.optional("rtcp") else {
        return Ok(RtcpParameters::default());
    };
    let object = field.object()?;
    let cname = optional_text(&object, "cname", 255)?;
    let reduced_size = object.optional("reducedSize").map_or(Ok(true), |field| field.boolean())?;
    Ok(RtcpParameters { cname, reduced_size })
}

/// Text that browsers may leave empty, which then counts as missing: Chromium states no CNAME for streams told by RID.
fn optional_text(object: &Object<'_>, name: &str, most: usize) -> Result<Option<String>, MediaError> {
    let text = object.optional(name).map(|field| field.string(0, most, Charset::Text)).transpose()?;
    Ok(text.filter(|text| !text.is_empty()).map(str::to_owned))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn camera() -> Value {
        json!({
            "mid": "0",
            "codecs": [
                {"mimeType": "video/VP8", "payloadType": 96, "clockRate": 90000, "parameters": {},
                 "rtcpFeedback": [{"type": "nack", "parameter": "pli"}, {"type": "own", "parameter": ""}]},
                {"mimeType": "video/rtx", "payloadType": 97, "clockRate": 90000, "parameters": {"apt": 96}, "rtcpFeedback": []},
            ],
            "headerExtensions": [{"uri": "urn:ietf:params:rtp-hdrext:sdes:mid", "id": 4, "encrypt": false, "parameters": {}}],
            "encodings": [
                {"active": true, "scalabilityMode": "L1T3", "rid": "r0", "maxBitrate": 100_000},
                {"active": true, "scalabilityMode": "L1T3", "rid": "r1"},
            ],
            "rtcp": {"cname": "", "reducedSize": true},
        })
    }

    fn field_of(value: &Value) -> String {
        match rtp_parameters(value, MediaKind::Video) {
            Err(MediaError::Rejected { field, .. }) => field,
            other => panic!("not rejected: {other:?}"),
        }
    }

    #[test]
    fn reads_what_mediasoup_client_sends() {
        let read = rtp_parameters(&camera(), MediaKind::Video).unwrap();
        assert_eq!(read.codecs[0].rtcp_feedback().len(), 1);
        assert_eq!(read.encodings.len(), 2);
        assert_eq!(read.encodings[0].max_bitrate, Some(100_000));
        assert_eq!(read.rtcp.cname, None);
    }

    #[test]
    fn names_the_field_that_is_wrong() {
        for (pointer, value, expected) in [
            ("/mid", json!(""), "mid"),
            ("/mid", json!("x".repeat(65)), "mid"),
            ("/msid", json!("\u{0}"), "msid"),
            ("/codecs", json!([]), "codecs"),
            ("/codecs", json!({}), "codecs"),
            ("/codecs/0/mimeType", json!("audio/opus"), "codecs[0].mimeType"),
            ("/codecs/0/mimeType", json!("video/red"), "codecs[0].mimeType"),
            ("/codecs/0/payloadType", json!(128), "codecs[0].payloadType"),
            ("/codecs/1/payloadType", json!(96), "codecs[1].payloadType"),
            ("/codecs/1/parameters/apt", json!(98), "codecs[1].parameters.apt"),
            ("/codecs/1/parameters", json!({}), "codecs[1].parameters.apt"),
            ("/codecs/0/mimeType", json!("video/rtx"), "codecs"),
            ("/headerExtensions/0/id", json!(0), "headerExtensions[0].id"),
            ("/headerExtensions/0/id", json!(15), "headerExtensions[0].id"),
            ("/headerExtensions/0/uri", json!("urn:x"), "headerExtensions[0].uri"),
            ("/headerExtensions/0/encrypt", json!(true), "headerExtensions[0].encrypt"),
            ("/encodings", json!([]), "encodings"),
            ("/encodings", json!(vec![json!({"ssrc": 1}); 9]), "encodings"),
            ("/encodings/1/rid", json!("r0"), "encodings[1].rid"),
            ("/encodings/1/rid", json!(null), "encodings[1]"),
            ("/encodings/1/ssrc", json!(0), "encodings[1].ssrc"),
            ("/encodings/1/ssrc", json!(4_294_967_296_u64), "encodings[1].ssrc"),
            ("/encodings/1/rtx", json!({}), "encodings[1].rtx.ssrc"),
            ("/encodings/1/codecPayloadType", json!(97), "encodings[1].codecPayloadType"),
            ("/encodings/1/scalabilityMode", json!("L1T2"), "encodings[1].scalabilityMode"),
            ("/encodings/1/scalabilityMode", json!("L2T3"), "encodings[1].scalabilityMode"),
            ("/encodings/0/scalabilityMode", json!("L99T99"), "encodings[0].scalabilityMode"),
            ("/encodings/0/maxBitrate", json!(-1), "encodings[0].maxBitrate"),
            ("/rtcp", json!([]), "rtcp"),
        ] {
            let mut wrong = camera();
            let (parent, name) = pointer.rsplit_once('/').unwrap();
            let parent = wrong.pointer_mut(parent).unwrap();
            match name.parse::<usize>() {
                Ok(index) if parent.is_array() => parent[index] = value.clone(),
                _ => parent[name] = value.clone(),
            }
            assert_eq!(field_of(&wrong), format!("rtp_parameters.{expected}"), "{pointer} = {value}");
        }
    }

    #[test]
    fn a_single_encoding_needs_something_to_be_told_by() {
        let mut camera = camera();
        camera["encodings"] = json!([{}]);
        assert!(rtp_parameters(&camera, MediaKind::Video).is_ok());
        camera["mid"] = json!(null);
        assert_eq!(field_of(&camera), "rtp_parameters.encodings[0]");
    }

    #[test]
    fn vp9_has_no_simulcast() {
        let mut camera = camera();
        camera["codecs"][0]["mimeType"] = json!("video/VP9");
        assert_eq!(field_of(&camera), "rtp_parameters.encodings");
    }
}
