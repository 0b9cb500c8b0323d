//! `open-meeting configuration`: prints the documentation of the configuration.

use std::{
    io::{self, Write},
    process::ExitCode,
};

use super::CommandError;
use crate::config::documentation;

pub(super) fn run() -> Result<ExitCode, CommandError> {
    io::stdout().write_all(documentation().as_bytes()).map_err(CommandError::io("write the documentation"))?;
    Ok(ExitCode::SUCCESS)
}
