//! The section `cache`: how much of what was read is kept in memory.

use infrastructure_cache::CacheOptions;
use serde::Deserialize;

use super::{
    Mistakes,
    section::{Key, Section, within},
};

/// The most entries of a cache.
const MOST: u64 = 10_000_000;

/// How much of what was read is kept in memory.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CacheSection {
    /// Accounts kept.
    pub users: u64,
    /// Meetings kept.
    pub meetings: u64,
}

impl CacheSection {
    /// For the cache of accounts.
    #[must_use]
    pub const fn user_options(&self) -> CacheOptions {
        CacheOptions::new(self.users, CacheOptions::USERS.time_to_live)
    }

    /// For the cache of meetings.
    #[must_use]
    pub const fn meeting_options(&self) -> CacheOptions {
        CacheOptions::new(self.meetings, CacheOptions::MEETINGS.time_to_live)
    }
}

impl Section for CacheSection {
    const NAME: &'static str = "cache";
    const ABOUT: &'static str = "What was read is kept in the memory of this process, until it is written or too old.";
    const KEYS: &'static [Key] = &[
        Key::value("users", "Accounts kept, for an hour each (0 to 10000000; about 1 KiB each; 0: none)."),
        Key::value("meetings", "Meetings kept, for five minutes each (0 to 10000000; about 1 KiB each; 0: none)."),
    ];

    fn validate(&self, mistakes: &mut Mistakes) {
        within(mistakes, "cache.users", self.users, 0, MOST);
        within(mistakes, "cache.meetings", self.meetings, 0, MOST);
    }
}
