//! Calendar files, as iCalendar writes them (RFC 5545), for what iTIP does with them (RFC 5546).
//!
//! Architecture Invariant: text reaches a file only through `content_line`, which leaves no way to begin a line of one's own.

mod content_line;
mod time_zone;
mod writer;

pub use writer::{ICalendarWriter, ICalendarWriterError};
