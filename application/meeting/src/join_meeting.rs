//! Joins a meeting: takes a place in it and gets a token for its room.

use std::sync::Arc;

use application_shared::{FieldError, PortError};
use domain_meeting::{DisplayName, MeetingError, MeetingRef};
use domain_shared::{Clock, RoomId, SessionId, UserId};
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
    /// The login session they do it in: when it ends, so does their stay in the room.
    pub session_id: Option<SessionId>,
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
            session_id: command.session_id,
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

#[cfg(test)]
mod tests {
    use std::sync::atomic::Ordering;

    use domain_meeting::{MeetingCode, ParticipantRole};
    use secrecy::ExposeSecret;

    use super::*;
    use crate::testing::{HOST, World, at, user};

    fn use_case(world: &World) -> JoinMeeting {
        JoinMeeting::new(world.meetings.clone(), world.tokens.clone(), world.clock.clone())
    }

    fn command(meeting: &MeetingRef, n: u128) -> JoinMeetingCommand {
        JoinMeetingCommand {
            meeting: meeting.clone(),
            user_id: user(n),
            session_id: None,
            display_name: None,
            fallback_name: format!("User {n}"),
        }
    }

    #[tokio::test]
    async fn gives_a_token_for_the_room_of_the_meeting() {
        let world = World::new();
        let meeting = world.with_meeting();
        let joined = use_case(&world).execute(command(&meeting, HOST)).await.unwrap();
        assert_eq!(joined.room_token.expose_secret(), "token");
        assert_eq!(joined.room_id.as_uuid(), world.meeting().id().as_uuid());
        assert_eq!(
            joined.participant,
            ParticipantView {
                user_id: user(HOST),
                role: ParticipantRole::Host,
                display_name: "User 1".into(),
                joined_at: at(0),
                left_at: None,
            }
        );
        assert_eq!(
            *world.tokens.0.lock().unwrap(),
            [RoomGrant {
                room_id: joined.room_id,
                user_id: user(HOST),
                session_id: None,
                display_name: "User 1".into(),
                role: ParticipantRole::Host,
                can_publish: true,
                can_publish_sources: PublishSource::ALL.to_vec(),
                can_subscribe: true,
                can_chat: true,
                hidden: false,
            }]
        );
        assert_eq!(PublishSource::ALL.map(PublishSource::as_str), ["microphone", "camera", "screen", "screen-audio"]);
        assert!(!format!("{joined:?}").contains("\"token\""), "the token is not shown");
    }

    #[tokio::test]
    async fn finds_the_meeting_by_its_code() {
        let world = World::new();
        world.with_meeting();
        let code = MeetingRef::Code(MeetingCode::parse("abc-defg-hij").unwrap());
        assert!(use_case(&world).execute(command(&code, 2)).await.is_ok());
    }

    #[tokio::test]
    async fn chooses_the_name_asked_for_then_the_fallback_then_a_plain_one() {
        let world = World::new();
        let meeting = world.with_meeting();
        for (wanted, fallback, expected) in [
            (Some(" Bob "), "Robert", "Bob"),
            (Some("  "), "Robert", "Robert"),
            (None, "Robert", "Robert"),
            (None, "a\u{0}b", "Participant"),
        ] {
            let command = JoinMeetingCommand {
                display_name: wanted.map(str::to_owned),
                fallback_name: fallback.into(),
                ..command(&meeting, 2)
            };
            let joined = use_case(&world).execute(command).await.unwrap();
            assert_eq!(joined.participant.display_name, expected);
        }
    }

    #[tokio::test]
    async fn refuses_a_name_that_is_none() {
        let world = World::new();
        let meeting = world.with_meeting();
        let command = JoinMeetingCommand { display_name: Some("x".repeat(65)), ..command(&meeting, 2) };
        let Err(JoinMeetingError::Invalid(errors)) = use_case(&world).execute(command).await else {
            panic!("must be refused")
        };
        assert_eq!((errors[0].field, errors[0].code), ("display_name", "too_long"));
        assert_eq!(world.meeting().present(), 0);
    }

    #[tokio::test]
    async fn refuses_when_full_ended_or_unknown() {
        let world = World::new();
        let meeting = world.with_meeting();
        let join = use_case(&world);
        join.execute(command(&meeting, 2)).await.unwrap();
        join.execute(command(&meeting, 3)).await.unwrap();
        assert!(matches!(join.execute(command(&meeting, 4)).await, Err(JoinMeetingError::Full)));
        assert!(join.execute(command(&meeting, 2)).await.is_ok(), "who is present may join again");
        world.meetings.meetings.lock().unwrap()[0].end(user(HOST), at(1)).unwrap();
        assert!(matches!(join.execute(command(&meeting, 2)).await, Err(JoinMeetingError::Ended)));
        let unknown = MeetingRef::parse("zzz-zzzz-zzz").unwrap();
        assert!(matches!(join.execute(command(&unknown, 2)).await, Err(JoinMeetingError::NotFound)));
        assert_eq!(world.tokens.0.lock().unwrap().len(), 3);
    }

    #[tokio::test]
    async fn tells_that_a_port_failed() {
        let world = World::new();
        let meeting = world.with_meeting();
        world.tokens.1.store(true, Ordering::Relaxed);
        assert!(matches!(use_case(&world).execute(command(&meeting, 2)).await, Err(JoinMeetingError::Port(_))));
        world.fail();
        assert!(matches!(use_case(&world).execute(command(&meeting, 2)).await, Err(JoinMeetingError::Port(_))));
    }
}
