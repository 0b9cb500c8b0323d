//! Log lines as flat JSON objects: what the event says, and what the spans around it know (`request_id`, `session_id`).

use std::{error::Error, fmt};

use serde_json::{Map, Value};
use tracing::{
    Event, Subscriber,
    field::{Field, Visit},
};
use tracing_subscriber::{
    fmt::{
        FmtContext, FormatEvent, FormattedFields,
        format::{JsonFields, Writer},
        time::{FormatTime, SystemTime},
    },
    registry::LookupSpan,
};

/// Longest text of one field, in bytes; more is cut off, so that no client can fill the log with one request.
const LONGEST_TEXT: usize = 8 * 1024;
/// Names that every line has; a field of such a name is written as `field.<name>`.
const RESERVED: [&str; 5] = ["timestamp", "level", "target", "message", "span"];

/// Writes each event as one line with one JSON object. Fields of the spans around it stand beside its own; the inner
/// span wins over the outer, and the event over both.
#[derive(Debug, Default, Clone, Copy)]
pub struct JsonLines;

impl<S> FormatEvent<S, JsonFields> for JsonLines
where
    S: Subscriber + for<'a> LookupSpan<'a>,
{
    fn format_event(
        &self,
        context: &FmtContext<'_, S, JsonFields>,
        mut writer: Writer<'_>,
        event: &Event<'_>,
    ) -> fmt::Result {
        let mut fields = Fields::default();
        let mut innermost = None;
        for span in context.event_scope().into_iter().flat_map(tracing_subscriber::registry::Scope::from_root) {
            innermost = Some(span.name());
            let extensions = span.extensions();
            let formatted = extensions.get::<FormattedFields<JsonFields>>().map(|formatted| formatted.fields.as_str());
            if let Some(Ok(known)) = formatted.map(serde_json::from_str::<Map<String, Value>>) {
                known.into_iter().for_each(|(name, value)| fields.put(&name, value));
            }
        }
        event.record(&mut fields);

        let mut timestamp = String::new();
        SystemTime.format_time(&mut Writer::new(&mut timestamp))?;
        let mut line = Map::new();
        line.insert("timestamp".to_owned(), timestamp.into());
        line.insert("level".to_owned(), event.metadata().level().as_str().into());
        line.insert("target".to_owned(), event.metadata().target().into());
        if let Some(message) = fields.message {
            line.insert("message".to_owned(), message);
        }
        if let Some(span) = innermost {
            line.insert("span".to_owned(), span.into());
        }
        line.extend(fields.others);
        writeln!(writer, "{}", Value::Object(line))
    }
}

/// Collects the fields of an event.
#[derive(Default)]
struct Fields {
    message: Option<Value>,
    others: Map<String, Value>,
}

impl Fields {
    fn put(&mut self, name: &str, value: Value) {
        let value = match value {
            Value::String(text) => Value::String(shorten(text)),
            other => other,
        };
        let name = if RESERVED.contains(&name) { format!("field.{name}") } else { name.to_owned() };
        self.others.insert(name, value);
    }
}

fn shorten(mut text: String) -> String {
    if text.len() > LONGEST_TEXT {
        let end = (0..=LONGEST_TEXT).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
        text.truncate(end);
        text.push('…');
    }
    text
}

impl Visit for Fields {
    fn record_f64(&mut self, field: &Field, value: f64) {
        self.put(field.name(), value.into());
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.put(field.name(), value.into());
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.put(field.name(), value.into());
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.put(field.name(), value.into());
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        if field.name() == "message" {
            self.message = Some(shorten(value.to_owned()).into());
        } else {
            self.put(field.name(), value.into());
        }
    }

    fn record_error(&mut self, field: &Field, value: &(dyn Error + 'static)) {
        let mut text = value.to_string();
        let mut cause = value.source();
        while let Some(error) = cause {
            let reason = error.to_string();
            // Many errors repeat their cause in their own words.
            if !text.contains(&reason) {
                text = format!("{text}: {reason}");
            }
            cause = error.source();
        }
        self.put(field.name(), text.into());
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        let text = format!("{value:?}");
        if field.name() == "message" {
            self.message = Some(shorten(text).into());
        } else {
            self.put(field.name(), text.into());
        }
    }
}

#[cfg(test)]
mod tests {
    use std::{
        io,
        sync::{Arc, Mutex},
    };

    use tracing_subscriber::layer::SubscriberExt;

    use super::*;

    #[derive(Clone, Default)]
    struct Lines(Arc<Mutex<Vec<u8>>>);

    impl io::Write for Lines {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().extend_from_slice(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    fn logged(work: impl FnOnce()) -> Vec<Value> {
        let lines = Lines::default();
        let writer = lines.clone();
        let layer = tracing_subscriber::fmt::layer()
            .fmt_fields(JsonFields::new())
            .event_format(JsonLines)
            .with_writer(move || writer.clone());
        tracing::subscriber::with_default(tracing_subscriber::registry().with(layer), work);
        let bytes = lines.0.lock().unwrap().clone();
        String::from_utf8(bytes).unwrap().lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    #[test]
    fn a_line_has_what_the_event_and_its_spans_know() {
        let lines = logged(|| {
            let outer =
                tracing::info_span!("request", request_id = "r-1", session_id = tracing::field::Empty, depth = 1);
            let _outer = outer.enter();
            outer.record("session_id", "s-1");
            let inner = tracing::info_span!("use_case", depth = 2);
            let _inner = inner.enter();
            tracing::warn!(count = 3_u64, right = true, "it\nhappened");
        });
        assert_eq!(lines.len(), 1, "a line break in a message makes no second line");
        let line = &lines[0];
        assert_eq!(line["level"], "WARN");
        assert_eq!(line["message"], "it\nhappened");
        assert_eq!(line["request_id"], "r-1");
        assert_eq!(line["session_id"], "s-1");
        assert_eq!(line["span"], "use_case");
        assert_eq!(line["depth"], 2, "the inner span wins");
        assert_eq!((&line["count"], &line["right"]), (&3.into(), &true.into()));
        assert!(line["timestamp"].as_str().unwrap().ends_with('Z'));
    }

    #[test]
    fn a_field_cannot_pass_for_one_of_the_line_s_own() {
        let lines = logged(|| tracing::info!(level = "FORGED", timestamp = 0, "real"));
        assert_eq!(lines[0]["level"], "INFO");
        assert_eq!(lines[0]["field.level"], "FORGED");
        assert_eq!(lines[0]["field.timestamp"], 0);
    }

    #[test]
    fn errors_tell_their_causes_and_long_texts_are_cut() {
        #[derive(Debug, thiserror::Error)]
        #[error("outer")]
        struct Outer(#[source] io::Error);

        let lines = logged(|| {
            let error = Outer(io::Error::other("inner"));
            tracing::error!(error = &error as &dyn Error, long = "é".repeat(LONGEST_TEXT), "failed");
        });
        assert_eq!(lines[0]["error"], "outer: inner");
        let long = lines[0]["long"].as_str().unwrap();
        assert!(long.len() <= LONGEST_TEXT + '…'.len_utf8() && long.ends_with('…'));
    }
}
