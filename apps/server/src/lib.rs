//! The program open-meeting: composition root, configuration, roles and subcommands.

pub mod config;
pub mod embedded;
