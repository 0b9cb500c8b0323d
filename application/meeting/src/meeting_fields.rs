//! What people say about a meeting, parsed: for creating one and for changing one.

use std::sync::Arc;

use application_shared::{FieldError, PortError};
use chrono::{DateTime, Utc};
use domain_meeting::{
    HostLeaves, LobbyMode, MaxParticipants, MeetingDescription, MeetingSettings, MeetingTitle, Passcode, PasscodeHash,
    Recurrence, RecurrenceError, Schedule, ScheduleError, TimeZone,
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

fn schedule(
    start: Option<DateTime<Utc>>,
    end: Option<DateTime<Utc>>,
    now: DateTime<Utc>,
) -> Result<Schedule, FieldError> {
    Schedule::parse(start, end, now).map_err(schedule_error)
}

fn schedule_error(error: ScheduleError) -> FieldError {
    match error {
        ScheduleError::EndNotAfterStart => FieldError::new("end_time", "not_after_start", error.to_string()),
        ScheduleError::OutOfRange => FieldError::new("start_time", "out_of_range", error.to_string()),
    }
}

/// When a meeting is planned, as people say it. Empty texts are none.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Plan<'a> {
    pub start: Option<DateTime<Utc>>,
    pub end: Option<DateTime<Utc>>,
    pub time_zone: Option<&'a str>,
    pub recurrence: Option<&'a str>,
}

impl Plan<'_> {
    /// Parses it. Nothing when something is wrong.
    pub(crate) fn parse(self, now: DateTime<Utc>, mistakes: &mut Mistakes) -> Option<Schedule> {
        let schedule = mistakes.keep(schedule(self.start, self.end, now));
        let zone = mistakes.keep(time_zone(self.time_zone));
        let Some(rule) = self.recurrence.filter(|rule| !rule.trim().is_empty()) else {
            return Some(schedule?.in_time_zone(zone?));
        };
        if self.start.is_none() {
            mistakes.0.push(FieldError::new("start_time", "required", "must be there for a meeting that recurs"));
        }
        if zone == Some(None) {
            mistakes.0.push(FieldError::new("time_zone", "required", "must be there for a meeting that recurs"));
        }
        let (schedule, zone) = (schedule?, zone??);
        schedule.start()?;
        let field = |error: &RecurrenceError| if *error == RecurrenceError::Past { "start_time" } else { "recurrence" };
        let recurring = schedule.in_time_zone(Some(zone)).recurring(rule, now);
        mistakes.keep(recurring.map_err(|error| FieldError::new(field(&error), error.code(), error.to_string())))
    }

    /// Parses it as a change of `before`: a series goes on as long as its rule, its time zone and the start of its next time
    /// stay.
    pub(crate) fn parse_after(
        self,
        before: &Schedule,
        now: DateTime<Utc>,
        mistakes: &mut Mistakes,
    ) -> Option<Schedule> {
        if !self.goes_on(before) {
            return self.parse(now, mistakes);
        }
        mistakes.keep(before.ending_at(self.end, now).map_err(schedule_error))
    }

    fn goes_on(&self, before: &Schedule) -> bool {
        let (Some(series), Some(rule), Some(start)) = (before.series(), self.recurrence, self.start) else {
            return false;
        };
        let Some(Some(zone)) = time_zone(self.time_zone).ok() else { return false };
        let same = Recurrence::restore(rule, zone, start).is_ok_and(|same| same.rule() == series.recurrence().rule());
        same && before.time_zone() == Some(zone) && before.start() == Some(start)
    }
}

fn time_zone(name: Option<&str>) -> Result<Option<TimeZone>, FieldError> {
    let Some(name) = name.map(str::trim).filter(|name| !name.is_empty()) else { return Ok(None) };
    TimeZone::parse(name).map(Some).map_err(|e| FieldError::new("time_zone", "unknown_value", e.to_string()))
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
