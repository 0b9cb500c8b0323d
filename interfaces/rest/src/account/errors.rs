//! What clients are told when a use case of accounts fails.

use application_user::{
    LogInError, LogOutError, ReadProfileError, RefreshSessionError, RegisterUserError, UpdateProfileError,
};

use crate::{code::Code, failure::Failure};

impl From<RegisterUserError> for Failure {
    fn from(error: RegisterUserError) -> Self {
        match error {
            RegisterUserError::Invalid(fields) => Self::invalid(fields),
            RegisterUserError::UsernameTaken => Code::UsernameTaken.into(),
            RegisterUserError::EmailTaken => Code::EmailTaken.into(),
            RegisterUserError::Port(error) => error.into(),
        }
    }
}

impl From<LogInError> for Failure {
    fn from(error: LogInError) -> Self {
        match error {
            LogInError::InvalidCredentials => Code::InvalidCredentials.into(),
            LogInError::Banned => Code::Banned.into(),
            LogInError::Port(error) => error.into(),
        }
    }
}

impl From<RefreshSessionError> for Failure {
    fn from(error: RefreshSessionError) -> Self {
        match error {
            // Either way the client has to sign in again.
            RefreshSessionError::InvalidToken | RefreshSessionError::SessionEnded => Code::SessionEnded.into(),
            RefreshSessionError::Banned => Code::Banned.into(),
            RefreshSessionError::Port(error) => error.into(),
        }
    }
}

impl From<LogOutError> for Failure {
    fn from(error: LogOutError) -> Self {
        match error {
            LogOutError::Port(error) => error.into(),
        }
    }
}

impl From<ReadProfileError> for Failure {
    fn from(error: ReadProfileError) -> Self {
        match error {
            // The token is older than the end of the account.
            ReadProfileError::NotFound => Code::SessionEnded.into(),
            ReadProfileError::Port(error) => error.into(),
        }
    }
}

impl From<UpdateProfileError> for Failure {
    fn from(error: UpdateProfileError) -> Self {
        match error {
            UpdateProfileError::Invalid(fields) => Self::invalid(fields),
            UpdateProfileError::NotFound => Code::SessionEnded.into(),
            UpdateProfileError::Port(error) => error.into(),
        }
    }
}
