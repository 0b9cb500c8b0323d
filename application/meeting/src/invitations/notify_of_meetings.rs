//! Tells users of what happens around their meetings, in the web client.

use std::sync::Arc;

use application_shared::{EventHandler, HandlerError, Notice, Notifier, OutboxMessage, PortError};
use async_trait::async_trait;
use domain_shared::Clock;
use serde_json::{Value, json};

use super::{
    InvitationPorts,
    occasion::{EVENTS, News, Occasion, Occasions},
    upcoming::next_start,
};

const NAME: &str = "notify-of-meetings";

/// Tells users of invitations, answers, changes and starts. Who has no account is told by mail alone.
pub struct NotifyOfMeetings {
    occasions: Occasions,
    notifier: Arc<dyn Notifier>,
    clock: Arc<dyn Clock>,
}

impl NotifyOfMeetings {
    /// Takes the ports.
    #[must_use]
    pub fn new(ports: &InvitationPorts, notifier: Arc<dyn Notifier>) -> Self {
        Self { occasions: Occasions::new(ports), notifier, clock: Arc::clone(&ports.clock) }
    }

    async fn notify(&self, message: &OutboxMessage) -> Result<(), PortError> {
        let now = self.clock.now();
        let Some(occasion) = self.occasions.read(message, now).await? else { return Ok(()) };
        let Some(user) = &occasion.user else { return Ok(()) };
        let starts_at = match occasion.news {
            News::Reminder(starts_at) => Some(starts_at),
            _ => next_start(&occasion.meeting, now).or_else(|| occasion.meeting.schedule().start()),
        };
        let mut data = json!({
            "meeting_id": occasion.meeting.id(),
            "meeting_code": occasion.meeting.code(),
            "title": occasion.meeting.title(),
            "starts_at": starts_at,
        });
        add_details(&mut data, &occasion);
        let notice = Notice { source: message.id.as_uuid(), user_id: user.user_id, kind: occasion.news.kind(), data };
        self.notifier.notify(notice).await
    }
}

/// Adds what belongs to one kind only.
fn add_details(data: &mut Value, occasion: &Occasion) {
    let invitation_id = occasion.invitation.as_ref().map(domain_meeting::Invitation::id);
    match occasion.news {
        News::Invited => {
            data["invitation_id"] = json!(invitation_id);
            data["host_name"] = json!(occasion.host_name);
        }
        News::Answered(answer) => {
            data["invitation_id"] = json!(invitation_id);
            data["who"] = json!(occasion.invitee);
            data["answer"] = json!(answer);
        }
        News::Changed | News::Cancelled | News::Withdrawn | News::Reminder(_) => {}
    }
}

#[async_trait]
impl EventHandler for NotifyOfMeetings {
    fn name(&self) -> &'static str {
        NAME
    }

    fn handles(&self) -> &'static [&'static str] {
        EVENTS
    }

    async fn handle(&self, message: &OutboxMessage) -> Result<(), HandlerError> {
        self.notify(message).await.map_err(|error| HandlerError { handler: NAME, source: error.into() })
    }
}

#[cfg(test)]
mod tests {
    use domain_meeting::InvitationAnswer;

    use super::*;
    use crate::{
        invitations::test_support::{Invited, person},
        testing::{HOST, user},
    };

    #[tokio::test]
    async fn users_are_told_and_strangers_are_not() {
        let world = Invited::new();
        world.know(person(HOST, "ann", true));
        world.know(person(2, "bob", true));
        let handler = NotifyOfMeetings::new(&world.ports, world.notifier.clone());
        let [id] = world.invite(&["bob@example.com"]).await.try_into().unwrap();
        let message = world.last_event();
        assert_eq!((handler.name(), handler.handles().contains(&message.name.as_str())), (NAME, true));
        handler.handle(&message).await.unwrap();
        let [notice] = world.notifier.take().try_into().unwrap();
        assert_eq!((notice.source, notice.user_id), (message.id.as_uuid(), user(2)));
        assert_eq!(notice.kind, "meeting-invitation");
        assert_eq!(
            notice.data,
            json!({
                "meeting_id": world.meeting().id(), "meeting_code": "abc-defg-hij", "title": "Weekly",
                "starts_at": world.meeting().schedule().start(), "host_name": "Ann", "invitation_id": id,
            })
        );

        world.change(id, |invitation, now| invitation.answer(InvitationAnswer::Accepted, now));
        handler.handle(&world.last_event()).await.unwrap();
        let [notice] = world.notifier.take().try_into().unwrap();
        assert_eq!((notice.user_id, notice.kind), (user(HOST), "invitation-answered"));
        assert_eq!((&notice.data["who"], &notice.data["answer"]), (&json!("bob@example.com"), &json!("accepted")));

        world.invite(&["eve@example.com"]).await;
        handler.handle(&world.last_event()).await.unwrap();
        assert!(world.notifier.take().is_empty());
    }

    #[tokio::test]
    async fn changes_ends_and_starts_are_told() {
        let world = Invited::new();
        world.know(person(2, "bob", false));
        let handler = NotifyOfMeetings::new(&world.ports, world.notifier.clone());
        let [id] = world.invite(&["bob"]).await.try_into().unwrap();
        world.change(id, |invitation, now| invitation.answer(InvitationAnswer::Accepted, now));
        let told = async |message: OutboxMessage| {
            handler.handle(&message).await.unwrap();
            world.notifier.take().into_iter().map(|notice| (notice.user_id, notice.kind)).collect::<Vec<_>>()
        };
        let starts_at = world.meeting().schedule().start().unwrap();
        assert_eq!(told(world.reminder_due(Some(id), starts_at)).await, [(user(2), "meeting-reminder")]);
        assert_eq!(told(world.reminder_due(None, starts_at)).await, [], "the host's account is gone");
        world.change(id, |invitation, now| invitation.meeting_changed(9, now));
        assert_eq!(told(world.last_event()).await, [(user(2), "meeting-changed")]);
        world.change(id, |invitation, now| invitation.revoke(now));
        assert_eq!(told(world.last_event()).await, [(user(2), "meeting-cancelled")]);
    }

    #[tokio::test]
    async fn troubles_are_told_so_that_it_comes_again() {
        let world = Invited::new();
        world.know(person(2, "bob", false));
        let handler = NotifyOfMeetings::new(&world.ports, world.notifier.clone());
        world.invite(&["bob"]).await;
        let message = world.last_event();
        world.notifier.fail();
        assert_eq!(handler.handle(&message).await.unwrap_err().handler, NAME);
        let nonsense = OutboxMessage { payload: json!({}), ..message };
        assert!(handler.handle(&nonsense).await.is_err());
    }
}
