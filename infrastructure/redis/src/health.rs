//! Whether Redis answers.

use application_shared::{HealthCheck, PortError};
use async_trait::async_trait;
use fred::prelude::{ClientLike, Pool};

use crate::connection::at_once;

/// Pings Redis. It takes no longer than the command timeout.
pub struct RedisHealth {
    pool: Pool,
}

impl RedisHealth {
    pub(crate) const fn new(pool: Pool) -> Self {
        Self { pool }
    }
}

#[async_trait]
impl HealthCheck for RedisHealth {
    fn name(&self) -> &'static str {
        "redis"
    }

    async fn check(&self) -> Result<(), PortError> {
        let client = self.pool.next_connected().with_options(&at_once());
        client.ping::<()>(None).await.map_err(PortError::unavailable)
    }
}
