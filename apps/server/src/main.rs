//! The program `open-meeting`.

use std::{
    io::{self, Write},
    process::ExitCode,
};

use clap::Parser;
use open_meeting::{cli::Cli, commands};

fn main() -> ExitCode {
    match commands::run(Cli::parse()) {
        Ok(code) => code,
        Err(error) => {
            // When nobody reads standard error any more, the exit code still tells.
            let _ = writeln!(io::stderr(), "error: {error}");
            ExitCode::FAILURE
        }
    }
}
