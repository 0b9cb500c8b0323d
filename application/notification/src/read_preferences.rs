//! Shows how a user wants to be told.

use std::sync::Arc;

use application_shared::PortError;
use domain_notification::NotificationPreferences;
use domain_shared::UserId;

use crate::{NotificationPorts, PreferenceStore};

/// Shows how a user wants to be told.
pub struct ReadPreferences {
    preferences: Arc<dyn PreferenceStore>,
}

impl ReadPreferences {
    /// Takes the port.
    #[must_use]
    pub fn new(ports: &NotificationPorts) -> Self {
        Self { preferences: Arc::clone(&ports.preferences) }
    }

    /// Reads it.
    ///
    /// # Errors
    /// [`PortError`] when the store could not do it.
    pub async fn execute(&self, user_id: UserId) -> Result<NotificationPreferences, PortError> {
        self.preferences.find(user_id).await
    }
}
