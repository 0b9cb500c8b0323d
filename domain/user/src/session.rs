//! The session: one device that is signed in, one family of refresh tokens.

use std::net::IpAddr;

use chrono::{DateTime, TimeDelta, Utc};
use domain_shared::{Events, SessionId, UserId};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::{RefreshTokenHash, SessionEvent};

/// How long the token before the current one still gets an answer: two tabs may refresh at once, and a client whose
/// answer was lost may ask again. Used later than that, it was stolen (RFC 9700, section 4.14.2).
pub const REFRESH_GRACE: TimeDelta = TimeDelta::seconds(10);

/// What is known of a device.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Device {
    user_agent: Option<String>,
    address: Option<IpAddr>,
}

impl Device {
    /// The most characters kept of the `User-Agent`.
    pub const MAX_USER_AGENT: usize = 256;

    /// Takes what a client says of itself: control characters are dropped, and what is too long is cut.
    #[must_use]
    pub fn new(user_agent: Option<&str>, address: Option<IpAddr>) -> Self {
        let user_agent = user_agent
            .map(|text| text.chars().filter(|c| !c.is_control()).take(Self::MAX_USER_AGENT).collect::<String>())
            .filter(|text| !text.trim().is_empty());
        Self { user_agent, address }
    }

    /// The `User-Agent`, if any.
    #[must_use]
    pub fn user_agent(&self) -> Option<&str> {
        self.user_agent.as_deref()
    }

    /// The address of the client.
    #[must_use]
    pub const fn address(&self) -> Option<IpAddr> {
        self.address
    }
}

/// Why a session ended before its time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SessionEndReason {
    /// The user signed out.
    SignedOut,
    /// A refresh token came again after its successor had been given out: somebody else has it.
    TokenReused,
    /// The account was banned.
    Banned,
    /// The user ended it from another device.
    EndedRemotely,
    /// The password was changed by another device, or by a mailed link.
    PasswordChanged,
    /// The user has the account deleted.
    AccountClosed,
    /// The user signed in on more devices than an account may have.
    TooMany,
}

/// The text names no reason.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("no such reason to end a session")]
pub struct UnknownEndReason;

impl SessionEndReason {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::SignedOut,
        Self::TokenReused,
        Self::Banned,
        Self::EndedRemotely,
        Self::PasswordChanged,
        Self::AccountClosed,
        Self::TooMany,
    ];

    /// The stable name, such as `signed-out`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::SignedOut => "signed-out",
            Self::TokenReused => "token-reused",
            Self::Banned => "banned",
            Self::EndedRemotely => "ended-remotely",
            Self::PasswordChanged => "password-changed",
            Self::AccountClosed => "account-closed",
            Self::TooMany => "too-many",
        }
    }

    /// Finds the reason of that stable name.
    ///
    /// # Errors
    /// [`UnknownEndReason`] when there is none.
    pub fn parse(name: &str) -> Result<Self, UnknownEndReason> {
        Self::ALL.into_iter().find(|reason| reason.as_str() == name).ok_or(UnknownEndReason)
    }
}

/// That a session has ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SessionEnded {
    /// When.
    pub at: DateTime<Utc>,
    /// Why.
    pub reason: SessionEndReason,
}

/// The token before the current one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct PreviousToken {
    hash: RefreshTokenHash,
    rotated_at: DateTime<Utc>,
}

/// One device that is signed in. Each refresh token is used once: it is exchanged for its successor. Only the session's
/// current token and the one before are known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    id: SessionId,
    user_id: UserId,
    refresh_hash: RefreshTokenHash,
    previous: Option<PreviousToken>,
    device: Device,
    created_at: DateTime<Utc>,
    last_used_at: DateTime<Utc>,
    expires_at: DateTime<Utc>,
    ended: Option<SessionEnded>,
    version: i64,
    events: Events<SessionEvent>,
}

/// A session as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionSnapshot {
    /// The identifier.
    pub id: SessionId,
    /// Whose it is.
    pub user_id: UserId,
    /// The current token's hash.
    pub refresh_hash: RefreshTokenHash,
    /// The hash of the token before, and when it was exchanged. Both or neither.
    pub previous: Option<(RefreshTokenHash, DateTime<Utc>)>,
    /// The device's `User-Agent`.
    pub user_agent: Option<String>,
    /// The device's address.
    pub address: Option<IpAddr>,
    /// When it signed in.
    pub created_at: DateTime<Utc>,
    /// When a token was last exchanged.
    pub last_used_at: DateTime<Utc>,
    /// When it expires unless a token is exchanged.
    pub expires_at: DateTime<Utc>,
    /// When and why it ended.
    pub ended: Option<SessionEnded>,
    /// How often it has been stored; 0: never.
    pub version: i64,
}

/// How a refresh token was taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rotation {
    /// The successor is the current token now. The session is to be stored.
    Rotated,
    /// The token has been exchanged for the same successor moments ago; give the successor out once more. Nothing changed.
    Repeated,
}

/// Why a refresh token was not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum RotateError {
    /// The session had ended.
    #[error("the session has ended")]
    Ended,
    /// The session had expired.
    #[error("the session has expired")]
    Expired,
    /// The token was exchanged long ago: it was stolen, from the one or by the other. The session has ended by this, and
    /// is to be stored.
    #[error("the token has been used before")]
    Reused,
    /// It is not a token of this session.
    #[error("not a token of this session")]
    Unknown,
}

impl Session {
    /// Signs a device in, until `lifetime` has passed without a refresh.
    #[must_use]
    pub fn start(
        id: SessionId,
        user_id: UserId,
        refresh_hash: RefreshTokenHash,
        device: Device,
        lifetime: TimeDelta,
        now: DateTime<Utc>,
    ) -> Self {
        let mut events = Events::default();
        events.record(SessionEvent::Started { session_id: id, user_id, at: now });
        Self {
            id,
            user_id,
            refresh_hash,
            previous: None,
            device,
            created_at: now,
            last_used_at: now,
            expires_at: later(now, lifetime),
            ended: None,
            version: 0,
            events,
        }
    }

    /// Exchanges the token `offered` for its successor; both are given as hashes. The session then lasts for another
    /// `lifetime`.
    ///
    /// # Errors
    /// [`RotateError`]; after [`RotateError::Reused`] the session has ended.
    pub fn rotate(
        &mut self,
        offered: &RefreshTokenHash,
        successor: RefreshTokenHash,
        lifetime: TimeDelta,
        now: DateTime<Utc>,
    ) -> Result<Rotation, RotateError> {
        if self.ended.is_some() {
            return Err(RotateError::Ended);
        }
        if now >= self.expires_at {
            return Err(RotateError::Expired);
        }
        if *offered == self.refresh_hash {
            self.previous = Some(PreviousToken { hash: self.refresh_hash, rotated_at: now });
            self.refresh_hash = successor;
            self.last_used_at = now;
            self.expires_at = later(now, lifetime);
            return Ok(Rotation::Rotated);
        }
        match self.previous {
            Some(previous) if previous.hash == *offered => {
                if now - previous.rotated_at > REFRESH_GRACE {
                    self.end(SessionEndReason::TokenReused, now);
                    return Err(RotateError::Reused);
                }
                // Another successor than the one given out would leave one of two tabs with a token that nobody knows.
                if successor == self.refresh_hash { Ok(Rotation::Repeated) } else { Err(RotateError::Unknown) }
            }
            _ => Err(RotateError::Unknown),
        }
    }

    /// Ends the session. Tells whether it had not ended before.
    pub fn end(&mut self, reason: SessionEndReason, now: DateTime<Utc>) -> bool {
        if self.ended.is_some() {
            return false;
        }
        self.ended = Some(SessionEnded { at: now, reason });
        self.events.record(SessionEvent::Ended { session_id: self.id, user_id: self.user_id, reason, at: now });
        true
    }

    /// The identifier.
    #[must_use]
    pub const fn id(&self) -> SessionId {
        self.id
    }

    /// Whose it is.
    #[must_use]
    pub const fn user_id(&self) -> UserId {
        self.user_id
    }

    /// The device.
    #[must_use]
    pub const fn device(&self) -> &Device {
        &self.device
    }

    /// When it signed in.
    #[must_use]
    pub const fn created_at(&self) -> DateTime<Utc> {
        self.created_at
    }

    /// When a token was last exchanged.
    #[must_use]
    pub const fn last_used_at(&self) -> DateTime<Utc> {
        self.last_used_at
    }

    /// When it expires unless a token is exchanged.
    #[must_use]
    pub const fn expires_at(&self) -> DateTime<Utc> {
        self.expires_at
    }

    /// When and why it ended, if it has.
    #[must_use]
    pub const fn ended(&self) -> Option<SessionEnded> {
        self.ended
    }

    /// How often it has been stored; 0: never.
    #[must_use]
    pub const fn version(&self) -> i64 {
        self.version
    }

    /// What it has stated since it was loaded, for the outbox.
    #[must_use]
    pub fn pending_events(&self) -> &[SessionEvent] {
        self.events.pending()
    }

    /// The repository has stored it, with its events, as `version`.
    pub fn mark_stored(&mut self, version: i64) {
        self.version = version;
        self.events.take();
    }

    /// The session as it is to be stored.
    #[must_use]
    pub fn to_snapshot(&self) -> SessionSnapshot {
        SessionSnapshot {
            id: self.id,
            user_id: self.user_id,
            refresh_hash: self.refresh_hash,
            previous: self.previous.map(|previous| (previous.hash, previous.rotated_at)),
            user_agent: self.device.user_agent.clone(),
            address: self.device.address,
            created_at: self.created_at,
            last_used_at: self.last_used_at,
            expires_at: self.expires_at,
            ended: self.ended,
            version: self.version,
        }
    }

    /// The session as it was stored.
    #[must_use]
    pub fn from_snapshot(snapshot: SessionSnapshot) -> Self {
        Self {
            id: snapshot.id,
            user_id: snapshot.user_id,
            refresh_hash: snapshot.refresh_hash,
            previous: snapshot.previous.map(|(hash, rotated_at)| PreviousToken { hash, rotated_at }),
            device: Device::new(snapshot.user_agent.as_deref(), snapshot.address),
            created_at: snapshot.created_at,
            last_used_at: snapshot.last_used_at,
            expires_at: snapshot.expires_at,
            ended: snapshot.ended,
            version: snapshot.version,
            events: Events::default(),
        }
    }
}

/// `now + lifetime`, or the end of time.
fn later(now: DateTime<Utc>, lifetime: TimeDelta) -> DateTime<Utc> {
    now.checked_add_signed(lifetime).unwrap_or(DateTime::<Utc>::MAX_UTC)
}

#[cfg(test)]
mod tests {
    use domain_shared::DomainEvent;
    use uuid::Uuid;

    use super::*;

    const LIFETIME: TimeDelta = TimeDelta::days(30);

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::UNIX_EPOCH + TimeDelta::seconds(seconds)
    }

    fn token(n: u8) -> RefreshTokenHash {
        RefreshTokenHash::from_bytes([n; 32])
    }

    /// A session that started at 0 with token 1 and is stored.
    fn session() -> Session {
        let (id, user) = (SessionId::from_uuid(Uuid::from_u128(1)), UserId::from_uuid(Uuid::from_u128(2)));
        let device = Device::new(Some("Firefox"), Some([127, 0, 0, 1].into()));
        let mut session = Session::start(id, user, token(1), device, LIFETIME, at(0));
        session.mark_stored(1);
        session
    }

    #[test]
    fn a_session_states_that_it_started() {
        let (id, user_id) = (SessionId::from_uuid(Uuid::from_u128(1)), UserId::from_uuid(Uuid::from_u128(2)));
        let session = Session::start(id, user_id, token(1), Device::default(), LIFETIME, at(7));
        let [event] = session.pending_events() else { panic!("one event") };
        assert_eq!(*event, SessionEvent::Started { session_id: id, user_id, at: at(7) });
        assert_eq!((event.name(), event.aggregate_id(), event.occurred_at()), ("session.started", id.as_uuid(), at(7)));
        assert_eq!((session.version(), session.ended(), session.expires_at()), (0, None, at(7) + LIFETIME));
    }

    #[test]
    fn each_token_is_exchanged_for_its_successor_and_the_session_lasts_longer() {
        let mut session = session();
        assert_eq!(session.rotate(&token(1), token(2), LIFETIME, at(100)), Ok(Rotation::Rotated));
        assert_eq!(session.rotate(&token(2), token(3), LIFETIME, at(200)), Ok(Rotation::Rotated));
        let stored = session.to_snapshot();
        assert_eq!((stored.refresh_hash, stored.previous), (token(3), Some((token(2), at(200)))));
        assert_eq!((stored.last_used_at, stored.expires_at), (at(200), at(200) + LIFETIME));
        assert_eq!(session.rotate(&token(1), token(4), LIFETIME, at(201)), Err(RotateError::Unknown));
    }

    #[test]
    fn the_token_before_gets_the_same_successor_within_the_grace() {
        let mut session = session();
        session.rotate(&token(1), token(2), LIFETIME, at(100)).unwrap();
        let before = session.clone();
        for second in [100, 105, 110] {
            assert_eq!(session.rotate(&token(1), token(2), LIFETIME, at(second)), Ok(Rotation::Repeated));
        }
        assert_eq!(session.rotate(&token(1), token(9), LIFETIME, at(110)), Err(RotateError::Unknown));
        assert_eq!(session, before);
    }

    #[test]
    fn the_token_before_ends_the_session_after_the_grace() {
        let mut session = session();
        session.rotate(&token(1), token(2), LIFETIME, at(100)).unwrap();
        let later = at(110) + TimeDelta::milliseconds(1);
        assert_eq!(session.rotate(&token(1), token(2), LIFETIME, later), Err(RotateError::Reused));
        assert_eq!(session.ended(), Some(SessionEnded { at: later, reason: SessionEndReason::TokenReused }));
        let [event] = session.pending_events() else { panic!("one event") };
        assert_eq!(
            (event.name(), event.aggregate_id(), event.occurred_at()),
            ("session.ended", session.id().as_uuid(), later)
        );
        assert_eq!(session.rotate(&token(2), token(3), LIFETIME, later), Err(RotateError::Ended));
    }

    #[test]
    fn a_strange_token_changes_nothing() {
        let mut session = session();
        let before = session.clone();
        assert_eq!(session.rotate(&token(7), token(2), LIFETIME, at(1)), Err(RotateError::Unknown));
        assert_eq!(session, before);
    }

    #[test]
    fn a_session_that_is_not_used_expires() {
        let mut session = session();
        let end = at(0) + LIFETIME;
        assert_eq!(session.rotate(&token(1), token(2), LIFETIME, end), Err(RotateError::Expired));
        assert_eq!(session.rotate(&token(1), token(2), LIFETIME, end - TimeDelta::seconds(1)), Ok(Rotation::Rotated));
        assert_eq!(session.rotate(&token(2), token(3), LIFETIME, end + TimeDelta::days(1)), Ok(Rotation::Rotated));
    }

    #[test]
    fn a_lifetime_without_end_does_not_overflow() {
        let mut session = session();
        assert_eq!(session.rotate(&token(1), token(2), TimeDelta::MAX, at(1)), Ok(Rotation::Rotated));
        assert_eq!(session.expires_at(), DateTime::<Utc>::MAX_UTC);
    }

    #[test]
    fn a_session_ends_once() {
        let mut session = session();
        assert!(session.end(SessionEndReason::SignedOut, at(5)));
        assert!(!session.end(SessionEndReason::Banned, at(6)));
        assert_eq!(session.ended(), Some(SessionEnded { at: at(5), reason: SessionEndReason::SignedOut }));
        let (session_id, user_id) = (session.id(), session.user_id());
        let ended = SessionEvent::Ended { session_id, user_id, reason: SessionEndReason::SignedOut, at: at(5) };
        assert_eq!(session.pending_events(), [ended]);
        assert_eq!(session.rotate(&token(1), token(2), LIFETIME, at(7)), Err(RotateError::Ended));
        session.mark_stored(2);
        assert_eq!((session.version(), session.pending_events()), (2, [].as_slice()));
    }

    #[test]
    fn a_snapshot_brings_the_same_session_back() {
        let mut session = session();
        session.rotate(&token(1), token(2), LIFETIME, at(100)).unwrap();
        assert_eq!(Session::from_snapshot(session.to_snapshot()), session);
        session.end(SessionEndReason::Banned, at(101));
        session.mark_stored(2);
        let back = Session::from_snapshot(session.to_snapshot());
        assert_eq!(back, session);
        assert_eq!(
            (back.device().user_agent(), back.device().address()),
            (Some("Firefox"), Some([127, 0, 0, 1].into()))
        );
    }

    #[test]
    fn what_a_device_says_of_itself_is_cut_and_cleaned() {
        for (said, kept) in [(None, None), (Some(""), None), (Some(" \n"), None), (Some("A\r\n\0B\u{7f}"), Some("AB"))]
        {
            assert_eq!(Device::new(said, None).user_agent(), kept);
        }
        let long = "é".repeat(1000);
        assert_eq!(Device::new(Some(&long), None).user_agent().map(|text| text.chars().count()), Some(256));
    }

    #[test]
    fn reasons_have_stable_names() {
        for reason in SessionEndReason::ALL {
            assert_eq!(SessionEndReason::parse(reason.as_str()), Ok(reason));
        }
        assert_eq!(SessionEndReason::parse("bored"), Err(UnknownEndReason));
    }
}
