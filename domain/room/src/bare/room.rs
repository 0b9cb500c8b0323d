//! The aggregate: how a bare room begins and ends, and what is known of it.

use std::collections::BTreeSet;

use chrono::{DateTime, SubsecRound, Utc};
use domain_shared::{Events, RoomId, UserId};
use thiserror::Error;

use super::{
    BareParticipant, BareRoomEvent, BareRoomSnapshot, BareRoomStatus, BareRoomStatusKind, CallType, CorruptBareRoom,
    DepartureReason, EmptyRoomTimeout, EndReason, ParticipantStatus, RoomMetadata, RoomName, RoomPlaces, SourceChannel,
    Uid,
};
use crate::{Grants, MediaKind, MediaSource, ParticipantRole};

/// A bare room and everybody who was ever asked into it. At most `max_participants` are in it at once; who is in is out
/// when it is over; then nothing changes any more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BareRoom {
    pub(super) id: RoomId,
    pub(super) name: RoomName,
    call_type: CallType,
    pub(super) invite_on: bool,
    source_channel: SourceChannel,
    creator: Uid,
    status: BareRoomStatus,
    max_participants: RoomPlaces,
    empty_timeout: EmptyRoomTimeout,
    departure_timeout: EmptyRoomTimeout,
    metadata: Option<RoomMetadata>,
    pub(super) locked: bool,
    created_at: DateTime<Utc>,
    pub(super) updated_at: DateTime<Utc>,
    version: i64,
    pub(super) participants: Vec<BareParticipant>,
    pub(super) events: Events<BareRoomEvent>,
}

/// What a bare room is made of.
#[derive(Debug, Clone)]
pub struct NewBareRoom {
    /// The identifier, also of the live room.
    pub id: RoomId,
    /// What it is called.
    pub name: RoomName,
    /// What it is for.
    pub call_type: CallType,
    /// Whether only those come in who were invited. A token is an invitation.
    pub invite_on: bool,
    /// Where it comes from.
    pub source_channel: SourceChannel,
    /// Who creates it, for the other backend: its host.
    pub creator: Uid,
    /// How many may be in it at once.
    pub max_participants: RoomPlaces,
    /// How long it waits for the first to come.
    pub empty_timeout: EmptyRoomTimeout,
    /// How long it waits for somebody to come back when all have left.
    pub departure_timeout: EmptyRoomTimeout,
    /// What the other backend wants to remember of it.
    pub metadata: Option<RoomMetadata>,
}

/// The room's rules forbid it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum BareRoomError {
    /// It is over.
    #[error("the room has ended")]
    Ended,
    /// It has begun, so that it can be ended but not cancelled.
    #[error("the room has begun")]
    AlreadyStarted,
    /// Its state does not lead to that one.
    #[error("the room cannot become that")]
    WrongStatus,
    /// Every place is taken.
    #[error("the room is full")]
    Full,
    /// Nobody new is let in.
    #[error("the room is locked")]
    Locked,
    /// Only those come in who were invited.
    #[error("not invited to the room")]
    NotInvited,
    /// They may not come back.
    #[error("banned from the room")]
    Banned,
    /// The token was revoked: they were made to leave since, or have left.
    #[error("the token has been revoked")]
    Revoked,
    /// Too many were ever asked.
    #[error("too many people were asked into the room")]
    TooMany,
    /// They were never asked.
    #[error("no such participant")]
    NoSuchParticipant,
    /// Their status does not lead to that one.
    #[error("the participant cannot become that")]
    WrongParticipantStatus,
    /// Only hosts may do that.
    #[error("only a host may do that")]
    NotHost,
    /// Only hosts and co-hosts may do that.
    #[error("only a host or co-host may do that")]
    NotModerator,
    /// Nobody acts on somebody of the same or a higher role.
    #[error("that person's role forbids it")]
    Outranked,
}

impl BareRoom {
    /// How many different people may be asked into one room in all.
    pub const MAX_EVER: usize = 5_000;

    /// Creates a room that nobody was asked into yet.
    #[must_use]
    pub fn create(new: NewBareRoom, now: DateTime<Utc>) -> Self {
        let now = now.trunc_subsecs(6);
        let NewBareRoom {
            id,
            name,
            call_type,
            invite_on,
            source_channel,
            creator,
            max_participants,
            empty_timeout,
            departure_timeout,
            metadata,
        } = new;
        let mut events = Events::default();
        events.record(BareRoomEvent::Created {
            room_id: id,
            room_name: name.clone(),
            call_type,
            source_channel_id: source_channel.id.clone(),
            source_channel_type: source_channel.kind,
            creator: creator.clone(),
            at: now,
        });
        Self {
            id,
            name,
            call_type,
            invite_on,
            source_channel,
            creator,
            status: BareRoomStatus::Waiting,
            max_participants,
            empty_timeout,
            departure_timeout,
            metadata,
            locked: false,
            created_at: now,
            updated_at: now,
            version: 0,
            participants: Vec::new(),
            events,
        }
    }

    /// The backend says what has become of it: `active` begins it, `ended` ends it, `cancelled` calls it off before
    /// anybody came. Tells whether that is news.
    ///
    /// # Errors
    /// [`BareRoomError::Ended`], [`BareRoomError::AlreadyStarted`], [`BareRoomError::WrongStatus`].
    pub fn set_status(&mut self, status: BareRoomStatusKind, now: DateTime<Utc>) -> Result<bool, BareRoomError> {
        let now = self.instant(now);
        let present = self.status.kind();
        if present == status {
            return Ok(false);
        }
        self.refuse_if_over()?;
        match status {
            BareRoomStatusKind::Waiting => return Err(BareRoomError::WrongStatus),
            BareRoomStatusKind::Active => self.start_if_waiting(now),
            BareRoomStatusKind::Ended => self.finish(EndReason::EndedByBackend, now),
            BareRoomStatusKind::Cancelled if present == BareRoomStatusKind::Waiting => {
                self.finish(EndReason::Cancelled, now);
            }
            BareRoomStatusKind::Cancelled => return Err(BareRoomError::AlreadyStarted),
        }
        Ok(true)
    }

    /// Ends it for everybody.
    ///
    /// # Errors
    /// [`BareRoomError::Ended`] when it is over already.
    pub fn end(&mut self, reason: EndReason, now: DateTime<Utc>) -> Result<(), BareRoomError> {
        let now = self.instant(now);
        self.refuse_if_over()?;
        self.finish(reason, now);
        Ok(())
    }

    /// When it is over by itself, should nobody come until then; `None` while somebody is in it, and when it is over.
    #[must_use]
    pub fn expires_at(&self) -> Option<DateTime<Utc>> {
        if self.status.kind().is_over() || self.present() > 0 {
            return None;
        }
        Some(match self.last_departure() {
            Some(left_at) => left_at + self.departure_timeout.as_delta(),
            None => self.status.started_at().unwrap_or(self.created_at) + self.empty_timeout.as_delta(),
        })
    }

    /// Ends it if it has been empty for as long as it may be. Tells whether it has.
    pub fn expire(&mut self, now: DateTime<Utc>) -> bool {
        if self.expires_at().is_none_or(|expires_at| now < expires_at) {
            return false;
        }
        let reason = if self.last_departure().is_some() { EndReason::EverybodyLeft } else { EndReason::NobodyCame };
        let now = self.instant(now);
        self.finish(reason, now);
        true
    }

    fn last_departure(&self) -> Option<DateTime<Utc>> {
        self.participants.iter().filter_map(BareParticipant::left_at).max()
    }

    fn finish(&mut self, reason: EndReason, now: DateTime<Utc>) {
        for at in 0..self.participants.len() {
            if self.participants[at].is_present() {
                self.participants[at].become_status(ParticipantStatus::Left, now);
                self.record_left(at, DepartureReason::RoomEnded, now);
            }
        }
        let status = match reason {
            EndReason::Cancelled => BareRoomStatus::Cancelled { at: now },
            EndReason::EndedByBackend | EndReason::EndedByHost | EndReason::NobodyCame | EndReason::EverybodyLeft => {
                BareRoomStatus::Ended { started_at: self.status.started_at(), at: now }
            }
        };
        self.become_status(status, now);
        let (room_id, room_name) = self.named();
        self.events.record(BareRoomEvent::Ended { room_id, room_name, reason, at: now });
    }

    pub(super) fn start_if_waiting(&mut self, now: DateTime<Utc>) {
        if self.status == BareRoomStatus::Waiting {
            self.become_status(BareRoomStatus::Active { started_at: now }, now);
        }
    }

    fn become_status(&mut self, status: BareRoomStatus, now: DateTime<Utc>) {
        let (previous, (room_id, room_name)) = (self.status.kind(), self.named());
        self.status = status;
        self.updated_at = now;
        let status = status.kind();
        self.events.record(BareRoomEvent::StatusChanged { room_id, room_name, previous, status, at: now });
    }

    /// The present instant for this room: whole microseconds, and never before its last change, for the clocks of nodes
    /// differ a little.
    pub(super) fn instant(&self, now: DateTime<Utc>) -> DateTime<Utc> {
        now.trunc_subsecs(6).max(self.updated_at)
    }

    pub(super) fn named(&self) -> (RoomId, RoomName) {
        (self.id, self.name.clone())
    }

    pub(super) fn record_left(&mut self, at: usize, reason: DepartureReason, now: DateTime<Utc>) {
        let (room_id, room_name) = self.named();
        let participant = &self.participants[at];
        let (uid, participant_id) = (participant.uid().clone(), participant.user_id());
        self.events.record(BareRoomEvent::ParticipantLeft { room_id, room_name, uid, participant_id, reason, at: now });
    }

    pub(super) const fn refuse_if_over(&self) -> Result<(), BareRoomError> {
        if self.status.kind().is_over() { Err(BareRoomError::Ended) } else { Ok(()) }
    }

    pub(super) fn refuse_if_full(&self) -> Result<(), BareRoomError> {
        if self.present() < usize::from(self.max_participants.get()) { Ok(()) } else { Err(BareRoomError::Full) }
    }

    pub(super) fn position(&self, uid: &Uid) -> Option<usize> {
        self.participants.iter().position(|participant| participant.uid() == uid)
    }

    pub(super) fn position_of(&self, user_id: UserId) -> Option<usize> {
        self.participants.iter().position(|participant| participant.user_id() == user_id)
    }

    /// Everything that may be granted in this room: no picture where only sound is.
    #[must_use]
    pub fn all_grants(&self) -> Grants {
        self.fitting(Grants::full())
    }

    /// The sources that may be granted in this room.
    #[must_use]
    pub fn sources(&self) -> BTreeSet<MediaSource> {
        let sound_only = self.call_type == CallType::Audio;
        MediaSource::ALL.into_iter().filter(|source| !sound_only || source.kind() == MediaKind::Audio).collect()
    }

    /// These as far as they may be granted here.
    pub(super) fn fitting(&self, mut grants: Grants) -> Grants {
        let sources = self.sources();
        grants.audio_only = self.call_type == CallType::Audio;
        grants.can_publish_sources.retain(|source| sources.contains(source));
        grants.lobby = false;
        grants
    }

    /// What somebody is here unless the backend says otherwise.
    #[must_use]
    pub fn usual_role(&self, uid: &Uid) -> ParticipantRole {
        if *uid == self.creator { ParticipantRole::Host } else { ParticipantRole::Participant }
    }

    /// How many are in it, or on the way into it.
    #[must_use]
    pub fn present(&self) -> usize {
        self.participants.iter().filter(|participant| participant.is_present()).count()
    }

    /// Everybody who was ever asked, in the order of the first time.
    #[must_use]
    pub fn participants(&self) -> &[BareParticipant] {
        &self.participants
    }

    /// Somebody, by what the other backend calls them.
    #[must_use]
    pub fn participant(&self, uid: &Uid) -> Option<&BareParticipant> {
        self.position(uid).map(|at| &self.participants[at])
    }

    /// Somebody, by what signalling calls them.
    #[must_use]
    pub fn participant_of(&self, user_id: UserId) -> Option<&BareParticipant> {
        self.position_of(user_id).map(|at| &self.participants[at])
    }

    /// The identifier, also of the live room.
    #[must_use]
    pub const fn id(&self) -> RoomId {
        self.id
    }

    /// What it is called.
    #[must_use]
    pub const fn name(&self) -> &RoomName {
        &self.name
    }

    /// What it is for.
    #[must_use]
    pub const fn call_type(&self) -> CallType {
        self.call_type
    }

    /// Where it is in its life.
    #[must_use]
    pub const fn status(&self) -> BareRoomStatus {
        self.status
    }

    /// Whether nobody new is let in.
    #[must_use]
    pub const fn is_locked(&self) -> bool {
        self.locked
    }

    /// When anything about it changed last.
    #[must_use]
    pub const fn updated_at(&self) -> DateTime<Utc> {
        self.updated_at
    }

    /// How often it has been stored; 0: never.
    #[must_use]
    pub const fn version(&self) -> i64 {
        self.version
    }

    /// What it has stated since it was stored last.
    #[must_use]
    pub fn pending_events(&self) -> &[BareRoomEvent] {
        self.events.pending()
    }

    /// The repository has stored it, with its events, as `version`.
    pub fn mark_stored(&mut self, version: i64) {
        self.version = version;
        self.events.take();
    }

    /// The room as plain data.
    #[must_use]
    pub fn to_snapshot(&self) -> BareRoomSnapshot {
        BareRoomSnapshot {
            id: self.id,
            name: self.name.clone(),
            call_type: self.call_type,
            invite_on: self.invite_on,
            source_channel: self.source_channel.clone(),
            creator: self.creator.clone(),
            status: self.status,
            max_participants: self.max_participants,
            empty_timeout: self.empty_timeout,
            departure_timeout: self.departure_timeout,
            metadata: self.metadata.clone(),
            locked: self.locked,
            created_at: self.created_at,
            updated_at: self.updated_at,
            version: self.version,
            participants: self.participants.iter().map(BareParticipant::to_snapshot).collect(),
        }
    }

    /// The room that was stored.
    ///
    /// # Errors
    /// [`CorruptBareRoom`] when the data is no bare room.
    pub fn from_snapshot(snapshot: BareRoomSnapshot) -> Result<Self, CorruptBareRoom> {
        Ok(Self {
            id: snapshot.id,
            name: snapshot.name,
            call_type: snapshot.call_type,
            invite_on: snapshot.invite_on,
            source_channel: snapshot.source_channel,
            creator: snapshot.creator,
            status: snapshot.status,
            max_participants: snapshot.max_participants,
            empty_timeout: snapshot.empty_timeout,
            departure_timeout: snapshot.departure_timeout,
            metadata: snapshot.metadata,
            locked: snapshot.locked,
            created_at: snapshot.created_at,
            updated_at: snapshot.updated_at,
            version: snapshot.version,
            participants: BareRoomSnapshot::participants_of(snapshot.participants)?,
            events: Events::default(),
        })
    }
}
