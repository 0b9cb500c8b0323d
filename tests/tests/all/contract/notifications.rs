//! The contracts of `NotificationRepository`, `NotificationReader` and `PreferenceStore`.

use application_notification::{
    NotificationCursor, NotificationFilter, NotificationReader, NotificationRepository, NotificationView,
    PreferenceStore,
};
use application_shared::PortError;
use domain_notification::{
    Channels, InvitationAnswer, MeetingFacts, Notification, NotificationContent, NotificationKind,
    NotificationPreferences,
};
use domain_shared::{NotificationId, PageLimit};
use futures::future::join_all;
use infrastructure_postgres::{PgNotificationReader, PgNotificationRepository, PgPreferenceStore};
use open_meeting_tests::TestDatabase;
use uuid::Uuid;

use super::{at, meeting_id, user_id};

fn id(n: u128) -> NotificationId {
    NotificationId::from_uuid(Uuid::from_u128(n))
}

fn meeting() -> MeetingFacts {
    MeetingFacts {
        meeting_id: meeting_id(1),
        meeting_code: "abc-defg-hij".to_owned(),
        title: "Weekly – \"wöchentlich\" 会议".to_owned(),
        starts_at: Some(at(600)),
    }
}

/// A reminder for `user`, made at `seconds`; each of an event of its own.
fn reminder(n: u128, user: u128, seconds: i64) -> Notification {
    let content = NotificationContent::MeetingReminder { meeting: meeting() };
    Notification::new(id(n), user_id(user), Uuid::from_u128(1_000 + n), content, at(seconds))
}

async fn stores() -> (TestDatabase, PgNotificationRepository, PgNotificationReader) {
    let database = TestDatabase::new().await;
    let pool = database.pool();
    (database, PgNotificationRepository::new(pool.clone()), PgNotificationReader::new(pool))
}

fn ids(views: &[NotificationView]) -> Vec<u128> {
    views.iter().map(|view| view.id.as_uuid().as_u128()).collect()
}

#[tokio::test]
async fn every_kind_comes_back_as_it_was_stored() {
    let (_database, notifications, reader) = stores().await;
    let (host_name, who) = ("Ann 王".to_owned(), "bob@example.com".to_owned());
    let (invitation_id, answer) = (Uuid::from_u128(5), InvitationAnswer::Declined);
    let contents = [
        NotificationContent::MeetingInvitation { meeting: meeting(), host_name, invitation_id },
        NotificationContent::MeetingReminder { meeting: MeetingFacts { starts_at: None, ..meeting() } },
        NotificationContent::MeetingCancelled { meeting: meeting() },
        NotificationContent::MeetingChanged { meeting: meeting() },
        NotificationContent::InvitationAnswered { meeting: meeting(), invitation_id, who, answer },
    ];
    for (n, content) in (1..).zip(contents) {
        let notification = Notification::new(id(n), user_id(1), Uuid::from_u128(n), content, at(0));
        assert!(notifications.insert(&notification).await.unwrap());
        assert_eq!(notifications.find(id(n)).await.unwrap(), Some(notification.clone()));
        let page =
            reader.list(user_id(1), NotificationFilter::default(), None, PageLimit::parse(1).unwrap()).await.unwrap();
        assert_eq!(page.items, [NotificationView::from(&notification)]);
    }
    assert_eq!(notifications.find(id(99)).await.unwrap(), None);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_user_is_told_of_an_event_once_also_when_it_is_told_twice_at_once() {
    let (_database, notifications, reader) = stores().await;
    let told = join_all((1..=8).map(|n| {
        let notifications = notifications.clone();
        let content = NotificationContent::MeetingReminder { meeting: meeting() };
        let notification = Notification::new(id(n), user_id(1), Uuid::from_u128(7), content, at(0));
        tokio::spawn(async move { notifications.insert(&notification).await.unwrap() })
    }))
    .await;
    assert_eq!(told.into_iter().filter(|told| *told.as_ref().unwrap()).count(), 1);
    assert_eq!(reader.unread(user_id(1)).await.unwrap(), 1);
    let content = NotificationContent::MeetingReminder { meeting: meeting() };
    let other = Notification::new(id(20), user_id(2), Uuid::from_u128(7), content, at(0));
    assert!(notifications.insert(&other).await.unwrap(), "another user is another");
}

#[tokio::test]
async fn lists_are_paged_newest_first_and_can_show_what_was_not_read() {
    let (_database, notifications, reader) = stores().await;
    for (n, seconds) in [(1, 1), (2, 2), (3, 2), (4, 3), (5, 4)] {
        notifications.insert(&reminder(n, 1, seconds)).await.unwrap();
    }
    notifications.insert(&reminder(6, 2, 9)).await.unwrap();
    let mut fourth = notifications.find(id(4)).await.unwrap().unwrap();
    assert!(fourth.mark_read(at(10)));
    notifications.update(&fourth).await.unwrap();
    assert_eq!(notifications.find(id(4)).await.unwrap(), Some(fourth.clone()));

    let all = |after, limit| reader.list(user_id(1), NotificationFilter::default(), after, limit);
    let two = PageLimit::parse(2).unwrap();
    let first = all(None, two).await.unwrap();
    assert_eq!(ids(&first.items), [5, 4]);
    assert_eq!(first.next, Some(NotificationCursor { created_at: at(3), id: id(4) }));
    let second = all(first.next, two).await.unwrap();
    assert_eq!(ids(&second.items), [3, 2]);
    let last = all(second.next, two).await.unwrap();
    assert_eq!((ids(&last.items), last.next), (vec![1], None));
    let unread = NotificationFilter { unread_only: true };
    let page = reader.list(user_id(1), unread, None, PageLimit::DEFAULT).await.unwrap();
    assert_eq!((ids(&page.items), page.next), (vec![5, 3, 2, 1], None));
    assert_eq!(reader.unread(user_id(1)).await.unwrap(), 4);

    assert_eq!(notifications.mark_all_read(user_id(1), at(3)).await.unwrap(), 3, "the fifth was made later");
    assert_eq!(reader.unread(user_id(1)).await.unwrap(), 1);
    assert_eq!(reader.unread(user_id(2)).await.unwrap(), 1);
    assert_eq!(notifications.find(id(4)).await.unwrap(), Some(fourth), "it stays read when it was");
}

#[tokio::test]
async fn what_was_read_first_counts() {
    let (_database, notifications, _) = stores().await;
    notifications.insert(&reminder(1, 1, 0)).await.unwrap();
    let mut here = notifications.find(id(1)).await.unwrap().unwrap();
    let mut there = here.clone();
    assert!(here.mark_read(at(5)) && there.mark_read(at(6)));
    notifications.update(&here).await.unwrap();
    notifications.update(&there).await.unwrap();
    assert_eq!(notifications.find(id(1)).await.unwrap(), Some(here));
}

#[tokio::test]
async fn only_the_newest_thousand_of_a_user_are_kept() {
    let (database, notifications, reader) = stores().await;
    let kept = u128::from(Notification::MAX_PER_USER);
    // As many as there may be, the first the oldest; and one of somebody else.
    database
        .execute(&format!(
            "INSERT INTO notifications (id, user_id, source, kind, data, created_at) \
             SELECT ('00000000-0000-0000-0001-' || lpad(to_hex(n), 12, '0'))::uuid, '{}', gen_random_uuid(), \
             'meeting-reminder', '{{}}', timestamptz '2026-01-01' + n * interval '1 second' FROM generate_series(1, {kept}) n",
            user_id(1)
        ))
        .await;
    notifications.insert(&reminder(1, 2, 0)).await.unwrap();
    notifications.insert(&reminder(2, 1, 0)).await.unwrap();
    let oldest = "SELECT count(*) FROM notifications WHERE created_at = timestamptz '2026-01-01 00:00:01'";
    assert_eq!(database.count(oldest).await, 0);
    assert_eq!(u128::from(reader.unread(user_id(1)).await.unwrap()), kept);
    assert_eq!(reader.unread(user_id(2)).await.unwrap(), 1);
    assert!(notifications.find(id(2)).await.unwrap().is_some());
}

#[tokio::test]
async fn old_ones_are_deleted_and_so_are_those_of_a_user() {
    let (_database, notifications, reader) = stores().await;
    for (n, user, seconds) in [(1, 1, 0), (2, 1, 60), (3, 2, 0), (4, 2, 60)] {
        notifications.insert(&reminder(n, user, seconds)).await.unwrap();
    }
    assert_eq!(notifications.prune(at(60)).await.unwrap(), 2);
    assert_eq!(notifications.prune(at(60)).await.unwrap(), 0);
    assert_eq!((reader.unread(user_id(1)).await.unwrap(), reader.unread(user_id(2)).await.unwrap()), (1, 1));
    notifications.delete_of(user_id(1)).await.unwrap();
    assert_eq!((reader.unread(user_id(1)).await.unwrap(), reader.unread(user_id(2)).await.unwrap()), (0, 1));
}

#[tokio::test]
async fn what_makes_no_sense_is_corrupt() {
    let (database, notifications, reader) = stores().await;
    notifications.insert(&reminder(1, 1, 0)).await.unwrap();
    for spoil in ["kind = 'meeting-unheard-of'", "kind = 'meeting-reminder', data = '{}'", "data = '[]'"] {
        database.execute(&format!("UPDATE notifications SET {spoil}")).await;
        let found = notifications.find(id(1)).await;
        assert!(matches!(found, Err(PortError::Corrupt { what: "notification", .. })), "{spoil}: {found:?}");
        let page = reader.list(user_id(1), NotificationFilter::default(), None, PageLimit::DEFAULT).await;
        assert!(matches!(page, Err(PortError::Corrupt { .. })), "{spoil}");
    }
}

#[tokio::test]
async fn the_list_and_the_count_are_read_from_an_index() {
    let (database, ..) = stores().await;
    database
        .execute(&format!(
            "INSERT INTO notifications (id, user_id, source, kind, data, created_at, read_at) \
             SELECT gen_random_uuid(), CASE WHEN n % 50 = 0 THEN '{}'::uuid ELSE gen_random_uuid() END, \
             gen_random_uuid(), 'meeting-reminder', '{{}}', now() - n * interval '1 second', \
             CASE WHEN n % 3 = 0 THEN now() END FROM generate_series(1, 50000) n; ANALYZE notifications",
            user_id(1)
        ))
        .await;
    let user = user_id(1);
    for (query, index) in [
        (
            format!("SELECT * FROM notifications WHERE user_id = '{user}' ORDER BY created_at DESC, id DESC LIMIT 21"),
            "newest",
        ),
        (format!("SELECT count(*) FROM notifications WHERE user_id = '{user}' AND read_at IS NULL"), "unread"),
        (
            "SELECT id FROM notifications WHERE created_at < now() - interval '1 day' ORDER BY created_at LIMIT 9"
                .to_owned(),
            "created",
        ),
    ] {
        let plan = database.query(&format!("EXPLAIN {query}")).await;
        let plan: Vec<String> = plan.iter().map(|row| row.get(0)).collect();
        let plan = plan.join("\n");
        assert!(plan.contains(&format!("notifications_{index}_idx")) && !plan.contains("Seq Scan"), "{plan}");
    }
}

#[tokio::test]
async fn preferences_take_the_place_of_those_before() {
    let database = TestDatabase::new().await;
    let preferences = PgPreferenceStore::new(database.pool());
    let (quiet, silent) = (Channels { in_app: true, email: false }, Channels { in_app: false, email: false });
    assert_eq!(preferences.find(user_id(1)).await.unwrap(), NotificationPreferences::default());
    for chosen in [
        vec![(NotificationKind::MeetingReminder, quiet), (NotificationKind::MeetingChanged, silent)],
        vec![(NotificationKind::MeetingReminder, silent)],
        vec![],
        NotificationKind::ALL.map(|kind| (kind, silent)).to_vec(),
    ] {
        let wanted = NotificationPreferences::new(chosen);
        preferences.save(user_id(1), &wanted).await.unwrap();
        assert_eq!(preferences.find(user_id(1)).await.unwrap(), wanted);
    }
    let other = NotificationPreferences::new([(NotificationKind::MeetingReminder, quiet)]);
    preferences.save(user_id(2), &other).await.unwrap();
    preferences.delete_of(user_id(1)).await.unwrap();
    assert_eq!(preferences.find(user_id(1)).await.unwrap(), NotificationPreferences::default());
    assert_eq!(preferences.find(user_id(2)).await.unwrap(), other);
    database.execute("UPDATE notification_preferences SET kind = 'of-a-newer-program'").await;
    assert_eq!(preferences.find(user_id(2)).await.unwrap(), NotificationPreferences::default());
}
