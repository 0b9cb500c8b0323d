//! The meeting operations.

use std::sync::Arc;

use application_meeting::{
    CreateMeeting, CreateMeetingCommand, EndMeeting, EndMeetingCommand, JoinMeeting, JoinMeetingCommand, LeaveMeeting,
    LeaveMeetingCommand, ListMeetings, ListMeetingsQuery, ListParticipants, ListParticipantsQuery, MeetingCursor,
    MeetingFilter, ReadMeeting, ReadMeetingQuery,
};
use domain_meeting::MeetingRef;
use domain_shared::Clock;
use poem::Request;
use poem_openapi::{
    OpenApi,
    param::{Path, Query},
};

use super::shapes::{
    CreateMeetingRequest, JoinMeetingRequest, Joined, Meeting, MeetingPage, MeetingStatus, Participant, ParticipantList,
};
use crate::{
    answer::{Answer, Created, Empty},
    authentication::SignedIn,
    code::Code,
    config::RestConfig,
    cursor,
    failure::{Failure, FieldDetail},
    json::JsonBody,
    public_address::PublicUrl,
    tags::Tag,
};

/// The use cases that the operations drive.
pub struct MeetingUseCases {
    /// Creates meetings.
    pub create: CreateMeeting,
    /// Lists them.
    pub list: ListMeetings,
    /// Reads one.
    pub read: ReadMeeting,
    /// Ends one.
    pub end: EndMeeting,
    /// Joins one.
    pub join: JoinMeeting,
    /// Leaves one.
    pub leave: LeaveMeeting,
    /// Lists who takes part.
    pub participants: ListParticipants,
}

/// The operations of this area.
pub struct MeetingsApi {
    /// What they drive.
    pub use_cases: MeetingUseCases,
    /// Dates the answers.
    pub clock: Arc<dyn Clock>,
    /// Settings.
    pub config: Arc<RestConfig>,
}

/// No meeting bears what is neither an identifier nor a code.
fn reference(id: &str) -> Result<MeetingRef, Failure> {
    MeetingRef::parse(id).map_err(|_| Code::MeetingNotFound.into())
}

impl MeetingsApi {
    fn signaling_url(&self, request: &Request) -> Result<String, Failure> {
        let url = match &self.config.public_url {
            Some(url) => Some(url.signaling_url()),
            None => PublicUrl::of_request(request, &self.config.trusted_proxies).map(|url| url.signaling_url()),
        };
        url.ok_or_else(|| Failure::invalid([FieldDetail::new("Host", "required", "must name the host")]))
    }
}

#[OpenApi(prefix_path = "/api/v1", tag = "Tag::Meetings")]
impl MeetingsApi {
    /// Create a meeting
    #[oai(path = "/meetings", method = "post", operation_id = "createMeeting")]
    async fn create(&self, user: SignedIn, body: JsonBody<CreateMeetingRequest>) -> Result<Created<Meeting>, Failure> {
        let CreateMeetingRequest { title, description, start_time, end_time, max_participants } = body.0;
        let creator_id = user.0.user_id;
        let command = CreateMeetingCommand { creator_id, title, description, start_time, end_time, max_participants };
        let meeting = self.use_cases.create.execute(command).await?;
        Ok(Answer::new(meeting.into(), self.clock.now()))
    }

    /// List the own meetings
    ///
    /// Those that the user has created or ever joined, newest first.
    #[oai(path = "/meetings", method = "get", operation_id = "listMeetings")]
    async fn list(
        &self,
        user: SignedIn,
        /// How many at most.
        #[oai(validator(minimum(value = "1"), maximum(value = "100")), default = "cursor::default_limit")]
        limit: Query<i64>,
        /// Where to go on: `next_cursor` of the page before.
        #[oai(validator(max_length = 64))]
        cursor: Query<Option<String>>,
        /// Only those in this state.
        status: Query<Option<MeetingStatus>>,
    ) -> Result<Answer<MeetingPage>, Failure> {
        let (limit, after) = cursor::page(limit.0, cursor.0.as_deref())?;
        let after = after.map(|(created_at, id)| MeetingCursor { created_at, id: id.into() });
        let filter = MeetingFilter { status: status.0.map(Into::into) };
        let query = ListMeetingsQuery { user_id: user.0.user_id, filter, after, limit };
        let page = self.use_cases.list.execute(query).await?;
        let items = page.items.into_iter().map(Meeting::from).collect();
        let page =
            MeetingPage { items, next_cursor: page.next.map(|next| cursor::write(next.created_at, next.id.as_uuid())) };
        Ok(Answer::new(page, self.clock.now()))
    }

    /// Read a meeting
    ///
    /// Whoever has its identifier or its code may.
    #[oai(path = "/meetings/:id", method = "get", operation_id = "readMeeting")]
    async fn read(
        &self,
        _user: SignedIn,
        /// The meeting's identifier or code.
        id: Path<String>,
    ) -> Result<Answer<Meeting>, Failure> {
        let query = ReadMeetingQuery { meeting: reference(&id.0)? };
        let meeting = self.use_cases.read.execute(query).await?;
        Ok(Answer::new(meeting.into(), self.clock.now()))
    }

    /// End a meeting for everybody
    ///
    /// Only its host may.
    #[oai(path = "/meetings/:id/end", method = "post", operation_id = "endMeeting")]
    async fn end(
        &self,
        user: SignedIn,
        /// The meeting's identifier or code.
        id: Path<String>,
    ) -> Result<Answer<Meeting>, Failure> {
        let command = EndMeetingCommand { meeting: reference(&id.0)?, user_id: user.0.user_id };
        let meeting = self.use_cases.end.execute(command).await?;
        Ok(Answer::new(meeting.into(), self.clock.now()))
    }

    /// Join a meeting
    ///
    /// Answers with what is needed to enter its room by signalling. The first to join makes the meeting live.
    #[oai(path = "/meetings/:id/join", method = "post", operation_id = "joinMeeting")]
    async fn join(
        &self,
        request: &Request,
        user: SignedIn,
        /// The meeting's identifier or code.
        id: Path<String>,
        body: JsonBody<JoinMeetingRequest>,
    ) -> Result<Answer<Joined>, Failure> {
        let signaling_url = self.signaling_url(request)?;
        let command = JoinMeetingCommand {
            meeting: reference(&id.0)?,
            user_id: user.0.user_id,
            session_id: Some(user.0.session_id),
            display_name: body.0.display_name,
            fallback_name: user.0.nickname,
        };
        let joined = self.use_cases.join.execute(command).await?;
        Ok(Answer::new(Joined::new(joined, signaling_url), self.clock.now()))
    }

    /// Leave a meeting
    ///
    /// Leaving one that the user is not in is no error.
    #[oai(path = "/meetings/:id/leave", method = "post", operation_id = "leaveMeeting")]
    async fn leave(
        &self,
        user: SignedIn,
        /// The meeting's identifier or code.
        id: Path<String>,
    ) -> Result<Answer<Empty>, Failure> {
        let command = LeaveMeetingCommand { meeting: reference(&id.0)?, user_id: user.0.user_id };
        self.use_cases.leave.execute(command).await?;
        Ok(Answer::new(Empty {}, self.clock.now()))
    }

    /// List who takes part in a meeting
    #[oai(path = "/meetings/:id/participants", method = "get", operation_id = "listParticipants")]
    async fn participants(
        &self,
        _user: SignedIn,
        /// The meeting's identifier or code.
        id: Path<String>,
    ) -> Result<Answer<ParticipantList>, Failure> {
        let query = ListParticipantsQuery { meeting: reference(&id.0)? };
        let participants = self.use_cases.participants.execute(query).await?;
        let items = participants.into_iter().map(Participant::from).collect();
        Ok(Answer::new(ParticipantList { items }, self.clock.now()))
    }
}
