//! Whoever decides about rooms, in memory.

use std::sync::{
    Mutex,
    atomic::{AtomicBool, Ordering},
};

use application_shared::PortError;
use async_trait::async_trait;
use domain_shared::{RoomId, UserId};

use crate::{Admittance, ModerationAction, ModerationError, RoomAdmissions, RoomClaims, RoomModeration};

/// Lets everybody in but those named; can be away.
#[derive(Default)]
pub(super) struct FakeAdmissions {
    pub(super) unwelcome: Mutex<Vec<UserId>>,
    pub(super) away: AtomicBool,
}

#[async_trait]
impl RoomAdmissions for FakeAdmissions {
    async fn admits(&self, claims: &RoomClaims) -> Result<Admittance, PortError> {
        if self.away.load(Ordering::Relaxed) {
            return Err(PortError::unavailable("away"));
        }
        let unwelcome = self.unwelcome.lock().unwrap().contains(&claims.user_id);
        Ok(if unwelcome { Admittance::Revoked } else { Admittance::Admitted })
    }
}

/// Keeps what it was asked for; answers with the next refusal, if there is one.
#[derive(Default)]
pub(super) struct FakeModeration {
    pub(super) asked: Mutex<Vec<(UserId, ModerationAction)>>,
    pub(super) refusals: Mutex<Vec<ModerationError>>,
}

#[async_trait]
impl RoomModeration for FakeModeration {
    async fn moderate(&self, _room: RoomId, by: UserId, action: ModerationAction) -> Result<(), ModerationError> {
        self.asked.lock().unwrap().push((by, action));
        self.refusals.lock().unwrap().pop().map_or(Ok(()), Err)
    }
}
