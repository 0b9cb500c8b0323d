//! Room tokens: JWTs that let somebody into one room.

use std::{fmt, sync::Arc};

use application_meeting::{PublishSource, RoomGrant, RoomTokens};
use application_room::{RoomClaims, RoomKind, RoomTokenError, RoomTokenIssuer, RoomTokenVerifier};
use application_shared::PortError;
use chrono::{DateTime, TimeDelta, Utc};
use domain_room::{DisplayName, Grants, ParticipantRole};
use domain_shared::{IdGenerator, SessionId};
use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::jwt::{Issued, JwtKeys, Timed, Times, VerifyError};

const AUDIENCE: &str = "open-meeting/room";

/// Issues and verifies room tokens: `iss` "open-meeting", `aud` "open-meeting/room", `room`, `sub` the user, `name`, `role`
/// (`host`, `co-host`, `participant` or `guest`), `grants` (`can_publish`, `can_publish_sources`, `can_subscribe`,
/// `can_chat`, `can_unmute`, `can_record`, `hidden`, `lobby`, `audio_only`), `sid` the login session if there is one, `stay`
/// the beginning of the stay it was given for in microseconds since 1970 (in a bare room the instant since which tokens are
/// good), `kind` what the room belongs to (`meeting` or `bare`; a meeting when absent), `iat`, `exp`, `jti`.
pub struct JwtRoomTokens {
    keys: Arc<JwtKeys>,
    lifetime: TimeDelta,
    ids: Arc<dyn IdGenerator>,
}

#[derive(Debug, Serialize)]
struct GrantedClaims<'a> {
    room: Uuid,
    sub: Uuid,
    #[serde(skip_serializing_if = "Option::is_none")]
    sid: Option<Uuid>,
    #[serde(skip_serializing_if = "Option::is_none")]
    stay: Option<i64>,
    name: &'a str,
    role: &'static str,
    grants: GrantedGrants,
    #[serde(flatten)]
    times: Times,
    jti: Uuid,
}

#[derive(Debug, Serialize)]
struct GrantedGrants {
    can_publish: bool,
    can_publish_sources: Vec<&'static str>,
    can_subscribe: bool,
    can_chat: bool,
    can_unmute: bool,
    can_record: bool,
    hidden: bool,
    lobby: bool,
}

/// What is signed for a bare room.
#[derive(Debug, Serialize)]
struct BareClaims<'a> {
    kind: RoomKind,
    room: Uuid,
    sub: Uuid,
    #[serde(skip_serializing_if = "Option::is_none")]
    stay: Option<i64>,
    name: &'a str,
    role: ParticipantRole,
    grants: &'a Grants,
    #[serde(flatten)]
    times: Times,
    jti: Uuid,
}

#[derive(Debug, Deserialize)]
struct Claims {
    #[serde(default)]
    kind: RoomKind,
    room: Uuid,
    sub: Uuid,
    #[serde(default)]
    sid: Option<Uuid>,
    #[serde(default)]
    stay: Option<i64>,
    name: String,
    role: ParticipantRole,
    grants: Grants,
    #[serde(flatten)]
    times: Times,
}

impl Timed for Claims {
    fn times(&self) -> &Times {
        &self.times
    }
}

impl JwtRoomTokens {
    /// Tokens that let in for `lifetime`, in whole seconds.
    #[must_use]
    pub fn new(keys: Arc<JwtKeys>, lifetime: TimeDelta, ids: Arc<dyn IdGenerator>) -> Self {
        Self { keys, lifetime, ids }
    }
}

impl fmt::Debug for JwtRoomTokens {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("JwtRoomTokens").field("lifetime", &self.lifetime).finish_non_exhaustive()
    }
}

impl RoomTokens for JwtRoomTokens {
    fn issue(&self, grant: &RoomGrant, now: DateTime<Utc>) -> Result<SecretString, PortError> {
        let claims = GrantedClaims {
            room: grant.room_id.as_uuid(),
            sub: grant.user_id.as_uuid(),
            sid: grant.session_id.map(|session| session.as_uuid()),
            stay: grant.stay.map(|stay| stay.timestamp_micros()),
            name: &grant.display_name,
            role: if grant.guest { "guest" } else { grant.role.as_str() },
            grants: GrantedGrants {
                can_publish: grant.can_publish,
                can_publish_sources: grant.can_publish_sources.iter().copied().map(PublishSource::as_str).collect(),
                can_subscribe: grant.can_subscribe,
                can_chat: grant.can_chat,
                can_unmute: grant.can_unmute,
                can_record: grant.can_record,
                hidden: grant.hidden,
                lobby: grant.lobby,
            },
            times: Times::from(now, self.lifetime),
            jti: self.ids.next(),
        };
        self.keys.sign(&Issued::new(AUDIENCE, claims)).map_err(PortError::unavailable)
    }
}

impl RoomTokenIssuer for JwtRoomTokens {
    fn issue_for(&self, claims: &RoomClaims, now: DateTime<Utc>) -> Result<SecretString, PortError> {
        let signed = BareClaims {
            kind: claims.kind,
            room: claims.room_id.as_uuid(),
            sub: claims.user_id.as_uuid(),
            stay: claims.stay.map(|stay| stay.timestamp_micros()),
            name: claims.display_name.as_str(),
            role: claims.role,
            grants: &claims.grants,
            times: Times::from(now, claims.expires_at - now),
            jti: self.ids.next(),
        };
        self.keys.sign(&Issued::new(AUDIENCE, signed)).map_err(PortError::unavailable)
    }
}

impl RoomTokenVerifier for JwtRoomTokens {
    fn verify(&self, token: &str, now: DateTime<Utc>) -> Result<RoomClaims, RoomTokenError> {
        let claims: Claims = self.keys.verify(token, AUDIENCE, now).map_err(|error| match error {
            VerifyError::Invalid => RoomTokenError::Invalid,
            VerifyError::Expired => RoomTokenError::Expired,
        })?;
        let stay = claims.stay.map(|micros| DateTime::from_timestamp_micros(micros).ok_or(RoomTokenError::Invalid));
        Ok(RoomClaims {
            kind: claims.kind,
            room_id: claims.room.into(),
            user_id: claims.sub.into(),
            session_id: claims.sid.map(SessionId::from),
            display_name: DisplayName::parse(&claims.name).map_err(|_| RoomTokenError::Invalid)?,
            role: claims.role,
            grants: claims.grants,
            stay: stay.transpose()?,
            expires_at: DateTime::from_timestamp(claims.times.expires_at, 0).ok_or(RoomTokenError::Invalid)?,
        })
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
    use domain_meeting::ParticipantRole as MeetingRole;
    use domain_room::MediaSource;
    use domain_shared::SequentialIds;
    use secrecy::ExposeSecret;
    use serde_json::{Value, json};

    use super::*;
    use crate::{
        JwtAccessTokens,
        jwt::tests::{SECRET, forge, header, keys},
    };

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(1_000_000_000 + seconds, 0).unwrap()
    }

    fn tokens() -> JwtRoomTokens {
        JwtRoomTokens::new(Arc::new(keys(SECRET)), TimeDelta::minutes(5), Arc::new(SequentialIds::default()))
    }

    fn grant(role: MeetingRole) -> RoomGrant {
        RoomGrant {
            room_id: Uuid::from_u128(7).into(),
            user_id: Uuid::from_u128(8).into(),
            session_id: Some(Uuid::from_u128(9).into()),
            display_name: "王小明".to_owned(),
            role,
            guest: false,
            lobby: false,
            stay: Some(at(1)),
            can_publish: true,
            can_publish_sources: PublishSource::ALL.to_vec(),
            can_subscribe: true,
            can_chat: true,
            can_unmute: true,
            can_record: true,
            hidden: false,
        }
    }

    fn issue(grant: &RoomGrant) -> String {
        tokens().issue(grant, at(0)).unwrap().expose_secret().to_owned()
    }

    fn payload() -> Value {
        let token = issue(&grant(MeetingRole::CoHost));
        serde_json::from_slice(&URL_SAFE_NO_PAD.decode(token.split('.').nth(1).unwrap()).unwrap()).unwrap()
    }

    #[test]
    fn what_a_meeting_grants_is_what_signalling_reads() {
        for (role, read) in [
            (MeetingRole::Host, ParticipantRole::Host),
            (MeetingRole::CoHost, ParticipantRole::CoHost),
            (MeetingRole::Participant, ParticipantRole::Participant),
        ] {
            let claims = tokens().verify(&issue(&grant(role)), at(0)).unwrap();
            let expected = RoomClaims {
                kind: RoomKind::Meeting,
                room_id: Uuid::from_u128(7).into(),
                user_id: Uuid::from_u128(8).into(),
                session_id: Some(Uuid::from_u128(9).into()),
                display_name: DisplayName::parse("王小明").unwrap(),
                role: read,
                grants: Grants::full(),
                stay: Some(at(1)),
                expires_at: at(300),
            };
            assert_eq!(claims, expected);
        }
    }

    #[test]
    fn what_a_bare_room_grants_is_what_signalling_reads() {
        let claims = RoomClaims {
            kind: RoomKind::Bare,
            room_id: Uuid::from_u128(7).into(),
            user_id: Uuid::from_u128(8).into(),
            session_id: None,
            display_name: DisplayName::parse("王小明").unwrap(),
            role: ParticipantRole::CoHost,
            grants: Grants { audio_only: true, hidden: true, ..Grants::full() },
            stay: Some(at(1)),
            expires_at: at(86_400),
        };
        let token = tokens().issue_for(&claims, at(0)).unwrap();
        assert_eq!(tokens().verify(token.expose_secret(), at(86_399)), Ok(claims));
        assert_eq!(tokens().verify(token.expose_secret(), at(86_400)), Err(RoomTokenError::Expired));
    }

    #[test]
    fn each_grant_is_carried_on_its_own() {
        let none = RoomGrant {
            can_publish: false,
            can_publish_sources: vec![],
            can_subscribe: false,
            can_chat: false,
            can_unmute: false,
            can_record: false,
            ..grant(MeetingRole::Participant)
        };
        let read = |grant: RoomGrant| tokens().verify(&issue(&grant), at(0)).unwrap().grants;
        let nothing = Grants {
            can_publish: false,
            can_publish_sources: BTreeSet::new(),
            can_subscribe: false,
            can_chat: false,
            can_unmute: false,
            can_record: false,
            hidden: false,
            lobby: false,
            audio_only: false,
        };
        assert_eq!(read(none.clone()), nothing);
        assert_eq!(
            read(RoomGrant { can_publish: true, ..none.clone() }),
            Grants { can_publish: true, ..nothing.clone() }
        );
        assert_eq!(
            read(RoomGrant { can_subscribe: true, ..none.clone() }),
            Grants { can_subscribe: true, ..nothing.clone() }
        );
        assert_eq!(read(RoomGrant { can_chat: true, ..none.clone() }), Grants { can_chat: true, ..nothing.clone() });
        assert_eq!(
            read(RoomGrant { can_unmute: true, ..none.clone() }),
            Grants { can_unmute: true, ..nothing.clone() }
        );
        assert_eq!(
            read(RoomGrant { can_record: true, ..none.clone() }),
            Grants { can_record: true, ..nothing.clone() }
        );
        assert_eq!(read(RoomGrant { lobby: true, ..none.clone() }), Grants { lobby: true, ..nothing.clone() });
        assert_eq!(read(RoomGrant { hidden: true, ..none.clone() }), Grants { hidden: true, ..nothing.clone() });
        for (source, read_as) in PublishSource::ALL.into_iter().zip([
            MediaSource::Microphone,
            MediaSource::Camera,
            MediaSource::Screen,
            MediaSource::ScreenAudio,
        ]) {
            let one = RoomGrant { can_publish_sources: vec![source], ..none.clone() };
            assert_eq!(read(one).can_publish_sources, BTreeSet::from([read_as]));
        }
    }

    #[test]
    fn has_the_claims_that_others_read() {
        assert_eq!(
            payload(),
            json!({
                "iss": "open-meeting", "aud": "open-meeting/room", "room": Uuid::from_u128(7), "sub": Uuid::from_u128(8),
                "sid": Uuid::from_u128(9), "name": "王小明", "role": "co-host",
                "grants": {
                    "can_publish": true, "can_publish_sources": ["microphone", "camera", "screen", "screen-audio"],
                    "can_subscribe": true, "can_chat": true, "can_unmute": true, "can_record": true, "hidden": false,
                    "lobby": false,
                },
                "stay": 1_000_000_001_000_000_i64,
                "iat": 1_000_000_000, "exp": 1_000_000_300, "jti": Uuid::from_u128(1),
            })
        );
    }

    #[test]
    fn lets_in_until_its_last_second() {
        let token = issue(&grant(MeetingRole::Host));
        assert!(tokens().verify(&token, at(299)).is_ok());
        assert_eq!(tokens().verify(&token, at(300)), Err(RoomTokenError::Expired));
        assert_eq!(tokens().verify(&token, at(-61)), Err(RoomTokenError::Invalid));
    }

    #[test]
    fn a_guest_comes_in_and_grants_that_are_not_told_have_their_defaults() {
        let mut claims = payload();
        claims["role"] = "guest".into();
        claims["grants"] = json!({"can_publish": true, "can_subscribe": true, "can_chat": true});
        claims["sid"] = Value::Null;
        let read = tokens().verify(&forge(&header(SECRET), &claims, SECRET), at(0)).unwrap();
        let unsaid = Grants { can_record: false, ..Grants::full() };
        assert_eq!((read.role, read.grants, read.session_id), (ParticipantRole::Guest, unsaid, None));
        let guest = RoomGrant { guest: true, stay: None, ..grant(MeetingRole::Participant) };
        let read = tokens().verify(&issue(&guest), at(0)).unwrap();
        assert_eq!((read.role, read.stay), (ParticipantRole::Guest, None));
    }

    #[test]
    fn claims_that_make_no_sense_let_nobody_in() {
        for (name, value) in [
            ("aud", json!("open-meeting/api")),
            ("room", json!("lobby")),
            ("sub", json!(8)),
            ("sid", json!("mine")),
            ("name", json!(" ")),
            ("name", json!("a\u{0}b")),
            ("role", json!("king")),
            ("grants", json!(null)),
            ("grants", json!({"can_publish": "yes", "can_subscribe": true, "can_chat": true})),
            (
                "grants",
                json!({"can_publish": true, "can_publish_sources": ["cinema"], "can_subscribe": true, "can_chat": true}),
            ),
            ("exp", json!(i64::MAX)),
            ("stay", json!(i64::MAX)),
            ("stay", json!("today")),
        ] {
            let mut claims = payload();
            claims[name] = value;
            let token = forge(&header(SECRET), &claims, SECRET);
            assert_eq!(tokens().verify(&token, at(0)), Err(RoomTokenError::Invalid), "{name}");
        }
    }

    #[test]
    fn tokens_of_the_api_and_of_rooms_are_not_taken_for_each_other() {
        use application_user::{AccessClaims, AccessTokenError, AccessTokens};
        let access = JwtAccessTokens::new(Arc::new(keys(SECRET)), TimeDelta::minutes(15));
        let id = Uuid::from_u128(1);
        let claims = AccessClaims {
            user_id: id.into(),
            session_id: id.into(),
            role: domain_user::UserRole::User,
            nickname: "Al".to_owned(),
            token_id: id,
        };
        let api_token = access.issue(&claims, at(0)).unwrap().token;
        assert_eq!(tokens().verify(api_token.expose_secret(), at(0)), Err(RoomTokenError::Invalid));
        assert_eq!(access.verify(&issue(&grant(MeetingRole::Host)), at(0)), Err(AccessTokenError::Invalid));
    }
}
