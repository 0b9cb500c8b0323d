//! Fakes of the ports of invitations, in memory, around a meeting of user 1 that starts in an hour.

use std::{
    collections::{HashMap, HashSet},
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
};

use application_shared::{Notice, Notifier, OutboxMessage, PortError};
use async_trait::async_trait;
use chrono::{DateTime, TimeDelta, Utc};
use domain_meeting::{
    Invitation, InvitationEvent, InvitationStatusKind, InvitationTokenHash, Meeting, MeetingEdit, MeetingEvent,
    MeetingRef, PlannedReminder, ReminderEvent, Schedule,
};
use domain_shared::{DomainEvent, Email, EventId, FixedClock, InvitationId, MeetingId, Page, PageLimit, UserId};
use secrecy::SecretString;
use serde::Serialize;
use uuid::Uuid;

use super::*;
use crate::{
    CalendarEntry, CalendarMethod, CalendarWriter,
    testing::{HOST, World, user},
};

/// A user with the address of their username, `ann@example.com`, called `Ann`. The host is spoken to in Chinese.
pub(super) fn person(n: u128, username: &str, email_verified: bool) -> Person {
    let lower = username.to_lowercase();
    let (first, rest) = lower.split_at(1);
    Person {
        user_id: user(n),
        username: username.to_owned(),
        name: first.to_uppercase() + rest,
        email: Email::parse(&format!("{lower}@example.com")).unwrap(),
        email_verified,
        language: if n == HOST { "zh-CN" } else { "en" }.to_owned(),
    }
}

/// Invitations, people and reminders.
#[derive(Default)]
pub(super) struct Store {
    pub(super) invitations: Mutex<Vec<Invitation>>,
    events: Mutex<Vec<InvitationEvent>>,
    people: Mutex<Vec<Person>>,
    planned: Mutex<HashMap<MeetingId, PlannedReminder>>,
    reminded: Mutex<Vec<ReminderEvent>>,
    away: AtomicBool,
    /// So many writes to come find that somebody else was faster.
    pub(super) conflicts: AtomicUsize,
}

impl Store {
    fn check(&self) -> Result<(), PortError> {
        if self.away.load(Ordering::SeqCst) { Err(PortError::unavailable("away")) } else { Ok(()) }
    }

    fn check_write(&self) -> Result<(), PortError> {
        self.check()?;
        let told = self.conflicts.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(1)).is_ok();
        if told { Err(PortError::Conflict) } else { Ok(()) }
    }

    fn keep(&self, invitation: &mut Invitation) {
        self.events.lock().unwrap().extend_from_slice(invitation.pending_events());
        invitation.mark_stored(invitation.version() + 1);
        let mut stored = self.invitations.lock().unwrap();
        stored.retain(|other| other.id() != invitation.id());
        stored.push(invitation.clone());
        stored.sort_by_key(Invitation::id);
    }
}

#[async_trait]
impl InvitationRepository for Store {
    async fn find(&self, id: InvitationId) -> Result<Option<Invitation>, PortError> {
        self.check()?;
        Ok(self.invitations.lock().unwrap().iter().find(|invitation| invitation.id() == id).cloned())
    }

    async fn find_by_token(&self, hash: &InvitationTokenHash) -> Result<Option<Invitation>, PortError> {
        self.check()?;
        Ok(self.invitations.lock().unwrap().iter().find(|invitation| invitation.token_hash() == hash).cloned())
    }

    async fn find_of(
        &self,
        meeting: MeetingId,
        user: UserId,
        address: Option<&Email>,
    ) -> Result<Option<Invitation>, PortError> {
        self.check()?;
        let invitations = self.invitations.lock().unwrap();
        let asked = |invitation: &&Invitation| match invitation.invitee().user_id() {
            Some(asked) => asked == user,
            None => address.is_some() && invitation.invitee().email() == address,
        };
        let of_meeting = invitations.iter().filter(|invitation| invitation.meeting_id() == meeting).filter(asked);
        let place = |invitation: &&Invitation| {
            (invitation.status().kind() != InvitationStatusKind::Revoked, invitation.created_at(), invitation.id())
        };
        Ok(of_meeting.max_by_key(place).cloned())
    }

    async fn active_of(&self, meeting: MeetingId) -> Result<Vec<Invitation>, PortError> {
        self.check()?;
        let invitations = self.invitations.lock().unwrap();
        Ok(invitations.iter().filter(|i| i.meeting_id() == meeting && i.is_active()).cloned().collect())
    }

    async fn insert(&self, invitations: &mut [Invitation]) -> Result<(), PortError> {
        self.check_write()?;
        invitations.iter_mut().for_each(|invitation| self.keep(invitation));
        Ok(())
    }

    async fn update(&self, invitation: &mut Invitation) -> Result<(), PortError> {
        self.check_write()?;
        self.keep(invitation);
        Ok(())
    }

    async fn delete_of(&self, user: UserId) -> Result<u64, PortError> {
        self.check()?;
        let mut invitations = self.invitations.lock().unwrap();
        let before = invitations.len();
        invitations.retain(|invitation| invitation.invitee().user_id() != Some(user));
        Ok((before - invitations.len()) as u64)
    }
}

#[async_trait]
impl InvitationReader for Store {
    async fn list(
        &self,
        meeting: MeetingId,
        after: Option<InvitationCursor>,
        limit: PageLimit,
    ) -> Result<Page<InvitationView, InvitationCursor>, PortError> {
        self.check()?;
        let invitations = self.invitations.lock().unwrap();
        let mut views: Vec<_> = invitations
            .iter()
            .filter(|i| i.meeting_id() == meeting && after.is_none_or(|after| i.id() < after.id))
            .map(|invitation| InvitationView::of(invitation, None))
            .collect();
        views.sort_by_key(|view| std::cmp::Reverse(view.id));
        let more = views.len() > usize::from(limit.get());
        views.truncate(usize::from(limit.get()));
        let last = views.last().map(|view| InvitationCursor { created_at: view.created_at, id: view.id });
        Ok(Page { items: views, next: last.filter(|_| more) })
    }
}

#[async_trait]
impl People for Store {
    async fn find(&self, user: UserId) -> Result<Option<Person>, PortError> {
        self.check()?;
        Ok(self.people.lock().unwrap().iter().find(|person| person.user_id == user).cloned())
    }

    async fn by_usernames(&self, usernames: &[String]) -> Result<Vec<Person>, PortError> {
        self.check()?;
        let people = self.people.lock().unwrap();
        Ok(people.iter().filter(|person| usernames.contains(&person.username.to_lowercase())).cloned().collect())
    }

    async fn by_emails(&self, emails: &[Email]) -> Result<Vec<Person>, PortError> {
        self.check()?;
        let people = self.people.lock().unwrap();
        Ok(people.iter().filter(|p| p.email_verified && emails.contains(&p.email)).cloned().collect())
    }
}

#[async_trait]
impl ReminderPlans for Store {
    async fn plan(&self, reminder: &PlannedReminder) -> Result<(), PortError> {
        self.check()?;
        self.planned.lock().unwrap().insert(reminder.meeting_id, *reminder);
        Ok(())
    }

    async fn cancel(&self, meeting: MeetingId) -> Result<(), PortError> {
        self.check()?;
        self.planned.lock().unwrap().remove(&meeting);
        Ok(())
    }

    async fn due(&self, now: DateTime<Utc>, limit: u16) -> Result<Vec<PlannedReminder>, PortError> {
        self.check()?;
        let planned = self.planned.lock().unwrap();
        Ok(planned.values().filter(|p| p.remind_at() <= now).take(usize::from(limit)).copied().collect())
    }

    async fn fire(
        &self,
        reminder: &PlannedReminder,
        next: Option<&PlannedReminder>,
        events: &[ReminderEvent],
    ) -> Result<bool, PortError> {
        self.check()?;
        let mut planned = self.planned.lock().unwrap();
        if planned.get(&reminder.meeting_id) != Some(reminder) {
            return Ok(false);
        }
        match next {
            Some(next) => planned.insert(reminder.meeting_id, *next),
            None => planned.remove(&reminder.meeting_id),
        };
        self.reminded.lock().unwrap().extend_from_slice(events);
        Ok(true)
    }
}

/// The token of an invitation is its number, until the keys are forgotten.
#[derive(Default)]
pub(super) struct Tokens(AtomicBool);

impl Tokens {
    pub(super) fn forget(&self) {
        self.0.store(true, Ordering::SeqCst);
    }
}

impl InvitationTokens for Tokens {
    fn issue(&self, id: InvitationId) -> (SecretString, InvitationTokenHash) {
        let mut bytes = [0; 32];
        bytes[..16].copy_from_slice(id.as_uuid().as_bytes());
        (format!("token-{id}").into(), InvitationTokenHash::from_bytes(bytes))
    }

    fn reissue(&self, id: InvitationId, hash: &InvitationTokenHash) -> Option<SecretString> {
        let (token, made) = self.issue(id);
        (made == *hash && !self.0.load(Ordering::SeqCst)).then_some(token)
    }

    fn hash(&self, token: &str) -> Option<InvitationTokenHash> {
        let id: Uuid = token.strip_prefix("token-")?.parse().ok()?;
        Some(self.issue(id.into()).1)
    }
}

/// Keeps what users are told.
#[derive(Default)]
pub(super) struct Notices {
    told: Mutex<Vec<Notice>>,
    no_mail: Mutex<HashSet<(UserId, String)>>,
    away: AtomicBool,
}

impl Notices {
    pub(super) fn take(&self) -> Vec<Notice> {
        std::mem::take(&mut *self.told.lock().unwrap())
    }

    pub(super) fn refuse_mail(&self, user: UserId, kind: &str) {
        self.no_mail.lock().unwrap().insert((user, kind.to_owned()));
    }

    pub(super) fn fail(&self) {
        self.away.store(true, Ordering::SeqCst);
    }
}

#[async_trait]
impl Notifier for Notices {
    async fn notify(&self, notice: Notice) -> Result<(), PortError> {
        if self.away.load(Ordering::SeqCst) {
            return Err(PortError::unavailable("away"));
        }
        self.told.lock().unwrap().push(notice);
        Ok(())
    }

    async fn wants_mail(&self, user: UserId, kind: &str) -> Result<bool, PortError> {
        Ok(!self.no_mail.lock().unwrap().contains(&(user, kind.to_owned())))
    }
}

/// Keeps mails, or answers as it was told to; writes calendar files in a few words.
#[derive(Default)]
pub(super) struct Mails {
    sent: Mutex<Vec<MeetingMail>>,
    answer: Mutex<Option<MeetingMailError>>,
}

impl Mails {
    pub(super) fn take(&self) -> Vec<MeetingMail> {
        std::mem::take(&mut *self.sent.lock().unwrap())
    }

    pub(super) fn answer_once(&self, error: MeetingMailError) {
        *self.answer.lock().unwrap() = Some(error);
    }
}

#[async_trait]
impl MeetingMailer for Mails {
    async fn send_meeting_mail(&self, mail: &MeetingMail) -> Result<(), MeetingMailError> {
        if let Some(error) = self.answer.lock().unwrap().take() {
            return Err(error);
        }
        self.sent.lock().unwrap().push(mail.clone());
        Ok(())
    }
}

impl CalendarWriter for Mails {
    fn write(&self, _: CalendarMethod, entry: &CalendarEntry) -> String {
        let attendees: Vec<&str> = entry.attendees.iter().map(|attendee| attendee.email.as_str()).collect();
        format!("{} for {}", entry.title, attendees.join(", "))
    }
}

/// A meeting to which people are invited.
pub(super) struct Invited {
    pub(super) ports: InvitationPorts,
    pub(super) store: Arc<Store>,
    pub(super) tokens: Arc<Tokens>,
    pub(super) notifier: Arc<Notices>,
    pub(super) clock: Arc<FixedClock>,
    pub(super) meeting_ref: MeetingRef,
    world: World,
}

impl Invited {
    /// A meeting that starts in an hour.
    pub(super) fn new() -> Self {
        let invited = Self::without_time();
        invited.move_by(TimeDelta::hours(1));
        invited
    }

    /// A meeting without a planned time.
    pub(super) fn without_time() -> Self {
        let world = World::new();
        let meeting_ref = world.with_meeting();
        let (store, tokens) = (Arc::new(Store::default()), Arc::new(Tokens::default()));
        let ports = InvitationPorts {
            meetings: world.meetings.clone(),
            invitations: store.clone(),
            reader: store.clone(),
            people: store.clone(),
            tokens: tokens.clone(),
            reminders: store.clone(),
            clock: world.clock.clone(),
            ids: world.ids.clone(),
        };
        let (notifier, clock) = (Arc::new(Notices::default()), world.clock.clone());
        Self { ports, store, tokens, notifier, clock, meeting_ref, world }
    }

    pub(super) fn know(&self, person: Person) {
        self.store.people.lock().unwrap().push(person);
    }

    /// The host invites; returns the identifiers.
    pub(super) async fn invite(&self, invitees: &[&str]) -> Vec<InvitationId> {
        let invitees = invitees.iter().map(|text| (*text).to_owned()).collect();
        let command = InviteToMeetingCommand { meeting: self.meeting_ref.clone(), by: user(HOST), invitees };
        let views = InviteToMeeting::new(&self.ports).execute(command).await.unwrap();
        views.iter().map(|view| view.id).collect()
    }

    /// Something happens to an invitation. What `change` answers is not looked at.
    pub(super) fn change<T>(&self, id: InvitationId, change: impl FnOnce(&mut Invitation, DateTime<Utc>) -> T) {
        let found = self.store.invitations.lock().unwrap().iter().find(|i| i.id() == id).cloned();
        let mut invitation = found.unwrap();
        change(&mut invitation, self.ports.clock.now());
        self.store.keep(&mut invitation);
    }

    pub(super) fn stored(&self) -> Vec<Invitation> {
        self.store.invitations.lock().unwrap().clone()
    }

    /// The names of all events of invitations, in order.
    pub(super) fn events(&self) -> Vec<&'static str> {
        self.store.events.lock().unwrap().iter().map(DomainEvent::name).collect()
    }

    pub(super) fn event(&self, nth: usize) -> OutboxMessage {
        message(&self.store.events.lock().unwrap()[nth])
    }

    pub(super) fn last_event(&self) -> OutboxMessage {
        message(self.store.events.lock().unwrap().last().unwrap())
    }

    pub(super) fn token(&self, id: InvitationId) -> String {
        format!("token-{id}")
    }

    pub(super) fn meeting(&self) -> Meeting {
        self.world.meeting()
    }

    /// The host moves the meeting; one without a time is planned so long from now.
    pub(super) fn move_by(&self, by: TimeDelta) {
        self.world.change(|meeting, now| {
            let start = meeting.schedule().start().unwrap_or(now) + by;
            let schedule = Schedule::parse(Some(start), None, now).unwrap();
            meeting.edit(user(HOST), MeetingEdit { schedule: Some(schedule), ..MeetingEdit::default() }, now).map(drop)
        });
    }

    pub(super) fn end(&self) {
        self.world.change(|meeting, now| meeting.end(user(HOST), now));
    }

    pub(super) fn cancel(&self) -> OutboxMessage {
        self.world.change(|meeting, now| meeting.cancel(user(HOST), now));
        let (meeting_id, at) = (self.meeting().id(), self.ports.clock.now());
        message(&MeetingEvent::Cancelled { meeting_id, cancelled_by: user(HOST), at })
    }

    /// The meeting recurs from its start on.
    pub(super) fn recur(&self, rule: &str) {
        self.world.change(|meeting, now| {
            let zone = domain_meeting::TimeZone::parse("Europe/Berlin").ok();
            let schedule = meeting.schedule().clone().in_time_zone(zone).recurring(rule, now).unwrap();
            meeting.edit(user(HOST), MeetingEdit { schedule: Some(schedule), ..MeetingEdit::default() }, now).map(drop)
        });
    }

    /// The host calls the next time off.
    pub(super) fn skip_next(&self) -> OutboxMessage {
        let start_time = self.meeting().schedule().start().unwrap();
        self.world.change(|meeting, now| meeting.skip(user(HOST), start_time, now));
        let (meeting_id, at) = (self.meeting().id(), self.ports.clock.now());
        message(&MeetingEvent::OccurrenceSkipped { meeting_id, by: user(HOST), start_time, at })
    }

    pub(super) fn delete_meeting(&self) {
        self.world.meetings.meetings.lock().unwrap().clear();
    }

    pub(super) fn meeting_created(&self) -> OutboxMessage {
        let meeting = self.meeting();
        message(&MeetingEvent::Created {
            meeting_id: meeting.id(),
            code: meeting.code().clone(),
            title: meeting.title().clone(),
            creator_id: user(HOST),
            at: self.ports.clock.now(),
        })
    }

    /// The meeting was changed, so that it is stored once more.
    pub(super) fn meeting_updated(&self, rescheduled: bool) -> OutboxMessage {
        if rescheduled {
            self.move_by(TimeDelta::zero());
        }
        let (meeting_id, at) = (self.meeting().id(), self.ports.clock.now());
        message(&MeetingEvent::Updated { meeting_id, by: user(HOST), rescheduled, at })
    }

    pub(super) fn reminder_due(&self, invitation_id: Option<InvitationId>, starts_at: DateTime<Utc>) -> OutboxMessage {
        let meeting_id = self.meeting().id();
        message(&ReminderEvent::Due { meeting_id, invitation_id, starts_at, at: self.ports.clock.now() })
    }

    pub(super) fn planned(&self) -> Vec<PlannedReminder> {
        self.store.planned.lock().unwrap().values().copied().collect()
    }

    pub(super) async fn plan_of_unknown_meeting(&self, n: u128) {
        let starts_at = self.meeting().schedule().start().unwrap();
        let meeting_id = MeetingId::from_uuid(Uuid::from_u128(10_000 + n));
        self.store.plan(&PlannedReminder { meeting_id, starts_at }).await.unwrap();
    }

    /// By which invitations people were reminded; nothing for the host.
    pub(super) fn reminded(&self) -> Vec<Option<InvitationId>> {
        let reminded = self.store.reminded.lock().unwrap();
        reminded.iter().map(|ReminderEvent::Due { invitation_id, .. }| *invitation_id).collect()
    }

    /// Every store fails from now on.
    pub(super) fn fail(&self) {
        self.store.away.store(true, Ordering::SeqCst);
        self.world.fail();
    }
}

fn message(event: &(impl DomainEvent + Serialize)) -> OutboxMessage {
    OutboxMessage {
        id: EventId::from_uuid(Uuid::from_u128(4_711)),
        name: event.name().to_owned(),
        aggregate_id: event.aggregate_id(),
        payload: serde_json::to_value(event).unwrap(),
        occurred_at: event.occurred_at(),
        attempts: 0,
        handled_by: Vec::new(),
    }
}
