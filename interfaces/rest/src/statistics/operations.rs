//! The operations of statistics.

use std::sync::Arc;

use application_integration::{ReadLiveRooms, ReadStatistics, StatisticsError, StatisticsPorts};
use domain_shared::Clock;
use poem_openapi::OpenApi;

use super::shapes::{LiveRoomList, Stats};
use crate::{answer::Answer, api_key_authentication::ByApiKeyOrUser, code::Code, failure::Failure, tags::Tag};

/// The use cases that the operations drive.
pub struct StatisticsUseCases {
    /// Tells numbers.
    pub read: ReadStatistics,
    /// Tells which rooms are live.
    pub live_rooms: ReadLiveRooms,
}

impl StatisticsUseCases {
    /// All of them, on these ports.
    #[must_use]
    pub fn new(ports: &StatisticsPorts) -> Self {
        Self { read: ReadStatistics::new(ports.clone()), live_rooms: ReadLiveRooms::new(ports.clone()) }
    }
}

/// The operations of this area.
pub struct StatisticsApi {
    /// What they drive.
    pub use_cases: StatisticsUseCases,
    /// Dates the answers.
    pub clock: Arc<dyn Clock>,
}

impl From<StatisticsError> for Failure {
    fn from(error: StatisticsError) -> Self {
        match error {
            StatisticsError::Forbidden => Code::Forbidden.into(),
            StatisticsError::Port(error) => error.into(),
        }
    }
}

#[OpenApi(prefix_path = "/api/v1", tag = "Tag::Statistics")]
impl StatisticsApi {
    /// Tell what goes on, in numbers
    ///
    /// For administrators, and API keys with `stats:read`. Numbers of all nodes may be ten seconds old.
    #[oai(path = "/stats", method = "get", operation_id = "readStatistics")]
    async fn read(&self, who: ByApiKeyOrUser) -> Result<Answer<Stats>, Failure> {
        let (all, here) = self.use_cases.read.execute(who.0).await?;
        Ok(Answer::new(Stats::new(all, here), self.clock.now()))
    }

    /// Tell which rooms are live
    ///
    /// Those of live meetings, and the active ones of other backends. For administrators, and API keys with `stats:read`. The
    /// newest first, at most 1,000. The list may be ten seconds old.
    #[oai(path = "/rooms/stats", method = "get", operation_id = "readRoomStatistics")]
    async fn rooms(&self, who: ByApiKeyOrUser) -> Result<Answer<LiveRoomList>, Failure> {
        let (rooms, total) = self.use_cases.live_rooms.execute(who.0).await?;
        Ok(Answer::new(LiveRoomList::new(rooms, total), self.clock.now()))
    }
}
