//! What clients are told when a use case of bare rooms fails.

use application_room::{
    ChangeBareRoomError, CreateRoomError, InviteToRoomError, IssueRoomTokenError, LeaveRoomError, ListRoomsError,
    ReadBareRoomError,
};
use domain_room::BareRoomError;

use crate::{code::Code, failure::Failure};

impl From<CreateRoomError> for Failure {
    fn from(error: CreateRoomError) -> Self {
        match error {
            CreateRoomError::Invalid(fields) => Self::invalid(fields),
            CreateRoomError::NameTaken => Code::RoomNameTaken.into(),
            CreateRoomError::Port(error) => error.into(),
        }
    }
}

impl From<ListRoomsError> for Failure {
    fn from(error: ListRoomsError) -> Self {
        match error {
            ListRoomsError::Invalid(fields) => Self::invalid(fields),
            ListRoomsError::Port(error) => error.into(),
        }
    }
}

impl From<ReadBareRoomError> for Failure {
    fn from(error: ReadBareRoomError) -> Self {
        match error {
            ReadBareRoomError::NotFound => Code::RoomNotFound.into(),
            ReadBareRoomError::Port(error) => error.into(),
        }
    }
}

impl From<InviteToRoomError> for Failure {
    fn from(error: InviteToRoomError) -> Self {
        match error {
            InviteToRoomError::Invalid(fields) => Self::invalid(fields),
            InviteToRoomError::Change(error) => error.into(),
        }
    }
}

impl From<IssueRoomTokenError> for Failure {
    fn from(error: IssueRoomTokenError) -> Self {
        match error {
            IssueRoomTokenError::Invalid(fields) => Self::invalid(fields),
            IssueRoomTokenError::Change(error) => error.into(),
            IssueRoomTokenError::Port(error) => error.into(),
        }
    }
}

impl From<LeaveRoomError> for Failure {
    fn from(error: LeaveRoomError) -> Self {
        match error {
            LeaveRoomError::Invalid(fields) => Self::invalid(fields),
            LeaveRoomError::Change(error) => error.into(),
        }
    }
}

impl From<ChangeBareRoomError> for Failure {
    fn from(error: ChangeBareRoomError) -> Self {
        match error {
            ChangeBareRoomError::NotFound => Code::RoomNotFound.into(),
            ChangeBareRoomError::Refused(refused) => code(refused).into(),
            ChangeBareRoomError::Port(error) => error.into(),
        }
    }
}

const fn code(refused: BareRoomError) -> Code {
    match refused {
        BareRoomError::Ended => Code::RoomEnded,
        BareRoomError::AlreadyStarted => Code::RoomStarted,
        BareRoomError::WrongStatus => Code::RoomWrongStatus,
        BareRoomError::Full => Code::RoomFull,
        BareRoomError::Locked => Code::RoomLocked,
        BareRoomError::NotInvited => Code::RoomNotInvited,
        // Tokens are shown to signalling only.
        BareRoomError::Banned | BareRoomError::Revoked => Code::RoomBanned,
        BareRoomError::TooMany => Code::RoomTooManyParticipants,
        BareRoomError::NoSuchParticipant => Code::ParticipantNotFound,
        BareRoomError::WrongParticipantStatus => Code::ParticipantWrongStatus,
        // People in the room are asked by signalling only.
        BareRoomError::NotHost | BareRoomError::NotModerator | BareRoomError::Outranked => Code::Forbidden,
    }
}
