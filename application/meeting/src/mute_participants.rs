//! Turns microphones off in a meeting, and asks people to turn theirs on.

use std::sync::Arc;

use application_shared::{PortError, PubSub, ROOM_COMMANDS, RoomCommand};
use domain_meeting::MeetingRef;
use domain_shared::{RoomId, UserId};

use crate::{ChangeMeetingError, MeetingRepository};

/// What is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MuteRequest {
    /// This one's microphone off.
    One(UserId),
    /// The microphones of all below the one who asks off.
    All,
    /// That this one turns theirs on, which they may then even where participants may not by themselves.
    AskToUnmute(UserId),
}

/// What is asked for, where and by whom.
#[derive(Debug, Clone)]
pub struct MuteParticipantsCommand {
    /// Which meeting.
    pub meeting: MeetingRef,
    /// Who asks for it.
    pub by: UserId,
    /// What.
    pub request: MuteRequest,
}

/// Turns microphones off. The meeting keeps nothing of it: it is told to the room.
pub struct MuteParticipants {
    meetings: Arc<dyn MeetingRepository>,
    pub_sub: Arc<dyn PubSub>,
}

impl MuteParticipants {
    /// The use case on these ports.
    #[must_use]
    pub fn new(meetings: Arc<dyn MeetingRepository>, pub_sub: Arc<dyn PubSub>) -> Self {
        Self { meetings, pub_sub }
    }

    /// Tells the room.
    ///
    /// # Errors
    /// [`ChangeMeetingError`].
    pub async fn execute(&self, command: MuteParticipantsCommand) -> Result<(), ChangeMeetingError> {
        let meeting = self.meetings.find(&command.meeting).await?.ok_or(ChangeMeetingError::NotFound)?;
        let (room_id, by) = (RoomId::from(meeting.id()), command.by);
        let command = match command.request {
            MuteRequest::One(user_id) => {
                meeting.may_act_on(by, user_id)?;
                RoomCommand::Mute { room_id, user_id: Some(user_id), by }
            }
            MuteRequest::All => {
                meeting.may_moderate(by)?;
                RoomCommand::Mute { room_id, user_id: None, by }
            }
            MuteRequest::AskToUnmute(user_id) => {
                meeting.may_act_on(by, user_id)?;
                RoomCommand::AskToUnmute { room_id, user_id, by }
            }
        };
        let payload = serde_json::to_vec(&command).map_err(PortError::unavailable)?;
        Ok(self.pub_sub.publish(ROOM_COMMANDS, payload).await?)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::Ordering;

    use domain_meeting::MeetingError;

    use super::*;
    use crate::testing::{HOST, RecordingPubSub, World, user};

    #[tokio::test]
    async fn hosts_mute_and_ask() {
        let world = World::new();
        let meeting = world.with_meeting();
        world.come(2);
        let pub_sub = Arc::new(RecordingPubSub::default());
        let use_case = MuteParticipants::new(world.meetings.clone(), pub_sub.clone());
        let mute = async |by, request| {
            let meeting = meeting.clone();
            use_case.execute(MuteParticipantsCommand { meeting, by: user(by), request }).await
        };
        for request in [MuteRequest::One(user(2)), MuteRequest::All, MuteRequest::AskToUnmute(user(2))] {
            assert!(matches!(mute(3, request).await, Err(ChangeMeetingError::Refused(MeetingError::NotModerator))));
            mute(HOST, request).await.unwrap();
        }
        assert!(matches!(
            mute(HOST, MuteRequest::One(user(9))).await,
            Err(ChangeMeetingError::Refused(MeetingError::NoSuchParticipant))
        ));
        let told = pub_sub.0.lock().unwrap().clone();
        let commands: Vec<RoomCommand> =
            told.iter().map(|(_, payload)| serde_json::from_slice(payload).unwrap()).collect();
        let (room_id, by) = (RoomId::from(world.meeting().id()), user(HOST));
        assert_eq!(
            commands,
            [
                RoomCommand::Mute { room_id, user_id: Some(user(2)), by },
                RoomCommand::Mute { room_id, user_id: None, by },
                RoomCommand::AskToUnmute { room_id, user_id: user(2), by },
            ]
        );
        pub_sub.1.store(true, Ordering::Relaxed);
        assert!(matches!(mute(HOST, MuteRequest::All).await, Err(ChangeMeetingError::Port(_))));
    }
}
