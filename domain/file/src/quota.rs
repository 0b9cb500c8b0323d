//! How much anybody may have.

use thiserror::Error;

/// What somebody may have at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Quota {
    /// Bytes together.
    pub bytes: u64,
    /// Files.
    pub files: u64,
}

/// What somebody has, with what is set aside for uploads that are under way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Usage {
    /// Bytes together.
    pub bytes: u64,
    /// Files.
    pub files: u64,
}

/// There is no room for the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("there is no room for the file")]
pub struct QuotaExceeded;

impl Quota {
    /// Whether one more file of so many bytes has room.
    ///
    /// # Errors
    /// [`QuotaExceeded`] when it has none.
    pub const fn admit(self, usage: Usage, bytes: u64) -> Result<(), QuotaExceeded> {
        if usage.bytes.saturating_add(bytes) <= self.bytes && usage.files < self.files {
            Ok(())
        } else {
            Err(QuotaExceeded)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_byte_and_the_last_file_have_room() {
        let quota = Quota { bytes: 100, files: 2 };
        let admit = |bytes, files, more| quota.admit(Usage { bytes, files }, more);
        assert_eq!(admit(0, 0, 100), Ok(()));
        assert_eq!(admit(60, 1, 40), Ok(()));
        assert_eq!(admit(60, 1, 41), Err(QuotaExceeded));
        assert_eq!(admit(0, 2, 1), Err(QuotaExceeded));
        assert_eq!(admit(u64::MAX, 0, u64::MAX), Err(QuotaExceeded));
    }
}
