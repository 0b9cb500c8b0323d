//! Read caches in the process: what is hot is answered without a round trip, and is forgotten on every node when it is
//! written.
//!
//! Architecture Invariant: a cache is a decorator of ports. No use case knows that it is there, and without it everything
//! works the same, only slower.

mod api_keys;
mod aside;
mod ended_sessions;
mod meetings;
mod statistics;
mod telling;
mod users;

pub use api_keys::{ApiKeyCache, CachedApiKeyReader, ForgettingApiKeyRepository};
pub use aside::{CacheCounts, CacheOptions};
pub use ended_sessions::{EndedSessionsListener, RecentlyEndedSessions, SESSION_EVENTS_CHANNEL};
pub use meetings::{CachedMeetingReader, ForgettingMeetingRepository, MeetingCache};
pub use statistics::{CachedStatisticsReader, StatisticsCache};
pub use users::{CachedUserReader, ForgettingUserRepository, TellOfChangedUsers, UserCache};
