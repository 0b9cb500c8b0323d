//! The meeting and its participants: who may come and when, what they may do, and how many fit in.
//!
//! Architecture Invariant: every rule about meetings stands in [`Meeting`]; nothing here knows a runtime, a wire format
//! or a database.

mod code;
mod event;
mod invitation;
mod invitation_event;
mod lobby;
mod meeting;
mod participant;
mod passcode;
mod recurrence;
mod reference;
mod reminder;
mod schedule;
mod series;
mod settings;
mod snapshot;
mod status;
mod time_zone;
mod values;

pub use code::{MeetingCode, MeetingCodeError};
pub use event::MeetingEvent;
pub use invitation::{
    CorruptInvitation, Invitation, InvitationAnswer, InvitationError, InvitationSnapshot, InvitationStatus,
    InvitationStatusKind, InvitationTokenHash, Invitee, NewInvitation, UnknownInvitationStatus,
};
pub use invitation_event::InvitationEvent;
pub use lobby::{Waiting, WaitingSnapshot};
pub use meeting::{Entry, Joining, Meeting, MeetingEdit, MeetingError, NewMeeting, PasscodeOffer};
pub use participant::{Attendee, Participant, ParticipantRole, Standing, UnknownParticipantRole, UnknownStanding};
pub use passcode::{Passcode, PasscodeError, PasscodeHash};
pub use recurrence::{Recurrence, RecurrenceError};
pub use reference::{MeetingRef, MeetingRefError};
pub use reminder::{PlannedReminder, ReminderEvent};
pub use schedule::{Schedule, ScheduleError, USUAL_LENGTH};
pub use series::{Series, SeriesSnapshot};
pub use settings::{HostLeaves, LobbyMode, MeetingSettings, ParticipantPermissions, UnknownSetting};
pub use snapshot::{CorruptMeeting, MeetingSnapshot, ParticipantSnapshot};
pub use status::{MeetingStatus, MeetingStatusKind, UnknownMeetingStatus};
pub use time_zone::{TimeZone, UnknownTimeZone};
pub use values::{DisplayName, MaxParticipants, MaxParticipantsError, MeetingDescription, MeetingTitle, TextError};
