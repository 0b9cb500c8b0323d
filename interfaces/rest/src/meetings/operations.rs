//! The meeting operations.

use std::sync::Arc;

use application_meeting::{
    CancelMeeting, CancelMeetingCommand, CreateMeeting, CreateMeetingCommand, EndMeeting, EndMeetingCommand,
    JoinMeeting, JoinMeetingCommand, Joiner, LeaveMeeting, LeaveMeetingCommand, ListMeetings, ListMeetingsQuery,
    ListParticipants, ListParticipantsQuery, MeetingCursor, MeetingFilter, MeetingPorts, ReadMeeting, ReadMeetingQuery,
    ReadMeetingReport, ReadMeetingReportQuery, StartMeeting, StartMeetingCommand, UpdateMeeting, UpdateMeetingCommand,
};
use chrono::{DateTime, Utc};
use domain_meeting::MeetingRef;
use domain_shared::Clock;
use poem::Request;
use poem_openapi::{
    OpenApi,
    param::{Path, Query},
};

use secrecy::SecretString;

use super::{
    moderation::ModerationUseCases,
    participant_shapes::{JoinAsGuestRequest, JoinMeetingRequest, Joined, Participant, ParticipantList},
    report_shapes::MeetingReport,
    shapes::{
        CreateMeetingRequest, ListedRole, Meeting, MeetingPage, MeetingPreview, MeetingStatus, UpdateMeetingRequest,
    },
};
use crate::{
    answer::{Answer, Created, Empty},
    authentication::SignedIn,
    code::Code,
    config::RestConfig,
    cursor,
    failure::Failure,
    json::JsonBody,
    public_address::signaling_url,
    tags::Tag,
};

/// The use cases that the operations drive.
pub struct MeetingUseCases {
    /// What the operations of hosts drive.
    pub moderation: Arc<ModerationUseCases>,
    create: CreateMeeting,
    update: UpdateMeeting,
    list: ListMeetings,
    read: ReadMeeting,
    start: StartMeeting,
    end: EndMeeting,
    cancel: CancelMeeting,
    join: JoinMeeting,
    leave: LeaveMeeting,
    participants: ListParticipants,
    report: ReadMeetingReport,
}

impl MeetingUseCases {
    /// All of them on these ports.
    #[must_use]
    pub fn new(ports: &MeetingPorts) -> Self {
        let MeetingPorts { meetings, reader, passcodes, clock, ids, .. } = ports;
        Self {
            moderation: Arc::new(ModerationUseCases::new(ports)),
            create: CreateMeeting::new(meetings.clone(), passcodes.clone(), clock.clone(), ids.clone()),
            update: UpdateMeeting::new(meetings.clone(), passcodes.clone(), clock.clone()),
            list: ListMeetings::new(reader.clone()),
            read: ReadMeeting::new(reader.clone()),
            start: StartMeeting::new(meetings.clone(), clock.clone()),
            end: EndMeeting::new(meetings.clone(), clock.clone()),
            cancel: CancelMeeting::new(meetings.clone(), clock.clone()),
            join: JoinMeeting::new(ports),
            leave: LeaveMeeting::new(meetings.clone(), clock.clone()),
            participants: ListParticipants::new(reader.clone()),
            report: ReadMeetingReport::new(ports),
        }
    }
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
pub(super) fn reference(id: &str) -> Result<MeetingRef, Failure> {
    MeetingRef::parse(id).map_err(|_| Code::MeetingNotFound.into())
}

impl MeetingsApi {
    fn signaling_url(&self, request: &Request) -> Result<String, Failure> {
        signaling_url(&self.config, request)
    }
}

#[OpenApi(prefix_path = "/api/v1", tag = "Tag::Meetings")]
impl MeetingsApi {
    /// Create a meeting
    #[oai(path = "/meetings", method = "post", operation_id = "createMeeting")]
    async fn create(&self, user: SignedIn, body: JsonBody<CreateMeetingRequest>) -> Result<Created<Meeting>, Failure> {
        let request = body.0;
        let command = CreateMeetingCommand {
            creator_id: user.0.user_id,
            title: request.title,
            description: request.description,
            start_time: request.start_time,
            end_time: request.end_time,
            time_zone: request.time_zone,
            recurrence: request.recurrence,
            max_participants: request.max_participants,
            settings: request.settings.unwrap_or_default().into(),
            passcode: request.passcode.map(SecretString::from),
        };
        let meeting = self.use_cases.create.execute(command).await?;
        Ok(Answer::new(meeting.into(), self.clock.now()))
    }

    /// List the own meetings
    ///
    /// Those that the user has created, ever joined, or is invited to (by the account, or by an address that it has proved,
    /// and not declined), newest first.
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
        /// Only those in which the user is this.
        role: Query<Option<ListedRole>>,
        /// Only those whose title and description have all these words, or words that begin so; of Chinese, Japanese and
        /// Korean any part of a text. At most 200 characters.
        #[oai(validator(max_length = 200))]
        q: Query<Option<String>>,
    ) -> Result<Answer<MeetingPage>, Failure> {
        let (limit, after) = cursor::page(limit.0, cursor.0.as_deref())?;
        let after = after.map(|(created_at, id)| MeetingCursor { created_at, id: id.into() });
        // PostgreSQL's texts cannot hold NUL, so that nothing is found with it.
        let search = q.0.map(|text| text.trim().replace('\0', " ")).filter(|text| !text.is_empty());
        let filter = MeetingFilter { status: status.0.map(Into::into), role: role.0.map(Into::into), search };
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
    /// Only its host may. A meeting that recurs is scheduled for its next time then, if there is one.
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
    /// Answers with what is needed to enter its room by signalling, or its lobby. The first to join makes the meeting live.
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
            joiner: Joiner::Account {
                user_id: user.0.user_id,
                session_id: Some(user.0.session_id),
                nickname: user.0.nickname,
            },
            display_name: body.0.display_name,
            passcode: body.0.passcode.map(SecretString::from),
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

    /// Change a meeting
    ///
    /// Only its host may. What is absent stays. Another rule, time zone or start of a meeting that recurs makes a new series.
    #[oai(path = "/meetings/:id", method = "put", operation_id = "updateMeeting")]
    async fn update(
        &self,
        user: SignedIn,
        /// The meeting's identifier or code.
        id: Path<String>,
        body: JsonBody<UpdateMeetingRequest>,
    ) -> Result<Answer<Meeting>, Failure> {
        let request = body.0;
        let named = request.named;
        let command = UpdateMeetingCommand {
            meeting: reference(&id.0)?,
            by: user.0.user_id,
            title: request.title,
            description: request.description,
            start_time: named.start_time.then_some(request.start_time),
            end_time: named.end_time.then_some(request.end_time),
            time_zone: named.time_zone.then_some(request.time_zone),
            recurrence: named.recurrence.then_some(request.recurrence),
            max_participants: request.max_participants,
            settings: request.settings.unwrap_or_default().into(),
            passcode: request.passcode.map(SecretString::from),
        };
        let meeting = self.use_cases.update.execute(command).await?;
        Ok(Answer::new(meeting.into(), self.clock.now()))
    }

    /// Call a meeting off
    ///
    /// Only its host may, and only before anybody has come. One that recurs is called off as a whole.
    #[oai(path = "/meetings/:id", method = "delete", operation_id = "cancelMeeting")]
    async fn cancel(
        &self,
        user: SignedIn,
        /// The meeting's identifier or code.
        id: Path<String>,
    ) -> Result<Answer<Meeting>, Failure> {
        let command = CancelMeetingCommand { meeting: reference(&id.0)?, by: user.0.user_id };
        let meeting = self.use_cases.cancel.execute(command).await?;
        Ok(Answer::new(meeting.into(), self.clock.now()))
    }

    /// Start a meeting before anybody has come
    ///
    /// Only its host may. The first to join starts it, too.
    #[oai(path = "/meetings/:id/start", method = "post", operation_id = "startMeeting")]
    async fn start(
        &self,
        user: SignedIn,
        /// The meeting's identifier or code.
        id: Path<String>,
    ) -> Result<Answer<Meeting>, Failure> {
        let command = StartMeetingCommand { meeting: reference(&id.0)?, by: user.0.user_id };
        let meeting = self.use_cases.start.execute(command).await?;
        Ok(Answer::new(meeting.into(), self.clock.now()))
    }

    /// Tell what everybody may know who has the link of a meeting
    #[oai(path = "/meetings/:id/preview", method = "get", operation_id = "previewMeeting")]
    async fn preview(
        &self,
        /// The meeting's identifier or code.
        id: Path<String>,
    ) -> Result<Answer<MeetingPreview>, Failure> {
        let query = ReadMeetingQuery { meeting: reference(&id.0)? };
        let meeting = self.use_cases.read.execute(query).await?;
        Ok(Answer::new(meeting.into(), self.clock.now()))
    }

    /// Join a meeting without an account
    ///
    /// Only where its host allows guests. Answers like `joinMeeting`, and with a pass by which the guest is known again.
    #[oai(path = "/meetings/:id/join-as-guest", method = "post", operation_id = "joinMeetingAsGuest")]
    async fn join_as_guest(
        &self,
        request: &Request,
        /// The meeting's identifier or code.
        id: Path<String>,
        body: JsonBody<JoinAsGuestRequest>,
    ) -> Result<Answer<Joined>, Failure> {
        let signaling_url = self.signaling_url(request)?;
        let command = JoinMeetingCommand {
            meeting: reference(&id.0)?,
            joiner: Joiner::Guest { pass: body.0.guest_pass.map(SecretString::from) },
            display_name: Some(body.0.display_name),
            passcode: body.0.passcode.map(SecretString::from),
        };
        let joined = self.use_cases.join.execute(command).await?;
        Ok(Answer::new(Joined::new(joined, signaling_url), self.clock.now()))
    }

    /// Tell who was in a meeting, when, and how long
    ///
    /// Hosts and co-hosts may read it, while the meeting goes on and when it is over.
    #[oai(path = "/meetings/:id/report", method = "get", operation_id = "readMeetingReport")]
    async fn report(
        &self,
        user: SignedIn,
        /// The meeting's identifier or code.
        id: Path<String>,
        /// Only one of the times that it was held: its `started_at`.
        session: Query<Option<DateTime<Utc>>>,
    ) -> Result<Answer<MeetingReport>, Failure> {
        let query = ReadMeetingReportQuery { meeting: reference(&id.0)?, by: user.0.user_id, session: session.0 };
        let report = self.use_cases.report.execute(query).await?;
        Ok(Answer::new(report.into(), self.clock.now()))
    }
}
