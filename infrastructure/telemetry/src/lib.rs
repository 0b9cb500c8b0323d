//! Logs, metrics and traces: `tracing` in, JSON lines, Prometheus text and OTLP spans out.

mod json_lines;
mod logs;
mod metrics;

pub use json_lines::JsonLines;
pub use logs::{LogFormat, Telemetry, TelemetryError, TelemetrySettings, check_log_level};
pub use metrics::{EventCounter, GaugeSource, Metrics, MetricsError};
