//! Meetings: create, list, read, end, join, leave, participants; when they take place; and what was written in them.

mod calendar_file;
mod errors;
mod examples;
mod messages;
mod occurrences;
mod operations;
mod shapes;

pub use messages::{MessageUseCases, MessagesApi};
pub use occurrences::{OccurrenceUseCases, OccurrencesApi};
pub use operations::{MeetingUseCases, MeetingsApi};
pub use shapes::MeetingStatus;
