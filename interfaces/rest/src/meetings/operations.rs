//! The meeting operations.

use std::sync::Arc;

use application_meeting::{
    AllowParticipantBack, AllowParticipantBackCommand, AnswerLobby, AnswerLobbyCommand, CancelMeeting,
    CancelMeetingCommand, CreateMeeting, CreateMeetingCommand, EndMeeting, EndMeetingCommand, JoinMeeting,
    JoinMeetingCommand, Joiner, LeaveMeeting, LeaveMeetingCommand, ListMeetings, ListMeetingsQuery, ListParticipants,
    ListParticipantsQuery, LobbyAnswer, LobbyTarget, LockMeeting, LockMeetingCommand, MeetingCursor, MeetingFilter,
    MeetingPorts, MuteParticipants, MuteParticipantsCommand, MuteRequest, ReadLobby, ReadLobbyQuery, ReadMeeting,
    ReadMeetingQuery, ReadMeetingReport, ReadMeetingReportQuery, RemoveParticipant, RemoveParticipantCommand,
    RenameParticipant, RenameParticipantCommand, SetParticipantRole, SetParticipantRoleCommand, StartMeeting,
    StartMeetingCommand, UpdateMeeting, UpdateMeetingCommand,
};
use chrono::{DateTime, Utc};
use domain_meeting::{DisplayName, MeetingRef};
use domain_shared::{Clock, UserId};
use poem::Request;
use poem_openapi::{
    OpenApi,
    param::{Path, Query},
};

use secrecy::SecretString;
use uuid::Uuid;

use super::shapes::{
    CreateMeetingRequest, JoinAsGuestRequest, JoinMeetingRequest, Joined, KickRequest, ListedRole, Lobby,
    LobbyAnswered, Meeting, MeetingPage, MeetingPreview, MeetingReport, MeetingStatus, Participant, ParticipantList,
    RenameRequest, SetRoleRequest, UpdateMeetingRequest, Waiting,
};
use crate::{
    answer::{Answer, Created, Empty},
    authentication::SignedIn,
    code::Code,
    config::RestConfig,
    cursor,
    failure::{Failure, FieldDetail},
    json::JsonBody,
    public_address::signaling_url,
    tags::Tag,
};

/// The use cases that the operations drive.
pub struct MeetingUseCases {
    create: CreateMeeting,
    update: UpdateMeeting,
    list: ListMeetings,
    read: ReadMeeting,
    start: StartMeeting,
    end: EndMeeting,
    cancel: CancelMeeting,
    lock: LockMeeting,
    join: JoinMeeting,
    leave: LeaveMeeting,
    participants: ListParticipants,
    remove: RemoveParticipant,
    allow_back: AllowParticipantBack,
    set_role: SetParticipantRole,
    rename: RenameParticipant,
    mute: MuteParticipants,
    lobby: ReadLobby,
    answer_lobby: AnswerLobby,
    report: ReadMeetingReport,
}

impl MeetingUseCases {
    /// All of them on these ports.
    #[must_use]
    pub fn new(ports: &MeetingPorts) -> Self {
        let MeetingPorts { meetings, reader, passcodes, clock, ids, .. } = ports;
        Self {
            create: CreateMeeting::new(meetings.clone(), passcodes.clone(), clock.clone(), ids.clone()),
            update: UpdateMeeting::new(meetings.clone(), passcodes.clone(), clock.clone()),
            list: ListMeetings::new(reader.clone()),
            read: ReadMeeting::new(reader.clone()),
            start: StartMeeting::new(meetings.clone(), clock.clone()),
            end: EndMeeting::new(meetings.clone(), clock.clone()),
            cancel: CancelMeeting::new(meetings.clone(), clock.clone()),
            lock: LockMeeting::new(meetings.clone(), clock.clone()),
            join: JoinMeeting::new(ports),
            leave: LeaveMeeting::new(meetings.clone(), clock.clone()),
            participants: ListParticipants::new(reader.clone()),
            remove: RemoveParticipant::new(meetings.clone(), clock.clone()),
            allow_back: AllowParticipantBack::new(meetings.clone(), clock.clone()),
            set_role: SetParticipantRole::new(meetings.clone(), clock.clone()),
            rename: RenameParticipant::new(meetings.clone(), clock.clone()),
            mute: MuteParticipants::new(meetings.clone(), ports.pub_sub.clone()),
            lobby: ReadLobby::new(meetings.clone()),
            answer_lobby: AnswerLobby::new(meetings.clone(), clock.clone()),
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
    async fn answer_lobby(
        &self,
        user: SignedIn,
        meeting: &str,
        target: LobbyTarget,
        answer: LobbyAnswer,
    ) -> Result<Answer<LobbyAnswered>, Failure> {
        let command = AnswerLobbyCommand { meeting: reference(meeting)?, by: user.0.user_id, target, answer };
        let answered = self.use_cases.answer_lobby.execute(command).await?;
        // Never more than wait.
        let answered = u64::try_from(answered).unwrap_or(u64::MAX);
        Ok(Answer::new(LobbyAnswered { answered }, self.clock.now()))
    }

    async fn mute(&self, user: SignedIn, meeting: &str, request: MuteRequest) -> Result<Answer<Empty>, Failure> {
        let command = MuteParticipantsCommand { meeting: reference(meeting)?, by: user.0.user_id, request };
        self.use_cases.mute.execute(command).await?;
        Ok(Answer::new(Empty {}, self.clock.now()))
    }

    async fn lock(&self, user: SignedIn, meeting: &str, locked: bool) -> Result<Answer<Meeting>, Failure> {
        let command = LockMeetingCommand { meeting: reference(meeting)?, by: user.0.user_id, locked };
        let meeting = self.use_cases.lock.execute(command).await?;
        Ok(Answer::new(meeting.into(), self.clock.now()))
    }

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

    /// Let nobody new into a meeting
    ///
    /// Hosts and co-hosts may. They, and who was there, come in all the same.
    #[oai(path = "/meetings/:id/lock", method = "post", operation_id = "lockMeeting")]
    async fn lock_meeting(
        &self,
        user: SignedIn,
        /// The meeting's identifier or code.
        id: Path<String>,
    ) -> Result<Answer<Meeting>, Failure> {
        self.lock(user, &id.0, true).await
    }

    /// Let new people into a meeting again
    #[oai(path = "/meetings/:id/unlock", method = "post", operation_id = "unlockMeeting")]
    async fn unlock_meeting(
        &self,
        user: SignedIn,
        /// The meeting's identifier or code.
        id: Path<String>,
    ) -> Result<Answer<Meeting>, Failure> {
        self.lock(user, &id.0, false).await
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

    /// List who waits in the lobby of a meeting
    ///
    /// Hosts and co-hosts may.
    #[oai(path = "/meetings/:id/lobby", method = "get", operation_id = "readLobby")]
    async fn lobby(
        &self,
        user: SignedIn,
        /// The meeting's identifier or code.
        id: Path<String>,
    ) -> Result<Answer<Lobby>, Failure> {
        let query = ReadLobbyQuery { meeting: reference(&id.0)?, by: user.0.user_id };
        let waiting = self.use_cases.lobby.execute(query).await?;
        Ok(Answer::new(Lobby { items: waiting.into_iter().map(Waiting::from).collect() }, self.clock.now()))
    }

    /// Let somebody in who waits
    #[oai(path = "/meetings/:id/lobby/:uid/admit", method = "post", operation_id = "admitFromLobby")]
    async fn admit(
        &self,
        user: SignedIn,
        /// The meeting's identifier or code.
        id: Path<String>,
        /// Who waits.
        uid: Path<Uuid>,
    ) -> Result<Answer<LobbyAnswered>, Failure> {
        let target = LobbyTarget::One(UserId::from_uuid(uid.0));
        self.answer_lobby(user, &id.0, target, LobbyAnswer::Admit).await
    }

    /// Let all in who wait
    #[oai(path = "/meetings/:id/lobby/admit-all", method = "post", operation_id = "admitAllFromLobby")]
    async fn admit_all(
        &self,
        user: SignedIn,
        /// The meeting's identifier or code.
        id: Path<String>,
    ) -> Result<Answer<LobbyAnswered>, Failure> {
        self.answer_lobby(user, &id.0, LobbyTarget::All, LobbyAnswer::Admit).await
    }

    /// Send somebody away who waits
    ///
    /// They may knock again.
    #[oai(path = "/meetings/:id/lobby/:uid/deny", method = "post", operation_id = "denyFromLobby")]
    async fn deny(
        &self,
        user: SignedIn,
        /// The meeting's identifier or code.
        id: Path<String>,
        /// Who waits.
        uid: Path<Uuid>,
    ) -> Result<Answer<LobbyAnswered>, Failure> {
        let target = LobbyTarget::One(UserId::from_uuid(uid.0));
        self.answer_lobby(user, &id.0, target, LobbyAnswer::Deny).await
    }

    /// Send all away who wait
    #[oai(path = "/meetings/:id/lobby/deny-all", method = "post", operation_id = "denyAllFromLobby")]
    async fn deny_all(
        &self,
        user: SignedIn,
        /// The meeting's identifier or code.
        id: Path<String>,
    ) -> Result<Answer<LobbyAnswered>, Failure> {
        self.answer_lobby(user, &id.0, LobbyTarget::All, LobbyAnswer::Deny).await
    }

    /// Send somebody out of a meeting
    ///
    /// Hosts may send out all but hosts, co-hosts participants. Their room token is useless at once.
    #[oai(path = "/meetings/:id/participants/:uid/kick", method = "post", operation_id = "kickParticipant")]
    async fn kick(
        &self,
        user: SignedIn,
        /// The meeting's identifier or code.
        id: Path<String>,
        /// The participant's identifier.
        uid: Path<Uuid>,
        body: JsonBody<KickRequest>,
    ) -> Result<Answer<Empty>, Failure> {
        let command = RemoveParticipantCommand {
            meeting: reference(&id.0)?,
            by: user.0.user_id,
            user_id: UserId::from_uuid(uid.0),
            ban: body.0.ban,
        };
        self.use_cases.remove.execute(command).await?;
        Ok(Answer::new(Empty {}, self.clock.now()))
    }

    /// Let somebody come again who was banned from a meeting
    #[oai(path = "/meetings/:id/participants/:uid/allow-back", method = "post", operation_id = "allowParticipantBack")]
    async fn allow_back(
        &self,
        user: SignedIn,
        /// The meeting's identifier or code.
        id: Path<String>,
        /// The participant's identifier.
        uid: Path<Uuid>,
    ) -> Result<Answer<Empty>, Failure> {
        let command = AllowParticipantBackCommand {
            meeting: reference(&id.0)?,
            by: user.0.user_id,
            user_id: UserId::from_uuid(uid.0),
        };
        self.use_cases.allow_back.execute(command).await?;
        Ok(Answer::new(Empty {}, self.clock.now()))
    }

    /// Give somebody in a meeting another role
    ///
    /// Only hosts may; whoever created the meeting stays its host.
    #[oai(path = "/meetings/:id/participants/:uid/role", method = "put", operation_id = "setParticipantRole")]
    async fn set_role(
        &self,
        user: SignedIn,
        /// The meeting's identifier or code.
        id: Path<String>,
        /// The participant's identifier.
        uid: Path<Uuid>,
        body: JsonBody<SetRoleRequest>,
    ) -> Result<Answer<Empty>, Failure> {
        let command = SetParticipantRoleCommand {
            meeting: reference(&id.0)?,
            by: user.0.user_id,
            user_id: UserId::from_uuid(uid.0),
            role: body.0.role.into(),
        };
        self.use_cases.set_role.execute(command).await?;
        Ok(Answer::new(Empty {}, self.clock.now()))
    }

    /// Call somebody in a meeting something else
    ///
    /// Oneself, or as host or co-host somebody of a lower role.
    #[oai(path = "/meetings/:id/participants/:uid/name", method = "put", operation_id = "renameParticipant")]
    async fn rename(
        &self,
        user: SignedIn,
        /// The meeting's identifier or code.
        id: Path<String>,
        /// The participant's identifier.
        uid: Path<Uuid>,
        body: JsonBody<RenameRequest>,
    ) -> Result<Answer<Empty>, Failure> {
        let display_name = DisplayName::parse(&body.0.display_name)
            .map_err(|error| Failure::invalid([FieldDetail::new("display_name", error.code(), error.to_string())]))?;
        let command = RenameParticipantCommand {
            meeting: reference(&id.0)?,
            by: user.0.user_id,
            user_id: UserId::from_uuid(uid.0),
            display_name,
        };
        self.use_cases.rename.execute(command).await?;
        Ok(Answer::new(Empty {}, self.clock.now()))
    }

    /// Turn somebody's microphone off
    ///
    /// Hosts and co-hosts may, for those of a lower role.
    #[oai(path = "/meetings/:id/participants/:uid/mute", method = "post", operation_id = "muteParticipant")]
    async fn mute_one(
        &self,
        user: SignedIn,
        /// The meeting's identifier or code.
        id: Path<String>,
        /// The participant's identifier.
        uid: Path<Uuid>,
    ) -> Result<Answer<Empty>, Failure> {
        self.mute(user, &id.0, MuteRequest::One(UserId::from_uuid(uid.0))).await
    }

    /// Ask somebody to turn their microphone on
    ///
    /// They may then, even where participants may not by themselves.
    #[oai(
        path = "/meetings/:id/participants/:uid/ask-to-unmute",
        method = "post",
        operation_id = "askParticipantToUnmute"
    )]
    async fn ask_to_unmute(
        &self,
        user: SignedIn,
        /// The meeting's identifier or code.
        id: Path<String>,
        /// The participant's identifier.
        uid: Path<Uuid>,
    ) -> Result<Answer<Empty>, Failure> {
        self.mute(user, &id.0, MuteRequest::AskToUnmute(UserId::from_uuid(uid.0))).await
    }

    /// Turn the microphones of all off who have a lower role
    #[oai(path = "/meetings/:id/mute-all", method = "post", operation_id = "muteAllParticipants")]
    async fn mute_all(
        &self,
        user: SignedIn,
        /// The meeting's identifier or code.
        id: Path<String>,
    ) -> Result<Answer<Empty>, Failure> {
        self.mute(user, &id.0, MuteRequest::All).await
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
