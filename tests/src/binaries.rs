//! Finds the installed servers.

use std::{
    env, fs,
    path::{Path, PathBuf},
};

/// Where Debian and its kin keep PostgreSQL: one folder for each major version.
const POSTGRESQL_VERSIONS: &str = "/usr/lib/postgresql";

/// The folder that holds PostgreSQL's `initdb` and `postgres`, of the newest version installed.
pub fn postgresql_folder() -> PathBuf {
    let mut versions: Vec<(u32, PathBuf)> = fs::read_dir(POSTGRESQL_VERSIONS)
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|entry| Some((entry.file_name().to_str()?.parse().ok()?, entry.path().join("bin"))))
        .collect();
    versions.sort_unstable();
    versions
        .into_iter()
        .rev()
        .map(|(_, folder)| folder)
        .chain(search_path())
        .find(|folder| folder.join("initdb").is_file() && folder.join("postgres").is_file())
        .unwrap_or_else(|| panic!("PostgreSQL's server is not installed: run `apt-get install postgresql`"))
}

/// The Redis server.
pub fn redis_server() -> PathBuf {
    search_path()
        .map(|folder| folder.join("redis-server"))
        .find(|file| file.is_file())
        .unwrap_or_else(|| panic!("the Redis server is not installed: run `apt-get install redis-server`"))
}

/// The TURN server.
pub fn turn_server() -> PathBuf {
    search_path()
        .map(|folder| folder.join("turnserver"))
        .find(|file| file.is_file())
        .unwrap_or_else(|| panic!("the TURN server is not installed: run `apt-get install coturn`"))
}

fn search_path() -> impl Iterator<Item = PathBuf> {
    let path = env::var_os("PATH").unwrap_or_default();
    let folders: Vec<PathBuf> = env::split_paths(&path).chain([Path::new("/usr/sbin").to_owned()]).collect();
    folders.into_iter()
}
