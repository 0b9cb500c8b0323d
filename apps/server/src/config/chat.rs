//! The section `chat`: how long what was written is kept.

use application_room::ChatKeeping;
use chrono::TimeDelta;
use serde::Deserialize;

use super::{
    Mistakes,
    section::{Key, Section, within},
};

/// How long what was written is kept.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChatSection {
    /// How long messages are kept, in days.
    pub keep_days: u64,
    /// How long those of a bare room are kept after the room was over, in days.
    pub keep_ended_rooms_days: u64,
}

/// The longest time that anything is kept, in days: a hundred years.
const MOST_DAYS: u64 = 36_500;

impl ChatSection {
    /// For what deletes it.
    #[must_use]
    pub fn keeping(&self) -> ChatKeeping {
        let days = |days: u64| TimeDelta::days(i64::try_from(days.min(MOST_DAYS)).unwrap_or_default());
        ChatKeeping { messages: days(self.keep_days), rooms_over: days(self.keep_ended_rooms_days) }
    }
}

impl Section for ChatSection {
    const NAME: &'static str = "chat";
    const ABOUT: &'static str = "How long what was written in meetings and rooms is kept (role `worker` deletes it).";
    const KEYS: &'static [Key] = &[
        Key::value("keep_days", "How long messages are kept after they were written, in days (1 to 36500)."),
        Key::value(
            "keep_ended_rooms_days",
            "How long messages in a room of another backend are kept after the room has ended, when nobody can read them any \
             more, in days (1 to 36500). `keep_days` holds besides.",
        ),
    ];

    fn validate(&self, mistakes: &mut Mistakes) {
        within(mistakes, "chat.keep_days", self.keep_days, 1, MOST_DAYS);
        within(mistakes, "chat.keep_ended_rooms_days", self.keep_ended_rooms_days, 1, MOST_DAYS);
    }
}
