//! `open-meeting role`: gives an account a role, on the database of the configuration.

use std::process::ExitCode;

use domain_user::UserRole;

use super::{CommandError, say};
use crate::{cli::AccountRole, config::Sources, server};

pub(super) async fn run(mut sources: Sources, username: &str, role: AccountRole) -> Result<ExitCode, CommandError> {
    // Accounts need nothing but the database.
    sources.defaults.extend([("redis.url", "redis://unused".into()), ("auth.jwt_secret", "-".repeat(32).into())]);
    let config = sources.load()?;
    let role = match role {
        AccountRole::User => UserRole::User,
        AccountRole::Admin => UserRole::Admin,
    };
    let changed = server::change_role(&config, username, role).await.map_err(CommandError::Role)?;
    let name = role.as_str();
    let since = if changed { "now" } else { "already" };
    say(format_args!("{username} has the role {name} {since}."));
    Ok(ExitCode::SUCCESS)
}
