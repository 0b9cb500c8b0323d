//! Lists who is invited to a meeting.

use std::sync::Arc;

use application_shared::PortError;
use domain_meeting::{MeetingRef, ParticipantRole};
use domain_shared::{Page, PageLimit, UserId};
use thiserror::Error;

use super::{InvitationCursor, InvitationPorts, InvitationReader, InvitationView};
use crate::MeetingRepository;

/// What is asked for.
#[derive(Debug, Clone)]
pub struct ListInvitationsQuery {
    /// To which meeting.
    pub meeting: MeetingRef,
    /// Who asks.
    pub by: UserId,
    /// Where to go on.
    pub after: Option<InvitationCursor>,
    /// How many at most.
    pub limit: PageLimit,
}

/// The list could not be read.
#[derive(Debug, Error)]
pub enum ListInvitationsError {
    /// There is no such meeting.
    #[error("no such meeting")]
    NotFound,
    /// Only the host may.
    #[error("only the host may do that")]
    Forbidden,
    /// A port failed.
    #[error(transparent)]
    Port(#[from] PortError),
}

/// Lists who is invited to a meeting, newest first, for its host.
pub struct ListInvitations {
    meetings: Arc<dyn MeetingRepository>,
    reader: Arc<dyn InvitationReader>,
}

impl ListInvitations {
    /// Takes the ports.
    #[must_use]
    pub fn new(ports: &InvitationPorts) -> Self {
        Self { meetings: Arc::clone(&ports.meetings), reader: Arc::clone(&ports.reader) }
    }

    /// Reads one page.
    ///
    /// # Errors
    /// [`ListInvitationsError`].
    pub async fn execute(
        &self,
        query: ListInvitationsQuery,
    ) -> Result<Page<InvitationView, InvitationCursor>, ListInvitationsError> {
        let meeting = self.meetings.find(&query.meeting).await?.ok_or(ListInvitationsError::NotFound)?;
        if meeting.role_of(query.by) != ParticipantRole::Host {
            return Err(ListInvitationsError::Forbidden);
        }
        Ok(self.reader.list(meeting.id(), query.after, query.limit).await?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        invitations::test_support::Invited,
        testing::{HOST, user},
    };

    #[tokio::test]
    async fn only_the_host_sees_who_is_invited() {
        let world = Invited::new();
        world.invite(&["a@example.com", "b@example.com", "c@example.com"]).await;
        let list = ListInvitations::new(&world.ports);
        let limit = PageLimit::parse(2).unwrap();
        let query = |n, after| ListInvitationsQuery { meeting: world.meeting_ref.clone(), by: user(n), after, limit };
        let first = list.execute(query(HOST, None)).await.unwrap();
        let rest = list.execute(query(HOST, first.next)).await.unwrap();
        assert_eq!((first.items.len(), rest.items.len(), rest.next), (2, 1, None));
        assert!(matches!(list.execute(query(2, None)).await, Err(ListInvitationsError::Forbidden)));
        let meeting = MeetingRef::parse("zzz-zzzz-zzz").unwrap();
        let unknown = ListInvitationsQuery { meeting, ..query(HOST, None) };
        assert!(matches!(list.execute(unknown).await, Err(ListInvitationsError::NotFound)));
        world.fail();
        assert!(matches!(list.execute(query(HOST, None)).await, Err(ListInvitationsError::Port(_))));
    }
}
