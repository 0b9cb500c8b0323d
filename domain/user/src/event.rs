//! What an account states.

use chrono::{DateTime, Utc};
use domain_shared::{DomainEvent, UserId};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// A fact about an account. As JSON it is an object whose `event` is the name, such as
/// `{"event": "user.registered", "user_id": ..., "username": ..., "at": ...}`. No fact holds a secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event")]
pub enum UserEvent {
    /// Somebody has opened an account.
    #[serde(rename = "user.registered")]
    Registered {
        /// The account.
        user_id: UserId,
        /// Its username, as chosen.
        username: String,
        /// When.
        at: DateTime<Utc>,
    },
    /// The owner wants the mail again that proves the address.
    #[serde(rename = "user.email-verification-requested")]
    EmailVerificationRequested {
        /// The account.
        user_id: UserId,
        /// When.
        at: DateTime<Utc>,
    },
    /// The owner has proved to read what is sent to the address.
    #[serde(rename = "user.email-verified")]
    EmailVerified {
        /// The account.
        user_id: UserId,
        /// When.
        at: DateTime<Utc>,
    },
    /// Somebody who knows the address wants to choose another password.
    #[serde(rename = "user.password-reset-requested")]
    PasswordResetRequested {
        /// The account.
        user_id: UserId,
        /// When.
        at: DateTime<Utc>,
    },
    /// Another password holds.
    #[serde(rename = "user.password-changed")]
    PasswordChanged {
        /// The account.
        user_id: UserId,
        /// How the owner proved to be the owner.
        means: PasswordChangeMeans,
        /// When.
        at: DateTime<Utc>,
    },
    /// An administrator has shut the account out.
    #[serde(rename = "user.banned")]
    Banned {
        /// The account.
        user_id: UserId,
        /// The administrator.
        by: UserId,
        /// Why.
        reason: String,
        /// Until when; for ever when absent.
        until: Option<DateTime<Utc>>,
        /// When.
        at: DateTime<Utc>,
    },
    /// An administrator has let the account in again.
    #[serde(rename = "user.unbanned")]
    Unbanned {
        /// The account.
        user_id: UserId,
        /// The administrator.
        by: UserId,
        /// When.
        at: DateTime<Utc>,
    },
    /// The account may do more or less than before.
    #[serde(rename = "user.role-changed")]
    RoleChanged {
        /// The account.
        user_id: UserId,
        /// The administrator; absent when it was done at the server itself.
        by: Option<UserId>,
        /// The role before.
        from: String,
        /// The role now.
        to: String,
        /// When.
        at: DateTime<Utc>,
    },
    /// The owner wants the account to be deleted.
    #[serde(rename = "user.closing")]
    Closing {
        /// The account.
        user_id: UserId,
        /// When it will be deleted, unless the owner signs in before.
        purge_at: DateTime<Utc>,
        /// When.
        at: DateTime<Utc>,
    },
    /// The owner has signed in again in time: the account stays.
    #[serde(rename = "user.reopened")]
    Reopened {
        /// The account.
        user_id: UserId,
        /// When.
        at: DateTime<Utc>,
    },
    /// Nothing personal is left in the account.
    #[serde(rename = "user.deleted")]
    Deleted {
        /// The account.
        user_id: UserId,
        /// When.
        at: DateTime<Utc>,
    },
}

/// How somebody proved to be the owner before a password was changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PasswordChangeMeans {
    /// By the password before.
    OldPassword,
    /// By a link in a mail.
    MailedLink,
}

impl UserEvent {
    const fn parts(&self) -> (&'static str, UserId, DateTime<Utc>) {
        match self {
            Self::Registered { user_id, at, .. } => ("user.registered", *user_id, *at),
            Self::EmailVerificationRequested { user_id, at } => ("user.email-verification-requested", *user_id, *at),
            Self::EmailVerified { user_id, at } => ("user.email-verified", *user_id, *at),
            Self::PasswordResetRequested { user_id, at } => ("user.password-reset-requested", *user_id, *at),
            Self::PasswordChanged { user_id, at, .. } => ("user.password-changed", *user_id, *at),
            Self::Banned { user_id, at, .. } => ("user.banned", *user_id, *at),
            Self::Unbanned { user_id, at, .. } => ("user.unbanned", *user_id, *at),
            Self::RoleChanged { user_id, at, .. } => ("user.role-changed", *user_id, *at),
            Self::Closing { user_id, at, .. } => ("user.closing", *user_id, *at),
            Self::Reopened { user_id, at } => ("user.reopened", *user_id, *at),
            Self::Deleted { user_id, at } => ("user.deleted", *user_id, *at),
        }
    }
}

impl DomainEvent for UserEvent {
    fn name(&self) -> &'static str {
        self.parts().0
    }

    fn aggregate_id(&self) -> Uuid {
        self.parts().1.as_uuid()
    }

    fn occurred_at(&self) -> DateTime<Utc> {
        self.parts().2
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_in_json_is_the_name_of_the_event() {
        let (user_id, by, at) =
            (UserId::from_uuid(Uuid::from_u128(1)), UserId::from_uuid(Uuid::from_u128(2)), DateTime::UNIX_EPOCH);
        for event in [
            UserEvent::Registered { user_id, username: "Ann".to_owned(), at },
            UserEvent::EmailVerificationRequested { user_id, at },
            UserEvent::EmailVerified { user_id, at },
            UserEvent::PasswordResetRequested { user_id, at },
            UserEvent::PasswordChanged { user_id, means: PasswordChangeMeans::MailedLink, at },
            UserEvent::Banned { user_id, by, reason: "spam".to_owned(), until: None, at },
            UserEvent::Unbanned { user_id, by, at },
            UserEvent::RoleChanged { user_id, by: None, from: "user".to_owned(), to: "admin".to_owned(), at },
            UserEvent::Closing { user_id, purge_at: at, at },
            UserEvent::Reopened { user_id, at },
            UserEvent::Deleted { user_id, at },
        ] {
            let json = serde_json::to_value(&event).unwrap();
            assert_eq!(json["event"], event.name());
            assert_eq!((event.aggregate_id(), event.occurred_at()), (user_id.as_uuid(), at));
            assert_eq!(serde_json::from_value::<UserEvent>(json).unwrap(), event);
        }
    }
}
