//! Tests of the account.

use chrono::TimeDelta;
use domain_shared::DomainEvent;
use uuid::Uuid;

use super::*;
use crate::{UnknownRole, UnknownStatus};

fn account(nickname: Option<&str>) -> RegisterAccount {
    RegisterAccount {
        id: UserId::from_uuid(Uuid::from_u128(1)),
        username: Username::parse("Alice").unwrap(),
        email: Email::parse("alice@example.com").unwrap(),
        password_hash: PasswordHash::parse("$hash").unwrap(),
        nickname: nickname.map(|name| Nickname::parse(name).unwrap()),
        language: Language::English,
    }
}

fn at(seconds: i64) -> DateTime<Utc> {
    DateTime::UNIX_EPOCH + TimeDelta::seconds(seconds)
}

#[test]
fn a_new_account_is_active_and_states_that_it_was_registered() {
    let user = User::register(account(Some("Alice S.")), at(5));
    assert_eq!((user.role(), user.status(at(5)), user.is_banned(at(5))), (UserRole::User, UserStatus::Active, false));
    assert_eq!((user.created_at(), user.version(), user.avatar_url()), (at(5), 0, None));
    assert_eq!(user.nickname().as_str(), "Alice S.");
    let [event] = user.pending_events() else { panic!("one event") };
    assert_eq!(
        (event.name(), event.aggregate_id(), event.occurred_at()),
        ("user.registered", Uuid::from_u128(1), at(5))
    );
    assert_eq!(*event, UserEvent::Registered { user_id: user.id(), username: "Alice".to_owned(), at: at(5) });
}

#[test]
fn who_gives_no_nickname_is_called_by_the_username() {
    assert_eq!(User::register(account(None), at(0)).nickname().as_str(), "Alice");
}

#[test]
fn a_rename_is_told_from_none() {
    let mut user = User::register(account(Some("Al")), at(0));
    assert!(!user.rename(Nickname::parse("Al").unwrap(), at(9)));
    assert_eq!(user.to_snapshot().updated_at, at(0));
    assert!(user.rename(Nickname::parse("Bob").unwrap(), at(9)));
    assert_eq!((user.nickname().as_str(), user.to_snapshot().updated_at), ("Bob", at(9)));
}

#[test]
fn a_stronger_hash_changes_nothing_else() {
    let mut user = User::register(account(None), at(0));
    let before = user.to_snapshot();
    let hash = PasswordHash::parse("$stronger").unwrap();
    user.strengthen_password_hash(hash.clone());
    assert_eq!(user.password_hash(), &hash);
    assert_eq!(user.to_snapshot(), UserSnapshot { password_hash: hash, ..before });
}

#[test]
fn storing_hands_the_events_over_and_counts_the_version() {
    let mut user = User::register(account(None), at(0));
    user.mark_stored(1);
    assert_eq!((user.version(), user.pending_events()), (1, [].as_slice()));
}

#[test]
fn a_snapshot_brings_the_same_account_back() {
    let snapshot = UserSnapshot {
        id: UserId::from_uuid(Uuid::from_u128(9)),
        username: "Bob".to_owned(),
        email: "bob@example.com".to_owned(),
        password_hash: PasswordHash::parse("$hash").unwrap(),
        nickname: "Bobby".to_owned(),
        avatar_url: Some("/media/1".to_owned()),
        language: Language::SimplifiedChinese,
        role: UserRole::Admin,
        email_verified_at: Some(at(2)),
        ban: Some(Ban { at: at(3), until: Some(at(9)), reason: "spam".to_owned() }),
        closing: Some(Closing { at: at(4), purge_at: at(90) }),
        deleted_at: None,
        created_at: at(1),
        updated_at: at(2),
        version: 4,
    };
    let user = User::from_snapshot(snapshot.clone()).unwrap();
    assert_eq!(user.to_snapshot(), snapshot);
    assert_eq!((user.is_banned(at(8)), user.avatar_url(), user.pending_events().len()), (true, Some("/media/1"), 0));
    assert_eq!((user.username().as_str(), user.email().as_str()), ("Bob", "bob@example.com"));
    for (broken, message) in [
        (UserSnapshot { username: "b".to_owned(), ..snapshot.clone() }, "username must have at least 3 characters"),
        (
            UserSnapshot { email: "b".to_owned(), ..snapshot.clone() },
            "email must be an e-mail address such as name@example.com",
        ),
        (UserSnapshot { nickname: String::new(), ..snapshot }, "nickname must not be empty"),
    ] {
        assert_eq!(User::from_snapshot(broken).map_err(|error| error.to_string()).err().as_deref(), Some(message));
    }
}

#[test]
fn roles_and_statuses_have_stable_names() {
    for role in [UserRole::User, UserRole::Admin] {
        assert_eq!(UserRole::parse(role.as_str()), Ok(role));
    }
    assert_eq!(UserRole::parse("Admin"), Err(UnknownRole));
    for status in [UserStatus::Active, UserStatus::Banned, UserStatus::Closing, UserStatus::Deleted] {
        assert_eq!(UserStatus::parse(status.as_str()), Ok(status));
    }
    assert_eq!(UserStatus::parse("Active"), Err(UnknownStatus));
}

fn stored(nickname: Option<&str>) -> User {
    let mut user = User::register(account(nickname), at(0));
    user.mark_stored(1);
    user
}

fn names(user: &User) -> Vec<&'static str> {
    user.pending_events().iter().map(DomainEvent::name).collect()
}

fn admin() -> UserId {
    UserId::from_uuid(Uuid::from_u128(99))
}

#[test]
fn an_address_is_proved_once() {
    let mut user = stored(None);
    assert!(user.request_email_verification(at(1)) && user.verify_email(at(2)));
    assert_eq!(user.email_verified_at(), Some(at(2)));
    assert!(!user.verify_email(at(3)) && !user.request_email_verification(at(3)));
    assert_eq!(names(&user), ["user.email-verification-requested", "user.email-verified"]);
}

#[test]
fn a_password_changed_by_mail_proves_the_address() {
    let hash = PasswordHash::parse("$other").unwrap();
    let mut user = stored(None);
    user.change_password(hash.clone(), PasswordChangeMeans::OldPassword, at(1));
    assert_eq!((user.password_hash(), user.email_verified_at()), (&hash, None));
    assert!(user.request_password_reset(at(2)));
    user.change_password(hash, PasswordChangeMeans::MailedLink, at(3));
    assert_eq!(user.email_verified_at(), Some(at(3)));
    assert_eq!(
        names(&user),
        ["user.password-changed", "user.password-reset-requested", "user.password-changed", "user.email-verified"]
    );
}

#[test]
fn a_ban_holds_until_its_end_or_until_it_is_taken_back() {
    let reason = BanReason::parse("spam").unwrap();
    let mut user = stored(None);
    assert_eq!(user.ban(&reason, Some(at(1)), admin(), at(1)), Err(BanError::EndsInThePast));
    user.ban(&reason, Some(at(10)), admin(), at(1)).unwrap();
    assert_eq!((user.status(at(9)), user.status(at(10))), (UserStatus::Banned, UserStatus::Active));
    assert!(!user.request_password_reset(at(9)));
    user.ban(&reason, None, admin(), at(11)).unwrap();
    assert!(user.is_banned(at(1_000_000)));
    assert!(user.unban(admin(), at(12)) && !user.unban(admin(), at(13)));
    assert_eq!(user.status(at(12)), UserStatus::Active);
    assert_eq!(names(&user), ["user.banned", "user.banned", "user.unbanned"]);
}

#[test]
fn administrators_lose_their_role_before_they_are_banned() {
    let reason = BanReason::parse("spam").unwrap();
    let mut user = stored(None);
    assert_eq!(user.change_role(UserRole::Admin, None, at(1)), Ok(true));
    assert_eq!(user.change_role(UserRole::Admin, None, at(1)), Ok(false));
    assert_eq!(user.ban(&reason, None, admin(), at(2)), Err(BanError::Administrator));
    assert_eq!(user.change_role(UserRole::User, Some(admin()), at(3)), Ok(true));
    user.ban(&reason, None, admin(), at(4)).unwrap();
    assert_eq!(user.change_role(UserRole::Admin, None, at(5)), Err(ChangeRoleError::NotActive));
    assert_eq!(names(&user), ["user.role-changed", "user.role-changed", "user.banned"]);
}

#[test]
fn a_closed_account_can_be_kept_until_its_time() {
    let mut user = stored(None);
    assert!(user.close(TimeDelta::seconds(100), at(1)) && !user.close(TimeDelta::seconds(100), at(2)));
    assert_eq!((user.status(at(2)), user.closing().unwrap().purge_at), (UserStatus::Closing, at(101)));
    assert!(!user.purge(at(100)));
    assert!(user.reopen(at(50)) && !user.reopen(at(51)));
    assert_eq!(user.status(at(51)), UserStatus::Active);
    assert!(!user.purge(at(1_000)), "it is kept");
}

#[test]
fn a_deleted_account_has_nothing_personal_left() {
    let mut user = stored(Some("Alice S."));
    user.show_avatar(Some("/a".to_owned()), at(1));
    user.verify_email(at(1));
    user.ban(&BanReason::parse("Alice was rude").unwrap(), None, admin(), at(1)).unwrap();
    user.close(TimeDelta::seconds(10), at(1));
    user.mark_stored(2);
    assert!(user.purge(at(11)) && !user.purge(at(12)));
    assert_eq!((user.status(at(11)), names(&user)), (UserStatus::Deleted, vec!["user.deleted"]));
    let left = format!("{:?}", user.to_snapshot());
    for personal in ["lice", "example.com", "$hash", "/a", "rude"] {
        assert!(!left.contains(personal), "{personal} in {left}");
    }
    User::from_snapshot(user.to_snapshot()).unwrap();
    assert_eq!(user.ban(&BanReason::parse("x").unwrap(), None, admin(), at(12)), Err(BanError::Deleted));
    assert!(!user.reopen(at(12)) && !user.request_password_reset(at(12)) && !user.verify_email(at(12)));
}

#[test]
fn language_and_picture_can_be_changed() {
    let mut user = stored(None);
    assert!(user.speak(Language::SimplifiedChinese, at(1)) && !user.speak(Language::SimplifiedChinese, at(2)));
    user.show_avatar(Some("/a".to_owned()), at(3));
    assert_eq!((user.language(), user.avatar_url()), (Language::SimplifiedChinese, Some("/a")));
}
