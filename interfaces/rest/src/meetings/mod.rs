//! Meetings: create, list, read, end, join, leave, participants; and when they take place.

mod calendar_file;
mod errors;
mod examples;
mod occurrences;
mod operations;
mod shapes;

pub use occurrences::{OccurrenceUseCases, OccurrencesApi};
pub use operations::{MeetingUseCases, MeetingsApi};
pub use shapes::MeetingStatus;
