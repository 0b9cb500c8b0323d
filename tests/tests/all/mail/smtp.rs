//! What becomes of a mail, whatever the mail server does.

use std::{net::TcpListener, sync::Arc, time::Duration};

use application_shared::PortError;
use application_user::{MailError, Mailer};
use chrono::{DateTime, TimeDelta};
use domain_shared::FixedClock;
use infrastructure_mail::{SmtpLogin, SmtpMailer, SmtpOptions, SmtpSecurity};
use mail_parser::MessageParser;
use open_meeting_tests::{ReceivedMail, TestSmtp, wait_until};
use rstest::rstest;

use super::{mail, options, text};

/// How long a test waits for a server that says nothing.
const SHORT: Duration = Duration::from_millis(200);

fn mailer(options: SmtpOptions) -> SmtpMailer {
    super::mailer(options, Arc::new(FixedClock::at(DateTime::UNIX_EPOCH)))
}

/// What the caller is told when a mail may still arrive some day.
fn unavailable(outcome: Result<(), MailError>) -> String {
    match outcome {
        Err(MailError::Port(PortError::Unavailable(reason))) => reason.to_string(),
        other => panic!("not unavailable: {other:?}"),
    }
}

#[tokio::test]
async fn a_mail_arrives_whole() {
    let server = TestSmtp::start().await;
    mailer(options(&server)).send(&mail(7)).await.unwrap();
    let [received] = server.mails().try_into().unwrap();
    assert_eq!(
        (received.from.as_str(), received.to.as_slice()),
        ("meet@example.org", ["ann@example.com".to_owned()].as_slice())
    );
    let message = MessageParser::default().parse(&received.data).unwrap();
    assert_eq!(message.message_id(), Some("00000000-0000-0000-0000-000000000007@example.org"));
    assert_eq!(message.to().unwrap().first().unwrap().name(), Some("王小明"));
    assert_eq!(message.subject(), Some("Confirm your e-mail address"));
    let link = "https://meet.example.org/verify-email#token=the-token";
    assert!(text(&received).lines().any(|line| line == link), "{}", text(&received));
    let html = message.body_html(0).unwrap();
    assert!(html.contains(&format!("<a href=\"{link}\"")) && html.trim_end().ends_with("</html>"), "{html}");
    assert!(server.commands()[0].starts_with("EHLO meet.example.org"), "{:?}", server.commands());
}

#[tokio::test]
async fn an_address_that_the_server_refuses_for_good_is_refused() {
    let server = TestSmtp::start().await;
    let mailer = mailer(options(&server));
    for reply in ["550 5.1.1 <ann@example.com>: no such user", "550-no\r\n550 such user", "553 5.1.3 Bad address"] {
        server.answer("RCPT", reply);
        let refused = mailer.send(&mail(1)).await;
        assert!(matches!(&refused, Err(MailError::Refused(told)) if !told.contains("ann@")), "{refused:?}");
    }
    server.behave();
    mailer.send(&mail(2)).await.unwrap();
    assert_eq!(server.mails().len(), 1);
}

#[rstest]
#[case::greeting("GREETING", "554 5.3.2 Not now")]
#[case::hello("EHLO", "421 4.3.2 Closing")]
#[case::sender("MAIL", "451 4.7.1 Greylisted")]
#[case::sender_for_good("MAIL", "550 5.7.1 You may not send as meet@example.org")]
#[case::recipient("RCPT", "450 4.2.1 ann@example.com is busy")]
#[case::relaying("RCPT", "554 5.7.1 ann@example.com: relay access denied")]
#[case::data("DATA", "452 4.3.1 Disk full")]
#[case::end("END", "451 4.3.0 Try again")]
#[case::content("END", "554 5.7.1 Looks like spam")]
#[case::nonsense("RCPT", "hello")]
#[tokio::test]
async fn what_may_be_put_right_is_tried_again(#[case] step: &'static str, #[case] reply: &'static str) {
    let server = TestSmtp::start().await;
    server.answer(step, reply);
    let mailer = mailer(options(&server));
    let reason = unavailable(mailer.send(&mail(1)).await);
    assert!(!reason.contains("example"), "what a server says may hold addresses: {reason}");
    server.behave();
    mailer.send(&mail(1)).await.unwrap();
    assert_eq!(server.mails().len(), 1);
}

#[tokio::test]
async fn a_server_that_is_away_is_unavailable() {
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let server = TestSmtp::start().await;
    unavailable(mailer(SmtpOptions { port, ..options(&server) }).send(&mail(1)).await);
    let nowhere = SmtpOptions { host: "mail.invalid".to_owned(), ..options(&server) };
    unavailable(mailer(nowhere).send(&mail(1)).await);
}

#[rstest]
#[case("GREETING")]
#[case("EHLO")]
#[case("MAIL")]
#[case("RCPT")]
#[case("DATA")]
#[case("END")]
#[tokio::test]
async fn a_server_that_hangs_or_hangs_up_harms_one_mail_only(#[case] step: &'static str) {
    let server = TestSmtp::start().await;
    let impatient = mailer(SmtpOptions { timeout: SHORT, ..options(&server) });
    server.hang(step);
    assert_eq!(unavailable(impatient.send(&mail(1)).await), "the mail server took too long");
    server.hang_up(step);
    unavailable(mailer(options(&server)).send(&mail(2)).await);
    server.behave();
    mailer(options(&server)).send(&mail(3)).await.unwrap();
    assert_eq!(server.mails().len(), 1);
}

#[tokio::test]
async fn a_server_that_says_nothing_is_left_alone_for_a_minute() {
    let server = TestSmtp::start().await;
    let clock = Arc::new(FixedClock::at(DateTime::UNIX_EPOCH));
    let impatient = super::mailer(SmtpOptions { timeout: SHORT, ..options(&server) }, clock.clone());
    server.hang("GREETING");
    assert_eq!(unavailable(impatient.send(&mail(1)).await), "the mail server took too long");
    assert_eq!(unavailable(impatient.send(&mail(1)).await), "the mail server was away a moment ago");
    clock.advance(TimeDelta::seconds(60));
    assert_eq!(unavailable(impatient.send(&mail(1)).await), "the mail server took too long");
    wait_until("it was asked twice", async || server.connections() == 2).await;
}

#[tokio::test]
async fn no_mail_takes_the_answers_of_one_that_was_given_up() {
    let server = TestSmtp::start().await;
    let mailer = mailer(options(&server));
    mailer.send(&mail(1)).await.unwrap();
    server.hang("RCPT");
    let second = mail(2);
    let given_up = tokio::select! {
        outcome = mailer.send(&second) => panic!("{outcome:?}"),
        () = wait_until("the second recipient is told", async || {
            server.commands().iter().filter(|command| command.starts_with("RCPT")).count() == 2
        }) => true,
    };
    assert!(given_up);
    server.behave();
    mailer.send(&mail(3)).await.unwrap();
    let mails = server.mails();
    let last_digit = |mail: &ReceivedMail| {
        MessageParser::default().parse(&mail.data).unwrap().message_id().unwrap().chars().nth(35).unwrap()
    };
    assert_eq!(mails.iter().map(last_digit).collect::<String>(), "13");
    assert_eq!(server.connections(), 2, "the connection of the mail that was given up was closed");
}

#[tokio::test]
async fn a_connection_is_kept_for_the_next_mail_until_the_server_closes_it() {
    let server = TestSmtp::start().await;
    let mailer = mailer(options(&server));
    mailer.send(&mail(1)).await.unwrap();
    mailer.send(&mail(2)).await.unwrap();
    assert_eq!((server.mails().len(), server.connections()), (2, 1));
    server.hang_up("NOOP");
    mailer.send(&mail(3)).await.unwrap();
    assert_eq!((server.mails().len(), server.connections()), (3, 2));
}

#[tokio::test]
async fn the_name_and_the_password_are_given_once_and_a_wrong_one_can_be_put_right() {
    let server = TestSmtp::start().await;
    let login = SmtpLogin { username: "meet".to_owned(), password: "secret".into() };
    let options = SmtpOptions { login: Some(login), ..options(&server) };
    let mailer = mailer(options);
    assert!(!format!("{mailer:?}").contains("secret"));
    server.answer("AUTH", "535 5.7.8 Wrong");
    assert_eq!(unavailable(mailer.send(&mail(1)).await), "the mail server answered 535 5.7.8");
    server.behave();
    mailer.send(&mail(1)).await.unwrap();
    // \0meet\0secret
    assert_eq!(server.commands().iter().filter(|command| *command == "AUTH PLAIN AG1lZXQAc2VjcmV0").count(), 2);
}

#[rstest]
#[case(SmtpSecurity::StartTls)]
#[case(SmtpSecurity::Tls)]
#[tokio::test]
async fn what_is_to_be_encrypted_is_not_sent_in_the_clear(#[case] security: SmtpSecurity) {
    let server = TestSmtp::start().await;
    let login = Some(SmtpLogin { username: "meet".to_owned(), password: "secret".into() });
    let options = SmtpOptions { security, login, ..options(&server) };
    unavailable(mailer(options.clone()).send(&mail(1)).await);
    server.answer("EHLO", "250-test.example\r\n250-AUTH PLAIN\r\n250 STARTTLS");
    server.answer("OTHER", "220 Go on, I shall not encrypt");
    unavailable(mailer(options).send(&mail(1)).await);
    assert!(server.commands().iter().all(|command| !command.starts_with("AUTH") && !command.starts_with("MAIL")));
}
