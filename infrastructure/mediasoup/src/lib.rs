//! The media engine on mediasoup.
