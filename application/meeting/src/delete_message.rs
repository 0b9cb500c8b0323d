//! Deletes something that was written in a meeting.

use std::sync::Arc;

use application_shared::{PortError, PubSub, ROOM_COMMANDS, RoomCommand};
use domain_meeting::MeetingRef;
use domain_shared::{MessageId, RoomId, UserId};

use crate::{ChangeMeetingError, DeleteMessageError, MeetingMessages, MeetingPorts, MeetingRepository, MessageView};

/// What is to be deleted.
#[derive(Debug, Clone)]
pub struct DeleteMessageCommand {
    /// In which meeting.
    pub meeting: MeetingRef,
    /// Which message.
    pub message: MessageId,
    /// Who asks: its author, a host or a co-host.
    pub by: UserId,
}

/// Removes the text for good, and tells whoever is in the room.
pub struct DeleteMessage {
    meetings: Arc<dyn MeetingRepository>,
    messages: Arc<dyn MeetingMessages>,
    pub_sub: Arc<dyn PubSub>,
}

impl DeleteMessage {
    /// The use case on these ports.
    #[must_use]
    pub fn new(ports: &MeetingPorts) -> Self {
        let MeetingPorts { meetings, messages, pub_sub, .. } = ports.clone();
        Self { meetings, messages, pub_sub }
    }

    /// Deletes it; in a meeting that is over, too. Deleting once more is no error, and tells the room once more, in case
    /// that it could not be told before.
    ///
    /// # Errors
    /// [`DeleteMessageError`]. When the room could not be told, the text is gone all the same.
    pub async fn execute(&self, command: DeleteMessageCommand) -> Result<MessageView, DeleteMessageError> {
        let DeleteMessageCommand { meeting, message, by } = command;
        let meeting = self.meetings.find(&meeting).await?.ok_or(ChangeMeetingError::NotFound)?;
        meeting.may_read_chat(by).map_err(ChangeMeetingError::from)?;
        let room_id = RoomId::from(meeting.id());
        let left = self.messages.delete(room_id, message, by, meeting.role_of(by).moderates()).await?;
        let command = RoomCommand::MessageDeleted {
            room_id,
            message_id: left.id,
            by: left.deleted.map_or(by, |(_, by)| by),
            sender_id: left.sender_id,
            recipient_id: left.recipient.as_ref().map(|(recipient, _)| *recipient),
        };
        let payload = serde_json::to_vec(&command).map_err(PortError::unavailable)?;
        self.pub_sub.publish(ROOM_COMMANDS, payload).await?;
        Ok(left)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::Ordering;

    use domain_meeting::MeetingError;

    use super::*;
    use crate::testing::{HOST, RecordingPubSub, World, message_id, user};

    #[tokio::test]
    async fn authors_and_hosts_delete_and_the_room_is_told() {
        let world = World::new();
        let meeting = world.with_meeting();
        world.come(2);
        world.come(3);
        world.write(1, 2, None);
        world.write(2, 2, Some(3));
        let pub_sub = Arc::new(RecordingPubSub::default());
        let use_case = DeleteMessage::new(&MeetingPorts { pub_sub: pub_sub.clone(), ..world.ports() });
        let delete = async |n, by| {
            let command = DeleteMessageCommand { meeting: meeting.clone(), message: message_id(n), by: user(by) };
            use_case.execute(command).await
        };
        assert!(matches!(delete(1, 3).await, Err(DeleteMessageError::Denied)));
        assert!(matches!(delete(2, HOST).await, Err(DeleteMessageError::NotFound)));
        assert!(matches!(delete(9, HOST).await, Err(DeleteMessageError::NotFound)));
        assert!(pub_sub.0.lock().unwrap().is_empty());

        pub_sub.1.store(true, Ordering::Relaxed);
        let untold = delete(1, HOST).await;
        assert!(matches!(untold, Err(DeleteMessageError::Meeting(ChangeMeetingError::Port(_)))));
        pub_sub.1.store(false, Ordering::Relaxed);
        assert_eq!(delete(1, 2).await.unwrap().deleted.map(|(_, by)| by), Some(user(HOST)), "the first one stays");
        assert_eq!(delete(2, 2).await.unwrap().text, None);
        let told = pub_sub.0.lock().unwrap().clone();
        let commands: Vec<RoomCommand> =
            told.iter().map(|(_, payload)| serde_json::from_slice(payload).unwrap()).collect();
        let command = |n, by, recipient_id| RoomCommand::MessageDeleted {
            room_id: RoomId::from(world.meeting().id()),
            message_id: message_id(n),
            by: user(by),
            sender_id: user(2),
            recipient_id,
        };
        assert_eq!(commands, [command(1, HOST, None), command(2, 2, Some(user(3)))]);
        assert!(told.iter().all(|(channel, _)| channel == ROOM_COMMANDS));
    }

    #[tokio::test]
    async fn who_may_not_read_may_not_delete() {
        let world = World::new();
        let meeting = world.with_meeting();
        world.come(2);
        world.write(1, 2, None);
        world.change(|meeting, now| meeting.remove(user(HOST), user(2), true, now).map(drop));
        let use_case = DeleteMessage::new(&world.ports());
        for (by, expected) in [(2, MeetingError::Banned), (3, MeetingError::NotParticipant)] {
            let command = DeleteMessageCommand { meeting: meeting.clone(), message: message_id(1), by: user(by) };
            let refused = use_case.execute(command).await;
            let Err(DeleteMessageError::Meeting(ChangeMeetingError::Refused(error))) = refused else {
                panic!("{refused:?}")
            };
            assert_eq!(error, expected);
        }
    }
}
