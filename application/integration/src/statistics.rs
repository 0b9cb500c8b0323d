//! Tells administrators and other backends what goes on, in numbers.

use std::sync::Arc;

use application_shared::PortError;
use async_trait::async_trait;
use chrono::{DateTime, Utc};
use domain_shared::{Clock, RoomId};
use thiserror::Error;

use crate::{Administrators, WebhookError, WebhookManager, webhook_access::Admitted};

/// The most live rooms that are told of one by one.
pub const MAX_LIVE_ROOMS: u16 = 1_000;

/// Meetings by state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct MeetingCounts {
    /// Nobody has come yet.
    pub scheduled: u64,
    /// They take place.
    pub live: u64,
    /// They have taken place.
    pub ended: u64,
    /// They were called off.
    pub cancelled: u64,
}

/// Rooms of other backends, by state. Those that were over for long are deleted, and not counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct RoomCounts {
    /// Nobody has come yet.
    pub waiting: u64,
    /// They have begun.
    pub active: u64,
    /// They are over.
    pub ended: u64,
    /// They were called off.
    pub cancelled: u64,
    /// People in them.
    pub people: u64,
}

/// Meetings that ended within some time and that somebody had come to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct HeldMeetings {
    /// How many.
    pub meetings: u64,
    /// How long they took, all together, in whole minutes.
    pub minutes: u64,
}

/// What all nodes share, in numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Statistics {
    /// Accounts that are not deleted.
    pub users: u64,
    /// Accounts of which a session was used within a quarter of an hour.
    pub active_users: u64,
    /// Meetings by state.
    pub meetings: MeetingCounts,
    /// People in live meetings.
    pub people: u64,
    /// The most people who were there at once within 24 hours.
    pub peak_people: u64,
    /// Rooms of other backends.
    pub rooms: RoomCounts,
    /// Meetings held within 24 hours.
    pub held_day: HeldMeetings,
    /// Within 7 days.
    pub held_week: HeldMeetings,
    /// Within 30 days.
    pub held_month: HeldMeetings,
}

/// A room in which people are, or may be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LiveRoom {
    /// The room. That of a meeting bears the meeting's identifier.
    pub room_id: RoomId,
    /// What it is called, if it is a room of another backend, and not a meeting's.
    pub room_name: Option<String>,
    /// Since when it is live.
    pub since: DateTime<Utc>,
    /// How many are in it.
    pub people: u64,
}

/// Live rooms, the newest first.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct LiveRoomList {
    /// At most [`MAX_LIVE_ROOMS`] of them.
    pub rooms: Vec<LiveRoom>,
    /// How many there are.
    pub total: u64,
}

/// Reads what all nodes share. An answer may be some seconds old.
#[async_trait]
pub trait StatisticsReader: Send + Sync {
    /// The numbers, as of `now`.
    async fn read(&self, now: DateTime<Utc>) -> Result<Statistics, PortError>;
    /// The live rooms.
    async fn live_rooms(&self) -> Result<LiveRoomList, PortError>;
}

/// What is live on this node.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct NodeStatistics {
    /// Open signalling connections.
    pub connections: u64,
    /// Open rooms.
    pub rooms: u64,
    /// Participants in them.
    pub peers: u64,
    /// Tracks that they send.
    pub producers: u64,
    /// Tracks that they receive.
    pub consumers: u64,
}

/// Tracks of one room on this node.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct RoomTracks {
    /// That participants send.
    pub producers: u64,
    /// That they receive.
    pub consumers: u64,
}

/// Knows what is live on this node.
pub trait ThisNode: Send + Sync {
    /// All of it; `None` when this node has no rooms.
    fn statistics(&self) -> Option<NodeStatistics>;
    /// The tracks of a room; `None` when it is not open on this node.
    fn tracks(&self, room: RoomId) -> Option<RoomTracks>;
}

/// Why no statistics were told.
#[derive(Debug, Error)]
pub enum StatisticsError {
    /// Whoever asks may not know.
    #[error("only administrators may do that")]
    Forbidden,
    /// A port could not do its work.
    #[error(transparent)]
    Port(#[from] PortError),
}

/// The ports of these use cases.
#[derive(Clone)]
pub struct StatisticsPorts {
    /// Knows who administers.
    pub administrators: Arc<dyn Administrators>,
    /// Reads what all nodes share.
    pub reader: Arc<dyn StatisticsReader>,
    /// Knows what is live here.
    pub node: Arc<dyn ThisNode>,
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
}

impl StatisticsPorts {
    /// Lets keys that are good for it, and administrators, through.
    async fn admit(&self, who: WebhookManager) -> Result<(), StatisticsError> {
        match Admitted::admit(who, &*self.administrators, self.clock.now()).await {
            Ok(_) => Ok(()),
            Err(WebhookError::Port(error)) => Err(error.into()),
            Err(WebhookError::Forbidden | WebhookError::NotFound) => Err(StatisticsError::Forbidden),
        }
    }
}

/// Tells what goes on, in numbers.
pub struct ReadStatistics(StatisticsPorts);

impl ReadStatistics {
    /// Takes the ports.
    #[must_use]
    pub const fn new(ports: StatisticsPorts) -> Self {
        Self(ports)
    }

    /// The numbers of all nodes, and of this one.
    ///
    /// # Errors
    /// [`StatisticsError`].
    pub async fn execute(&self, who: WebhookManager) -> Result<(Statistics, Option<NodeStatistics>), StatisticsError> {
        self.0.admit(who).await?;
        Ok((self.0.reader.read(self.0.clock.now()).await?, self.0.node.statistics()))
    }
}

/// Tells which rooms are live.
pub struct ReadLiveRooms(StatisticsPorts);

impl ReadLiveRooms {
    /// Takes the ports.
    #[must_use]
    pub const fn new(ports: StatisticsPorts) -> Self {
        Self(ports)
    }

    /// The rooms, each with its tracks when it is open on this node; and how many there are.
    ///
    /// # Errors
    /// [`StatisticsError`].
    pub async fn execute(
        &self,
        who: WebhookManager,
    ) -> Result<(Vec<(LiveRoom, Option<RoomTracks>)>, u64), StatisticsError> {
        self.0.admit(who).await?;
        let LiveRoomList { rooms, total } = self.0.reader.live_rooms().await?;
        let with_tracks = |room: LiveRoom| {
            let tracks = self.0.node.tracks(room.room_id);
            (room, tracks)
        };
        Ok((rooms.into_iter().map(with_tracks).collect(), total))
    }
}

#[cfg(test)]
mod tests {
    use domain_shared::FixedClock;
    use uuid::Uuid;

    use super::*;
    use crate::test_support::{ADMIN, KEY, NOBODY, World, at};

    const HERE: RoomId = RoomId::from_uuid(Uuid::from_u128(1));
    const THERE: RoomId = RoomId::from_uuid(Uuid::from_u128(2));

    struct Numbers(bool);

    #[async_trait]
    impl StatisticsReader for Numbers {
        async fn read(&self, now: DateTime<Utc>) -> Result<Statistics, PortError> {
            assert_eq!(now, at(5));
            if self.0 {
                Ok(Statistics { users: 7, ..Statistics::default() })
            } else {
                Err(PortError::unavailable("away"))
            }
        }

        async fn live_rooms(&self) -> Result<LiveRoomList, PortError> {
            let rooms = [HERE, THERE].map(|room_id| LiveRoom { room_id, room_name: None, since: at(1), people: 2 });
            if self.0 {
                Ok(LiveRoomList { rooms: rooms.into(), total: 9 })
            } else {
                Err(PortError::unavailable("away"))
            }
        }
    }

    impl ThisNode for Numbers {
        fn statistics(&self) -> Option<NodeStatistics> {
            Some(NodeStatistics { peers: 3, ..NodeStatistics::default() })
        }

        fn tracks(&self, room: RoomId) -> Option<RoomTracks> {
            (room == HERE).then_some(RoomTracks { producers: 1, consumers: 2 })
        }
    }

    fn ports(work: bool) -> StatisticsPorts {
        StatisticsPorts {
            administrators: World::new().ports.administrators,
            reader: Arc::new(Numbers(work)),
            node: Arc::new(Numbers(work)),
            clock: Arc::new(FixedClock::at(at(5))),
        }
    }

    #[tokio::test]
    async fn keys_and_administrators_are_told() {
        for who in [WebhookManager::ApiKey(KEY), WebhookManager::User(ADMIN)] {
            let (all, here) = ReadStatistics::new(ports(true)).execute(who).await.unwrap();
            assert_eq!((all.users, here.unwrap().peers), (7, 3));
            let (rooms, total) = ReadLiveRooms::new(ports(true)).execute(who).await.unwrap();
            let tracks: Vec<_> = rooms.iter().map(|(room, tracks)| (room.room_id, tracks.is_some())).collect();
            assert_eq!((tracks, total), (vec![(HERE, true), (THERE, false)], 9));
        }
    }

    #[tokio::test]
    async fn nobody_else_is_told() {
        let who = WebhookManager::User(NOBODY);
        assert!(matches!(ReadStatistics::new(ports(true)).execute(who).await, Err(StatisticsError::Forbidden)));
        assert!(matches!(ReadLiveRooms::new(ports(true)).execute(who).await, Err(StatisticsError::Forbidden)));
    }

    #[tokio::test]
    async fn a_store_that_is_away_is_said_to_be_so() {
        let who = WebhookManager::ApiKey(KEY);
        assert!(matches!(ReadStatistics::new(ports(false)).execute(who).await, Err(StatisticsError::Port(_))));
        assert!(matches!(ReadLiveRooms::new(ports(false)).execute(who).await, Err(StatisticsError::Port(_))));
    }
}
