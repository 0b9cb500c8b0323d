//! Rows of meetings and participants, and how they become meetings and views.

use application_meeting::{MeetingView, ParticipantView};
use application_shared::{BoxError, PortError};
use chrono::{DateTime, Utc};
use diesel::{
    QueryResult,
    pg::Pg,
    prelude::{AsChangeset, Insertable, Queryable, Selectable},
    query_builder::{AstPass, QueryFragment, QueryId},
    sql_types::{Array, Bool, Integer, Nullable, Text, Timestamptz, Uuid as SqlUuid},
};
use domain_meeting::{
    Meeting, MeetingSettings, MeetingSnapshot, MeetingStatus, MeetingStatusKind, ParticipantRole, ParticipantSnapshot,
    PasscodeHash, SeriesSnapshot, Standing, TimeZone, WaitingSnapshot,
};
use domain_shared::{MeetingId, UserId};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

use crate::schema::{meetings, participants};

/// A row of `meetings`.
#[derive(Debug, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = meetings, check_for_backend(Pg), treat_none_as_null = true, treat_none_as_default_value = false)]
pub struct MeetingRow {
    pub id: Uuid,
    pub code: String,
    pub title: String,
    pub description: Option<String>,
    pub creator_id: Uuid,
    pub status: String,
    pub start_time: Option<DateTime<Utc>>,
    pub end_time: Option<DateTime<Utc>>,
    pub max_participants: i32,
    pub started_at: Option<DateTime<Utc>>,
    pub ended_at: Option<DateTime<Utc>>,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
    pub version: i64,
    pub settings: Value,
    pub passcode_hash: Option<String>,
    pub locked: bool,
    pub lobby: Value,
    pub time_zone: Option<String>,
    pub recurrence: Option<String>,
    pub series_start: Option<DateTime<Utc>>,
    pub excluded: Vec<DateTime<Utc>>,
    pub advance_at: Option<DateTime<Utc>>,
}

/// Somebody in the lobby, as `meetings.lobby` has them.
#[derive(Debug, Serialize, Deserialize)]
struct WaitingJson {
    user_id: Uuid,
    guest: bool,
    display_name: String,
    since: DateTime<Utc>,
    admitted: bool,
}

/// A row of `participants`, as far as it is read.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = participants, check_for_backend(Pg))]
pub struct ParticipantRow {
    pub user_id: Uuid,
    pub role: String,
    pub display_name: String,
    pub joined_at: DateTime<Utc>,
    pub left_at: Option<DateTime<Utc>>,
    pub guest: bool,
    pub standing: String,
}

fn corrupt(what: &'static str) -> impl Fn(BoxError) -> PortError {
    move |source| PortError::corrupt(what, source)
}

/// The time zone and the series that these columns hold.
pub fn series_of(
    time_zone: Option<String>,
    rule: Option<String>,
    start: Option<DateTime<Utc>>,
    excluded: Vec<DateTime<Utc>>,
) -> Result<(Option<TimeZone>, Option<SeriesSnapshot>), PortError> {
    let time_zone = time_zone.map(TimeZone::try_from).transpose().map_err(|e| corrupt("time zone")(e.into()))?;
    Ok((time_zone, rule.zip(start).map(|(rule, start)| SeriesSnapshot { rule, start, excluded })))
}

impl MeetingRow {
    /// The row of a meeting that is to be stored as `version`.
    ///
    /// # Errors
    /// [`PortError`] when it cannot be written as JSON.
    pub fn of(snapshot: &MeetingSnapshot, version: i64) -> Result<Self, PortError> {
        let waiting = snapshot.waiting.iter().map(|waiting| WaitingJson {
            user_id: waiting.user_id.as_uuid(),
            guest: waiting.guest,
            display_name: waiting.display_name.clone(),
            since: waiting.since,
            admitted: waiting.admitted,
        });
        let json = |value: Result<Value, serde_json::Error>| value.map_err(|e| corrupt("meeting")(e.into()));
        Ok(Self {
            id: snapshot.id.as_uuid(),
            code: snapshot.code.clone(),
            title: snapshot.title.clone(),
            description: snapshot.description.clone(),
            creator_id: snapshot.creator_id.as_uuid(),
            status: snapshot.status.kind().as_str().to_owned(),
            start_time: snapshot.start_time,
            end_time: snapshot.end_time,
            max_participants: i32::from(snapshot.max_participants),
            started_at: snapshot.status.started_at(),
            ended_at: snapshot.status.ended_at(),
            created_at: snapshot.created_at,
            updated_at: snapshot.updated_at,
            version,
            settings: json(serde_json::to_value(snapshot.settings))?,
            passcode_hash: snapshot.passcode_hash.as_ref().map(|hash| hash.as_str().to_owned()),
            locked: snapshot.locked,
            lobby: json(serde_json::to_value(waiting.collect::<Vec<_>>()))?,
            time_zone: snapshot.time_zone.map(|zone| zone.as_str().to_owned()),
            recurrence: snapshot.series.as_ref().map(|series| series.rule.clone()),
            series_start: snapshot.series.as_ref().map(|series| series.start),
            excluded: snapshot.series.as_ref().map(|series| series.excluded.clone()).unwrap_or_default(),
            advance_at: snapshot.advance_at,
        })
    }

    fn settings(&self) -> Result<MeetingSettings, PortError> {
        MeetingSettings::deserialize(&self.settings).map_err(|e| corrupt("meeting settings")(e.into()))
    }

    fn passcode_hash(&self) -> Result<Option<PasscodeHash>, PortError> {
        let parse = |text| PasscodeHash::parse(text).ok_or_else(|| corrupt("passcode hash")("it is none".into()));
        self.passcode_hash.as_deref().map(parse).transpose()
    }

    fn waiting(&self) -> Result<Vec<WaitingSnapshot>, PortError> {
        let waiting = Vec::<WaitingJson>::deserialize(&self.lobby).map_err(|e| corrupt("lobby")(e.into()))?;
        let snapshot = |waiting: WaitingJson| WaitingSnapshot {
            user_id: UserId::from_uuid(waiting.user_id),
            guest: waiting.guest,
            display_name: waiting.display_name,
            since: waiting.since,
            admitted: waiting.admitted,
        };
        Ok(waiting.into_iter().map(snapshot).collect())
    }

    fn kind(&self) -> Result<MeetingStatusKind, PortError> {
        self.status.parse().map_err(|e: domain_meeting::UnknownMeetingStatus| corrupt("meeting status")(e.into()))
    }

    fn status(&self) -> Result<MeetingStatus, PortError> {
        match (self.kind()?, self.started_at, self.ended_at) {
            (MeetingStatusKind::Scheduled, None, None) => Ok(MeetingStatus::Scheduled),
            (MeetingStatusKind::Live, Some(started_at), None) => Ok(MeetingStatus::Live { started_at }),
            (MeetingStatusKind::Ended, started_at, Some(at)) => Ok(MeetingStatus::Ended { started_at, at }),
            (MeetingStatusKind::Cancelled, None, Some(at)) => Ok(MeetingStatus::Cancelled { at }),
            _ => Err(corrupt("meeting status")("its times do not fit".into())),
        }
    }

    fn places(&self) -> Result<u16, PortError> {
        u16::try_from(self.max_participants).map_err(|e| corrupt("max_participants")(e.into()))
    }

    /// The meeting with these participants, in the order of first coming.
    pub fn into_meeting(self, participants: Vec<ParticipantRow>) -> Result<Meeting, PortError> {
        let (status, max_participants) = (self.status()?, self.places()?);
        let (settings, passcode_hash, waiting) = (self.settings()?, self.passcode_hash()?, self.waiting()?);
        let (time_zone, series) = series_of(self.time_zone, self.recurrence, self.series_start, self.excluded)?;
        let participants =
            participants.into_iter().map(ParticipantRow::into_snapshot).collect::<Result<Vec<_>, _>>()?;
        Meeting::from_snapshot(MeetingSnapshot {
            id: MeetingId::from_uuid(self.id),
            code: self.code,
            title: self.title,
            description: self.description,
            creator_id: UserId::from_uuid(self.creator_id),
            status,
            start_time: self.start_time,
            end_time: self.end_time,
            time_zone,
            series,
            advance_at: self.advance_at,
            max_participants,
            settings,
            passcode_hash,
            locked: self.locked,
            created_at: self.created_at,
            updated_at: self.updated_at,
            version: self.version,
            participants,
            waiting,
        })
        .map_err(|e| corrupt("meeting")(e.into()))
    }

    /// The meeting as it is shown.
    pub fn into_view(self) -> Result<MeetingView, PortError> {
        let (status, max_participants, settings) = (self.kind()?, self.places()?, self.settings()?);
        Ok(MeetingView {
            id: MeetingId::from_uuid(self.id),
            code: self.code,
            title: self.title,
            description: self.description,
            creator_id: UserId::from_uuid(self.creator_id),
            status,
            start_time: self.start_time,
            end_time: self.end_time,
            time_zone: self.time_zone,
            recurrence: self.recurrence,
            max_participants,
            settings,
            has_passcode: self.passcode_hash.is_some(),
            locked: self.locked,
            created_at: self.created_at,
            updated_at: self.updated_at,
            started_at: self.started_at,
            ended_at: self.ended_at,
        })
    }
}

impl ParticipantRow {
    fn role(&self) -> Result<ParticipantRole, PortError> {
        self.role.parse().map_err(|e: domain_meeting::UnknownParticipantRole| corrupt("participant role")(e.into()))
    }

    fn standing(&self) -> Result<Standing, PortError> {
        self.standing.parse().map_err(|e: domain_meeting::UnknownStanding| corrupt("participant standing")(e.into()))
    }

    fn into_snapshot(self) -> Result<ParticipantSnapshot, PortError> {
        Ok(ParticipantSnapshot {
            role: self.role()?,
            standing: self.standing()?,
            user_id: UserId::from_uuid(self.user_id),
            guest: self.guest,
            display_name: self.display_name,
            joined_at: self.joined_at,
            left_at: self.left_at,
        })
    }

    /// The participant as they are shown.
    pub fn into_view(self) -> Result<ParticipantView, PortError> {
        Ok(ParticipantView {
            role: self.role()?,
            standing: self.standing()?,
            user_id: UserId::from_uuid(self.user_id),
            guest: self.guest,
            display_name: self.display_name,
            joined_at: self.joined_at,
            left_at: self.left_at,
        })
    }
}

/// Writes participants, new or changed, column by column, so that one statement takes any number of them.
#[derive(Debug)]
pub struct UpsertParticipants {
    meeting_id: Uuid,
    meeting_created_at: DateTime<Utc>,
    users: Vec<Uuid>,
    ordinals: Vec<i32>,
    roles: Vec<&'static str>,
    names: Vec<String>,
    joined: Vec<DateTime<Utc>>,
    left: Vec<Option<DateTime<Utc>>>,
    guests: Vec<bool>,
    standings: Vec<&'static str>,
}

impl UpsertParticipants {
    /// Those of `after` that are not the same in `before`.
    pub fn changed(before: &[ParticipantSnapshot], after: &MeetingSnapshot) -> Result<Self, PortError> {
        let mut changed = Self {
            meeting_id: after.id.as_uuid(),
            meeting_created_at: after.created_at,
            users: Vec::new(),
            ordinals: Vec::new(),
            roles: Vec::new(),
            names: Vec::new(),
            joined: Vec::new(),
            left: Vec::new(),
            guests: Vec::new(),
            standings: Vec::new(),
        };
        for (at, participant) in after.participants.iter().enumerate() {
            if before.get(at) == Some(participant) {
                continue;
            }
            changed.ordinals.push(i32::try_from(at).map_err(PortError::unavailable)?);
            changed.users.push(participant.user_id.as_uuid());
            changed.roles.push(participant.role.as_str());
            changed.names.push(participant.display_name.clone());
            changed.joined.push(participant.joined_at);
            changed.left.push(participant.left_at);
            changed.guests.push(participant.guest);
            changed.standings.push(participant.standing.as_str());
        }
        Ok(changed)
    }

    /// Them as a statement, if there are any.
    pub fn statement(&self) -> Option<&(dyn QueryFragment<Pg> + Send + Sync)> {
        (!self.users.is_empty()).then_some(self)
    }
}

impl QueryFragment<Pg> for UpsertParticipants {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        out.push_sql(
            "INSERT INTO participants (meeting_id, meeting_created_at, user_id, ordinal, role, display_name, \
             joined_at, left_at, guest, standing) SELECT ",
        );
        out.push_bind_param::<SqlUuid, _>(&self.meeting_id)?;
        out.push_sql(", ");
        out.push_bind_param::<Timestamptz, _>(&self.meeting_created_at)?;
        out.push_sql(", joining.* FROM unnest(");
        out.push_bind_param::<Array<SqlUuid>, _>(&self.users)?;
        out.push_sql(", ");
        out.push_bind_param::<Array<Integer>, _>(&self.ordinals)?;
        out.push_sql(", ");
        out.push_bind_param::<Array<Text>, _>(&self.roles)?;
        out.push_sql(", ");
        out.push_bind_param::<Array<Text>, _>(&self.names)?;
        out.push_sql(", ");
        out.push_bind_param::<Array<Timestamptz>, _>(&self.joined)?;
        out.push_sql(", ");
        out.push_bind_param::<Array<Nullable<Timestamptz>>, _>(&self.left)?;
        out.push_sql(", ");
        out.push_bind_param::<Array<Bool>, _>(&self.guests)?;
        out.push_sql(", ");
        out.push_bind_param::<Array<Text>, _>(&self.standings)?;
        out.push_sql(
            ") AS joining ON CONFLICT ON CONSTRAINT participants_pkey DO UPDATE SET role = excluded.role, \
             display_name = excluded.display_name, joined_at = excluded.joined_at, left_at = excluded.left_at, \
             standing = excluded.standing",
        );
        Ok(())
    }
}

impl QueryId for UpsertParticipants {
    type QueryId = Self;
    const HAS_STATIC_QUERY_ID: bool = true;
}

/// Writes the stays that have begun or ended: one row for each time somebody was there.
#[derive(Debug)]
pub struct UpsertStays {
    meeting_id: Uuid,
    users: Vec<Uuid>,
    joined: Vec<DateTime<Utc>>,
    left: Vec<Option<DateTime<Utc>>>,
}

impl UpsertStays {
    /// Those of `after` that are not the same in `before`.
    pub fn changed(before: &[ParticipantSnapshot], after: &MeetingSnapshot) -> Self {
        let mut changed =
            Self { meeting_id: after.id.as_uuid(), users: Vec::new(), joined: Vec::new(), left: Vec::new() };
        for (at, participant) in after.participants.iter().enumerate() {
            let stay = |p: &ParticipantSnapshot| (p.joined_at, p.left_at);
            if before.get(at).map(stay) == Some(stay(participant)) {
                continue;
            }
            changed.users.push(participant.user_id.as_uuid());
            changed.joined.push(participant.joined_at);
            changed.left.push(participant.left_at);
        }
        changed
    }

    /// Them as a statement, if there are any.
    pub fn statement(&self) -> Option<&(dyn QueryFragment<Pg> + Send + Sync)> {
        (!self.users.is_empty()).then_some(self)
    }
}

impl QueryFragment<Pg> for UpsertStays {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        out.push_sql("INSERT INTO stays (meeting_id, user_id, joined_at, left_at) SELECT ");
        out.push_bind_param::<SqlUuid, _>(&self.meeting_id)?;
        out.push_sql(", stay.* FROM unnest(");
        out.push_bind_param::<Array<SqlUuid>, _>(&self.users)?;
        out.push_sql(", ");
        out.push_bind_param::<Array<Timestamptz>, _>(&self.joined)?;
        out.push_sql(", ");
        out.push_bind_param::<Array<Nullable<Timestamptz>>, _>(&self.left)?;
        out.push_sql(") AS stay ON CONFLICT ON CONSTRAINT stays_pkey DO UPDATE SET left_at = excluded.left_at");
        Ok(())
    }
}

impl QueryId for UpsertStays {
    type QueryId = Self;
    const HAS_STATIC_QUERY_ID: bool = true;
}
