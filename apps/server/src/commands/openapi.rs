//! `open-meeting openapi`: writes the published contract.

use std::{fs, path::Path, process::ExitCode};

use super::{CommandError, say};

pub(super) fn run(folder: &Path, check: bool) -> Result<ExitCode, CommandError> {
    let mut stale = Vec::new();
    for (name, text) in documents() {
        let path = folder.join(name);
        // A file that cannot be read is stale; when it cannot be written either, that is told.
        if fs::read_to_string(&path).is_ok_and(|present| present == text) {
            continue;
        }
        if check {
            stale.push(path.display().to_string());
            continue;
        }
        fs::create_dir_all(folder).map_err(CommandError::io(format!("make `{}`", folder.display())))?;
        fs::write(&path, text).map_err(CommandError::io(format!("write `{}`", path.display())))?;
        say(format_args!("wrote {}", path.display()));
    }
    if stale.is_empty() { Ok(ExitCode::SUCCESS) } else { Err(CommandError::Stale { files: stale }) }
}

fn documents() -> [(&'static str, String); 2] {
    let mut schema = serde_json::to_string_pretty(&interfaces_signaling::protocol::schema()).unwrap_or_default();
    schema.push('\n');
    [("openapi.json", interfaces_rest::openapi_document()), ("signaling.schema.json", schema)]
}
