//! From the request over the outbox and the mail server to the link that is followed.

use std::{sync::Arc, time::Duration};

use application_shared::{OutboxRelay, OutboxRelayOptions};
use application_user::{
    AccountPorts, ConfirmPasswordReset, ConfirmPasswordResetCommand, ConfirmPasswordResetError, LogIn, LogInCommand,
    RegisterUser, RegisterUserCommand, RequestPasswordReset, SendAccountMail, VerifyEmail,
};
use chrono::TimeDelta;
use domain_shared::Clock;
use domain_user::Language;
use infrastructure_images::ImageAvatarRenderer;
use infrastructure_postgres::{
    PgAuditLog, PgAvatarStore, PgOutboxReader, PgSessionRepository, PgUserReader, PgUserRepository,
};
use infrastructure_security::{
    Argon2Limits, Argon2PasswordHasher, HmacAccountLinks, JwtAccessTokens, JwtKeys, OpaqueRefreshTokens,
};
use infrastructure_system::{SystemClock, UuidV7Generator};
use mail_parser::MessageParser;
use open_meeting_tests::{ReceivedMail, TestDatabase, TestSmtp, wait_until};
use secrecy::SecretString;
use tokio::sync::oneshot;

use super::{mailer, options, text};

pub(super) const EMAIL: &str = "ann@example.com";

pub(super) fn ports(database: &TestDatabase, clock: &Arc<dyn Clock>) -> AccountPorts {
    let (pool, secret) = (database.pool(), SecretString::from("a secret of more than 32 bytes, for tests"));
    let keys = Arc::new(JwtKeys::new(&secret, &[]).unwrap());
    AccountPorts {
        users: Arc::new(PgUserRepository::new(pool.clone())),
        sessions: Arc::new(PgSessionRepository::new(pool.clone())),
        user_reader: Arc::new(PgUserReader::new(pool.clone())),
        links: Arc::new(HmacAccountLinks::new(&secret, &[])),
        audit_log: Arc::new(PgAuditLog::new(pool.clone())),
        avatars: Arc::new(PgAvatarStore::new(pool)),
        avatar_renderer: Arc::new(ImageAvatarRenderer::default()),
        passwords: Arc::new(Argon2PasswordHasher::new(Argon2Limits::default()).unwrap()),
        access_tokens: Arc::new(JwtAccessTokens::new(keys, TimeDelta::minutes(15))),
        refresh_tokens: Arc::new(OpaqueRefreshTokens::new(&secret)),
        clock: clock.clone(),
        ids: Arc::new(UuidV7Generator::new(clock.clone())),
        session_lifetime: TimeDelta::days(30),
    }
}

/// Registers Ann, whose address is [`EMAIL`].
pub(super) async fn register(ports: &AccountPorts) {
    let command = RegisterUserCommand {
        username: "ann".to_owned(),
        email: EMAIL.to_owned(),
        password: "correct horse battery".into(),
        nickname: Some("Buy at evil.example".to_owned()),
        language: Language::English,
    };
    RegisterUser::new(ports).execute(command).await.unwrap();
}

pub(super) fn subjects(mails: &[ReceivedMail]) -> Vec<String> {
    mails.iter().map(|mail| MessageParser::default().parse(&mail.data).unwrap().subject().unwrap().to_owned()).collect()
}

/// The token in the link to `page`.
pub(super) fn token(mail: &ReceivedMail, page: &str) -> String {
    let text = text(mail);
    let link = format!("https://meet.example.org/{page}#token=");
    text.lines().find_map(|line| line.strip_prefix(&link)).unwrap_or_else(|| panic!("no link in {text}")).to_owned()
}

#[tokio::test]
async fn whoever_asks_for_another_password_gets_a_mail_whose_link_is_good_once() {
    let (database, server) = (TestDatabase::new().await, TestSmtp::start().await);
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let ports = ports(&database, &clock);
    // The mail server comes to its senses only later.
    server.answer("RCPT", "451 4.3.0 Not now");
    let handler = SendAccountMail::new(&ports, Arc::new(mailer(options(&server), clock.clone())));
    let outbox = Arc::new(PgOutboxReader::with_poll_interval(database.pool(), Duration::from_millis(20)));
    let mut relay_options = OutboxRelayOptions::default();
    relay_options.first_retry = TimeDelta::milliseconds(1);
    relay_options.longest_retry = TimeDelta::milliseconds(20);
    let relay = OutboxRelay::new(outbox, vec![Arc::new(handler)], clock, relay_options);
    let (stop, stopped) = oneshot::channel::<()>();
    let running = tokio::spawn(async move {
        relay
            .run(async {
                // The test has come to its end.
                stopped.await.ok();
            })
            .await;
    });

    register(&ports).await;
    RequestPasswordReset::new(&ports).execute(EMAIL).await.unwrap();
    wait_until("a mail was not taken, and tried again", async || {
        server.commands().iter().filter(|command| command.starts_with("RCPT")).count() >= 2
    })
    .await;
    server.behave();
    wait_until("both mails have arrived", async || server.mails().len() == 2).await;
    let mails = server.mails();
    assert_eq!(subjects(&mails), ["Confirm your e-mail address", "Choose another password"]);
    for mail in &mails {
        assert_eq!(mail.to, [EMAIL]);
        assert!(!String::from_utf8_lossy(&mail.data).contains("evil"), "the address is not proved yet");
    }

    VerifyEmail::new(&ports).execute(&token(&mails[0], "verify-email")).await.unwrap();
    let confirm = ConfirmPasswordReset::new(&ports);
    let command = || ConfirmPasswordResetCommand {
        token: token(&mails[1], "reset-password"),
        new_password: "another horse battery".into(),
    };
    confirm.execute(command()).await.unwrap();
    assert!(matches!(confirm.execute(command()).await, Err(ConfirmPasswordResetError::BadLink)));
    let login = LogInCommand {
        login: EMAIL.to_owned(),
        password: "another horse battery".into(),
        user_agent: None,
        address: None,
    };
    LogIn::new(&ports).execute(login).await.unwrap();

    wait_until("the owner is told", async || server.mails().len() == 3).await;
    assert_eq!(subjects(&server.mails())[2], "Your password was changed");
    drop(stop);
    running.await.unwrap();
    let left = database.count("SELECT count(*) FROM outbox WHERE delivered_at IS NULL").await;
    assert_eq!(left, 0);
}
