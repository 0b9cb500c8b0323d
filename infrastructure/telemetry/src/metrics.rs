//! Counters, histograms and gauges, shown as Prometheus text.

use std::time::Duration;

use application_shared::{HttpMetrics, MetricsRenderer};
use opentelemetry::{
    KeyValue, Value,
    metrics::{AsyncInstrument, Counter, Histogram, Meter, MeterProvider, UpDownCounter},
};
use opentelemetry_sdk::{Resource, metrics::SdkMeterProvider};
use prometheus::{Registry, TextEncoder};
use thiserror::Error;

/// Upper bounds of the request latency buckets, in seconds: fine around the goal of 200 ms at the 95th percentile.
const LATENCY_BUCKETS: [f64; 14] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.35, 0.5, 1.0, 2.5, 5.0, 10.0];

/// The metrics could not be set up.
#[derive(Debug, Error)]
#[error("the metrics cannot be set up: {0}")]
pub struct MetricsError(#[from] opentelemetry_sdk::error::OTelSdkError);

/// Something that has a present value. Asked whenever metrics are shown: it must be quick and must not block.
pub trait GaugeSource: Send + Sync {
    /// The value, or `None` when there is none now.
    fn read(&self) -> Option<u64>;
}

impl<F: Fn() -> Option<u64> + Send + Sync> GaugeSource for F {
    fn read(&self) -> Option<u64> {
        self()
    }
}

/// Counts events by one label, whose values must be few.
#[derive(Debug, Clone)]
pub struct EventCounter {
    counter: Counter<u64>,
    label: &'static str,
}

impl EventCounter {
    /// Counts one.
    pub fn count(&self, value: impl Into<Value>) {
        self.counter.add(1, &[KeyValue::new(self.label, value)]);
    }
}

/// All metrics of the process.
#[derive(Debug)]
pub struct Metrics {
    registry: Registry,
    // Dropping the provider would end the instruments.
    _provider: SdkMeterProvider,
    meter: Meter,
    requests: Counter<u64>,
    errors: Counter<u64>,
    latency: Histogram<f64>,
    in_flight: UpDownCounter<i64>,
}

impl Metrics {
    /// Sets the metrics up; nothing is counted yet.
    ///
    /// # Errors
    /// [`MetricsError`] when the exporter cannot be made.
    pub fn new(service_version: &'static str) -> Result<Self, MetricsError> {
        let registry = Registry::new();
        let exporter =
            opentelemetry_prometheus::exporter().with_registry(registry.clone()).scope_info_enabled(false).build()?;
        let resource = Resource::builder_empty()
            .with_service_name("open-meeting")
            .with_attribute(KeyValue::new("service.version", service_version))
            .build();
        let provider = SdkMeterProvider::builder().with_resource(resource).with_reader(exporter).build();
        let meter = provider.meter("open-meeting");
        let requests = meter.u64_counter("http_requests").with_description("HTTP requests answered").build();
        let errors = meter
            .u64_counter("http_request_errors")
            .with_description("HTTP requests that failed for a reason of the server's (status 500 and above)")
            .build();
        let latency = meter
            .f64_histogram("http_request_duration")
            .with_unit("s")
            .with_description("Time from a request's arrival to its answer")
            .with_boundaries(LATENCY_BUCKETS.to_vec())
            .build();
        let in_flight = meter
            .i64_up_down_counter("http_requests_in_flight")
            .with_description("HTTP requests being worked on")
            .build();
        Ok(Self { registry, _provider: provider, meter, requests, errors, latency, in_flight })
    }

    /// Shows a present value. Gauges of one name and different labels belong together and must have the same help.
    pub fn gauge(
        &self,
        name: &'static str,
        help: &'static str,
        labels: &[(&'static str, &'static str)],
        source: impl GaugeSource + 'static,
    ) {
        let labels = key_values(labels);
        let callback = move |observer: &dyn AsyncInstrument<u64>| {
            if let Some(value) = source.read() {
                observer.observe(value, &labels);
            }
        };
        // The instrument lives in the provider; the value returned here is only a handle.
        let _ = self.meter.u64_observable_gauge(name).with_description(help).with_callback(callback).build();
    }

    /// A counter of events by `label`. `name` is without `_total`, which is added.
    #[must_use]
    pub fn events(&self, name: &'static str, help: &'static str, label: &'static str) -> EventCounter {
        EventCounter { counter: self.meter.u64_counter(name).with_description(help).build(), label }
    }

    /// Shows a count that something else keeps and that only grows. `name` is without `_total`, which is added.
    pub fn counter(
        &self,
        name: &'static str,
        help: &'static str,
        labels: &[(&'static str, &'static str)],
        source: impl GaugeSource + 'static,
    ) {
        let labels = key_values(labels);
        let callback = move |observer: &dyn AsyncInstrument<u64>| {
            if let Some(value) = source.read() {
                observer.observe(value, &labels);
            }
        };
        let _ = self.meter.u64_observable_counter(name).with_description(help).with_callback(callback).build();
    }
}

fn key_values(labels: &[(&'static str, &'static str)]) -> Vec<KeyValue> {
    labels.iter().map(|(name, value)| KeyValue::new(*name, *value)).collect()
}

impl HttpMetrics for Metrics {
    fn started(&self) {
        self.in_flight.add(1, &[]);
    }

    fn finished(&self, method: &'static str, route: &str, status: u16, duration: Duration) {
        self.in_flight.add(-1, &[]);
        let place = [KeyValue::new("method", method), KeyValue::new("route", route.to_owned())];
        self.latency.record(duration.as_secs_f64(), &place);
        let [method, route] = place;
        let labels = [method, route, KeyValue::new("status", i64::from(status))];
        self.requests.add(1, &labels);
        if status >= 500 {
            self.errors.add(1, &labels);
        }
    }
}

impl MetricsRenderer for Metrics {
    fn render(&self) -> String {
        TextEncoder::new().encode_to_string(&self.registry.gather()).unwrap_or_else(|error| {
            tracing::error!(%error, "the metrics cannot be shown");
            String::new()
        })
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    };

    use super::*;

    fn line<'a>(text: &'a str, start: &str) -> Option<&'a str> {
        text.lines().find(|line| line.starts_with(start))
    }

    #[test]
    fn requests_are_counted_and_timed() {
        let metrics = Metrics::new("1.2.3").unwrap();
        for (status, millis) in [(200, 3), (200, 150), (503, 30)] {
            metrics.started();
            metrics.finished("GET", "/api/v1/meetings/{id}", status, Duration::from_millis(millis));
        }
        metrics.started();
        let text = metrics.render();
        let place = "method=\"GET\",route=\"/api/v1/meetings/{id}\"";
        let expected = [
            format!("http_requests_total{{{place},status=\"200\"}} 2"),
            format!("http_requests_total{{{place},status=\"503\"}} 1"),
            format!("http_request_errors_total{{{place},status=\"503\"}} 1"),
            format!("http_request_duration_seconds_bucket{{{place},le=\"0.005\"}} 1"),
            format!("http_request_duration_seconds_bucket{{{place},le=\"0.1\"}} 2"),
            format!("http_request_duration_seconds_bucket{{{place},le=\"0.2\"}} 3"),
            format!("http_request_duration_seconds_count{{{place}}} 3"),
            "http_requests_in_flight 1".to_owned(),
        ];
        for expected in expected {
            assert!(text.lines().any(|line| line == expected), "`{expected}` is missing in:\n{text}");
        }
        assert!(line(&text, "target_info").is_some_and(|line| line.contains("1.2.3")), "{text}");
    }

    #[test]
    fn events_are_counted_by_label() {
        let metrics = Metrics::new("1.2.3").unwrap();
        let events = metrics.events("signaling_messages", "Messages", "type");
        ["join", "chat", "join"].into_iter().for_each(|kind| events.count(kind));
        let text = metrics.render();
        assert_eq!(
            line(&text, "signaling_messages_total{type=\"join\"}"),
            Some("signaling_messages_total{type=\"join\"} 2")
        );
        assert_eq!(
            line(&text, "signaling_messages_total{type=\"chat\"}"),
            Some("signaling_messages_total{type=\"chat\"} 1")
        );
    }

    #[test]
    fn gauges_show_the_present_value_or_nothing() {
        let metrics = Metrics::new("1.2.3").unwrap();
        let rooms = Arc::new(AtomicU64::new(2));
        let seen = Arc::clone(&rooms);
        metrics.gauge("rooms", "Open rooms", &[], move || Some(seen.load(Ordering::Relaxed)));
        for (state, value) in [("idle", Some(3)), ("in_use", Some(1)), ("unknown", None)] {
            metrics.gauge("db_connections", "Database connections", &[("state", state)], move || value);
        }
        metrics.counter("cache_requests", "Reads", &[("result", "hit")], || Some(7));
        assert_eq!(line(&metrics.render(), "rooms "), Some("rooms 2"));
        assert_eq!(line(&metrics.render(), "cache_requests_total"), Some("cache_requests_total{result=\"hit\"} 7"));
        rooms.store(5, Ordering::Relaxed);
        let text = metrics.render();
        assert_eq!(line(&text, "rooms "), Some("rooms 5"));
        assert_eq!(line(&text, "db_connections{state=\"idle\"}"), Some("db_connections{state=\"idle\"} 3"));
        assert_eq!(line(&text, "db_connections{state=\"in_use\"}"), Some("db_connections{state=\"in_use\"} 1"));
        assert_eq!(line(&text, "db_connections{state=\"unknown\"}"), None);
        assert_eq!(text.matches("# TYPE db_connections gauge").count(), 1, "{text}");
    }
}
