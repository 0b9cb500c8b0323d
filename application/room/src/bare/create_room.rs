//! Creates a bare room.

use std::sync::Arc;

use application_shared::{FieldError, PortError};
use domain_room::{BareRoom, CallType, EmptyRoomTimeout, NewBareRoom, SourceChannel};
use domain_shared::{Clock, IdGenerator, RoomId};
use thiserror::Error;

use super::{BareRoomPorts, BareRoomRepository, BareRoomView, InsertBareRoomError, fields::Wrong};

/// The room that is wanted.
#[derive(Debug, Clone)]
pub struct CreateRoomCommand {
    /// What it is to be called.
    pub room_name: String,
    /// What it is for.
    pub call_type: CallType,
    /// Whether only those come in who were invited.
    pub invite_on: bool,
    /// The channel that it comes from.
    pub source_channel_id: Option<String>,
    /// The channel's kind.
    pub source_channel_type: Option<i64>,
    /// Who creates it, for the other backend: its host.
    pub creator: String,
    /// How many may be in it at once; 100 when absent.
    pub max_participants: Option<i64>,
    /// For how many seconds it waits for the first to come; a day when absent.
    pub empty_timeout: Option<i64>,
    /// For how many seconds it waits for somebody to come back when all have left; five minutes when absent.
    pub departure_timeout: Option<i64>,
    /// What the other backend wants to remember of it.
    pub metadata: Option<String>,
}

/// No room was created.
#[derive(Debug, Error)]
pub enum CreateRoomError {
    /// Something filled in breaks a rule.
    #[error("some fields cannot be accepted")]
    Invalid(Vec<FieldError>),
    /// There is a room of that name that is not over.
    #[error("the room name is taken")]
    NameTaken,
    /// A port failed.
    #[error(transparent)]
    Port(#[from] PortError),
}

/// Creates bare rooms.
pub struct CreateRoom {
    rooms: Arc<dyn BareRoomRepository>,
    clock: Arc<dyn Clock>,
    ids: Arc<dyn IdGenerator>,
}

impl CreateRoom {
    /// The use case on these ports.
    #[must_use]
    pub fn new(ports: &BareRoomPorts) -> Self {
        Self { rooms: ports.rooms.clone(), clock: ports.clock.clone(), ids: ports.ids.clone() }
    }

    /// Creates a room that waits for the first to come.
    ///
    /// # Errors
    /// [`CreateRoomError`].
    pub async fn execute(&self, command: CreateRoomCommand) -> Result<BareRoomView, CreateRoomError> {
        let mut room = self.room(command).map_err(CreateRoomError::Invalid)?;
        self.rooms.insert(&mut room).await.map_err(|error| match error {
            InsertBareRoomError::NameTaken => CreateRoomError::NameTaken,
            InsertBareRoomError::Port(error) => error.into(),
        })?;
        Ok(BareRoomView::from(&room))
    }

    fn room(&self, command: CreateRoomCommand) -> Result<BareRoom, Vec<FieldError>> {
        let mut wrong = Wrong::default();
        let name = wrong.room_name(&command.room_name);
        let channel = command.source_channel_id.as_deref().and_then(|id| wrong.uid("source_channel_id", id));
        let source_channel = SourceChannel { id: channel, kind: wrong.channel_type(command.source_channel_type) };
        let creator = wrong.uid("creator", &command.creator);
        let max_participants = wrong.places(command.max_participants);
        let before = EmptyRoomTimeout::DEFAULT_BEFORE;
        let empty_timeout = wrong.empty_timeout("empty_timeout", command.empty_timeout, before);
        let after = EmptyRoomTimeout::DEFAULT_AFTER;
        let departure_timeout = wrong.empty_timeout("departure_timeout", command.departure_timeout, after);
        let metadata = wrong.metadata(command.metadata.as_deref());
        let (Some(name), Some(creator), Some(max_participants), Some(empty_timeout), Some(departure_timeout)) =
            (name, creator, max_participants, empty_timeout, departure_timeout)
        else {
            return Err(wrong.into_inner());
        };
        wrong.none()?;
        let new = NewBareRoom {
            id: RoomId::from_uuid(self.ids.next()),
            name,
            call_type: command.call_type,
            invite_on: command.invite_on,
            source_channel,
            creator,
            max_participants,
            empty_timeout,
            departure_timeout,
            metadata,
        };
        Ok(BareRoom::create(new, self.clock.now()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bare::testing::World;

    fn command() -> CreateRoomCommand {
        CreateRoomCommand {
            room_name: "daily".into(),
            call_type: CallType::Audio,
            invite_on: true,
            source_channel_id: Some("channel_123".into()),
            source_channel_type: Some(0),
            creator: "user_001".into(),
            max_participants: None,
            empty_timeout: None,
            departure_timeout: Some(60),
            metadata: Some("{}".into()),
        }
    }

    #[tokio::test]
    async fn a_room_has_what_was_wanted_and_its_name_for_itself() {
        let world = World::new();
        let create = CreateRoom::new(&world.ports());
        let view = create.execute(command()).await.unwrap();
        assert_eq!((view.room_name.as_str(), view.creator.as_str()), ("daily", "user_001"));
        assert_eq!((view.max_participants, view.invite_on, view.source_channel_type), (100, true, Some(0)));
        assert_eq!((view.empty_timeout, view.departure_timeout), (86_400, 60));
        assert!(matches!(create.execute(command()).await, Err(CreateRoomError::NameTaken)));
    }

    #[tokio::test]
    async fn everything_that_is_wrong_is_told_at_once() {
        let world = World::new();
        let bad = CreateRoomCommand {
            room_name: "a/b".into(),
            source_channel_id: Some(String::new()),
            source_channel_type: Some(-1),
            creator: "x".repeat(129),
            max_participants: Some(1),
            empty_timeout: Some(9),
            departure_timeout: Some(2_592_001),
            metadata: Some("x".repeat(5_000)),
            ..command()
        };
        let Err(CreateRoomError::Invalid(fields)) = CreateRoom::new(&world.ports()).execute(bad).await else {
            panic!("refused")
        };
        let told: Vec<_> = fields.iter().map(|error| (error.field, error.code)).collect();
        let expected = [
            ("room_name", "forbidden_character"),
            ("source_channel_id", "empty"),
            ("source_channel_type", "out_of_range"),
            ("creator", "too_long"),
            ("max_participants", "out_of_range"),
            ("empty_timeout", "out_of_range"),
            ("departure_timeout", "out_of_range"),
            ("metadata", "too_long"),
        ];
        assert_eq!(told, expected);
    }
}
