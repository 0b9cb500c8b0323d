//! Meetings: create, list, read, end, join, leave, participants.

mod errors;
mod examples;
mod operations;
mod shapes;

pub use operations::{MeetingUseCases, MeetingsApi};
pub use shapes::MeetingStatus;
