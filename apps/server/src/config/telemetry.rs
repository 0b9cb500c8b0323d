//! The section `telemetry`: logs and traces.

use infrastructure_telemetry::LogFormat;
use serde::{Deserialize, Serialize};

use super::{
    Mistakes,
    section::{Key, Section, blank_is_none},
};

/// Logs and traces.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TelemetrySection {
    /// How log lines look.
    pub log_format: LogFormatName,
    /// What is logged: a level, or directives of the form `info,open_meeting=debug`.
    pub log_level: String,
    /// Where spans go; they stay here when absent.
    #[serde(deserialize_with = "blank_is_none")]
    pub otlp_endpoint: Option<String>,
}

/// How log lines look.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogFormatName {
    /// One JSON object per line.
    Json,
    /// For people at a terminal.
    Pretty,
}

impl From<LogFormatName> for LogFormat {
    fn from(name: LogFormatName) -> Self {
        match name {
            LogFormatName::Json => Self::Json,
            LogFormatName::Pretty => Self::Pretty,
        }
    }
}

impl Section for TelemetrySection {
    const NAME: &'static str = "telemetry";
    const ABOUT: &'static str = "Logs and traces.";
    const KEYS: &'static [Key] = &[
        Key::text("log_format", "`json` (one object per line) or `pretty` (for people)."),
        Key::text(
            "log_level",
            "What is logged: `error`, `warn`, `info`, `debug` or `trace`, or by target such as `info,poem=warn`.",
        ),
        Key::text(
            "otlp_endpoint",
            "Address of an OpenTelemetry collector that takes OTLP over HTTP, such as `http://127.0.0.1:4318`. Empty: \
             spans are not exported.",
        ),
    ];

    fn validate(&self, mistakes: &mut Mistakes) {
        if let Err(reason) = infrastructure_telemetry::check_log_level(&self.log_level) {
            mistakes.add("telemetry.log_level", format!("cannot be read: {reason}"));
        }
        if let Some(endpoint) = &self.otlp_endpoint {
            let good = endpoint
                .parse::<poem::http::Uri>()
                .is_ok_and(|uri| uri.scheme_str() == Some("http") && uri.host().is_some());
            if !good {
                mistakes.add(
                    "telemetry.otlp_endpoint",
                    "must begin with `http://`; put a collector beside the program for TLS towards elsewhere",
                );
            }
        }
    }
}
