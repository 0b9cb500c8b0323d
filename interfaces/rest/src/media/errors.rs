//! What clients are told when a use case of files fails.

use application_file::{
    BrokenContent, DeleteFileError, FileAccessError, MeetingAccessError, OpenDownloadError, UploadFileError,
};

use crate::{
    code::Code,
    failure::{Failure, FieldDetail},
};

impl From<FileAccessError> for Failure {
    fn from(error: FileAccessError) -> Self {
        match error {
            FileAccessError::NotFound => Code::FileNotFound.into(),
            FileAccessError::Port(error) => error.into(),
        }
    }
}

impl From<MeetingAccessError> for Failure {
    fn from(error: MeetingAccessError) -> Self {
        match error {
            MeetingAccessError::NoSuchMeeting => Code::MeetingNotFound.into(),
            MeetingAccessError::Stranger => Code::FileParticipantsOnly.into(),
            MeetingAccessError::Port(error) => error.into(),
        }
    }
}

impl From<DeleteFileError> for Failure {
    fn from(error: DeleteFileError) -> Self {
        match error {
            DeleteFileError::Forbidden => Code::FileForbidden.into(),
            DeleteFileError::Access(error) => error.into(),
        }
    }
}

impl From<UploadFileError> for Failure {
    fn from(error: UploadFileError) -> Self {
        match error {
            UploadFileError::Invalid(fields) => Self::invalid(fields),
            UploadFileError::TooLarge => Code::TooLarge.into(),
            UploadFileError::QuotaExceeded => Code::FileQuotaExceeded.into(),
            UploadFileError::Meeting(error) => error.into(),
            UploadFileError::Broken(error) => error.into(),
            UploadFileError::Port(error) => error.into(),
        }
    }
}

impl From<BrokenContent> for Failure {
    fn from(error: BrokenContent) -> Self {
        match error {
            BrokenContent::Malformed => Code::RequestMalformed.into(),
            BrokenContent::TooSlow => Code::RequestTimeout.into(),
            BrokenContent::Repeated => Self::invalid([FieldDetail::new("file", "repeated", error.to_string())]),
        }
    }
}

impl From<OpenDownloadError> for Failure {
    fn from(error: OpenDownloadError) -> Self {
        match error {
            OpenDownloadError::NotFound => Code::FileNotFound.into(),
            OpenDownloadError::Expired => Code::FileLinkExpired.into(),
            OpenDownloadError::Port(error) => error.into(),
        }
    }
}
