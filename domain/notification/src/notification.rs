//! Something that one user is told.

use chrono::{DateTime, SubsecRound, Utc};
use domain_shared::{NotificationId, UserId};
use uuid::Uuid;

use crate::{NotificationContent, NotificationKind};

/// Something that one user is told, once for what it is told about. It never changes, but that it is read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notification {
    id: NotificationId,
    user_id: UserId,
    source: Uuid,
    content: NotificationContent,
    created_at: DateTime<Utc>,
    read_at: Option<DateTime<Utc>>,
}

/// Everything about a [`Notification`]. Times are in whole microseconds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotificationSnapshot {
    /// Its identifier.
    pub id: NotificationId,
    /// Who is told.
    pub user_id: UserId,
    /// The event that it tells of: each user is told of it once.
    pub source: Uuid,
    /// What it says.
    pub content: NotificationContent,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it was read, if it was.
    pub read_at: Option<DateTime<Utc>>,
}

impl Notification {
    /// How many are kept for one user; the oldest go first.
    pub const MAX_PER_USER: u16 = 1_000;
    /// How many days they are kept.
    pub const MAX_DAYS: i64 = 90;

    /// Tells `user_id` something, because of the event `source`.
    #[must_use]
    pub fn new(
        id: NotificationId,
        user_id: UserId,
        source: Uuid,
        content: NotificationContent,
        now: DateTime<Utc>,
    ) -> Self {
        Self { id, user_id, source, content, created_at: now.trunc_subsecs(6), read_at: None }
    }

    /// The user has read it. Tells whether that is news.
    pub fn mark_read(&mut self, now: DateTime<Utc>) -> bool {
        if self.read_at.is_some() {
            return false;
        }
        self.read_at = Some(now.trunc_subsecs(6).max(self.created_at));
        true
    }

    /// The identifier.
    #[must_use]
    pub const fn id(&self) -> NotificationId {
        self.id
    }

    /// Who is told.
    #[must_use]
    pub const fn user_id(&self) -> UserId {
        self.user_id
    }

    /// The kind.
    #[must_use]
    pub const fn kind(&self) -> NotificationKind {
        self.content.kind()
    }

    /// What it says.
    #[must_use]
    pub const fn content(&self) -> &NotificationContent {
        &self.content
    }

    /// When it was made.
    #[must_use]
    pub const fn created_at(&self) -> DateTime<Utc> {
        self.created_at
    }

    /// When it was read.
    #[must_use]
    pub const fn read_at(&self) -> Option<DateTime<Utc>> {
        self.read_at
    }

    /// The notification as plain data.
    #[must_use]
    pub fn to_snapshot(&self) -> NotificationSnapshot {
        let Self { id, user_id, source, content, created_at, read_at } = self.clone();
        NotificationSnapshot { id, user_id, source, content, created_at, read_at }
    }

    /// The notification that was stored.
    #[must_use]
    pub fn from_snapshot(snapshot: NotificationSnapshot) -> Self {
        let NotificationSnapshot { id, user_id, source, content, created_at, read_at } = snapshot;
        Self { id, user_id, source, content, created_at, read_at }
    }
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;
    use domain_shared::MeetingId;

    use super::*;
    use crate::MeetingFacts;

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(1_800_000_000 + seconds, 0).unwrap()
    }

    fn notification() -> Notification {
        let meeting = MeetingFacts {
            meeting_id: MeetingId::from_uuid(Uuid::from_u128(3)),
            meeting_code: "abc-defg-hij".to_owned(),
            title: "Weekly".to_owned(),
            starts_at: None,
        };
        let content = NotificationContent::MeetingReminder { meeting };
        let (id, user_id) = (NotificationId::from_uuid(Uuid::from_u128(1)), UserId::from_uuid(Uuid::from_u128(2)));
        Notification::new(id, user_id, Uuid::from_u128(4), content, at(0) + TimeDelta::nanoseconds(1_999))
    }

    #[test]
    fn it_is_read_once() {
        let mut notification = notification();
        assert_eq!((notification.read_at(), notification.kind()), (None, NotificationKind::MeetingReminder));
        assert!(notification.mark_read(at(5)));
        assert!(!notification.mark_read(at(9)));
        assert_eq!(notification.read_at(), Some(at(5)));
    }

    #[test]
    fn it_is_not_read_before_it_was_made() {
        let mut notification = notification();
        assert!(notification.mark_read(at(-5)), "clocks of nodes differ a little");
        assert_eq!(notification.read_at(), Some(notification.created_at()));
        assert_eq!(notification.created_at(), at(0) + TimeDelta::microseconds(1));
    }

    #[test]
    fn it_comes_back_as_it_was_stored() {
        let mut notification = notification();
        notification.mark_read(at(5));
        assert_eq!(Notification::from_snapshot(notification.to_snapshot()), notification);
    }
}
