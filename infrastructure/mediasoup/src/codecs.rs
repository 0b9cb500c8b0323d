//! The codecs that routers offer, the preferred one first.

use std::num::{NonZeroU8, NonZeroU32};

use mediasoup::prelude::{MimeTypeAudio, MimeTypeVideo, RtpCodecCapability, RtpCodecParametersParameters};

const AUDIO_CLOCK_RATE: NonZeroU32 = match NonZeroU32::new(48_000) {
    Some(rate) => rate,
    None => NonZeroU32::MIN,
};
const VIDEO_CLOCK_RATE: NonZeroU32 = match NonZeroU32::new(90_000) {
    Some(rate) => rate,
    None => NonZeroU32::MIN,
};
const STEREO: NonZeroU8 = match NonZeroU8::new(2) {
    Some(channels) => channels,
    None => NonZeroU8::MIN,
};

/// Opus with forward error correction and discontinuous transmission; VP8, VP9, H264 (constrained baseline and constrained
/// high) and AV1. RTCP feedback, retransmission and header extensions are mediasoup's own.
pub(crate) fn media_codecs() -> Vec<RtpCodecCapability> {
    vec![
        RtpCodecCapability::Audio {
            mime_type: MimeTypeAudio::Opus,
            preferred_payload_type: None,
            clock_rate: AUDIO_CLOCK_RATE,
            channels: STEREO,
            parameters: RtpCodecParametersParameters::from([("useinbandfec", 1_u32.into()), ("usedtx", 1_u32.into())]),
            rtcp_feedback: Vec::new(),
        },
        video(MimeTypeVideo::Vp8, RtpCodecParametersParameters::default()),
        video(MimeTypeVideo::Vp9, RtpCodecParametersParameters::from([("profile-id", 0_u32.into())])),
        h264("42e01f"),
        h264("640c1f"),
        video(MimeTypeVideo::AV1, RtpCodecParametersParameters::default()),
    ]
}

fn h264(profile_level_id: &'static str) -> RtpCodecCapability {
    video(
        MimeTypeVideo::H264,
        RtpCodecParametersParameters::from([
            ("packetization-mode", 1_u32.into()),
            ("level-asymmetry-allowed", 1_u32.into()),
            ("profile-level-id", profile_level_id.into()),
        ]),
    )
}

fn video(mime_type: MimeTypeVideo, parameters: RtpCodecParametersParameters) -> RtpCodecCapability {
    RtpCodecCapability::Video {
        mime_type,
        preferred_payload_type: None,
        clock_rate: VIDEO_CLOCK_RATE,
        parameters,
        rtcp_feedback: Vec::new(),
    }
}
