//! The meeting and its participants.
