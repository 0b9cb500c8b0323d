//! Sends the mails about accounts.

use std::sync::Arc;

use application_shared::{EventHandler, HandlerError, OutboxMessage, PortError};
use async_trait::async_trait;
use chrono::{DateTime, TimeDelta, Utc};
use domain_shared::{Clock, SessionId, UserId};
use domain_user::{SessionEndReason, SessionEvent, User, UserEvent, UserStatus};
use serde::de::DeserializeOwned;

use crate::{
    AccountLinks, AccountMail, AccountMailKind, AccountPorts, LinkPurpose, MailError, Mailer, SessionRepository,
    UserRepository,
};

const NAME: &str = "send-account-mail";
/// A mail that could not be sent for so long is given up: by then it would rather confuse. Links can be asked for anew.
const GIVE_UP_AFTER: TimeDelta = TimeDelta::days(3);

/// Sends a mail to the owner of an account when there is something to confirm or to know. Links are made when the mail is
/// sent, so that a mail that had to wait has a good one. A mail can come twice, with the same [`AccountMail::id`].
pub struct SendAccountMail {
    users: Arc<dyn UserRepository>,
    sessions: Arc<dyn SessionRepository>,
    links: Arc<dyn AccountLinks>,
    clock: Arc<dyn Clock>,
    mailer: Arc<dyn Mailer>,
}

/// What an event asks for.
enum Occasion {
    VerifyEmail,
    ResetPassword,
    PasswordChanged(DateTime<Utc>),
    Closing,
    TokenReused(SessionId, DateTime<Utc>),
}

impl SendAccountMail {
    /// Takes the ports.
    #[must_use]
    pub fn new(ports: &AccountPorts, mailer: Arc<dyn Mailer>) -> Self {
        Self {
            users: Arc::clone(&ports.users),
            sessions: Arc::clone(&ports.sessions),
            links: Arc::clone(&ports.links),
            clock: Arc::clone(&ports.clock),
            mailer,
        }
    }

    async fn send(&self, message: &OutboxMessage) -> Result<(), PortError> {
        let Some((user_id, occasion)) = occasion_of(message)? else { return Ok(()) };
        let now = self.clock.now();
        if now - message.occurred_at > GIVE_UP_AFTER {
            tracing::error!(%user_id, event = %message.name, "a mail could not be sent for days and is given up");
            return Ok(());
        }
        let Some(user) = self.users.find(user_id).await? else { return Ok(()) };
        let Some(kind) = self.kind(&user, &occasion, now).await? else { return Ok(()) };
        // Whoever opens an account may have given somebody else's address: a stranger is not sent words of their choice.
        let proved = user.email_verified_at().is_some();
        let mail = AccountMail {
            id: message.id.as_uuid(),
            to: user.email().as_str().to_owned(),
            name: if proved { user.nickname().as_str().to_owned() } else { String::new() },
            language: user.language(),
            kind,
        };
        match self.mailer.send(&mail).await {
            Ok(()) => Ok(()),
            Err(MailError::Refused(_)) => {
                tracing::warn!(%user_id, "the address of an account was refused by the mail server");
                Ok(())
            }
            Err(MailError::Port(error)) => Err(error),
        }
    }

    /// What there is to say to the account as it is now; `None` when that has become nothing.
    async fn kind(
        &self,
        user: &User,
        occasion: &Occasion,
        now: DateTime<Utc>,
    ) -> Result<Option<AccountMailKind>, PortError> {
        let status = user.status(now);
        if status == UserStatus::Deleted {
            return Ok(None);
        }
        let token = |purpose: LinkPurpose| self.links.issue(purpose, user, now + purpose.lifetime());
        Ok(match *occasion {
            Occasion::VerifyEmail if user.email_verified_at().is_some() => None,
            Occasion::VerifyEmail => Some(AccountMailKind::VerifyEmail {
                token: token(LinkPurpose::VerifyEmail),
                valid_for: LinkPurpose::VerifyEmail.lifetime(),
            }),
            // The link would not be good.
            Occasion::ResetPassword if status == UserStatus::Banned => None,
            Occasion::ResetPassword => Some(AccountMailKind::ResetPassword {
                token: token(LinkPurpose::ResetPassword),
                valid_for: LinkPurpose::ResetPassword.lifetime(),
            }),
            Occasion::PasswordChanged(at) => Some(AccountMailKind::PasswordChanged { at }),
            // Nothing to tell when the account is kept after all.
            Occasion::Closing => {
                user.closing().map(|closing| AccountMailKind::AccountClosing { purge_at: closing.purge_at })
            }
            Occasion::TokenReused(session_id, at) => {
                let session = self.sessions.find(session_id).await?;
                let device = session.as_ref().map(domain_user::Session::device);
                Some(AccountMailKind::TokenReused {
                    at,
                    user_agent: device.and_then(|device| device.user_agent()).map(ToOwned::to_owned),
                    address: device.and_then(domain_user::Device::address),
                })
            }
        })
    }
}

#[async_trait]
impl EventHandler for SendAccountMail {
    fn name(&self) -> &'static str {
        NAME
    }

    fn handles(&self) -> &'static [&'static str] {
        &[
            "user.registered",
            "user.email-verification-requested",
            "user.password-reset-requested",
            "user.password-changed",
            "user.closing",
            "session.ended",
        ]
    }

    async fn handle(&self, message: &OutboxMessage) -> Result<(), HandlerError> {
        self.send(message).await.map_err(|error| HandlerError { handler: NAME, source: error.into() })
    }
}

/// Whom an event concerns and what it asks for; `None` when for nothing.
fn occasion_of(message: &OutboxMessage) -> Result<Option<(UserId, Occasion)>, PortError> {
    if message.name.starts_with("session.") {
        return Ok(match read(message)? {
            SessionEvent::Ended { session_id, user_id, reason: SessionEndReason::TokenReused, at } => {
                Some((user_id, Occasion::TokenReused(session_id, at)))
            }
            _ => None,
        });
    }
    Ok(match read(message)? {
        UserEvent::Registered { user_id, .. } | UserEvent::EmailVerificationRequested { user_id, .. } => {
            Some((user_id, Occasion::VerifyEmail))
        }
        UserEvent::PasswordResetRequested { user_id, .. } => Some((user_id, Occasion::ResetPassword)),
        UserEvent::PasswordChanged { user_id, at, .. } => Some((user_id, Occasion::PasswordChanged(at))),
        UserEvent::Closing { user_id, .. } => Some((user_id, Occasion::Closing)),
        _ => None,
    })
}

fn read<E: DeserializeOwned>(message: &OutboxMessage) -> Result<E, PortError> {
    serde_json::from_value(message.payload.clone()).map_err(|error| PortError::corrupt("event", error))
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use domain_shared::{DomainEvent, EventId};
    use domain_user::{Language, PasswordChangeMeans};
    use secrecy::ExposeSecret;
    use serde_json::json;
    use uuid::Uuid;

    use super::*;
    use crate::test_support::World;

    /// Keeps what it is given, or answers as it was told to.
    #[derive(Default)]
    struct RecordingMailer {
        sent: Mutex<Vec<AccountMail>>,
        answer: Mutex<Option<MailError>>,
    }

    #[async_trait]
    impl Mailer for RecordingMailer {
        async fn send(&self, mail: &AccountMail) -> Result<(), MailError> {
            if let Some(error) = self.answer.lock().unwrap().take() {
                return Err(error);
            }
            self.sent.lock().unwrap().push(mail.clone());
            Ok(())
        }
    }

    impl RecordingMailer {
        fn take(&self) -> Vec<AccountMail> {
            std::mem::take(&mut *self.sent.lock().unwrap())
        }

        fn answer_once(&self, error: MailError) {
            *self.answer.lock().unwrap() = Some(error);
        }
    }

    fn handler(world: &World) -> (SendAccountMail, Arc<RecordingMailer>) {
        let mailer = Arc::new(RecordingMailer::default());
        (SendAccountMail::new(&world.ports, mailer.clone()), mailer)
    }

    fn message(event: &(impl DomainEvent + serde::Serialize)) -> OutboxMessage {
        OutboxMessage {
            id: EventId::from_uuid(Uuid::from_u128(7)),
            name: event.name().to_owned(),
            aggregate_id: event.aggregate_id(),
            payload: serde_json::to_value(event).unwrap(),
            occurred_at: event.occurred_at(),
            attempts: 0,
            handled_by: Vec::new(),
        }
    }

    fn reset_requested(world: &World, user_id: UserId) -> OutboxMessage {
        message(&UserEvent::PasswordResetRequested { user_id, at: world.clock.now() })
    }

    fn session_ended(world: &World, user_id: UserId, reason: SessionEndReason) -> OutboxMessage {
        let session_id = world.sessions.only().id;
        message(&SessionEvent::Ended { session_id, user_id, reason, at: world.clock.now() })
    }

    #[tokio::test]
    async fn a_new_address_gets_a_link_that_proves_it() {
        let (world, id) = World::with_alice().await;
        world.edit_user(id, |row| row.language = Language::SimplifiedChinese);
        let (handler, mailer) = handler(&world);
        let at = world.clock.now();
        // It waited for an hour: the link is good for its whole time nevertheless.
        world.clock.advance(TimeDelta::hours(1));
        for event in [
            UserEvent::Registered { user_id: id, username: "Alice".to_owned(), at },
            UserEvent::EmailVerificationRequested { user_id: id, at },
        ] {
            let message = message(&event);
            assert!(handler.handles().contains(&message.name.as_str()));
            handler.handle(&message).await.unwrap();
            let [mail] = mailer.take().try_into().unwrap();
            assert_eq!((mail.id, mail.to.as_str()), (Uuid::from_u128(7), "alice@example.com"));
            assert_eq!((mail.name.as_str(), mail.language), ("", Language::SimplifiedChinese), "nothing they chose");
            let AccountMailKind::VerifyEmail { token, valid_for } = mail.kind else { panic!("{:?}", mail.kind) };
            assert_eq!(valid_for, LinkPurpose::VerifyEmail.lifetime());
            let last_moment = world.clock.now() + valid_for - TimeDelta::seconds(1);
            let links = &world.ports.links;
            assert!(links.verify(LinkPurpose::VerifyEmail, token.expose_secret(), &world.user(id), last_moment));
        }
        world.edit_user(id, |row| row.email_verified_at = Some(at));
        handler.handle(&message(&UserEvent::EmailVerificationRequested { user_id: id, at })).await.unwrap();
        assert!(mailer.take().is_empty(), "there is nothing left to prove");
    }

    #[tokio::test]
    async fn whoever_may_choose_another_password_gets_a_link() {
        let (world, id) = World::with_alice().await;
        world.edit_user(id, |row| row.email_verified_at = Some(DateTime::UNIX_EPOCH));
        let (handler, mailer) = handler(&world);
        handler.handle(&reset_requested(&world, id)).await.unwrap();
        let [mail] = mailer.take().try_into().unwrap();
        assert_eq!(mail.name, world.user(id).nickname().as_str());
        let AccountMailKind::ResetPassword { token, .. } = mail.kind else { panic!("{:?}", mail.kind) };
        let (links, now) = (&world.ports.links, world.clock.now());
        assert!(links.verify(LinkPurpose::ResetPassword, token.expose_secret(), &world.user(id), now));
        world.ban(id);
        handler.handle(&reset_requested(&world, id)).await.unwrap();
        assert!(mailer.take().is_empty());
    }

    #[tokio::test]
    async fn what_happened_to_an_account_is_told() {
        let (world, id) = World::with_alice().await;
        world.sign_in().await;
        let (handler, mailer) = handler(&world);
        let at = world.clock.now();
        let changed = UserEvent::PasswordChanged { user_id: id, means: PasswordChangeMeans::OldPassword, at };
        handler.handle(&message(&changed)).await.unwrap();
        let [mail] = mailer.take().try_into().unwrap();
        assert!(matches!(mail.kind, AccountMailKind::PasswordChanged { at: told } if told == at));

        for reason in SessionEndReason::ALL {
            handler.handle(&session_ended(&world, id, reason)).await.unwrap();
            let sent = mailer.take();
            assert_eq!(sent.len(), usize::from(reason == SessionEndReason::TokenReused), "{reason:?}");
            for mail in sent {
                let AccountMailKind::TokenReused { at: told, user_agent, address } = mail.kind else { panic!() };
                assert_eq!((told, user_agent.as_deref()), (at, Some("Firefox")));
                assert_eq!(address, Some([127, 0, 0, 1].into()));
            }
        }
        let reused = session_ended(&world, id, SessionEndReason::TokenReused);
        world.ports.sessions.delete_of(id).await.unwrap();
        handler.handle(&reused).await.unwrap();
        let [mail] = mailer.take().try_into().unwrap();
        assert!(matches!(mail.kind, AccountMailKind::TokenReused { user_agent: None, address: None, .. }));
    }

    #[tokio::test]
    async fn only_an_account_that_still_closes_is_told_so() {
        let (world, id) = World::with_alice().await;
        let (handler, mailer) = handler(&world);
        let (at, purge_at) = (world.clock.now(), world.clock.now() + TimeDelta::days(14));
        let closing = message(&UserEvent::Closing { user_id: id, purge_at, at });
        handler.handle(&closing).await.unwrap();
        assert!(mailer.take().is_empty(), "it was kept meanwhile");
        world.edit_user(id, |row| row.closing = Some(domain_user::Closing { at, purge_at }));
        handler.handle(&closing).await.unwrap();
        let [mail] = mailer.take().try_into().unwrap();
        assert!(matches!(mail.kind, AccountMailKind::AccountClosing { purge_at: told } if told == purge_at));
    }

    #[tokio::test]
    async fn nobody_is_written_to_who_is_gone() {
        let (world, id) = World::with_alice().await;
        let (handler, mailer) = handler(&world);
        let message = reset_requested(&world, id);
        world.edit_user(id, |row| row.deleted_at = Some(DateTime::UNIX_EPOCH));
        handler.handle(&message).await.unwrap();
        handler.handle(&reset_requested(&world, UserId::from_uuid(Uuid::nil()))).await.unwrap();
        assert!(mailer.take().is_empty());
    }

    #[tokio::test]
    async fn a_mail_that_cannot_be_sent_now_comes_again_and_a_refused_one_does_not() {
        let (world, id) = World::with_alice().await;
        let (handler, mailer) = handler(&world);
        let message = reset_requested(&world, id);
        mailer.answer_once(PortError::unavailable("away").into());
        let error = handler.handle(&message).await.unwrap_err();
        assert_eq!(error.handler, NAME);
        mailer.answer_once(MailError::Refused("no such mailbox".to_owned()));
        handler.handle(&message).await.unwrap();
        assert!(mailer.take().is_empty());
        handler.handle(&message).await.unwrap();
        assert_eq!(mailer.take().len(), 1);
        world.clock.advance(GIVE_UP_AFTER);
        handler.handle(&message).await.unwrap();
        assert_eq!(mailer.take().len(), 1);
        world.clock.advance(TimeDelta::seconds(1));
        mailer.answer_once(PortError::unavailable("away").into());
        handler.handle(&message).await.unwrap();
        assert!(mailer.take().is_empty(), "given up");
    }

    #[tokio::test]
    async fn troubles_of_the_store_and_events_that_make_no_sense_are_errors() {
        let (world, id) = World::with_alice().await;
        let (handler, _) = handler(&world);
        let good = reset_requested(&world, id);
        for payload in [json!(null), json!({"event": "user.unheard-of"}), json!({"event": "user.closing"})] {
            assert!(handler.handle(&OutboxMessage { payload, ..good.clone() }).await.is_err());
        }
        world.users.troubles.away.store(true, std::sync::atomic::Ordering::SeqCst);
        assert!(handler.handle(&good).await.is_err());
    }
}
