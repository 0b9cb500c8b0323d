//! The user account and its sessions.
//!
//! Architecture Invariant: passwords and refresh tokens are never compared or hashed with a slow algorithm here, and
//! never stored in the clear anywhere: the domain knows only hashes and the rules about when they may change.

mod ban_reason;
mod common_passwords;
mod email;
mod event;
mod language;
mod nickname;
mod password;
mod permission;
mod refresh_token_hash;
mod session;
mod session_event;
mod user;
mod user_status;
mod username;

pub use ban_reason::{BanReason, BanReasonError};
pub use email::{Email, EmailError};
pub use event::{PasswordChangeMeans, UserEvent};
pub use language::{Language, UnknownLanguage};
pub use nickname::{Nickname, NicknameError};
pub use password::{Password, PasswordError, PasswordHash, PasswordHashError};
pub use permission::Permission;
pub use refresh_token_hash::{RefreshTokenHash, RefreshTokenHashError};
pub use session::{
    Device, REFRESH_GRACE, RotateError, Rotation, Session, SessionEndReason, SessionEnded, SessionSnapshot,
    UnknownEndReason,
};
pub use session_event::SessionEvent;
pub use user::{RegisterAccount, User, UserSnapshot, UserSnapshotError};
pub use user_status::{Ban, BanError, ChangeRoleError, Closing, UnknownRole, UnknownStatus, UserRole, UserStatus};
pub use username::{Username, UsernameError};
