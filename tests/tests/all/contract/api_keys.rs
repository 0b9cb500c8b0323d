//! The contracts of `ApiKeyRepository`, `ApiKeyReader` and `Administrators`.

use application_integration::{Administrators, ApiKeyCursor, ApiKeyReader, ApiKeyRepository, InsertApiKeyError};
use application_shared::PortError;
use application_user::UserRepository;
use domain_integration::{ApiKey, ApiKeyHash, ApiKeyName, ApiKeyPrefix, NewApiKey, Scopes};
use domain_shared::{ApiKeyId, PageLimit};
use domain_user::{BanReason, UserRole};
use infrastructure_postgres::{PgAdministrators, PgApiKeyRepository, PgUserRepository};
use open_meeting_tests::TestDatabase;
use uuid::Uuid;

use super::{at, outbox, user, user_id};

/// Key `n`, made at `seconds`, good until `until`.
pub fn key(n: u128, seconds: i64, until: Option<i64>) -> ApiKey {
    let new = NewApiKey {
        id: ApiKeyId::from_uuid(Uuid::from_u128(n)),
        name: ApiKeyName::parse(&format!("Clinic {n} 会议")).unwrap(),
        prefix: ApiKeyPrefix::parse(&format!("key{n:07}")).unwrap(),
        hash: ApiKeyHash::from_bytes([7; 32]),
        scopes: Scopes::parse(["webhooks:manage", "rooms:read"]).unwrap(),
        created_by: user_id(1),
        expires_at: until.map(at),
    };
    ApiKey::create(new, at(seconds)).unwrap()
}

async fn world() -> (TestDatabase, PgApiKeyRepository) {
    let database = TestDatabase::new().await;
    let keys = PgApiKeyRepository::new(database.pool());
    (database, keys)
}

#[tokio::test]
async fn a_key_is_stored_as_it_is_and_found_by_its_prefix() {
    let (database, keys) = world().await;
    let mut key = key(1, 0, Some(100));
    keys.insert(&mut key).await.unwrap();
    assert_eq!((key.version(), key.pending_events()), (1, &[][..]));
    assert_eq!(keys.find(key.id()).await.unwrap().as_ref(), Some(&key));
    assert_eq!(keys.find_by_prefix(key.prefix()).await.unwrap(), Some(key));
    assert_eq!(keys.find_by_prefix(&ApiKeyPrefix::parse("zzzzzzzzzz").unwrap()).await.unwrap(), None);
    assert_eq!(keys.find(Uuid::nil().into()).await.unwrap(), None);
    assert_eq!(outbox(&database).await, ["api-key.created"]);
}

#[tokio::test]
async fn a_prefix_is_taken_once() {
    let (database, keys) = world().await;
    keys.insert(&mut key(1, 0, None)).await.unwrap();
    let mut snapshot = key(2, 0, None).to_snapshot();
    snapshot.prefix = key(1, 0, None).prefix().clone();
    let refused = keys.insert(&mut ApiKey::from_snapshot(snapshot)).await;
    assert!(matches!(refused, Err(InsertApiKeyError::PrefixTaken)));
    let refused = keys.insert(&mut key(1, 0, None)).await;
    assert!(matches!(refused, Err(InsertApiKeyError::PrefixTaken | InsertApiKeyError::Port(PortError::Conflict))));
    assert_eq!(outbox(&database).await, ["api-key.created"]);
}

#[tokio::test]
async fn a_revocation_is_stored_unless_somebody_was_faster() {
    let (database, keys) = world().await;
    let mut first = key(1, 0, None);
    keys.insert(&mut first).await.unwrap();
    let mut second = first.clone();
    assert!(first.revoke(user_id(2), at(5)) && second.revoke(user_id(3), at(6)));
    keys.update(&mut first).await.unwrap();
    assert!(matches!(keys.update(&mut second).await, Err(PortError::Conflict)));
    let stored = keys.find_by_prefix(first.prefix()).await.unwrap().unwrap();
    assert_eq!(stored, first);
    assert!(!stored.is_good(at(5)));
    assert_eq!(outbox(&database).await, ["api-key.created", "api-key.revoked"]);
}

#[tokio::test]
async fn a_use_is_noted_once_a_minute_and_beside_everything_else() {
    let (_database, keys) = world().await;
    let mut key = key(1, 0, None);
    keys.insert(&mut key).await.unwrap();
    let used = async |seconds| {
        keys.note_use(key.id(), at(seconds)).await.unwrap();
        keys.find(key.id()).await.unwrap().unwrap().last_used_at()
    };
    assert_eq!(used(10).await, Some(at(10)));
    assert_eq!(used(69).await, Some(at(10)), "not within a minute");
    assert_eq!(used(70).await, Some(at(70)));
    assert_eq!(used(20).await, Some(at(70)), "never back");
    let mut key = keys.find(key.id()).await.unwrap().unwrap();
    keys.note_use(key.id(), at(200)).await.unwrap();
    key.revoke(user_id(1), at(201));
    keys.update(&mut key).await.unwrap();
    let stored = keys.find(key.id()).await.unwrap().unwrap();
    assert_eq!(stored.last_used_at(), Some(at(200)), "another write leaves it alone");
}

#[tokio::test]
async fn good_keys_are_counted_and_all_are_listed_newest_first() {
    let (_database, keys) = world().await;
    for mut key in [key(1, 0, None), key(2, 1, Some(50)), key(3, 2, None), key(4, 2, None)] {
        if key.id() == Uuid::from_u128(3).into() {
            key.revoke(user_id(1), at(3));
        }
        keys.insert(&mut key).await.unwrap();
    }
    assert_eq!((keys.count_good(at(49)).await.unwrap(), keys.count_good(at(50)).await.unwrap()), (3, 2));
    let numbers = |keys: &[ApiKey]| keys.iter().map(|key| key.id().as_uuid().as_u128()).collect::<Vec<_>>();
    let limit = PageLimit::parse(3).unwrap();
    let first = keys.page(None, limit).await.unwrap();
    assert_eq!(numbers(&first.items), [4, 3, 2]);
    assert_eq!(first.next, Some(ApiKeyCursor { created_at: at(1), id: Uuid::from_u128(2).into() }));
    let rest = keys.page(first.next, limit).await.unwrap();
    assert_eq!((numbers(&rest.items), rest.next), (vec![1], None));
}

#[tokio::test]
async fn only_active_administrators_manage_integrations() {
    let database = TestDatabase::new().await;
    let (users, administrators) = (PgUserRepository::new(database.pool()), PgAdministrators::new(database.pool()));
    let may = async |n| administrators.may_manage_integrations(user_id(n), at(10)).await.unwrap();
    let mut ann = user(1, "ann", "a@b");
    users.insert(&mut ann).await.unwrap();
    assert!(!may(1).await && !may(2).await);
    ann.change_role(UserRole::Admin, None, at(1)).unwrap();
    users.update(&mut ann).await.unwrap();
    assert!(may(1).await);
    ann.change_role(UserRole::User, None, at(2)).unwrap();
    ann.ban(&BanReason::parse("spam").unwrap(), None, user_id(9), at(3)).unwrap();
    users.update(&mut ann).await.unwrap();
    database.execute("UPDATE users SET role = 'admin'").await;
    assert!(!may(1).await, "a banned one may not");
}
