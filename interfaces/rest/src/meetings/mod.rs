//! Meetings: create, list, read, end, join, leave, participants; when they take place; and what was written in them.

mod calendar_file;
mod errors;
mod examples;
mod messages;
mod moderation;
mod occurrences;
mod operations;
mod participant_shapes;
mod report_shapes;
mod settings_shapes;
mod shapes;

pub use messages::{MessageUseCases, MessagesApi};
pub use moderation::{ModerationApi, ModerationUseCases};
pub use occurrences::{OccurrenceUseCases, OccurrencesApi};
pub use operations::{MeetingUseCases, MeetingsApi};
pub use shapes::MeetingStatus;
