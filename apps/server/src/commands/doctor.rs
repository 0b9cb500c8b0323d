//! `open-meeting doctor`: checks what the program depends on, and shows what clients will be offered.

use std::process::ExitCode;

use super::CommandError;
use crate::config::Sources;

pub(super) async fn run(_sources: Sources, _dev: bool) -> Result<ExitCode, CommandError> {
    Ok(ExitCode::SUCCESS)
}
