//! Lets somebody into a bare room by the backend's word.

use chrono::TimeDelta;
use domain_room::{BareRoom, Newcomer, ParticipantRole};
use domain_shared::UserId;

use super::{
    BareRoomPorts, BareRoomRef, DEFAULT_TTL_SECONDS, IssueRoomTokenError, IssuedRoomToken,
    fields::Wrong,
    issue_room_token::{issue, not_there},
};

/// Who is to be let in.
#[derive(Debug, Clone)]
pub struct JoinRoomCommand {
    /// Which room.
    pub room_name: String,
    /// Who, for the other backend.
    pub uid: String,
    /// The name that others see; what they were called before, or the uid, when absent.
    pub name: Option<String>,
    /// What they are to be; what they were before, or as usual, when absent.
    pub role: Option<ParticipantRole>,
}

/// Lets people into bare rooms.
pub struct JoinRoom {
    ports: BareRoomPorts,
}

impl JoinRoom {
    /// The use case on these ports.
    #[must_use]
    pub fn new(ports: &BareRoomPorts) -> Self {
        Self { ports: ports.clone() }
    }

    /// Takes a place for them and makes the token with which they enter. They may do whatever the room is for.
    ///
    /// # Errors
    /// [`IssueRoomTokenError`].
    pub async fn execute(&self, command: JoinRoomCommand) -> Result<IssuedRoomToken, IssueRoomTokenError> {
        let now = self.ports.clock.now();
        let mut wrong = Wrong::default();
        let (name, uid) = (wrong.room_name(&command.room_name), wrong.uid("uid", &command.uid));
        let display_name = wrong.name(command.name.as_deref());
        let (Some(name), Some(uid)) = (name, uid) else {
            return Err(IssueRoomTokenError::Invalid(wrong.into_inner()));
        };
        wrong.none().map_err(IssueRoomTokenError::Invalid)?;
        let newcomer = Newcomer {
            uid: uid.clone(),
            user_id: UserId::from_uuid(self.ports.ids.next()),
            name: display_name,
            role: command.role,
            grants: None,
        };
        let change = &mut |room: &mut BareRoom| room.join(newcomer.clone(), now).map(drop);
        let changed = self.ports.rooms.change(&BareRoomRef::Name(name), change).await?;
        let participant = changed.participant(&uid).ok_or_else(not_there)?;
        Ok(issue(&self.ports, &changed, participant, TimeDelta::seconds(DEFAULT_TTL_SECONDS), now)?)
    }
}
