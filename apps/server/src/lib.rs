//! The program open-meeting: composition root, configuration, roles and subcommands.

pub mod addresses;
pub mod cli;
pub mod commands;
pub mod config;
pub mod embedded;
pub mod media;
mod processes;
pub mod server;
pub mod signals;
pub mod web_client;
