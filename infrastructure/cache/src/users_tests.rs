//! Accounts are answered from memory until they are written, here or elsewhere, and a ban is never answered from memory.

use std::sync::{
    Mutex,
    atomic::{AtomicU64, Ordering},
};

use application_shared::Subscription;
use chrono::TimeDelta;
use domain_user::{BanReason, Language, Nickname, PasswordHash, RegisterAccount};
use futures::StreamExt;
use tokio::sync::broadcast;
use uuid::Uuid;

use super::*;

/// A store of one account that counts reads, and can fail to store.
struct OneUser {
    user: Mutex<User>,
    reads: AtomicU64,
}

fn at(seconds: i64) -> DateTime<Utc> {
    DateTime::UNIX_EPOCH + TimeDelta::seconds(seconds)
}

fn id() -> UserId {
    UserId::from_uuid(Uuid::from_u128(1))
}

impl OneUser {
    fn new() -> Arc<Self> {
        let account = RegisterAccount {
            id: id(),
            username: Username::parse("Alice").unwrap(),
            email: Email::parse("alice@example.com").unwrap(),
            password_hash: PasswordHash::parse("$hash").unwrap(),
            nickname: None,
            language: Language::English,
        };
        Arc::new(Self { user: Mutex::new(User::register(account, at(0))), reads: AtomicU64::new(0) })
    }

    fn reads(&self) -> u64 {
        self.reads.load(Ordering::SeqCst)
    }

    fn user(&self) -> User {
        self.user.lock().unwrap().clone()
    }

    fn store(&self, user: &User) -> Result<(), PortError> {
        if user.nickname().as_str() == "Lost" {
            *self.user.lock().unwrap() = user.clone();
            return Err(PortError::unavailable("the answer was lost"));
        }
        *self.user.lock().unwrap() = user.clone();
        Ok(())
    }
}

#[async_trait]
impl UserReader for OneUser {
    async fn read(&self, wanted: UserId, now: DateTime<Utc>) -> Result<Option<UserView>, PortError> {
        self.reads.fetch_add(1, Ordering::SeqCst);
        Ok((wanted == id()).then(|| UserView::of(&self.user(), now)))
    }

    async fn read_for_admin(&self, _: UserId, _: DateTime<Utc>) -> Result<Option<AdminUserView>, PortError> {
        self.reads.fetch_add(1, Ordering::SeqCst);
        Ok(None)
    }

    async fn search(
        &self,
        _: &UserFilter,
        _: Option<UserCursor>,
        _: PageLimit,
        _: DateTime<Utc>,
    ) -> Result<Page<AdminUserView, UserCursor>, PortError> {
        self.reads.fetch_add(1, Ordering::SeqCst);
        Ok(Page { items: Vec::new(), next: None })
    }
}

#[async_trait]
impl UserRepository for OneUser {
    async fn find(&self, _: UserId) -> Result<Option<User>, PortError> {
        Ok(Some(self.user()))
    }

    async fn find_by_username(&self, _: &Username) -> Result<Option<User>, PortError> {
        Ok(Some(self.user()))
    }

    async fn find_by_email(&self, _: &Email) -> Result<Option<User>, PortError> {
        Ok(Some(self.user()))
    }

    async fn insert(&self, user: &mut User) -> Result<(), InsertUserError> {
        Ok(self.store(user)?)
    }

    async fn update(&self, user: &mut User) -> Result<(), PortError> {
        self.store(user)
    }

    async fn update_keeping_an_administrator(&self, user: &mut User) -> Result<(), KeepAdministratorError> {
        Ok(self.store(user)?)
    }

    async fn due_for_purge(&self, _: DateTime<Utc>, _: u16) -> Result<Vec<UserId>, PortError> {
        Ok(vec![id()])
    }
}

/// Pub/sub inside the process.
struct Channel(broadcast::Sender<Vec<u8>>);

#[async_trait]
impl PubSub for Channel {
    async fn publish(&self, channel: &str, payload: Vec<u8>) -> Result<(), PortError> {
        assert_eq!(channel, "cache.users");
        self.0.send(payload).map(drop).map_err(PortError::unavailable)
    }

    async fn subscribe(&self, _: &str) -> Result<Subscription, PortError> {
        let messages = futures::stream::unfold(self.0.subscribe(), |mut receiver| async move {
            receiver.recv().await.ok().map(|message| (message, receiver))
        });
        Ok(messages.boxed())
    }
}

/// Two nodes on one store.
struct Nodes {
    store: Arc<OneUser>,
    caches: [Arc<UserCache>; 2],
    readers: [CachedUserReader; 2],
    writer: ForgettingUserRepository,
    channel: Arc<Channel>,
}

impl Nodes {
    fn new() -> Self {
        let (store, channel) = (OneUser::new(), Arc::new(Channel(broadcast::channel(16).0)));
        let caches = [0, 1].map(|_| Arc::new(UserCache::new(CacheOptions::USERS)));
        let readers = caches.each_ref().map(|cache| CachedUserReader::new(store.clone(), cache.clone()));
        let writer = ForgettingUserRepository::new(store.clone(), caches[0].clone(), channel.clone());
        Self { store, caches, readers, writer, channel }
    }

    async fn nickname(&self, node: usize) -> String {
        self.readers[node].read(id(), at(1)).await.unwrap().unwrap().nickname
    }

    fn renamed(&self, name: &str) -> User {
        let mut user = self.store.user();
        user.rename(Nickname::parse(name).unwrap(), at(1));
        user
    }
}

#[tokio::test]
async fn answers_the_second_read_without_the_store() {
    let nodes = Nodes::new();
    assert_eq!((nodes.nickname(0).await, nodes.nickname(0).await), ("Alice".to_owned(), "Alice".to_owned()));
    assert_eq!(nodes.store.reads(), 1);
    assert_eq!(nodes.caches[0].counts(), CacheCounts { hits: 1, misses: 1 });
    let nobody = UserId::from_uuid(Uuid::from_u128(2));
    for _ in 0..2 {
        assert_eq!(nodes.readers[0].read(nobody, at(1)).await.unwrap(), None);
    }
    assert_eq!(nodes.store.reads(), 3, "that there is none is not kept");
}

#[tokio::test]
async fn a_write_is_seen_by_the_next_read_and_by_other_nodes() {
    let nodes = Nodes::new();
    let listening = nodes.caches[1].clone().listen(&*nodes.channel).await.unwrap();
    let listening = tokio::spawn(listening);
    for name in ["Al", "Bob"] {
        assert_ne!((nodes.nickname(0).await, nodes.nickname(1).await), (name.to_owned(), name.to_owned()));
        if name == "Al" {
            nodes.writer.update(&mut nodes.renamed(name)).await.unwrap();
        } else {
            nodes.writer.update_keeping_an_administrator(&mut nodes.renamed(name)).await.unwrap();
        }
        assert_eq!(nodes.nickname(0).await, name);
        tokio::time::timeout(Duration::from_secs(20), async {
            while nodes.nickname(1).await != name {
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
        })
        .await
        .unwrap();
    }
    listening.abort();
}

#[tokio::test]
async fn a_write_whose_answer_was_lost_is_seen_as_well() {
    let nodes = Nodes::new();
    nodes.nickname(0).await;
    assert!(nodes.writer.update(&mut nodes.renamed("Lost")).await.is_err());
    assert_eq!(nodes.nickname(0).await, "Lost");
}

#[tokio::test]
async fn whoever_begins_to_listen_forgets_what_may_have_been_written_before() {
    let nodes = Nodes::new();
    nodes.nickname(1).await;
    nodes.store.store(&nodes.renamed("Al")).unwrap();
    assert_eq!(nodes.nickname(1).await, "Alice");
    let _listening = nodes.caches[1].clone().listen(&*nodes.channel).await.unwrap();
    assert_eq!(nodes.nickname(1).await, "Al");
}

#[tokio::test]
async fn a_ban_is_not_kept_for_it_ends_without_a_write() {
    let nodes = Nodes::new();
    let mut user = nodes.store.user();
    let by = UserId::from_uuid(Uuid::from_u128(9));
    user.ban(&BanReason::parse("spam").unwrap(), Some(at(10)), by, at(1)).unwrap();
    nodes.writer.update(&mut user).await.unwrap();
    let status = async |seconds| nodes.readers[0].read(id(), at(seconds)).await.unwrap().unwrap().status;
    assert_eq!((status(9).await, status(10).await), (UserStatus::Banned, UserStatus::Active));
    assert_eq!((status(11).await, nodes.store.reads()), (UserStatus::Active, 2));
}

#[tokio::test]
async fn everything_else_goes_through() {
    let nodes = Nodes::new();
    for _ in 0..2 {
        assert_eq!(nodes.readers[0].read_for_admin(id(), at(1)).await.unwrap(), None);
        nodes.readers[0].search(&UserFilter::default(), None, PageLimit::parse(1).unwrap(), at(1)).await.unwrap();
    }
    assert_eq!(nodes.store.reads(), 4);
    let user = nodes.store.user();
    assert!(nodes.writer.find(id()).await.unwrap().is_some());
    assert!(nodes.writer.find_by_username(user.username()).await.unwrap().is_some());
    assert!(nodes.writer.find_by_email(user.email()).await.unwrap().is_some());
    assert_eq!(nodes.writer.due_for_purge(at(1), 1).await.unwrap(), [id()]);
    nodes.writer.insert(&mut nodes.store.user()).await.unwrap();
}

#[tokio::test]
async fn what_a_process_without_a_cache_has_changed_is_forgotten_by_the_outbox() {
    let nodes = Nodes::new();
    let listening = tokio::spawn(nodes.caches[1].clone().listen(&*nodes.channel).await.unwrap());
    assert_eq!(nodes.nickname(1).await, "Alice");
    nodes.store.store(&nodes.renamed("Al")).unwrap();
    let handler = TellOfChangedUsers::new(nodes.channel.clone());
    let message = OutboxMessage {
        id: domain_shared::EventId::from_uuid(Uuid::nil()),
        name: handler.handles()[0].to_owned(),
        aggregate_id: id().as_uuid(),
        payload: serde_json::json!({}),
        occurred_at: at(1),
        attempts: 0,
        handled_by: Vec::new(),
    };
    handler.handle(&message).await.unwrap();
    tokio::time::timeout(Duration::from_secs(20), async {
        while nodes.nickname(1).await != "Al" {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    })
    .await
    .unwrap();
    listening.abort();
}
