//! `open-meeting doctor`: checks what the program depends on, and shows what clients will be offered.

mod checks;
mod ice;
mod programs;
mod report;
mod storage;

use std::process::ExitCode;

use super::{CommandError, dev, say};
use crate::{
    config::{Config, Role, Sources},
    embedded::Search,
};
use report::Report;

pub(super) async fn run(mut sources: Sources, for_dev: bool) -> Result<ExitCode, CommandError> {
    let mut report = Report::default();
    if for_dev {
        sources.defaults = dev::defaults();
        sources.arguments.extend(dev::stand_ins());
    }
    match sources.load() {
        Ok(config) => {
            report.fine("configuration", format!("valid; roles: {}", config.roles));
            check(&config, for_dev, &mut report).await;
        }
        Err(mistakes) => {
            for mistake in mistakes.all() {
                report.bad("configuration", mistake);
            }
            if !for_dev && mistakes.all().iter().any(|mistake| mistake.key == "database.url") {
                report.advice("for what `open-meeting dev` needs, ask `open-meeting doctor --dev`");
            }
        }
    }
    say(report.summary());
    Ok(if report.is_fine() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

async fn check(config: &Config, for_dev: bool, report: &mut Report) {
    if for_dev {
        programs::check(&Search::from_environment(), report);
    } else {
        checks::database(config, report).await;
        checks::redis(config, report).await;
        storage::check(config, report).await;
    }
    let running = checks::http_port(config, report).await;
    if config.roles.plays(Role::Media) {
        checks::media(config, running, report).await;
    }
    ice::check(config, report).await;
}
