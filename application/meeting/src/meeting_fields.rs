//! What people say about a meeting, parsed: for creating one and for changing one.

use std::sync::Arc;

use application_shared::{FieldError, PortError};
use chrono::{DateTime, Utc};
use domain_meeting::{
    HostLeaves, LobbyMode, MaxParticipants, MeetingDescription, MeetingSettings, MeetingTitle, Passcode, PasscodeHash,
    Schedule, ScheduleError,
};
use secrecy::SecretString;

use crate::PasscodeHasher;

/// What is to be different about the settings of a meeting. What is `None` stays.
#[derive(Debug, Clone, Copy, Default)]
pub struct SettingsChange {
    /// Who waits in the lobby.
    pub lobby: Option<LobbyMode>,
    /// Whether people without an account may come by the link.
    pub guests_allowed: Option<bool>,
    /// Whether everybody but hosts comes in with the microphone off.
    pub mute_on_entry: Option<bool>,
    /// Whether participants may share their screen.
    pub share_screen: Option<bool>,
    /// Whether they may write chat messages.
    pub chat: Option<bool>,
    /// Whether they may turn their microphone on by themselves.
    pub unmute: Option<bool>,
    /// Whether they may record.
    pub record: Option<bool>,
    /// What happens when the host leaves.
    pub host_leaves: Option<HostLeaves>,
}

impl SettingsChange {
    /// The settings as they are then.
    #[must_use]
    pub fn apply(self, mut settings: MeetingSettings) -> MeetingSettings {
        fn put<T>(field: &mut T, value: Option<T>) {
            if let Some(value) = value {
                *field = value;
            }
        }
        put(&mut settings.lobby, self.lobby);
        put(&mut settings.guests_allowed, self.guests_allowed);
        put(&mut settings.mute_on_entry, self.mute_on_entry);
        put(&mut settings.permissions.share_screen, self.share_screen);
        put(&mut settings.permissions.chat, self.chat);
        put(&mut settings.permissions.unmute, self.unmute);
        put(&mut settings.permissions.record, self.record);
        put(&mut settings.host_leaves, self.host_leaves);
        settings
    }
}

/// Gathers what is wrong, so that all of it is told at once.
#[derive(Debug, Default)]
pub(crate) struct Mistakes(Vec<FieldError>);

impl Mistakes {
    pub(crate) fn keep<T>(&mut self, parsed: Result<T, FieldError>) -> Option<T> {
        parsed.map_err(|error| self.0.push(error)).ok()
    }

    pub(crate) fn into_result<T>(self, value: Option<T>) -> Result<T, Vec<FieldError>> {
        match value {
            Some(value) if self.0.is_empty() => Ok(value),
            _ => Err(self.0),
        }
    }
}

pub(crate) fn title(text: &str) -> Result<MeetingTitle, FieldError> {
    MeetingTitle::parse(text).map_err(|e| FieldError::new("title", e.code(), e.to_string()))
}

pub(crate) fn description(text: Option<&str>) -> Result<Option<MeetingDescription>, FieldError> {
    MeetingDescription::parse(text.unwrap_or_default())
        .map_err(|e| FieldError::new("description", e.code(), e.to_string()))
}

pub(crate) fn schedule(
    start: Option<DateTime<Utc>>,
    end: Option<DateTime<Utc>>,
    now: DateTime<Utc>,
) -> Result<Schedule, FieldError> {
    Schedule::parse(start, end, now).map_err(|e| match e {
        ScheduleError::EndNotAfterStart => FieldError::new("end_time", "not_after_start", e.to_string()),
        ScheduleError::OutOfRange => FieldError::new("start_time", "out_of_range", e.to_string()),
    })
}

pub(crate) fn max_participants(number: Option<i64>) -> Result<MaxParticipants, FieldError> {
    number
        .map_or_else(|| Ok(MaxParticipants::default()), MaxParticipants::parse)
        .map_err(|e| FieldError::new("max_participants", "out_of_range", e.to_string()))
}

/// An empty passcode is none.
pub(crate) fn passcode(text: Option<&SecretString>) -> Result<Option<Passcode>, FieldError> {
    use secrecy::ExposeSecret;
    let Some(text) = text.filter(|text| !text.expose_secret().trim().is_empty()) else { return Ok(None) };
    Passcode::parse(text).map(Some).map_err(|e| FieldError::new("passcode", e.code(), e.to_string()))
}

pub(crate) async fn hash(
    hasher: &Arc<dyn PasscodeHasher>,
    passcode: Option<&Passcode>,
) -> Result<Option<PasscodeHash>, PortError> {
    match passcode {
        Some(passcode) => hasher.hash(passcode).await.map(Some),
        None => Ok(None),
    }
}
