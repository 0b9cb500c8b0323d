//! Reminders of meetings that start soon.

use chrono::{DateTime, TimeDelta, Utc};
use domain_shared::{DomainEvent, InvitationId, MeetingId};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// The next reminder of a meeting.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PlannedReminder {
    /// The meeting.
    pub meeting_id: MeetingId,
    /// The start that it reminds of.
    pub starts_at: DateTime<Utc>,
}

impl PlannedReminder {
    /// How long before the start people are reminded.
    pub const AHEAD: TimeDelta = TimeDelta::minutes(10);

    /// A reminder of a start, unless the time for it has come already: who plans something for the next minutes need not
    /// be reminded of it.
    #[must_use]
    pub fn plan(meeting_id: MeetingId, starts_at: DateTime<Utc>, now: DateTime<Utc>) -> Option<Self> {
        let planned = Self { meeting_id, starts_at };
        (planned.remind_at() > now).then_some(planned)
    }

    /// When people are reminded.
    #[must_use]
    pub fn remind_at(&self) -> DateTime<Utc> {
        self.starts_at.checked_sub_signed(Self::AHEAD).unwrap_or(self.starts_at)
    }
}

/// A fact about a reminder. Serialised with its stable name under `event`; fields are only ever added.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event")]
pub enum ReminderEvent {
    /// Somebody is to be reminded.
    #[serde(rename = "meeting.reminder-due")]
    Due {
        /// The meeting.
        meeting_id: MeetingId,
        /// By which invitation they come; nothing for the host.
        invitation_id: Option<InvitationId>,
        /// When it starts.
        starts_at: DateTime<Utc>,
        /// When.
        at: DateTime<Utc>,
    },
}

impl DomainEvent for ReminderEvent {
    fn name(&self) -> &'static str {
        match self {
            Self::Due { .. } => "meeting.reminder-due",
        }
    }

    /// Each person's reminder is delivered by itself.
    fn aggregate_id(&self) -> Uuid {
        match self {
            Self::Due { meeting_id, invitation_id, .. } => {
                invitation_id.map_or(meeting_id.as_uuid(), |invitation| invitation.as_uuid())
            }
        }
    }

    fn occurred_at(&self) -> DateTime<Utc> {
        match self {
            Self::Due { at, .. } => *at,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(minutes: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(1_800_000_000 + minutes * 60, 0).unwrap()
    }

    #[test]
    fn people_are_reminded_ten_minutes_before_unless_that_is_past() {
        let id = MeetingId::from_uuid(Uuid::from_u128(1));
        let planned = PlannedReminder::plan(id, at(30), at(0)).unwrap();
        assert_eq!((planned.remind_at(), planned.starts_at), (at(20), at(30)));
        assert!(PlannedReminder::plan(id, at(11), at(0)).is_some());
        assert_eq!(PlannedReminder::plan(id, at(10), at(0)), None);
        assert_eq!(PlannedReminder::plan(id, at(-1), at(0)), None);
        let first = PlannedReminder { meeting_id: id, starts_at: DateTime::<Utc>::MIN_UTC };
        assert_eq!(first.remind_at(), DateTime::<Utc>::MIN_UTC);
    }

    #[test]
    fn each_person_has_a_line_of_their_own_in_the_outbox() {
        let (meeting_id, invitation) = (MeetingId::from_uuid(Uuid::from_u128(1)), Uuid::from_u128(2));
        let due = |invitation_id| ReminderEvent::Due { meeting_id, invitation_id, starts_at: at(10), at: at(0) };
        assert_eq!(due(None).aggregate_id(), Uuid::from_u128(1));
        assert_eq!(due(Some(invitation.into())).aggregate_id(), invitation);
        let written = serde_json::to_value(due(None)).unwrap();
        assert_eq!(
            (written["event"].as_str(), &written["invitation_id"]),
            (Some("meeting.reminder-due"), &serde_json::Value::Null)
        );
        assert_eq!((due(None).name(), due(None).occurred_at()), ("meeting.reminder-due", at(0)));
    }
}
