//! The command line.

use std::{net::IpAddr, path::PathBuf};

use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::config::Role;

/// Video meetings on your own server.
#[derive(Debug, Parser)]
#[command(name = "open-meeting", version, about, propagate_version = true)]
pub struct Cli {
    /// A configuration file (TOML); docs/configuration.md tells what can stand in it
    #[arg(long, global = true, env = "OPEN_MEETING_CONFIG", value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// What to do
    #[command(subcommand)]
    pub command: Command,
}

/// The subcommands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Serve on the PostgreSQL and Redis of the configuration
    Serve {
        /// Play only these roles
        #[arg(long, value_enum, value_delimiter = ',', value_name = "ROLE,..")]
        roles: Option<Vec<Role>>,
    },
    /// Serve on a PostgreSQL and a Redis of its own, with a demo user
    Dev(DevOptions),
    /// Bring the database's schema up to date, show its state, or take the newest migration back
    Migrate {
        /// What to do
        #[arg(value_enum, default_value_t = MigrateAction::Up)]
        action: MigrateAction,
    },
    /// Give an account a role: how the first administrator is made
    Role {
        /// Whose: the username
        username: String,
        /// The role
        #[arg(value_enum)]
        role: AccountRole,
    },
    /// Write openapi.json and signaling.schema.json
    Openapi {
        /// Where to
        #[arg(long, default_value = "interfaces/client", value_name = "FOLDER")]
        out: PathBuf,
        /// Only tell whether the files are up to date
        #[arg(long)]
        check: bool,
    },
    /// Check the configuration, the database, Redis, the media workers and the ports; show what clients are offered
    Doctor {
        /// Check what `open-meeting dev` needs, instead of what `serve` needs
        #[arg(long)]
        dev: bool,
    },
    /// Print the documentation of the configuration
    Configuration,
    /// A media worker: `serve` and `dev` start one for each of `media.workers`, and drive it over its standard input
    #[command(hide = true)]
    MediaWorker {
        /// What it is told, as JSON
        #[arg(long, value_name = "JSON")]
        options: String,
    },
}

/// What `dev` can be told.
#[derive(Debug, Args)]
pub struct DevOptions {
    /// The HTTP port [default: 8080]
    #[arg(long)]
    pub port: Option<u16>,
    /// The address to listen on; 0.0.0.0 lets others in, who all know the demo password [default: 127.0.0.1]
    #[arg(long, value_name = "ADDRESS")]
    pub host: Option<IpAddr>,
    /// The port of the first media worker, UDP and TCP [default: 40000]
    #[arg(long, value_name = "PORT")]
    pub media_port: Option<u16>,
    /// The folder of the data; made when it is missing
    #[arg(long, default_value = ".data", value_name = "FOLDER")]
    pub data: PathBuf,
    /// The folder of the built web client
    #[arg(long, default_value = "apps/web/dist", value_name = "FOLDER")]
    pub web: PathBuf,
    /// Do without the web client
    #[arg(long, conflicts_with = "web")]
    pub no_web: bool,
}

/// What an account may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum AccountRole {
    /// Meets
    User,
    /// Looks after the others, too
    Admin,
}

/// What to do with the schema.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum MigrateAction {
    /// Apply what is missing
    Up,
    /// Show what is applied and what is missing
    Status,
    /// Take the newest back; its data goes with it
    Revert,
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn roles_are_a_list() {
        let cli = Cli::parse_from(["open-meeting", "serve", "--roles", "api,worker"]);
        assert!(matches!(cli.command, Command::Serve { roles: Some(roles) } if roles == [Role::Api, Role::Worker]));
    }
}
