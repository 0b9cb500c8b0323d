//! The short name of a meeting that people pass on: `abc-defg-hij`.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// Ten letters `a` to `z` in groups of 3, 4 and 3. Unique; 26^10 of them, so that nobody guesses one.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct MeetingCode(String);

/// The text is no meeting code.
#[derive(Debug, Error, PartialEq, Eq)]
#[error("a meeting code looks like abc-defg-hij")]
pub struct MeetingCodeError;

const LETTERS: usize = 10;
/// The largest multiple of 26 that fits a byte: larger bytes are left out, so that every letter is equally likely.
const FAIR: u8 = 234;

impl MeetingCode {
    /// How many random bytes [`MeetingCode::from_random`] should be given.
    pub const RANDOM_BYTES: usize = 40;

    /// Takes a code from outside. Capital letters and missing hyphens are forgiven.
    ///
    /// # Errors
    /// [`MeetingCodeError`] unless it is ten letters `a` to `z`.
    pub fn parse(text: &str) -> Result<Self, MeetingCodeError> {
        let text = text.trim();
        let bytes = text.as_bytes();
        let letters: Vec<u8> = match bytes.len() {
            LETTERS => bytes.to_vec(),
            12 if bytes.get(3) == Some(&b'-') && bytes.get(8) == Some(&b'-') => {
                bytes.iter().copied().filter(|b| *b != b'-').collect()
            }
            _ => return Err(MeetingCodeError),
        };
        Self::from_letters(&letters.to_ascii_lowercase()).ok_or(MeetingCodeError)
    }

    /// Makes a code of random bytes. `None` when too few of them can be used; then ask again with others.
    #[must_use]
    pub fn from_random(bytes: &[u8]) -> Option<Self> {
        let letters: Vec<u8> = bytes.iter().filter(|b| **b < FAIR).take(LETTERS).map(|b| b'a' + b % 26).collect();
        Self::from_letters(&letters)
    }

    fn from_letters(letters: &[u8]) -> Option<Self> {
        if letters.len() != LETTERS || !letters.iter().all(u8::is_ascii_lowercase) {
            return None;
        }
        let mut code = String::with_capacity(LETTERS + 2);
        for (at, letter) in letters.iter().enumerate() {
            if at == 3 || at == 7 {
                code.push('-');
            }
            code.push(char::from(*letter));
        }
        Some(Self(code))
    }

    /// The code in its one form, `abc-defg-hij`.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for MeetingCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for MeetingCode {
    type Err = MeetingCodeError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::parse(text)
    }
}

impl TryFrom<String> for MeetingCode {
    type Error = MeetingCodeError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text)
    }
}

impl From<MeetingCode> for String {
    fn from(code: MeetingCode) -> Self {
        code.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_a_code_in_the_forms_people_write() {
        for text in ["abc-defg-hij", "ABC-DEFG-HIJ", "abcdefghij", "  abc-defg-hij "] {
            assert_eq!(MeetingCode::parse(text).map(String::from), Ok("abc-defg-hij".to_owned()), "{text}");
        }
        assert_eq!("abc-defg-hij".parse::<MeetingCode>().map(|c| c.to_string()), Ok("abc-defg-hij".to_owned()));
    }

    #[test]
    fn refuses_what_is_no_code() {
        for text in
            ["", "abc", "abc-defg-hi1", "abcd-efg-hij", "abc-defg-hijk", "abc--efghij-", "äbc-defg-hi", "----------"]
        {
            assert_eq!(MeetingCode::parse(text), Err(MeetingCodeError), "{text}");
        }
        assert!(MeetingCode::try_from("no".to_owned()).is_err());
    }

    #[test]
    fn makes_a_code_of_random_bytes_without_favouring_letters() {
        let bytes: Vec<u8> = [255, 240, 234].into_iter().chain(0..10).collect();
        assert_eq!(MeetingCode::from_random(&bytes).map(String::from), Some("abc-defg-hij".to_owned()));
        assert_eq!(MeetingCode::from_random(&[255; MeetingCode::RANDOM_BYTES]), None);
        assert_eq!(MeetingCode::from_random(&[1; 9]), None);
    }
}
