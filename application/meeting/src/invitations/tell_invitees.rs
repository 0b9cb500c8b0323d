//! Lets those who are invited know that a meeting was moved or called off.

use std::sync::Arc;

use application_shared::{EventHandler, HandlerError, OutboxMessage, PortError};
use async_trait::async_trait;
use domain_meeting::{Invitation, Meeting, MeetingEvent, MeetingRef, MeetingStatus};
use domain_shared::Clock;

use super::{ATTEMPTS, InvitationPorts, InvitationRepository};
use crate::MeetingRepository;

const NAME: &str = "tell-invitees-of-changes";

/// Has each invitation state that the meeting was moved or called off: then each is told by itself, once.
pub struct TellInvitees {
    meetings: Arc<dyn MeetingRepository>,
    invitations: Arc<dyn InvitationRepository>,
    clock: Arc<dyn Clock>,
}

impl TellInvitees {
    /// Takes the ports.
    #[must_use]
    pub fn new(ports: &InvitationPorts) -> Self {
        Self {
            meetings: Arc::clone(&ports.meetings),
            invitations: Arc::clone(&ports.invitations),
            clock: Arc::clone(&ports.clock),
        }
    }

    async fn tell(&self, message: &OutboxMessage) -> Result<(), PortError> {
        let event = serde_json::from_value(message.payload.clone());
        let meeting_id = match event.map_err(|error| PortError::corrupt("event", error))? {
            MeetingEvent::Cancelled { meeting_id, .. } => meeting_id,
            MeetingEvent::Updated { meeting_id, rescheduled: true, .. } => meeting_id,
            MeetingEvent::OccurrenceSkipped { meeting_id, .. } => meeting_id,
            _ => return Ok(()),
        };
        let Some(meeting) = self.meetings.find(&MeetingRef::Id(meeting_id)).await? else { return Ok(()) };
        // Also where the last time was called off and the meeting is over by that.
        let called_off = message.name == "meeting.occurrence-skipped";
        for invitation in self.invitations.active_of(meeting_id).await? {
            self.tell_one(invitation, &meeting, called_off).await?;
        }
        Ok(())
    }

    async fn tell_one(&self, mut invitation: Invitation, meeting: &Meeting, called_off: bool) -> Result<(), PortError> {
        for _ in 0..ATTEMPTS {
            let (version, now) = (meeting.version(), self.clock.now());
            let told = match meeting.status() {
                MeetingStatus::Cancelled { .. } => invitation.meeting_cancelled(version, now),
                MeetingStatus::Ended { .. } => called_off && invitation.meeting_cancelled(version, now),
                MeetingStatus::Scheduled | MeetingStatus::Live { .. } => invitation.meeting_changed(version, now),
            };
            if !told {
                return Ok(());
            }
            match self.invitations.update(&mut invitation).await {
                // It was answered or taken back at the same time.
                Err(PortError::Conflict) => match self.invitations.find(invitation.id()).await? {
                    Some(found) => invitation = found,
                    None => return Ok(()),
                },
                done => return done,
            }
        }
        Err(PortError::Conflict)
    }
}

#[async_trait]
impl EventHandler for TellInvitees {
    fn name(&self) -> &'static str {
        NAME
    }

    fn handles(&self) -> &'static [&'static str] {
        &["meeting.cancelled", "meeting.updated", "meeting.occurrence-skipped"]
    }

    async fn handle(&self, message: &OutboxMessage) -> Result<(), HandlerError> {
        self.tell(message).await.map_err(|error| HandlerError { handler: NAME, source: error.into() })
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::Ordering;

    use domain_meeting::InvitationAnswer;
    use serde_json::json;

    use super::*;
    use crate::invitations::test_support::Invited;

    #[tokio::test]
    async fn those_who_may_come_are_told_once() {
        let world = Invited::new();
        let ids = world.invite(&["a@example.com", "b@example.com", "c@example.com", "d@example.com"]).await;
        world.change(ids[1], |invitation, now| invitation.answer(InvitationAnswer::Accepted, now));
        world.change(ids[2], |invitation, now| invitation.answer(InvitationAnswer::Declined, now));
        world.change(ids[3], |invitation, now| invitation.revoke(now));
        let handler = TellInvitees::new(&world.ports);
        let before = world.events().len();
        let updated = world.meeting_updated(false);
        handler.handle(&updated).await.unwrap();
        assert_eq!(world.events().len(), before, "nobody needs to know of every setting");
        let moved = world.meeting_updated(true);
        assert!(handler.handles().contains(&moved.name.as_str()));
        world.store.conflicts.store(2, Ordering::SeqCst);
        for _ in 0..2 {
            handler.handle(&moved).await.unwrap();
            assert_eq!(world.events()[before..], ["meeting.invitation-changed"; 2]);
        }
        let cancelled = world.cancel();
        for _ in 0..2 {
            handler.handle(&cancelled).await.unwrap();
            assert_eq!(world.events()[before + 2..], ["meeting.invitation-cancelled"; 2]);
        }
        handler.handle(&moved).await.unwrap();
        assert_eq!(world.events().len(), before + 4);
    }

    #[tokio::test]
    async fn a_time_that_is_called_off_is_told_and_one_that_is_past_is_not() {
        let world = Invited::new();
        world.recur("FREQ=DAILY;COUNT=3");
        world.invite(&["a@example.com"]).await;
        let handler = TellInvitees::new(&world.ports);
        let before = world.events().len();
        for expected in ["meeting.invitation-changed", "meeting.invitation-changed", "meeting.invitation-cancelled"] {
            let skipped = world.skip_next();
            assert!(handler.handles().contains(&skipped.name.as_str()));
            handler.handle(&skipped).await.unwrap();
            assert_eq!(*world.events().last().unwrap(), expected);
        }
        assert_eq!(world.events().len(), before + 3);
        assert!(!handler.handles().contains(&"meeting.advanced"));
    }

    #[tokio::test]
    async fn the_end_of_a_meeting_and_one_that_is_gone_are_no_news() {
        let world = Invited::new();
        world.invite(&["a@example.com"]).await;
        let handler = TellInvitees::new(&world.ports);
        let moved = world.meeting_updated(true);
        world.end();
        handler.handle(&moved).await.unwrap();
        assert_eq!(world.events().len(), 1);
        let mut gone = moved.clone();
        gone.payload["meeting_id"] = json!(uuid::Uuid::nil());
        handler.handle(&gone).await.unwrap();
        let nonsense = OutboxMessage { payload: json!({}), ..moved.clone() };
        assert_eq!(handler.handle(&nonsense).await.unwrap_err().handler, NAME);
        world.fail();
        assert!(handler.handle(&moved).await.is_err());
    }
}
