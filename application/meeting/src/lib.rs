//! Use cases of meetings: one file each, and the ports they need.

mod advance_meetings;
mod allow_participant_back;
mod answer_lobby;
mod calendar;
mod cancel_meeting;
mod create_meeting;
mod delete_message;
mod end_meeting;
mod forget_participant;
mod invitations;
mod join_meeting;
mod leave_meeting;
mod list_meetings;
mod list_messages;
mod list_occurrences;
mod list_participants;
mod lock_meeting;
mod meeting_fields;
mod mute_participants;
mod ports;
mod read_lobby;
mod read_meeting;
mod read_meeting_report;
mod record_participant_left;
mod remove_participant;
mod rename_participant;
mod set_participant_role;
mod skip_occurrence;
mod start_meeting;
mod tell_room;
#[cfg(test)]
mod testing;
mod update_meeting;
mod views;

pub use advance_meetings::AdvanceMeetings;
pub use allow_participant_back::{AllowParticipantBack, AllowParticipantBackCommand};
pub use answer_lobby::{AnswerLobby, AnswerLobbyCommand, LobbyAnswer, LobbyTarget};
pub use calendar::{CalendarAttendee, CalendarEntry, CalendarMethod, CalendarWriter};
pub use cancel_meeting::{CancelMeeting, CancelMeetingCommand};
pub use create_meeting::{CreateMeeting, CreateMeetingCommand, CreateMeetingError};
pub use delete_message::{DeleteMessage, DeleteMessageCommand};
pub use end_meeting::{EndMeeting, EndMeetingCommand, EndMeetingError};
pub use forget_participant::ForgetParticipant;
pub use invitations::{
    AnswerInvitation, AnswerInvitationCommand, AnswerInvitationError, AnswerOwnInvitation, AnswerOwnInvitationCommand,
    AnswerOwnInvitationError, CalendarFile, FireReminders, ForgetInvitee, InvitationCursor, InvitationPorts,
    InvitationReader, InvitationRepository, InvitationTokens, InvitationView, InviteToMeeting, InviteToMeetingCommand,
    InviteToMeetingError, InvitedTo, InviteeProblem, ListInvitations, ListInvitationsError, ListInvitationsQuery,
    MAX_INVITEES, MailedMeeting, MeetingMail, MeetingMailError, MeetingMailKind, MeetingMailer, NotifyOfMeetings,
    OwnInvitation, People, Person, PlanReminders, ReadInvitation, ReadInvitationError, ReadMeetingCalendar,
    ReadMeetingCalendarError, ReadOwnInvitation, ReadOwnInvitationError, ReminderPlans, RevokeInvitation,
    RevokeInvitationCommand, RevokeInvitationError, SendMeetingMail, TellInvitees, calendar_entry,
};
pub use join_meeting::{JoinMeeting, JoinMeetingCommand, JoinMeetingError, JoinedMeeting, Joiner, Place};
pub use leave_meeting::{LeaveMeeting, LeaveMeetingCommand, LeaveMeetingError};
pub use list_meetings::{ListMeetings, ListMeetingsError, ListMeetingsQuery};
pub use list_messages::{ListMessages, ListMessagesQuery};
pub use list_occurrences::{ListOccurrences, ListOccurrencesError, ListOccurrencesQuery};
pub use list_participants::{ListParticipants, ListParticipantsError, ListParticipantsQuery};
pub use lock_meeting::{LockMeeting, LockMeetingCommand};
pub use meeting_fields::SettingsChange;
pub use mute_participants::{MuteParticipants, MuteParticipantsCommand, MuteRequest};
pub use ports::{
    ChangeMeetingError, DeleteMessageError, GuestPasses, InsertMeetingError, ListedRole, MeetingChange, MeetingCursor,
    MeetingFilter, MeetingMessages, MeetingPorts, MeetingReader, MeetingRepository, MeetingTimes, ParticipantNames,
    PasscodeHasher, PublishSource, RoomGrant, RoomTokens,
};
pub use read_lobby::{ReadLobby, ReadLobbyQuery};
pub use read_meeting::{ReadMeeting, ReadMeetingError, ReadMeetingQuery};
pub use read_meeting_report::{
    Attendance, MeetingReport, ReadMeetingReport, ReadMeetingReportError, ReadMeetingReportQuery, ReportedSession,
};
pub use record_participant_left::{RecordParticipantLeft, RecordParticipantLeftCommand, RecordParticipantLeftError};
pub use remove_participant::{RemoveParticipant, RemoveParticipantCommand};
pub use rename_participant::{RenameParticipant, RenameParticipantCommand};
pub use set_participant_role::{SetParticipantRole, SetParticipantRoleCommand};
pub use skip_occurrence::{SkipOccurrence, SkipOccurrenceCommand};
pub use start_meeting::{StartMeeting, StartMeetingCommand};
pub use tell_room::TellRoom;
pub use update_meeting::{UpdateMeeting, UpdateMeetingCommand, UpdateMeetingError};
pub use views::{
    MeetingView, MessageView, OccurrenceView, ParticipantView, PlannedMeeting, SessionView, StayView, WaitingView,
};
