//! What the use cases of bare rooms need from outside.

use std::sync::Arc;

use application_shared::PortError;
use async_trait::async_trait;
use chrono::{DateTime, Utc};
use domain_room::{BareRoom, BareRoomError, BareRoomStatusKind, CallType, ParticipantStatus, RoomName, Uid};
use domain_shared::{Clock, IdGenerator, Page, PageLimit, RoomId, UserId};
use secrecy::SecretString;
use thiserror::Error;

use super::{BareRoomView, RoomParticipantView};
use crate::RoomClaims;

/// All of them.
#[derive(Clone)]
pub struct BareRoomPorts {
    /// Bare rooms.
    pub rooms: Arc<dyn BareRoomRepository>,
    /// Bare rooms, for showing.
    pub reader: Arc<dyn BareRoomReader>,
    /// Makes room tokens.
    pub tokens: Arc<dyn RoomTokenIssuer>,
    /// Time.
    pub clock: Arc<dyn Clock>,
    /// Identifiers.
    pub ids: Arc<dyn IdGenerator>,
}

/// Names a bare room.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BareRoomRef {
    /// By its identifier.
    Id(RoomId),
    /// By its name: the room of that name that is not over, or else the last that was created.
    Name(RoomName),
}

/// What a use case does to a bare room while nobody else can change it. Called at most once.
pub type BareRoomChange<'a> = &'a mut (dyn FnMut(&mut BareRoom) -> Result<(), BareRoomError> + Send);

/// Keeps bare rooms with their participants. Each write stores rows, version and events in one transaction.
#[async_trait]
pub trait BareRoomRepository: Send + Sync {
    /// The room, if there is one.
    async fn find(&self, room: &BareRoomRef) -> Result<Option<BareRoom>, PortError>;
    /// Stores a new room as version 1. Of several that bear one name and are not over, one is stored, however many come at
    /// once.
    async fn insert(&self, room: &mut BareRoom) -> Result<(), InsertBareRoomError>;
    /// Loads the room, lets `change` act on it, and stores it, while every other `change` of the same room waits; so rules
    /// that count hold, however many come at once. When `change` refuses, or changes nothing, nothing is stored. Returns the
    /// room as stored.
    async fn change(&self, room: &BareRoomRef, change: BareRoomChange<'_>) -> Result<BareRoom, ChangeBareRoomError>;
    /// Rooms that have been empty for as long as they may be ([`BareRoom::expires_at`]), the longest overdue first.
    async fn expired(&self, now: DateTime<Utc>, limit: u16) -> Result<Vec<RoomId>, PortError>;
    /// Deletes at most `limit` rooms that were over before then, with everything that belongs to them. Tells how many.
    /// Several who delete at once do not wait for one another.
    async fn prune(&self, ended_before: DateTime<Utc>, limit: u16) -> Result<u64, PortError>;
}

/// A new room was not stored.
#[derive(Debug, Error)]
pub enum InsertBareRoomError {
    /// There is a room of that name that is not over.
    #[error("the room name is taken")]
    NameTaken,
    /// The repository failed.
    #[error(transparent)]
    Port(#[from] PortError),
}

/// A room was not changed.
#[derive(Debug, Error)]
pub enum ChangeBareRoomError {
    /// There is no such room.
    #[error("no such room")]
    NotFound,
    /// The room's rules forbid it.
    #[error(transparent)]
    Refused(#[from] BareRoomError),
    /// The repository failed.
    #[error(transparent)]
    Port(#[from] PortError),
}

/// A room was not read.
#[derive(Debug, Error)]
pub enum ReadBareRoomError {
    /// There is no such room.
    #[error("no such room")]
    NotFound,
    /// The reader failed.
    #[error(transparent)]
    Port(#[from] PortError),
}

/// Which rooms a list shows: those that are all of this.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct BareRoomFilter {
    /// In this state.
    pub status: Option<BareRoomStatusKind>,
    /// For this.
    pub call_type: Option<CallType>,
    /// From this channel.
    pub source_channel_id: Option<Uid>,
    /// Of this name.
    pub name: Option<RoomName>,
}

/// Where a list of rooms goes on: after the room created at `created_at` that bears `id`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BareRoomCursor {
    /// When the last room of the page before was created.
    pub created_at: DateTime<Utc>,
    /// Its identifier.
    pub id: RoomId,
}

/// Where a list of participants goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RoomParticipantCursor {
    /// When the last participant of the page before was asked for the first time.
    pub created_at: DateTime<Utc>,
    /// Who that is, for signalling.
    pub user_id: UserId,
}

/// Reads bare rooms for showing.
#[async_trait]
pub trait BareRoomReader: Send + Sync {
    /// The room of that name that is not over, or else the last that was created.
    async fn read(&self, name: &RoomName) -> Result<Option<BareRoomView>, PortError>;
    /// Rooms, newest first (`created_at`, then `id`, both descending).
    async fn list(
        &self,
        filter: &BareRoomFilter,
        after: Option<BareRoomCursor>,
        limit: PageLimit,
    ) -> Result<Page<BareRoomView, BareRoomCursor>, PortError>;
    /// Everybody who was ever asked into the room, or those who stand so, by the first time (`created_at`, then `user_id`).
    async fn participants(
        &self,
        room: RoomId,
        status: Option<ParticipantStatus>,
        after: Option<RoomParticipantCursor>,
        limit: PageLimit,
    ) -> Result<Page<RoomParticipantView, RoomParticipantCursor>, PortError>;
}

/// Makes room tokens that say what the claims say. What it makes, [`crate::RoomTokenVerifier`] reads.
pub trait RoomTokenIssuer: Send + Sync {
    /// A token of `now` that lets its bearer in until the claims' `expires_at`.
    ///
    /// # Errors
    /// [`PortError::Unavailable`] when it cannot be signed.
    fn issue_for(&self, claims: &RoomClaims, now: DateTime<Utc>) -> Result<SecretString, PortError>;
}
