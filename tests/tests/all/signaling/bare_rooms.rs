//! Bare rooms through real WebSockets, on a real PostgreSQL: their tokens at the door, and what their hosts do inside.

use std::sync::Arc;

use application_room::{
    AdmitAtTheDoor, BareRoomPorts, BareRoomRef, CreateRoom, CreateRoomCommand, IssueRoomToken, IssueRoomTokenCommand,
    LeaveRoom, SetParticipantStatus, SetParticipantStatusCommand, WantedGrants,
};
use domain_room::{BareRoom, CallType, MediaSource, ParticipantRole, ParticipantStatus, RoomName, Uid};
use domain_shared::{FixedClock, RoomId};
use futures::future::join_all;
use infrastructure_postgres::{PgBareRoomReader, PgBareRoomRepository};
use infrastructure_system::UuidV7Generator;
use open_meeting_tests::TestDatabase;
use secrecy::ExposeSecret;
use serde_json::{Value, json};

use super::{
    house::{Everybody, House, Nobody, SECRET, Wishes, now, tokens},
    parameters::{camera, microphone},
};
use application_room::ModerateRoom;

struct World {
    _database: TestDatabase,
    house: House,
    ports: BareRoomPorts,
    room_id: RoomId,
}

fn name() -> RoomName {
    RoomName::parse("daily").unwrap()
}

fn uid(n: usize) -> Uid {
    Uid::parse(&format!("u{n}")).unwrap()
}

impl World {
    /// With a room for three that `u1` created.
    async fn new(call_type: CallType) -> Self {
        let database = TestDatabase::new().await;
        let clock = Arc::new(FixedClock::at(now()));
        let ports = BareRoomPorts {
            rooms: Arc::new(PgBareRoomRepository::new(database.pool())),
            reader: Arc::new(PgBareRoomReader::new(database.pool())),
            tokens: Arc::new(tokens(SECRET)),
            clock: clock.clone(),
            ids: Arc::new(UuidV7Generator::new(clock)),
        };
        let house = House::with(Wishes {
            admissions: Arc::new(AdmitAtTheDoor::new(&ports, Arc::new(Everybody))),
            moderation: Arc::new(ModerateRoom::new(&ports, Arc::new(Nobody))),
            ..Wishes::default()
        })
        .await;
        let command = CreateRoomCommand {
            room_name: "daily".into(),
            call_type,
            invite_on: false,
            source_channel_id: None,
            source_channel_type: None,
            creator: "u1".into(),
            max_participants: Some(3),
            empty_timeout: None,
            departure_timeout: None,
            metadata: None,
        };
        let room_id = CreateRoom::new(&ports).execute(command).await.unwrap().id;
        Self { _database: database, house, ports, room_id }
    }

    async fn token(&self, n: usize, grants: WantedGrants) -> String {
        let command = IssueRoomTokenCommand {
            room: name(),
            uid: uid(n).as_str().to_owned(),
            name: Some(format!("User {n}")),
            role: None,
            grants,
            ttl: None,
        };
        let issued = IssueRoomToken::new(&self.ports).execute(command).await.unwrap();
        issued.room_token.expose_secret().to_owned()
    }

    async fn room(&self) -> BareRoom {
        self.ports.rooms.find(&BareRoomRef::Name(name())).await.unwrap().unwrap()
    }

    async fn set(&self, n: usize, status: ParticipantStatus) {
        let command = SetParticipantStatusCommand { room: name(), uid: uid(n), status };
        SetParticipantStatus::new(&self.ports).execute(command).await.unwrap();
    }

    /// What is answered to whoever shows this at the door.
    async fn shows(&self, token: &str) -> Value {
        let mut client = self.house.connect().await;
        let answer = client.join(token, self.room_id).await;
        answer.get("code").cloned().unwrap_or_else(|| answer["type"].clone())
    }
}

#[tokio::test]
async fn a_token_opens_the_room_and_takes_a_place() {
    let world = World::new(CallType::Video).await;
    let token = world.token(1, WantedGrants::default()).await;
    assert_eq!(world.room().await.present(), 0, "a token takes none");
    let mut ada = world.house.connect().await;
    let welcome = ada.join(&token, world.room_id).await;
    assert_eq!((&welcome["type"], &welcome["role"]), (&json!("welcome"), &json!("host")), "{welcome}");
    let row = world.room().await;
    let participant = row.participant(&uid(1)).unwrap();
    assert_eq!((participant.status(), participant.role()), (ParticipantStatus::Joined, ParticipantRole::Host));
    assert_eq!(welcome["user_id"], json!(participant.user_id()));
    // The same identity again replaces the session and keeps its one row.
    let mut again = world.house.connect().await;
    assert_eq!(again.join(&token, world.room_id).await["type"], "welcome");
    ada.next_is("session-replaced").await;
    assert_eq!((world.room().await.present(), world.room().await.participants().len()), (1, 1));
    let observer = WantedGrants { hidden: Some(true), can_chat: Some(false), ..WantedGrants::default() };
    let mut observer_client = world.house.connect().await;
    let welcome = observer_client.join(&world.token(2, observer).await, world.room_id).await;
    assert_eq!((&welcome["grants"]["hidden"], &welcome["grants"]["can_chat"]), (&json!(true), &json!(false)));
    observer_client.refused(json!({ "type": "chat", "text": "hello" }), "permission.denied").await;
}

#[tokio::test]
async fn an_audio_room_takes_no_picture() {
    let world = World::new(CallType::Audio).await;
    let token = world.token(1, WantedGrants::default()).await;
    let mut ada = world.house.connect().await;
    let welcome = ada.join(&token, world.room_id).await;
    assert_eq!(welcome["grants"]["can_publish_sources"], json!(["microphone", "screen-audio"]), "{welcome}");
    let answer = ada.done(json!({ "type": "create-transport", "direction": "send" })).await;
    let produce = |kind: &str, source: &str, parameters: Value| {
        let transport = answer["transport_id"].clone();
        json!({ "type": "produce", "transport_id": transport, "kind": kind, "source": source, "rtp_parameters": parameters })
    };
    ada.refused(produce("video", "camera", camera(1)), "permission.denied").await;
    ada.refused(produce("video", "screen", camera(1)), "permission.denied").await;
    ada.done(produce("audio", "microphone", microphone(0))).await;
    let silent =
        WantedGrants { can_publish_sources: Some([MediaSource::ScreenAudio].into()), ..WantedGrants::default() };
    let mut bob = world.house.connect().await;
    let welcome = bob.join(&world.token(2, silent).await, world.room_id).await;
    assert_eq!(welcome["grants"]["can_publish_sources"], json!(["screen-audio"]));
}

#[tokio::test]
async fn of_ten_who_come_at_once_three_get_in() {
    let world = World::new(CallType::Video).await;
    let mut shown = Vec::new();
    for n in 1..=10 {
        shown.push(world.token(n, WantedGrants::default()).await);
    }
    // They stay until all have been answered.
    let clients = join_all(shown.iter().map(async |token| {
        let mut client = world.house.connect().await;
        let answer = client.join(token, world.room_id).await;
        (client, answer)
    }))
    .await;
    let welcomed = clients.iter().filter(|(_, answer)| answer["type"] == "welcome").count();
    let full = clients.iter().filter(|(_, answer)| answer["code"] == "room.full").count();
    assert_eq!((welcomed, full, world.room().await.present()), (3, 7, 3));
}

#[tokio::test]
async fn old_tokens_open_nothing() {
    let world = World::new(CallType::Video).await;
    let token = world.token(2, WantedGrants::default()).await;
    assert_eq!(world.shows(&token).await, "welcome");
    world.set(2, ParticipantStatus::Kicked).await;
    assert_eq!(world.shows(&token).await, "token.invalid");
    let new = world.token(2, WantedGrants::default()).await;
    assert_eq!((world.shows(&token).await, world.shows(&new).await), (json!("token.invalid"), json!("welcome")));
    LeaveRoom::new(&world.ports).execute("daily", "u2").await.unwrap();
    assert_eq!(world.shows(&new).await, "token.invalid");
    let newest = world.token(2, WantedGrants::default()).await;
    world.set(2, ParticipantStatus::Banned).await;
    assert_eq!(world.shows(&newest).await, "token.invalid");
    let other = world.token(3, WantedGrants::default()).await;
    application_room::EndRoom::new(&world.ports).execute(name()).await.unwrap();
    assert_eq!(world.shows(&other).await, "room.ended");
}
