//! Sends the mails about meetings.

use std::sync::Arc;

use application_shared::{EventHandler, HandlerError, Notifier, OutboxMessage, PortError};
use async_trait::async_trait;
use chrono::{DateTime, TimeDelta, Utc};
use domain_meeting::{InvitationAnswer, InvitationStatusKind, MeetingStatusKind};
use domain_shared::Clock;

use super::{
    CalendarFile, InvitationPorts, InvitationTokens, MeetingMail, MeetingMailError, MeetingMailKind, MeetingMailer,
    calendar_entry,
    occasion::{EVENTS, News, Occasion, Occasions},
    upcoming::{mailed, next_start},
};
use crate::{CalendarAttendee, CalendarMethod, CalendarWriter};

const NAME: &str = "send-meeting-mail";
/// A mail that could not be sent for so long is given up: by then it would rather confuse.
const GIVE_UP_AFTER: TimeDelta = TimeDelta::days(3);

/// Sends a mail to whoever is invited, and to the host, when there is something to know. Links are made when the mail is
/// sent: no token stands in an event. A mail can come twice, with the same [`MeetingMail::id`].
pub struct SendMeetingMail {
    occasions: Occasions,
    tokens: Arc<dyn InvitationTokens>,
    notifier: Arc<dyn Notifier>,
    calendar: Arc<dyn CalendarWriter>,
    mailer: Arc<dyn MeetingMailer>,
    clock: Arc<dyn Clock>,
}

impl SendMeetingMail {
    /// Takes the ports.
    #[must_use]
    pub fn new(
        ports: &InvitationPorts,
        notifier: Arc<dyn Notifier>,
        calendar: Arc<dyn CalendarWriter>,
        mailer: Arc<dyn MeetingMailer>,
    ) -> Self {
        Self {
            occasions: Occasions::new(ports),
            tokens: Arc::clone(&ports.tokens),
            notifier,
            calendar,
            mailer,
            clock: Arc::clone(&ports.clock),
        }
    }

    async fn send(&self, message: &OutboxMessage) -> Result<(), PortError> {
        let now = self.clock.now();
        if now - message.occurred_at > GIVE_UP_AFTER {
            tracing::error!(event = %message.name, "a mail could not be sent for days and is given up");
            return Ok(());
        }
        let Some(occasion) = self.occasions.read(message, now).await? else { return Ok(()) };
        let Some(to) = occasion.address.clone() else { return Ok(()) };
        if let Some(user) = &occasion.user
            && !self.notifier.wants_mail(user.user_id, occasion.news.kind()).await?
        {
            return Ok(());
        }
        let Some(kind) = self.kind(&occasion) else {
            tracing::error!(event = %message.name, "the token of an invitation cannot be made again: no mail is sent");
            return Ok(());
        };
        let starts_at = match occasion.news {
            News::Reminder(starts_at) => Some(starts_at),
            // The next time of one that recurs; what is past, of one that does not, is told as it was planned.
            _ => next_start(&occasion.meeting, now).or_else(|| occasion.meeting.schedule().start()),
        };
        let mail = MeetingMail {
            id: message.id.as_uuid(),
            name: occasion.name.clone(),
            language: occasion.language.clone(),
            meeting: mailed(&occasion.meeting, &occasion.host_name, starts_at),
            kind,
            calendar: self.calendar_file(&occasion, &to, now),
            to,
        };
        match self.mailer.send_meeting_mail(&mail).await {
            Ok(()) => Ok(()),
            Err(MeetingMailError::Refused(_)) => {
                tracing::warn!(event = %message.name, "an address was refused by the mail server");
                Ok(())
            }
            Err(MeetingMailError::Port(error)) => Err(error),
        }
    }

    /// What the mail says; nothing when its link cannot be made.
    fn kind(&self, occasion: &Occasion) -> Option<MeetingMailKind> {
        let token = || {
            let invitation = occasion.invitation.as_ref()?;
            self.tokens.reissue(invitation.id(), invitation.token_hash())
        };
        let pending = |occasion: &Occasion| {
            occasion.invitation.as_ref().is_some_and(|i| i.status().kind() == InvitationStatusKind::Pending)
        };
        Some(match occasion.news {
            News::Invited => MeetingMailKind::Invitation { token: token()? },
            News::Changed => MeetingMailKind::Changed { token: if pending(occasion) { token() } else { None } },
            News::Cancelled => MeetingMailKind::Cancelled,
            News::Withdrawn => MeetingMailKind::Withdrawn,
            News::Reminder(_) => MeetingMailKind::Reminder,
            News::Answered(answer) => MeetingMailKind::Answered {
                who: occasion.invitee.clone(),
                accepted: answer == InvitationAnswer::Accepted,
            },
        })
    }

    /// What the reader's calendar is to know: of those who are invited, only the reader.
    fn calendar_file(&self, occasion: &Occasion, to: &str, now: DateTime<Utc>) -> Option<CalendarFile> {
        let series = occasion.meeting.schedule().series();
        let was_held = series.is_some_and(|series| !series.is_empty());
        let ended = occasion.meeting.status().kind() == MeetingStatusKind::Ended;
        let method = match occasion.news {
            News::Invited | News::Changed => CalendarMethod::Request,
            // Of a series only the rest was called off: what was held stays in calendars.
            News::Cancelled if ended && was_held => CalendarMethod::Request,
            News::Cancelled | News::Withdrawn => CalendarMethod::Cancel,
            News::Answered(_) | News::Reminder(_) => return None,
        };
        let status = occasion.invitation.as_ref().map(|invitation| invitation.status().kind());
        let accepted = (status == Some(InvitationStatusKind::Accepted)).then_some(true);
        let attendee = CalendarAttendee { name: occasion.name.clone(), email: to.to_owned(), accepted };
        let entry = calendar_entry(&occasion.meeting, &occasion.host_name, vec![attendee], now)?;
        Some(CalendarFile { method, text: self.calendar.write(method, &entry) })
    }
}

#[async_trait]
impl EventHandler for SendMeetingMail {
    fn name(&self) -> &'static str {
        NAME
    }

    fn handles(&self) -> &'static [&'static str] {
        EVENTS
    }

    async fn handle(&self, message: &OutboxMessage) -> Result<(), HandlerError> {
        self.send(message).await.map_err(|error| HandlerError { handler: NAME, source: error.into() })
    }
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret;
    use serde_json::json;

    use super::*;
    use crate::{
        invitations::test_support::{Invited, Mails, person},
        testing::{HOST, user},
    };

    fn handler(world: &Invited) -> (SendMeetingMail, Arc<Mails>) {
        let mails = Arc::new(Mails::default());
        (SendMeetingMail::new(&world.ports, world.notifier.clone(), mails.clone(), mails.clone()), mails)
    }

    #[tokio::test]
    async fn whoever_is_invited_gets_a_link_and_a_calendar_file() {
        let world = Invited::new();
        world.know(person(HOST, "ann", true));
        let [id] = world.invite(&["eve@example.com"]).await.try_into().unwrap();
        let (handler, mails) = handler(&world);
        let message = world.last_event();
        assert!(handler.handles().contains(&message.name.as_str()));
        handler.handle(&message).await.unwrap();
        let [mail] = mails.take().try_into().unwrap();
        assert_eq!((mail.id, mail.to.as_str(), mail.name.as_str()), (message.id.as_uuid(), "eve@example.com", ""));
        assert_eq!((mail.meeting.title.as_str(), mail.meeting.host_name.as_str()), ("Weekly", "Ann"));
        assert_eq!(mail.meeting.starts_at, world.meeting().schedule().start());
        assert_eq!(mail.language, "zh-CN", "the host's, since Eve's own is not known");
        let MeetingMailKind::Invitation { token } = &mail.kind else { panic!("{:?}", mail.kind) };
        assert_eq!(token.expose_secret(), world.token(id));
        let file = mail.calendar.unwrap();
        assert_eq!((file.method, file.text.as_str()), (CalendarMethod::Request, "Weekly for eve@example.com"));
        assert!(!format!("{:?}", mail.kind).contains(&world.token(id)));
    }

    #[tokio::test]
    async fn users_are_written_to_in_their_language_if_they_want_and_have_proved_their_address() {
        let world = Invited::new();
        world.know(person(HOST, "ann", true));
        world.know(person(2, "bob", true));
        world.know(person(3, "carol", false));
        let (handler, mails) = handler(&world);
        for (name, to) in [("bob", Some("bob@example.com")), ("carol", None)] {
            world.invite(&[name]).await;
            handler.handle(&world.last_event()).await.unwrap();
            let mails = mails.take();
            assert_eq!(mails.first().map(|mail| mail.to.as_str()), to, "{name}");
            assert!(mails.iter().all(|mail| mail.name == "Bob" && mail.language == "en"));
        }
        world.notifier.refuse_mail(user(2), "meeting-invitation");
        handler.handle(&world.event(0)).await.unwrap();
        assert!(mails.take().is_empty());
    }

    #[tokio::test]
    async fn what_happened_meanwhile_is_taken_into_account() {
        let world = Invited::new();
        let ids = world.invite(&["a@example.com", "b@example.com", "c@example.com"]).await;
        let (handler, mails) = handler(&world);
        world.change(ids[0], |invitation, now| invitation.revoke(now));
        world.change(ids[1], |invitation, now| invitation.answer(InvitationAnswer::Accepted, now));
        for nth in 0..2 {
            handler.handle(&world.event(nth)).await.unwrap();
            assert!(mails.take().is_empty(), "{nth}");
        }
        world.end();
        handler.handle(&world.event(2)).await.unwrap();
        assert!(mails.take().is_empty());
    }

    #[tokio::test]
    async fn changes_and_ends_are_told_with_a_calendar_file() {
        let world = Invited::new();
        let [pending, accepted] = world.invite(&["a@example.com", "b@example.com"]).await.try_into().unwrap();
        world.change(accepted, |invitation, now| invitation.answer(InvitationAnswer::Accepted, now));
        let (handler, mails) = handler(&world);
        for (id, answers) in [(pending, true), (accepted, false)] {
            world.change(id, |invitation, now| invitation.meeting_changed(9, now));
            handler.handle(&world.last_event()).await.unwrap();
            let [mail] = mails.take().try_into().unwrap();
            assert!(matches!(&mail.kind, MeetingMailKind::Changed { token } if token.is_some() == answers));
            assert_eq!(mail.calendar.unwrap().method, CalendarMethod::Request);
        }
        world.change(pending, |invitation, now| invitation.revoke(now));
        handler.handle(&world.last_event()).await.unwrap();
        let [mail] = mails.take().try_into().unwrap();
        assert!(matches!(mail.kind, MeetingMailKind::Withdrawn));
        assert_eq!(mail.calendar.unwrap().method, CalendarMethod::Cancel);
        world.change(accepted, |invitation, now| invitation.meeting_cancelled(10, now));
        handler.handle(&world.last_event()).await.unwrap();
        assert!(mails.take().is_empty(), "it takes place after all");
        world.cancel();
        handler.handle(&world.last_event()).await.unwrap();
        let [mail] = mails.take().try_into().unwrap();
        assert!(matches!(mail.kind, MeetingMailKind::Cancelled));
        assert_eq!(mail.calendar.unwrap().method, CalendarMethod::Cancel);
    }

    #[tokio::test]
    async fn the_host_is_told_of_answers_and_all_are_reminded() {
        let world = Invited::new();
        world.know(person(HOST, "ann", true));
        world.know(person(2, "bob", true));
        let [id, by_name] = world.invite(&["eve@example.com", "bob"]).await.try_into().unwrap();
        let (handler, mails) = handler(&world);
        for (id, who, given) in
            [(id, "eve@example.com", InvitationAnswer::Accepted), (by_name, "Bob", InvitationAnswer::Declined)]
        {
            world.change(id, |invitation, now| invitation.answer(given, now));
            handler.handle(&world.last_event()).await.unwrap();
            let [mail] = mails.take().try_into().unwrap();
            assert_eq!((mail.to.as_str(), mail.name.as_str()), ("ann@example.com", "Ann"));
            let MeetingMailKind::Answered { who: told, accepted } = mail.kind else { panic!("{:?}", mail.kind) };
            assert_eq!((told.as_str(), accepted), (who, given == InvitationAnswer::Accepted));
            assert_eq!(mail.calendar, None);
        }
        let starts_at = world.meeting().schedule().start().unwrap();
        for (invitation, to) in
            [(None, Some("ann@example.com")), (Some(id), Some("eve@example.com")), (Some(by_name), None)]
        {
            let due = world.reminder_due(invitation, starts_at);
            handler.handle(&due).await.unwrap();
            let mails = mails.take();
            assert_eq!(mails.first().map(|mail| mail.to.as_str()), to);
            assert!(mails.iter().all(|mail| matches!(mail.kind, MeetingMailKind::Reminder)));
            assert!(mails.iter().all(|mail| mail.meeting.starts_at == Some(starts_at)));
        }
        world.clock.advance(TimeDelta::days(1));
        handler.handle(&world.reminder_due(None, starts_at)).await.unwrap();
        assert!(mails.take().is_empty(), "it has started");
    }

    #[tokio::test]
    async fn a_meeting_without_a_time_has_no_calendar_file() {
        let world = Invited::without_time();
        world.invite(&["a@example.com"]).await;
        let (handler, mails) = handler(&world);
        handler.handle(&world.last_event()).await.unwrap();
        let [mail] = mails.take().try_into().unwrap();
        assert_eq!((mail.calendar, mail.meeting.starts_at), (None, None));
        assert_eq!((mail.language.as_str(), mail.meeting.host_name.as_str()), ("en", ""), "the host is gone");
    }

    #[tokio::test]
    async fn a_mail_that_cannot_be_sent_now_comes_again_and_others_do_not() {
        let world = Invited::new();
        world.invite(&["a@example.com"]).await;
        let (handler, mails) = handler(&world);
        let message = world.last_event();
        mails.answer_once(PortError::unavailable("away").into());
        assert_eq!(handler.handle(&message).await.unwrap_err().handler, NAME);
        mails.answer_once(MeetingMailError::Refused("no such mailbox".to_owned()));
        handler.handle(&message).await.unwrap();
        assert!(mails.take().is_empty());
        world.tokens.forget();
        handler.handle(&message).await.unwrap();
        assert!(mails.take().is_empty(), "a mail without its links is none");
        for payload in [json!(null), json!({"event": "meeting.unheard-of"})] {
            assert!(handler.handle(&OutboxMessage { payload, ..message.clone() }).await.is_err());
        }
        world.clock.advance(GIVE_UP_AFTER + TimeDelta::seconds(1));
        mails.answer_once(PortError::unavailable("away").into());
        handler.handle(&message).await.unwrap();
        world.fail();
        let young = OutboxMessage { occurred_at: world.ports.clock.now(), ..message };
        assert!(handler.handle(&young).await.is_err());
    }
}
