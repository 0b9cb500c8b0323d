//! Lists the meetings of a user.

use std::sync::Arc;

use application_shared::PortError;
use domain_shared::{Page, PageLimit, UserId};
use thiserror::Error;

use crate::{MeetingCursor, MeetingFilter, MeetingReader, MeetingView};

/// What is asked for.
#[derive(Debug, Clone)]
pub struct ListMeetingsQuery {
    /// Whose meetings: created by them, ever joined, or those that they are invited to.
    pub user_id: UserId,
    /// Which of them.
    pub filter: MeetingFilter,
    /// Where to go on.
    pub after: Option<MeetingCursor>,
    /// How many at most.
    pub limit: PageLimit,
}

/// The list could not be read.
#[derive(Debug, Error)]
pub enum ListMeetingsError {
    /// A port failed.
    #[error(transparent)]
    Port(#[from] PortError),
}

/// Lists the meetings of a user, newest first.
pub struct ListMeetings {
    meetings: Arc<dyn MeetingReader>,
}

impl ListMeetings {
    /// The use case on this port.
    #[must_use]
    pub fn new(meetings: Arc<dyn MeetingReader>) -> Self {
        Self { meetings }
    }

    /// Reads one page.
    ///
    /// # Errors
    /// [`ListMeetingsError`].
    pub async fn execute(
        &self,
        query: ListMeetingsQuery,
    ) -> Result<Page<MeetingView, MeetingCursor>, ListMeetingsError> {
        Ok(self.meetings.list(query.user_id, query.filter, query.after, query.limit).await?)
    }
}

#[cfg(test)]
mod tests {
    use domain_meeting::MeetingStatusKind;
    use domain_shared::MeetingId;

    use super::*;
    use crate::testing::{World, at, user};

    #[tokio::test]
    async fn asks_for_the_page_wanted() {
        let world = World::new();
        world.with_meeting();
        let list = ListMeetings::new(world.meetings.clone());
        let filter = MeetingFilter { status: Some(MeetingStatusKind::Live), ..MeetingFilter::default() };
        let after = Some(MeetingCursor { created_at: at(3), id: MeetingId::from_uuid(uuid::Uuid::nil()) });
        let limit = PageLimit::parse(7).unwrap();
        let query = ListMeetingsQuery { user_id: user(5), filter: filter.clone(), after, limit };
        let page = list.execute(query.clone()).await.unwrap();
        assert_eq!((page.items.len(), page.next), (1, after));
        assert_eq!(*world.meetings.listed.lock().unwrap(), [(user(5), filter, after, 7)]);
        world.fail();
        assert!(matches!(list.execute(query).await, Err(ListMeetingsError::Port(_))));
    }
}
