//! Joins a meeting: takes a place in it and gets a token for its room.

use std::sync::Arc;

use application_shared::{FieldError, PortError};
use domain_meeting::{DisplayName, MeetingError, MeetingRef};
use domain_shared::{Clock, RoomId, UserId};
use secrecy::SecretString;
use thiserror::Error;

use crate::{ChangeMeetingError, MeetingRepository, ParticipantView, PublishSource, RoomGrant, RoomTokens};

/// What is asked for.
#[derive(Debug, Clone)]
pub struct JoinMeetingCommand {
    /// Which meeting.
    pub meeting: MeetingRef,
    /// Who joins.
    pub user_id: UserId,
    /// What they want to be called there: 1 to 64 characters. None, or nothing but spaces, means the fallback.
    pub display_name: Option<String>,
    /// What they are called otherwise: their nickname. When that cannot be a display name, they are "Participant".
    pub fallback_name: String,
}

/// What a participant needs to enter the room.
#[derive(Debug, Clone)]
pub struct JoinedMeeting {
    /// The token for the room.
    pub room_token: SecretString,
    /// The room.
    pub room_id: RoomId,
    /// What the user is in the meeting.
    pub participant: ParticipantView,
}

/// The meeting was not joined.
#[derive(Debug, Error)]
pub enum JoinMeetingError {
    /// The display name cannot be accepted.
    #[error("invalid display name")]
    Invalid(Vec<FieldError>),
    /// There is no such meeting.
    #[error("no such meeting")]
    NotFound,
    /// It has ended, or was cancelled.
    #[error("the meeting has ended")]
    Ended,
    /// Every place is taken.
    #[error("the meeting is full")]
    Full,
    /// A port failed.
    #[error(transparent)]
    Port(#[from] PortError),
}

/// Joins a meeting.
pub struct JoinMeeting {
    meetings: Arc<dyn MeetingRepository>,
    tokens: Arc<dyn RoomTokens>,
    clock: Arc<dyn Clock>,
}

impl JoinMeeting {
    /// The use case on these ports.
    #[must_use]
    pub fn new(meetings: Arc<dyn MeetingRepository>, tokens: Arc<dyn RoomTokens>, clock: Arc<dyn Clock>) -> Self {
        Self { meetings, tokens, clock }
    }

    /// Joins the meeting.
    ///
    /// # Errors
    /// [`JoinMeetingError`].
    pub async fn execute(&self, command: JoinMeetingCommand) -> Result<JoinedMeeting, JoinMeetingError> {
        let now = self.clock.now();
        let name = display_name(&command).map_err(|error| JoinMeetingError::Invalid(vec![error]))?;
        let joined = self
            .meetings
            .change(&command.meeting, &mut |meeting| meeting.join(command.user_id, name.clone(), now).map(drop))
            .await;
        let meeting = match joined {
            Ok(meeting) => meeting,
            Err(ChangeMeetingError::NotFound) => return Err(JoinMeetingError::NotFound),
            Err(ChangeMeetingError::Refused(MeetingError::Full)) => return Err(JoinMeetingError::Full),
            Err(ChangeMeetingError::Refused(
                MeetingError::Ended | MeetingError::NotHost | MeetingError::AlreadyStarted,
            )) => return Err(JoinMeetingError::Ended),
            Err(ChangeMeetingError::Port(error)) => return Err(error.into()),
        };
        let participant = meeting.participant(command.user_id).map(ParticipantView::from).ok_or_else(|| {
            PortError::corrupt("meeting", "the participant who has just joined is not among the participants")
        })?;
        let grant = RoomGrant {
            room_id: RoomId::from(meeting.id()),
            user_id: participant.user_id,
            display_name: participant.display_name.clone(),
            role: participant.role,
            can_publish: true,
            can_publish_sources: PublishSource::ALL.to_vec(),
            can_subscribe: true,
            can_chat: true,
            hidden: false,
        };
        let room_token = self.tokens.issue(&grant, now)?;
        Ok(JoinedMeeting { room_token, room_id: grant.room_id, participant })
    }
}

fn display_name(command: &JoinMeetingCommand) -> Result<DisplayName, FieldError> {
    if let Some(wanted) = command.display_name.as_deref().filter(|name| !name.trim().is_empty()) {
        return DisplayName::parse(wanted).map_err(|e| FieldError::new("display_name", e.code(), e.to_string()));
    }
    Ok(DisplayName::parse(&command.fallback_name).unwrap_or_else(|_| DisplayName::anonymous()))
}
