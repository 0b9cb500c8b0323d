//! Read caches in the process: what is hot is answered without a round trip, and is forgotten on every node when it is
//! written.
//!
//! Architecture Invariant: a cache is a decorator of ports. No use case knows that it is there, and without it everything
//! works the same, only slower.

mod meetings;

pub use meetings::{CacheCounts, CachedMeetingReader, ForgettingMeetingRepository, MeetingCache, MeetingCacheOptions};
