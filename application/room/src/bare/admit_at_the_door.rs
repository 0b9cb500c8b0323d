//! Asks the bare room whether somebody who shows a token for it may come in, and takes a place for them.

use std::sync::Arc;

use application_shared::PortError;
use async_trait::async_trait;
use domain_room::BareRoomError;
use domain_shared::Clock;

use super::{BareRoomPorts, BareRoomRef, BareRoomRepository, ChangeBareRoomError};
use crate::{Admittance, RoomAdmissions, RoomClaims, RoomKind};

/// The doorkeeper of bare rooms. Tokens of meetings are shown to that of meetings.
pub struct AdmitAtTheDoor {
    rooms: Arc<dyn BareRoomRepository>,
    meetings: Arc<dyn RoomAdmissions>,
    clock: Arc<dyn Clock>,
}

impl AdmitAtTheDoor {
    /// Beside the doorkeeper of meetings.
    #[must_use]
    pub fn new(ports: &BareRoomPorts, meetings: Arc<dyn RoomAdmissions>) -> Self {
        Self { rooms: ports.rooms.clone(), meetings, clock: ports.clock.clone() }
    }
}

#[async_trait]
impl RoomAdmissions for AdmitAtTheDoor {
    async fn admits(&self, claims: &RoomClaims) -> Result<Admittance, PortError> {
        if claims.kind == RoomKind::Meeting {
            return self.meetings.admits(claims).await;
        }
        // A token for a bare room always names what it was given for.
        let Some(tokens_since) = claims.stay else { return Ok(Admittance::Revoked) };
        let (user_id, now) = (claims.user_id, self.clock.now());
        let entered = self
            .rooms
            .change(&BareRoomRef::Id(claims.room_id), &mut |room| room.enter(user_id, tokens_since, now).map(drop))
            .await;
        match entered {
            Ok(_) => Ok(Admittance::Admitted),
            Err(ChangeBareRoomError::Port(error)) => Err(error),
            Err(ChangeBareRoomError::NotFound) => Ok(Admittance::Revoked),
            Err(ChangeBareRoomError::Refused(refused)) => Ok(match refused {
                BareRoomError::Ended => Admittance::Ended,
                BareRoomError::Full => Admittance::Full,
                BareRoomError::Locked => Admittance::Locked,
                _ => Admittance::Revoked,
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    use domain_room::{CallType, DisplayName, Grants, Newcomer, ParticipantRole, ParticipantStatus};

    use super::*;
    use crate::bare::testing::{World, at, uid, user};

    /// Lets nobody in.
    struct Closed;

    #[async_trait]
    impl RoomAdmissions for Closed {
        async fn admits(&self, _: &RoomClaims) -> Result<Admittance, PortError> {
            Ok(Admittance::Locked)
        }
    }

    #[tokio::test]
    async fn the_door_takes_a_place_and_knows_old_tokens() {
        let world = World::new();
        let room_id = world.with_room("daily", CallType::Video);
        for n in [2, 3, 4] {
            let who = Newcomer { uid: uid(n), user_id: user(n), name: None, role: None, grants: None };
            world.change(|room| room.grant(who, at(0)).map(drop));
        }
        let claims = |n: u128| RoomClaims {
            kind: RoomKind::Bare,
            room_id,
            user_id: user(n),
            session_id: None,
            display_name: DisplayName::parse("Somebody").unwrap(),
            role: ParticipantRole::Participant,
            grants: Grants::full(),
            stay: Some(at(0)),
            expires_at: at(60),
        };
        let door = AdmitAtTheDoor::new(&world.ports(), Arc::new(Closed));
        let shows = async |claims: RoomClaims| door.admits(&claims).await.unwrap();
        assert_eq!(shows(claims(2)).await, Admittance::Admitted);
        assert_eq!(world.room().participant(&uid(2)).unwrap().status(), ParticipantStatus::Joined);
        assert_eq!(shows(claims(3)).await, Admittance::Admitted);
        assert_eq!(shows(claims(4)).await, Admittance::Full);
        assert_eq!(shows(claims(2)).await, Admittance::Admitted, "who is in needs no further place");
        assert_eq!(shows(claims(9)).await, Admittance::Revoked, "never asked");
        assert_eq!(shows(RoomClaims { stay: None, ..claims(2) }).await, Admittance::Revoked);
        assert_eq!(shows(RoomClaims { kind: RoomKind::Meeting, ..claims(2) }).await, Admittance::Locked);
        let elsewhere = RoomClaims { room_id: domain_shared::RoomId::from_uuid(uuid::Uuid::nil()), ..claims(2) };
        assert_eq!(shows(elsewhere).await, Admittance::Revoked);
        world.change(|room| room.set_participant_status(&uid(2), ParticipantStatus::Kicked, at(0)).map(drop));
        assert_eq!(shows(claims(2)).await, Admittance::Revoked);
        world.change(|room| room.end(domain_room::EndReason::EndedByBackend, at(0)));
        assert_eq!(shows(claims(3)).await, Admittance::Ended);
    }
}
