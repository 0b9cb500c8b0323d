//! The section `limits`: how often one client may do what costs much or invites guessing.

use std::time::Duration;

use application_shared::RateLimit;
use serde::Deserialize;

use super::{
    Mistakes,
    section::{Key, Section, within},
};

/// How often one client may do what costs much or invites guessing.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LimitsSection {
    /// Logins at once.
    pub login_burst: u32,
    /// Time in which a used-up login burst is whole again, in seconds.
    pub login_period_s: u64,
    /// Registrations at once.
    pub register_burst: u32,
    /// Time in which a used-up registration burst is whole again, in seconds.
    pub register_period_s: u64,
}

impl LimitsSection {
    /// Logins per client and per account.
    #[must_use]
    pub const fn login(&self) -> RateLimit {
        RateLimit { burst: self.login_burst, period: Duration::from_secs(self.login_period_s) }
    }

    /// Registrations per client.
    #[must_use]
    pub const fn register(&self) -> RateLimit {
        RateLimit { burst: self.register_burst, period: Duration::from_secs(self.register_period_s) }
    }
}

impl Section for LimitsSection {
    const NAME: &'static str = "limits";
    const ABOUT: &'static str = "How often one client may do what costs much or invites guessing.";
    const KEYS: &'static [Key] = &[
        Key::value("login_burst", "Logins that one client may try at once (1 to 100000)."),
        Key::value("login_period_s", "Time in which a used-up login burst is whole again, in seconds (1 to 86400)."),
        Key::value("register_burst", "Registrations that one client may try at once (1 to 100000)."),
        Key::value(
            "register_period_s",
            "Time in which a used-up registration burst is whole again, in seconds (1 to 86400).",
        ),
    ];

    fn validate(&self, mistakes: &mut Mistakes) {
        within(mistakes, "limits.login_burst", u64::from(self.login_burst), 1, 100_000);
        within(mistakes, "limits.login_period_s", self.login_period_s, 1, 86_400);
        within(mistakes, "limits.register_burst", u64::from(self.register_burst), 1, 100_000);
        within(mistakes, "limits.register_period_s", self.register_period_s, 1, 86_400);
    }
}
