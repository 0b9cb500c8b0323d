//! Fakes of the ports, in memory, for the tests of the use cases.

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
};

use application_shared::PortError;
use async_trait::async_trait;
use chrono::{DateTime, TimeDelta, Utc};
use domain_shared::{FixedClock, Page, PageLimit, SequentialIds, SessionId, UserId};
use domain_user::{
    Ban, Email, Language, Password, PasswordHash, RefreshTokenHash, Session, SessionEvent, SessionSnapshot, User,
    UserEvent, UserRole, UserSnapshot, Username,
};
use secrecy::{ExposeSecret, SecretString};
use uuid::Uuid;

use crate::*;

pub(crate) const SESSION_LIFETIME: TimeDelta = TimeDelta::days(30);

/// Troubles that a store can be told to have.
#[derive(Default)]
pub(crate) struct Troubles {
    /// Every operation fails.
    pub away: AtomicBool,
    /// So many updates to come find that somebody else was faster.
    pub conflicts: AtomicUsize,
}

impl Troubles {
    fn check(&self) -> Result<(), PortError> {
        if self.away.load(Ordering::SeqCst) { Err(PortError::unavailable("away")) } else { Ok(()) }
    }

    fn check_update(&self, stored: Option<i64>, version: i64) -> Result<(), PortError> {
        self.check()?;
        let told = self.conflicts.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(1)).is_ok();
        if told || stored != Some(version) { Err(PortError::Conflict) } else { Ok(()) }
    }
}

#[derive(Default)]
pub(crate) struct FakeUsers {
    pub rows: Mutex<HashMap<UserId, UserSnapshot>>,
    pub events: Mutex<Vec<UserEvent>>,
    pub troubles: Troubles,
    /// Names are found to be taken by `insert` only, as when two register at once.
    pub blind: AtomicBool,
}

impl FakeUsers {
    fn find_where(&self, test: impl Fn(&UserSnapshot) -> bool) -> Result<Option<User>, PortError> {
        self.troubles.check()?;
        let row = self.rows.lock().unwrap().values().find(|row| test(row)).cloned();
        Ok(row.map(|row| User::from_snapshot(row).unwrap()))
    }

    fn store(&self, user: &mut User, version: i64) {
        self.events.lock().unwrap().extend_from_slice(user.pending_events());
        user.mark_stored(version);
        self.rows.lock().unwrap().insert(user.id(), user.to_snapshot());
    }
}

fn same_name(row: &UserSnapshot, username: &Username) -> bool {
    row.username.to_ascii_lowercase() == username.key()
}

#[async_trait]
impl UserRepository for FakeUsers {
    async fn find(&self, id: UserId) -> Result<Option<User>, PortError> {
        self.find_where(|row| row.id == id)
    }

    async fn find_by_username(&self, username: &Username) -> Result<Option<User>, PortError> {
        self.find_where(|row| !self.blind.load(Ordering::SeqCst) && same_name(row, username))
    }

    async fn find_by_email(&self, email: &Email) -> Result<Option<User>, PortError> {
        self.find_where(|row| !self.blind.load(Ordering::SeqCst) && row.email == email.as_str())
    }

    async fn insert(&self, user: &mut User) -> Result<(), InsertUserError> {
        self.troubles.check()?;
        for row in self.rows.lock().unwrap().values() {
            if same_name(row, user.username()) {
                return Err(InsertUserError::UsernameTaken);
            }
            if row.email == user.email().as_str() {
                return Err(InsertUserError::EmailTaken);
            }
        }
        self.store(user, 1);
        Ok(())
    }

    async fn update(&self, user: &mut User) -> Result<(), PortError> {
        let stored = self.rows.lock().unwrap().get(&user.id()).map(|row| row.version);
        self.troubles.check_update(stored, user.version())?;
        self.store(user, user.version() + 1);
        Ok(())
    }

    async fn update_keeping_an_administrator(&self, user: &mut User) -> Result<(), KeepAdministratorError> {
        let administers = |row: &UserSnapshot| row.role == UserRole::Admin && row.closing.is_none();
        let administrators: Vec<_> =
            self.rows.lock().unwrap().values().filter(|row| administers(row)).map(|row| row.id).collect();
        if administrators == [user.id()] && !administers(&user.to_snapshot()) {
            return Err(KeepAdministratorError::LastAdministrator);
        }
        Ok(self.update(user).await?)
    }

    async fn due_for_purge(&self, now: DateTime<Utc>, limit: u16) -> Result<Vec<UserId>, PortError> {
        self.troubles.check()?;
        let due = |row: &&UserSnapshot| row.deleted_at.is_none() && row.closing.is_some_and(|c| c.purge_at <= now);
        Ok(self.rows.lock().unwrap().values().filter(due).map(|row| row.id).take(limit.into()).collect())
    }
}

#[derive(Default)]
pub(crate) struct FakeSessions {
    pub rows: Mutex<HashMap<SessionId, SessionSnapshot>>,
    pub events: Mutex<Vec<SessionEvent>>,
    pub troubles: Troubles,
}

impl FakeSessions {
    /// The only session.
    pub fn only(&self) -> SessionSnapshot {
        let rows = self.rows.lock().unwrap();
        assert_eq!(rows.len(), 1);
        rows.values().next().unwrap().clone()
    }

    fn store(&self, session: &mut Session, version: i64) {
        self.events.lock().unwrap().extend_from_slice(session.pending_events());
        session.mark_stored(version);
        self.rows.lock().unwrap().insert(session.id(), session.to_snapshot());
    }
}

#[async_trait]
impl SessionRepository for FakeSessions {
    async fn find(&self, id: SessionId) -> Result<Option<Session>, PortError> {
        self.troubles.check()?;
        Ok(self.rows.lock().unwrap().get(&id).cloned().map(Session::from_snapshot))
    }

    async fn find_by_refresh_hash(&self, hash: &RefreshTokenHash) -> Result<Option<Session>, PortError> {
        self.troubles.check()?;
        let known = |row: &&SessionSnapshot| {
            row.refresh_hash == *hash || row.previous.is_some_and(|(previous, _)| previous == *hash)
        };
        let session = self.rows.lock().unwrap().values().find(known).cloned().map(Session::from_snapshot);
        // Lets a second request look before the first one stores.
        tokio::task::yield_now().await;
        Ok(session)
    }

    async fn insert(&self, session: &mut Session) -> Result<(), PortError> {
        self.troubles.check()?;
        self.store(session, 1);
        Ok(())
    }

    async fn update(&self, session: &mut Session) -> Result<(), PortError> {
        let stored = self.rows.lock().unwrap().get(&session.id()).map(|row| row.version);
        self.troubles.check_update(stored, session.version())?;
        self.store(session, session.version() + 1);
        Ok(())
    }

    async fn live_of(&self, user_id: UserId, now: DateTime<Utc>) -> Result<Vec<Session>, PortError> {
        self.troubles.check()?;
        let live = |row: &&SessionSnapshot| row.user_id == user_id && row.ended.is_none() && row.expires_at > now;
        let mut rows: Vec<_> = self.rows.lock().unwrap().values().filter(live).cloned().collect();
        rows.sort_by_key(|row| (std::cmp::Reverse(row.last_used_at), row.id.as_uuid()));
        Ok(rows.into_iter().map(Session::from_snapshot).collect())
    }

    async fn ended_since(&self, since: DateTime<Utc>) -> Result<Vec<SessionId>, PortError> {
        let ended = |row: &&SessionSnapshot| row.ended.is_some_and(|ended| ended.at >= since);
        Ok(self.rows.lock().unwrap().values().filter(ended).map(|row| row.id).collect())
    }

    async fn delete_of(&self, user_id: UserId) -> Result<(), PortError> {
        self.troubles.check()?;
        self.rows.lock().unwrap().retain(|_, row| row.user_id != user_id);
        Ok(())
    }

    async fn prune(&self, _before: DateTime<Utc>) -> Result<u64, PortError> {
        Ok(0)
    }
}

#[async_trait]
impl UserReader for FakeUsers {
    async fn read(&self, id: UserId, now: DateTime<Utc>) -> Result<Option<UserView>, PortError> {
        Ok(self.find(id).await?.map(|user| UserView::of(&user, now)))
    }

    async fn read_for_admin(&self, id: UserId, now: DateTime<Utc>) -> Result<Option<AdminUserView>, PortError> {
        let view = |user: User| AdminUserView {
            user: UserView::of(&user, now),
            ban: user.last_ban().cloned(),
            closing: user.closing(),
            last_seen_at: None,
            live_sessions: 0,
        };
        Ok(self.find(id).await?.map(view))
    }

    async fn search(
        &self,
        _filter: &UserFilter,
        _after: Option<UserCursor>,
        _limit: PageLimit,
        now: DateTime<Utc>,
    ) -> Result<Page<AdminUserView, UserCursor>, PortError> {
        self.troubles.check()?;
        let ids: Vec<_> = self.rows.lock().unwrap().keys().copied().collect();
        let mut items = Vec::new();
        for id in ids {
            items.extend(self.read_for_admin(id, now).await?);
        }
        Ok(Page { items, next: None })
    }
}

/// Tokens that show what they are for: `purpose|user|end|state`.
pub(crate) struct FakeLinks;

impl AccountLinks for FakeLinks {
    fn issue(&self, purpose: LinkPurpose, user: &User, expires_at: DateTime<Utc>) -> SecretString {
        let state = purpose.state_of(user);
        format!("{}|{}|{}|{state}", purpose.as_str(), user.id(), expires_at.timestamp()).into()
    }

    fn owner(&self, token: &str) -> Option<UserId> {
        token.split('|').nth(1)?.parse::<Uuid>().ok().map(UserId::from_uuid)
    }

    fn verify(&self, purpose: LinkPurpose, token: &str, user: &User, now: DateTime<Utc>) -> bool {
        let end = token.split('|').nth(2).and_then(|end| end.parse().ok());
        let expires_at = end.and_then(|end| DateTime::from_timestamp(end, 0));
        expires_at.is_some_and(|at| now < at && self.issue(purpose, user, at).expose_secret() == token)
    }
}

#[derive(Default)]
pub(crate) struct FakeAuditLog {
    pub entries: Mutex<Vec<AuditEntry>>,
    pub away: AtomicBool,
}

#[async_trait]
impl AuditLog for FakeAuditLog {
    async fn record(&self, entry: &AuditEntry) -> Result<(), PortError> {
        if self.away.load(Ordering::SeqCst) {
            return Err(PortError::unavailable("away"));
        }
        let mut entries = self.entries.lock().unwrap();
        if !entries.iter().any(|known| known.id == entry.id) {
            entries.push(entry.clone());
        }
        Ok(())
    }

    async fn page(
        &self,
        _filter: &AuditFilter,
        _after: Option<AuditCursor>,
        _limit: PageLimit,
    ) -> Result<Page<AuditEntryView, AuditCursor>, PortError> {
        let entries = self.entries.lock().unwrap().clone();
        let view = |entry| AuditEntryView { entry, actor_name: None, subject_name: None };
        Ok(Page { items: entries.into_iter().map(view).collect(), next: None })
    }

    async fn prune(&self, _before: DateTime<Utc>) -> Result<u64, PortError> {
        Ok(0)
    }
}

/// A kept picture: whose, and size and file of each of its images.
pub(crate) type FakeAvatar = (UserId, Vec<(u16, Vec<u8>)>);

#[derive(Default)]
pub(crate) struct FakeAvatars {
    pub rows: Mutex<HashMap<Uuid, FakeAvatar>>,
    pub away: AtomicBool,
}

impl FakeAvatars {
    /// The only picture.
    pub fn only(&self) -> (Uuid, FakeAvatar) {
        let rows = self.rows.lock().unwrap();
        assert_eq!(rows.len(), 1);
        rows.iter().next().map(|(id, avatar)| (*id, avatar.clone())).unwrap()
    }

    fn check(&self) -> Result<(), PortError> {
        if self.away.load(Ordering::SeqCst) { Err(PortError::unavailable("away")) } else { Ok(()) }
    }
}

#[async_trait]
impl AvatarStore for FakeAvatars {
    async fn put(&self, id: Uuid, owner: UserId, images: &[AvatarImage]) -> Result<(), PortError> {
        self.check()?;
        let images = images.iter().map(|image| (image.size, image.bytes.clone())).collect();
        self.rows.lock().unwrap().insert(id, (owner, images));
        // Lets a second upload do so before the first one is shown.
        tokio::task::yield_now().await;
        Ok(())
    }

    async fn get(&self, id: Uuid, size: u16) -> Result<Option<StoredAvatar>, PortError> {
        self.check()?;
        let rows = self.rows.lock().unwrap();
        let image = rows.get(&id).and_then(|(_, images)| images.iter().find(|(edge, _)| *edge == size));
        Ok(image.map(|(_, bytes)| StoredAvatar { media_type: "image/jpeg".to_owned(), bytes: bytes.clone() }))
    }

    async fn delete(&self, id: Uuid) -> Result<(), PortError> {
        self.check()?;
        self.rows.lock().unwrap().remove(&id);
        Ok(())
    }

    async fn delete_of(&self, owner: UserId) -> Result<(), PortError> {
        self.check()?;
        self.rows.lock().unwrap().retain(|_, (of, _)| *of != owner);
        Ok(())
    }
}

/// Every size is the file as it came, unless it says `damaged` or `busy`.
pub(crate) struct FakeRenderer;

#[async_trait]
impl AvatarRenderer for FakeRenderer {
    async fn render(&self, file: Vec<u8>, _: Option<AvatarCrop>) -> Result<Vec<AvatarImage>, RenderAvatarError> {
        match file.as_slice() {
            b"damaged" => Err(RenderAvatarError::Damaged),
            b"busy" => Err(PortError::unavailable("overloaded").into()),
            _ => Ok(AVATAR_SIZES
                .map(|size| AvatarImage { size, media_type: "image/jpeg", bytes: file.clone() })
                .to_vec()),
        }
    }
}

/// Hashes `p` to `$new$p`; takes `$old$p` too, but wants it made anew. Spaces become `_`.
#[derive(Default)]
pub(crate) struct FakePasswords {
    /// Whether each check had a hash to check against.
    pub checks: Mutex<Vec<bool>>,
    pub away: AtomicBool,
    pub cannot_hash: AtomicBool,
}

fn fake_hash(kind: &str, password: &Password) -> PasswordHash {
    PasswordHash::parse(&format!("${kind}${}", password.expose().replace(' ', "_"))).unwrap()
}

#[async_trait]
impl PasswordHasher for FakePasswords {
    async fn hash(&self, password: &Password) -> Result<PasswordHash, PortError> {
        if self.cannot_hash.load(Ordering::SeqCst) {
            return Err(PortError::unavailable("overloaded"));
        }
        Ok(fake_hash("new", password))
    }

    async fn verify(&self, password: &Password, hash: Option<&PasswordHash>) -> Result<PasswordCheck, PortError> {
        if self.away.load(Ordering::SeqCst) {
            return Err(PortError::unavailable("overloaded"));
        }
        self.checks.lock().unwrap().push(hash.is_some());
        Ok(match hash {
            Some(hash) if *hash == fake_hash("new", password) => PasswordCheck::Matches { needs_rehash: false },
            Some(hash) if *hash == fake_hash("old", password) => PasswordCheck::Matches { needs_rehash: true },
            _ => PasswordCheck::Differs,
        })
    }
}

/// Signs nothing: the token shows what it says.
#[derive(Default)]
pub(crate) struct FakeAccessTokens {
    pub away: AtomicBool,
}

impl AccessTokens for FakeAccessTokens {
    fn issue(&self, claims: &AccessClaims, now: DateTime<Utc>) -> Result<AccessToken, PortError> {
        if self.away.load(Ordering::SeqCst) {
            return Err(PortError::unavailable("no key"));
        }
        let AccessClaims { user_id, session_id, role, nickname, token_id } = claims;
        let token = format!("{user_id} {session_id} {} {nickname} {token_id} {}", role.as_str(), now.timestamp());
        Ok(AccessToken { token: token.into(), expires_in: TimeDelta::minutes(15) })
    }

    fn verify(&self, _token: &str, _now: DateTime<Utc>) -> Result<Principal, AccessTokenError> {
        Err(AccessTokenError::Invalid)
    }
}

/// Tokens `t1`, `t2`, ...; the successor of `t1` is `t1+`.
#[derive(Default)]
pub(crate) struct FakeRefreshTokens(AtomicUsize);

impl RefreshTokens for FakeRefreshTokens {
    fn generate(&self) -> (SecretString, RefreshTokenHash) {
        let token = format!("t{}", self.0.fetch_add(1, Ordering::SeqCst) + 1);
        (token.as_str().into(), self.hash(&token))
    }

    fn successor(&self, token: &str) -> (SecretString, RefreshTokenHash) {
        let token = format!("{token}+");
        (token.as_str().into(), self.hash(&token))
    }

    fn hash(&self, token: &str) -> RefreshTokenHash {
        let mut bytes = [0; 32];
        for (at, byte) in token.bytes().enumerate() {
            bytes[at % 32] ^= byte;
        }
        bytes[31] ^= u8::try_from(token.len() % 256).unwrap();
        RefreshTokenHash::from_bytes(bytes)
    }
}

/// All fakes with the ports that they stand for. The clock shows 2026-01-01T00:00:00Z.
pub(crate) struct World {
    pub users: Arc<FakeUsers>,
    pub sessions: Arc<FakeSessions>,
    pub audit_log: Arc<FakeAuditLog>,
    pub avatars: Arc<FakeAvatars>,
    pub passwords: Arc<FakePasswords>,
    pub access_tokens: Arc<FakeAccessTokens>,
    pub clock: Arc<FixedClock>,
    pub ports: AccountPorts,
}

impl World {
    pub fn new() -> Self {
        let users = Arc::new(FakeUsers::default());
        let sessions = Arc::new(FakeSessions::default());
        let audit_log = Arc::new(FakeAuditLog::default());
        let avatars = Arc::new(FakeAvatars::default());
        let passwords = Arc::new(FakePasswords::default());
        let access_tokens = Arc::new(FakeAccessTokens::default());
        let clock = Arc::new(FixedClock::at("2026-01-01T00:00:00Z".parse().unwrap()));
        let ports = AccountPorts {
            users: Arc::clone(&users) as _,
            sessions: Arc::clone(&sessions) as _,
            user_reader: Arc::clone(&users) as _,
            links: Arc::new(FakeLinks),
            audit_log: Arc::clone(&audit_log) as _,
            avatars: Arc::clone(&avatars) as _,
            avatar_renderer: Arc::new(FakeRenderer),
            passwords: Arc::clone(&passwords) as _,
            access_tokens: Arc::clone(&access_tokens) as _,
            refresh_tokens: Arc::new(FakeRefreshTokens::default()),
            clock: Arc::clone(&clock) as _,
            ids: Arc::new(SequentialIds::default()),
            session_lifetime: SESSION_LIFETIME,
        };
        Self { users, sessions, audit_log, avatars, passwords, access_tokens, clock, ports }
    }

    /// A world in which Alice has an account with the password `correct horse`.
    pub async fn with_alice() -> (Self, UserId) {
        let world = Self::new();
        let user = RegisterUser::new(&world.ports).execute(alice()).await.unwrap();
        (world, user.id)
    }

    /// Alice signs in.
    pub async fn sign_in(&self) -> SignedIn {
        LogIn::new(&self.ports).execute(log_in("alice", "correct horse")).await.unwrap()
    }

    /// The account as it is stored.
    pub fn user(&self, id: UserId) -> User {
        User::from_snapshot(self.users.rows.lock().unwrap()[&id].clone()).unwrap()
    }

    /// Somebody else has an account, and administers.
    pub async fn add_admin(&self, name: &str) -> UserId {
        let command =
            RegisterUserCommand { username: name.to_owned(), email: format!("{name}@example.com"), ..alice() };
        let id = RegisterUser::new(&self.ports).execute(command).await.unwrap().id;
        self.edit_user(id, |row| row.role = UserRole::Admin);
        id
    }

    /// Changes the stored account behind the use cases' back.
    pub fn edit_user(&self, id: UserId, edit: impl FnOnce(&mut UserSnapshot)) {
        edit(self.users.rows.lock().unwrap().get_mut(&id).unwrap());
    }

    pub fn ban(&self, id: UserId) {
        let at = DateTime::UNIX_EPOCH;
        self.edit_user(id, |row| row.ban = Some(Ban { at, until: None, reason: "spam".to_owned() }));
    }
}

pub(crate) fn alice() -> RegisterUserCommand {
    RegisterUserCommand {
        username: "Alice".to_owned(),
        email: "Alice@Example.com".to_owned(),
        password: "correct horse".into(),
        nickname: None,
        language: Language::English,
    }
}

pub(crate) fn log_in(login: &str, password: &str) -> LogInCommand {
    LogInCommand {
        login: login.to_owned(),
        password: password.into(),
        user_agent: Some("Firefox".to_owned()),
        address: Some([127, 0, 0, 1].into()),
    }
}

pub(crate) fn refresh(token: &SecretString) -> RefreshSessionCommand {
    RefreshSessionCommand { refresh_token: token.expose_secret().into() }
}
