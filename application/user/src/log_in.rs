//! Signs somebody in on a device.

use std::{net::IpAddr, sync::Arc};

use application_shared::PortError;
use chrono::{DateTime, TimeDelta, Utc};
use domain_shared::{Clock, EventId, IdGenerator, UserId};
use domain_user::{Device, Email, Password, Session, SessionEndReason, User, UserStatus, Username};
use secrecy::SecretString;
use thiserror::Error;

use crate::{
    AccessTokens, AccountPorts, AuditEntry, AuditLog, PasswordCheck, PasswordHasher, RefreshTokens, SessionRepository,
    SignedIn, UserRepository, changes::end_session,
};

/// What somebody offers.
#[derive(Debug, Clone)]
pub struct LogInCommand {
    /// The username or the e-mail address.
    pub login: String,
    /// The password.
    pub password: SecretString,
    /// The device's `User-Agent`.
    pub user_agent: Option<String>,
    /// The device's address.
    pub address: Option<IpAddr>,
}

/// Why nobody was signed in.
#[derive(Debug, Error)]
pub enum LogInError {
    /// There is no such account, or the password is not its password; which of both is not told.
    #[error("the username or the password is wrong")]
    InvalidCredentials,
    /// The password is right, but the account may not be used.
    #[error("the account is banned")]
    Banned,
    /// A port could not do its work.
    #[error(transparent)]
    Port(#[from] PortError),
}

/// Why somebody was kept out, as the audit log has it.
#[derive(Debug, Clone, Copy)]
enum Refusal {
    UnknownAccount,
    WrongPassword,
    Banned,
}

impl Refusal {
    const fn as_str(self) -> &'static str {
        match self {
            Self::UnknownAccount => "unknown-account",
            Self::WrongPassword => "wrong-password",
            Self::Banned => "banned",
        }
    }
}

/// Signs somebody in on a device.
pub struct LogIn {
    users: Arc<dyn UserRepository>,
    sessions: Arc<dyn SessionRepository>,
    passwords: Arc<dyn PasswordHasher>,
    access_tokens: Arc<dyn AccessTokens>,
    refresh_tokens: Arc<dyn RefreshTokens>,
    audit_log: Arc<dyn AuditLog>,
    clock: Arc<dyn Clock>,
    ids: Arc<dyn IdGenerator>,
    session_lifetime: TimeDelta,
}

impl LogIn {
    /// The most devices that one account may be signed in on.
    pub const MAX_SESSIONS: usize = 50;

    /// Takes the ports.
    #[must_use]
    pub fn new(ports: &AccountPorts) -> Self {
        Self {
            users: Arc::clone(&ports.users),
            sessions: Arc::clone(&ports.sessions),
            passwords: Arc::clone(&ports.passwords),
            access_tokens: Arc::clone(&ports.access_tokens),
            refresh_tokens: Arc::clone(&ports.refresh_tokens),
            audit_log: Arc::clone(&ports.audit_log),
            clock: Arc::clone(&ports.clock),
            ids: Arc::clone(&ports.ids),
            session_lifetime: ports.session_lifetime,
        }
    }

    /// Starts a session.
    ///
    /// # Errors
    /// [`LogInError`].
    pub async fn execute(&self, command: LogInCommand) -> Result<SignedIn, LogInError> {
        // Nobody's password is longer, whoever it may be.
        let password = Password::offer(&command.password).map_err(|_| LogInError::InvalidCredentials)?;
        let now = self.clock.now();
        let mut user = match self.authenticate(&command.login, &password, now).await? {
            Ok(user) if user.is_banned(now) => {
                self.record(Refusal::Banned, Some(user.id()), command.address, now).await;
                return Err(LogInError::Banned);
            }
            Ok(user) => user,
            Err((refusal, subject)) => {
                self.record(refusal, subject, command.address, now).await;
                return Err(LogInError::InvalidCredentials);
            }
        };
        // Whoever comes back in time keeps the account.
        if user.reopen(now) {
            self.users.update(&mut user).await?;
        }
        self.make_room(user.id(), now).await?;
        let (refresh, refresh_hash) = self.refresh_tokens.generate();
        let device = Device::new(command.user_agent.as_deref(), command.address);
        let id = self.ids.next().into();
        let mut session = Session::start(id, user.id(), refresh_hash, device, self.session_lifetime, now);
        self.sessions.insert(&mut session).await?;
        tracing::info!(user_id = %user.id(), session_id = %session.id(), "signed in");
        let token_id = self.ids.next();
        Ok(SignedIn::issue(&*self.access_tokens, &user, &session, refresh, token_id, now)?)
    }

    /// Signs the device out that was used longest ago when there are as many as an account may have.
    async fn make_room(&self, user_id: UserId, now: DateTime<Utc>) -> Result<(), PortError> {
        let live = self.sessions.live_of(user_id, now).await?;
        for session in live.into_iter().skip(Self::MAX_SESSIONS - 1) {
            end_session(&*self.sessions, session, SessionEndReason::TooMany, now).await?;
        }
        Ok(())
    }

    /// Finds the account that the password proves, doing the same work whether there is one or not.
    async fn authenticate(
        &self,
        login: &str,
        password: &Password,
        now: DateTime<Utc>,
    ) -> Result<Result<User, (Refusal, Option<UserId>)>, PortError> {
        let user = self.find(login).await?.filter(|user| user.status(now) != UserStatus::Deleted);
        let check = self.passwords.verify(password, user.as_ref().map(User::password_hash)).await?;
        Ok(match (user, check) {
            (Some(mut user), PasswordCheck::Matches { needs_rehash }) => {
                if needs_rehash && !user.is_banned(now) {
                    self.strengthen(&mut user, password).await;
                }
                Ok(user)
            }
            (Some(user), PasswordCheck::Differs) => Err((Refusal::WrongPassword, Some(user.id()))),
            (None, _) => Err((Refusal::UnknownAccount, None)),
        })
    }

    /// Records that somebody was kept out: always, so that the time does not tell whether there is such an account. What
    /// was offered as a name is not kept: it may be a password. Nobody is told when it cannot be recorded.
    async fn record(&self, refusal: Refusal, subject: Option<UserId>, address: Option<IpAddr>, now: DateTime<Utc>) {
        let entry = AuditEntry {
            id: EventId::from_uuid(self.ids.next()),
            at: now,
            action: "session.refused".to_owned(),
            actor_id: None,
            subject_id: subject,
            details: serde_json::json!({ "reason": refusal.as_str(), "address": address }),
        };
        if let Err(error) = self.audit_log.record(&entry).await {
            tracing::warn!(%error, "a refused sign-in was not recorded");
        }
    }

    async fn find(&self, login: &str) -> Result<Option<User>, PortError> {
        let login = login.trim();
        if let Ok(username) = Username::parse(login) {
            return self.users.find_by_username(&username).await;
        }
        match Email::parse(login) {
            Ok(email) => self.users.find_by_email(&email).await,
            Err(_) => Ok(None),
        }
    }

    /// Hashes the password anew with today's parameters. If that fails, the next sign-in does it.
    async fn strengthen(&self, user: &mut User, password: &Password) {
        let before = user.clone();
        let outcome = match self.passwords.hash(password).await {
            Ok(hash) => {
                user.strengthen_password_hash(hash);
                self.users.update(user).await
            }
            Err(error) => Err(error),
        };
        if let Err(error) = outcome {
            tracing::warn!(user_id = %user.id(), error = %error, "password hash not strengthened");
            *user = before;
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::Ordering;

    use domain_user::PasswordHash;
    use secrecy::ExposeSecret;

    use super::*;
    use crate::test_support::{SESSION_LIFETIME, World, log_in};

    #[tokio::test]
    async fn starts_a_session_by_name_or_address() {
        for login in ["alice", "ALICE", " Alice ", "alice@example.com", "Alice@Example.Com"] {
            let (world, id) = World::with_alice().await;
            let signed_in = LogIn::new(&world.ports).execute(log_in(login, "correct horse")).await.unwrap();
            let (session, now) = (world.sessions.only(), world.clock.now());
            assert_eq!((signed_in.user.id, session.user_id, signed_in.session_id), (id, id, session.id));
            assert_eq!(
                (session.user_agent.as_deref(), session.address),
                (Some("Firefox"), Some([127, 0, 0, 1].into()))
            );
            assert_eq!(signed_in.refresh_expires_at, now + SESSION_LIFETIME);
            assert_eq!(session.refresh_hash, world.ports.refresh_tokens.hash(signed_in.refresh.expose_secret()));
            let claims = signed_in.access.token.expose_secret();
            assert!(claims.starts_with(&format!("{id} {} user Alice ", session.id)), "{claims}");
            assert_eq!(world.sessions.events.lock().unwrap().len(), 1);
        }
    }

    #[tokio::test]
    async fn an_unknown_user_and_a_wrong_password_get_the_same_answer_for_the_same_work() {
        let (world, _) = World::with_alice().await;
        let use_case = LogIn::new(&world.ports);
        let mut answers = Vec::new();
        for (login, password) in
            [("alice", "wrong"), ("bob", "wrong"), ("bob@example.com", "wrong"), ("no name at all", "wrong"), ("", "")]
        {
            answers.push(use_case.execute(log_in(login, password)).await.map(|_| ()).unwrap_err().to_string());
        }
        assert!(answers.iter().all(|answer| *answer == answers[0]));
        let entries = world.audit_log.entries.lock().unwrap().clone();
        assert_eq!(entries.len(), answers.len(), "each is recorded");
        assert_eq!(*world.passwords.checks.lock().unwrap(), [true, false, false, false, false]);
        assert!(world.sessions.rows.lock().unwrap().is_empty());
    }

    #[tokio::test]
    async fn who_was_kept_out_is_recorded_without_what_was_offered() {
        let (world, id) = World::with_alice().await;
        let use_case = LogIn::new(&world.ports);
        use_case.execute(log_in("alice", "hunter2")).await.unwrap_err();
        use_case.execute(log_in("hunter2", "x")).await.unwrap_err();
        world.ban(id);
        use_case.execute(log_in("alice", "correct horse")).await.unwrap_err();
        let entries = world.audit_log.entries.lock().unwrap().clone();
        let told: Vec<_> = entries.iter().map(|e| (e.action.as_str(), e.actor_id, e.subject_id, &e.details)).collect();
        let details = |reason: &str| serde_json::json!({ "reason": reason, "address": "127.0.0.1" });
        assert_eq!(
            told,
            [
                ("session.refused", None, Some(id), &details("wrong-password")),
                ("session.refused", None, None, &details("unknown-account")),
                ("session.refused", None, Some(id), &details("banned")),
            ]
        );
        assert!(!format!("{entries:?}").contains("hunter2"));
        world.audit_log.away.store(true, Ordering::SeqCst);
        let outcome = use_case.execute(log_in("alice", "wrong")).await;
        assert!(matches!(outcome, Err(LogInError::InvalidCredentials)), "the answer is the same");
    }

    #[tokio::test]
    async fn a_password_longer_than_any_is_wrong_without_work() {
        let (world, _) = World::with_alice().await;
        let outcome = LogIn::new(&world.ports).execute(log_in("alice", &"x".repeat(129))).await;
        assert!(matches!(outcome, Err(LogInError::InvalidCredentials)));
        assert!(world.passwords.checks.lock().unwrap().is_empty());
    }

    #[tokio::test]
    async fn who_is_banned_learns_so_only_with_the_right_password() {
        let (world, id) = World::with_alice().await;
        world.edit_user(id, |row| row.password_hash = PasswordHash::parse("$old$correct_horse").unwrap());
        world.ban(id);
        let use_case = LogIn::new(&world.ports);
        assert!(matches!(use_case.execute(log_in("alice", "wrong")).await, Err(LogInError::InvalidCredentials)));
        assert!(matches!(use_case.execute(log_in("alice", "correct horse")).await, Err(LogInError::Banned)));
        assert!(world.sessions.rows.lock().unwrap().is_empty());
        assert_eq!(world.users.rows.lock().unwrap()[&id].version, 1);
    }

    #[tokio::test]
    async fn an_old_hash_is_made_anew() {
        let (world, id) = World::with_alice().await;
        world.edit_user(id, |row| row.password_hash = PasswordHash::parse("$old$correct_horse").unwrap());
        world.sign_in().await;
        let row = world.users.rows.lock().unwrap()[&id].clone();
        assert_eq!((row.password_hash.as_str(), row.version), ("$new$correct_horse", 2));
    }

    #[tokio::test]
    async fn an_old_hash_that_cannot_be_made_anew_keeps_nobody_out() {
        let (world, id) = World::with_alice().await;
        world.edit_user(id, |row| row.password_hash = PasswordHash::parse("$old$correct_horse").unwrap());
        world.passwords.cannot_hash.store(true, Ordering::SeqCst);
        world.sign_in().await;
        world.passwords.cannot_hash.store(false, Ordering::SeqCst);
        world.users.troubles.conflicts.store(1, Ordering::SeqCst);
        world.sign_in().await;
        assert_eq!(world.users.rows.lock().unwrap()[&id].password_hash.as_str(), "$old$correct_horse");
    }

    #[tokio::test]
    async fn a_port_that_fails_is_told_as_such() {
        let (world, _) = World::with_alice().await;
        let use_case = LogIn::new(&world.ports);
        for away in [
            &world.users.troubles.away,
            &world.passwords.away,
            &world.sessions.troubles.away,
            &world.access_tokens.away,
        ] {
            away.store(true, Ordering::SeqCst);
            let outcome = use_case.execute(log_in("alice", "correct horse")).await;
            assert!(matches!(outcome, Err(LogInError::Port(PortError::Unavailable(_)))));
            away.store(false, Ordering::SeqCst);
        }
    }
}
