//! What hosts and co-hosts do to a meeting and to others: the lock, the lobby, sending out, roles, names, microphones.

use std::sync::Arc;

use application_meeting::{
    AllowParticipantBack, AllowParticipantBackCommand, AnswerLobby, AnswerLobbyCommand, LobbyAnswer, LobbyTarget,
    LockMeeting, LockMeetingCommand, MeetingPorts, MuteParticipants, MuteParticipantsCommand, MuteRequest, ReadLobby,
    ReadLobbyQuery, RemoveParticipant, RemoveParticipantCommand, RenameParticipant, RenameParticipantCommand,
    SetParticipantRole, SetParticipantRoleCommand,
};
use domain_meeting::DisplayName;
use domain_shared::{Clock, UserId};
use poem_openapi::{OpenApi, param::Path};
use uuid::Uuid;

use super::{
    operations::reference,
    participant_shapes::{KickRequest, Lobby, LobbyAnswered, RenameRequest, SetRoleRequest, Waiting},
    shapes::Meeting,
};
use crate::{
    answer::{Answer, Empty},
    authentication::SignedIn,
    failure::{Failure, FieldDetail},
    json::JsonBody,
    tags::Tag,
};

/// The use cases that the operations drive.
pub struct ModerationUseCases {
    lock: LockMeeting,
    remove: RemoveParticipant,
    allow_back: AllowParticipantBack,
    set_role: SetParticipantRole,
    rename: RenameParticipant,
    mute: MuteParticipants,
    lobby: ReadLobby,
    answer_lobby: AnswerLobby,
}

impl ModerationUseCases {
    /// All of them on these ports.
    #[must_use]
    pub fn new(ports: &MeetingPorts) -> Self {
        let MeetingPorts { meetings, clock, .. } = ports;
        Self {
            lock: LockMeeting::new(meetings.clone(), clock.clone()),
            remove: RemoveParticipant::new(meetings.clone(), clock.clone()),
            allow_back: AllowParticipantBack::new(meetings.clone(), clock.clone()),
            set_role: SetParticipantRole::new(meetings.clone(), clock.clone()),
            rename: RenameParticipant::new(meetings.clone(), clock.clone()),
            mute: MuteParticipants::new(meetings.clone(), ports.pub_sub.clone()),
            lobby: ReadLobby::new(meetings.clone()),
            answer_lobby: AnswerLobby::new(meetings.clone(), clock.clone()),
        }
    }
}

/// The operations of this area.
pub struct ModerationApi {
    /// What they drive.
    pub use_cases: Arc<ModerationUseCases>,
    /// Dates the answers.
    pub clock: Arc<dyn Clock>,
}

impl ModerationApi {
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
}

#[OpenApi(prefix_path = "/api/v1", tag = "Tag::Meetings")]
impl ModerationApi {
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
}
