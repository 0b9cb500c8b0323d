//! How a user wants to be told.

use std::collections::BTreeMap;

use crate::NotificationKind;

/// The ways in which a user is told of one kind of things.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Channels {
    /// In the web client.
    pub in_app: bool,
    /// By e-mail.
    pub email: bool,
}

impl Default for Channels {
    /// In every way.
    fn default() -> Self {
        Self { in_app: true, email: true }
    }
}

/// How a user wants to be told of each kind of things. Who has chosen nothing is told in every way.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct NotificationPreferences {
    // What differs from the default.
    chosen: BTreeMap<NotificationKind, Channels>,
}

impl NotificationPreferences {
    /// What was chosen; of a kind that stands twice, the last counts.
    #[must_use]
    pub fn new(chosen: impl IntoIterator<Item = (NotificationKind, Channels)>) -> Self {
        let mut preferences = Self::default();
        for (kind, channels) in chosen {
            preferences.choose(kind, channels);
        }
        preferences
    }

    /// Chooses how to be told of `kind`.
    pub fn choose(&mut self, kind: NotificationKind, channels: Channels) {
        if channels == Channels::default() {
            self.chosen.remove(&kind);
        } else {
            self.chosen.insert(kind, channels);
        }
    }

    /// How the user is told of `kind`.
    #[must_use]
    pub fn of(&self, kind: NotificationKind) -> Channels {
        self.chosen.get(&kind).copied().unwrap_or_default()
    }

    /// How the user is told of each kind, in the order of [`NotificationKind::ALL`].
    pub fn all(&self) -> impl Iterator<Item = (NotificationKind, Channels)> + '_ {
        NotificationKind::ALL.into_iter().map(|kind| (kind, self.of(kind)))
    }

    /// What differs from the default.
    pub fn chosen(&self) -> impl Iterator<Item = (NotificationKind, Channels)> + '_ {
        self.chosen.iter().map(|(kind, channels)| (*kind, *channels))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const QUIET: Channels = Channels { in_app: false, email: false };

    #[test]
    fn who_chooses_nothing_is_told_in_every_way() {
        let preferences = NotificationPreferences::default();
        assert!(preferences.all().all(|(_, channels)| channels.in_app && channels.email));
        assert_eq!(preferences.all().count(), NotificationKind::ALL.len());
        assert_eq!(preferences.chosen().count(), 0);
    }

    #[test]
    fn each_kind_is_chosen_by_itself_and_can_be_chosen_back() {
        let mut preferences = NotificationPreferences::new([(NotificationKind::MeetingReminder, QUIET)]);
        assert_eq!(preferences.of(NotificationKind::MeetingReminder), QUIET);
        assert_eq!(preferences.of(NotificationKind::MeetingChanged), Channels::default());
        assert_eq!(preferences.chosen().collect::<Vec<_>>(), [(NotificationKind::MeetingReminder, QUIET)]);
        preferences.choose(NotificationKind::MeetingReminder, Channels::default());
        assert_eq!(preferences, NotificationPreferences::default());
    }
}
