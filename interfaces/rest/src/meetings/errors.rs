//! What clients are told when a use case of meetings fails.

use application_meeting::{
    CreateMeetingError, EndMeetingError, JoinMeetingError, LeaveMeetingError, ListMeetingsError, ListParticipantsError,
    ReadMeetingError,
};

use crate::{code::Code, failure::Failure};

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
            JoinMeetingError::NotFound => Code::MeetingNotFound.into(),
            JoinMeetingError::Ended => Code::MeetingEnded.into(),
            JoinMeetingError::Full => Code::MeetingFull.into(),
            JoinMeetingError::Port(error) => error.into(),
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
