//! What users are told, and how they want to be told.
//!
//! Architecture Invariant: nothing here knows a runtime, a wire format or a database. Other modules are known by
//! identifier only: what a notification says about a meeting is what was told when it happened.

mod content;
mod kind;
mod notification;
mod preferences;

pub use content::{InvitationAnswer, MeetingFacts, NotificationContent};
pub use kind::{NotificationKind, UnknownNotificationKind};
pub use notification::{Notification, NotificationSnapshot};
pub use preferences::{Channels, NotificationPreferences};
