//! What clients are told when a use case of meetings fails.

use application_meeting::{
    ChangeMeetingError, CreateMeetingError, DeleteMessageError, EndMeetingError, JoinMeetingError, LeaveMeetingError,
    ListMeetingsError, ListOccurrencesError, ListParticipantsError, ReadMeetingCalendarError, ReadMeetingError,
    ReadMeetingReportError, UpdateMeetingError,
};
use domain_meeting::MeetingError;

use crate::{
    code::Code,
    failure::{Failure, FieldDetail},
};

impl From<CreateMeetingError> for Failure {
    fn from(error: CreateMeetingError) -> Self {
        match error {
            CreateMeetingError::Invalid(fields) => Self::invalid(fields),
            CreateMeetingError::Port(error) => error.into(),
        }
    }
}

impl From<ListMeetingsError> for Failure {
    fn from(error: ListMeetingsError) -> Self {
        match error {
            ListMeetingsError::Port(error) => error.into(),
        }
    }
}

impl From<ReadMeetingError> for Failure {
    fn from(error: ReadMeetingError) -> Self {
        match error {
            ReadMeetingError::NotFound => Code::MeetingNotFound.into(),
            ReadMeetingError::Port(error) => error.into(),
        }
    }
}

impl From<ListParticipantsError> for Failure {
    fn from(error: ListParticipantsError) -> Self {
        match error {
            ListParticipantsError::NotFound => Code::MeetingNotFound.into(),
            ListParticipantsError::Port(error) => error.into(),
        }
    }
}

impl From<EndMeetingError> for Failure {
    fn from(error: EndMeetingError) -> Self {
        match error {
            EndMeetingError::NotFound => Code::MeetingNotFound.into(),
            EndMeetingError::Forbidden => Code::MeetingForbidden.into(),
            EndMeetingError::Ended => Code::MeetingEnded.into(),
            EndMeetingError::Port(error) => error.into(),
        }
    }
}

impl From<JoinMeetingError> for Failure {
    fn from(error: JoinMeetingError) -> Self {
        match error {
            JoinMeetingError::Invalid(fields) => Self::invalid(fields),
            JoinMeetingError::Change(error) => error.into(),
            JoinMeetingError::Port(error) => error.into(),
        }
    }
}

impl From<UpdateMeetingError> for Failure {
    fn from(error: UpdateMeetingError) -> Self {
        match error {
            UpdateMeetingError::Invalid(fields) => Self::invalid(fields),
            UpdateMeetingError::Change(error) => error.into(),
            UpdateMeetingError::Port(error) => error.into(),
        }
    }
}

impl From<ChangeMeetingError> for Failure {
    fn from(error: ChangeMeetingError) -> Self {
        match error {
            ChangeMeetingError::NotFound => Code::MeetingNotFound.into(),
            ChangeMeetingError::Refused(refused) => code(refused).into(),
            ChangeMeetingError::Port(error) => error.into(),
        }
    }
}

const fn code(refused: MeetingError) -> Code {
    match refused {
        MeetingError::NotHost => Code::MeetingForbidden,
        MeetingError::NotModerator => Code::MeetingModerators,
        MeetingError::NotParticipant => Code::MeetingParticipants,
        MeetingError::Outranked => Code::MeetingOutranked,
        MeetingError::Ended => Code::MeetingEnded,
        MeetingError::Full => Code::MeetingFull,
        MeetingError::LobbyFull => Code::LobbyFull,
        MeetingError::AlreadyStarted => Code::MeetingStarted,
        MeetingError::Locked => Code::MeetingLocked,
        MeetingError::Banned => Code::MeetingBanned,
        MeetingError::GuestsNotAllowed => Code::MeetingNoGuests,
        MeetingError::GuestCannotHost => Code::MeetingGuestRole,
        MeetingError::PasscodeRequired => Code::MeetingPasscodeRequired,
        MeetingError::WrongPasscode => Code::MeetingPasscodeWrong,
        MeetingError::NoSuchParticipant => Code::ParticipantNotFound,
        MeetingError::NotWaiting => Code::NotWaiting,
        MeetingError::NotRecurring => Code::MeetingNotRecurring,
        MeetingError::NoSuchOccurrence => Code::OccurrenceNotFound,
        MeetingError::TooManySkipped => Code::TooManySkipped,
    }
}

impl From<DeleteMessageError> for Failure {
    fn from(error: DeleteMessageError) -> Self {
        match error {
            DeleteMessageError::NotFound => Code::MessageNotFound.into(),
            DeleteMessageError::Denied => Code::MessageForbidden.into(),
            DeleteMessageError::Meeting(error) => error.into(),
        }
    }
}

impl From<ReadMeetingReportError> for Failure {
    fn from(error: ReadMeetingReportError) -> Self {
        match error {
            ReadMeetingReportError::NoSuchSession => {
                Self::invalid([FieldDetail::new("session", "unknown_value", error.to_string())])
            }
            ReadMeetingReportError::Meeting(error) => error.into(),
        }
    }
}

impl From<ListOccurrencesError> for Failure {
    fn from(error: ListOccurrencesError) -> Self {
        match error {
            ListOccurrencesError::Invalid(fields) => Self::invalid(fields),
            ListOccurrencesError::Port(error) => error.into(),
        }
    }
}

impl From<ReadMeetingCalendarError> for Failure {
    fn from(error: ReadMeetingCalendarError) -> Self {
        match error {
            ReadMeetingCalendarError::NotFound => Code::MeetingNotFound.into(),
            ReadMeetingCalendarError::NotPlanned => Code::MeetingNotPlanned.into(),
            ReadMeetingCalendarError::Port(error) => error.into(),
        }
    }
}

impl From<LeaveMeetingError> for Failure {
    fn from(error: LeaveMeetingError) -> Self {
        match error {
            LeaveMeetingError::NotFound => Code::MeetingNotFound.into(),
            LeaveMeetingError::Port(error) => error.into(),
        }
    }
}
