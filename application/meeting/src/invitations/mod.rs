//! Invitations: who is asked to come, what they answer, and what they and the host are told, reminders included.

mod answer_invitation;
mod fire_reminders;
mod forget_invitee;
mod invite_to_meeting;
mod list_invitations;
mod mails;
mod notify_of_meetings;
mod occasion;
mod own_invitation;
mod plan_reminders;
mod ports;
mod read_invitation;
mod read_meeting_calendar;
mod revoke_invitation;
mod send_meeting_mail;
mod tell_invitees;
#[cfg(test)]
mod test_support;
mod upcoming;
mod views;

pub use answer_invitation::{AnswerInvitation, AnswerInvitationCommand, AnswerInvitationError};
pub use fire_reminders::FireReminders;
pub use forget_invitee::ForgetInvitee;
pub use invite_to_meeting::{
    InviteToMeeting, InviteToMeetingCommand, InviteToMeetingError, InviteeProblem, MAX_INVITEES,
};
pub use list_invitations::{ListInvitations, ListInvitationsError, ListInvitationsQuery};
pub use mails::{CalendarFile, MailedMeeting, MeetingMail, MeetingMailError, MeetingMailKind, MeetingMailer};
pub use notify_of_meetings::NotifyOfMeetings;
pub use own_invitation::{
    AnswerOwnInvitation, AnswerOwnInvitationCommand, AnswerOwnInvitationError, OwnInvitation, ReadOwnInvitation,
    ReadOwnInvitationError,
};
pub use plan_reminders::PlanReminders;
pub use ports::{
    InvitationCursor, InvitationPorts, InvitationReader, InvitationRepository, InvitationTokens, People, Person,
    ReminderPlans,
};
pub use read_invitation::{ReadInvitation, ReadInvitationError};
pub use read_meeting_calendar::{ReadMeetingCalendar, ReadMeetingCalendarError};
pub use revoke_invitation::{RevokeInvitation, RevokeInvitationCommand, RevokeInvitationError};
pub use send_meeting_mail::SendMeetingMail;
pub use tell_invitees::TellInvitees;
pub use upcoming::calendar_entry;
pub use views::{InvitationView, InvitedTo};

/// How often a use case starts again when somebody else changed the same thing meanwhile.
const ATTEMPTS: usize = 5;
