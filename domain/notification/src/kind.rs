//! The kinds of things that users are told.

use std::str::FromStr;

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// A kind of things that users are told, each of which they can have in their own way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum NotificationKind {
    /// They are invited to a meeting.
    MeetingInvitation,
    /// A meeting of theirs starts soon.
    MeetingReminder,
    /// A meeting they are invited to was called off, or they are not invited any more.
    MeetingCancelled,
    /// A meeting they are invited to takes place otherwise than they were told.
    MeetingChanged,
    /// Somebody whom they invited has answered.
    InvitationAnswered,
}

/// No kind bears this name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("no kind of notifications bears this name")]
pub struct UnknownNotificationKind;

impl NotificationKind {
    /// Every kind.
    pub const ALL: [Self; 5] = [
        Self::MeetingInvitation,
        Self::MeetingReminder,
        Self::MeetingCancelled,
        Self::MeetingChanged,
        Self::InvitationAnswered,
    ];

    /// The stable name.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::MeetingInvitation => "meeting-invitation",
            Self::MeetingReminder => "meeting-reminder",
            Self::MeetingCancelled => "meeting-cancelled",
            Self::MeetingChanged => "meeting-changed",
            Self::InvitationAnswered => "invitation-answered",
        }
    }
}

impl FromStr for NotificationKind {
    type Err = UnknownNotificationKind;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == name).ok_or(UnknownNotificationKind)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_go_both_ways() {
        for kind in NotificationKind::ALL {
            assert_eq!(kind.as_str().parse(), Ok(kind));
            assert_eq!(serde_json::to_string(&kind).unwrap(), format!("\"{}\"", kind.as_str()));
        }
        assert_eq!("Meeting-Reminder".parse::<NotificationKind>(), Err(UnknownNotificationKind));
    }
}
