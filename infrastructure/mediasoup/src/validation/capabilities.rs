//! RTP capabilities: ORTC `RTCRtpCapabilities`, what a client can receive. Also the parts that capabilities and RTP
//! parameters share: codec-specific parameters and RTCP feedback.

use std::collections::HashSet;
use std::num::{NonZeroU8, NonZeroU32};
use std::str::FromStr;

use application_room::MediaError;
use mediasoup::prelude::{
    MediaKind, MimeTypeAudio, MimeTypeVideo, RtcpFeedback, RtpCapabilities, RtpCodecCapability,
    RtpCodecParametersParameters, RtpHeaderExtensionUri,
};
use mediasoup::types::rtp_parameters::{
    MimeType, RtpCodecParametersParametersValue, RtpHeaderExtension, RtpHeaderExtensionDirection,
};
use serde_json::Value;

use super::reader::{Charset, Field, Object};
use super::{MAX_CAPABILITY_CODECS, MAX_CAPABILITY_EXTENSIONS, MAX_CODEC_PARAMETERS, MAX_RTCP_FEEDBACK};

/// Reads `{codecs: [...], headerExtensions: [...]}`.
///
/// Codecs and header extensions that the worker does not know are left out: a client may be able to do more than we use.
///
/// # Errors
/// `Rejected` with the first field that is wrong.
pub fn rtp_capabilities(value: &Value) -> Result<RtpCapabilities, MediaError> {
    let object = Field::root(value, "rtp_capabilities").object()?;
    let mut capabilities = RtpCapabilities::default();
    let mut payload_types = HashSet::new();
    for field in object.required("codecs")?.list(MAX_CAPABILITY_CODECS)? {
        let object = field.object()?;
        let preferred_payload_type = match object.optional("preferredPayloadType") {
            None => None,
            Some(field) => {
                let payload_type = field.small(0, 127)?;
                if !payload_types.insert(payload_type) {
                    return Err(field.reject("is a duplicate"));
                }
                Some(payload_type)
            }
        };
        capabilities.codecs.extend(codec(&object, preferred_payload_type)?);
    }
    let mut extension_ids = HashSet::new();
    let mut extension_uris = HashSet::new();
    if let Some(list) = object.optional("headerExtensions") {
        for field in list.list(MAX_CAPABILITY_EXTENSIONS)? {
            let object = field.object()?;
            let kind = kind(&object.required("kind")?)?;
            let id = object.required("preferredId")?;
            let preferred_id = u16::from(id.small(1, 14)?);
            if !extension_ids.insert((kind, preferred_id)) {
                return Err(id.reject("is a duplicate"));
            }
            let encrypt = object.optional("preferredEncrypt").map_or(Ok(false), |field| field.boolean())?;
            let direction = match object.optional("direction") {
                None => RtpHeaderExtensionDirection::SendRecv,
                Some(field) => match field.string(1, 16, Charset::Token)? {
                    "sendrecv" => RtpHeaderExtensionDirection::SendRecv,
                    "sendonly" => RtpHeaderExtensionDirection::SendOnly,
                    "recvonly" => RtpHeaderExtensionDirection::RecvOnly,
                    "inactive" => RtpHeaderExtensionDirection::Inactive,
                    _ => return Err(field.reject("must be sendrecv, sendonly, recvonly or inactive")),
                },
            };
            let name = object.required("uri")?;
            let Ok(uri) = RtpHeaderExtensionUri::from_str(name.string(1, 255, Charset::Text)?) else {
                continue;
            };
            if !extension_uris.insert((kind, uri)) {
                return Err(name.reject("is a duplicate"));
            }
            capabilities.header_extensions.push(RtpHeaderExtension {
                kind,
                uri,
                preferred_id,
                preferred_encrypt: encrypt,
                direction,
            });
        }
    }
    Ok(capabilities)
}

fn codec(object: &Object<'_>, preferred_payload_type: Option<u8>) -> Result<Option<RtpCodecCapability>, MediaError> {
    let (mime_field, mime_type) = mime_type(object)?;
    let stated_kind = object.optional("kind").map(|field| kind(&field)).transpose()?;
    let clock_rate = clock_rate(object)?;
    let channels = channels(object)?;
    let parameters = codec_parameters(object)?;
    let rtcp_feedback = rtcp_feedback(object)?;
    let Some(mime_type) = mime_type else {
        return Ok(None);
    };
    let capability = match mime_type {
        MimeType::Audio(mime_type) => RtpCodecCapability::Audio {
            mime_type,
            preferred_payload_type,
            clock_rate,
            channels: channels.unwrap_or(NonZeroU8::MIN),
            parameters,
            rtcp_feedback,
        },
        MimeType::Video(mime_type) => {
            RtpCodecCapability::Video { mime_type, preferred_payload_type, clock_rate, parameters, rtcp_feedback }
        }
    };
    let kind = match capability {
        RtpCodecCapability::Audio { .. } => MediaKind::Audio,
        RtpCodecCapability::Video { .. } => MediaKind::Video,
    };
    if stated_kind.is_some_and(|stated| stated != kind) {
        return Err(mime_field.reject("is not of the kind that is stated"));
    }
    Ok(Some(capability))
}

pub(super) fn kind(field: &Field<'_>) -> Result<MediaKind, MediaError> {
    match field.string(1, 16, Charset::Token)? {
        "audio" => Ok(MediaKind::Audio),
        "video" => Ok(MediaKind::Video),
        _ => Err(field.reject("must be audio or video")),
    }
}

/// The MIME type, `None` when it is well-formed but unknown.
pub(super) fn mime_type<'a>(object: &Object<'a>) -> Result<(Field<'a>, Option<MimeType>), MediaError> {
    let field = object.required("mimeType")?;
    let text = field.string(3, 64, Charset::Text)?;
    let (kind, subtype) = text.split_once('/').ok_or_else(|| field.reject("must be type/subtype"))?;
    if subtype.is_empty() || subtype.contains(['/', ' ']) {
        return Err(field.reject("must be type/subtype"));
    }
    let known = match kind.to_ascii_lowercase().as_str() {
        "audio" => MimeTypeAudio::from_str(text).ok().map(MimeType::Audio),
        "video" => MimeTypeVideo::from_str(text).ok().map(MimeType::Video),
        _ => return Err(field.reject("must be of type audio or video")),
    };
    Ok((field, known))
}

pub(super) fn clock_rate(object: &Object<'_>) -> Result<NonZeroU32, MediaError> {
    let field = object.required("clockRate")?;
    u32::try_from(field.integer(1, 1_000_000)?)
        .ok()
        .and_then(NonZeroU32::new)
        .ok_or_else(|| field.reject("is too large"))
}

pub(super) fn channels(object: &Object<'_>) -> Result<Option<NonZeroU8>, MediaError> {
    let Some(field) = object.optional("channels") else {
        return Ok(None);
    };
    Ok(NonZeroU8::new(field.small(1, 16)?))
}

pub(super) fn codec_parameters(object: &Object<'_>) -> Result<RtpCodecParametersParameters, MediaError> {
    let mut parameters = RtpCodecParametersParameters::default();
    let Some(field) = object.optional("parameters") else {
        return Ok(parameters);
    };
    for (name, field) in field.object()?.entries(MAX_CODEC_PARAMETERS)? {
        if name.is_empty() || name.len() > 64 || !name.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(field.reject("has a name that is not 1 to 64 visible ASCII characters"));
        }
        let value = match field.value() {
            // The worker keeps 32 bits with a sign.
            Value::Number(_) => {
                let number = field.integer(0, i32::MAX as u64)?;
                RtpCodecParametersParametersValue::Number(
                    u32::try_from(number).map_err(|_| field.reject("is too large"))?,
                )
            }
            Value::String(_) => {
                RtpCodecParametersParametersValue::String(field.string(0, 256, Charset::Text)?.to_owned().into())
            }
            _ => return Err(field.reject("must be a string or an integer")),
        };
        if name == "apt" {
            field.integer(0, 127)?;
        }
        parameters.insert(name.to_owned(), value);
    }
    Ok(parameters)
}

/// Feedback types that the worker does not know are left out.
pub(super) fn rtcp_feedback(object: &Object<'_>) -> Result<Vec<RtcpFeedback>, MediaError> {
    let mut feedback = Vec::new();
    let Some(list) = object.optional("rtcpFeedback") else {
        return Ok(feedback);
    };
    for field in list.list(MAX_RTCP_FEEDBACK)? {
        let object = field.object()?;
        let name = object.required("type")?.string(1, 32, Charset::Text)?;
        let parameter = object.optional("parameter").map_or(Ok(""), |field| field.string(0, 32, Charset::Text))?;
        if let Ok(known) = RtcpFeedback::from_type_parameter(name, parameter)
            && known != RtcpFeedback::Unsupported
            && !feedback.contains(&known)
        {
            feedback.push(known);
        }
    }
    Ok(feedback)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn opus() -> Value {
        json!({
            "kind": "audio", "mimeType": "audio/opus", "preferredPayloadType": 100, "clockRate": 48000, "channels": 2,
            "parameters": {"useinbandfec": 1}, "rtcpFeedback": [{"type": "transport-cc", "parameter": ""}],
        })
    }

    fn field_of(value: &Value) -> String {
        match rtp_capabilities(value) {
            Err(MediaError::Rejected { field, .. }) => field,
            other => panic!("not rejected: {other:?}"),
        }
    }

    #[test]
    fn leaves_out_what_the_worker_does_not_know() {
        let read = rtp_capabilities(&json!({
            "codecs": [opus(), {"mimeType": "video/flexfec-03", "clockRate": 90000}],
            "headerExtensions": [
                {"kind": "audio", "uri": "urn:ietf:params:rtp-hdrext:sdes:mid", "preferredId": 1},
                {"kind": "video", "uri": "urn:example:own", "preferredId": 1},
            ],
        }))
        .unwrap();
        assert_eq!(read.codecs.len(), 1);
        assert_eq!(read.header_extensions.len(), 1);
    }

    #[test]
    fn names_the_field_that_is_wrong() {
        let with = |name: &str, value: Value| {
            let mut codec = opus();
            codec[name] = value;
            json!({"codecs": [codec]})
        };
        for (name, value) in [
            ("kind", json!("text")),
            ("mimeType", json!("opus")),
            ("mimeType", json!("audio/")),
            ("mimeType", json!("video/VP8")),
            ("preferredPayloadType", json!(128)),
            ("preferredPayloadType", json!(-1)),
            ("clockRate", json!(0)),
            ("clockRate", json!("48000")),
            ("channels", json!(0)),
            ("parameters", json!([])),
            ("rtcpFeedback", json!({})),
        ] {
            assert_eq!(field_of(&with(name, value)), format!("rtp_capabilities.codecs[0].{name}"));
        }
        assert_eq!(field_of(&with("parameters", json!({"apt": 128}))), "rtp_capabilities.codecs[0].parameters.apt");
        assert_eq!(field_of(&with("parameters", json!({"apt": "100"}))), "rtp_capabilities.codecs[0].parameters.apt");
        assert_eq!(field_of(&with("parameters", json!({"a": 1.5}))), "rtp_capabilities.codecs[0].parameters.a");
        assert_eq!(field_of(&json!({"codecs": [opus(), opus()]})), "rtp_capabilities.codecs[1].preferredPayloadType");
        let extension = json!({"kind": "audio", "uri": "urn:ietf:params:rtp-hdrext:sdes:mid", "preferredId": 15});
        assert_eq!(
            field_of(&json!({"codecs": [], "headerExtensions": [extension]})),
            "rtp_capabilities.headerExtensions[0].preferredId"
        );
    }
}
