//! Lets somebody have a token for a bare room.

use std::collections::BTreeSet;

use application_shared::{FieldError, PortError};
use chrono::{DateTime, TimeDelta, Utc};
use domain_room::{
    BareParticipant, BareRoom, CallType, Grants, MediaKind, MediaSource, Newcomer, ParticipantRole, RoomName,
};
use domain_shared::{RoomId, UserId};
use secrecy::SecretString;
use thiserror::Error;

use super::{BareRoomPorts, BareRoomRef, ChangeBareRoomError, RoomParticipantView, fields::Wrong};
use crate::{RoomClaims, RoomKind};

/// The shortest life of a token, in seconds.
pub const MIN_TTL_SECONDS: i64 = 10;
/// The longest, a day.
pub const MAX_TTL_SECONDS: i64 = 86_400;
/// The life of a token when nobody says.
pub const DEFAULT_TTL_SECONDS: i64 = 600;

/// What somebody is to be allowed. What is absent is allowed, as far as the room is for it; only being hidden is not.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct WantedGrants {
    /// May send media.
    pub can_publish: Option<bool>,
    /// From which sources.
    pub can_publish_sources: Option<BTreeSet<MediaSource>>,
    /// May receive media.
    pub can_subscribe: Option<bool>,
    /// May write chat messages.
    pub can_chat: Option<bool>,
    /// Is not shown to others: an observer.
    pub hidden: Option<bool>,
}

/// Who is to have a token.
#[derive(Debug, Clone)]
pub struct IssueRoomTokenCommand {
    /// For which room.
    pub room: RoomName,
    /// Who, for the other backend.
    pub uid: String,
    /// The name that others see; what they were called before, or the uid, when absent.
    pub name: Option<String>,
    /// What they are to be; what they were before, or as usual, when absent.
    pub role: Option<ParticipantRole>,
    /// What they may do.
    pub grants: WantedGrants,
    /// For how long it lets them in, in seconds: [`MIN_TTL_SECONDS`] to [`MAX_TTL_SECONDS`].
    pub ttl: Option<i64>,
}

/// What somebody needs to enter the room by signalling.
#[derive(Debug, Clone)]
pub struct IssuedRoomToken {
    /// The token. A secret of theirs.
    pub room_token: SecretString,
    /// The room.
    pub room_id: RoomId,
    /// Until when it lets them in.
    pub expires_at: DateTime<Utc>,
    /// What they are in the room.
    pub participant: RoomParticipantView,
}

/// There is no token.
#[derive(Debug, Error)]
pub enum IssueRoomTokenError {
    /// Something filled in breaks a rule.
    #[error("some fields cannot be accepted")]
    Invalid(Vec<FieldError>),
    /// The room refuses it, or is not there.
    #[error(transparent)]
    Change(#[from] ChangeBareRoomError),
    /// A port failed.
    #[error(transparent)]
    Port(#[from] PortError),
}

/// Lets people have tokens for bare rooms.
pub struct IssueRoomToken {
    ports: BareRoomPorts,
}

impl IssueRoomToken {
    /// The use case on these ports.
    #[must_use]
    pub fn new(ports: &BareRoomPorts) -> Self {
        Self { ports: ports.clone() }
    }

    /// Makes the token. Who is new in the room is invited by it.
    ///
    /// # Errors
    /// [`IssueRoomTokenError`].
    pub async fn execute(&self, command: IssueRoomTokenCommand) -> Result<IssuedRoomToken, IssueRoomTokenError> {
        let now = self.ports.clock.now();
        let mut wrong = Wrong::default();
        let uid = wrong.uid("uid", &command.uid);
        let name = wrong.name(command.name.as_deref());
        let ttl = wrong.seconds("ttl", command.ttl, (MIN_TTL_SECONDS, MAX_TTL_SECONDS), DEFAULT_TTL_SECONDS);
        let Some(uid) = uid else { return Err(IssueRoomTokenError::Invalid(wrong.into_inner())) };
        wrong.none().map_err(IssueRoomTokenError::Invalid)?;
        let room = BareRoomRef::Name(command.room);
        self.refuse_picture_in_sound(&room, &command.grants).await?;
        let newcomer = Newcomer {
            uid: uid.clone(),
            user_id: UserId::from_uuid(self.ports.ids.next()),
            name,
            role: command.role,
            grants: Some(command.grants.into()),
        };
        let change = &mut |room: &mut BareRoom| room.grant(newcomer.clone(), now).map(drop);
        let changed = self.ports.rooms.change(&room, change).await?;
        let participant = changed.participant(&uid).ok_or_else(not_there)?;
        Ok(issue(&self.ports, &changed, participant, TimeDelta::seconds(ttl), now)?)
    }

    /// Whoever asks for a camera by name in an audio room has made a mistake that should not go unnoticed.
    async fn refuse_picture_in_sound(
        &self,
        room: &BareRoomRef,
        grants: &WantedGrants,
    ) -> Result<(), IssueRoomTokenError> {
        let pictures = |source: &MediaSource| source.kind() == MediaKind::Video;
        if !grants.can_publish_sources.as_ref().is_some_and(|sources| sources.iter().any(pictures)) {
            return Ok(());
        }
        let room = self.ports.rooms.find(room).await?.ok_or(ChangeBareRoomError::NotFound)?;
        let mut wrong = Wrong::default();
        if room.call_type() == CallType::Audio {
            wrong.source_without_picture();
        }
        wrong.none().map_err(IssueRoomTokenError::Invalid)
    }
}

impl From<WantedGrants> for Grants {
    fn from(wanted: WantedGrants) -> Self {
        let all = Self::full();
        Self {
            can_publish: wanted.can_publish.unwrap_or(all.can_publish),
            can_publish_sources: wanted.can_publish_sources.unwrap_or(all.can_publish_sources),
            can_subscribe: wanted.can_subscribe.unwrap_or(all.can_subscribe),
            can_chat: wanted.can_chat.unwrap_or(all.can_chat),
            hidden: wanted.hidden.unwrap_or(all.hidden),
            ..all
        }
    }
}

pub(super) fn not_there() -> PortError {
    PortError::corrupt("room", "the participant who was just let in is not among the participants")
}

/// The token of a participant, and what goes with it.
pub(super) fn issue(
    ports: &BareRoomPorts,
    room: &BareRoom,
    participant: &BareParticipant,
    ttl: TimeDelta,
    now: DateTime<Utc>,
) -> Result<IssuedRoomToken, PortError> {
    let claims = RoomClaims {
        kind: RoomKind::Bare,
        room_id: room.id(),
        user_id: participant.user_id(),
        session_id: None,
        display_name: participant.display_name().clone(),
        role: participant.role(),
        grants: participant.grants().clone(),
        stay: Some(participant.tokens_since()),
        expires_at: now + ttl,
    };
    Ok(IssuedRoomToken {
        room_token: ports.tokens.issue_for(&claims, now)?,
        room_id: claims.room_id,
        expires_at: claims.expires_at,
        participant: RoomParticipantView::from(participant),
    })
}

#[cfg(test)]
mod tests {
    use domain_room::ParticipantStatus;

    use super::*;
    use crate::bare::{
        ChangeBareRoomError, JoinRoom, JoinRoomCommand,
        testing::{World, at, uid},
    };

    fn command() -> IssueRoomTokenCommand {
        IssueRoomTokenCommand {
            room: RoomName::parse("daily").unwrap(),
            uid: "u2".into(),
            name: Some(" Bob ".into()),
            role: None,
            grants: WantedGrants::default(),
            ttl: None,
        }
    }

    #[tokio::test]
    async fn a_token_says_who_they_are_and_what_they_may() {
        let world = World::new();
        let room_id = world.with_room("daily", CallType::Audio);
        let issue = IssueRoomToken::new(&world.ports());
        let wanted = WantedGrants { can_chat: Some(false), hidden: Some(true), ..WantedGrants::default() };
        let issued = issue.execute(IssueRoomTokenCommand { grants: wanted, ttl: Some(60), ..command() }).await.unwrap();
        assert_eq!(issued.participant.status, ParticipantStatus::Invited);
        let claims = world.tokens.0.lock().unwrap()[0].clone();
        assert_eq!((claims.kind, claims.room_id, claims.expires_at), (RoomKind::Bare, room_id, at(60)));
        assert_eq!((claims.display_name.as_str(), claims.role), ("Bob", ParticipantRole::Participant));
        assert!(!claims.grants.can_chat && claims.grants.hidden && claims.grants.audio_only);
        assert_eq!(claims.stay, Some(world.room().participant(&uid(2)).unwrap().tokens_since()));
        let again = issue.execute(command()).await.unwrap();
        assert_eq!(again.participant.user_id, issued.participant.user_id, "the same for ever");
        assert!(!format!("{again:?}").contains("\"token\""), "the token is not shown");
    }

    #[tokio::test]
    async fn what_cannot_be_is_told() {
        let world = World::new();
        world.with_room("daily", CallType::Audio);
        let issue = IssueRoomToken::new(&world.ports());
        let camera = WantedGrants {
            can_publish_sources: Some(BTreeSet::from([MediaSource::Camera])),
            ..WantedGrants::default()
        };
        for (bad, expected) in [
            (IssueRoomTokenCommand { ttl: Some(9), ..command() }, ("ttl", "out_of_range")),
            (IssueRoomTokenCommand { ttl: Some(86_401), ..command() }, ("ttl", "out_of_range")),
            (IssueRoomTokenCommand { uid: " ".into(), ..command() }, ("uid", "empty")),
            (IssueRoomTokenCommand { name: Some("x".repeat(65)), ..command() }, ("name", "too_long")),
            (
                IssueRoomTokenCommand { grants: camera, ..command() },
                ("grants.can_publish_sources", "not_in_audio_room"),
            ),
        ] {
            let Err(IssueRoomTokenError::Invalid(fields)) = issue.execute(bad).await else { panic!("refused") };
            assert_eq!((fields[0].field, fields[0].code), expected);
        }
        let nowhere = IssueRoomTokenCommand { room: RoomName::parse("other").unwrap(), ..command() };
        let refused = issue.execute(nowhere).await;
        assert!(matches!(refused, Err(IssueRoomTokenError::Change(ChangeBareRoomError::NotFound))));
        assert!(world.room().participants().is_empty());
    }

    #[tokio::test]
    async fn who_joins_by_the_backends_word_takes_a_place_as_what_they_are() {
        let world = World::new();
        world.with_room("daily", CallType::Video);
        let join = JoinRoom::new(&world.ports());
        let who = |n: u8| JoinRoomCommand { room_name: "daily".into(), uid: format!("u{n}"), name: None, role: None };
        let host = join.execute(who(1)).await.unwrap().participant;
        assert_eq!(
            (host.role, host.status, host.name.as_str()),
            (ParticipantRole::Host, ParticipantStatus::Joined, "u1")
        );
        join.execute(who(2)).await.unwrap();
        let full = join.execute(who(3)).await.unwrap_err();
        assert!(matches!(
            full,
            IssueRoomTokenError::Change(ChangeBareRoomError::Refused(domain_room::BareRoomError::Full))
        ));
    }
}
