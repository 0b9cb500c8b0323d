//! The use cases that the operations drive.

use std::sync::Arc;

use application_room::{
    BareRoomPorts, ChangeRoomStatus, CreateRoom, EndRoom, InviteToRoom, IssueRoomToken, JoinRoom, LeaveRoom,
    ListRoomParticipants, ListRooms, ReadRoom, SetParticipantStatus,
};

/// The use cases of bare rooms. Clones are the same.
#[derive(Clone)]
pub struct RoomUseCases(pub(super) Arc<UseCases>);

/// Each of them.
pub(super) struct UseCases {
    pub create: CreateRoom,
    pub list: ListRooms,
    pub read: ReadRoom,
    pub change_status: ChangeRoomStatus,
    pub end: EndRoom,
    pub participants: ListRoomParticipants,
    pub invite: InviteToRoom,
    pub issue_token: IssueRoomToken,
    pub set_participant_status: SetParticipantStatus,
    pub join: JoinRoom,
    pub leave: LeaveRoom,
}

impl RoomUseCases {
    /// All of them, on these ports.
    #[must_use]
    pub fn new(ports: &BareRoomPorts) -> Self {
        Self(Arc::new(UseCases {
            create: CreateRoom::new(ports),
            list: ListRooms::new(ports),
            read: ReadRoom::new(ports),
            change_status: ChangeRoomStatus::new(ports),
            end: EndRoom::new(ports),
            participants: ListRoomParticipants::new(ports),
            invite: InviteToRoom::new(ports),
            issue_token: IssueRoomToken::new(ports),
            set_participant_status: SetParticipantStatus::new(ports),
            join: JoinRoom::new(ports),
            leave: LeaveRoom::new(ports),
        }))
    }
}
