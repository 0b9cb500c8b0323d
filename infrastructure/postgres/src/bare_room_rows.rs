//! Rows of bare rooms and their participants, and how they become rooms and views.

use application_room::{BareRoomView, RoomParticipantView};
use application_shared::{BoxError, PortError};
use chrono::{DateTime, Utc};
use diesel::{
    QueryResult,
    pg::Pg,
    prelude::{AsChangeset, Insertable, Queryable, Selectable},
    query_builder::{AstPass, QueryFragment, QueryId},
    sql_types::{Array, Integer, Jsonb, Nullable, Text, Timestamptz, Uuid as SqlUuid},
};
use domain_room::{
    BareParticipantSnapshot, BareRoom, BareRoomSnapshot, BareRoomStatus, BareRoomStatusKind, CallType,
    EmptyRoomTimeout, Grants, ParticipantRole, ParticipantStatus, RoomMetadata, RoomName, RoomPlaces, SourceChannel,
    SourceChannelType, Uid,
};
use domain_shared::{RoomId, UserId};
use serde::Deserialize;
use serde_json::Value;
use uuid::Uuid;

use crate::schema::{room_participants, rooms};

fn corrupt(what: &'static str, source: impl Into<BoxError>) -> PortError {
    PortError::corrupt(what, source)
}

const ROLES: [(ParticipantRole, &str); 4] = [
    (ParticipantRole::Host, "host"),
    (ParticipantRole::CoHost, "co-host"),
    (ParticipantRole::Participant, "participant"),
    (ParticipantRole::Guest, "guest"),
];

/// Bounded so that it always fits.
fn seconds(timeout: EmptyRoomTimeout) -> i32 {
    i32::try_from(timeout.seconds()).unwrap_or(i32::MAX)
}

fn timeout(seconds: i32) -> Result<EmptyRoomTimeout, PortError> {
    EmptyRoomTimeout::parse(i64::from(seconds)).map_err(|error| corrupt("room timeout", error))
}

/// A row of `rooms`.
#[derive(Debug, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = rooms, check_for_backend(Pg), treat_none_as_null = true, treat_none_as_default_value = false)]
pub struct RoomRow {
    pub id: Uuid,
    pub room_name: String,
    pub call_type: String,
    pub invite_on: bool,
    pub source_channel_id: Option<String>,
    pub source_channel_type: Option<i16>,
    pub creator: String,
    pub status: String,
    pub max_participants: i32,
    pub empty_timeout_s: i32,
    pub departure_timeout_s: i32,
    pub metadata: Option<String>,
    pub locked: bool,
    pub started_at: Option<DateTime<Utc>>,
    pub ended_at: Option<DateTime<Utc>>,
    pub expires_at: Option<DateTime<Utc>>,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
    pub version: i64,
}

impl RoomRow {
    /// The row of a room that is to be stored as `version`, and is over at `expires_at` unless somebody comes.
    pub fn of(snapshot: &BareRoomSnapshot, expires_at: Option<DateTime<Utc>>, version: i64) -> Self {
        Self {
            id: snapshot.id.as_uuid(),
            room_name: snapshot.name.as_str().to_owned(),
            call_type: snapshot.call_type.as_str().to_owned(),
            invite_on: snapshot.invite_on,
            source_channel_id: snapshot.source_channel.id.as_ref().map(|id| id.as_str().to_owned()),
            source_channel_type: snapshot.source_channel.kind.map(SourceChannelType::get),
            creator: snapshot.creator.as_str().to_owned(),
            status: snapshot.status.kind().as_str().to_owned(),
            max_participants: i32::from(snapshot.max_participants.get()),
            empty_timeout_s: seconds(snapshot.empty_timeout),
            departure_timeout_s: seconds(snapshot.departure_timeout),
            metadata: snapshot.metadata.as_ref().map(|metadata| metadata.as_str().to_owned()),
            locked: snapshot.locked,
            started_at: snapshot.status.started_at(),
            ended_at: snapshot.status.ended_at(),
            expires_at,
            created_at: snapshot.created_at,
            updated_at: snapshot.updated_at,
            version,
        }
    }

    fn kind(&self) -> Result<BareRoomStatusKind, PortError> {
        BareRoomStatusKind::parse(&self.status).map_err(|error| corrupt("room status", error))
    }

    fn call_type(&self) -> Result<CallType, PortError> {
        CallType::parse(&self.call_type).map_err(|error| corrupt("call type", error))
    }

    /// The room with these participants, in the order in which they were asked.
    ///
    /// # Errors
    /// [`PortError::Corrupt`] when it is none.
    pub fn into_room(self, participants: Vec<RoomParticipantRow>) -> Result<BareRoom, PortError> {
        let status = BareRoomStatus::of(self.kind()?, self.started_at, self.ended_at);
        let metadata = RoomMetadata::parse(self.metadata.as_deref().unwrap_or_default());
        let channel = self.source_channel_id.as_deref().map(Uid::parse).transpose();
        let kind = self.source_channel_type.and_then(|number| SourceChannelType::parse(i64::from(number)));
        let participants = participants.into_iter().map(RoomParticipantRow::into_snapshot);
        BareRoom::from_snapshot(BareRoomSnapshot {
            id: RoomId::from_uuid(self.id),
            name: RoomName::parse(&self.room_name).map_err(|error| corrupt("room name", error))?,
            call_type: self.call_type()?,
            invite_on: self.invite_on,
            source_channel: SourceChannel { id: channel.map_err(|error| corrupt("source channel", error))?, kind },
            creator: Uid::parse(&self.creator).map_err(|error| corrupt("room creator", error))?,
            status: status.ok_or_else(|| corrupt("room status", "its times do not fit"))?,
            max_participants: RoomPlaces::parse(i64::from(self.max_participants))
                .map_err(|error| corrupt("max_participants", error))?,
            empty_timeout: timeout(self.empty_timeout_s)?,
            departure_timeout: timeout(self.departure_timeout_s)?,
            metadata: metadata.map_err(|error| corrupt("room metadata", error))?,
            locked: self.locked,
            created_at: self.created_at,
            updated_at: self.updated_at,
            version: self.version,
            participants: participants.collect::<Result<_, _>>()?,
        })
        .map_err(|error| corrupt("room", error))
    }

    /// The room as it is shown.
    ///
    /// # Errors
    /// [`PortError::Corrupt`] when it is none.
    pub fn into_view(self) -> Result<BareRoomView, PortError> {
        Ok(BareRoomView {
            id: RoomId::from_uuid(self.id),
            call_type: self.call_type()?,
            status: self.kind()?,
            max_participants: u16::try_from(self.max_participants)
                .map_err(|error| corrupt("max_participants", error))?,
            empty_timeout: timeout(self.empty_timeout_s)?.seconds(),
            departure_timeout: timeout(self.departure_timeout_s)?.seconds(),
            room_name: self.room_name,
            invite_on: self.invite_on,
            source_channel_id: self.source_channel_id,
            source_channel_type: self.source_channel_type,
            creator: self.creator,
            metadata: self.metadata,
            locked: self.locked,
            created_at: self.created_at,
            updated_at: self.updated_at,
            started_at: self.started_at,
            ended_at: self.ended_at,
        })
    }
}

/// A row of `room_participants`, as far as it is read.
#[derive(Debug, Queryable, Selectable)]
#[diesel(table_name = room_participants, check_for_backend(Pg))]
pub struct RoomParticipantRow {
    pub uid: String,
    pub user_id: Uuid,
    pub status: String,
    pub role: String,
    pub display_name: String,
    pub grants: Value,
    pub tokens_since: DateTime<Utc>,
    pub created_at: DateTime<Utc>,
    pub joined_at: Option<DateTime<Utc>>,
    pub left_at: Option<DateTime<Utc>>,
}

impl RoomParticipantRow {
    fn status(&self) -> Result<ParticipantStatus, PortError> {
        ParticipantStatus::parse(&self.status).map_err(|error| corrupt("participant status", error))
    }

    fn role(&self) -> Result<ParticipantRole, PortError> {
        let found = ROLES.iter().find(|(_, name)| *name == self.role);
        found.map(|(role, _)| *role).ok_or_else(|| corrupt("participant role", "there is no such role"))
    }

    fn into_snapshot(self) -> Result<BareParticipantSnapshot, PortError> {
        Ok(BareParticipantSnapshot {
            status: self.status()?,
            role: self.role()?,
            grants: Grants::deserialize(&self.grants).map_err(|error| corrupt("participant grants", error))?,
            uid: Uid::parse(&self.uid).map_err(|error| corrupt("participant uid", error))?,
            user_id: UserId::from_uuid(self.user_id),
            display_name: self.display_name,
            tokens_since: self.tokens_since,
            created_at: self.created_at,
            joined_at: self.joined_at,
            left_at: self.left_at,
        })
    }

    /// The participant as they are shown.
    ///
    /// # Errors
    /// [`PortError::Corrupt`] when it is none.
    pub fn into_view(self) -> Result<RoomParticipantView, PortError> {
        Ok(RoomParticipantView {
            status: self.status()?,
            role: self.role()?,
            user_id: UserId::from_uuid(self.user_id),
            uid: self.uid,
            name: self.display_name,
            created_at: self.created_at,
            joined_at: self.joined_at,
            left_at: self.left_at,
        })
    }
}

/// Writes participants, new or changed, column by column, so that one statement takes any number of them.
#[derive(Debug)]
pub struct UpsertRoomParticipants {
    room_id: Uuid,
    uids: Vec<String>,
    users: Vec<Uuid>,
    ordinals: Vec<i32>,
    statuses: Vec<&'static str>,
    roles: Vec<&'static str>,
    names: Vec<String>,
    grants: Vec<Value>,
    since: Vec<DateTime<Utc>>,
    created: Vec<DateTime<Utc>>,
    joined: Vec<Option<DateTime<Utc>>>,
    left: Vec<Option<DateTime<Utc>>>,
}

impl UpsertRoomParticipants {
    /// Those of `after` that are not the same in `before`.
    ///
    /// # Errors
    /// [`PortError`] when they cannot be written as rows.
    pub fn changed(before: &[BareParticipantSnapshot], after: &BareRoomSnapshot) -> Result<Self, PortError> {
        let mut changed = Self {
            room_id: after.id.as_uuid(),
            uids: Vec::new(),
            users: Vec::new(),
            ordinals: Vec::new(),
            statuses: Vec::new(),
            roles: Vec::new(),
            names: Vec::new(),
            grants: Vec::new(),
            since: Vec::new(),
            created: Vec::new(),
            joined: Vec::new(),
            left: Vec::new(),
        };
        for (at, participant) in after.participants.iter().enumerate() {
            if before.get(at) == Some(participant) {
                continue;
            }
            let role = ROLES.iter().find(|(role, _)| *role == participant.role).map_or("participant", |(_, name)| name);
            let grants = serde_json::to_value(&participant.grants);
            changed.ordinals.push(i32::try_from(at).map_err(PortError::unavailable)?);
            changed.uids.push(participant.uid.as_str().to_owned());
            changed.users.push(participant.user_id.as_uuid());
            changed.statuses.push(participant.status.as_str());
            changed.roles.push(role);
            changed.names.push(participant.display_name.clone());
            changed.grants.push(grants.map_err(|error| corrupt("participant grants", error))?);
            changed.since.push(participant.tokens_since);
            changed.created.push(participant.created_at);
            changed.joined.push(participant.joined_at);
            changed.left.push(participant.left_at);
        }
        Ok(changed)
    }

    /// Them as a statement, if there are any.
    pub fn statement(&self) -> Option<&(dyn QueryFragment<Pg> + Send + Sync)> {
        (!self.uids.is_empty()).then_some(self)
    }
}

impl QueryFragment<Pg> for UpsertRoomParticipants {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        out.push_sql(
            "INSERT INTO room_participants (room_id, uid, user_id, ordinal, status, role, display_name, grants, \
             tokens_since, created_at, joined_at, left_at) SELECT ",
        );
        out.push_bind_param::<SqlUuid, _>(&self.room_id)?;
        out.push_sql(", asked.* FROM unnest(");
        out.push_bind_param::<Array<Text>, _>(&self.uids)?;
        out.push_sql(", ");
        out.push_bind_param::<Array<SqlUuid>, _>(&self.users)?;
        out.push_sql(", ");
        out.push_bind_param::<Array<Integer>, _>(&self.ordinals)?;
        out.push_sql(", ");
        out.push_bind_param::<Array<Text>, _>(&self.statuses)?;
        out.push_sql(", ");
        out.push_bind_param::<Array<Text>, _>(&self.roles)?;
        out.push_sql(", ");
        out.push_bind_param::<Array<Text>, _>(&self.names)?;
        out.push_sql(", ");
        out.push_bind_param::<Array<Jsonb>, _>(&self.grants)?;
        for times in [&self.since, &self.created] {
            out.push_sql(", ");
            out.push_bind_param::<Array<Timestamptz>, _>(times)?;
        }
        for times in [&self.joined, &self.left] {
            out.push_sql(", ");
            out.push_bind_param::<Array<Nullable<Timestamptz>>, _>(times)?;
        }
        out.push_sql(
            ") AS asked ON CONFLICT ON CONSTRAINT room_participants_pkey DO UPDATE SET status = excluded.status, \
             role = excluded.role, display_name = excluded.display_name, grants = excluded.grants, \
             tokens_since = excluded.tokens_since, joined_at = excluded.joined_at, left_at = excluded.left_at",
        );
        Ok(())
    }
}

impl QueryId for UpsertRoomParticipants {
    type QueryId = Self;
    const HAS_STATIC_QUERY_ID: bool = true;
}
