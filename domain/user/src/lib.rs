//! The user account and its sessions.
