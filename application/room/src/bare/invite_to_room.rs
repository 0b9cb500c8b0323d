//! Asks people to come to a bare room.

use std::{collections::HashSet, sync::Arc};

use application_shared::FieldError;
use domain_room::{BareRoomError, Invitation, ParticipantStatus, RoomName, Uid};
use domain_shared::{Clock, IdGenerator, UserId};
use thiserror::Error;

use super::{BareRoomPorts, BareRoomRef, BareRoomRepository, ChangeBareRoomError, RoomParticipantView, fields::Wrong};

/// How many may be asked in one go.
pub const MAX_INVITED_AT_ONCE: usize = 100;

/// Who is to be asked.
#[derive(Debug, Clone)]
pub struct InviteToRoomCommand {
    /// Which room.
    pub room: RoomName,
    /// Who, for the other backend: 1 to [`MAX_INVITED_AT_ONCE`]. Who comes twice counts once.
    pub uids: Vec<String>,
}

/// What came of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvitedToRoom {
    /// Who is invited now.
    pub invited: Vec<RoomParticipantView>,
    /// Who stands otherwise and so was not invited: is in, or is banned.
    pub skipped: Vec<(String, ParticipantStatus)>,
}

/// Nobody was asked.
#[derive(Debug, Error)]
pub enum InviteToRoomError {
    /// Some identifiers cannot be accepted, or there are none or too many.
    #[error("some fields cannot be accepted")]
    Invalid(Vec<FieldError>),
    /// The room refuses it, or is not there.
    #[error(transparent)]
    Change(#[from] ChangeBareRoomError),
}

/// Asks people to come.
pub struct InviteToRoom {
    rooms: Arc<dyn BareRoomRepository>,
    clock: Arc<dyn Clock>,
    ids: Arc<dyn IdGenerator>,
}

impl InviteToRoom {
    /// The use case on these ports.
    #[must_use]
    pub fn new(ports: &BareRoomPorts) -> Self {
        Self { rooms: ports.rooms.clone(), clock: ports.clock.clone(), ids: ports.ids.clone() }
    }

    /// Asks all of them, or nobody.
    ///
    /// # Errors
    /// [`InviteToRoomError`].
    pub async fn execute(&self, command: InviteToRoomCommand) -> Result<InvitedToRoom, InviteToRoomError> {
        let uids = uids(&command.uids).map_err(InviteToRoomError::Invalid)?;
        let (now, room) = (self.clock.now(), BareRoomRef::Name(command.room));
        let who: Vec<(Uid, UserId)> = uids.into_iter().map(|uid| (uid, UserId::from_uuid(self.ids.next()))).collect();
        let mut skipped = Vec::new();
        let changed = self
            .rooms
            .change(&room, &mut |room| {
                for (uid, id) in &who {
                    if let Invitation::Skipped(status) = room.invite(uid.clone(), *id, now)? {
                        skipped.push((uid.as_str().to_owned(), status));
                    }
                }
                Ok::<_, BareRoomError>(())
            })
            .await?;
        let invited = who.iter().filter_map(|(uid, _)| changed.participant(uid));
        let invited = invited.filter(|participant| participant.status() == ParticipantStatus::Invited);
        Ok(InvitedToRoom { invited: invited.map(RoomParticipantView::from).collect(), skipped })
    }
}

fn uids(texts: &[String]) -> Result<Vec<Uid>, Vec<FieldError>> {
    let at_fault = |code, message: &str| vec![FieldError::new("uids", code, message.to_owned())];
    if texts.is_empty() {
        return Err(at_fault("empty", "must name somebody"));
    }
    if texts.len() > MAX_INVITED_AT_ONCE {
        return Err(at_fault("too_many", "must have at most 100 items"));
    }
    let (mut wrong, mut seen) = (Wrong::default(), HashSet::new());
    let uids = texts.iter().filter_map(|text| wrong.uid("uids", text)).filter(|uid| seen.insert(uid.clone())).collect();
    wrong.none()?;
    Ok(uids)
}
