//! What clients are told when a use case of accounts fails.

use application_user::{
    AdministrationError, BanUserError, ChangePasswordError, ChangeUserRoleError, CloseAccountError,
    ConfirmPasswordResetError, LogInError, LogOutError, ReadProfileError, RefreshSessionError, RegisterUserError,
    RequestEmailVerificationError, RequestPasswordResetError, SessionsError, UpdateProfileError, VerifyEmailError,
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
            RefreshSessionError::TokenReused => Code::TokenReused.into(),
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

impl From<ChangePasswordError> for Failure {
    fn from(error: ChangePasswordError) -> Self {
        match error {
            ChangePasswordError::Invalid(fields) => Self::invalid(fields),
            ChangePasswordError::WrongPassword => Code::WrongPassword.into(),
            ChangePasswordError::NotFound => Code::SessionEnded.into(),
            ChangePasswordError::Port(error) => error.into(),
        }
    }
}

impl From<RequestPasswordResetError> for Failure {
    fn from(error: RequestPasswordResetError) -> Self {
        match error {
            RequestPasswordResetError::Port(error) => error.into(),
        }
    }
}

impl From<ConfirmPasswordResetError> for Failure {
    fn from(error: ConfirmPasswordResetError) -> Self {
        match error {
            ConfirmPasswordResetError::Invalid(fields) => Self::invalid(fields),
            ConfirmPasswordResetError::BadLink => Code::BadLink.into(),
            ConfirmPasswordResetError::Port(error) => error.into(),
        }
    }
}

impl From<VerifyEmailError> for Failure {
    fn from(error: VerifyEmailError) -> Self {
        match error {
            VerifyEmailError::BadLink => Code::BadLink.into(),
            VerifyEmailError::Port(error) => error.into(),
        }
    }
}

impl From<RequestEmailVerificationError> for Failure {
    fn from(error: RequestEmailVerificationError) -> Self {
        match error {
            RequestEmailVerificationError::AlreadyVerified => Code::EmailVerified.into(),
            RequestEmailVerificationError::NotFound => Code::SessionEnded.into(),
            RequestEmailVerificationError::Port(error) => error.into(),
        }
    }
}

impl From<SessionsError> for Failure {
    fn from(error: SessionsError) -> Self {
        match error {
            SessionsError::NotFound => Code::SessionNotFound.into(),
            SessionsError::Port(error) => error.into(),
        }
    }
}

impl From<CloseAccountError> for Failure {
    fn from(error: CloseAccountError) -> Self {
        match error {
            CloseAccountError::WrongPassword => Code::WrongPassword.into(),
            CloseAccountError::LastAdministrator => Code::LastAdministrator.into(),
            CloseAccountError::NotFound => Code::SessionEnded.into(),
            CloseAccountError::Port(error) => error.into(),
        }
    }
}

impl From<AdministrationError> for Failure {
    fn from(error: AdministrationError) -> Self {
        match error {
            AdministrationError::Forbidden => Code::Forbidden.into(),
            AdministrationError::NotFound => Code::UserNotFound.into(),
            AdministrationError::Port(error) => error.into(),
        }
    }
}

impl From<BanUserError> for Failure {
    fn from(error: BanUserError) -> Self {
        match error {
            BanUserError::Invalid(fields) => Self::invalid(fields),
            BanUserError::Administrator => Code::UserAdministrator.into(),
            BanUserError::Administration(error) => error.into(),
        }
    }
}

impl From<ChangeUserRoleError> for Failure {
    fn from(error: ChangeUserRoleError) -> Self {
        match error {
            ChangeUserRoleError::LastAdministrator => Code::LastAdministrator.into(),
            ChangeUserRoleError::NotActive => Code::UserNotActive.into(),
            ChangeUserRoleError::Administration(error) => error.into(),
        }
    }
}
