//! Every adapter of this process, made from the configuration, behind the ports that the use cases know.

use std::{
    num::NonZeroUsize,
    sync::{Arc, atomic::AtomicU64},
};

use application_file::FilePorts;
use application_meeting::{InvitationPorts, MeetingPorts};
use application_notification::{NotificationFeed, NotificationPorts};
use application_room::{
    AdmitAtTheDoor, BareRoomPorts, LiveRooms, LiveRoomsDeps, MediaEngine, ModerateRoom, RoomLimits, StoredChat,
};
use application_shared::{HealthCheck, IdempotencyStore, PortError, PubSub, RateLimiter};
use application_user::AccountPorts;
use async_trait::async_trait;
use domain_shared::{Clock, IdGenerator};
use infrastructure_cache::{
    CacheOptions, CachedMeetingReader, CachedUserReader, ForgettingMeetingRepository, ForgettingUserRepository,
    MeetingCache, RecentlyEndedSessions, StatisticsCache, UserCache,
};
use infrastructure_images::ImageAvatarRenderer;
use infrastructure_postgres::{
    PgAuditLog, PgAvatarStore, PgBareRoomReader, PgBareRoomRepository, PgChatStore, PgInvitationReader,
    PgInvitationRepository, PgMeetingReader, PgMeetingRepository, PgMeetingTimes, PgNotificationReader,
    PgNotificationRepository, PgOptions, PgPeople, PgPool, PgPreferenceStore, PgReminderPlans, PgRoomAdmissions,
    PgSessionRepository, PgUserReader, PgUserRepository,
};
use infrastructure_redis::{FallbackRateLimiter, LeasedRateLimiter, LocalRateLimiter, Redis, RedisOptions};
use infrastructure_security::{
    Argon2Limits, Argon2PasscodeHasher, Argon2PasswordHasher, HmacAccountLinks, HmacCsrfTokens, HmacGuestPasses,
    HmacInvitationTokens, JwtAccessTokens, JwtKeys, JwtRoomTokens, OpaqueRefreshTokens, SealedIdempotencyStore,
};
use infrastructure_system::{SystemClock, UuidV7Generator};
use secrecy::ExposeSecret;

use super::{
    StartError,
    files::{self, Storage},
    integration::Integration,
    messages::RoomMessages,
    moderation::MeetingModeration,
};
use crate::{
    config::{Config, Role},
    media::{Media, MediaPlan},
};

/// What this process is made of.
pub(super) struct Adapters {
    pub(super) database: PgPool,
    pub(super) redis: Redis,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) ids: Arc<dyn IdGenerator>,
    pub(super) pub_sub: Arc<dyn PubSub>,
    pub(super) rate_limiter: Arc<dyn RateLimiter>,
    pub(super) idempotency: Arc<dyn IdempotencyStore>,
    pub(super) account: AccountPorts,
    pub(super) csrf_tokens: Arc<HmacCsrfTokens>,
    pub(super) ended_sessions: Arc<RecentlyEndedSessions>,
    pub(super) integration: Integration,
    pub(super) user_cache: Arc<UserCache>,
    pub(super) meeting: MeetingPorts,
    pub(super) meeting_cache: Arc<MeetingCache>,
    pub(super) chat: Arc<PgChatStore>,
    pub(super) bare_rooms: BareRoomPorts,
    pub(super) invitations: InvitationPorts,
    pub(super) notifications: NotificationPorts,
    pub(super) notification_feed: Arc<NotificationFeed>,
    pub(super) files: FilePorts,
    pub(super) storage: Storage,
    pub(super) room_tokens: Arc<JwtRoomTokens>,
    pub(super) media: Option<Media>,
    pub(super) live_rooms: Option<LiveRooms>,
    /// How many signalling connections are open.
    pub(super) connections: Arc<AtomicU64>,
    pub(super) statistics_cache: Arc<StatisticsCache>,
}

impl Adapters {
    /// Makes them; whatever cannot be reached now is an error.
    pub(super) async fn connect(config: &Config) -> Result<Self, StartError> {
        let clock: Arc<dyn Clock> = Arc::new(SystemClock);
        let ids: Arc<dyn IdGenerator> = Arc::new(UuidV7Generator::new(clock.clone()));

        let database = PgPool::new(database_options(config)?).map_err(StartError::database)?;
        database.check().await.map_err(StartError::database)?;
        let redis = Redis::connect(&redis_options(config)).await.map_err(|error| StartError::Redis(error.into()))?;
        let pub_sub: Arc<dyn PubSub> = Arc::new(redis.pub_sub());
        let local = LocalRateLimiter::new(clock.clone());
        let leased = LeasedRateLimiter::new(Arc::new(redis.rate_limiter()), clock.clone());
        let rate_limiter = Arc::new(FallbackRateLimiter::new(Arc::new(leased), local));
        // Some answers hold secrets that are told once.
        let (secret, former) = (&config.auth.jwt_secret, &config.auth.former_jwt_secrets);
        let idempotency = Arc::new(SealedIdempotencyStore::new(Arc::new(redis.idempotency_store()), secret, former));

        let keys = JwtKeys::new(&config.auth.jwt_secret, &config.auth.former_jwt_secrets)
            .map_err(|error| StartError::setting("auth.jwt_secret")(&error))?;
        let keys = Arc::new(keys);
        let room_tokens = Arc::new(JwtRoomTokens::new(keys.clone(), config.auth.room_token_ttl(), ids.clone()));
        // Whatever was signed in a session, be it an access token or a room token, is refused after its end.
        let session_proofs = config.auth.access_ttl().max(config.auth.room_token_ttl());
        let ended_sessions = Arc::new(RecentlyEndedSessions::new(clock.clone(), session_proofs));
        let csrf_tokens = Arc::new(HmacCsrfTokens::new(&config.auth.jwt_secret, &config.auth.former_jwt_secrets));
        let user_cache = Arc::new(UserCache::new(config.cache.user_options()));
        let stored_users = Arc::new(PgUserRepository::new(database.clone()));
        let read_users = Arc::new(PgUserReader::new(database.clone()));
        let passwords = Arc::new(password_hasher(config).await?);
        let account = AccountPorts {
            users: Arc::new(ForgettingUserRepository::new(stored_users, user_cache.clone(), pub_sub.clone())),
            sessions: Arc::new(PgSessionRepository::new(database.clone())),
            user_reader: Arc::new(CachedUserReader::new(read_users, user_cache.clone())),
            links: Arc::new(HmacAccountLinks::new(&config.auth.jwt_secret, &config.auth.former_jwt_secrets)),
            audit_log: Arc::new(PgAuditLog::new(database.clone())),
            avatars: Arc::new(PgAvatarStore::new(database.clone())),
            avatar_renderer: Arc::new(ImageAvatarRenderer::default()),
            passwords: passwords.clone(),
            access_tokens: Arc::new(JwtAccessTokens::new(keys, config.auth.access_ttl())),
            refresh_tokens: Arc::new(OpaqueRefreshTokens::new(&config.auth.jwt_secret)),
            clock: clock.clone(),
            ids: ids.clone(),
            session_lifetime: config.auth.refresh_ttl(),
        };

        let integration = Integration::new(config, &database, &pub_sub, &clock, &ids);
        let meeting_cache = Arc::new(MeetingCache::new(config.cache.meeting_options()));
        let stored = Arc::new(PgMeetingRepository::new(database.clone()));
        let read = Arc::new(PgMeetingReader::new(database.clone()));
        let chat = Arc::new(PgChatStore::new(database.clone()));
        let meeting = MeetingPorts {
            meetings: Arc::new(ForgettingMeetingRepository::new(stored, meeting_cache.clone(), pub_sub.clone())),
            reader: Arc::new(CachedMeetingReader::new(read, meeting_cache.clone())),
            times: Arc::new(PgMeetingTimes::new(database.clone())),
            tokens: room_tokens.clone(),
            passcodes: Arc::new(Argon2PasscodeHasher::new(passwords)),
            guests: Arc::new(HmacGuestPasses::new(&config.auth.jwt_secret, &config.auth.former_jwt_secrets)),
            messages: Arc::new(RoomMessages::new(StoredChat::new(chat.clone(), clock.clone()))),
            pub_sub: pub_sub.clone(),
            clock: clock.clone(),
            ids: ids.clone(),
        };

        let bare_rooms = BareRoomPorts {
            rooms: Arc::new(PgBareRoomRepository::new(database.clone())),
            reader: Arc::new(PgBareRoomReader::new(database.clone())),
            tokens: room_tokens.clone(),
            clock: clock.clone(),
            ids: ids.clone(),
        };
        let invitations = InvitationPorts {
            meetings: meeting.meetings.clone(),
            invitations: Arc::new(PgInvitationRepository::new(database.clone())),
            reader: Arc::new(PgInvitationReader::new(database.clone())),
            people: Arc::new(PgPeople::new(database.clone())),
            tokens: Arc::new(HmacInvitationTokens::new(&config.auth.jwt_secret, &config.auth.former_jwt_secrets)),
            reminders: Arc::new(PgReminderPlans::new(database.clone())),
            clock: clock.clone(),
            ids: ids.clone(),
        };
        let notifications = NotificationPorts {
            notifications: Arc::new(PgNotificationRepository::new(database.clone())),
            reader: Arc::new(PgNotificationReader::new(database.clone())),
            preferences: Arc::new(PgPreferenceStore::new(database.clone())),
            pub_sub: pub_sub.clone(),
            clock: clock.clone(),
            ids: ids.clone(),
        };

        let storage = Storage::open(config, &clock, &ids)?;
        let files = files::ports(config, &storage, &database, &clock, &ids);

        let (media, live_rooms) = if config.roles.plays(Role::Media) {
            let media = Media::start(&MediaPlan::new(config)).await.map_err(StartError::Media)?;
            let live_rooms = LiveRooms::new(LiveRoomsDeps {
                engine: media.engine(),
                pub_sub: pub_sub.clone(),
                admissions: Arc::new(AdmitAtTheDoor::new(
                    &bare_rooms,
                    Arc::new(PgRoomAdmissions::new(database.clone())),
                )),
                moderation: Arc::new(ModerateRoom::new(&bare_rooms, Arc::new(MeetingModeration::new(&meeting)))),
                chat: chat.clone(),
                clock: clock.clone(),
                ids: ids.clone(),
                limits: RoomLimits {
                    ended_session_memory: session_proofs.to_std().unwrap_or_default(),
                    ..RoomLimits::default()
                },
            });
            (Some(media), Some(live_rooms))
        } else {
            (None, None)
        };
        Ok(Self {
            database,
            redis,
            clock,
            ids,
            pub_sub,
            rate_limiter,
            idempotency,
            account,
            csrf_tokens,
            ended_sessions,
            integration,
            user_cache,
            meeting,
            meeting_cache,
            chat,
            bare_rooms,
            invitations,
            notifications,
            notification_feed: Arc::default(),
            files,
            storage,
            room_tokens,
            media,
            live_rooms,
            connections: Arc::default(),
            statistics_cache: Arc::new(StatisticsCache::new(CacheOptions::HOT)),
        })
    }

    /// Closes what is open.
    pub(super) async fn close(&self) {
        if let Some(media) = &self.media {
            media.shutdown().await;
        }
        self.redis.shut_down().await;
        self.database.close();
    }
}

/// Making the hasher takes as long as one hash, so it is done where blocking is allowed.
async fn password_hasher(config: &Config) -> Result<Argon2PasswordHasher, StartError> {
    let limits = match NonZeroUsize::new(usize::from(config.auth.password_hash_concurrency)) {
        Some(concurrency) => Argon2Limits { concurrency, queue: concurrency.get() * 32 },
        None => Argon2Limits::default(),
    };
    let refused = StartError::setting("auth.password_hash_concurrency");
    match tokio::task::spawn_blocking(move || Argon2PasswordHasher::new(limits)).await {
        Ok(Ok(hasher)) => Ok(hasher),
        Ok(Err(error)) => Err(refused(&error)),
        Err(error) => Err(refused(&error)),
    }
}

/// How the database is reached.
///
/// # Errors
/// [`StartError::Database`] when the address cannot be read.
pub fn database_options(config: &Config) -> Result<PgOptions, StartError> {
    let mut options = PgOptions::new(config.database.url.expose_secret()).map_err(StartError::database)?;
    options.size = usize::from(config.database.pool_size);
    options.connect_timeout = config.database.connect_timeout();
    options.acquire_timeout = config.database.connect_timeout();
    Ok(options)
}

/// How Redis is reached.
#[must_use]
pub fn redis_options(config: &Config) -> RedisOptions {
    let mut options = RedisOptions::new(config.redis.url.clone());
    options.pool_size = usize::from(config.redis.pool_size);
    options.connect_timeout = config.redis.connect_timeout();
    options
}

/// Asks the media engine whether it can do its work.
pub(super) struct MediaHealth {
    engine: Arc<dyn MediaEngine>,
}

impl MediaHealth {
    pub(super) fn new(engine: Arc<dyn MediaEngine>) -> Self {
        Self { engine }
    }
}

#[async_trait]
impl HealthCheck for MediaHealth {
    fn name(&self) -> &'static str {
        "media"
    }

    async fn check(&self) -> Result<(), PortError> {
        match self.engine.usage().await.workers {
            0 => Err(PortError::unavailable("no media worker is alive")),
            _ => Ok(()),
        }
    }
}
