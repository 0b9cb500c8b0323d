//! From the invitation over the outbox and the mail server to the answer, the reminder and the end.

use std::{sync::Arc, time::Duration};

use application_meeting::{
    AdvanceMeetings, AnswerInvitation, AnswerInvitationCommand, CancelMeeting, CancelMeetingCommand, FireReminders,
    InvitationPorts, InviteToMeeting, InviteToMeetingCommand, PlanReminders, SendMeetingMail, SkipOccurrence,
    SkipOccurrenceCommand, TellInvitees,
};
use application_notification::{NotificationPorts, Notify};
use application_shared::{EventHandler, Notifier, OutboxRelay, OutboxRelayOptions, PortError, PubSub, Subscription};
use application_user::{AccountPorts, SendAccountMail, VerifyEmail};
use async_trait::async_trait;
use chrono::TimeDelta;
use domain_meeting::{
    InvitationAnswer, MaxParticipants, Meeting, MeetingCode, MeetingRef, MeetingSettings, MeetingTitle, NewMeeting,
    Schedule, TimeZone,
};
use domain_shared::{Clock, Email, FixedClock, MeetingId, UserId};
use infrastructure_calendar::ICalendarWriter;
use infrastructure_postgres::{
    PgInvitationReader, PgInvitationRepository, PgMeetingRepository, PgNotificationReader, PgNotificationRepository,
    PgOutboxReader, PgPeople, PgPreferenceStore, PgReminderPlans,
};
use infrastructure_security::HmacInvitationTokens;
use mail_parser::{MessageParser, MimeHeaders};
use open_meeting_tests::{ReceivedMail, TestDatabase, TestSmtp, wait_until};
use secrecy::SecretString;
use tokio::sync::oneshot;
use uuid::Uuid;

use super::{
    super::contract::simultaneous_joins::meeting_ports,
    mailer, options,
    outbox::{EMAIL, ports, register, subjects, token},
};

const GUEST: &str = "eve@example.org";

fn invitation_ports(database: &TestDatabase, account: &AccountPorts) -> InvitationPorts {
    let (pool, secret) = (database.pool(), SecretString::from("a secret of more than 32 bytes, for tests"));
    InvitationPorts {
        meetings: Arc::new(PgMeetingRepository::new(pool.clone())),
        invitations: Arc::new(PgInvitationRepository::new(pool.clone())),
        reader: Arc::new(PgInvitationReader::new(pool.clone())),
        people: Arc::new(PgPeople::new(pool.clone())),
        tokens: Arc::new(HmacInvitationTokens::new(&secret, &[])),
        reminders: Arc::new(PgReminderPlans::new(pool)),
        clock: account.clock.clone(),
        ids: account.ids.clone(),
    }
}

/// Nobody looks at notifications here.
struct Silence;

#[async_trait]
impl PubSub for Silence {
    async fn publish(&self, _channel: &str, _payload: Vec<u8>) -> Result<(), PortError> {
        Ok(())
    }

    async fn subscribe(&self, _channel: &str) -> Result<Subscription, PortError> {
        Err(PortError::unavailable("not needed here"))
    }
}

fn notifier(database: &TestDatabase, account: &AccountPorts) -> Arc<dyn Notifier> {
    let pool = database.pool();
    Arc::new(Notify::new(&NotificationPorts {
        notifications: Arc::new(PgNotificationRepository::new(pool.clone())),
        reader: Arc::new(PgNotificationReader::new(pool.clone())),
        preferences: Arc::new(PgPreferenceStore::new(pool)),
        pub_sub: Arc::new(Silence),
        clock: account.clock.clone(),
        ids: account.ids.clone(),
    }))
}

/// What hands events to all who send mails or plan them.
fn relay(
    database: &TestDatabase,
    server: &TestSmtp,
    account: &AccountPorts,
    invitations: &InvitationPorts,
) -> OutboxRelay {
    let mailer = Arc::new(mailer(options(server), account.clock.clone()));
    let calendar = ICalendarWriter::new("https://meet.example.org", "meet@example.org").unwrap();
    let notifier = notifier(database, account);
    let handlers: Vec<Arc<dyn EventHandler>> = vec![
        Arc::new(SendAccountMail::new(account, mailer.clone())),
        Arc::new(SendMeetingMail::new(invitations, notifier, Arc::new(calendar), mailer)),
        Arc::new(PlanReminders::new(invitations)),
        Arc::new(TellInvitees::new(invitations)),
    ];
    let outbox = Arc::new(PgOutboxReader::with_poll_interval(database.pool(), Duration::from_millis(20)));
    OutboxRelay::new(outbox, handlers, account.clock.clone(), OutboxRelayOptions::default())
}

async fn meeting(ports: &InvitationPorts, host: UserId) -> Meeting {
    let now = ports.clock.now();
    let schedule = Schedule::parse(Some(now + TimeDelta::minutes(40)), None, now).unwrap();
    planned(ports, host, schedule).await
}

async fn planned(ports: &InvitationPorts, host: UserId, schedule: Schedule) -> Meeting {
    let now = ports.clock.now();
    let new = NewMeeting {
        id: MeetingId::from_uuid(Uuid::from_u128(1)),
        code: MeetingCode::parse("abcdefghij").unwrap(),
        title: MeetingTitle::parse("Weekly, 周会").unwrap(),
        description: None,
        creator_id: host,
        schedule,
        max_participants: MaxParticipants::parse(10).unwrap(),
        settings: MeetingSettings::default(),
        passcode_hash: None,
    };
    let mut meeting = Meeting::create(new, now);
    ports.meetings.insert(&mut meeting).await.unwrap();
    meeting
}

/// To whom mails went, and their subjects, in the order of their recipients.
fn told(mails: &[ReceivedMail]) -> Vec<(String, String)> {
    let mut told: Vec<_> = mails.iter().map(|mail| mail.to.join(",")).zip(subjects(mails)).collect();
    told.sort();
    told
}

fn to(recipient: &str, subject: &str) -> (String, String) {
    (recipient.to_owned(), subject.to_owned())
}

/// What a mail says to people.
fn text(mail: &ReceivedMail) -> String {
    let parsed = MessageParser::default().parse(&mail.data).unwrap();
    parsed.body_text(0).unwrap().into_owned()
}

/// The calendar file that a mail brings, its lines unfolded; with the method that its type tells.
fn calendar(mail: &ReceivedMail) -> (String, String) {
    let parsed = MessageParser::default().parse(&mail.data).unwrap();
    let part = parsed
        .parts
        .iter()
        .find(|part| part.content_type().is_some_and(|kind| kind.subtype() == Some("calendar")))
        .unwrap();
    let method = part.content_type().unwrap().attribute("method").unwrap().to_owned();
    (method, part.text_contents().unwrap().replace("\r\n ", ""))
}

#[tokio::test]
async fn whoever_is_invited_answers_by_the_mail_and_hears_of_the_meeting_until_it_is_called_off() {
    let (database, server) = (TestDatabase::new().await, TestSmtp::start().await);
    let clock = Arc::new(FixedClock::at("2026-11-20T12:00:00Z".parse().unwrap()));
    let shared: Arc<dyn Clock> = clock.clone();
    let account = ports(&database, &shared);
    let invitations = invitation_ports(&database, &account);
    let relay = relay(&database, &server, &account, &invitations);
    let (stop, stopped) = oneshot::channel::<()>();
    let running = tokio::spawn(async move {
        relay
            .run(async {
                // The test has come to its end.
                stopped.await.ok();
            })
            .await;
    });
    let arrived = async |count: usize| {
        wait_until("the mails have arrived", async || server.mails().len() >= count).await;
        server.mails()
    };

    register(&account).await;
    let mails = arrived(1).await;
    VerifyEmail::new(&account).execute(&token(&mails[0], "verify-email")).await.unwrap();
    let host = account.users.find_by_email(&Email::parse(EMAIL).unwrap()).await.unwrap().unwrap().id();
    let meeting = meeting(&invitations, host).await;
    let command =
        InviteToMeetingCommand { meeting: MeetingRef::Id(meeting.id()), by: host, invitees: vec![GUEST.to_owned()] };
    InviteToMeeting::new(&invitations).execute(command).await.unwrap();

    let mails = arrived(2).await;
    assert_eq!(told(&mails[1..]), [to(GUEST, "Invitation: Weekly, 周会")]);
    let (method, file) = calendar(&mails[1]);
    assert_eq!(method, "REQUEST");
    for line in ["METHOD:REQUEST", "DTSTART:20261120T124000Z", "SUMMARY:Weekly\\, 周会"] {
        assert!(file.lines().any(|one| one == line), "{line} in {file}");
    }
    assert!(file.contains(&format!("mailto:{GUEST}")) && !file.contains(EMAIL), "{file}");

    let token = token(&mails[1], "invitation");
    let token = token.strip_suffix("&answer=accept").unwrap();
    let command = AnswerInvitationCommand { token: token.into(), answer: InvitationAnswer::Accepted };
    AnswerInvitation::new(&invitations).execute(command).await.unwrap();
    let mails = arrived(3).await;
    assert_eq!(told(&mails[2..]), [to(EMAIL, "Accepted: Weekly, 周会")]);

    wait_until("it is known when to remind", async || {
        database.count("SELECT count(*) FROM meeting_reminders").await == 1
    })
    .await;
    let reminders = FireReminders::new(&invitations);
    assert_eq!(reminders.execute().await.unwrap(), 0, "it is too early");
    clock.advance(TimeDelta::minutes(31));
    assert_eq!(reminders.execute().await.unwrap(), 1);
    assert_eq!(reminders.execute().await.unwrap(), 0, "once is enough");
    let mails = arrived(5).await;
    assert_eq!(told(&mails[3..]), [to(EMAIL, "Starts soon: Weekly, 周会"), to(GUEST, "Starts soon: Weekly, 周会")]);

    let command = CancelMeetingCommand { meeting: MeetingRef::Id(meeting.id()), by: host };
    CancelMeeting::new(invitations.meetings.clone(), shared).execute(command).await.unwrap();
    let mails = arrived(6).await;
    assert_eq!(told(&mails[5..]), [to(GUEST, "Cancelled: Weekly, 周会")]);
    assert_eq!(calendar(&mails[5]).0, "CANCEL");

    wait_until("all is done", async || {
        database.count("SELECT count(*) FROM outbox WHERE delivered_at IS NULL").await == 0
    })
    .await;
    drop(stop);
    running.await.unwrap();
    assert_eq!(server.mails().len(), 6, "nobody is told twice");
}

#[tokio::test]
async fn a_weekly_meeting_is_told_by_the_clocks_of_its_place_and_goes_on_without_a_mail() {
    let (database, server) = (TestDatabase::new().await, TestSmtp::start().await);
    let clock = Arc::new(FixedClock::at("2027-10-18T06:00:00Z".parse().unwrap()));
    let shared: Arc<dyn Clock> = clock.clone();
    let account = ports(&database, &shared);
    let invitations = invitation_ports(&database, &account);
    let relay = relay(&database, &server, &account, &invitations);
    let (stop, stopped) = oneshot::channel::<()>();
    let running = tokio::spawn(async move {
        relay
            .run(async {
                // The test has come to its end.
                stopped.await.ok();
            })
            .await;
    });
    let arrived = async |count: usize| {
        wait_until("the mails have arrived", async || server.mails().len() >= count).await;
        server.mails()
    };
    let done = async || {
        wait_until("all is done", async || {
            database.count("SELECT count(*) FROM outbox WHERE delivered_at IS NULL").await == 0
        })
        .await;
    };
    let host = UserId::from_uuid(Uuid::from_u128(77));
    let start = "2027-10-25T07:00:00Z".parse().unwrap();
    let schedule = Schedule::parse(Some(start), Some(start + TimeDelta::minutes(30)), clock.now()).unwrap();
    let schedule = schedule.in_time_zone(TimeZone::parse("Europe/Berlin").ok());
    let weekly = planned(&invitations, host, schedule.recurring("FREQ=WEEKLY", clock.now()).unwrap()).await;
    let reference = MeetingRef::Id(weekly.id());
    let command = InviteToMeetingCommand { meeting: reference.clone(), by: host, invitees: vec![GUEST.to_owned()] };
    InviteToMeeting::new(&invitations).execute(command).await.unwrap();
    let mails = arrived(1).await;
    let (method, file) = calendar(&mails[0]);
    assert_eq!(method, "REQUEST");
    for line in
        ["DTSTART;TZID=Europe/Berlin:20271025T090000", "DTEND;TZID=Europe/Berlin:20271025T093000", "RRULE:FREQ=WEEKLY"]
    {
        assert!(file.lines().any(|one| one == line), "{line} in {file}");
    }
    assert!(text(&mails[0]).contains("9:00") && text(&mails[0]).contains("Europe/Berlin"), "{}", text(&mails[0]));
    let token = token(&mails[0], "invitation");
    let token = token.strip_suffix("&answer=accept").unwrap();
    let command = AnswerInvitationCommand { token: token.into(), answer: InvitationAnswer::Accepted };
    AnswerInvitation::new(&invitations).execute(command).await.unwrap();
    done().await;

    // The clocks go back between the first and the second time: each is reminded of, ten minutes before.
    let worker = AdvanceMeetings::new(&meeting_ports(database.pool(), clock.clone()));
    let reminders = FireReminders::new(&invitations);
    for (nth, remind, over) in
        [(1, "2027-10-25T06:50:00Z", "2027-10-25T07:30:00Z"), (2, "2027-11-01T07:50:00Z", "2027-11-01T08:30:00Z")]
    {
        clock.advance(remind.parse::<chrono::DateTime<chrono::Utc>>().unwrap() - clock.now() - TimeDelta::seconds(1));
        assert_eq!(reminders.execute().await.unwrap(), 0, "it is too early");
        clock.advance(TimeDelta::seconds(1));
        assert_eq!(reminders.execute().await.unwrap(), 1);
        let mails = arrived(1 + nth).await;
        assert_eq!(told(&mails[nth..]), [to(GUEST, "Starts soon: Weekly, 周会")]);
        assert!(text(&mails[nth]).contains("9:00"), "{}", text(&mails[nth]));
        clock.advance(over.parse::<chrono::DateTime<chrono::Utc>>().unwrap() - clock.now());
        assert_eq!(worker.execute().await.unwrap(), 1);
        done().await;
        assert_eq!(server.mails().len(), 1 + nth, "that it goes on is no news");
    }

    let start_time = "2027-11-08T08:00:00Z".parse().unwrap();
    let command = SkipOccurrenceCommand { meeting: reference, by: host, start_time };
    SkipOccurrence::new(invitations.meetings.clone(), shared).execute(command).await.unwrap();
    let mails = arrived(4).await;
    assert_eq!(told(&mails[3..]), [to(GUEST, "Changed: Weekly, 周会")]);
    let (method, file) = calendar(&mails[3]);
    assert_eq!(method, "REQUEST");
    for line in ["DTSTART;TZID=Europe/Berlin:20271025T090000", "EXDATE;TZID=Europe/Berlin:20271108T090000"] {
        assert!(file.lines().any(|one| one == line), "{line} in {file}");
    }
    done().await;
    let planned = "SELECT count(*) FROM meeting_reminders WHERE starts_at = '2027-11-15T08:00:00Z'";
    assert_eq!(database.count(planned).await, 1, "not of the one that was called off");
    drop(stop);
    running.await.unwrap();
    assert_eq!(server.mails().len(), 4, "nobody is told twice");
}
