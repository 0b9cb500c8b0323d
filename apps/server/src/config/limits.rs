//! The section `limits`: how often one client may do what costs much or invites guessing.

use std::time::Duration;

use application_shared::RateLimit;
use interfaces_rest::RestLimits;
use serde::Deserialize;

use super::{
    Mistakes,
    section::{Key, Section, within},
};

/// How often one client may do what costs much or invites guessing.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LimitsSection {
    /// Logins from one address: at once.
    pub login_address_burst: u32,
    /// Logins from one address: time in which a used-up burst is whole again, in seconds.
    pub login_address_period_s: u64,
    /// Logins under one name, from wherever: at once.
    pub login_account_burst: u32,
    /// Logins under one name, from wherever: time in which a used-up burst is whole again, in seconds.
    pub login_account_period_s: u64,
    /// Registrations from one address: at once.
    pub register_burst: u32,
    /// Registrations from one address: time in which a used-up burst is whole again, in seconds.
    pub register_period_s: u64,
    /// Refreshes of tokens from one address: at once.
    pub refresh_burst: u32,
    /// Refreshes of tokens from one address: time in which a used-up burst is whole again, in seconds.
    pub refresh_period_s: u64,
    /// Mails asked for and mailed links used from one address: at once.
    pub password_reset_burst: u32,
    /// Mails asked for and mailed links used from one address: time in which a used-up burst is whole again, in seconds.
    pub password_reset_period_s: u64,
    /// Joins of meetings by one account: at once.
    pub join_burst: u32,
    /// Joins of meetings by one account: time in which a used-up burst is whole again, in seconds.
    pub join_period_s: u64,
    /// Uses of each operation by one account: at once.
    pub user_burst: u32,
    /// Uses of each operation by one account: time in which a used-up burst is whole again, in seconds.
    pub user_period_s: u64,
    /// Uses of each operation by one API key: at once.
    pub api_key_burst: u32,
    /// Uses of each operation by one API key: time in which a used-up burst is whole again, in seconds.
    pub api_key_period_s: u64,
}

impl LimitsSection {
    /// The limits as the REST interface wants them.
    #[must_use]
    pub fn rest(&self) -> RestLimits {
        RestLimits {
            login_per_address: limit(self.login_address_burst, self.login_address_period_s),
            login_per_account: limit(self.login_account_burst, self.login_account_period_s),
            register_per_address: limit(self.register_burst, self.register_period_s),
            refresh_per_address: limit(self.refresh_burst, self.refresh_period_s),
            password_reset_per_address: limit(self.password_reset_burst, self.password_reset_period_s),
            join_per_account: limit(self.join_burst, self.join_period_s),
            user_per_operation: limit(self.user_burst, self.user_period_s),
            api_key_per_operation: limit(self.api_key_burst, self.api_key_period_s),
            ..RestLimits::default()
        }
    }
}

const fn limit(burst: u32, period_s: u64) -> RateLimit {
    RateLimit { burst, period: Duration::from_secs(period_s) }
}

fn check(mistakes: &mut Mistakes, name: &str, burst: u32, period_s: u64) {
    within(mistakes, &format!("limits.{name}_burst"), u64::from(burst), 1, 1_000_000);
    within(mistakes, &format!("limits.{name}_period_s"), period_s, 1, 86_400);
}

impl Section for LimitsSection {
    const NAME: &'static str = "limits";
    const ABOUT: &'static str = "How often one client may do what costs much or invites guessing.";
    const KEYS: &'static [Key] = &[
        Key::value("login_address_burst", "Logins from one address: how many at once (1 to 1000000)."),
        Key::value(
            "login_address_period_s",
            "Logins from one address: time in which a used-up burst is whole again, in seconds (1 to 86400).",
        ),
        Key::value("login_account_burst", "Logins under one name, from wherever: how many at once (1 to 1000000)."),
        Key::value(
            "login_account_period_s",
            "Logins under one name, from wherever: time in which a used-up burst is whole again, in seconds (1 to 86400).",
        ),
        Key::value("register_burst", "Registrations from one address: how many at once (1 to 1000000)."),
        Key::value(
            "register_period_s",
            "Registrations from one address: time in which a used-up burst is whole again, in seconds (1 to 86400).",
        ),
        Key::value("refresh_burst", "Refreshes of tokens from one address: how many at once (1 to 1000000)."),
        Key::value(
            "refresh_period_s",
            "Refreshes of tokens from one address: time in which a used-up burst is whole again, in seconds (1 to 86400).",
        ),
        Key::value(
            "password_reset_burst",
            "Mails asked for and mailed links used from one address: how many at once (1 to 1000000).",
        ),
        Key::value(
            "password_reset_period_s",
            "Mails asked for and mailed links used from one address: time in which a used-up burst is whole again, in \
             seconds (1 to 86400).",
        ),
        Key::value("join_burst", "Joins of meetings by one account: how many at once (1 to 1000000)."),
        Key::value(
            "join_period_s",
            "Joins of meetings by one account: time in which a used-up burst is whole again, in seconds (1 to 86400).",
        ),
        Key::value("user_burst", "Uses of each operation by one account: how many at once (1 to 1000000)."),
        Key::value(
            "user_period_s",
            "Uses of each operation by one account: time in which a used-up burst is whole again, in seconds (1 to 86400).",
        ),
        Key::value("api_key_burst", "Uses of each operation by one API key: how many at once (1 to 1000000)."),
        Key::value(
            "api_key_period_s",
            "Uses of each operation by one API key: time in which a used-up burst is whole again, in seconds (1 to 86400).",
        ),
    ];

    fn validate(&self, mistakes: &mut Mistakes) {
        check(mistakes, "login_address", self.login_address_burst, self.login_address_period_s);
        check(mistakes, "login_account", self.login_account_burst, self.login_account_period_s);
        check(mistakes, "register", self.register_burst, self.register_period_s);
        check(mistakes, "refresh", self.refresh_burst, self.refresh_period_s);
        check(mistakes, "password_reset", self.password_reset_burst, self.password_reset_period_s);
        check(mistakes, "join", self.join_burst, self.join_period_s);
        check(mistakes, "user", self.user_burst, self.user_period_s);
        check(mistakes, "api_key", self.api_key_burst, self.api_key_period_s);
    }
}
