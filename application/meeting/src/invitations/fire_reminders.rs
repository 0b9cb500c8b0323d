//! Sends reminders whose time has come.

use std::sync::Arc;

use application_shared::PortError;
use chrono::{DateTime, TimeDelta, Utc};
use domain_meeting::{InvitationStatusKind, Meeting, MeetingRef, PlannedReminder, ReminderEvent};
use domain_shared::Clock;

use super::{
    InvitationPorts, InvitationRepository, ReminderPlans,
    upcoming::{is_over, next_reminder, next_start},
};
use crate::MeetingRepository;

/// So many are looked at together.
const BATCH: u16 = 100;

/// States for everybody who comes to a meeting that it starts soon, once, whatever other nodes do; and plans the next
/// reminder of a meeting that recurs. Handlers of these events tell them.
pub struct FireReminders {
    meetings: Arc<dyn MeetingRepository>,
    invitations: Arc<dyn InvitationRepository>,
    reminders: Arc<dyn ReminderPlans>,
    clock: Arc<dyn Clock>,
}

impl FireReminders {
    /// Takes the ports.
    #[must_use]
    pub fn new(ports: &InvitationPorts) -> Self {
        Self {
            meetings: Arc::clone(&ports.meetings),
            invitations: Arc::clone(&ports.invitations),
            reminders: Arc::clone(&ports.reminders),
            clock: Arc::clone(&ports.clock),
        }
    }

    /// Does it for all whose time has come. Tells how many meetings that were.
    ///
    /// # Errors
    /// [`PortError`] when a port failed; what is left is done the next time.
    pub async fn execute(&self) -> Result<u64, PortError> {
        let mut fired = 0;
        loop {
            let due = self.reminders.due(self.clock.now(), BATCH).await?;
            let more = due.len() == usize::from(BATCH);
            for reminder in due {
                fired += u64::from(self.fire(&reminder).await?);
            }
            if !more {
                return Ok(fired);
            }
        }
    }

    async fn fire(&self, reminder: &PlannedReminder) -> Result<bool, PortError> {
        let now = self.clock.now();
        let Some(meeting) = self.meetings.find(&MeetingRef::Id(reminder.meeting_id)).await? else {
            return self.reminders.fire(reminder, None, &[]).await;
        };
        let events =
            if is_wanted(&meeting, reminder, now) { self.events(&meeting, reminder, now).await? } else { vec![] };
        let after = reminder.starts_at.checked_add_signed(TimeDelta::microseconds(1));
        let next = after.and_then(|after| next_reminder(&meeting, after, now));
        self.reminders.fire(reminder, next.as_ref(), &events).await
    }

    /// One event for each who comes: the host, and those who have accepted.
    async fn events(
        &self,
        meeting: &Meeting,
        reminder: &PlannedReminder,
        now: DateTime<Utc>,
    ) -> Result<Vec<ReminderEvent>, PortError> {
        let invitations = self.invitations.active_of(meeting.id()).await?;
        let accepted = invitations.iter().filter(|i| i.status().kind() == InvitationStatusKind::Accepted);
        let guests = accepted.map(|invitation| Some(invitation.id()));
        let due = |invitation_id| ReminderEvent::Due {
            meeting_id: meeting.id(),
            invitation_id,
            starts_at: reminder.starts_at,
            at: now,
        };
        Ok(std::iter::once(None).chain(guests).map(due).collect())
    }
}

/// Whether the meeting still starts then, and that is not past.
fn is_wanted(meeting: &Meeting, reminder: &PlannedReminder, now: DateTime<Utc>) -> bool {
    !is_over(meeting) && now < reminder.starts_at && next_start(meeting, reminder.starts_at) == Some(reminder.starts_at)
}

#[cfg(test)]
mod tests {
    use domain_meeting::InvitationAnswer;

    use super::*;
    use crate::invitations::test_support::Invited;

    async fn planned() -> (Invited, FireReminders) {
        let world = Invited::new();
        let starts_at = world.meeting().schedule().start().unwrap();
        let reminder = PlannedReminder { meeting_id: world.meeting().id(), starts_at };
        world.ports.reminders.plan(&reminder).await.unwrap();
        let fire = FireReminders::new(&world.ports);
        (world, fire)
    }

    #[tokio::test]
    async fn those_who_come_are_reminded_once_ten_minutes_before() {
        let (world, fire) = planned().await;
        let ids = world.invite(&["a@example.com", "b@example.com", "c@example.com"]).await;
        world.change(ids[1], |invitation, now| invitation.answer(InvitationAnswer::Accepted, now));
        world.change(ids[2], |invitation, now| invitation.answer(InvitationAnswer::Declined, now));
        world.clock.advance(TimeDelta::minutes(50) - TimeDelta::seconds(1));
        assert_eq!(fire.execute().await.unwrap(), 0);
        world.clock.advance(TimeDelta::seconds(1));
        assert_eq!(fire.execute().await.unwrap(), 1);
        assert_eq!(fire.execute().await.unwrap(), 0);
        assert_eq!(world.reminded(), [None, Some(ids[1])], "the host, and who has accepted");
        assert_eq!(world.planned(), [], "it takes place once");
    }

    #[tokio::test]
    async fn what_was_moved_called_off_or_has_begun_is_not_reminded_of() {
        for (minutes, change) in [
            (55, Box::new(|world: &Invited| world.move_by(TimeDelta::days(1))) as Box<dyn Fn(&Invited)>),
            (55, Box::new(|world: &Invited| drop(world.cancel()))),
            (61, Box::new(|_: &Invited| {})),
            (55, Box::new(|world: &Invited| world.delete_meeting())),
        ] {
            let (world, fire) = planned().await;
            change(&world);
            world.clock.advance(TimeDelta::minutes(minutes));
            assert_eq!(fire.execute().await.unwrap(), 1);
            assert_eq!(world.reminded(), [], "{minutes}");
        }
    }

    #[tokio::test]
    async fn a_meeting_that_was_moved_has_its_reminder_then() {
        let (world, fire) = planned().await;
        world.move_by(TimeDelta::days(1));
        world.clock.advance(TimeDelta::minutes(55));
        fire.execute().await.unwrap();
        assert_eq!(world.planned()[0].starts_at, world.meeting().schedule().start().unwrap());
        world.clock.advance(TimeDelta::days(1));
        fire.execute().await.unwrap();
        assert_eq!(world.reminded(), [None]);
    }

    #[tokio::test]
    async fn many_are_done_in_parts_and_troubles_leave_the_rest() {
        let (world, fire) = planned().await;
        for n in 0..250 {
            world.plan_of_unknown_meeting(n).await;
        }
        world.clock.advance(TimeDelta::minutes(55));
        assert_eq!(fire.execute().await.unwrap(), 251);
        assert_eq!(world.planned(), []);
        let (world, fire) = planned().await;
        world.clock.advance(TimeDelta::minutes(55));
        world.fail();
        assert!(fire.execute().await.is_err());
        assert_eq!(world.planned().len(), 1);
    }
}
