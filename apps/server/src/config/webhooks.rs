//! The section `webhooks`: how other backends are told what happens, and where nothing may be sent.

use std::time::Duration;

use application_integration::DispatchOptions;
use chrono::TimeDelta;
use infrastructure_webhook::TargetOptions;
use serde::Deserialize;

use super::{
    Mistakes,
    section::{Key, Section, within},
};

/// How other backends are told what happens, and where nothing may be sent.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WebhooksSection {
    /// Whether addresses may be `http://`.
    pub allow_http: bool,
    /// Whether addresses may lead into networks that are not public.
    pub allow_private_targets: bool,
    /// Longest time until a receiver has answered, in seconds.
    pub timeout_s: u64,
    /// Deliveries on their way at once.
    pub concurrency: u16,
    /// Deliveries on their way to one webhook at once.
    pub concurrency_per_webhook: u16,
    /// How long the log of deliveries is kept, in days.
    pub keep_days: u64,
}

impl WebhooksSection {
    /// Where something may be sent.
    #[must_use]
    pub const fn targets(&self) -> TargetOptions {
        TargetOptions { allow_http: self.allow_http, allow_private_targets: self.allow_private_targets }
    }

    /// Longest time until a receiver has answered.
    #[must_use]
    pub const fn timeout(&self) -> Duration {
        Duration::from_secs(self.timeout_s)
    }

    /// For the dispatcher.
    #[must_use]
    pub fn dispatch(&self) -> DispatchOptions {
        DispatchOptions::new(self.concurrency, self.concurrency_per_webhook)
    }

    /// How long the log of deliveries is kept.
    #[must_use]
    pub fn keep(&self) -> TimeDelta {
        i64::try_from(self.keep_days).ok().and_then(TimeDelta::try_days).unwrap_or(TimeDelta::MAX)
    }
}

impl Section for WebhooksSection {
    const NAME: &'static str = "webhooks";
    const ABOUT: &'static str =
        "How other backends are told what happens (role `worker`), and where nothing may be sent.";
    const KEYS: &'static [Key] = &[
        Key::value(
            "allow_http",
            "Whether addresses may be `http://`: what is told can be read on the way (`true` or `false`).",
        ),
        Key::value(
            "allow_private_targets",
            "Whether addresses may lead into networks that are not public, such as 127.0.0.0/8 or 10.0.0.0/8. Whoever has an \
             API key with `webhooks:manage` can then make this server send requests to them (`true` or `false`).",
        ),
        Key::value("timeout_s", "Longest time until a receiver has answered, in seconds (1 to 20)."),
        Key::value("concurrency", "Deliveries on their way at once from this process (1 to 1000)."),
        Key::value(
            "concurrency_per_webhook",
            "Deliveries on their way to one webhook at once, from all processes; those of one room go one after the other \
             in any case (1 to 100).",
        ),
        Key::value("keep_days", "How long the log of deliveries is kept, in days (1 to 365)."),
    ];

    fn validate(&self, mistakes: &mut Mistakes) {
        within(mistakes, "webhooks.timeout_s", self.timeout_s, 1, 20);
        within(mistakes, "webhooks.concurrency", u64::from(self.concurrency), 1, 1_000);
        within(mistakes, "webhooks.concurrency_per_webhook", u64::from(self.concurrency_per_webhook), 1, 100);
        within(mistakes, "webhooks.keep_days", self.keep_days, 1, 365);
    }
}
