//! What runs beside the requests: the outbox relay, the rooms' messages, the cache's invalidation.

use std::{sync::Arc, time::Duration};

use application_file::{CleanUpFiles, DeleteFilesOfAccount};
use application_integration::{DispatchWebhooks, QueueWebhookDeliveries};
use application_meeting::{
    AdvanceMeetings, FireReminders, ForgetInvitee, ForgetParticipant, NotifyOfMeetings, PlanReminders,
    RecordParticipantLeft, SendMeetingMail, TellInvitees, TellRoom,
};
use application_notification::{DeleteNotifications, Notify};
use application_room::{ChatKeeping, DeleteOldRooms, EndEmptyRooms, PruneChat, RecordPresence, TellLiveRoom};
use application_shared::{EventHandler, Notifier, OutboxRelay, OutboxRelayOptions, PortError};
use application_user::{DeleteAvatars, PurgeAccounts, RecordAuditEntry, SendAccountMail};
use chrono::TimeDelta;
use domain_notification::Notification;
use infrastructure_cache::TellOfChangedUsers;
use infrastructure_postgres::{PgOutboxReader, PgParticipantNames};
use tokio::{
    task::JoinHandle,
    time::{sleep, timeout},
};
use tokio_util::sync::CancellationToken;

use super::{
    adapters::Adapters,
    advancing::{advance_meetings, end_empty_rooms},
    files::clean_up_files,
    mailer::Mailers,
    reminders::send_reminders,
    room_events::RoomEventsFollower,
    session_events::{EndCalls, PublishSessionEvents},
};
use crate::config::{Config, Role};

/// How long to wait before listening again when it was not possible.
const RETRY: Duration = Duration::from_secs(1);
/// How long the follower of room events gets for its last ones.
const LAST_EVENTS: Duration = Duration::from_secs(3);

/// How often old things are looked for.
const HOUSEKEEPING: Duration = Duration::from_secs(3_600);
/// How long sessions are kept after they ended, so that their end can be told from none.
const KEEP_SESSIONS: TimeDelta = TimeDelta::days(30);
/// How long the record of what concerns the safety of accounts is kept.
const KEEP_RECORD: TimeDelta = TimeDelta::days(365);

/// How long notifications are kept.
const KEEP_NOTIFICATIONS: TimeDelta = TimeDelta::days(Notification::MAX_DAYS);

/// The tasks.
pub(super) struct Background {
    rooms: Option<JoinHandle<()>>,
    follower: Option<(Arc<RoomEventsFollower>, JoinHandle<()>)>,
    relay: Option<JoinHandle<()>>,
    webhooks: Option<JoinHandle<()>>,
    api_keys: JoinHandle<()>,
    meetings: JoinHandle<()>,
    users: JoinHandle<()>,
    ended_sessions: JoinHandle<()>,
    notifications: Option<JoinHandle<()>>,
    housekeeping: Option<JoinHandle<()>>,
    reminders: Option<JoinHandle<()>>,
    advancing: Option<JoinHandle<()>>,
    empty_rooms: Option<JoinHandle<()>>,
    files: Option<JoinHandle<()>>,
    stop_follower: CancellationToken,
    stop_relay: CancellationToken,
    stop_webhooks: CancellationToken,
}

impl Background {
    /// Starts what the roles ask for.
    pub(super) fn start(
        config: &Config,
        adapters: &Arc<Adapters>,
        mailers: Option<Mailers>,
        webhooks: Option<DispatchWebhooks>,
    ) -> Self {
        let (stop_follower, stop_relay) = (CancellationToken::new(), CancellationToken::new());
        let rooms = adapters.live_rooms.clone().map(|rooms| tokio::spawn(async move { rooms.run().await }));
        let works = config.roles.plays(Role::Worker);
        let follower = works.then(|| {
            let record = RecordParticipantLeft::new(adapters.meeting.meetings.clone());
            let name = adapters.ids.next().to_string();
            let bare = RecordPresence::new(&adapters.bare_rooms, adapters.pub_sub.clone());
            let follower = Arc::new(RoomEventsFollower::new(adapters.pub_sub.clone(), record, bare, name));
            let (running, stop) = (follower.clone(), stop_follower.clone());
            (follower, tokio::spawn(async move { running.run(stop).await }))
        });
        let relay = works.then(|| {
            let notifier: Arc<dyn Notifier> = Arc::new(Notify::new(&adapters.notifications));
            let mut handlers: Vec<Arc<dyn EventHandler>> = vec![
                Arc::new(TellRoom::new(adapters.pub_sub.clone(), adapters.meeting.meetings.clone())),
                Arc::new(TellLiveRoom::new(&adapters.bare_rooms, adapters.pub_sub.clone())),
                Arc::new(DeleteAvatars::new(adapters.account.avatars.clone())),
                Arc::new(DeleteFilesOfAccount::new(&adapters.files)),
                Arc::new(DeleteNotifications::new(&adapters.notifications)),
                Arc::new(ForgetInvitee::new(&adapters.invitations)),
                Arc::new(NotifyOfMeetings::new(&adapters.invitations, notifier.clone())),
                Arc::new(PlanReminders::new(&adapters.invitations)),
                Arc::new(TellInvitees::new(&adapters.invitations)),
                Arc::new(ForgetParticipant::new(Arc::new(PgParticipantNames::new(adapters.database.clone())))),
                Arc::new(PublishSessionEvents::new(adapters.pub_sub.clone())),
                Arc::new(TellOfChangedUsers::new(adapters.pub_sub.clone())),
                Arc::new(RecordAuditEntry::new(adapters.account.audit_log.clone())),
                Arc::new(QueueWebhookDeliveries::new(&adapters.integration.ports)),
            ];
            // Without one, there is nothing to do for whom a mail would be sent.
            if let Some(Mailers { account, meeting, calendar }) = mailers {
                handlers.push(Arc::new(SendAccountMail::new(&adapters.account, account)));
                handlers.push(Arc::new(SendMeetingMail::new(&adapters.invitations, notifier, calendar, meeting)));
            }
            let outbox = Arc::new(PgOutboxReader::new(adapters.database.clone()));
            let relay = OutboxRelay::new(outbox, handlers, adapters.clock.clone(), OutboxRelayOptions::default());
            let stop = stop_relay.clone();
            tokio::spawn(async move { relay.run(stop.cancelled()).await })
        });
        let stop_webhooks = CancellationToken::new();
        let webhooks = webhooks.map(|webhooks| {
            let stop = stop_webhooks.clone();
            tokio::spawn(async move { webhooks.run(stop.cancelled()).await })
        });
        let (cache, pub_sub) = (adapters.integration.api_key_cache.clone(), adapters.pub_sub.clone());
        let api_keys = tokio::spawn(keep_true("API keys", move || {
            let (cache, pub_sub) = (cache.clone(), pub_sub.clone());
            async move { cache.listen(&*pub_sub).await }
        }));
        let (cache, pub_sub) = (adapters.meeting_cache.clone(), adapters.pub_sub.clone());
        let meetings = tokio::spawn(keep_true("meetings", move || {
            let (cache, pub_sub) = (cache.clone(), pub_sub.clone());
            async move { cache.listen(&*pub_sub).await }
        }));
        let (cache, pub_sub) = (adapters.user_cache.clone(), adapters.pub_sub.clone());
        let users = tokio::spawn(keep_true("accounts", move || {
            let (cache, pub_sub) = (cache.clone(), pub_sub.clone());
            async move { cache.listen(&*pub_sub).await }
        }));
        let ended_sessions = tokio::spawn(follow_ended_sessions(adapters.clone()));
        let notifications = config.roles.plays(Role::Api).then(|| {
            let (feed, pub_sub) = (adapters.notification_feed.clone(), adapters.pub_sub.clone());
            tokio::spawn(async move { feed.follow(&*pub_sub).await })
        });
        let housekeeping = works.then(|| {
            let old_rooms = DeleteOldRooms::new(&adapters.bare_rooms, config.rooms.keep());
            let (deliveries, chat) = (config.webhooks.keep(), config.chat.keeping());
            tokio::spawn(keep_house(adapters.clone(), deliveries, chat, old_rooms))
        });
        let reminders = works.then(|| tokio::spawn(send_reminders(FireReminders::new(&adapters.invitations))));
        let advancing = works.then(|| tokio::spawn(advance_meetings(AdvanceMeetings::new(&adapters.meeting))));
        let empty_rooms = works.then(|| tokio::spawn(end_empty_rooms(EndEmptyRooms::new(&adapters.bare_rooms))));
        // Without a storage there is nothing to clean up.
        let cleans = works && adapters.storage.health.is_some();
        let files = cleans.then(|| tokio::spawn(clean_up_files(CleanUpFiles::new(&adapters.files))));
        Self {
            rooms,
            follower,
            relay,
            webhooks,
            api_keys,
            meetings,
            users,
            ended_sessions,
            notifications,
            housekeeping,
            reminders,
            advancing,
            empty_rooms,
            files,
            stop_follower,
            stop_relay,
            stop_webhooks,
        }
    }

    /// Ends them in the order in which they feed one another: rooms, leaves, outbox.
    pub(super) async fn stop(self, adapters: &Adapters) {
        if let Some(rooms) = self.rooms {
            wait(rooms, "rooms").await;
        }
        if let Some((follower, task)) = self.follower {
            // The rooms of this process have said what they had to say, on the same connection.
            if adapters.live_rooms.is_some() {
                let stop = self.stop_follower.clone();
                follower.say_last_word().await;
                tokio::spawn(async move {
                    sleep(LAST_EVENTS).await;
                    stop.cancel();
                });
            } else {
                self.stop_follower.cancel();
            }
            wait(task, "room events").await;
        }
        self.stop_relay.cancel();
        if let Some(relay) = self.relay {
            wait(relay, "outbox relay").await;
        }
        self.stop_webhooks.cancel();
        if let Some(webhooks) = self.webhooks {
            wait(webhooks, "webhook dispatcher").await;
        }
        self.api_keys.abort();
        self.meetings.abort();
        self.users.abort();
        self.ended_sessions.abort();
        let Self { notifications, housekeeping, reminders, advancing, empty_rooms, files, .. } = self;
        let tasks = [notifications, housekeeping, reminders, advancing, empty_rooms, files];
        tasks.into_iter().flatten().for_each(|task| task.abort());
    }
}

/// Deletes what its time has come for: closed accounts, old sessions, old messages, old entries of the record. Each step can be cut
/// short at any point, and is done by several nodes at once without harm.
async fn keep_house(
    adapters: Arc<Adapters>,
    keep_deliveries: TimeDelta,
    keep_chat: ChatKeeping,
    old_rooms: DeleteOldRooms,
) {
    let account = &adapters.account;
    let purge = PurgeAccounts::new(account);
    let prune_chat = PruneChat::new(adapters.chat.clone(), account.clock.clone(), keep_chat);
    loop {
        let now = account.clock.now();
        match purge.execute().await {
            Ok(0) => {}
            Ok(purged) => tracing::info!(purged, "closed accounts deleted"),
            Err(error) => tracing::warn!(%error, "closed accounts could not be deleted"),
        }
        for (what, pruned) in [
            ("sessions", account.sessions.prune(now - KEEP_SESSIONS).await),
            ("audit log", account.audit_log.prune(now - KEEP_RECORD).await),
            ("webhook deliveries", adapters.integration.ports.delivery_log.prune(now - keep_deliveries).await),
            ("chat messages", prune_chat.execute().await),
            ("rooms of other backends", old_rooms.execute().await),
            ("notifications", adapters.notifications.notifications.prune(now - KEEP_NOTIFICATIONS).await),
        ] {
            match pruned {
                Ok(deleted) => tracing::debug!(what, deleted, "old rows deleted"),
                Err(error) => tracing::warn!(what, %error, "old rows could not be deleted"),
            }
        }
        sleep(HOUSEKEEPING).await;
    }
}

async fn wait(task: JoinHandle<()>, name: &'static str) {
    if let Err(error) = task.await {
        tracing::error!(%error, name, "a task has panicked");
    }
}

/// Forgets what other nodes have changed, for ever: `listen` subscribes, and what it gives listens until it cannot.
async fn keep_true<S, L>(what: &'static str, listen: impl Fn() -> S)
where
    S: Future<Output = Result<L, PortError>>,
    L: Future<Output = ()>,
{
    loop {
        match timeout(RETRY * 5, listen()).await {
            Ok(Ok(listening)) => listening.await,
            Ok(Err(error)) => tracing::warn!(what, %error, "cannot listen to changes"),
            Err(_) => tracing::warn!(what, "cannot listen to changes in time"),
        }
        sleep(RETRY).await;
    }
}

/// Learns of sessions that have ended on any node, and ends their calls on this one.
async fn follow_ended_sessions(adapters: Arc<Adapters>) {
    let calls = EndCalls::new(adapters.live_rooms.clone());
    adapters.ended_sessions.follow(&*adapters.pub_sub, &*adapters.account.sessions, &calls).await;
}
