//! Use cases of meetings: one file each, and the ports they need.

mod calendar;
mod close_room;
mod create_meeting;
mod end_meeting;
mod forget_participant;
mod join_meeting;
mod leave_meeting;
mod list_meetings;
mod list_participants;
mod ports;
mod read_meeting;
mod record_participant_left;
#[cfg(test)]
mod testing;
mod views;

pub use calendar::{CalendarAttendee, CalendarEntry, CalendarMethod, CalendarWriter};
pub use close_room::{CloseRoomWhenMeetingEnded, ROOM_COMMANDS};
pub use create_meeting::{CreateMeeting, CreateMeetingCommand, CreateMeetingError};
pub use end_meeting::{EndMeeting, EndMeetingCommand, EndMeetingError};
pub use forget_participant::ForgetParticipant;
pub use join_meeting::{JoinMeeting, JoinMeetingCommand, JoinMeetingError, JoinedMeeting};
pub use leave_meeting::{LeaveMeeting, LeaveMeetingCommand, LeaveMeetingError};
pub use list_meetings::{ListMeetings, ListMeetingsError, ListMeetingsQuery};
pub use list_participants::{ListParticipants, ListParticipantsError, ListParticipantsQuery};
pub use ports::{
    ChangeMeetingError, InsertMeetingError, MeetingChange, MeetingCursor, MeetingFilter, MeetingReader,
    MeetingRepository, ParticipantNames, PublishSource, RoomGrant, RoomTokens,
};
pub use read_meeting::{ReadMeeting, ReadMeetingError, ReadMeetingQuery};
pub use record_participant_left::{RecordParticipantLeft, RecordParticipantLeftCommand, RecordParticipantLeftError};
pub use views::{MeetingView, ParticipantView};
