//! What every implementation of a port must do, shown on the real thing.

mod api_keys;
mod audit_log;
mod avatars;
mod bare_rooms;
mod chat_store;
mod files;
mod invitations;
mod media_engine;
mod meeting_reader;
mod meetings;
mod migrations;
mod notifications;
mod object_storage;
mod outbox;
mod participant_names;
mod pool;
mod query_plans;
mod recurring_meetings;
mod reminder_plans;
mod room_admissions;
mod sessions;
pub mod simultaneous_joins;
mod statistics;
mod user_reader;
mod users;
mod webhook_deliveries;
mod webhooks;

use chrono::{DateTime, TimeDelta, Utc};
use domain_meeting::{
    DisplayName, MaxParticipants, Meeting, MeetingCode, MeetingDescription, MeetingSettings, MeetingTitle, NewMeeting,
    Schedule,
};
use domain_shared::{MeetingId, SessionId, UserId};
use domain_user::{
    Device, Email, Language, Nickname, PasswordHash, RefreshTokenHash, RegisterAccount, Session, User, Username,
};
use open_meeting_tests::TestDatabase;
use uuid::Uuid;

/// Some seconds after a moment in 2026, in whole microseconds that are not whole milliseconds.
fn at(seconds: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(1_790_000_000 + seconds, 123_456_000).unwrap()
}

fn user_id(n: u128) -> UserId {
    UserId::from_uuid(Uuid::from_u128(n))
}

fn meeting_id(n: u128) -> MeetingId {
    MeetingId::from_uuid(Uuid::from_u128(n))
}

fn name(text: &str) -> DisplayName {
    DisplayName::parse(text).unwrap()
}

/// The code of meeting `n`: its number in letters.
fn code(n: u128) -> MeetingCode {
    let letters: String =
        (0..10).rev().map(|place| char::from(b'a' + u8::try_from(n / 26_u128.pow(place) % 26).unwrap())).collect();
    MeetingCode::parse(&letters).unwrap()
}

/// A new meeting of user 1 with ten places.
fn meeting(n: u128, created: DateTime<Utc>) -> Meeting {
    meeting_of(n, user_id(1), 10, created)
}

fn meeting_of(n: u128, creator_id: UserId, places: i64, created: DateTime<Utc>) -> Meeting {
    let new = NewMeeting {
        id: meeting_id(n),
        code: code(n),
        title: MeetingTitle::parse(&format!("Meeting {n} – \"wöchentlich\" 会议")).unwrap(),
        description: MeetingDescription::parse("First line\nand the second").unwrap(),
        creator_id,
        schedule: Schedule::parse(Some(created), Some(created + TimeDelta::hours(1)), created).unwrap(),
        max_participants: MaxParticipants::parse(places).unwrap(),
        settings: MeetingSettings::default(),
        passcode_hash: None,
    };
    Meeting::create(new, created)
}

fn user(n: u128, username: &str, email: &str) -> User {
    let account = RegisterAccount {
        id: user_id(n),
        username: Username::parse(username).unwrap(),
        email: Email::parse(email).unwrap(),
        password_hash: PasswordHash::parse("$argon2id$v=19$m=1,t=1,p=1$c2FsdA$aGFzaA").unwrap(),
        nickname: Some(Nickname::parse("Ädä 王").unwrap()),
        language: Language::English,
    };
    User::register(account, at(0))
}

fn token(n: u8) -> RefreshTokenHash {
    RefreshTokenHash::from_bytes([n; 32])
}

/// A new session of user 1 with token `n`.
fn session(n: u8) -> Session {
    let device = Device::new(Some("Firefox"), Some("2001:db8::1".parse().unwrap()));
    let id = SessionId::from_uuid(Uuid::from_u128(1_000 + u128::from(n)));
    Session::start(id, user_id(1), token(n), device, TimeDelta::days(30), at(0))
}

/// The names of the events in the outbox, in order.
async fn outbox(database: &TestDatabase) -> Vec<String> {
    database.query("SELECT name FROM outbox ORDER BY position").await.iter().map(|row| row.get(0)).collect()
}
