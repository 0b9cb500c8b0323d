//! Lists files.

use std::sync::Arc;

use domain_shared::{MeetingId, Page, PageLimit, UserId};

use crate::{
    FileCursor, FilePorts, FileRepository, FileView, MeetingAccessError, MeetingMembers, access::admit_to_meeting,
};

/// Which files.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileScope {
    /// Those of this user.
    OwnedBy(UserId),
    /// Those that are shared with this meeting.
    SharedWith(MeetingId),
}

/// What is asked for.
#[derive(Debug, Clone, Copy)]
pub struct ListFilesQuery {
    /// Who asks.
    pub asked_by: UserId,
    /// The meeting, or what they own themselves.
    pub meeting: Option<MeetingId>,
    /// Where to go on.
    pub after: Option<FileCursor>,
    /// How many at most.
    pub limit: PageLimit,
}

/// Lists files.
pub struct ListFiles {
    files: Arc<dyn FileRepository>,
    members: Arc<dyn MeetingMembers>,
}

impl ListFiles {
    /// Takes the ports.
    #[must_use]
    pub fn new(ports: &FilePorts) -> Self {
        Self { files: Arc::clone(&ports.files), members: Arc::clone(&ports.members) }
    }

    /// A page of files that can be read, newest first.
    ///
    /// # Errors
    /// [`MeetingAccessError`].
    pub async fn execute(&self, query: ListFilesQuery) -> Result<Page<FileView, FileCursor>, MeetingAccessError> {
        let scope = match query.meeting {
            None => FileScope::OwnedBy(query.asked_by),
            Some(meeting) => {
                admit_to_meeting(&*self.members, query.asked_by, meeting).await?;
                FileScope::SharedWith(meeting)
            }
        };
        let page = self.files.page(scope, query.after, query.limit).await?;
        Ok(Page { items: page.items.iter().filter_map(FileView::of).collect(), next: page.next })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test_support::{ANN, BEN, HOST, MEETING, NOWHERE, STRANGER, World};

    #[tokio::test]
    async fn everybody_sees_their_own_and_what_is_shared_with_them() {
        let world = World::new();
        let (own, shared) = (world.upload(ANN, None, b"1").await, world.upload(ANN, Some(MEETING), b"2").await);
        let other = world.upload(BEN, Some(MEETING), b"3").await;
        world.begin(ANN);
        let list = ListFiles::new(&world.ports);
        for (asked_by, meeting, expected) in [
            (ANN, None, vec![shared, own]),
            (BEN, None, vec![other]),
            (HOST, None, vec![]),
            (ANN, Some(MEETING), vec![other, shared]),
            (HOST, Some(MEETING), vec![other, shared]),
        ] {
            let query = ListFilesQuery { asked_by, meeting, after: None, limit: PageLimit::DEFAULT };
            let page = list.execute(query).await.unwrap();
            assert_eq!(page.items.iter().map(|file| file.id).collect::<Vec<_>>(), expected);
        }
        let query =
            ListFilesQuery { asked_by: STRANGER, meeting: Some(MEETING), after: None, limit: PageLimit::DEFAULT };
        assert!(matches!(list.execute(query).await, Err(MeetingAccessError::Stranger)));
        let query = ListFilesQuery { asked_by: ANN, meeting: Some(NOWHERE), ..query };
        assert!(matches!(list.execute(query).await, Err(MeetingAccessError::NoSuchMeeting)));
    }
}
