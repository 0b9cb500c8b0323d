//! Shuts an account out.

use std::sync::Arc;

use application_shared::{FieldError, PortError};
use chrono::{DateTime, Utc};
use domain_shared::{Clock, UserId};
use domain_user::{BanError, BanReason, Permission, SessionEndReason};
use thiserror::Error;

use crate::{
    AccountPorts, AdminUserView, AdministrationError, SessionRepository, UserReader, UserRepository,
    administration::administrator,
    changes::{change_user, end_sessions},
};

/// Who is to be shut out.
#[derive(Debug, Clone)]
pub struct BanUserCommand {
    /// Who does it.
    pub by: UserId,
    /// The account.
    pub user_id: UserId,
    /// Why.
    pub reason: String,
    /// Until when; for ever when absent.
    pub until: Option<DateTime<Utc>>,
}

/// Why nobody was shut out.
#[derive(Debug, Error)]
pub enum BanUserError {
    /// Something filled in breaks a rule.
    #[error("some fields cannot be accepted")]
    Invalid(Vec<FieldError>),
    /// Administrators lose their role first.
    #[error("an administrator cannot be banned")]
    Administrator,
    /// It may not be done, or there is nobody.
    #[error(transparent)]
    Administration(#[from] AdministrationError),
}

impl From<PortError> for BanUserError {
    fn from(error: PortError) -> Self {
        Self::Administration(error.into())
    }
}

impl From<BanError> for BanUserError {
    fn from(error: BanError) -> Self {
        match error {
            BanError::Administrator => Self::Administrator,
            BanError::Deleted => Self::Administration(AdministrationError::NotFound),
            BanError::EndsInThePast => {
                Self::Invalid(vec![FieldError::new("until", "in_the_past", "must lie in the future")])
            }
        }
    }
}

/// Shuts an account out and ends its sessions, and with them its calls.
pub struct BanUser {
    users: Arc<dyn UserRepository>,
    sessions: Arc<dyn SessionRepository>,
    reader: Arc<dyn UserReader>,
    clock: Arc<dyn Clock>,
}

impl BanUser {
    /// Takes the ports.
    #[must_use]
    pub fn new(ports: &AccountPorts) -> Self {
        Self {
            users: Arc::clone(&ports.users),
            sessions: Arc::clone(&ports.sessions),
            reader: Arc::clone(&ports.user_reader),
            clock: Arc::clone(&ports.clock),
        }
    }

    /// Shuts the account out, or changes the terms on which it is. Shows it.
    ///
    /// # Errors
    /// [`BanUserError`].
    pub async fn execute(&self, command: BanUserCommand) -> Result<AdminUserView, BanUserError> {
        let BanUserCommand { by, user_id, reason, until } = command;
        let now = self.clock.now();
        administrator(&*self.users, by, Permission::ManageUsers, now).await?;
        let reason = BanReason::parse(&reason)
            .map_err(|error| BanUserError::Invalid(vec![FieldError::new("reason", error.code(), error.to_string())]))?;
        change_user(&*self.users, user_id, |user| user.ban(&reason, until, by, now).map_err(BanUserError::from))
            .await?
            .ok_or(AdministrationError::NotFound)?;
        let ended = end_sessions(&*self.sessions, user_id, None, SessionEndReason::Banned, now).await?;
        tracing::info!(%user_id, %by, ended, "account banned");
        Ok(self.reader.read_for_admin(user_id, now).await?.ok_or(AdministrationError::NotFound)?)
    }
}

#[cfg(test)]
mod tests {
    use domain_user::{UserRole, UserStatus};
    use uuid::Uuid;

    use super::*;
    use crate::{
        RefreshSession, RefreshSessionError, UnbanUser,
        test_support::{World, refresh},
    };

    fn ban(by: UserId, user_id: UserId) -> BanUserCommand {
        BanUserCommand { by, user_id, reason: "spam".to_owned(), until: None }
    }

    #[tokio::test]
    async fn a_ban_ends_the_sessions_and_can_be_taken_back() {
        let (world, id) = World::with_alice().await;
        let admin = world.add_admin("root").await;
        let signed_in = world.sign_in().await;
        let view = BanUser::new(&world.ports).execute(ban(admin, id)).await.unwrap();
        assert_eq!((view.user.status, view.ban.unwrap().reason.as_str()), (UserStatus::Banned, "spam"));
        assert_eq!(world.sessions.only().ended.unwrap().reason, SessionEndReason::Banned);
        let refused = RefreshSession::new(&world.ports).execute(refresh(&signed_in.refresh)).await;
        assert!(matches!(refused, Err(RefreshSessionError::Banned)));
        let view = UnbanUser::new(&world.ports).execute(admin, id).await.unwrap();
        assert_eq!((view.user.status, view.ban), (UserStatus::Active, None));
        world.sign_in().await;
    }

    #[tokio::test]
    async fn only_administrators_ban_and_only_others() {
        let (world, id) = World::with_alice().await;
        let admin = world.add_admin("root").await;
        let use_case = BanUser::new(&world.ports);
        let forbidden = use_case.execute(ban(id, admin)).await;
        assert!(matches!(forbidden, Err(BanUserError::Administration(AdministrationError::Forbidden))));
        assert!(matches!(use_case.execute(ban(admin, admin)).await, Err(BanUserError::Administrator)));
        let nobody = use_case.execute(ban(admin, Uuid::nil().into())).await;
        assert!(matches!(nobody, Err(BanUserError::Administration(AdministrationError::NotFound))));
        for bad in [
            BanUserCommand { reason: " ".to_owned(), ..ban(admin, id) },
            BanUserCommand { until: Some(world.clock.now()), ..ban(admin, id) },
        ] {
            assert!(matches!(use_case.execute(bad).await, Err(BanUserError::Invalid(_))));
        }
        world.edit_user(admin, |row| row.role = UserRole::User);
        let lost = use_case.execute(ban(admin, id)).await;
        assert!(
            matches!(lost, Err(BanUserError::Administration(AdministrationError::Forbidden))),
            "the role is read anew"
        );
    }
}
