//! The section `rooms`: what is done about rooms of other backends.

use chrono::TimeDelta;
use serde::Deserialize;

use super::{
    Mistakes,
    section::{Key, Section, within},
};

/// What is done about rooms of other backends.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RoomsSection {
    /// How long rooms are kept that are over, in days.
    pub keep_days: u16,
}

impl RoomsSection {
    /// How long rooms are kept that are over.
    #[must_use]
    pub fn keep(&self) -> TimeDelta {
        TimeDelta::days(i64::from(self.keep_days))
    }
}

impl Section for RoomsSection {
    const NAME: &'static str = "rooms";
    const ABOUT: &'static str = "Rooms of other backends.";
    const KEYS: &'static [Key] =
        &[Key::value("keep_days", "How long a room is kept that is over, with who was in it, in days (1 to 3650).")];

    fn validate(&self, mistakes: &mut Mistakes) {
        within(mistakes, "rooms.keep_days", u64::from(self.keep_days), 1, 3_650);
    }
}
