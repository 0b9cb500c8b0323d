//! Checks everything a client sends before the media worker sees it.
//!
//! The worker is C++ in our process: what it asserts about its input ends the worker. mediasoup's own ORTC checks assume a
//! well-meaning client. So the JSON is read here field by field, against the rules of ORTC and of the RFCs and against
//! bounds on every count and length, and mediasoup's types are built from what was read, never deserialised directly.
//! Unknown fields are ignored; what is known must have exactly the right form.

mod capabilities;
mod dtls;
mod reader;
mod rtp;
mod sctp;

pub use capabilities::rtp_capabilities;
pub use dtls::dtls_parameters;
pub use rtp::rtp_parameters;
pub use sctp::sctp_capabilities;

/// Most codecs in a client's capabilities. Browsers list about 30.
pub const MAX_CAPABILITY_CODECS: usize = 128;
/// Most header extensions in a client's capabilities, audio and video together.
pub const MAX_CAPABILITY_EXTENSIONS: usize = 64;
/// Most codecs of one producer: one media codec and its retransmission codec.
pub const MAX_PRODUCER_CODECS: usize = 2;
/// Most header extensions of one producer.
pub const MAX_PRODUCER_EXTENSIONS: usize = 16;
/// Most encodings (simulcast streams) of one producer.
pub const MAX_ENCODINGS: usize = 8;
/// Most codec-specific parameters (`fmtp`) of one codec.
pub const MAX_CODEC_PARAMETERS: usize = 32;
/// Most RTCP feedback entries of one codec.
pub const MAX_RTCP_FEEDBACK: usize = 16;
/// Most DTLS fingerprints.
pub const MAX_FINGERPRINTS: usize = 8;
/// Highest bitrate that an encoding may state, in bit/s.
pub const MAX_STATED_BITRATE: u64 = 1_000_000_000;
/// Most SCTP streams in one direction.
pub const MAX_SCTP_STREAMS: u64 = 65_535;
