//! The operations of those who are asked into rooms.

use std::sync::Arc;

use application_room::{
    InviteToRoomCommand, IssueRoomTokenCommand, JoinRoomCommand, ListRoomParticipantsQuery, RoomParticipantCursor,
    SetParticipantStatusCommand,
};
use domain_room::Uid;
use domain_shared::Clock;
use poem::Request;
use poem_openapi::{
    OpenApi,
    param::{Path, Query},
};

use super::{
    operations::room_name as parse_room_name,
    participant_shapes::{
        InviteToRoomRequest, InvitedToRoomAnswer, IssueRoomTokenRequest, JoinRoomRequest, JoinedRoomAnswer,
        LeaveRoomRequest, RoomParticipant, RoomParticipantPage, RoomParticipantStatus, SetRoomParticipantStatusRequest,
    },
    use_cases::RoomUseCases,
};
use crate::{
    answer::{Answer, Created, Empty},
    api_key_authentication::ByApiKey,
    code::Code,
    config::RestConfig,
    cursor,
    failure::Failure,
    json::JsonBody,
    public_address::signaling_url,
    tags::Tag,
};

/// The operations of this area.
pub struct RoomParticipantsApi {
    /// What they drive.
    pub use_cases: RoomUseCases,
    /// Dates the answers.
    pub clock: Arc<dyn Clock>,
    /// Settings.
    pub config: Arc<RestConfig>,
}

#[OpenApi(prefix_path = "/api/v1", tag = "Tag::Rooms")]
impl RoomParticipantsApi {
    /// List who was asked into a room
    ///
    /// One for each `uid`, by the first time that they were asked.
    #[oai(path = "/rooms/:room_name/participants", method = "get", operation_id = "listRoomParticipants")]
    async fn list(
        &self,
        _key: ByApiKey,
        /// The room's name.
        room_name: Path<String>,
        /// Only those who stand so.
        status: Query<Option<RoomParticipantStatus>>,
        /// How many at most.
        #[oai(validator(minimum(value = "1"), maximum(value = "100")), default = "cursor::default_limit")]
        limit: Query<i64>,
        /// Where to go on: `next_cursor` of the page before.
        #[oai(validator(max_length = 64))]
        cursor: Query<Option<String>>,
    ) -> Result<Answer<RoomParticipantPage>, Failure> {
        let (limit, after) = cursor::page(limit.0, cursor.0.as_deref())?;
        let query = ListRoomParticipantsQuery {
            room: parse_room_name(&room_name.0)?,
            status: status.0.map(Into::into),
            after: after.map(|(created_at, id)| RoomParticipantCursor { created_at, user_id: id.into() }),
            limit,
        };
        let page = self.use_cases.0.participants.execute(query).await?;
        let next_cursor = page.next.map(|next| cursor::write(next.created_at, next.user_id.as_uuid()));
        let items = page.items.into_iter().map(RoomParticipant::from).collect();
        Ok(Answer::new(RoomParticipantPage { items, next_cursor }, self.clock.now()))
    }

    /// Invite people to a room
    ///
    /// At most 100, all or none. Who is in stays in, and who is banned stays banned: the answer tells.
    #[oai(path = "/rooms/:room_name/invite", method = "post", operation_id = "inviteToRoom")]
    async fn invite(
        &self,
        _key: ByApiKey,
        /// The room's name.
        room_name: Path<String>,
        body: JsonBody<InviteToRoomRequest>,
    ) -> Result<Created<InvitedToRoomAnswer>, Failure> {
        let command = InviteToRoomCommand { room: parse_room_name(&room_name.0)?, uids: body.0.uids };
        let invited = self.use_cases.0.invite.execute(command).await?;
        Ok(Answer::new(invited.into(), self.clock.now()))
    }

    /// Issue a token for a room
    ///
    /// With it a person enters the room by signalling, and takes a place then. It is an invitation, too. A place is not
    /// taken before.
    #[oai(path = "/rooms/:room_name/token", method = "post", operation_id = "issueRoomToken")]
    async fn issue_token(
        &self,
        request: &Request,
        _key: ByApiKey,
        /// The room's name.
        room_name: Path<String>,
        body: JsonBody<IssueRoomTokenRequest>,
    ) -> Result<Created<JoinedRoomAnswer>, Failure> {
        let signaling_url = signaling_url(&self.config, request)?;
        let IssueRoomTokenRequest { uid, name, role, grants, ttl } = body.0;
        let command = IssueRoomTokenCommand {
            room: parse_room_name(&room_name.0)?,
            uid,
            name,
            role: role.map(Into::into),
            grants: grants.unwrap_or_default().into(),
            ttl,
        };
        let issued = self.use_cases.0.issue_token.execute(command).await?;
        Ok(Answer::new(JoinedRoomAnswer::new(issued, signaling_url), self.clock.now()))
    }

    /// Say how somebody stands in a room
    ///
    /// `declined` and `missed` answer an invitation, `left` lets somebody out, `kicked` and `banned` make somebody leave and
    /// their tokens useless at once, `invited` invites again and lifts a ban. The same again is no error.
    #[oai(
        path = "/rooms/:room_name/participants/:uid/status",
        method = "put",
        operation_id = "setRoomParticipantStatus"
    )]
    async fn set_status(
        &self,
        _key: ByApiKey,
        /// The room's name.
        room_name: Path<String>,
        /// Who, as the backend calls them.
        uid: Path<String>,
        body: JsonBody<SetRoomParticipantStatusRequest>,
    ) -> Result<Answer<RoomParticipant>, Failure> {
        let room = parse_room_name(&room_name.0)?;
        // Nobody is called what cannot be a uid.
        let uid = Uid::parse(&uid.0).map_err(|_| Code::ParticipantNotFound)?;
        let command = SetParticipantStatusCommand { room, uid, status: body.0.status.into() };
        let participant = self.use_cases.0.set_participant_status.execute(command).await?;
        Ok(Answer::new(participant.into(), self.clock.now()))
    }

    /// Let somebody into a room
    ///
    /// Takes a place for them and answers with what they need to enter by signalling. They may do what the room is for.
    #[oai(path = "/participants/join", method = "post", operation_id = "joinRoom")]
    async fn join(
        &self,
        request: &Request,
        _key: ByApiKey,
        body: JsonBody<JoinRoomRequest>,
    ) -> Result<Answer<JoinedRoomAnswer>, Failure> {
        let signaling_url = signaling_url(&self.config, request)?;
        let JoinRoomRequest { room_name, uid, name, role } = body.0;
        let command = JoinRoomCommand { room_name, uid, name, role: role.map(Into::into) };
        let joined = self.use_cases.0.join.execute(command).await?;
        Ok(Answer::new(JoinedRoomAnswer::new(joined, signaling_url), self.clock.now()))
    }

    /// Let somebody out of a room
    ///
    /// Their tokens are useless from now on; a new one lets them in again. Who is not in is none the worse for it.
    #[oai(path = "/participants/leave", method = "post", operation_id = "leaveRoom")]
    async fn leave(&self, _key: ByApiKey, body: JsonBody<LeaveRoomRequest>) -> Result<Answer<Empty>, Failure> {
        self.use_cases.0.leave.execute(&body.0.room_name, &body.0.uid).await?;
        Ok(Answer::new(Empty {}, self.clock.now()))
    }
}
