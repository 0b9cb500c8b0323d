//! What clients are told when a use case of invitations fails.

use application_meeting::{
    AnswerInvitationError, AnswerOwnInvitationError, InviteToMeetingError, ListInvitationsError, ReadInvitationError,
    ReadOwnInvitationError, RevokeInvitationError,
};

use crate::{
    code::Code,
    failure::{Failure, FieldDetail},
};

impl From<InviteToMeetingError> for Failure {
    fn from(error: InviteToMeetingError) -> Self {
        match error {
            InviteToMeetingError::Invalid(problems) => Self::invalid(problems.into_iter().map(|problem| {
                let field = problem.index.map_or_else(|| "invitees".to_owned(), |index| format!("invitees[{index}]"));
                FieldDetail::new(field, problem.code, problem.message)
            })),
            InviteToMeetingError::NotFound => Code::MeetingNotFound.into(),
            InviteToMeetingError::Forbidden => Code::MeetingForbidden.into(),
            InviteToMeetingError::Ended => Code::MeetingEnded.into(),
            InviteToMeetingError::TooMany => Code::TooManyInvitations.into(),
            InviteToMeetingError::Port(error) => error.into(),
        }
    }
}

impl From<ListInvitationsError> for Failure {
    fn from(error: ListInvitationsError) -> Self {
        match error {
            ListInvitationsError::NotFound => Code::MeetingNotFound.into(),
            ListInvitationsError::Forbidden => Code::MeetingForbidden.into(),
            ListInvitationsError::Port(error) => error.into(),
        }
    }
}

impl From<RevokeInvitationError> for Failure {
    fn from(error: RevokeInvitationError) -> Self {
        match error {
            RevokeInvitationError::MeetingNotFound => Code::MeetingNotFound.into(),
            RevokeInvitationError::NotFound => Code::InvitationNotFound.into(),
            RevokeInvitationError::Forbidden => Code::MeetingForbidden.into(),
            RevokeInvitationError::Port(error) => error.into(),
        }
    }
}

impl From<ReadInvitationError> for Failure {
    fn from(error: ReadInvitationError) -> Self {
        match error {
            ReadInvitationError::NotFound => Code::InvitationNotFound.into(),
            ReadInvitationError::Revoked => Code::InvitationRevoked.into(),
            ReadInvitationError::Port(error) => error.into(),
        }
    }
}

impl From<AnswerInvitationError> for Failure {
    fn from(error: AnswerInvitationError) -> Self {
        match error {
            AnswerInvitationError::NotFound => Code::InvitationNotFound.into(),
            AnswerInvitationError::Revoked => Code::InvitationRevoked.into(),
            AnswerInvitationError::Answered => Code::InvitationAnswered.into(),
            AnswerInvitationError::Ended => Code::MeetingEnded.into(),
            AnswerInvitationError::Port(error) => error.into(),
        }
    }
}

impl From<ReadOwnInvitationError> for Failure {
    fn from(error: ReadOwnInvitationError) -> Self {
        match error {
            ReadOwnInvitationError::MeetingNotFound => Code::MeetingNotFound.into(),
            ReadOwnInvitationError::NotFound => Code::InvitationNotFound.into(),
            ReadOwnInvitationError::Port(error) => error.into(),
        }
    }
}

impl From<AnswerOwnInvitationError> for Failure {
    fn from(error: AnswerOwnInvitationError) -> Self {
        match error {
            AnswerOwnInvitationError::MeetingNotFound => Code::MeetingNotFound.into(),
            AnswerOwnInvitationError::Answer(error) => error.into(),
        }
    }
}
