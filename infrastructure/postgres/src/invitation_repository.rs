//! Invitations on PostgreSQL.

use application_meeting::InvitationRepository;
use application_shared::PortError;
use async_trait::async_trait;
use diesel::{AsChangeset, BoolExpressionMethods, ExpressionMethods, OptionalExtension, QueryDsl, SelectableHelper};
use diesel_async::RunQueryDsl;
use domain_meeting::{Invitation, InvitationEvent, InvitationStatusKind, InvitationTokenHash};
use domain_shared::{Email, InvitationId, MeetingId, UserId};

use crate::{
    PgPool,
    error::{broken_unique_constraint, port_error},
    invitation_rows::InvitationRow,
    one_statement::OneStatement,
    outbox_writer::InsertEvents,
    schema::invitations,
    versioned_update::VersionedUpdate,
};

/// Keeps invitations in PostgreSQL.
#[derive(Debug, Clone)]
pub struct PgInvitationRepository {
    pool: PgPool,
}

impl PgInvitationRepository {
    /// On this pool.
    #[must_use]
    pub fn new(pool: PgPool) -> Self {
        Self { pool }
    }
}

fn found(row: Result<InvitationRow, diesel::result::Error>) -> Result<Option<Invitation>, PortError> {
    row.optional().map_err(port_error)?.map(InvitationRow::into_invitation).transpose()
}

#[async_trait]
impl InvitationRepository for PgInvitationRepository {
    async fn find(&self, id: InvitationId) -> Result<Option<Invitation>, PortError> {
        let mut connection = self.pool.get().await?;
        let select = invitations::table.select(InvitationRow::as_select());
        found(select.find(id.as_uuid()).first(&mut connection).await)
    }

    async fn find_by_token(&self, hash: &InvitationTokenHash) -> Result<Option<Invitation>, PortError> {
        let mut connection = self.pool.get().await?;
        let select = invitations::table.select(InvitationRow::as_select());
        found(select.filter(invitations::token_hash.eq(hash.as_bytes().as_slice())).first(&mut connection).await)
    }

    async fn find_of(
        &self,
        meeting: MeetingId,
        user: UserId,
        address: Option<&Email>,
    ) -> Result<Option<Invitation>, PortError> {
        let by_address = invitations::user_id.is_null().and(invitations::email.eq(address.map(Email::as_str)));
        let revoked = InvitationStatusKind::Revoked.as_str();
        let select = invitations::table
            .filter(invitations::meeting_id.eq(meeting.as_uuid()))
            .filter(invitations::user_id.eq(user.as_uuid()).or(by_address))
            .order((invitations::status.eq(revoked), invitations::created_at.desc(), invitations::id.desc()))
            .select(InvitationRow::as_select());
        let mut connection = self.pool.get().await?;
        found(select.first(&mut connection).await)
    }

    async fn active_of(&self, meeting: MeetingId) -> Result<Vec<Invitation>, PortError> {
        let active = [InvitationStatusKind::Pending.as_str(), InvitationStatusKind::Accepted.as_str()];
        let limit = i64::try_from(Invitation::MAX_PER_MEETING).unwrap_or(i64::MAX);
        let mut connection = self.pool.get().await?;
        let rows: Vec<InvitationRow> = invitations::table
            .filter(invitations::meeting_id.eq(meeting.as_uuid()))
            .filter(invitations::status.eq_any(active))
            .order((invitations::created_at, invitations::id))
            .limit(limit)
            .select(InvitationRow::as_select())
            .load(&mut connection)
            .await
            .map_err(port_error)?;
        drop(connection);
        rows.into_iter().map(InvitationRow::into_invitation).collect()
    }

    async fn insert(&self, new: &mut [Invitation]) -> Result<(), PortError> {
        let version = 1;
        let rows: Vec<_> = new.iter().map(|one| InvitationRow::of(&one.to_snapshot(), version)).collect();
        let stated: Vec<InvitationEvent> = new.iter().flat_map(Invitation::pending_events).cloned().collect();
        let events = InsertEvents::of(&stated)?;
        let mut connection = self.pool.get().await?;
        OneStatement::new(diesel::insert_into(invitations::table).values(&rows))
            .beside(events.statement())
            .execute(&mut connection)
            .await
            .map_err(|error| match broken_unique_constraint(&error) {
                Some(_) => PortError::Conflict,
                None => port_error(error),
            })?;
        new.iter_mut().for_each(|invitation| invitation.mark_stored(version));
        self.pool.signal().raise_for(&events);
        Ok(())
    }

    async fn update(&self, invitation: &mut Invitation) -> Result<(), PortError> {
        let version = invitation.version() + 1;
        let row = InvitationRow::of(&invitation.to_snapshot(), version);
        let events = InsertEvents::of(invitation.pending_events())?;
        let mut connection = self.pool.get().await?;
        VersionedUpdate::new("invitations", row.id, version - 1, (&row).as_changeset(), &events)
            .write(&mut connection)
            .await?;
        invitation.mark_stored(version);
        self.pool.signal().raise_for(&events);
        Ok(())
    }

    async fn delete_of(&self, user: UserId) -> Result<u64, PortError> {
        let mut connection = self.pool.get().await?;
        let of_user = invitations::table.filter(invitations::user_id.eq(user.as_uuid()));
        let deleted = diesel::delete(of_user).execute(&mut connection).await.map_err(port_error)?;
        Ok(deleted as u64)
    }
}
