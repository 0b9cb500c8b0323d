//! `open-meeting migrate`: the database's schema.

use std::process::ExitCode;

use infrastructure_postgres::Migrator;

use super::{CommandError, say};
use crate::{cli::MigrateAction, config::Sources, server::database_options};

pub(super) async fn run(mut sources: Sources, action: MigrateAction) -> Result<ExitCode, CommandError> {
    // The schema needs nothing but the database.
    sources.defaults.extend([("redis.url", "redis://unused".into()), ("auth.jwt_secret", "-".repeat(32).into())]);
    let config = sources.load()?;
    let migrator = Migrator::new(&database_options(&config)?);
    match action {
        MigrateAction::Up => {
            let applied = migrator.up().await?;
            applied.iter().for_each(|name| say(format_args!("applied {name}")));
            if applied.is_empty() {
                say("the schema is up to date");
            }
        }
        MigrateAction::Status => {
            let status = migrator.status().await?;
            status.applied.iter().for_each(|name| say(format_args!("applied {name}")));
            status.pending.iter().for_each(|name| say(format_args!("missing {name}")));
        }
        MigrateAction::Revert => match migrator.revert_last().await? {
            Some(name) => say(format_args!("took {name} back")),
            None => say("there is no migration to take back"),
        },
    }
    Ok(ExitCode::SUCCESS)
}
