//! The contract of `AuditLog`.

use application_user::{AuditEntry, AuditFilter, AuditLog, UserRepository};
use domain_shared::{EventId, PageLimit};
use infrastructure_postgres::{PgAuditLog, PgUserRepository};
use open_meeting_tests::TestDatabase;
use serde_json::json;
use uuid::Uuid;

use super::{at, user, user_id};

fn entry(n: u128, seconds: i64, actor: Option<u128>, subject: u128, action: &str) -> AuditEntry {
    AuditEntry {
        id: EventId::from_uuid(Uuid::from_u128(n)),
        at: at(seconds),
        action: action.to_owned(),
        actor_id: actor.map(user_id),
        subject_id: Some(user_id(subject)),
        details: json!({"n": 1}),
    }
}

#[tokio::test]
async fn entries_are_kept_once_paged_filtered_and_deleted_when_old() {
    let database = TestDatabase::new().await;
    let log = PgAuditLog::new(database.pool());
    PgUserRepository::new(database.pool()).insert(&mut user(1, "Alice", "a@b")).await.unwrap();
    let entries = [
        entry(1, 1, Some(2), 1, "user.banned"),
        entry(2, 2, None, 3, "session.started"),
        entry(3, 2, Some(1), 1, "session.started"),
        entry(4, 3, Some(1), 2, "user.unbanned"),
    ];
    for entry in &entries {
        log.record(entry).await.unwrap();
        log.record(&AuditEntry { action: "again".to_owned(), ..entry.clone() }).await.unwrap();
    }
    let limit = PageLimit::parse(3).unwrap();
    let first = log.page(&AuditFilter::default(), None, limit).await.unwrap();
    let ids = |views: &[application_user::AuditEntryView]| -> Vec<u128> {
        views.iter().map(|view| view.entry.id.as_uuid().as_u128()).collect()
    };
    assert_eq!(ids(&first.items), [4, 3, 2]);
    assert_eq!(first.items[1].entry, entries[2]);
    assert_eq!(
        (first.items[0].actor_name.as_deref(), first.items[0].subject_name.as_deref()),
        (Some("Alice"), None),
        "names as they are now, none for whom there is not"
    );
    let rest = log.page(&AuditFilter::default(), first.next, limit).await.unwrap();
    assert_eq!((ids(&rest.items), rest.next), (vec![1], None));

    let of_alice = AuditFilter { user_id: Some(user_id(1)), action: None };
    assert_eq!(ids(&log.page(&of_alice, None, limit).await.unwrap().items), [4, 3, 1]);
    let started = AuditFilter { user_id: Some(user_id(1)), action: Some("session.started".to_owned()) };
    assert_eq!(ids(&log.page(&started, None, limit).await.unwrap().items), [3]);

    assert_eq!(log.prune(at(2)).await.unwrap(), 1);
    assert_eq!(log.page(&AuditFilter::default(), None, limit).await.unwrap().items.len(), 3);
}
