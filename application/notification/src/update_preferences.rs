//! Changes how a user wants to be told.

use std::sync::Arc;

use application_shared::PortError;
use domain_notification::{Channels, NotificationKind, NotificationPreferences};
use domain_shared::UserId;

use crate::{NotificationPorts, PreferenceStore};

/// What is wanted.
#[derive(Debug, Clone)]
pub struct UpdatePreferencesCommand {
    /// Whose.
    pub user_id: UserId,
    /// How to be told of each kind; of those that are left out, in every way. Of a kind that stands twice the last counts.
    pub chosen: Vec<(NotificationKind, Channels)>,
}

/// Changes how a user wants to be told, in the place of all that was chosen before.
pub struct UpdatePreferences {
    preferences: Arc<dyn PreferenceStore>,
}

impl UpdatePreferences {
    /// Takes the port.
    #[must_use]
    pub fn new(ports: &NotificationPorts) -> Self {
        Self { preferences: Arc::clone(&ports.preferences) }
    }

    /// Changes it.
    ///
    /// # Errors
    /// [`PortError`] when the store could not do it.
    pub async fn execute(&self, command: UpdatePreferencesCommand) -> Result<NotificationPreferences, PortError> {
        let preferences = NotificationPreferences::new(command.chosen);
        self.preferences.save(command.user_id, &preferences).await?;
        Ok(preferences)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        ReadPreferences,
        test_support::{World, user},
    };

    #[tokio::test]
    async fn what_is_chosen_takes_the_place_of_what_was() {
        let world = World::new();
        let (update, read) = (UpdatePreferences::new(&world.ports), ReadPreferences::new(&world.ports));
        let quiet = Channels { in_app: true, email: false };
        for kind in [NotificationKind::MeetingChanged, NotificationKind::MeetingReminder] {
            let command = UpdatePreferencesCommand { user_id: user(1), chosen: vec![(kind, quiet)] };
            let stored = update.execute(command).await.unwrap();
            assert_eq!(stored.chosen().collect::<Vec<_>>(), [(kind, quiet)]);
            assert_eq!(read.execute(user(1)).await.unwrap(), stored);
        }
        assert_eq!(read.execute(user(2)).await.unwrap(), NotificationPreferences::default());
        world.fail();
        assert!(update.execute(UpdatePreferencesCommand { user_id: user(1), chosen: Vec::new() }).await.is_err());
        assert!(read.execute(user(1)).await.is_err());
    }
}
