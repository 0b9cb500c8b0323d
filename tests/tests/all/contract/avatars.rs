//! The contract of `AvatarStore`.

use application_shared::PortError;
use application_user::{AVATAR_SIZES, AvatarImage, AvatarStore, StoredAvatar, UserRepository};
use infrastructure_postgres::{PgAvatarStore, PgUserRepository};
use open_meeting_tests::TestDatabase;
use uuid::Uuid;

use super::{user, user_id};

/// Pictures of users 1 and 2, who exist.
async fn store() -> (TestDatabase, PgAvatarStore) {
    let database = TestDatabase::new().await;
    let pool = database.pool();
    let users = PgUserRepository::new(pool.clone());
    users.insert(&mut user(1, "alice", "alice@example.com")).await.unwrap();
    users.insert(&mut user(2, "bob", "bob@example.com")).await.unwrap();
    (database, PgAvatarStore::new(pool))
}

fn id(n: u128) -> Uuid {
    Uuid::from_u128(n)
}

/// Every byte there is, and the size.
fn bytes(size: u16) -> Vec<u8> {
    (0..=255).chain(size.to_be_bytes()).collect()
}

fn images() -> Vec<AvatarImage> {
    AVATAR_SIZES.map(|size| AvatarImage { size, media_type: "image/jpeg", bytes: bytes(size) }).to_vec()
}

async fn kept(store: &PgAvatarStore, ids: impl IntoIterator<Item = u128>) -> Vec<u128> {
    let mut kept = Vec::new();
    for n in ids {
        let mut sizes = 0;
        for size in AVATAR_SIZES {
            sizes += usize::from(store.get(id(n), size).await.unwrap().is_some());
        }
        assert!(sizes == 0 || sizes == AVATAR_SIZES.len(), "all sizes or none");
        if sizes > 0 {
            kept.push(n);
        }
    }
    kept
}

#[tokio::test]
async fn a_picture_comes_back_as_it_was_stored_in_each_size() {
    let (_database, store) = store().await;
    store.put(id(10), user_id(1), &images()).await.unwrap();
    for size in AVATAR_SIZES {
        let expected = StoredAvatar { media_type: "image/jpeg".to_owned(), bytes: bytes(size) };
        assert_eq!(store.get(id(10), size).await.unwrap(), Some(expected));
    }
    for (n, size) in [(10, 65), (10, 0), (10, u16::MAX), (11, 64)] {
        assert_eq!(store.get(id(n), size).await.unwrap(), None);
    }
}

#[tokio::test]
async fn a_picture_is_kept_in_all_sizes_or_not_at_all() {
    let (_database, store) = store().await;
    let mut too_much = images();
    too_much[2].bytes = vec![0; 1024 * 1024 + 1];
    let nobody = user_id(99);
    for (owner, images) in [(user_id(1), too_much), (nobody, images())] {
        assert!(matches!(store.put(id(10), owner, &images).await, Err(PortError::Unavailable(_))));
        assert_eq!(kept(&store, [10]).await, []);
    }
}

#[tokio::test]
async fn an_identifier_names_one_picture_only() {
    let (_database, store) = store().await;
    store.put(id(10), user_id(1), &images()).await.unwrap();
    let mut others = images();
    others[0].bytes = b"other".to_vec();
    assert!(store.put(id(10), user_id(2), &others).await.is_err());
    assert_eq!(store.get(id(10), 64).await.unwrap().unwrap().bytes, bytes(64));
}

#[tokio::test]
async fn a_picture_is_deleted_alone_or_with_all_of_its_owner() {
    let (_database, store) = store().await;
    for (n, owner) in [(10, 1), (11, 1), (12, 1), (20, 2)] {
        store.put(id(n), user_id(owner), &images()).await.unwrap();
    }
    for _ in 0..2 {
        store.delete(id(11)).await.unwrap();
        assert_eq!(kept(&store, [10, 11, 12, 20]).await, [10, 12, 20]);
    }
    for _ in 0..2 {
        store.delete_of(user_id(1)).await.unwrap();
        assert_eq!(kept(&store, [10, 11, 12, 20]).await, [20]);
    }
}
