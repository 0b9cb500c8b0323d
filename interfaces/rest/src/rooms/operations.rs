//! The operations of rooms: create, show, change, end.

use std::sync::Arc;

use application_room::{BareRoomCursor, ChangeRoomStatusCommand, CreateRoomCommand, ListRoomsQuery};
use domain_room::{CallType as CallTypeKind, RoomName};
use domain_shared::Clock;
use poem_openapi::{
    OpenApi,
    param::{Path, Query},
};

use super::{
    shapes::{CallType, ChangeRoomStatusRequest, CreateRoomRequest, Room, RoomPage, RoomStatus},
    use_cases::RoomUseCases,
};
use crate::{
    answer::{Answer, Created},
    api_key_authentication::ByApiKey,
    code::Code,
    cursor,
    failure::Failure,
    json::JsonBody,
    tags::Tag,
};

/// The operations of this area.
pub struct RoomsApi {
    /// What they drive.
    pub use_cases: RoomUseCases,
    /// Dates the answers.
    pub clock: Arc<dyn Clock>,
}

/// No room bears what cannot be a name.
pub(super) fn room_name(text: &str) -> Result<RoomName, Failure> {
    RoomName::parse(text).map_err(|_| Code::RoomNotFound.into())
}

#[OpenApi(prefix_path = "/api/v1", tag = "Tag::Rooms")]
impl RoomsApi {
    /// Create a room
    ///
    /// Its name is its own until it is over: of several rooms of one name that are created at once, one is.
    #[oai(path = "/rooms", method = "post", operation_id = "createRoom")]
    async fn create(&self, _key: ByApiKey, body: JsonBody<CreateRoomRequest>) -> Result<Created<Room>, Failure> {
        let request = body.0;
        let command = CreateRoomCommand {
            room_name: request.room_name,
            call_type: request.call_type.map_or(CallTypeKind::Video, Into::into),
            invite_on: request.invite_on.unwrap_or(false),
            source_channel_id: request.source_channel_id,
            source_channel_type: request.source_channel_type,
            creator: request.creator,
            max_participants: request.max_participants,
            empty_timeout: request.empty_timeout,
            departure_timeout: request.departure_timeout,
            metadata: request.metadata,
        };
        let room = self.use_cases.0.create.execute(command).await?;
        Ok(Answer::new(room.into(), self.clock.now()))
    }

    /// List rooms
    ///
    /// All rooms of all backends, newest first, also those that are over.
    #[oai(path = "/rooms", method = "get", operation_id = "listRooms")]
    #[allow(clippy::too_many_arguments, reason = "each is a parameter of the address")]
    async fn list(
        &self,
        _key: ByApiKey,
        /// Only those in this state.
        status: Query<Option<RoomStatus>>,
        /// Only those for this.
        call_type: Query<Option<CallType>>,
        /// Only those from this channel.
        #[oai(validator(max_length = 128))]
        source_channel_id: Query<Option<String>>,
        /// Only those of this name: the present one, and those before it.
        #[oai(validator(max_length = 128))]
        room_name: Query<Option<String>>,
        /// How many at most.
        #[oai(validator(minimum(value = "1"), maximum(value = "100")), default = "cursor::default_limit")]
        limit: Query<i64>,
        /// Where to go on: `next_cursor` of the page before.
        #[oai(validator(max_length = 64))]
        cursor: Query<Option<String>>,
    ) -> Result<Answer<RoomPage>, Failure> {
        let (limit, after) = cursor::page(limit.0, cursor.0.as_deref())?;
        let query = ListRoomsQuery {
            status: status.0.map(Into::into),
            call_type: call_type.0.map(Into::into),
            source_channel_id: source_channel_id.0,
            room_name: room_name.0,
            after: after.map(|(created_at, id)| BareRoomCursor { created_at, id: id.into() }),
            limit,
        };
        let page = self.use_cases.0.list.execute(query).await?;
        let next_cursor = page.next.map(|next| cursor::write(next.created_at, next.id.as_uuid()));
        let items = page.items.into_iter().map(Room::from).collect();
        Ok(Answer::new(RoomPage { items, next_cursor }, self.clock.now()))
    }

    /// Read a room
    ///
    /// The room of that name that is not over, or else the last that was.
    #[oai(path = "/rooms/:room_name", method = "get", operation_id = "readRoom")]
    async fn read(
        &self,
        _key: ByApiKey,
        /// The room's name.
        room_name: Path<String>,
    ) -> Result<Answer<Room>, Failure> {
        let room = self.use_cases.0.read.execute(&self::room_name(&room_name.0)?).await?;
        Ok(Answer::new(room.into(), self.clock.now()))
    }

    /// Change a room's status
    ///
    /// `active` says that it has begun, `cancelled` calls it off before anybody came, `ended` ends it for everybody. The same
    /// again is no error.
    #[oai(path = "/rooms/:room_name/status", method = "put", operation_id = "changeRoomStatus")]
    async fn change_status(
        &self,
        _key: ByApiKey,
        /// The room's name.
        room_name: Path<String>,
        body: JsonBody<ChangeRoomStatusRequest>,
    ) -> Result<Answer<Room>, Failure> {
        let room = self::room_name(&room_name.0)?;
        let command = ChangeRoomStatusCommand { room, status: body.0.status.into() };
        let room = self.use_cases.0.change_status.execute(command).await?;
        Ok(Answer::new(room.into(), self.clock.now()))
    }

    /// End a room for everybody
    ///
    /// Its tokens are useless from now on, and its name is free.
    #[oai(path = "/rooms/:room_name/end", method = "post", operation_id = "endRoom")]
    async fn end(
        &self,
        _key: ByApiKey,
        /// The room's name.
        room_name: Path<String>,
    ) -> Result<Answer<Room>, Failure> {
        let room = self.use_cases.0.end.execute(self::room_name(&room_name.0)?).await?;
        Ok(Answer::new(room.into(), self.clock.now()))
    }
}
