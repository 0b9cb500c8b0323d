//! Plans the next reminder of a meeting when it is made, moved or over.

use std::sync::Arc;

use application_shared::{EventHandler, HandlerError, OutboxMessage, PortError};
use async_trait::async_trait;
use domain_meeting::{MeetingEvent, MeetingRef};
use domain_shared::{Clock, MeetingId};

use super::{InvitationPorts, ReminderPlans, upcoming::next_reminder};
use crate::MeetingRepository;

const NAME: &str = "plan-reminders";

/// Plans the next reminder of a meeting, as the meeting is now.
pub struct PlanReminders {
    meetings: Arc<dyn MeetingRepository>,
    reminders: Arc<dyn ReminderPlans>,
    clock: Arc<dyn Clock>,
}

impl PlanReminders {
    /// Takes the ports.
    #[must_use]
    pub fn new(ports: &InvitationPorts) -> Self {
        Self {
            meetings: Arc::clone(&ports.meetings),
            reminders: Arc::clone(&ports.reminders),
            clock: Arc::clone(&ports.clock),
        }
    }

    async fn plan(&self, message: &OutboxMessage) -> Result<(), PortError> {
        let event = serde_json::from_value(message.payload.clone());
        // What is planned stays, be it due at this moment.
        if let MeetingEvent::Updated { rescheduled: false, .. } =
            event.map_err(|error| PortError::corrupt("event", error))?
        {
            return Ok(());
        }
        let meeting_id = MeetingId::from_uuid(message.aggregate_id);
        let now = self.clock.now();
        let meeting = self.meetings.find(&MeetingRef::Id(meeting_id)).await?;
        match meeting.and_then(|meeting| next_reminder(&meeting, now, now)) {
            Some(next) => self.reminders.plan(&next).await,
            None => self.reminders.cancel(meeting_id).await,
        }
    }
}

#[async_trait]
impl EventHandler for PlanReminders {
    fn name(&self) -> &'static str {
        NAME
    }

    fn handles(&self) -> &'static [&'static str] {
        &[
            "meeting.created",
            "meeting.updated",
            "meeting.cancelled",
            "meeting.ended",
            "meeting.advanced",
            "meeting.occurrence-skipped",
        ]
    }

    async fn handle(&self, message: &OutboxMessage) -> Result<(), HandlerError> {
        self.plan(message).await.map_err(|error| HandlerError { handler: NAME, source: error.into() })
    }
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;
    use domain_meeting::PlannedReminder;
    use serde_json::json;

    use super::*;
    use crate::invitations::test_support::Invited;

    #[tokio::test]
    async fn a_meeting_with_a_time_has_a_reminder_until_it_is_over() {
        let world = Invited::new();
        let handler = PlanReminders::new(&world.ports);
        let created = world.meeting_created();
        assert!(handler.handles().contains(&created.name.as_str()));
        handler.handle(&created).await.unwrap();
        let starts_at = world.meeting().schedule().start().unwrap();
        let planned = PlannedReminder { meeting_id: world.meeting().id(), starts_at };
        assert_eq!(world.planned(), [planned]);

        world.move_by(TimeDelta::hours(2));
        handler.handle(&world.meeting_updated(false)).await.unwrap();
        assert_eq!(world.planned(), [planned], "only the times matter");
        handler.handle(&world.meeting_updated(true)).await.unwrap();
        let moved = PlannedReminder { starts_at: starts_at + TimeDelta::hours(2), ..planned };
        assert_eq!(world.planned(), [moved]);

        handler.handle(&world.cancel()).await.unwrap();
        assert_eq!(world.planned(), []);
    }

    #[tokio::test]
    async fn each_time_of_a_meeting_that_recurs_is_reminded_of_but_those_called_off() {
        let world = Invited::new();
        world.recur("FREQ=DAILY;COUNT=3");
        let handler = PlanReminders::new(&world.ports);
        let start = world.meeting().schedule().start().unwrap();
        handler.handle(&world.meeting_created()).await.unwrap();
        assert_eq!(world.planned()[0].starts_at, start);
        let skipped = world.skip_next();
        assert!(handler.handles().contains(&skipped.name.as_str()));
        handler.handle(&skipped).await.unwrap();
        assert_eq!(world.planned()[0].starts_at, start + TimeDelta::days(1));
        handler.handle(&world.skip_next()).await.unwrap();
        assert_eq!(world.planned()[0].starts_at, start + TimeDelta::days(2));
        handler.handle(&world.skip_next()).await.unwrap();
        assert_eq!(world.planned(), [], "none is left");
    }

    #[tokio::test]
    async fn what_has_no_time_or_starts_at_once_has_none() {
        let without = Invited::without_time();
        PlanReminders::new(&without.ports).handle(&without.meeting_created()).await.unwrap();
        assert_eq!(without.planned(), []);
        let soon = Invited::new();
        let handler = PlanReminders::new(&soon.ports);
        handler.handle(&soon.meeting_created()).await.unwrap();
        soon.clock.advance(TimeDelta::minutes(51));
        handler.handle(&soon.meeting_updated(true)).await.unwrap();
        assert_eq!(soon.planned(), [], "it was moved to within the next ten minutes, everybody knows of it");
        soon.fail();
        assert_eq!(handler.handle(&soon.meeting_created()).await.unwrap_err().handler, NAME);
        let nonsense = OutboxMessage { payload: json!({}), ..soon.meeting_created() };
        assert!(handler.handle(&nonsense).await.is_err());
    }
}
