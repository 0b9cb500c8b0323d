//! Reads what was written in a meeting.

use std::sync::Arc;

use domain_meeting::MeetingRef;
use domain_shared::{MessageId, Page, PageLimit, RoomId, UserId};

use crate::{ChangeMeetingError, MeetingMessages, MeetingPorts, MeetingRepository, MessageView};

/// What is asked for.
#[derive(Debug, Clone)]
pub struct ListMessagesQuery {
    /// Which meeting.
    pub meeting: MeetingRef,
    /// Who asks: whoever created it, or has taken part and is not banned.
    pub by: UserId,
    /// Only what was written before this message.
    pub before: Option<MessageId>,
    /// How many at most.
    pub limit: PageLimit,
}

/// Reads the messages.
pub struct ListMessages {
    meetings: Arc<dyn MeetingRepository>,
    messages: Arc<dyn MeetingMessages>,
}

impl ListMessages {
    /// The use case on these ports.
    #[must_use]
    pub fn new(ports: &MeetingPorts) -> Self {
        let MeetingPorts { meetings, messages, .. } = ports.clone();
        Self { meetings, messages }
    }

    /// What they may see, newest first; of a meeting that is over, too.
    ///
    /// # Errors
    /// [`ChangeMeetingError`].
    pub async fn execute(&self, query: ListMessagesQuery) -> Result<Page<MessageView, MessageId>, ChangeMeetingError> {
        let meeting = self.meetings.find(&query.meeting).await?.ok_or(ChangeMeetingError::NotFound)?;
        meeting.may_read_chat(query.by)?;
        Ok(self.messages.page(RoomId::from(meeting.id()), query.by, query.before, query.limit).await?)
    }
}

#[cfg(test)]
mod tests {
    use domain_meeting::MeetingError;

    use super::*;
    use crate::testing::{HOST, World, message_id, user};

    #[tokio::test]
    async fn those_read_who_have_taken_part() {
        let world = World::new();
        let meeting = world.with_meeting();
        world.come(2);
        for n in 1..=3 {
            world.write(n, 2, (n == 2).then_some(HOST));
        }
        let use_case = ListMessages::new(&world.ports());
        let list = async |by, before: Option<u128>| {
            let (before, limit) = (before.map(message_id), PageLimit::parse(2).unwrap());
            use_case.execute(ListMessagesQuery { meeting: meeting.clone(), by: user(by), before, limit }).await
        };
        // Whoever created it has never come.
        let newest = list(HOST, None).await.unwrap();
        assert_eq!(newest.items.iter().map(|one| one.id).collect::<Vec<_>>(), [3, 2].map(message_id));
        assert_eq!(newest.next, Some(message_id(2)));
        let first = list(2, Some(2)).await.unwrap();
        assert_eq!((first.items.len(), first.next), (1, None));
        let refused = async |by| match list(by, None).await {
            Err(ChangeMeetingError::Refused(error)) => error,
            other => panic!("{other:?}"),
        };
        assert_eq!(refused(3).await, MeetingError::NotParticipant);
        world.change(|meeting, now| meeting.remove(user(HOST), user(2), true, now).map(drop));
        assert_eq!(refused(2).await, MeetingError::Banned);
        world.fail();
        assert!(matches!(list(HOST, None).await, Err(ChangeMeetingError::Port(_))));
    }
}
