//! What a room's actor is told.

use std::{collections::HashSet, sync::Arc};

use application_shared::RoomCommand;
use domain_room::{LeaveReason, PeerSessionId};
use domain_shared::{SessionId, UserId};
use tokio::sync::oneshot;

use crate::{JoinRoomError, JoinedRoom, PeerAnswer, PeerRequest, RoomClaims, RoomError};

/// The answer to a request.
pub(crate) type RequestAnswer = oneshot::Sender<Result<PeerAnswer, RoomError>>;

/// What comes of a join.
#[derive(Debug)]
pub(crate) enum JoinOutcome {
    /// Somebody came in.
    Joined(Box<JoinedRoom>),
    /// Somebody is not let in.
    Refused(JoinRoomError),
    /// The actor is about to end; a new one will take the join.
    Closing,
}

/// A message to a room's actor.
#[derive(Debug)]
pub(crate) enum RoomMessage {
    /// Somebody wants to come in.
    Join { claims: Box<RoomClaims>, answer: oneshot::Sender<JoinOutcome> },
    /// Somebody goes.
    Leave { session: PeerSessionId, reason: LeaveReason },
    /// Somebody wants something.
    Request { session: PeerSessionId, request: Box<PeerRequest>, answer: RequestAnswer },
    /// Whoever came in by these login sessions has to leave.
    EndSessions { sessions: Arc<HashSet<SessionId>>, reason: Arc<str> },
    /// Something has happened to what the room belongs to.
    Command(RoomCommand),
    /// The time is over in which somebody who waited may come back to waiting.
    LobbyGone { user: UserId },
    /// The room is to end.
    End { reason: String },
    /// The server is about to stop.
    Drain,
    /// The server stops.
    Stop,
}
