//! Changes what was decided about a meeting.

use std::sync::Arc;

use application_shared::{FieldError, PortError};
use chrono::{DateTime, Utc};
use domain_meeting::{MeetingEdit, MeetingError, MeetingRef, Schedule, TimeZone};
use domain_shared::{Clock, UserId};
use secrecy::SecretString;
use thiserror::Error;

use crate::{
    ChangeMeetingError, MeetingRepository, MeetingView, PasscodeHasher, SettingsChange,
    meeting_fields::{self, Mistakes, Plan},
};

/// What is asked for. What is `None` stays.
#[derive(Debug, Clone)]
pub struct UpdateMeetingCommand {
    /// Which meeting.
    pub meeting: MeetingRef,
    /// Who asks for it.
    pub by: UserId,
    /// Another title.
    pub title: Option<String>,
    /// Another description; an empty one is none.
    pub description: Option<String>,
    /// Another planned start, or none.
    pub start_time: Option<Option<DateTime<Utc>>>,
    /// Another planned end, or none.
    pub end_time: Option<Option<DateTime<Utc>>>,
    /// Another time zone, or none.
    pub time_zone: Option<Option<String>>,
    /// Another rule by which it recurs, or none. Another rule, time zone or start makes a new series from then on.
    pub recurrence: Option<Option<String>>,
    /// Another number of places.
    pub max_participants: Option<i64>,
    /// Other settings.
    pub settings: SettingsChange,
    /// Another passcode; an empty one is none.
    pub passcode: Option<SecretString>,
}

impl UpdateMeetingCommand {
    fn names_times(&self) -> bool {
        let times = self.start_time.is_some() || self.end_time.is_some();
        times || self.time_zone.is_some() || self.recurrence.is_some()
    }

    /// What is planned then; what is not named as it was `before`.
    fn plan<'a>(&'a self, before: &'a Schedule) -> Plan<'a> {
        let (zone, rule) = (before.time_zone(), before.series().map(|series| series.recurrence().rule()));
        Plan {
            start: self.start_time.unwrap_or_else(|| before.start()),
            end: self.end_time.unwrap_or_else(|| before.end()),
            time_zone: self.time_zone.as_ref().map_or(zone.map(TimeZone::as_str), Option::as_deref),
            recurrence: self.recurrence.as_ref().map_or(rule, Option::as_deref),
        }
    }
}

/// The meeting was not changed.
#[derive(Debug, Error)]
pub enum UpdateMeetingError {
    /// Some fields cannot be accepted.
    #[error("invalid meeting")]
    Invalid(Vec<FieldError>),
    /// The meeting refuses it, or is not there.
    #[error(transparent)]
    Change(#[from] ChangeMeetingError),
    /// A port failed.
    #[error(transparent)]
    Port(#[from] PortError),
}

/// Changes a meeting.
pub struct UpdateMeeting {
    meetings: Arc<dyn MeetingRepository>,
    passcodes: Arc<dyn PasscodeHasher>,
    clock: Arc<dyn Clock>,
}

impl UpdateMeeting {
    /// The use case on these ports.
    #[must_use]
    pub fn new(
        meetings: Arc<dyn MeetingRepository>,
        passcodes: Arc<dyn PasscodeHasher>,
        clock: Arc<dyn Clock>,
    ) -> Self {
        Self { meetings, passcodes, clock }
    }

    /// Changes it.
    ///
    /// # Errors
    /// [`UpdateMeetingError`].
    pub async fn execute(&self, command: UpdateMeetingCommand) -> Result<MeetingView, UpdateMeetingError> {
        let now = self.clock.now();
        let mut mistakes = Mistakes::default();
        let title = command.title.as_deref().map(|text| mistakes.keep(meeting_fields::title(text)));
        let description = command.description.as_deref();
        let description = description.map(|text| mistakes.keep(meeting_fields::description(Some(text))));
        let places = command.max_participants;
        let places = places.map(|number| mistakes.keep(meeting_fields::max_participants(Some(number))));
        let passcode = command.passcode.as_ref();
        let passcode = passcode.map(|text| mistakes.keep(meeting_fields::passcode(Some(text))));
        mistakes.into_result(Some(())).map_err(UpdateMeetingError::Invalid)?;
        // Hashing is slow, so it is not done while the meeting is held; nor for who may not change it.
        let before = self.meetings.find(&command.meeting).await?.ok_or(ChangeMeetingError::NotFound)?;
        if !matches!(before.role_of(command.by), domain_meeting::ParticipantRole::Host) {
            return Err(ChangeMeetingError::Refused(MeetingError::NotHost).into());
        }
        let passcode_hash = match passcode.flatten() {
            Some(passcode) => Some(meeting_fields::hash(&self.passcodes, passcode.as_ref()).await?),
            None => None,
        };
        let mut edit = MeetingEdit {
            title: title.flatten(),
            description: description.flatten(),
            schedule: None,
            max_participants: places.flatten(),
            settings: None,
            passcode_hash,
        };
        let mut wrong = Vec::new();
        let changed = self
            .meetings
            .change(&command.meeting, &mut |meeting| {
                if command.names_times() {
                    // What is planned now, not what is over and only not noticed yet.
                    meeting.advance(now);
                    let mut mistakes = Mistakes::default();
                    let schedule = command.plan(meeting.schedule()).parse_after(meeting.schedule(), now, &mut mistakes);
                    match mistakes.into_result(schedule) {
                        Ok(schedule) => edit.schedule = Some(schedule),
                        Err(errors) => {
                            wrong = errors;
                            return Ok(());
                        }
                    }
                }
                edit.settings = Some(command.settings.apply(meeting.settings()));
                meeting.edit(command.by, edit.clone(), now).map(drop)
            })
            .await;
        if !wrong.is_empty() {
            return Err(UpdateMeetingError::Invalid(wrong));
        }
        Ok(MeetingView::from(&changed?))
    }
}

#[cfg(test)]
mod tests {
    use domain_meeting::LobbyMode;

    use super::*;
    use crate::testing::{HOST, World, at, user};

    fn nothing(meeting: &MeetingRef, by: u128) -> UpdateMeetingCommand {
        UpdateMeetingCommand {
            meeting: meeting.clone(),
            by: user(by),
            title: None,
            description: None,
            start_time: None,
            end_time: None,
            time_zone: None,
            recurrence: None,
            max_participants: None,
            settings: SettingsChange::default(),
            passcode: None,
        }
    }

    fn use_case(world: &World) -> UpdateMeeting {
        UpdateMeeting::new(world.meetings.clone(), world.passcodes.clone(), world.clock.clone())
    }

    #[tokio::test]
    async fn changes_what_is_named_and_nothing_else() {
        let world = World::new();
        let meeting = world.with_meeting();
        let update = use_case(&world);
        let before = world.meeting();
        update.execute(nothing(&meeting, HOST)).await.unwrap();
        assert_eq!(world.meeting(), before);

        let command = UpdateMeetingCommand {
            title: Some("Monthly".into()),
            start_time: Some(Some(at(500))),
            settings: SettingsChange { lobby: Some(LobbyMode::Guests), chat: Some(false), ..SettingsChange::default() },
            passcode: Some("4711".into()),
            ..nothing(&meeting, HOST)
        };
        let view = update.execute(command).await.unwrap();
        assert_eq!((view.title.as_str(), view.start_time, view.has_passcode), ("Monthly", Some(at(500)), true));
        assert_eq!((view.settings.lobby, view.settings.permissions.chat), (LobbyMode::Guests, false));
        assert!(view.settings.permissions.share_screen);

        let command = UpdateMeetingCommand {
            start_time: Some(None),
            passcode: Some("".into()),
            max_participants: Some(7),
            description: Some("About it".into()),
            ..nothing(&meeting, HOST)
        };
        let view = update.execute(command).await.unwrap();
        assert_eq!((view.start_time, view.has_passcode, view.max_participants), (None, false, 7));
        assert_eq!(view.description.as_deref(), Some("About it"));
    }

    #[tokio::test]
    async fn a_series_is_begun_kept_moved_and_ended() {
        let world = World::new();
        let meeting = world.with_meeting();
        let update = use_case(&world);
        let text = |text: &str| Some(Some(text.to_owned()));
        let day = |n: i64| at(60 + n * 86_400);
        let begin = UpdateMeetingCommand {
            start_time: Some(Some(day(0))),
            time_zone: text("Asia/Tokyo"),
            recurrence: text("FREQ=DAILY"),
            ..nothing(&meeting, HOST)
        };
        let view = update.execute(begin.clone()).await.unwrap();
        assert_eq!((view.recurrence.as_deref(), view.time_zone.as_deref()), (Some("FREQ=DAILY"), Some("Asia/Tokyo")));
        world.change(|meeting, now| meeting.skip(user(HOST), day(0), now));
        assert_eq!(world.meeting().schedule().start(), Some(day(1)));

        let again = UpdateMeetingCommand {
            title: Some("Daily".into()),
            start_time: Some(Some(day(1))),
            end_time: Some(Some(day(1) + chrono::TimeDelta::minutes(15))),
            recurrence: text("rrule:freq=daily"),
            ..begin.clone()
        };
        update.execute(again).await.unwrap();
        let series = world.meeting().schedule().series().cloned().unwrap();
        assert_eq!((series.excluded().count(), series.recurrence().start()), (1, day(0)), "it goes on");
        let only_end = UpdateMeetingCommand { end_time: Some(None), ..nothing(&meeting, HOST) };
        assert_eq!(update.execute(only_end).await.unwrap().end_time, None);
        assert_eq!(world.meeting().schedule().series(), Some(&series));

        for (wrong, expected) in [
            (UpdateMeetingCommand { start_time: Some(None), ..nothing(&meeting, HOST) }, ("start_time", "required")),
            (UpdateMeetingCommand { time_zone: Some(None), ..nothing(&meeting, HOST) }, ("time_zone", "required")),
            (
                UpdateMeetingCommand { recurrence: text("FREQ=DAILY;FREQ=DAILY"), ..nothing(&meeting, HOST) },
                ("recurrence", "malformed"),
            ),
            (UpdateMeetingCommand { end_time: Some(Some(day(0))), ..begin.clone() }, ("end_time", "not_after_start")),
        ] {
            let Err(UpdateMeetingError::Invalid(errors)) = update.execute(wrong).await else { panic!("{expected:?}") };
            assert_eq!((errors[0].field, errors[0].code), expected);
        }

        let moved = UpdateMeetingCommand { start_time: Some(Some(day(3))), ..nothing(&meeting, HOST) };
        assert_eq!(update.execute(moved).await.unwrap().recurrence.as_deref(), Some("FREQ=DAILY"));
        let series = world.meeting().schedule().series().cloned().unwrap();
        assert_eq!((series.excluded().count(), series.recurrence().start()), (0, day(3)), "a new one");
        for none in [Some(None), text("")] {
            let ended = UpdateMeetingCommand { recurrence: none, ..nothing(&meeting, HOST) };
            let view = update.execute(ended).await.unwrap();
            assert_eq!((view.recurrence, view.time_zone.as_deref()), (None, Some("Asia/Tokyo")));
            assert_eq!(view.start_time, Some(day(3)));
            update.execute(UpdateMeetingCommand { start_time: Some(Some(day(3))), ..begin.clone() }).await.unwrap();
        }
        let only_zone = UpdateMeetingCommand { time_zone: text("Europe/Berlin"), ..nothing(&meeting, HOST) };
        assert_eq!(update.execute(only_zone).await.unwrap().time_zone.as_deref(), Some("Europe/Berlin"));
    }

    #[tokio::test]
    async fn tells_of_all_that_is_wrong() {
        let world = World::new();
        let meeting = world.with_meeting();
        let command = UpdateMeetingCommand {
            title: Some(" ".into()),
            max_participants: Some(1),
            passcode: Some("1".into()),
            ..nothing(&meeting, HOST)
        };
        let Err(UpdateMeetingError::Invalid(errors)) = use_case(&world).execute(command).await else {
            panic!("must be refused")
        };
        assert_eq!(errors.iter().map(|e| e.field).collect::<Vec<_>>(), ["title", "max_participants", "passcode"]);
        let command = UpdateMeetingCommand {
            title: Some("Other".into()),
            start_time: Some(Some(at(5))),
            end_time: Some(Some(at(4))),
            ..nothing(&meeting, HOST)
        };
        let Err(UpdateMeetingError::Invalid(errors)) = use_case(&world).execute(command).await else {
            panic!("must be refused")
        };
        assert_eq!(errors[0].field, "end_time");
        assert_eq!(world.meeting().title().as_str(), "Weekly", "nothing of it is done");
    }

    #[tokio::test]
    async fn only_the_host_changes_it() {
        let world = World::new();
        let meeting = world.with_meeting();
        let command = UpdateMeetingCommand { passcode: Some("4711".into()), ..nothing(&meeting, 2) };
        assert!(matches!(
            use_case(&world).execute(command).await,
            Err(UpdateMeetingError::Change(ChangeMeetingError::Refused(MeetingError::NotHost)))
        ));
        assert_eq!(*world.passcodes.hashed.lock().unwrap(), 0, "no work is done for others");
        let unknown = MeetingRef::parse("zzz-zzzz-zzz").unwrap();
        assert!(matches!(
            use_case(&world).execute(nothing(&unknown, HOST)).await,
            Err(UpdateMeetingError::Change(ChangeMeetingError::NotFound))
        ));
    }
}
