//! Values of bare rooms, parsed once, where they enter.

use chrono::TimeDelta;
use serde::{Deserialize, Serialize};
use thiserror::Error;

/// What a room is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum CallType {
    /// Sound only: nobody is granted a camera or a screen.
    Audio,
    /// Sound and picture.
    Video,
}

/// The text names no call type.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("no such call type")]
pub struct UnknownCallType;

impl CallType {
    /// Every call type.
    pub const ALL: [Self; 2] = [Self::Audio, Self::Video];

    /// The stable name: `audio` or `video`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Audio => "audio",
            Self::Video => "video",
        }
    }

    /// Finds the call type of that stable name.
    ///
    /// # Errors
    /// [`UnknownCallType`] when there is none.
    pub fn parse(name: &str) -> Result<Self, UnknownCallType> {
        Self::ALL.into_iter().find(|call_type| call_type.as_str() == name).ok_or(UnknownCallType)
    }
}

/// What a room is called by the other backend: 1 to 128 of the characters that stand in a URL as they are (RFC 3986,
/// section 2.3: letters and digits of ASCII, `-`, `.`, `_`, `~`). Case counts.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct RoomName(String);

/// Why a text cannot be a room's name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum RoomNameError {
    /// Nothing.
    #[error("must not be empty")]
    Empty,
    /// More than [`RoomName::MAX`] characters.
    #[error("must have at most {max} characters", max = RoomName::MAX)]
    TooLong,
    /// A character that would have to be escaped in a URL.
    #[error("must consist of letters and digits of ASCII, -, ., _ and ~")]
    ForbiddenCharacter,
    /// It means something else in an address: `.`, `..` or `stats`.
    #[error("must not be ., .. or stats")]
    Reserved,
}

impl RoomNameError {
    /// The stable code of the error.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Empty => "empty",
            Self::TooLong => "too_long",
            Self::ForbiddenCharacter => "forbidden_character",
            Self::Reserved => "reserved",
        }
    }
}

impl RoomName {
    /// The most characters.
    pub const MAX: usize = 128;
    /// What stands beside the rooms in the API, or is taken out of addresses by clients.
    const RESERVED: [&str; 3] = [".", "..", "stats"];

    /// Takes a name from outside, as it is.
    ///
    /// # Errors
    /// [`RoomNameError`].
    pub fn parse(text: &str) -> Result<Self, RoomNameError> {
        if text.is_empty() {
            return Err(RoomNameError::Empty);
        }
        if text.chars().nth(Self::MAX).is_some() {
            return Err(RoomNameError::TooLong);
        }
        if !text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte)) {
            return Err(RoomNameError::ForbiddenCharacter);
        }
        if Self::RESERVED.contains(&text) {
            return Err(RoomNameError::Reserved);
        }
        Ok(Self(text.to_owned()))
    }

    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// An identifier of the other backend's, of a person or a channel: 1 to 128 characters without control characters and
/// not only spaces, kept as it is.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Uid(String);

/// Why a text cannot be such an identifier.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum UidError {
    /// Nothing, or only spaces.
    #[error("must not be empty")]
    Empty,
    /// More than [`Uid::MAX`] characters.
    #[error("must have at most {max} characters", max = Uid::MAX)]
    TooLong,
    /// A control character.
    #[error("must not contain control characters")]
    ForbiddenCharacter,
}

impl UidError {
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

impl Uid {
    /// The most characters.
    pub const MAX: usize = 128;

    /// Takes an identifier from outside.
    ///
    /// # Errors
    /// [`UidError`].
    pub fn parse(text: &str) -> Result<Self, UidError> {
        if text.trim().is_empty() {
            return Err(UidError::Empty);
        }
        if text.chars().nth(Self::MAX).is_some() {
            return Err(UidError::TooLong);
        }
        if text.chars().any(char::is_control) {
            return Err(UidError::ForbiddenCharacter);
        }
        Ok(Self(text.to_owned()))
    }

    /// The identifier.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A kind of channel, by the other backend's number: 0 to 32,767.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SourceChannelType(i16);

impl SourceChannelType {
    /// Takes a number from outside; `None` when it is out of range.
    #[must_use]
    pub fn parse(number: i64) -> Option<Self> {
        i16::try_from(number).ok().filter(|number| *number >= 0).map(Self)
    }

    /// The number.
    #[must_use]
    pub const fn get(self) -> i16 {
        self.0
    }
}

/// Where in the other backend a room comes from, such as a chat.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct SourceChannel {
    /// Which channel.
    pub id: Option<Uid>,
    /// Of which kind.
    pub kind: Option<SourceChannelType>,
}

/// What the other backend wants to remember of a room, opaque here: 1 to 4,096 bytes of text without NUL.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoomMetadata(String);

impl RoomMetadata {
    /// The most bytes.
    pub const MAX: usize = 4_096;

    /// Takes a text from outside; nothing is remembered of an empty one.
    ///
    /// # Errors
    /// The stable code of what is wrong: `too_long` or `forbidden_character`.
    pub fn parse(text: &str) -> Result<Option<Self>, &'static str> {
        match text {
            "" => Ok(None),
            text if text.len() > Self::MAX => Err("too_long"),
            text if text.contains('\0') => Err("forbidden_character"),
            text => Ok(Some(Self(text.to_owned()))),
        }
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// How many may be in a bare room at once: 2 to 1,000.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RoomPlaces(u16);

/// The number is out of range.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("must be between {min} and {max}", min = RoomPlaces::MIN, max = RoomPlaces::MAX)]
pub struct RoomPlacesError;

impl RoomPlaces {
    /// The fewest.
    pub const MIN: u16 = 2;
    /// The most.
    pub const MAX: u16 = 1_000;
    /// When nobody says.
    pub const DEFAULT: Self = Self(100);

    /// Takes a number from outside.
    ///
    /// # Errors
    /// [`RoomPlacesError`] when it is out of range.
    pub fn parse(number: i64) -> Result<Self, RoomPlacesError> {
        let number = u16::try_from(number).ok().filter(|number| (Self::MIN..=Self::MAX).contains(number));
        number.map(Self).ok_or(RoomPlacesError)
    }

    /// The number.
    #[must_use]
    pub const fn get(self) -> u16 {
        self.0
    }
}

/// For how long a bare room may be empty, in whole seconds: 10 seconds to 30 days.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EmptyRoomTimeout(u32);

/// The number is out of range.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("must be between {min} and {max}", min = EmptyRoomTimeout::MIN, max = EmptyRoomTimeout::MAX)]
pub struct EmptyRoomTimeoutError;

impl EmptyRoomTimeout {
    /// The shortest.
    pub const MIN: u32 = 10;
    /// The longest.
    pub const MAX: u32 = 30 * 86_400;
    /// Until the first comes, when nobody says: a day.
    pub const DEFAULT_BEFORE: Self = Self(86_400);
    /// Until somebody comes back, when nobody says: five minutes.
    pub const DEFAULT_AFTER: Self = Self(300);

    /// Takes a number of seconds from outside.
    ///
    /// # Errors
    /// [`EmptyRoomTimeoutError`] when it is out of range.
    pub fn parse(seconds: i64) -> Result<Self, EmptyRoomTimeoutError> {
        let seconds = u32::try_from(seconds).ok().filter(|seconds| (Self::MIN..=Self::MAX).contains(seconds));
        seconds.map(Self).ok_or(EmptyRoomTimeoutError)
    }

    /// The number of seconds.
    #[must_use]
    pub const fn seconds(self) -> u32 {
        self.0
    }

    /// As a span of time.
    #[must_use]
    pub fn as_delta(self) -> TimeDelta {
        TimeDelta::seconds(i64::from(self.0))
    }
}
