//! The meeting and its participants: who may start, join, leave and end it, and how many fit in.
//!
//! Architecture Invariant: every rule about meetings stands in [`Meeting`]; nothing here knows a runtime, a wire format
//! or a database.

mod code;
mod event;
mod meeting;
mod participant;
mod recurrence;
mod reference;
mod schedule;
mod snapshot;
mod status;
mod time_zone;
mod values;

pub use code::{MeetingCode, MeetingCodeError};
pub use event::MeetingEvent;
pub use meeting::{Meeting, MeetingError, NewMeeting};
pub use participant::{Participant, ParticipantRole, UnknownParticipantRole};
pub use recurrence::{Recurrence, RecurrenceError};
pub use reference::{MeetingRef, MeetingRefError};
pub use schedule::{Schedule, ScheduleError};
pub use snapshot::{CorruptMeeting, MeetingSnapshot, ParticipantSnapshot};
pub use status::{MeetingStatus, MeetingStatusKind, UnknownMeetingStatus};
pub use time_zone::{TimeZone, UnknownTimeZone};
pub use values::{DisplayName, MaxParticipants, MaxParticipantsError, MeetingDescription, MeetingTitle, TextError};
