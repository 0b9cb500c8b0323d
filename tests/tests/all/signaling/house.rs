//! A signalling server on loopback with all that is behind it.

use std::{
    collections::BTreeMap,
    net::{IpAddr, Ipv4Addr},
    sync::{
        Arc, Mutex,
        atomic::{AtomicIsize, AtomicUsize, Ordering},
    },
    time::Duration,
};

use application_meeting::{PublishSource, RoomGrant, RoomTokens};
use application_room::{
    Admittance, ChatStore, LiveRooms, LiveRoomsDeps, MediaEngine, MediaUsage, ModerationAction, ModerationError,
    RoomAdmissions, RoomClaims, RoomLimits, RoomModeration,
};
use application_shared::{PortError, PubSub, Subscription};
use async_trait::async_trait;
use chrono::{DateTime, TimeDelta, Utc};
use domain_meeting::ParticipantRole;
use domain_room::ChatMessage;
use domain_shared::{Clock, FixedClock, MessageId, RoomId, SessionId, UserId};
use futures::StreamExt;
use infrastructure_ice::{ConfiguredIceServers, ConfiguredServer};
use infrastructure_mediasoup::{MediasoupEngine, MediasoupEngineOptions, WorkerLogLevel};
use infrastructure_security::{JwtKeys, JwtRoomTokens};
use infrastructure_system::UuidV7Generator;
use interfaces_signaling::{AllowedOrigins, SignalingLimits, SignalingObserver, SignalingState, signaling};
use open_meeting_tests::wait_until;
use poem::{
    Route, Server,
    http::uri::Scheme,
    listener::Acceptor,
    web::{LocalAddr, RemoteAddr},
};
use secrecy::{ExposeSecret, SecretString};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::mpsc,
    task::JoinHandle,
};
use uuid::Uuid;

use super::client::Client;

pub const SECRET: &str = "a secret of the tests, long enough to sign with";

/// Publish and subscribe within the process.
#[derive(Default)]
pub struct LocalPubSub(Mutex<Vec<(String, mpsc::UnboundedSender<Vec<u8>>)>>);

#[async_trait]
impl PubSub for LocalPubSub {
    async fn publish(&self, channel: &str, payload: Vec<u8>) -> Result<(), PortError> {
        for (name, listener) in self.0.lock().unwrap().iter() {
            if name == channel {
                listener.send(payload.clone()).ok();
            }
        }
        Ok(())
    }

    async fn subscribe(&self, channel: &str) -> Result<Subscription, PortError> {
        let (sender, mut receiver) = mpsc::unbounded_channel();
        self.0.lock().unwrap().push((channel.to_owned(), sender));
        Ok(futures::stream::poll_fn(move |context| receiver.poll_recv(context)).boxed())
    }
}

/// Accepts connections whose small packets do not wait for one another, as the program does.
struct PromptAcceptor(TcpListener);

impl Acceptor for PromptAcceptor {
    type Io = TcpStream;

    fn local_addr(&self) -> Vec<LocalAddr> {
        vec![LocalAddr(self.0.local_addr().unwrap().into())]
    }

    async fn accept(&mut self) -> std::io::Result<(TcpStream, LocalAddr, RemoteAddr, Scheme)> {
        let (stream, peer) = self.0.accept().await?;
        stream.set_nodelay(true)?;
        Ok((stream, self.local_addr().remove(0), RemoteAddr(peer.into()), Scheme::HTTP))
    }
}

/// Counts what the endpoint tells for metrics.
#[derive(Default)]
pub struct Counts {
    open: AtomicIsize,
    received: AtomicUsize,
    refused: AtomicUsize,
}

impl SignalingObserver for Counts {
    fn connection_opened(&self) {
        self.open.fetch_add(1, Ordering::SeqCst);
    }

    fn connection_closed(&self) {
        self.open.fetch_sub(1, Ordering::SeqCst);
    }

    fn message_received(&self, _kind: &'static str) {
        self.received.fetch_add(1, Ordering::SeqCst);
    }

    fn message_refused(&self, _code: interfaces_signaling::protocol::ErrorCode) {
        self.refused.fetch_add(1, Ordering::SeqCst);
    }
}

/// What a test wants otherwise.
pub struct Wishes {
    pub rooms: RoomLimits,
    pub signaling: SignalingLimits,
    pub origins: AllowedOrigins,
    pub pub_sub: Arc<dyn PubSub>,
    pub admissions: Arc<dyn RoomAdmissions>,
    pub moderation: Arc<dyn RoomModeration>,
    pub chat: Arc<dyn ChatStore>,
    pub ice_servers: Vec<ConfiguredServer>,
}

impl Default for Wishes {
    fn default() -> Self {
        Self {
            rooms: RoomLimits::default(),
            signaling: SignalingLimits::default(),
            origins: AllowedOrigins::Any,
            pub_sub: Arc::new(LocalPubSub::default()),
            admissions: Arc::new(Everybody),
            moderation: Arc::new(Nobody),
            chat: Arc::new(MemoryChat::default()),
            ice_servers: vec![ConfiguredServer { urls: vec!["stun:stun.example.org".into()], login: None }],
        }
    }
}

/// The server.
pub struct House {
    pub rooms: LiveRooms,
    pub engine: Arc<MediasoupEngine>,
    pub counts: Arc<Counts>,
    address: String,
    tokens: JwtRoomTokens,
    tasks: Vec<JoinHandle<()>>,
}

impl Drop for House {
    fn drop(&mut self) {
        self.tasks.iter().for_each(JoinHandle::abort);
    }
}

pub fn now() -> DateTime<Utc> {
    DateTime::from_timestamp(1_800_000_000, 0).unwrap()
}

pub fn room_id() -> RoomId {
    RoomId::from_uuid(Uuid::from_u128(0x0190_a5e4_3c00_7000_8000_0000_0000_0001))
}

pub fn user_id(user: u128) -> Uuid {
    Uuid::from_u128(0x0190_a5e4_3c00_7000_8000_0000_0001_0000 + user)
}

/// A room that belongs to nothing: everybody who has a token is welcome,
pub struct Everybody;

#[async_trait]
impl RoomAdmissions for Everybody {
    async fn admits(&self, _claims: &RoomClaims) -> Result<Admittance, PortError> {
        Ok(Admittance::Admitted)
    }
}

/// and nobody decides anything.
pub struct Nobody;

#[async_trait]
impl RoomModeration for Nobody {
    async fn moderate(&self, _room: RoomId, _by: UserId, _action: ModerationAction) -> Result<(), ModerationError> {
        Err(ModerationError::NotFound)
    }
}

/// Keeps chat messages of the one room there is, in memory.
#[derive(Default)]
struct MemoryChat(Mutex<BTreeMap<MessageId, ChatMessage>>);

#[async_trait]
impl ChatStore for MemoryChat {
    async fn store(&self, messages: &[Arc<ChatMessage>]) -> Result<(), PortError> {
        self.0.lock().unwrap().extend(messages.iter().map(|message| (message.id(), ChatMessage::clone(message))));
        Ok(())
    }

    async fn find(&self, _room: RoomId, message: MessageId) -> Result<Option<ChatMessage>, PortError> {
        Ok(self.0.lock().unwrap().get(&message).cloned())
    }

    async fn page(
        &self,
        _room: RoomId,
        reader: UserId,
        before: Option<MessageId>,
        limit: u16,
    ) -> Result<Vec<ChatMessage>, PortError> {
        let kept = self.0.lock().unwrap();
        let kept = kept.values().rev().filter(|message| before.is_none_or(|before| message.id() < before));
        Ok(kept.filter(|message| message.is_visible_to(reader)).take(usize::from(limit)).cloned().collect())
    }
}

/// The login session of user number `user`.
pub fn login(user: u128) -> SessionId {
    SessionId::from_uuid(Uuid::from_u128(0x0190_a5e4_3c00_7000_8000_0000_0002_0000 + user))
}

/// What a meeting grants to user number `user`.
pub fn grant(user: u128) -> RoomGrant {
    RoomGrant {
        room_id: room_id(),
        user_id: UserId::from_uuid(user_id(user)),
        session_id: Some(login(user)),
        display_name: format!("User {user}"),
        role: ParticipantRole::Participant,
        guest: false,
        lobby: false,
        stay: None,
        can_publish: true,
        can_publish_sources: PublishSource::ALL.to_vec(),
        can_subscribe: true,
        can_chat: true,
        can_unmute: true,
        can_record: true,
        hidden: false,
    }
}

pub fn tokens(secret: &str) -> JwtRoomTokens {
    let ids = Arc::new(UuidV7Generator::new(Arc::new(FixedClock::at(now()))));
    let keys = JwtKeys::new(&SecretString::from(secret), &[]).unwrap();
    JwtRoomTokens::new(Arc::new(keys), TimeDelta::minutes(5), ids)
}

impl House {
    pub async fn new() -> Self {
        Self::with(Wishes::default()).await
    }

    pub async fn with(wishes: Wishes) -> Self {
        let mut options = MediasoupEngineOptions::new();
        options.workers = 1;
        options.listen_ips = vec![IpAddr::V4(Ipv4Addr::LOCALHOST)];
        options.port_base = 0;
        options.log_level = WorkerLogLevel::None;
        let engine = Arc::new(MediasoupEngine::start(options).await.unwrap());
        let clock: Arc<dyn Clock> = Arc::new(FixedClock::at(now()));
        let rooms = LiveRooms::new(LiveRoomsDeps {
            engine: engine.clone(),
            pub_sub: wishes.pub_sub,
            admissions: wishes.admissions,
            moderation: wishes.moderation,
            chat: wishes.chat,
            clock: clock.clone(),
            ids: Arc::new(UuidV7Generator::new(clock.clone())),
            limits: wishes.rooms,
        });
        let counts = Arc::new(Counts::default());
        let endpoint = signaling(SignalingState {
            rooms: rooms.clone(),
            verifier: Arc::new(tokens(SECRET)),
            ice_servers: Arc::new(ConfiguredIceServers::new(wishes.ice_servers, clock.clone())),
            clock,
            limits: wishes.signaling,
            origins: wishes.origins,
            observer: counts.clone(),
        });
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let serving = tokio::spawn(async move {
            Server::new_with_acceptor(PromptAcceptor(listener))
                .run(Route::new().at("/ws/signaling", endpoint))
                .await
                .unwrap();
        });
        let running = rooms.clone();
        let running = tokio::spawn(async move { running.run().await });
        Self { rooms, engine, counts, address, tokens: tokens(SECRET), tasks: vec![serving, running] }
    }

    pub fn url(&self) -> String {
        format!("ws://{}/ws/signaling", self.address)
    }

    pub fn token(&self, grant: &RoomGrant) -> String {
        self.token_at(grant, now())
    }

    pub fn token_at(&self, grant: &RoomGrant, at: DateTime<Utc>) -> String {
        self.tokens.issue(grant, at).unwrap().expose_secret().to_owned()
    }

    /// A connection that is in no room.
    pub async fn connect(&self) -> Client {
        Client::connect(&self.url()).await
    }

    /// User number `user` in the room, just welcomed.
    pub async fn join(&self, user: u128) -> Client {
        self.join_with(&grant(user)).await
    }

    pub async fn join_with(&self, grant: &RoomGrant) -> Client {
        let mut client = self.connect().await;
        let welcome = client.join(&self.token(grant), room_id()).await;
        assert_eq!(welcome["type"], "welcome", "{welcome}");
        client
    }

    /// Waits until no room, no participant, no connection and nothing in the media engine is left.
    pub async fn empty(&self) {
        wait_until("no room is left", async || self.rooms.stats() == application_room::RoomStats::default()).await;
        wait_until("no media is left", async || {
            let MediaUsage { routers, transports, producers, consumers, .. } = self.engine.usage().await;
            (routers, transports, producers, consumers) == (0, 0, 0, 0)
        })
        .await;
        self.no_connections().await;
    }

    pub async fn no_connections(&self) {
        wait_until("no connection is left", async || self.counts.open.load(Ordering::SeqCst) == 0).await;
    }

    pub fn received(&self) -> usize {
        self.counts.received.load(Ordering::SeqCst)
    }

    pub fn refused(&self) -> usize {
        self.counts.refused.load(Ordering::SeqCst)
    }
}

/// Limits that no test runs into by accident, however fast it sends.
pub fn patient() -> SignalingLimits {
    SignalingLimits {
        message_burst: 1_000_000,
        fault_burst: 1_000_000,
        join_timeout: Duration::from_secs(300),
        ..SignalingLimits::default()
    }
}
