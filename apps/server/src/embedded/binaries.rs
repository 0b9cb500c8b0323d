//! Finds the installed programs of PostgreSQL and Redis.

use std::{
    env,
    ffi::OsString,
    fs,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    process::Command,
};

use super::EmbeddedError;

const OLDEST_POSTGRES: u32 = 14;
/// Folders of the form `<first>*<second>` where packages put PostgreSQL's server programs, which are seldom in `PATH`.
const POSTGRES_PLACES: [(&str, &str); 5] = [
    ("/usr/lib/postgresql/", "bin"),
    ("/usr/pgsql-", "bin"),
    ("/usr/lib/postgresql", "bin"),
    ("/opt/homebrew/opt/postgresql@", "bin"),
    ("/usr/local/opt/postgresql@", "bin"),
];
const OTHER_PLACES: [&str; 3] = ["/usr/local/pgsql/bin", "/usr/local/bin", "/opt/homebrew/bin"];

/// Where to look for programs.
#[derive(Debug, Clone)]
pub struct Search {
    path: OsString,
    packages: bool,
}

impl Search {
    /// `PATH`, and where packages put what is not in `PATH`.
    #[must_use]
    pub fn from_environment() -> Self {
        Self { path: env::var_os("PATH").unwrap_or_default(), packages: true }
    }

    /// Only the folders of `path`, separated as in `PATH`.
    pub fn only(path: impl Into<OsString>) -> Self {
        Self { path: path.into(), packages: false }
    }

    fn folders(&self) -> Vec<PathBuf> {
        let mut folders: Vec<PathBuf> = env::split_paths(&self.path).filter(|path| path.is_absolute()).collect();
        if self.packages {
            folders.extend(OTHER_PLACES.map(PathBuf::from));
        }
        folders
    }

    /// The first program of that name.
    pub(super) fn find(&self, program: &str) -> Option<PathBuf> {
        self.folders().into_iter().map(|folder| folder.join(program)).find(|path| is_program(path))
    }
}

/// PostgreSQL's programs, of one version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct PostgresPrograms {
    /// The server.
    pub postgres: PathBuf,
    /// Makes a data folder.
    pub initdb: PathBuf,
    /// The major version.
    pub version: u32,
}

/// Finds the PostgreSQL that made the data, or the newest when there is no data yet.
pub(super) fn find_postgres(search: &Search, data: &Path) -> Result<PostgresPrograms, EmbeddedError> {
    let mut folders = search.folders();
    if search.packages {
        folders.extend(POSTGRES_PLACES.iter().flat_map(|(start, end)| matching(start, end)));
    }
    let mut found: Vec<PostgresPrograms> = folders.iter().filter_map(|folder| programs_in(folder)).collect();
    found.sort_by_key(|programs| std::cmp::Reverse(programs.version));
    let Some(newest) = found.first() else {
        return Err(EmbeddedError::Missing {
            name: "PostgreSQL",
            program: "postgres",
            places: "PATH and /usr/lib/postgresql/*/bin".to_owned(),
            remedy: "apt-get install postgresql",
        });
    };
    let made_by = fs::read_to_string(data.join("PG_VERSION")).ok().and_then(|text| text.trim().parse::<u32>().ok());
    match made_by {
        Some(wanted) => found
            .iter()
            .find(|programs| programs.version == wanted)
            .cloned()
            .ok_or_else(|| EmbeddedError::WrongVersion { path: data.to_owned(), wanted }),
        None if newest.version < OLDEST_POSTGRES => Err(EmbeddedError::TooOld { found: newest.version }),
        None => Ok(newest.clone()),
    }
}

/// Finds Redis, or Valkey, which is the same for our purposes.
pub(super) fn find_redis(search: &Search) -> Result<PathBuf, EmbeddedError> {
    ["redis-server", "valkey-server"].into_iter().find_map(|program| search.find(program)).ok_or_else(|| {
        EmbeddedError::Missing {
            name: "Redis",
            program: "redis-server",
            places: "PATH".to_owned(),
            remedy: "apt-get install redis-server",
        }
    })
}

fn matching(start: &str, end: &str) -> Vec<PathBuf> {
    let (folder, prefix) = match start.rsplit_once('/') {
        Some((folder, prefix)) => (Path::new(if folder.is_empty() { "/" } else { folder }), prefix),
        None => return Vec::new(),
    };
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let named = entries.filter(|entry| entry.file_name().to_string_lossy().starts_with(prefix));
    named.map(|entry| entry.path().join(end)).collect()
}

fn programs_in(folder: &Path) -> Option<PostgresPrograms> {
    let (postgres, initdb) = (folder.join("postgres"), folder.join("initdb"));
    if !is_program(&postgres) || !is_program(&initdb) {
        return None;
    }
    let output = Command::new(&postgres).arg("--version").output().ok()?;
    let version = parse_version(&String::from_utf8_lossy(&output.stdout))?;
    Some(PostgresPrograms { postgres, initdb, version })
}

/// The major version from `postgres (PostgreSQL) 15.14 (Debian 15.14-0+deb12u1)`.
fn parse_version(text: &str) -> Option<u32> {
    let number = text.split_once("(PostgreSQL)")?.1.split_whitespace().next()?;
    let digits: String = number.chars().take_while(char::is_ascii_digit).collect();
    digits.parse().ok()
}

fn is_program(path: &Path) -> bool {
    fs::metadata(path).is_ok_and(|metadata| metadata.is_file() && metadata.permissions().mode() & 0o111 != 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fake(folder: &Path, version: &str) -> PathBuf {
        let bin = folder.join(version);
        fs::create_dir_all(&bin).unwrap();
        for program in ["postgres", "initdb"] {
            let path = bin.join(program);
            fs::write(&path, format!("#!/bin/sh\necho 'postgres (PostgreSQL) {version} (Debian)'\n")).unwrap();
            fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
        }
        bin
    }

    #[test]
    fn versions_are_read() {
        assert_eq!(parse_version("postgres (PostgreSQL) 15.14 (Debian 15.14-0+deb12u1)\n"), Some(15));
        assert_eq!(parse_version("postgres (PostgreSQL) 18beta2\n"), Some(18));
        assert_eq!(parse_version("something else"), None);
    }

    #[test]
    fn the_newest_is_taken_unless_the_data_wants_another() {
        let folder = tempfile::tempdir().unwrap();
        let bins: Vec<PathBuf> = ["9.6", "15.3", "17.1"].map(|version| fake(folder.path(), version)).into();
        let search = Search::only(env::join_paths(&bins).unwrap());
        let data = folder.path().join("data");
        fs::create_dir(&data).unwrap();
        assert_eq!(find_postgres(&search, &data).unwrap().version, 17);
        fs::write(data.join("PG_VERSION"), "15\n").unwrap();
        let found = find_postgres(&search, &data).unwrap();
        assert_eq!((found.version, found.postgres), (15, bins[1].join("postgres")));
        fs::write(data.join("PG_VERSION"), "16\n").unwrap();
        let error = find_postgres(&search, &data).unwrap_err();
        assert!(matches!(error, EmbeddedError::WrongVersion { wanted: 16, .. }), "{error}");
        assert!(error.to_string().contains("apt-get install postgresql-16"), "{error}");
    }

    #[test]
    fn what_is_missing_or_too_old_is_told_with_the_remedy() {
        let folder = tempfile::tempdir().unwrap();
        let nothing = Search::only(folder.path());
        let error = find_postgres(&nothing, folder.path()).unwrap_err().to_string();
        assert!(
            error.contains("PostgreSQL is not installed") && error.contains("apt-get install postgresql"),
            "{error}"
        );
        let error = find_redis(&nothing).unwrap_err().to_string();
        assert!(error.contains("Redis is not installed") && error.contains("apt-get install redis-server"), "{error}");
        let old = Search::only(fake(folder.path(), "9.6"));
        assert!(matches!(find_postgres(&old, folder.path()), Err(EmbeddedError::TooOld { found: 9 })));
    }

    #[test]
    fn installed_programs_are_found() {
        let search = Search::from_environment();
        let found = find_postgres(&search, Path::new("/nonexistent")).unwrap();
        assert!(found.version >= OLDEST_POSTGRES && found.initdb.is_file());
        assert!(find_redis(&search).unwrap().is_file());
    }
}
