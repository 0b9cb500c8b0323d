//! What the REST interface can be told.

use std::time::Duration;

use application_shared::RateLimit;

use crate::{client_address::Network, public_address::PublicUrl};

/// Settings of the REST interface. [`RestConfig::default`] suits a server that clients reach directly.
#[derive(Debug, Clone)]
pub struct RestConfig {
    /// How clients reach the server; taken from each request when absent.
    pub public_url: Option<PublicUrl>,
    /// Origins of other sites whose pages may call the API (`https://app.example.org`). None by default.
    pub allowed_origins: Vec<String>,
    /// Proxies whose `X-Forwarded-*` headers are believed. None by default.
    pub trusted_proxies: Vec<Network>,
    /// How often the operations that can be abused may be called.
    pub limits: RestLimits,
    /// How long one dependency may take to say that it is ready.
    pub health_timeout: Duration,
    /// How long a stream of events is silent before something is said, so that nobody between takes it for dead.
    pub stream_heartbeat: Duration,
}

impl Default for RestConfig {
    fn default() -> Self {
        Self {
            public_url: None,
            allowed_origins: Vec::new(),
            trusted_proxies: Vec::new(),
            limits: RestLimits::default(),
            health_timeout: Duration::from_secs(2),
            stream_heartbeat: Duration::from_secs(15),
        }
    }
}

/// Limits per client address and per account.
#[derive(Debug, Clone, Copy)]
pub struct RestLimits {
    /// Logins from one address.
    pub login_per_address: RateLimit,
    /// Logins under one name, from wherever.
    pub login_per_account: RateLimit,
    /// Registrations from one address.
    pub register_per_address: RateLimit,
    /// Refreshes from one address.
    pub refresh_per_address: RateLimit,
    /// Mails asked for and mailed links used from one address.
    pub password_reset_per_address: RateLimit,
    /// Mails asked for to choose another password, for one e-mail address from wherever.
    pub password_reset_per_account: RateLimit,
    /// Mails asked for to prove the e-mail address, by one account.
    pub email_verification_per_account: RateLimit,
    /// Proofs by password in a session, by one account.
    pub password_per_account: RateLimit,
    /// Uploads of a picture, by one account.
    pub avatar_upload_per_account: RateLimit,
    /// Uploads of files, by one account.
    pub media_upload_per_account: RateLimit,
    /// Coming into meetings, by one account.
    pub join_per_account: RateLimit,
    /// Coming into meetings without an account, from one address.
    pub join_per_address: RateLimit,
    /// People whom one account invites.
    pub invitation_per_account: RateLimit,
    /// Invitations read and answered by their tokens, from one address.
    pub invitation_link_per_address: RateLimit,
    /// Uses of each operation by one account.
    pub user_per_operation: RateLimit,
    /// Uses of each operation by one API key.
    pub api_key_per_operation: RateLimit,
}

impl Default for RestLimits {
    fn default() -> Self {
        let minutes = |count: u64| Duration::from_secs(60 * count);
        Self {
            login_per_address: RateLimit { burst: 30, period: minutes(5) },
            login_per_account: RateLimit { burst: 10, period: minutes(5) },
            register_per_address: RateLimit { burst: 20, period: minutes(60) },
            refresh_per_address: RateLimit { burst: 120, period: minutes(5) },
            password_reset_per_address: RateLimit { burst: 10, period: minutes(60) },
            password_reset_per_account: RateLimit { burst: 3, period: minutes(60) },
            email_verification_per_account: RateLimit { burst: 5, period: minutes(60) },
            password_per_account: RateLimit { burst: 10, period: minutes(60) },
            avatar_upload_per_account: RateLimit { burst: 20, period: minutes(60) },
            media_upload_per_account: RateLimit { burst: 120, period: minutes(60) },
            join_per_account: RateLimit { burst: 60, period: minutes(5) },
            join_per_address: RateLimit { burst: 120, period: minutes(5) },
            invitation_per_account: RateLimit { burst: 200, period: minutes(60) },
            invitation_link_per_address: RateLimit { burst: 120, period: minutes(60) },
            user_per_operation: RateLimit { burst: 600, period: minutes(1) },
            api_key_per_operation: RateLimit { burst: 3_000, period: minutes(1) },
        }
    }
}
