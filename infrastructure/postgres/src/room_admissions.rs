//! Whether a room token still holds, on PostgreSQL.

use application_room::{Admittance, RoomAdmissions, RoomClaims};
use application_shared::PortError;
use async_trait::async_trait;
use diesel::{
    OptionalExtension, QueryableByName,
    sql_types::{Bool, Timestamptz, Uuid as SqlUuid},
};
use diesel_async::RunQueryDsl;

use crate::{PgPool, error::port_error};

/// Who is in has to be welcome, in the same stay, in a meeting that is not over; and not in an earlier time of one that
/// recurs.
const IN: &str = "SELECT (p.standing = 'welcome' AND p.joined_at = $3 AND m.started_at <= $3 AND m.ended_at IS NULL) \
    IS TRUE AS admitted \
    FROM participants p JOIN meetings m ON m.id = p.meeting_id WHERE p.meeting_id = $1 AND p.user_id = $2";

/// Who waits has to wait still, let in or not.
const WAITING: &str = "SELECT EXISTS (SELECT FROM jsonb_array_elements(m.lobby) AS one \
    WHERE (one->>'user_id')::uuid = $2 AND (one->>'since')::timestamptz = $3) AS admitted \
    FROM meetings m WHERE m.id = $1";

/// Looks at the meeting that the room belongs to. A meeting's room bears the meeting's UUID.
#[derive(Debug, Clone)]
pub struct PgRoomAdmissions {
    pool: PgPool,
}

impl PgRoomAdmissions {
    /// On this pool.
    #[must_use]
    pub fn new(pool: PgPool) -> Self {
        Self { pool }
    }
}

#[derive(QueryableByName)]
struct Admitted {
    #[diesel(sql_type = Bool)]
    admitted: bool,
}

#[async_trait]
impl RoomAdmissions for PgRoomAdmissions {
    async fn admits(&self, claims: &RoomClaims) -> Result<Admittance, PortError> {
        // A room that keeps no stays knows nothing of who left it.
        let Some(stay) = claims.stay else { return Ok(Admittance::Admitted) };
        let mut connection = self.pool.get().await?;
        let found: Option<Admitted> = diesel::sql_query(if claims.grants.lobby { WAITING } else { IN })
            .bind::<SqlUuid, _>(claims.room_id.as_uuid())
            .bind::<SqlUuid, _>(claims.user_id.as_uuid())
            .bind::<Timestamptz, _>(stay)
            .get_result(&mut connection)
            .await
            .optional()
            .map_err(port_error)?;
        let admitted = found.is_some_and(|found| found.admitted);
        Ok(if admitted { Admittance::Admitted } else { Admittance::Revoked })
    }
}
