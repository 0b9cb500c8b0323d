//! Secrets of the data folder: made once, kept in files that only their owner can read.

use std::{
    fs::{self, OpenOptions},
    io::{self, Write},
    os::unix::fs::{OpenOptionsExt, PermissionsExt},
    path::Path,
};

use secrecy::SecretString;

use super::EmbeddedError;

/// Reads a secret, or makes it.
pub(super) fn load_or_create(path: &Path) -> Result<SecretString, EmbeddedError> {
    match fs::read_to_string(path) {
        Ok(text) if text.trim().len() >= 32 => {
            fs::set_permissions(path, fs::Permissions::from_mode(0o600)).map_err(EmbeddedError::folder(path))?;
            Ok(text.trim().into())
        }
        // Too short: the process was ended while it wrote. It has never been used.
        Ok(_) => create(path),
        Err(error) if error.kind() == io::ErrorKind::NotFound => create(path),
        Err(source) => Err(EmbeddedError::Folder { path: path.to_owned(), source }),
    }
}

fn create(path: &Path) -> Result<SecretString, EmbeddedError> {
    let bytes: [u8; 32] = rand::random();
    let text: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    write_private(path, &text).map_err(EmbeddedError::folder(path))?;
    Ok(text.into())
}

/// Writes a file that only its owner can read; as a whole or not at all.
pub(super) fn write_private(path: &Path, text: &str) -> io::Result<()> {
    let unfinished = path.with_extension("unfinished");
    match fs::remove_file(&unfinished) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&unfinished)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()?;
    fs::rename(&unfinished, path)
}
