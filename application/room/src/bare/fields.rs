//! What other backends fill in, read into values; what is wrong is remembered, so that they learn it all at once.

use application_shared::FieldError;
use domain_room::{DisplayName, EmptyRoomTimeout, RoomMetadata, RoomName, RoomPlaces, SourceChannelType, Uid};

/// What is wrong so far.
#[derive(Debug, Default)]
pub struct Wrong(Vec<FieldError>);

impl Wrong {
    fn note(&mut self, field: &'static str, code: &'static str, message: impl ToString) {
        self.0.push(FieldError::new(field, code, message.to_string()));
    }

    /// Nothing, or everything that is wrong.
    pub fn none(self) -> Result<(), Vec<FieldError>> {
        if self.0.is_empty() { Ok(()) } else { Err(self.0) }
    }

    /// Everything that is wrong.
    pub fn into_inner(self) -> Vec<FieldError> {
        self.0
    }

    pub fn room_name(&mut self, text: &str) -> Option<RoomName> {
        RoomName::parse(text).map_err(|error| self.note("room_name", error.code(), error)).ok()
    }

    pub fn uid(&mut self, field: &'static str, text: &str) -> Option<Uid> {
        Uid::parse(text).map_err(|error| self.note(field, error.code(), error)).ok()
    }

    pub fn places(&mut self, number: Option<i64>) -> Option<RoomPlaces> {
        let Some(number) = number else { return Some(RoomPlaces::DEFAULT) };
        RoomPlaces::parse(number).map_err(|error| self.note("max_participants", "out_of_range", error)).ok()
    }

    /// How long a room may be empty; `default` when nobody says.
    pub fn empty_timeout(
        &mut self,
        field: &'static str,
        seconds: Option<i64>,
        default: EmptyRoomTimeout,
    ) -> Option<EmptyRoomTimeout> {
        let Some(seconds) = seconds else { return Some(default) };
        EmptyRoomTimeout::parse(seconds).map_err(|error| self.note(field, "out_of_range", error)).ok()
    }

    pub fn channel_type(&mut self, number: Option<i64>) -> Option<SourceChannelType> {
        let kind = SourceChannelType::parse(number?);
        if kind.is_none() {
            self.note("source_channel_type", "out_of_range", "must be between 0 and 32767");
        }
        kind
    }

    pub fn metadata(&mut self, text: Option<&str>) -> Option<RoomMetadata> {
        let parsed = RoomMetadata::parse(text.unwrap_or_default());
        parsed.map_err(|code| self.note("metadata", code, "must have at most 4096 bytes and no NUL")).ok().flatten()
    }

    pub fn name(&mut self, text: Option<&str>) -> Option<DisplayName> {
        let text = text.filter(|text| !text.trim().is_empty())?;
        let code = if text.chars().count() > DisplayName::MAX_CHARS { "too_long" } else { "invalid_characters" };
        DisplayName::parse(text).map_err(|error| self.note("name", code, error)).ok()
    }

    /// A number of seconds; `default` when nobody says.
    pub fn seconds(&mut self, field: &'static str, number: Option<i64>, bounds: (i64, i64), default: i64) -> i64 {
        let (min, max) = bounds;
        let number = number.unwrap_or(default);
        if !(min..=max).contains(&number) {
            self.note(field, "out_of_range", format!("must be between {min} and {max}"));
        }
        number
    }

    /// Remembers that a source is not for such a room.
    pub fn source_without_picture(&mut self) {
        self.note(
            "grants.can_publish_sources",
            "not_in_audio_room",
            "must name no source of pictures in an audio room",
        );
    }
}
