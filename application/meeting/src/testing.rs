//! Stand-ins for the ports, in memory, and a world that holds them.

use std::sync::{
    Arc, Mutex,
    atomic::{AtomicBool, AtomicUsize, Ordering},
};

use application_shared::{PortError, PubSub, Subscription};
use async_trait::async_trait;
use chrono::{DateTime, TimeDelta, Utc};
use domain_meeting::{
    DisplayName, Joining, MaxParticipants, Meeting, MeetingCode, MeetingEdit, MeetingError, MeetingRef,
    MeetingSettings, MeetingTitle, NewMeeting, Passcode, PasscodeHash, Schedule, TimeZone,
};
use domain_shared::{FixedClock, MeetingId, MessageId, Page, PageLimit, RoomId, SequentialIds, UserId};
use secrecy::SecretString;
use uuid::Uuid;

use crate::{
    ChangeMeetingError, DeleteMessageError, GuestPasses, InsertMeetingError, MeetingChange, MeetingCursor,
    MeetingFilter, MeetingMessages, MeetingPorts, MeetingReader, MeetingRepository, MeetingTimes, MeetingView,
    MessageView, ParticipantView, PasscodeHasher, PlannedMeeting, RoomGrant, RoomTokens, SessionView, StayView,
};

/// What a list was asked for: whose, which, from where on, how many.
type ListAsked = (UserId, MeetingFilter, Option<MeetingCursor>, u16);

/// Meetings in memory; can be told to fail, and to find codes taken.
#[derive(Default)]
pub struct MemoryMeetings {
    pub meetings: Mutex<Vec<Meeting>>,
    pub down: AtomicBool,
    pub codes_taken: AtomicUsize,
    pub inserts: AtomicUsize,
    pub listed: Mutex<Vec<ListAsked>>,
    pub stays: Mutex<Vec<StayView>>,
}

impl MemoryMeetings {
    fn check(&self) -> Result<(), PortError> {
        if self.down.load(Ordering::Relaxed) { Err(PortError::unavailable("down")) } else { Ok(()) }
    }

    fn position(meetings: &[Meeting], wanted: &MeetingRef) -> Option<usize> {
        meetings.iter().position(|m| match wanted {
            MeetingRef::Id(id) => m.id() == *id,
            MeetingRef::Code(code) => m.code() == code,
        })
    }
}

#[async_trait]
impl MeetingRepository for MemoryMeetings {
    async fn find(&self, meeting: &MeetingRef) -> Result<Option<Meeting>, PortError> {
        self.check()?;
        let meetings = self.meetings.lock().unwrap();
        Ok(Self::position(&meetings, meeting).map(|at| meetings[at].clone()))
    }

    async fn insert(&self, meeting: &mut Meeting) -> Result<(), InsertMeetingError> {
        self.check()?;
        self.inserts.fetch_add(1, Ordering::Relaxed);
        if self.codes_taken.load(Ordering::Relaxed) > 0 {
            self.codes_taken.fetch_sub(1, Ordering::Relaxed);
            return Err(InsertMeetingError::CodeTaken);
        }
        meeting.mark_stored(1);
        self.meetings.lock().unwrap().push(meeting.clone());
        Ok(())
    }

    async fn change(&self, meeting: &MeetingRef, change: MeetingChange<'_>) -> Result<Meeting, ChangeMeetingError> {
        self.check()?;
        let mut meetings = self.meetings.lock().unwrap();
        let at = Self::position(&meetings, meeting).ok_or(ChangeMeetingError::NotFound)?;
        let mut changed = meetings[at].clone();
        change(&mut changed)?;
        if changed != meetings[at] {
            changed.mark_stored(changed.version() + 1);
            meetings[at] = changed.clone();
        }
        Ok(changed)
    }
}

#[async_trait]
impl MeetingReader for MemoryMeetings {
    async fn read(&self, meeting: &MeetingRef) -> Result<Option<MeetingView>, PortError> {
        Ok(self.find(meeting).await?.as_ref().map(MeetingView::from))
    }

    async fn list(
        &self,
        user: UserId,
        filter: MeetingFilter,
        after: Option<MeetingCursor>,
        limit: PageLimit,
    ) -> Result<Page<MeetingView, MeetingCursor>, PortError> {
        self.check()?;
        self.listed.lock().unwrap().push((user, filter, after, limit.get()));
        let meetings = self.meetings.lock().unwrap();
        Ok(Page { items: meetings.iter().map(MeetingView::from).collect(), next: after })
    }

    async fn participants(&self, meeting: &MeetingRef) -> Result<Option<Vec<ParticipantView>>, PortError> {
        Ok(self.find(meeting).await?.map(|m| m.participants().iter().map(ParticipantView::from).collect()))
    }

    async fn stays(&self, _meeting: MeetingId) -> Result<Vec<StayView>, PortError> {
        self.check()?;
        Ok(self.stays.lock().unwrap().clone())
    }
}

/// When the one meeting takes place, as the meeting itself has it; what was held, as it is told.
pub struct MemoryTimes {
    meetings: Arc<MemoryMeetings>,
    pub planned: Mutex<Vec<PlannedMeeting>>,
    pub sessions: Mutex<Vec<SessionView>>,
}

#[async_trait]
impl MeetingTimes for MemoryTimes {
    async fn planned(
        &self,
        _user: UserId,
        _from: DateTime<Utc>,
        _until: DateTime<Utc>,
    ) -> Result<Vec<PlannedMeeting>, PortError> {
        self.meetings.check()?;
        Ok(self.planned.lock().unwrap().clone())
    }

    async fn sessions(&self, _meeting: MeetingId) -> Result<Vec<SessionView>, PortError> {
        self.meetings.check()?;
        Ok(self.sessions.lock().unwrap().clone())
    }

    async fn stays(&self, meeting: MeetingId, session: SessionView) -> Result<Vec<StayView>, PortError> {
        let stays = self.meetings.stays(meeting).await?.into_iter();
        let within = |at| at >= session.started_at && session.ended_at.is_none_or(|ended| at <= ended);
        Ok(stays.filter(|stay| within(stay.joined_at)).collect())
    }

    async fn to_advance(&self, now: DateTime<Utc>, limit: u16) -> Result<Vec<MeetingId>, PortError> {
        self.meetings.check()?;
        let meetings = self.meetings.meetings.lock().unwrap();
        let due = meetings.iter().filter(|meeting| meeting.advance_at().is_some_and(|at| at <= now));
        Ok(due.take(usize::from(limit)).map(Meeting::id).collect())
    }
}

/// What was written in the one meeting.
#[derive(Default)]
pub struct MemoryMessages(pub Mutex<Vec<MessageView>>);

fn sees(message: &MessageView, user: UserId) -> bool {
    message.sender_id == user || message.recipient.as_ref().is_none_or(|(recipient, _)| *recipient == user)
}

#[async_trait]
impl MeetingMessages for MemoryMessages {
    async fn page(
        &self,
        _room: RoomId,
        reader: UserId,
        before: Option<MessageId>,
        limit: PageLimit,
    ) -> Result<Page<MessageView, MessageId>, PortError> {
        let messages = self.0.lock().unwrap();
        let wanted = |one: &&MessageView| sees(one, reader) && before.is_none_or(|before| one.id < before);
        let all: Vec<_> = messages.iter().rev().filter(wanted).cloned().collect();
        let items: Vec<_> = all.iter().take(usize::from(limit.get())).cloned().collect();
        let next = items.last().map(|last| last.id).filter(|_| all.len() > items.len());
        Ok(Page { items, next })
    }

    async fn delete(
        &self,
        _room: RoomId,
        message: MessageId,
        by: UserId,
        moderates: bool,
    ) -> Result<MessageView, DeleteMessageError> {
        let mut messages = self.0.lock().unwrap();
        let found = messages.iter_mut().find(|one| one.id == message && sees(one, by));
        let found = found.ok_or(DeleteMessageError::NotFound)?;
        if found.sender_id != by && !moderates {
            return Err(DeleteMessageError::Denied);
        }
        found.text = None;
        found.deleted.get_or_insert((at(0), by));
        Ok(found.clone())
    }
}

/// Keeps what tokens were asked for.
#[derive(Default)]
pub struct RecordingTokens(pub Mutex<Vec<RoomGrant>>, pub AtomicBool);

impl RoomTokens for RecordingTokens {
    fn issue(&self, grant: &RoomGrant, _now: DateTime<Utc>) -> Result<SecretString, PortError> {
        if self.1.load(Ordering::Relaxed) {
            return Err(PortError::unavailable("no key"));
        }
        self.0.lock().unwrap().push(grant.clone());
        Ok(SecretString::from("token"))
    }
}

/// Hashes by putting a dollar in front; counts.
#[derive(Default)]
pub struct PlainPasscodes {
    pub hashed: Mutex<u32>,
}

#[async_trait]
impl PasscodeHasher for PlainPasscodes {
    async fn hash(&self, passcode: &Passcode) -> Result<PasscodeHash, PortError> {
        *self.hashed.lock().unwrap() += 1;
        Ok(PasscodeHash::parse(&format!("${}", passcode.expose())).unwrap())
    }

    async fn verify(&self, passcode: &Passcode, hash: &PasscodeHash) -> Result<bool, PortError> {
        Ok(hash.as_str() == format!("${}", passcode.expose()))
    }
}

/// Passes that say whose they are.
#[derive(Default)]
pub struct PlainPasses;

impl GuestPasses for PlainPasses {
    fn issue(&self, meeting: MeetingId, guest: UserId) -> SecretString {
        format!("{meeting} {guest}").into()
    }

    fn verify(&self, meeting: MeetingId, pass: &str) -> Option<UserId> {
        let guest = pass.strip_prefix(&format!("{meeting} "))?;
        guest.parse::<Uuid>().ok().map(UserId::from_uuid)
    }
}

/// Keeps what was published.
#[derive(Default)]
pub struct RecordingPubSub(pub Mutex<Vec<(String, Vec<u8>)>>, pub AtomicBool);

#[async_trait]
impl PubSub for RecordingPubSub {
    async fn publish(&self, channel: &str, payload: Vec<u8>) -> Result<(), PortError> {
        if self.1.load(Ordering::Relaxed) {
            return Err(PortError::unavailable("down"));
        }
        self.0.lock().unwrap().push((channel.to_owned(), payload));
        Ok(())
    }

    async fn subscribe(&self, _channel: &str) -> Result<Subscription, PortError> {
        Err(PortError::unavailable("not needed here"))
    }
}

/// The ports of one test.
pub struct World {
    pub meetings: Arc<MemoryMeetings>,
    pub times: Arc<MemoryTimes>,
    pub messages: Arc<MemoryMessages>,
    pub tokens: Arc<RecordingTokens>,
    pub passcodes: Arc<PlainPasscodes>,
    pub clock: Arc<FixedClock>,
    pub ids: Arc<SequentialIds>,
}

pub const HOST: u128 = 1;

pub fn user(n: u128) -> UserId {
    UserId::from_uuid(Uuid::from_u128(n))
}

pub fn at(seconds: i64) -> DateTime<Utc> {
    DateTime::UNIX_EPOCH + TimeDelta::seconds(1_000_000 + seconds)
}

pub fn message_id(n: u128) -> MessageId {
    MessageId::from_uuid(Uuid::from_u128(n))
}

pub fn name(text: &str) -> DisplayName {
    DisplayName::parse(text).unwrap()
}

impl World {
    pub fn new() -> Self {
        let meetings: Arc<MemoryMeetings> = Arc::default();
        let times = MemoryTimes { meetings: meetings.clone(), planned: Mutex::default(), sessions: Mutex::default() };
        Self {
            meetings,
            times: Arc::new(times),
            messages: Arc::default(),
            tokens: Arc::default(),
            passcodes: Arc::default(),
            clock: Arc::new(FixedClock::at(at(0))),
            ids: Arc::default(),
        }
    }

    /// A meeting of user 1 with two places, and its reference.
    pub fn with_meeting(&self) -> MeetingRef {
        let id = MeetingId::from_uuid(Uuid::from_u128(99));
        let mut meeting = Meeting::create(
            NewMeeting {
                id,
                code: MeetingCode::parse("abc-defg-hij").unwrap(),
                title: MeetingTitle::parse("Weekly").unwrap(),
                description: None,
                creator_id: user(HOST),
                schedule: Schedule::default(),
                max_participants: MaxParticipants::parse(2).unwrap(),
                settings: MeetingSettings::default(),
                passcode_hash: None,
            },
            at(0),
        );
        meeting.mark_stored(1);
        self.meetings.meetings.lock().unwrap().push(meeting);
        id.into()
    }

    /// The stored meeting.
    pub fn meeting(&self) -> Meeting {
        self.meetings.meetings.lock().unwrap()[0].clone()
    }

    /// Something happens to it.
    pub fn change(&self, change: impl FnOnce(&mut Meeting, DateTime<Utc>) -> Result<(), MeetingError>) {
        let mut meetings = self.meetings.meetings.lock().unwrap();
        change(&mut meetings[0], at(0)).unwrap();
        let version = meetings[0].version() + 1;
        meetings[0].mark_stored(version);
    }

    /// Its settings are other ones.
    pub fn set(&self, change: impl FnOnce(&mut MeetingSettings)) {
        self.change(|meeting, now| {
            let mut settings = meeting.settings();
            change(&mut settings);
            let edit = MeetingEdit { settings: Some(settings), ..MeetingEdit::default() };
            meeting.edit(user(HOST), edit, now).map(drop)
        });
    }

    /// It recurs from the sixtieth second on.
    pub fn recur(&self, rule: &str) {
        self.change(|meeting, now| {
            let schedule = Schedule::parse(Some(at(60)), None, now).unwrap().in_time_zone(Some(TimeZone::UTC));
            let schedule = Some(schedule.recurring(rule, now).unwrap());
            meeting.edit(user(HOST), MeetingEdit { schedule, ..MeetingEdit::default() }, now).map(drop)
        });
    }

    /// It has a passcode now.
    pub fn protect(&self, passcode: &str) {
        let passcode_hash = Some(PasscodeHash::parse(&format!("${passcode}")));
        self.change(|meeting, now| {
            meeting.edit(user(HOST), MeetingEdit { passcode_hash, ..MeetingEdit::default() }, now).map(drop)
        });
    }

    /// Somebody with an account comes, or waits.
    pub fn come(&self, n: u128) {
        let joining = Joining::account(user(n), name(&format!("User {n}")));
        self.change(|meeting, now| meeting.join(joining, now).map(drop));
    }

    /// Somebody writes message `n`, perhaps to one other alone.
    pub fn write(&self, n: u128, from: u128, to: Option<u128>) {
        self.messages.0.lock().unwrap().push(MessageView {
            id: message_id(n),
            sender_id: user(from),
            sender_name: format!("User {from}"),
            recipient: to.map(|to| (user(to), format!("User {to}"))),
            text: Some(n.to_string()),
            sent_at: at(0),
            deleted: None,
        });
    }

    pub fn ports(&self) -> MeetingPorts {
        MeetingPorts {
            meetings: self.meetings.clone(),
            reader: self.meetings.clone(),
            times: self.times.clone(),
            tokens: self.tokens.clone(),
            passcodes: self.passcodes.clone(),
            guests: Arc::new(PlainPasses),
            messages: self.messages.clone(),
            pub_sub: Arc::<RecordingPubSub>::default(),
            clock: self.clock.clone(),
            ids: self.ids.clone(),
        }
    }

    pub fn fail(&self) {
        self.meetings.down.store(true, Ordering::Relaxed);
    }
}
