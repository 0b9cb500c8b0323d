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
use domain_shared::{FixedClock, SequentialIds, SessionId, UserId};
use domain_user::{
    Email, Password, PasswordHash, RefreshTokenHash, Session, SessionEvent, SessionSnapshot, User, UserEvent,
    UserSnapshot, UserStatus, Username,
};
use secrecy::{ExposeSecret, SecretString};

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
    pub passwords: Arc<FakePasswords>,
    pub access_tokens: Arc<FakeAccessTokens>,
    pub clock: Arc<FixedClock>,
    pub ports: AccountPorts,
}

impl World {
    pub fn new() -> Self {
        let users = Arc::new(FakeUsers::default());
        let sessions = Arc::new(FakeSessions::default());
        let passwords = Arc::new(FakePasswords::default());
        let access_tokens = Arc::new(FakeAccessTokens::default());
        let clock = Arc::new(FixedClock::at("2026-01-01T00:00:00Z".parse().unwrap()));
        let ports = AccountPorts {
            users: Arc::clone(&users) as _,
            sessions: Arc::clone(&sessions) as _,
            passwords: Arc::clone(&passwords) as _,
            access_tokens: Arc::clone(&access_tokens) as _,
            refresh_tokens: Arc::new(FakeRefreshTokens::default()),
            clock: Arc::clone(&clock) as _,
            ids: Arc::new(SequentialIds::default()),
            session_lifetime: SESSION_LIFETIME,
        };
        Self { users, sessions, passwords, access_tokens, clock, ports }
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

    /// Changes the stored account behind the use cases' back.
    pub fn edit_user(&self, id: UserId, edit: impl FnOnce(&mut UserSnapshot)) {
        edit(self.users.rows.lock().unwrap().get_mut(&id).unwrap());
    }

    pub fn ban(&self, id: UserId) {
        let at = DateTime::UNIX_EPOCH;
        self.edit_user(id, |row| row.status = UserStatus::Banned { at, reason: "spam".to_owned() });
    }
}

pub(crate) fn alice() -> RegisterUserCommand {
    RegisterUserCommand {
        username: "Alice".to_owned(),
        email: "Alice@Example.com".to_owned(),
        password: "correct horse".into(),
        nickname: None,
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
