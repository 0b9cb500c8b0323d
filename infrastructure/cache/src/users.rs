//! The cache of accounts as their owners see them: cache-aside around `UserReader`, forgotten by a decorator of
//! `UserRepository`.
//!
//! What may be done is never decided by what is kept here: use cases that decide load the account itself.

use std::{sync::Arc, time::Duration};

use application_shared::{EventHandler, HandlerError, OutboxMessage, PortError, PubSub};
use application_user::{
    AdminUserView, InsertUserError, KeepAdministratorError, UserCursor, UserFilter, UserReader, UserRepository,
    UserView,
};
use async_trait::async_trait;
use chrono::{DateTime, Utc};
use domain_shared::{Page, PageLimit, UserId};
use domain_user::{Email, User, UserStatus, Username};
use serde::{Deserialize, Serialize};

use crate::{
    aside::{Aside, CacheCounts, CacheOptions},
    telling::{Teller, listen},
};

/// On this channel nodes tell each other which account they have written.
const CHANNEL: &str = "cache.users";

const TELL_OF_CHANGED_USERS: &str = "tell-of-changed-users";

impl CacheOptions {
    /// What suits accounts.
    pub const USERS: Self = Self::new(50_000, Duration::from_secs(3600));
}

/// Accounts as they were read last.
pub struct UserCache(Aside<UserId, UserView>);

#[derive(Serialize, Deserialize)]
struct Written {
    id: UserId,
}

impl UserCache {
    /// An empty cache.
    #[must_use]
    pub fn new(options: CacheOptions) -> Self {
        Self(Aside::new(options))
    }

    /// How often it had the answer so far.
    #[must_use]
    pub fn counts(&self) -> CacheCounts {
        self.0.counts()
    }

    /// Forgets what other nodes write, until the returned future is dropped, and at first everything: nobody knows what
    /// was written while nobody listened. It ends only with the subscription.
    ///
    /// # Errors
    /// [`PortError`] when the channel cannot be subscribed to.
    pub async fn listen(self: Arc<Self>, pub_sub: &dyn PubSub) -> Result<impl Future<Output = ()> + use<>, PortError> {
        let cache = Arc::clone(&self);
        let listening = listen(pub_sub, CHANNEL, move |Written { id }: Written| cache.0.forget(&id)).await?;
        self.0.forget_all();
        Ok(listening)
    }
}

/// Answers for owners from the cache; everything else goes through.
pub struct CachedUserReader {
    inner: Arc<dyn UserReader>,
    cache: Arc<UserCache>,
}

impl CachedUserReader {
    /// `inner`, with `cache` before it.
    #[must_use]
    pub fn new(inner: Arc<dyn UserReader>, cache: Arc<UserCache>) -> Self {
        Self { inner, cache }
    }
}

#[async_trait]
impl UserReader for CachedUserReader {
    async fn read(&self, id: UserId, now: DateTime<Utc>) -> Result<Option<UserView>, PortError> {
        // A ban ends without a write. All else that is shown changes by writes alone.
        let lasts = |view: &UserView| view.status != UserStatus::Banned;
        self.cache.0.read(&id, lasts, self.inner.read(id, now)).await
    }

    async fn read_for_admin(&self, id: UserId, now: DateTime<Utc>) -> Result<Option<AdminUserView>, PortError> {
        self.inner.read_for_admin(id, now).await
    }

    async fn search(
        &self,
        filter: &UserFilter,
        after: Option<UserCursor>,
        limit: PageLimit,
        now: DateTime<Utc>,
    ) -> Result<Page<AdminUserView, UserCursor>, PortError> {
        self.inner.search(filter, after, limit, now).await
    }
}

/// Forgets an account here and on the other nodes when it has been written.
pub struct ForgettingUserRepository {
    inner: Arc<dyn UserRepository>,
    cache: Arc<UserCache>,
    others: Teller,
}

impl ForgettingUserRepository {
    /// `inner`, whose writes are forgotten by `cache` and told on `pub_sub`.
    #[must_use]
    pub fn new(inner: Arc<dyn UserRepository>, cache: Arc<UserCache>, pub_sub: Arc<dyn PubSub>) -> Self {
        Self { inner, cache, others: Teller::new(pub_sub, CHANNEL) }
    }

    /// Forgets here at once, and tells the others. Also after a failure: nobody knows whether the write stands when its
    /// answer was lost.
    fn forget(&self, id: UserId) {
        self.cache.0.forget(&id);
        self.others.tell(&Written { id });
    }
}

#[async_trait]
impl UserRepository for ForgettingUserRepository {
    async fn find(&self, id: UserId) -> Result<Option<User>, PortError> {
        self.inner.find(id).await
    }

    async fn find_by_username(&self, username: &Username) -> Result<Option<User>, PortError> {
        self.inner.find_by_username(username).await
    }

    async fn find_by_email(&self, email: &Email) -> Result<Option<User>, PortError> {
        self.inner.find_by_email(email).await
    }

    async fn insert(&self, user: &mut User) -> Result<(), InsertUserError> {
        // Nobody can have read an account that was not there: only found accounts are kept.
        self.inner.insert(user).await
    }

    async fn update(&self, user: &mut User) -> Result<(), PortError> {
        let outcome = self.inner.update(user).await;
        self.forget(user.id());
        outcome
    }

    async fn update_keeping_an_administrator(&self, user: &mut User) -> Result<(), KeepAdministratorError> {
        let outcome = self.inner.update_keeping_an_administrator(user).await;
        self.forget(user.id());
        outcome
    }

    async fn due_for_purge(&self, now: DateTime<Utc>, limit: u16) -> Result<Vec<UserId>, PortError> {
        self.inner.due_for_purge(now, limit).await
    }
}

/// Tells all nodes of accounts that have changed, from the outbox: what was changed by a process without this cache, such
/// as a command at the server, is forgotten as well, and no message is lost because a node ended before it was sent.
pub struct TellOfChangedUsers {
    pub_sub: Arc<dyn PubSub>,
}

impl TellOfChangedUsers {
    /// Tells on `pub_sub`.
    #[must_use]
    pub fn new(pub_sub: Arc<dyn PubSub>) -> Self {
        Self { pub_sub }
    }
}

#[async_trait]
impl EventHandler for TellOfChangedUsers {
    fn name(&self) -> &'static str {
        TELL_OF_CHANGED_USERS
    }

    fn handles(&self) -> &'static [&'static str] {
        // No event that a mail is sent about: when nobody can be told, all handlers of the event get it again.
        &["user.banned", "user.unbanned", "user.role-changed", "user.reopened", "user.deleted"]
    }

    async fn handle(&self, message: &OutboxMessage) -> Result<(), HandlerError> {
        let failed = |source| HandlerError { handler: TELL_OF_CHANGED_USERS, source };
        let written = Written { id: UserId::from_uuid(message.aggregate_id) };
        let payload = serde_json::to_vec(&written).map_err(|error| failed(error.into()))?;
        self.pub_sub.publish(CHANNEL, payload).await.map_err(|error| failed(error.into()))
    }
}

#[cfg(test)]
#[path = "users_tests.rs"]
mod tests;
