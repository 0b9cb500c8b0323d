//! The cache answers what was read last, never what was written since, and lets go of it on other nodes as well.

use std::sync::{
    Mutex,
    atomic::{AtomicU64, Ordering},
};

use application_shared::Subscription;
use chrono::{DateTime, TimeDelta};
use domain_meeting::{MaxParticipants, MeetingEdit, MeetingTitle, NewMeeting, Schedule, TimeZone};
use futures::StreamExt;
use tokio::sync::{Notify, broadcast};
use uuid::Uuid;

use super::*;

/// A store of one meeting that counts reads, and can hold a read back until it is told to go on.
struct OneMeeting {
    meeting: Mutex<Meeting>,
    reads: AtomicU64,
    hold: Option<(Notify, Notify)>,
}

impl OneMeeting {
    fn new() -> Self {
        let meeting = Meeting::create(
            NewMeeting {
                id: MeetingId::from_uuid(Uuid::from_u128(1)),
                code: MeetingCode::parse("abc-defg-hij").unwrap(),
                title: MeetingTitle::parse("Weekly").unwrap(),
                description: None,
                creator_id: host(),
                schedule: Schedule::default(),
                max_participants: MaxParticipants::default(),
                settings: domain_meeting::MeetingSettings::default(),
                passcode_hash: None,
            },
            DateTime::UNIX_EPOCH,
        );
        Self { meeting: Mutex::new(meeting), reads: AtomicU64::new(0), hold: None }
    }

    fn reads(&self) -> u64 {
        self.reads.load(Ordering::SeqCst)
    }
}

fn host() -> UserId {
    UserId::from_uuid(Uuid::from_u128(9))
}

fn id() -> MeetingRef {
    MeetingRef::Id(MeetingId::from_uuid(Uuid::from_u128(1)))
}

#[async_trait]
impl MeetingReader for OneMeeting {
    async fn read(&self, meeting: &MeetingRef) -> Result<Option<MeetingView>, PortError> {
        self.reads.fetch_add(1, Ordering::SeqCst);
        let found = {
            let kept = self.meeting.lock().unwrap();
            let known = *meeting == MeetingRef::Id(kept.id()) || *meeting == MeetingRef::Code(kept.code().clone());
            known.then(|| MeetingView::from(&*kept))
        };
        if let Some((reached, go_on)) = &self.hold {
            reached.notify_one();
            go_on.notified().await;
        }
        Ok(found)
    }

    async fn list(
        &self,
        _: UserId,
        _: MeetingFilter,
        _: Option<MeetingCursor>,
        _: PageLimit,
    ) -> Result<Page<MeetingView, MeetingCursor>, PortError> {
        Ok(Page { items: vec![MeetingView::from(&*self.meeting.lock().unwrap())], next: None })
    }

    async fn participants(&self, _: &MeetingRef) -> Result<Option<Vec<ParticipantView>>, PortError> {
        Ok(None)
    }

    async fn stays(&self, _: MeetingId) -> Result<Vec<StayView>, PortError> {
        Ok(Vec::new())
    }
}

#[async_trait]
impl MeetingRepository for OneMeeting {
    async fn find(&self, _: &MeetingRef) -> Result<Option<Meeting>, PortError> {
        Ok(Some(self.meeting.lock().unwrap().clone()))
    }

    async fn insert(&self, _: &mut Meeting) -> Result<(), InsertMeetingError> {
        Ok(())
    }

    async fn change(&self, _: &MeetingRef, change: MeetingChange<'_>) -> Result<Meeting, ChangeMeetingError> {
        let mut kept = self.meeting.lock().unwrap();
        change(&mut kept)?;
        Ok(kept.clone())
    }
}

/// Pub/sub inside the process; `None` is a Redis that is away.
struct Channel(Option<broadcast::Sender<Vec<u8>>>);

#[async_trait]
impl PubSub for Channel {
    async fn publish(&self, _: &str, payload: Vec<u8>) -> Result<(), PortError> {
        let sender = self.0.as_ref().ok_or_else(|| PortError::unavailable("away"))?;
        sender.send(payload).map(drop).map_err(PortError::unavailable)
    }

    async fn subscribe(&self, _: &str) -> Result<Subscription, PortError> {
        let receiver = self.0.as_ref().ok_or_else(|| PortError::unavailable("away"))?.subscribe();
        let messages = futures::stream::unfold(receiver, |mut receiver| async move {
            receiver.recv().await.ok().map(|message| (message, receiver))
        });
        Ok(messages.boxed())
    }
}

async fn end(repository: &dyn MeetingRepository) -> Meeting {
    let mut end = |meeting: &mut Meeting| meeting.end(host(), DateTime::UNIX_EPOCH).map(drop);
    repository.change(&id(), &mut end).await.unwrap()
}

#[tokio::test]
async fn what_goes_on_to_its_next_time_is_read_anew() {
    let store = Arc::new(OneMeeting::new());
    let start = DateTime::UNIX_EPOCH + TimeDelta::hours(1);
    let schedule = Schedule::parse(Some(start), None, start).unwrap().in_time_zone(Some(TimeZone::UTC));
    let schedule = Some(schedule.recurring("FREQ=DAILY", DateTime::UNIX_EPOCH).unwrap());
    let edit = MeetingEdit { schedule, ..MeetingEdit::default() };
    store.meeting.lock().unwrap().edit(host(), edit, DateTime::UNIX_EPOCH).unwrap();
    let cache = Arc::new(MeetingCache::new(CacheOptions::MEETINGS));
    let reader = CachedMeetingReader::new(store.clone(), cache.clone());
    let (sender, _) = broadcast::channel(16);
    let meetings = ForgettingMeetingRepository::new(store.clone(), cache, Arc::new(Channel(Some(sender))));
    let shown = async || reader.read(&id()).await.unwrap().unwrap().start_time;
    assert_eq!(shown().await, Some(start));
    let mut advance = |meeting: &mut Meeting| {
        assert!(meeting.advance(start + TimeDelta::hours(1)));
        Ok(())
    };
    meetings.change(&id(), &mut advance).await.unwrap();
    assert_eq!(shown().await, Some(start + TimeDelta::days(1)));
}

#[tokio::test]
async fn answers_the_second_read_without_the_store() {
    let store = Arc::new(OneMeeting::new());
    let cache = Arc::new(MeetingCache::new(CacheOptions::MEETINGS));
    let reader = CachedMeetingReader::new(store.clone(), cache.clone());

    let first = reader.read(&id()).await.unwrap();
    let second = reader.read(&id()).await.unwrap();

    assert_eq!(first, second);
    assert_eq!(store.reads(), 1);
    assert_eq!(cache.counts(), CacheCounts { hits: 1, misses: 1 });
}

#[tokio::test]
async fn does_not_keep_that_there_is_none() {
    let store = Arc::new(OneMeeting::new());
    let reader = CachedMeetingReader::new(store.clone(), Arc::new(MeetingCache::new(CacheOptions::MEETINGS)));
    let unknown = MeetingRef::Id(MeetingId::from_uuid(Uuid::from_u128(2)));
    assert_eq!(reader.read(&unknown).await.unwrap(), None);
    assert_eq!(reader.read(&unknown).await.unwrap(), None);
    assert_eq!(store.reads(), 2);
}

#[tokio::test]
async fn a_write_is_seen_by_the_next_read_under_both_names() {
    let store = Arc::new(OneMeeting::new());
    let cache = Arc::new(MeetingCache::new(CacheOptions::MEETINGS));
    let reader = CachedMeetingReader::new(store.clone(), cache.clone());
    // Redis being away must not keep this node from forgetting.
    let repository = ForgettingMeetingRepository::new(store.clone(), cache, Arc::new(Channel(None)));
    let code = MeetingRef::Code(MeetingCode::parse("abc-defg-hij").unwrap());
    for name in [&id(), &code] {
        assert_eq!(reader.read(name).await.unwrap().unwrap().ended_at, None);
    }

    end(&repository).await;

    for name in [&id(), &code] {
        assert!(reader.read(name).await.unwrap().unwrap().ended_at.is_some());
    }
}

#[tokio::test]
async fn a_read_that_began_before_a_write_is_not_kept() {
    let mut store = OneMeeting::new();
    store.hold = Some((Notify::new(), Notify::new()));
    let store = Arc::new(store);
    let cache = Arc::new(MeetingCache::new(CacheOptions::MEETINGS));
    let reader = Arc::new(CachedMeetingReader::new(store.clone(), cache.clone()));
    let repository = ForgettingMeetingRepository::new(store.clone(), cache.clone(), Arc::new(Channel(None)));
    let (reached, go_on) = store.hold.as_ref().unwrap();

    let slow = tokio::spawn({
        let reader = reader.clone();
        async move { reader.read(&id()).await.unwrap().unwrap() }
    });
    reached.notified().await;
    end(&repository).await;
    go_on.notify_one();
    assert_eq!(slow.await.unwrap().ended_at, None, "the slow reader read before the write");

    go_on.notify_one();
    assert!(reader.read(&id()).await.unwrap().unwrap().ended_at.is_some(), "what it read must not have been kept");
}

#[tokio::test]
async fn another_node_forgets_as_well() {
    let store = Arc::new(OneMeeting::new());
    let channel = Arc::new(Channel(Some(broadcast::channel(8).0)));
    let here = Arc::new(MeetingCache::new(CacheOptions::MEETINGS));
    let there = Arc::new(MeetingCache::new(CacheOptions::MEETINGS));
    let listening = there.clone().listen(channel.as_ref()).await.unwrap();
    let reader = CachedMeetingReader::new(store.clone(), there.clone());
    let repository = ForgettingMeetingRepository::new(store.clone(), here, channel);
    assert_eq!(reader.read(&id()).await.unwrap().unwrap().ended_at, None);

    end(&repository).await;
    let forgotten = async {
        while there.0.keeps(&id()) {
            tokio::task::yield_now().await;
        }
    };
    tokio::select! {
        () = listening => panic!("the subscription ended"),
        () = forgotten => {}
    }

    assert!(reader.read(&id()).await.unwrap().unwrap().ended_at.is_some());
}

#[tokio::test]
async fn a_message_that_is_not_understood_does_no_harm() {
    let sender = broadcast::channel(8).0;
    let channel = Channel(Some(sender.clone()));
    let cache = Arc::new(MeetingCache::new(CacheOptions::MEETINGS));
    let listening = cache.clone().listen(&channel).await.unwrap();
    sender.send(b"not json".to_vec()).unwrap();
    sender.send(br#"{"id":"x","code":"y"}"#.to_vec()).unwrap();
    drop((sender, channel));
    // It reads both and ends with the channel, instead of stopping or panicking at the first.
    listening.await;
}
