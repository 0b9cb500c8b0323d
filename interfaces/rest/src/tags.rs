//! The areas of the API, as the document groups its operations.

use poem_openapi::Tags;

/// An area.
#[derive(Tags)]
pub enum Tag {
    /// Accounts and sessions.
    Account,
    /// For administrators.
    Admin,
    /// Telling other backends what happens.
    Webhooks,
    /// Meetings and who takes part in them.
    Meetings,
    /// Rooms for other backends.
    Rooms,
    /// Files that people share.
    Media,
    /// What users are told.
    Notifications,
    /// What goes on, in numbers.
    Statistics,
    /// For operators.
    Health,
}
