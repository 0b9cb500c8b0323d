//! Use cases of accounts and sessions.
//!
//! Somebody who signs in gets two tokens: an access token that lives for minutes and is checked without any store, and a
//! refresh token that lives for weeks, is used once, and can be ended.

mod administration;
mod assign_role;
mod audit_log;
mod avatars;
mod ban_user;
mod change_password;
mod change_role;
mod changes;
mod close_account;
mod confirm_password_reset;
mod csrf_tokens;
mod delete_avatars;
mod end_all_sessions;
mod end_session;
mod ended_sessions;
mod links;
mod list_sessions;
mod log_in;
mod log_out;
mod mailer;
mod ports;
mod purge_accounts;
mod read_audit_log;
mod read_avatar;
mod read_profile;
mod read_user;
mod record_audit_entry;
mod refresh_session;
mod register_user;
mod remove_avatar;
mod request_email_verification;
mod request_password_reset;
mod search_users;
mod send_account_mail;
#[cfg(test)]
mod test_support;
mod unban_user;
mod update_profile;
mod upload_avatar;
mod user_reader;
mod verify_email;
mod views;

pub use administration::AdministrationError;
pub use assign_role::AssignRole;
pub use audit_log::{AuditCursor, AuditEntry, AuditEntryView, AuditFilter, AuditLog};
pub use avatars::{
    AVATAR_SIZES, AvatarCrop, AvatarImage, AvatarRenderer, AvatarStore, MIN_AVATAR_EDGE, RenderAvatarError,
    StoredAvatar,
};
pub use ban_user::{BanUser, BanUserCommand, BanUserError};
pub use change_password::{ChangePassword, ChangePasswordCommand, ChangePasswordError};
pub use change_role::{ChangeRole, ChangeUserRoleError};
pub use close_account::{CLOSING_GRACE, CloseAccount, CloseAccountCommand, CloseAccountError};
pub use confirm_password_reset::{ConfirmPasswordReset, ConfirmPasswordResetCommand, ConfirmPasswordResetError};
pub use csrf_tokens::CsrfTokens;
pub use delete_avatars::DeleteAvatars;
pub use end_all_sessions::EndAllSessions;
pub use end_session::EndSession;
pub use ended_sessions::EndedSessions;
pub use links::{AccountLinks, LinkPurpose};
pub use list_sessions::{ListSessions, SessionView, SessionsError};
pub use log_in::{LogIn, LogInCommand, LogInError};
pub use log_out::{LogOut, LogOutCommand, LogOutError};
pub use mailer::{AccountMail, AccountMailKind, MailError, Mailer};
pub use ports::{
    AccessClaims, AccessToken, AccessTokenError, AccessTokens, AccountPorts, InsertUserError, KeepAdministratorError,
    PasswordCheck, PasswordHasher, RefreshTokens, SessionRepository, UserRepository,
};
pub use purge_accounts::{PurgeAccounts, PurgeAccountsError};
pub use read_audit_log::{ReadAuditLog, ReadAuditLogQuery};
pub use read_avatar::{ReadAvatar, ReadAvatarError};
pub use read_profile::{ReadProfile, ReadProfileError};
pub use read_user::ReadUser;
pub use record_audit_entry::RecordAuditEntry;
pub use refresh_session::{RefreshSession, RefreshSessionCommand, RefreshSessionError};
pub use register_user::{RegisterUser, RegisterUserCommand, RegisterUserError};
pub use remove_avatar::{RemoveAvatar, RemoveAvatarError};
pub use request_email_verification::{RequestEmailVerification, RequestEmailVerificationError};
pub use request_password_reset::{RequestPasswordReset, RequestPasswordResetError};
pub use search_users::{SearchUsers, SearchUsersQuery};
pub use send_account_mail::SendAccountMail;
pub use unban_user::UnbanUser;
pub use update_profile::{UpdateProfile, UpdateProfileCommand, UpdateProfileError};
pub use upload_avatar::{UploadAvatar, UploadAvatarCommand, UploadAvatarError};
pub use user_reader::{AdminUserView, UserCursor, UserFilter, UserReader};
pub use verify_email::{VerifyEmail, VerifyEmailError};
pub use views::{Principal, SignedIn, UserView};

/// How often a use case starts again when somebody else changed the aggregate meanwhile.
const ATTEMPTS: usize = 5;
