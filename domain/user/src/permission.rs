//! What a role allows beyond the own account.

use crate::UserRole;

/// Something that not everybody may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Permission {
    /// See, ban and unban accounts, and change their roles.
    ManageUsers,
    /// Read the record of what concerns the safety of accounts.
    ReadAuditLog,
    /// Create and revoke API keys, and see and change everybody's webhooks.
    ManageIntegrations,
}

impl UserRole {
    /// Whether the role allows it. What is not named here is denied.
    #[must_use]
    pub const fn may(self, permission: Permission) -> bool {
        match (self, permission) {
            (Self::Admin, Permission::ManageUsers | Permission::ReadAuditLog | Permission::ManageIntegrations) => true,
            (Self::User, _) => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_administrators_administer() {
        for permission in [Permission::ManageUsers, Permission::ReadAuditLog, Permission::ManageIntegrations] {
            assert!(UserRole::Admin.may(permission) && !UserRole::User.may(permission));
        }
    }
}
