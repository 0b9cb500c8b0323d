//! The name of a file, as the one who shares it calls it.

use std::fmt;

use thiserror::Error;
use unicode_normalization::UnicodeNormalization;

/// 1 to 200 characters of any script, without a path, blanks around them, control characters or such that change the
/// direction of text, in Unicode normalisation form C (UAX #15). It is shown, and never a path.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct FileName(String);

/// Why a text is not the name of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum FileNameError {
    /// Nothing that can be seen.
    #[error("must not be empty")]
    Empty,
    /// More than [`FileName::MAX`] characters.
    #[error("must have at most {max} characters", max = FileName::MAX)]
    TooLong,
    /// A control character, a line break, or a character that changes the direction of text.
    #[error("must not have control characters or line breaks")]
    ForbiddenCharacter,
}

impl FileNameError {
    /// The stable code of the error.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Empty => "empty",
            Self::TooLong => "too_long",
            Self::ForbiddenCharacter => "forbidden_character",
        }
    }
}

impl FileName {
    /// The most characters (Unicode scalar values).
    pub const MAX: usize = 200;
    /// Longer texts are not even normalised: nothing that long gets short enough.
    const MAX_BYTES: usize = 4096;

    /// Takes a name from outside. Of a path, which some programs send, only the last part is taken.
    ///
    /// # Errors
    /// [`FileNameError`] when `text` breaks one of the rules.
    pub fn parse(text: &str) -> Result<Self, FileNameError> {
        if text.len() > Self::MAX_BYTES {
            return Err(FileNameError::TooLong);
        }
        let name = text.rsplit(['/', '\\']).next().unwrap_or_default().trim();
        // Neither this folder nor the one above is a file.
        if name.chars().all(|c| c == '.') {
            return Err(FileNameError::Empty);
        }
        if name.chars().any(is_forbidden) {
            return Err(FileNameError::ForbiddenCharacter);
        }
        let name: String = name.nfc().collect();
        if name.chars().count() > Self::MAX {
            return Err(FileNameError::TooLong);
        }
        Ok(Self(name))
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Control characters, line and paragraph separators, and what changes the direction of text: `exe.gpj` would look like a
/// picture.
fn is_forbidden(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{2028}' | '\u{2029}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

impl fmt::Display for FileName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_a_path_the_last_part_is_the_name() {
        for (text, name) in [
            ("minutes.pdf", "minutes.pdf"),
            (" a b.png ", "a b.png"),
            ("../../etc/passwd", "passwd"),
            ("C:\\Users\\ann\\notes.txt", "notes.txt"),
            ("会议记录.docx", "会议记录.docx"),
            ("e\u{301}.txt", "\u{e9}.txt"),
            (".profile", ".profile"),
            ("<script>.txt", "<script>.txt"),
        ] {
            assert_eq!(FileName::parse(text).map(|name| name.to_string()), Ok(name.to_owned()));
        }
        assert!(FileName::parse(&"王".repeat(FileName::MAX)).is_ok());
    }

    #[test]
    fn refuses_what_cannot_be_shown() {
        for (text, error) in [
            ("", FileNameError::Empty),
            (" ", FileNameError::Empty),
            ("a/", FileNameError::Empty),
            (".", FileNameError::Empty),
            ("x/..", FileNameError::Empty),
            ("a\nb", FileNameError::ForbiddenCharacter),
            ("a\0b", FileNameError::ForbiddenCharacter),
            ("gpj.\u{202e}exe", FileNameError::ForbiddenCharacter),
            (&"x".repeat(FileName::MAX + 1), FileNameError::TooLong),
            (&"x".repeat(5_000), FileNameError::TooLong),
        ] {
            assert_eq!(FileName::parse(text).err(), Some(error), "{text:?}");
        }
        let codes = [FileNameError::Empty, FileNameError::TooLong, FileNameError::ForbiddenCharacter];
        assert_eq!(codes.map(FileNameError::code), ["empty", "too_long", "forbidden_character"]);
    }
}
