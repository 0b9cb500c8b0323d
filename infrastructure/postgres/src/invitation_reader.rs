//! Invitations on PostgreSQL, read for showing.

use application_meeting::{InvitationCursor, InvitationReader, InvitationView};
use application_shared::PortError;
use async_trait::async_trait;
use diesel::{
    BoolExpressionMethods, ExpressionMethods, JoinOnDsl, NullableExpressionMethods, QueryDsl, SelectableHelper,
};
use diesel_async::RunQueryDsl;
use domain_shared::{MeetingId, Page, PageLimit};

use crate::{
    PgPool,
    error::port_error,
    invitation_rows::InvitationRow,
    schema::{invitations, users},
};

/// Reads invitations from PostgreSQL.
#[derive(Debug, Clone)]
pub struct PgInvitationReader {
    pool: PgPool,
}

impl PgInvitationReader {
    /// On this pool.
    #[must_use]
    pub fn new(pool: PgPool) -> Self {
        Self { pool }
    }
}

/// An invitation, with username and nickname of whoever is asked by name.
type Row = (InvitationRow, Option<String>, Option<String>);

fn view((row, username, name): Row) -> Result<InvitationView, PortError> {
    let invitation = row.into_invitation()?;
    let by_name = invitation.invitee().email().is_none();
    let view = InvitationView::of(&invitation, None);
    Ok(InvitationView { username: username.filter(|_| by_name), name: name.filter(|_| by_name), ..view })
}

#[async_trait]
impl InvitationReader for PgInvitationReader {
    async fn list(
        &self,
        meeting: MeetingId,
        after: Option<InvitationCursor>,
        limit: PageLimit,
    ) -> Result<Page<InvitationView, InvitationCursor>, PortError> {
        let wanted = usize::from(limit.get());
        let mut query = invitations::table
            .left_join(users::table.on(users::id.nullable().eq(invitations::user_id)))
            .filter(invitations::meeting_id.eq(meeting.as_uuid()))
            .order((invitations::created_at.desc(), invitations::id.desc()))
            // One more than wanted tells whether there is a next page.
            .limit(i64::from(limit.get()) + 1)
            .select((InvitationRow::as_select(), users::username.nullable(), users::nickname.nullable()))
            .into_boxed();
        if let Some(InvitationCursor { created_at, id }) = after {
            // The first bound is the one by which an index is entered.
            let next = invitations::created_at.lt(created_at).or(invitations::id.lt(id.as_uuid()));
            query = query.filter(invitations::created_at.le(created_at)).filter(next);
        }
        let mut connection = self.pool.get().await?;
        let rows: Vec<Row> = query.load(&mut connection).await.map_err(port_error)?;
        drop(connection);
        let more = rows.len() > wanted;
        let items = rows.into_iter().take(wanted).map(view).collect::<Result<Vec<_>, _>>()?;
        let last = items.last().map(|view| InvitationCursor { created_at: view.created_at, id: view.id });
        Ok(Page { items, next: last.filter(|_| more) })
    }
}
