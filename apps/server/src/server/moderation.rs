//! What hosts do from within a room, done to the meeting that the room belongs to.

use application_meeting::{
    AnswerLobby, AnswerLobbyCommand, ChangeMeetingError, EndMeeting, EndMeetingCommand, EndMeetingError, LobbyAnswer,
    LobbyTarget, LockMeeting, LockMeetingCommand, MeetingPorts, RemoveParticipant, RemoveParticipantCommand,
    RenameParticipant, RenameParticipantCommand, SetParticipantRole, SetParticipantRoleCommand,
};
use application_room::{ModerationAction, ModerationError, RoomModeration};
use async_trait::async_trait;
use domain_meeting::{DisplayName, MeetingError, MeetingRef, ParticipantRole};
use domain_shared::{MeetingId, RoomId, UserId};

/// Lets the meeting decide. A meeting's room bears the meeting's UUID.
pub(super) struct MeetingModeration {
    remove: RemoveParticipant,
    set_role: SetParticipantRole,
    rename: RenameParticipant,
    answer_lobby: AnswerLobby,
    lock: LockMeeting,
    end: EndMeeting,
}

impl MeetingModeration {
    pub(super) fn new(ports: &MeetingPorts) -> Self {
        let MeetingPorts { meetings, clock, .. } = ports;
        Self {
            remove: RemoveParticipant::new(meetings.clone(), clock.clone()),
            set_role: SetParticipantRole::new(meetings.clone(), clock.clone()),
            rename: RenameParticipant::new(meetings.clone(), clock.clone()),
            answer_lobby: AnswerLobby::new(meetings.clone(), clock.clone()),
            lock: LockMeeting::new(meetings.clone(), clock.clone()),
            end: EndMeeting::new(meetings.clone(), clock.clone()),
        }
    }

    async fn answer(
        &self,
        meeting: MeetingRef,
        by: UserId,
        target: Option<UserId>,
        answer: LobbyAnswer,
    ) -> Result<(), ModerationError> {
        let target = target.map_or(LobbyTarget::All, LobbyTarget::One);
        let command = AnswerLobbyCommand { meeting, by, target, answer };
        self.answer_lobby.execute(command).await.map(drop).map_err(failed)
    }
}

#[async_trait]
impl RoomModeration for MeetingModeration {
    async fn moderate(&self, room: RoomId, by: UserId, action: ModerationAction) -> Result<(), ModerationError> {
        let meeting = MeetingRef::Id(MeetingId::from_uuid(room.as_uuid()));
        match action {
            ModerationAction::Kick { user_id, ban } => {
                let command = RemoveParticipantCommand { meeting, by, user_id, ban };
                self.remove.execute(command).await.map(drop).map_err(failed)
            }
            ModerationAction::SetRole { user_id, role } => {
                let role = match role {
                    domain_room::ParticipantRole::Host => ParticipantRole::Host,
                    domain_room::ParticipantRole::CoHost => ParticipantRole::CoHost,
                    domain_room::ParticipantRole::Participant | domain_room::ParticipantRole::Guest => {
                        ParticipantRole::Participant
                    }
                };
                let command = SetParticipantRoleCommand { meeting, by, user_id, role };
                self.set_role.execute(command).await.map(drop).map_err(failed)
            }
            ModerationAction::Rename { user_id, name } => {
                // Both kinds of names have the same rules.
                let display_name = DisplayName::parse(name.as_str()).map_err(|_| ModerationError::Denied)?;
                let command = RenameParticipantCommand { meeting, by, user_id, display_name };
                self.rename.execute(command).await.map(drop).map_err(failed)
            }
            ModerationAction::Admit(target) => self.answer(meeting, by, target, LobbyAnswer::Admit).await,
            ModerationAction::Deny(target) => self.answer(meeting, by, target, LobbyAnswer::Deny).await,
            ModerationAction::Lock(locked) => {
                let command = LockMeetingCommand { meeting, by, locked };
                self.lock.execute(command).await.map(drop).map_err(failed)
            }
            ModerationAction::End => {
                let ended = self.end.execute(EndMeetingCommand { meeting, user_id: by }).await;
                ended.map(drop).map_err(|error| match error {
                    EndMeetingError::Forbidden => ModerationError::Denied,
                    EndMeetingError::NotFound | EndMeetingError::Ended => ModerationError::Ended,
                    EndMeetingError::Port(error) => ModerationError::Unavailable(error.into()),
                })
            }
        }
    }
}

fn failed(error: ChangeMeetingError) -> ModerationError {
    match error {
        ChangeMeetingError::Refused(MeetingError::NoSuchParticipant | MeetingError::NotWaiting) => {
            ModerationError::NotFound
        }
        ChangeMeetingError::NotFound | ChangeMeetingError::Refused(MeetingError::Ended) => ModerationError::Ended,
        ChangeMeetingError::Refused(_) => ModerationError::Denied,
        ChangeMeetingError::Port(error) => ModerationError::Unavailable(error.into()),
    }
}
