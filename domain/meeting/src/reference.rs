//! How a client names a meeting: by its identifier or by its code.

use domain_shared::MeetingId;
use thiserror::Error;

use crate::MeetingCode;

/// Names one meeting.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum MeetingRef {
    /// By its UUID.
    Id(MeetingId),
    /// By its code.
    Code(MeetingCode),
}

/// The text is neither a UUID nor a meeting code, so no meeting bears it.
#[derive(Debug, Error, PartialEq, Eq)]
#[error("neither a meeting's identifier nor a meeting code")]
pub struct MeetingRefError;

impl MeetingRef {
    /// Takes a UUID or a code from outside.
    ///
    /// # Errors
    /// [`MeetingRefError`] when it is neither.
    pub fn parse(text: &str) -> Result<Self, MeetingRefError> {
        match MeetingCode::parse(text) {
            Ok(code) => Ok(Self::Code(code)),
            Err(_) => text.trim().parse().map(Self::Id).map_err(|_| MeetingRefError),
        }
    }
}

impl From<MeetingId> for MeetingRef {
    fn from(id: MeetingId) -> Self {
        Self::Id(id)
    }
}

impl From<MeetingCode> for MeetingRef {
    fn from(code: MeetingCode) -> Self {
        Self::Code(code)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_an_identifier_or_a_code() {
        let id = MeetingId::from_uuid(uuid::Uuid::from_u128(7));
        assert_eq!(MeetingRef::parse(&id.to_string()), Ok(MeetingRef::from(id)));
        let code = MeetingCode::parse("abc-defg-hij").unwrap();
        assert_eq!(MeetingRef::parse("ABC-defg-hij"), Ok(MeetingRef::from(code)));
        assert_eq!(MeetingRef::parse("../etc"), Err(MeetingRefError));
    }
}
