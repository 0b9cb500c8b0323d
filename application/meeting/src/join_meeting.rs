//! Joins a meeting: takes a place in it, or waits in front of it, and gets a token for its room.

use application_shared::{FieldError, PortError};
use domain_meeting::{
    Attendee, DisplayName, Entry, Joining, Meeting, MeetingRef, ParticipantPermissions, ParticipantRole, PasscodeHash,
    PasscodeOffer,
};
use domain_shared::{RoomId, SessionId, UserId};
use secrecy::{ExposeSecret, SecretString};
use thiserror::Error;

use crate::{ChangeMeetingError, MeetingPorts, ParticipantView, PublishSource, RoomGrant, WaitingView, meeting_fields};

/// Who joins.
#[derive(Debug, Clone)]
pub enum Joiner {
    /// Somebody with an account.
    Account {
        /// Who.
        user_id: UserId,
        /// The login session they do it in: when it ends, so does their stay in the room.
        session_id: Option<SessionId>,
        /// What they are called when they do not say: their nickname.
        nickname: String,
    },
    /// Somebody without one.
    Guest {
        /// The pass they were given when they came the first time.
        pass: Option<SecretString>,
    },
}

/// What is asked for.
#[derive(Debug, Clone)]
pub struct JoinMeetingCommand {
    /// Which meeting.
    pub meeting: MeetingRef,
    /// Who joins.
    pub joiner: Joiner,
    /// What they want to be called there: 1 to 64 characters. A guest has to say; for others none, or nothing but spaces,
    /// means the nickname. When that cannot be a display name, they are "Participant".
    pub display_name: Option<String>,
    /// The passcode they know.
    pub passcode: Option<SecretString>,
}

/// What somebody who came needs.
#[derive(Debug, Clone)]
pub struct JoinedMeeting {
    /// The token for the room, or for its lobby.
    pub room_token: SecretString,
    /// The room.
    pub room_id: RoomId,
    /// Where they are.
    pub place: Place,
    /// With which a guest is known again.
    pub guest_pass: Option<SecretString>,
    /// Whether they are to come in with the microphone off.
    pub mute_on_entry: bool,
}

/// Where somebody is who came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// In the meeting, as this.
    In(ParticipantView),
    /// In the lobby, as this.
    Waiting(WaitingView),
}

/// The meeting was not joined.
#[derive(Debug, Error)]
pub enum JoinMeetingError {
    /// The display name or the passcode cannot be accepted.
    #[error("invalid display name or passcode")]
    Invalid(Vec<FieldError>),
    /// The meeting refuses it, or is not there.
    #[error(transparent)]
    Change(#[from] ChangeMeetingError),
    /// A port failed.
    #[error(transparent)]
    Port(#[from] PortError),
}

/// Joins a meeting.
pub struct JoinMeeting {
    ports: MeetingPorts,
}

impl JoinMeeting {
    /// The use case on these ports.
    #[must_use]
    pub fn new(ports: &MeetingPorts) -> Self {
        Self { ports: ports.clone() }
    }

    /// Joins the meeting.
    ///
    /// # Errors
    /// [`JoinMeetingError`].
    pub async fn execute(&self, command: JoinMeetingCommand) -> Result<JoinedMeeting, JoinMeetingError> {
        let now = self.ports.clock.now();
        let name = display_name(&command).map_err(|error| JoinMeetingError::Invalid(vec![error]))?;
        let (attendee, session_id) = self.attendee(&command).await?;
        let known = self.known_passcode(&command).await?;
        let mut entry = Entry::In;
        let joined = self
            .ports
            .meetings
            .change(&command.meeting, &mut |meeting| {
                let passcode = match (&known, &command.passcode) {
                    (Some(known), _) if meeting.passcode_hash() == Some(known) => PasscodeOffer::Matches,
                    (_, Some(_)) => PasscodeOffer::Differs,
                    (_, None) => PasscodeOffer::None,
                };
                entry = meeting.join(Joining { attendee, display_name: name.clone(), passcode }, now)?;
                Ok(())
            })
            .await;
        let meeting = joined?;
        let (place, grant) = match entry {
            Entry::In => self.came_in(&meeting, attendee, session_id)?,
            Entry::Waiting => self.waits(&meeting, attendee, session_id)?,
        };
        Ok(JoinedMeeting {
            room_token: self.ports.tokens.issue(&grant, now)?,
            room_id: grant.room_id,
            place,
            guest_pass: attendee.guest.then(|| self.ports.guests.issue(meeting.id(), attendee.user_id)),
            mute_on_entry: meeting.settings().mute_on_entry && !grant.role.moderates(),
        })
    }

    /// Who comes. A guest without a good pass is somebody new.
    async fn attendee(&self, command: &JoinMeetingCommand) -> Result<(Attendee, Option<SessionId>), JoinMeetingError> {
        let pass = match &command.joiner {
            Joiner::Account { user_id, session_id, .. } => return Ok((Attendee::account(*user_id), *session_id)),
            Joiner::Guest { pass } => pass.as_ref(),
        };
        let known = match pass {
            Some(pass) => {
                let meeting = self.find(command).await?;
                self.ports.guests.verify(meeting.id(), pass.expose_secret())
            }
            None => None,
        };
        Ok((Attendee::guest(known.unwrap_or_else(|| UserId::from_uuid(self.ports.ids.next()))), None))
    }

    /// The hash of the meeting's passcode, if it is the offered one's. Checked before the meeting is held, because it is
    /// slow.
    async fn known_passcode(&self, command: &JoinMeetingCommand) -> Result<Option<PasscodeHash>, JoinMeetingError> {
        let offered = meeting_fields::passcode(command.passcode.as_ref());
        // What cannot be a passcode is a wrong one.
        let Ok(Some(offered)) = offered else { return Ok(None) };
        let Some(hash) = self.find(command).await?.passcode_hash().cloned() else { return Ok(None) };
        Ok(self.ports.passcodes.verify(&offered, &hash).await?.then_some(hash))
    }

    async fn find(&self, command: &JoinMeetingCommand) -> Result<Meeting, JoinMeetingError> {
        Ok(self.ports.meetings.find(&command.meeting).await?.ok_or(ChangeMeetingError::NotFound)?)
    }

    fn came_in(
        &self,
        meeting: &Meeting,
        attendee: Attendee,
        session_id: Option<SessionId>,
    ) -> Result<(Place, RoomGrant), PortError> {
        let participant = meeting.participant(attendee.user_id).map(ParticipantView::from).ok_or_else(|| {
            PortError::corrupt("meeting", "the participant who has just joined is not among the participants")
        })?;
        let may = Permissions::of(participant.role, meeting.settings().permissions);
        let grant = RoomGrant {
            room_id: RoomId::from(meeting.id()),
            user_id: participant.user_id,
            session_id,
            display_name: participant.display_name.clone(),
            role: participant.role,
            guest: attendee.guest,
            lobby: false,
            stay: Some(participant.joined_at),
            can_publish: true,
            can_publish_sources: may.sources(),
            can_subscribe: true,
            can_chat: may.0.chat,
            can_unmute: may.0.unmute,
            can_record: may.0.record,
            hidden: false,
        };
        Ok((Place::In(participant), grant))
    }

    fn waits(
        &self,
        meeting: &Meeting,
        attendee: Attendee,
        session_id: Option<SessionId>,
    ) -> Result<(Place, RoomGrant), PortError> {
        let waiting = meeting.waiting().iter().find(|waiting| waiting.user_id() == attendee.user_id);
        let waiting = waiting.map(WaitingView::from).ok_or_else(|| {
            PortError::corrupt("meeting", "who has just been told to wait is not among those who wait")
        })?;
        let grant = RoomGrant {
            room_id: RoomId::from(meeting.id()),
            user_id: waiting.user_id,
            session_id,
            display_name: waiting.display_name.clone(),
            role: ParticipantRole::Participant,
            guest: attendee.guest,
            lobby: true,
            stay: Some(waiting.since),
            can_publish: false,
            can_publish_sources: Vec::new(),
            can_subscribe: false,
            can_chat: false,
            can_unmute: false,
            can_record: false,
            hidden: true,
        };
        Ok((Place::Waiting(waiting), grant))
    }
}

/// What somebody may do there.
struct Permissions(ParticipantPermissions);

impl Permissions {
    /// Hosts and co-hosts may everything.
    const fn of(role: ParticipantRole, permissions: ParticipantPermissions) -> Self {
        if role.moderates() {
            Self(ParticipantPermissions { share_screen: true, chat: true, unmute: true, record: true })
        } else {
            Self(permissions)
        }
    }

    fn sources(&self) -> Vec<PublishSource> {
        let screen = [PublishSource::Screen, PublishSource::ScreenAudio];
        PublishSource::ALL.into_iter().filter(|source| self.0.share_screen || !screen.contains(source)).collect()
    }
}

fn display_name(command: &JoinMeetingCommand) -> Result<DisplayName, FieldError> {
    let wanted = command.display_name.as_deref().filter(|name| !name.trim().is_empty());
    let parse = |text| DisplayName::parse(text).map_err(|e| FieldError::new("display_name", e.code(), e.to_string()));
    match (wanted, &command.joiner) {
        (Some(wanted), _) => parse(wanted),
        (None, Joiner::Guest { .. }) => parse(""),
        (None, Joiner::Account { nickname, .. }) => {
            Ok(DisplayName::parse(nickname).unwrap_or_else(|_| DisplayName::anonymous()))
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::Ordering;

    use domain_meeting::{LobbyMode, MeetingCode, MeetingError, Standing};
    use domain_shared::IdGenerator;

    use super::*;
    use crate::testing::{HOST, World, at, user};

    fn use_case(world: &World) -> JoinMeeting {
        JoinMeeting::new(&world.ports())
    }

    fn participant(joined: &JoinedMeeting) -> ParticipantView {
        let Place::In(participant) = &joined.place else { panic!("waits") };
        participant.clone()
    }

    fn refusal(outcome: Result<JoinedMeeting, JoinMeetingError>) -> MeetingError {
        match outcome {
            Err(JoinMeetingError::Change(ChangeMeetingError::Refused(refusal))) => refusal,
            other => panic!("{other:?}"),
        }
    }

    fn guest(meeting: &MeetingRef, pass: Option<SecretString>) -> JoinMeetingCommand {
        JoinMeetingCommand {
            meeting: meeting.clone(),
            joiner: Joiner::Guest { pass },
            display_name: Some("Gus".into()),
            passcode: None,
        }
    }

    fn command(meeting: &MeetingRef, n: u128) -> JoinMeetingCommand {
        JoinMeetingCommand {
            meeting: meeting.clone(),
            joiner: Joiner::Account { user_id: user(n), session_id: None, nickname: format!("User {n}") },
            display_name: None,
            passcode: None,
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
            participant(&joined),
            ParticipantView {
                user_id: user(HOST),
                guest: false,
                role: ParticipantRole::Host,
                display_name: "User 1".into(),
                joined_at: at(0),
                left_at: None,
                standing: Standing::Welcome,
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
                guest: false,
                lobby: false,
                stay: Some(at(0)),
                can_publish: true,
                can_publish_sources: PublishSource::ALL.to_vec(),
                can_subscribe: true,
                can_chat: true,
                can_unmute: true,
                can_record: true,
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
                joiner: Joiner::Account { user_id: user(2), session_id: None, nickname: fallback.into() },
                ..command(&meeting, 2)
            };
            let joined = use_case(&world).execute(command).await.unwrap();
            assert_eq!(participant(&joined).display_name, expected);
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
        assert_eq!(refusal(join.execute(command(&meeting, 4)).await), MeetingError::Full);
        assert!(join.execute(command(&meeting, 2)).await.is_ok(), "who is present may join again");
        world.meetings.meetings.lock().unwrap()[0].end(user(HOST), at(1)).unwrap();
        assert_eq!(refusal(join.execute(command(&meeting, 2)).await), MeetingError::Ended);
        let unknown = MeetingRef::parse("zzz-zzzz-zzz").unwrap();
        let outcome = join.execute(command(&unknown, 2)).await;
        assert!(matches!(outcome, Err(JoinMeetingError::Change(ChangeMeetingError::NotFound))));
        assert_eq!(world.tokens.0.lock().unwrap().len(), 3);
    }

    #[tokio::test]
    async fn tells_that_a_port_failed() {
        let world = World::new();
        let meeting = world.with_meeting();
        world.tokens.1.store(true, Ordering::Relaxed);
        assert!(matches!(use_case(&world).execute(command(&meeting, 2)).await, Err(JoinMeetingError::Port(_))));
        world.fail();
        let outcome = use_case(&world).execute(command(&meeting, 2)).await;
        assert!(matches!(outcome, Err(JoinMeetingError::Change(ChangeMeetingError::Port(_)))));
    }

    #[tokio::test]
    async fn what_participants_may_do_stands_in_their_token() {
        let world = World::new();
        let meeting = world.with_meeting();
        world.set(|settings| {
            settings.permissions =
                ParticipantPermissions { share_screen: false, chat: false, unmute: false, record: false };
            settings.mute_on_entry = true;
        });
        let joined = use_case(&world).execute(command(&meeting, 2)).await.unwrap();
        let host = use_case(&world).execute(command(&meeting, HOST)).await.unwrap();
        assert_eq!((joined.mute_on_entry, host.mute_on_entry), (true, false));
        let grants = world.tokens.0.lock().unwrap().clone();
        let may =
            |grant: &RoomGrant| (grant.can_publish_sources.len(), grant.can_chat, grant.can_unmute, grant.can_record);
        assert_eq!(grants.iter().map(may).collect::<Vec<_>>(), [(2, false, false, false), (4, true, true, true)]);
    }

    #[tokio::test]
    async fn who_waits_gets_a_token_that_opens_the_lobby_only() {
        let world = World::new();
        let meeting = world.with_meeting();
        world.set(|settings| settings.lobby = LobbyMode::Everyone);
        let joined = use_case(&world).execute(command(&meeting, 2)).await.unwrap();
        assert!(matches!(joined.place, Place::Waiting(WaitingView { guest: false, .. })));
        let grant = world.tokens.0.lock().unwrap()[0].clone();
        assert!(grant.lobby && grant.hidden && !grant.can_publish && !grant.can_subscribe && !grant.can_chat);
        world.change(|meeting, now| meeting.admit(user(HOST), user(2), now).map(drop));
        let joined = use_case(&world).execute(command(&meeting, 2)).await.unwrap();
        assert_eq!(participant(&joined).user_id, user(2));
    }

    #[tokio::test]
    async fn guests_are_known_again_by_their_pass() {
        let world = World::new();
        let meeting = world.with_meeting();
        // The first identifier is the host's here.
        world.ids.next();
        let join = use_case(&world);
        assert_eq!(refusal(join.execute(guest(&meeting, None)).await), MeetingError::GuestsNotAllowed);
        world.set(|settings| settings.guests_allowed = true);
        let nameless = JoinMeetingCommand { display_name: None, ..guest(&meeting, None) };
        assert!(matches!(join.execute(nameless).await, Err(JoinMeetingError::Invalid(_))));

        let first = join.execute(guest(&meeting, None)).await.unwrap();
        let again = join.execute(guest(&meeting, first.guest_pass.clone())).await.unwrap();
        assert_eq!(participant(&first).user_id, participant(&again).user_id);
        assert!(participant(&first).guest);
        let other = join.execute(guest(&meeting, Some("forged".into()))).await.unwrap();
        assert_ne!(participant(&first).user_id, participant(&other).user_id);
        let account = join.execute(command(&meeting, HOST)).await;
        assert_eq!(refusal(account), MeetingError::Full, "the meeting has two places");
    }

    #[tokio::test]
    async fn a_passcode_is_checked_before_anybody_comes_in() {
        let world = World::new();
        let meeting = world.with_meeting();
        world.protect("4711");
        let join = use_case(&world);
        let with = |passcode: &str| JoinMeetingCommand { passcode: Some(passcode.into()), ..command(&meeting, 2) };
        assert_eq!(refusal(join.execute(command(&meeting, 2)).await), MeetingError::PasscodeRequired);
        for wrong in ["4712", "1", "        "] {
            assert_eq!(refusal(join.execute(with(wrong)).await), MeetingError::WrongPasscode, "{wrong}");
        }
        assert!(join.execute(with("4711")).await.is_ok());
    }
}
