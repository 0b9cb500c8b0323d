//! Mails, over SMTP to a mail server and from the outbox to whoever follows their links.

mod invitations;
mod outbox;
mod smtp;

use std::{sync::Arc, time::Duration};

use application_user::{AccountMail, AccountMailKind};
use chrono::TimeDelta;
use domain_shared::Clock;
use domain_user::Language;
use infrastructure_mail::{Composer, SmtpMailer, SmtpOptions, SmtpSecurity};
use mail_parser::MessageParser;
use open_meeting_tests::{ReceivedMail, TestSmtp};
use uuid::Uuid;

/// Far more than anything here takes.
const PATIENCE: Duration = Duration::from_secs(30);

fn options(server: &TestSmtp) -> SmtpOptions {
    SmtpOptions {
        host: "127.0.0.1".to_owned(),
        port: server.address().port(),
        security: SmtpSecurity::None,
        login: None,
        timeout: PATIENCE,
    }
}

fn mailer(options: SmtpOptions, clock: Arc<dyn Clock>) -> SmtpMailer {
    let composer = Composer::new("Open Meeting <meet@example.org>", "https://meet.example.org", clock).unwrap();
    SmtpMailer::new(composer, options).unwrap()
}

/// The mail that proves an address, to `ann@example.com`.
fn mail(n: u128) -> AccountMail {
    AccountMail {
        id: Uuid::from_u128(n),
        to: "ann@example.com".to_owned(),
        name: "王小明".to_owned(),
        language: Language::English,
        kind: AccountMailKind::VerifyEmail { token: "the-token".into(), valid_for: TimeDelta::days(3) },
    }
}

/// The text of a mail.
fn text(mail: &ReceivedMail) -> String {
    MessageParser::default().parse(&mail.data).unwrap().body_text(0).unwrap().into_owned()
}
