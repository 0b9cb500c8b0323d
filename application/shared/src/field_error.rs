//! What is wrong with one field of a command, for people and for programs.

/// One field that a use case cannot accept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldError {
    /// The field's name as the client knows it.
    pub field: &'static str,
    /// A stable code, such as `too_short`.
    pub code: &'static str,
    /// A sentence for people.
    pub message: String,
}

impl FieldError {
    /// Says what is wrong with `field`.
    pub fn new(field: &'static str, code: &'static str, message: impl Into<String>) -> Self {
        Self { field, code, message: message.into() }
    }
}
