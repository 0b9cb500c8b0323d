//! What is counted about requests, and how all counters are shown.

use std::time::Duration;

/// Counts HTTP requests. Called for every request: it must be quick and must not block.
pub trait HttpMetrics: Send + Sync {
    /// A request has come in and is being worked on.
    fn started(&self);
    /// The request is answered. `method` is one of the standard ones or `OTHER`; `route` is the template of the path, such
    /// as `/api/v1/meetings/{id}`, or `unmatched`, so that clients cannot make up label values.
    fn finished(&self, method: &'static str, route: &str, status: u16, duration: Duration);
}

/// Shows every counter in Prometheus' text exposition format (version 0.0.4).
pub trait MetricsRenderer: Send + Sync {
    /// The present values.
    fn render(&self) -> String;
}
