//! Who waits in front of a meeting.

use chrono::{DateTime, Utc};
use domain_shared::UserId;

use crate::{Attendee, DisplayName};

/// Somebody in the lobby.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiting {
    attendee: Attendee,
    display_name: DisplayName,
    since: DateTime<Utc>,
    admitted: bool,
}

/// Somebody in the lobby, as plain data.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WaitingSnapshot {
    /// Who.
    pub user_id: UserId,
    /// Whether they have no account.
    pub guest: bool,
    /// What they are called.
    pub display_name: String,
    /// Since when.
    pub since: DateTime<Utc>,
    /// Whether they have been let in and have not come yet.
    pub admitted: bool,
}

impl Waiting {
    pub(crate) const fn new(attendee: Attendee, display_name: DisplayName, since: DateTime<Utc>) -> Self {
        Self { attendee, display_name, since, admitted: false }
    }

    pub(crate) fn rename(&mut self, display_name: DisplayName) {
        self.display_name = display_name;
    }

    /// Tells whether that is news.
    pub(crate) fn admit(&mut self) -> bool {
        !std::mem::replace(&mut self.admitted, true)
    }

    /// Who.
    #[must_use]
    pub const fn user_id(&self) -> UserId {
        self.attendee.user_id
    }

    /// Who, and whether they have an account.
    #[must_use]
    pub const fn attendee(&self) -> Attendee {
        self.attendee
    }

    /// What they are called.
    #[must_use]
    pub const fn display_name(&self) -> &DisplayName {
        &self.display_name
    }

    /// Since when.
    #[must_use]
    pub const fn since(&self) -> DateTime<Utc> {
        self.since
    }

    /// Whether they have been let in and have not come yet.
    #[must_use]
    pub const fn is_admitted(&self) -> bool {
        self.admitted
    }

    pub(crate) fn to_snapshot(&self) -> WaitingSnapshot {
        WaitingSnapshot {
            user_id: self.attendee.user_id,
            guest: self.attendee.guest,
            display_name: self.display_name.as_str().to_owned(),
            since: self.since,
            admitted: self.admitted,
        }
    }

    pub(crate) fn from_snapshot(snapshot: WaitingSnapshot) -> Result<Self, crate::TextError> {
        let WaitingSnapshot { user_id, guest, display_name, since, admitted } = snapshot;
        let attendee = Attendee { user_id, guest };
        Ok(Self { attendee, display_name: DisplayName::parse(&display_name)?, since, admitted })
    }
}
