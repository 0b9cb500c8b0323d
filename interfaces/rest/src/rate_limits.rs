//! Limits of what can be abused: guessing passwords, making accounts in bulk, and asking more than anybody needs.

use std::{net::IpAddr, sync::Arc, time::Duration};

use application_shared::{RateDecision, RateLimit, RateLimiter};
use domain_shared::{ApiKeyId, UserId};
use poem::http::{HeaderMap, HeaderName, HeaderValue, header};

use crate::{authorisation::Limited, client_address::limit_key, code::Code, config::RestLimits, failure::Failure};

const LIMIT: HeaderName = HeaderName::from_static("ratelimit-limit");
const REMAINING: HeaderName = HeaderName::from_static("ratelimit-remaining");
const RESET: HeaderName = HeaderName::from_static("ratelimit-reset");

/// No account has a longer name (an e-mail address has at most 254 characters).
const MAX_NAME: usize = 254;

/// Counts uses against the configured limits.
pub struct RateLimits {
    limiter: Arc<dyn RateLimiter>,
    limits: RestLimits,
}

impl RateLimits {
    /// Counts with `limiter`.
    pub fn new(limiter: Arc<dyn RateLimiter>, limits: RestLimits) -> Self {
        Self { limiter, limits }
    }

    /// Counts one use of an operation from an address. Returns what to tell the client.
    pub async fn count_address(&self, limited: Limited, address: Option<IpAddr>) -> Result<HeaderMap, Failure> {
        let (name, limit) = self.limit_of(limited);
        Ok(told(self.count(&format!("{name}:address:{}", limit_key(address)), limit).await?))
    }

    /// Counts one use of an operation by an account. Returns what to tell the client.
    pub async fn count_account(&self, limited: Limited, user: UserId) -> Result<HeaderMap, Failure> {
        let (name, limit) = self.limit_of(limited);
        Ok(told(self.count(&format!("{name}:user:{user}"), limit).await?))
    }

    /// Counts one use of any operation by somebody who is signed in, against the general limit.
    pub async fn count_user(&self, operation: &str, user: UserId) -> Result<(), Failure> {
        self.count(&format!("user:{operation}:{user}"), self.limits.user_per_operation).await.map(drop)
    }

    /// Counts one use of any operation by another backend. Returns what to tell it.
    pub async fn count_api_key(&self, operation: &str, key: ApiKeyId) -> Result<HeaderMap, Failure> {
        Ok(told(self.count(&format!("api-key:{operation}:{key}"), self.limits.api_key_per_operation).await?))
    }

    /// Counts one mail to an address, whether it belongs to an account or not.
    pub async fn count_password_reset(&self, email: &str) -> Result<(), Failure> {
        let key = format!("password-reset:account:{}", account_key(email));
        self.count(&key, self.limits.password_reset_per_account).await.map(drop)
    }

    /// Counts so many people whom a user invites. They are counted up to the first that is too many.
    pub async fn count_invitations(&self, user: UserId, people: usize) -> Result<(), Failure> {
        let key = format!("invite:user:{user}");
        for _ in 0..people {
            self.count(&key, self.limits.invitation_per_account).await?;
        }
        Ok(())
    }

    const fn limit_of(&self, limited: Limited) -> (&'static str, RateLimit) {
        match limited {
            Limited::LogIn => ("login", self.limits.login_per_address),
            Limited::Register => ("register", self.limits.register_per_address),
            Limited::Refresh => ("refresh", self.limits.refresh_per_address),
            Limited::PasswordReset => ("password-reset", self.limits.password_reset_per_address),
            Limited::EmailVerification => ("email-verification", self.limits.email_verification_per_account),
            Limited::Password => ("password", self.limits.password_per_account),
            Limited::AvatarUpload => ("avatar-upload", self.limits.avatar_upload_per_account),
            Limited::MediaUpload => ("media-upload", self.limits.media_upload_per_account),
            Limited::InvitationLink => ("invitation-link", self.limits.invitation_link_per_address),
            Limited::Join => ("join", self.limits.join_per_account),
            Limited::JoinAsGuest => ("join-as-guest", self.limits.join_per_address),
        }
    }

    /// Counts one login under a name, whether it exists or not.
    pub async fn count_login(&self, name: &str) -> Result<(), Failure> {
        let key = format!("login:account:{}", account_key(name));
        self.count(&key, self.limits.login_per_account).await.map(drop)
    }

    /// Counts one use. `None` when it could not be counted, and is let through.
    async fn count(&self, key: &str, limit: RateLimit) -> Result<Option<RateDecision>, Failure> {
        match self.limiter.check(key, limit).await {
            Ok(decision) if decision.allowed => Ok(Some(decision)),
            Ok(decision) => {
                let retry_after = seconds(decision.retry_after.unwrap_or(decision.reset_after)).max(1);
                let mut failure =
                    Failure::new(Code::RateLimited).with_header(header::RETRY_AFTER, HeaderValue::from(retry_after));
                for (name, value) in headers(&decision) {
                    if let Some(name) = name {
                        failure = failure.with_header(name, value);
                    }
                }
                Err(failure)
            }
            // Nobody could sign in while the counters are away; hashing passwords is bounded in any case.
            Err(error) => {
                tracing::warn!(%error, "requests are not limited: the counters cannot be reached");
                Ok(None)
            }
        }
    }
}

/// The same for a name however it is written.
fn account_key(name: &str) -> String {
    name.trim().chars().take(MAX_NAME).flat_map(char::to_lowercase).collect()
}

/// What a client is told of what was counted.
fn told(decision: Option<RateDecision>) -> HeaderMap {
    decision.as_ref().map(headers).unwrap_or_default()
}

fn headers(decision: &RateDecision) -> HeaderMap {
    HeaderMap::from_iter([
        (LIMIT, HeaderValue::from(decision.limit)),
        (REMAINING, HeaderValue::from(decision.remaining)),
        (RESET, HeaderValue::from(seconds(decision.reset_after))),
    ])
}

fn seconds(duration: Duration) -> u64 {
    duration.as_secs() + u64::from(duration.subsec_nanos() > 0)
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use application_shared::PortError;
    use async_trait::async_trait;

    use super::*;

    #[derive(Default)]
    struct Scripted {
        answer: Option<RateDecision>,
        keys: Mutex<Vec<String>>,
    }

    #[async_trait]
    impl RateLimiter for Scripted {
        async fn check(&self, key: &str, _: RateLimit) -> Result<RateDecision, PortError> {
            self.keys.lock().unwrap().push(key.to_owned());
            self.answer.ok_or_else(|| PortError::unavailable("away"))
        }
    }

    fn decision(allowed: bool) -> RateDecision {
        RateDecision {
            allowed,
            limit: 10,
            remaining: if allowed { 3 } else { 0 },
            reset_after: Duration::from_millis(60_500),
            retry_after: (!allowed).then_some(Duration::from_millis(200)),
        }
    }

    fn limits(answer: Option<RateDecision>) -> (Arc<Scripted>, RateLimits) {
        let limiter = Arc::new(Scripted { answer, ..Scripted::default() });
        (limiter.clone(), RateLimits::new(limiter, RestLimits::default()))
    }

    #[tokio::test]
    async fn tells_how_much_is_left() {
        let (_, limits) = limits(Some(decision(true)));
        let headers = limits.count_address(Limited::LogIn, None).await.unwrap();
        assert_eq!(headers[LIMIT], "10");
        assert_eq!(headers[REMAINING], "3");
        assert_eq!(headers[RESET], "61");
    }

    #[tokio::test]
    async fn refuses_and_tells_when_to_come_back() {
        let (_, limits) = limits(Some(decision(false)));
        let failure = limits.count_address(Limited::Register, None).await.unwrap_err();
        assert_eq!(failure.code(), Code::RateLimited);
        let response = failure.render(chrono::DateTime::UNIX_EPOCH);
        assert_eq!(response.header("retry-after"), Some("1"));
        assert_eq!(response.header("ratelimit-remaining"), Some("0"));
    }

    #[tokio::test]
    async fn lets_through_while_the_counters_are_away() {
        let (_, limits) = limits(None);
        assert!(limits.count_address(Limited::Refresh, None).await.is_ok());
        assert!(limits.count_login("ann").await.is_ok());
    }

    #[tokio::test]
    async fn one_account_has_one_key_however_it_is_written() {
        let (limiter, limits) = limits(Some(decision(true)));
        limits.count_login(" Ann ").await.unwrap();
        limits.count_login("aNN").await.unwrap();
        limits.count_login(&"x".repeat(60_000)).await.unwrap();
        limits.count_address(Limited::LogIn, Some("192.0.2.1".parse().unwrap())).await.unwrap();
        let keys = limiter.keys.lock().unwrap();
        assert_eq!(keys[0], "login:account:ann");
        assert_eq!(keys[0], keys[1]);
        assert!(keys[2].len() < 300);
        assert_eq!(keys[3], "login:address:192.0.2.1");
    }

    #[tokio::test]
    async fn accounts_are_counted_wherever_they_come_from() {
        let (limiter, limits) = limits(Some(decision(true)));
        let user = UserId::from_uuid(uuid::Uuid::from_u128(7));
        limits.count_user("readProfile", user).await.unwrap();
        assert_eq!(limits.count_account(Limited::Password, user).await.unwrap()[LIMIT], "10");
        limits.count_password_reset(" Ann@Example.org").await.unwrap();
        let key = ApiKeyId::from_uuid(uuid::Uuid::from_u128(8));
        assert_eq!(limits.count_api_key("listWebhooks", key).await.unwrap()[LIMIT], "10");
        assert_eq!(
            *limiter.keys.lock().unwrap(),
            [
                format!("user:readProfile:{user}"),
                format!("password:user:{user}"),
                "password-reset:account:ann@example.org".to_owned(),
                format!("api-key:listWebhooks:{key}"),
            ]
        );
    }
}
