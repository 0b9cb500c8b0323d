//! Starts logging and the export of spans, and ends both with nothing lost.

use std::{
    io::{self, IsTerminal},
    time::Duration,
};

use opentelemetry::{KeyValue, trace::TracerProvider as _};
use opentelemetry_otlp::{Protocol, SpanExporter, WithExportConfig};
use opentelemetry_sdk::{Resource, trace::SdkTracerProvider};
use thiserror::Error;
use tracing::Subscriber;
use tracing_subscriber::{
    EnvFilter, Layer, Registry, fmt,
    fmt::{MakeWriter, format::JsonFields},
    layer::SubscriberExt,
    registry::LookupSpan,
    util::{SubscriberInitExt, TryInitError},
};

use crate::JsonLines;

/// How long the export of one batch of spans may take.
const EXPORT_TIMEOUT: Duration = Duration::from_secs(5);

/// How log lines look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogFormat {
    /// One JSON object per line ([`JsonLines`]).
    Json,
    /// For people; coloured at a terminal.
    Pretty,
}

/// What is logged and where spans go.
#[derive(Debug, Clone)]
pub struct TelemetrySettings {
    /// How log lines look. They go to standard error.
    pub format: LogFormat,
    /// A level, or directives such as `info,poem=warn` ([`check_log_level`]).
    pub log_level: String,
    /// Base address of an OTLP collector over HTTP, such as `http://127.0.0.1:4318`.
    pub otlp_endpoint: Option<String>,
    /// The version that spans bear.
    pub service_version: &'static str,
}

/// Telemetry could not be started.
#[derive(Debug, Error)]
pub enum TelemetryError {
    /// The log level cannot be read.
    #[error("the log level cannot be read: {0}")]
    LogLevel(String),
    /// The exporter of spans cannot be made.
    #[error("spans cannot be exported: {0}")]
    Exporter(#[source] opentelemetry_otlp::ExporterBuildError),
    /// Something in this process logs already.
    #[error(transparent)]
    Started(#[from] TryInitError),
}

/// Checks directives of the form `info` or `warn,open_meeting=debug`.
///
/// # Errors
/// What cannot be read.
pub fn check_log_level(directives: &str) -> Result<(), String> {
    filter(directives).map(drop)
}

fn filter(directives: &str) -> Result<EnvFilter, String> {
    // `EnvFilter` takes a lone word for a target; here it can only be a level that was misspelt.
    for part in directives.split(',').map(str::trim) {
        // An empty word would be read as `error`.
        if part.is_empty() || !part.contains('=') && part.parse::<tracing::level_filters::LevelFilter>().is_err() {
            return Err(format!("`{part}` is no level"));
        }
    }
    // The exporter tells of its own beginning and end, which is of no use; what stands later wins.
    EnvFilter::builder().parse(format!("opentelemetry_sdk=warn,{directives}")).map_err(|error| error.to_string())
}

/// Logging and export of spans, while they run.
#[derive(Debug)]
pub struct Telemetry {
    spans: Option<SdkTracerProvider>,
}

impl Telemetry {
    /// Starts logging to standard error, for the whole process, and the export of spans when an endpoint is named.
    ///
    /// # Errors
    /// [`TelemetryError`]; a collector that cannot be reached is none, it is logged when spans cannot be sent.
    pub fn start(settings: &TelemetrySettings) -> Result<Self, TelemetryError> {
        let spans = exporter(settings)?;
        let logs = log_layer(settings.format, io::stderr().is_terminal(), io::stderr);
        let traces =
            spans.as_ref().map(|provider| tracing_opentelemetry::layer().with_tracer(provider.tracer("open-meeting")));
        let filter = filter(&settings.log_level).map_err(TelemetryError::LogLevel)?;
        Registry::default().with(filter).with(logs).with(traces).try_init()?;
        Ok(Self { spans })
    }

    /// Sends the spans that have not been sent yet, for at most `timeout`. Blocks: call it where blocking is allowed.
    pub fn shutdown(self, timeout: Duration) {
        if let Some(Err(error)) = self.spans.map(|spans| spans.shutdown_with_timeout(timeout)) {
            tracing::warn!(%error, "the last spans could not be exported");
        }
    }
}

fn exporter(settings: &TelemetrySettings) -> Result<Option<SdkTracerProvider>, TelemetryError> {
    let Some(endpoint) = &settings.otlp_endpoint else { return Ok(None) };
    let exporter = SpanExporter::builder()
        .with_http()
        .with_protocol(Protocol::HttpBinary)
        .with_endpoint(format!("{}/v1/traces", endpoint.trim_end_matches('/')))
        .with_timeout(EXPORT_TIMEOUT)
        .build()
        .map_err(TelemetryError::Exporter)?;
    let resource = Resource::builder()
        .with_service_name("open-meeting")
        .with_attribute(KeyValue::new("service.version", settings.service_version))
        .build();
    Ok(Some(SdkTracerProvider::builder().with_resource(resource).with_batch_exporter(exporter).build()))
}

fn log_layer<S, W>(format: LogFormat, colours: bool, writer: W) -> Box<dyn Layer<S> + Send + Sync>
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    W: for<'w> MakeWriter<'w> + Send + Sync + 'static,
{
    match format {
        LogFormat::Json => {
            fmt::layer().fmt_fields(JsonFields::new()).event_format(JsonLines).with_writer(writer).boxed()
        }
        LogFormat::Pretty => fmt::layer().with_ansi(colours).with_target(false).with_writer(writer).boxed(),
    }
}

#[cfg(test)]
mod tests {
    use std::{
        io::{Read, Write},
        net::{TcpListener, TcpStream},
        sync::mpsc,
    };

    use super::*;

    #[test]
    fn log_levels_are_checked() {
        for good in ["info", "WARN", "off", "info,poem=warn", "open_meeting[request]=debug"] {
            assert_eq!(check_log_level(good), Ok(()), "{good}");
        }
        for bad in ["", "loud", "open_meeting=shout", "info,,"] {
            assert!(check_log_level(bad).is_err(), "{bad}");
        }
    }

    /// Takes one HTTP request and answers it with an empty OTLP answer.
    fn take_request(mut stream: TcpStream) -> (String, Vec<u8>) {
        let mut bytes = Vec::new();
        let mut chunk = [0; 4096];
        loop {
            let count = stream.read(&mut chunk).unwrap();
            assert_ne!(count, 0, "the request ends early");
            bytes.extend_from_slice(&chunk[..count]);
            let Some(end) = bytes.windows(4).position(|window| window == b"\r\n\r\n") else { continue };
            let head = String::from_utf8(bytes[..end].to_vec()).unwrap();
            let length = head.lines().find_map(|line| {
                let (name, value) = line.split_once(':')?;
                name.eq_ignore_ascii_case("content-length").then(|| value.trim().parse::<usize>().unwrap())
            });
            if bytes.len() >= end + 4 + length.unwrap_or(0) {
                stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\nconnection: close\r\n\r\n").unwrap();
                return (head, bytes.split_off(end + 4));
            }
        }
    }

    // In an async context, since that is where the program starts and stops it.
    #[tokio::test]
    async fn spans_reach_the_collector_before_the_shutdown_is_over() {
        let collector = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = collector.local_addr().unwrap();
        let (sender, requests) = mpsc::channel();
        std::thread::spawn(move || {
            for stream in collector.incoming().flatten() {
                if sender.send(take_request(stream)).is_err() {
                    return;
                }
            }
        });
        let settings = TelemetrySettings {
            format: LogFormat::Json,
            log_level: "info".to_owned(),
            otlp_endpoint: Some(format!("http://{address}/")),
            service_version: "7.7.7",
        };
        let telemetry = Telemetry::start(&settings).unwrap();
        tracing::info_span!("join-meeting", meeting = "abc-defg-hij").in_scope(|| tracing::info!("inside"));
        assert!(matches!(Telemetry::start(&settings), Err(TelemetryError::Started(_))));
        tokio::task::spawn_blocking(move || telemetry.shutdown(Duration::from_secs(10))).await.unwrap();

        let (head, body) = requests.try_recv().expect("the span was sent before the shutdown ended");
        assert!(head.starts_with("POST /v1/traces HTTP/1.1"), "{head}");
        let body = String::from_utf8_lossy(&body);
        for part in ["open-meeting", "7.7.7", "join-meeting", "abc-defg-hij", "inside"] {
            assert!(body.contains(part), "{part} is missing");
        }
    }
}
