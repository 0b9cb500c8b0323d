//! Who may do what with a file: its owner everything; whoever takes part in the meeting that it is shared with may read it;
//! whoever moderates that meeting may delete it. To everybody else it is not there.

use application_shared::PortError;
use domain_file::File;
use domain_shared::{FileId, MeetingId, UserId};
use thiserror::Error;

use crate::{FileRepository, MeetingMembers, MeetingStanding};

/// Why nothing can be shared with a meeting, or read of what was.
#[derive(Debug, Error)]
pub enum MeetingAccessError {
    /// There is no such meeting.
    #[error("there is no such meeting")]
    NoSuchMeeting,
    /// They do not take part in it.
    #[error("only who takes part in the meeting may do that")]
    Stranger,
    /// A port could not do its work.
    #[error(transparent)]
    Port(#[from] PortError),
}

/// Why a file cannot be read.
#[derive(Debug, Error)]
pub enum FileAccessError {
    /// It is not there, or not for them.
    #[error("there is no such file")]
    NotFound,
    /// A port could not do its work.
    #[error(transparent)]
    Port(#[from] PortError),
}

/// Lets through who takes part in the meeting.
pub(crate) async fn admit_to_meeting(
    members: &dyn MeetingMembers,
    user: UserId,
    meeting: MeetingId,
) -> Result<(), MeetingAccessError> {
    match members.standing(user, meeting).await? {
        None => Err(MeetingAccessError::NoSuchMeeting),
        Some(MeetingStanding::Stranger) => Err(MeetingAccessError::Stranger),
        Some(MeetingStanding::Participant | MeetingStanding::Moderator) => Ok(()),
    }
}

/// What somebody may do with a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Rights {
    Read,
    ReadAndDelete,
}

/// The file, if it can be read and they may, with what they may do.
pub(crate) async fn readable(
    files: &dyn FileRepository,
    members: &dyn MeetingMembers,
    user: UserId,
    id: FileId,
) -> Result<(File, Rights), FileAccessError> {
    let file = files.find(id).await?.filter(|file| file.content().is_some()).ok_or(FileAccessError::NotFound)?;
    if file.owner_id() == user {
        return Ok((file, Rights::ReadAndDelete));
    }
    let meeting = file.meeting_id().ok_or(FileAccessError::NotFound)?;
    match members.standing(user, meeting).await? {
        Some(MeetingStanding::Moderator) => Ok((file, Rights::ReadAndDelete)),
        Some(MeetingStanding::Participant) => Ok((file, Rights::Read)),
        Some(MeetingStanding::Stranger) | None => Err(FileAccessError::NotFound),
    }
}
