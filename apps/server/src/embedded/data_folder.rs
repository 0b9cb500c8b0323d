//! The folder that holds everything of `open-meeting dev`. One process at a time: a lock tells the others.

use std::{
    fs::{self, File, OpenOptions, TryLockError},
    io::{Read, Write},
    os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt, PermissionsExt},
    path::{Path, PathBuf},
};

use nix::unistd::Uid;
use secrecy::{ExposeSecret, SecretString};

use super::{EmbeddedError, account::Account, secrets};

/// Where the services keep their data when the folder itself cannot be reached by the user that they run as.
const FALLBACK: &str = "/var/lib/open-meeting";

/// A data folder that this process has locked.
#[derive(Debug)]
pub struct DataFolder {
    path: PathBuf,
    // Held, never read: the lock goes with it, also when the process is killed.
    _lock: File,
}

/// Where each service keeps its data.
#[derive(Debug)]
pub(super) struct ServicePlaces {
    /// PostgreSQL's data.
    pub postgres: PathBuf,
    /// Redis' data.
    pub redis: PathBuf,
}

impl DataFolder {
    /// Makes the folder when it is missing, and locks it.
    ///
    /// # Errors
    /// [`EmbeddedError::InUse`] when another process has it, [`EmbeddedError::Folder`] when it cannot be used.
    pub fn open(path: &Path) -> Result<Self, EmbeddedError> {
        make_folder(path, 0o700)?;
        let path = path.canonicalize().map_err(EmbeddedError::folder(path))?;
        let file = path.join("lock");
        let mut lock = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .mode(0o600)
            .open(&file)
            .map_err(EmbeddedError::folder(&file))?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let mut text = String::new();
                // Who it is helps, but is not needed.
                let _ = lock.read_to_string(&mut text);
                return Err(EmbeddedError::InUse { path, pid: text.trim().parse().ok() });
            }
            Err(TryLockError::Error(source)) => return Err(EmbeddedError::Folder { path: file, source }),
        }
        let written = lock.set_len(0).and_then(|()| writeln!(lock, "{}", std::process::id()));
        written.map_err(EmbeddedError::folder(&file))?;
        make_folder(&path.join("secrets"), 0o700)?;
        make_folder(&path.join("logs"), 0o700)?;
        Ok(Self { path, _lock: lock })
    }

    /// Its absolute path.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The secret of that name, 256 random bits in hexadecimal; made at the first call and kept from then on.
    ///
    /// # Errors
    /// [`EmbeddedError::Folder`] when it can be neither read nor written.
    pub fn secret(&self, name: &str) -> Result<SecretString, EmbeddedError> {
        secrets::load_or_create(&self.path.join("secrets").join(name))
    }

    /// The log of a service. A log of an earlier run is kept once, as `<name>.log.1`.
    pub(super) fn log(&self, name: &str) -> Result<(PathBuf, File), EmbeddedError> {
        let path = self.path.join("logs").join(format!("{name}.log"));
        if path.exists() {
            let earlier = path.with_extension("log.1");
            fs::rename(&path, &earlier).map_err(EmbeddedError::folder(&path))?;
        }
        let file = OpenOptions::new().create(true).append(true).mode(0o600).open(&path);
        file.map(|file| (path.clone(), file)).map_err(EmbeddedError::folder(&path))
    }

    /// The file that tells which process a service is.
    pub(super) fn pid_file(&self, name: &str) -> PathBuf {
        self.path.join(format!("{name}.pid"))
    }

    fn fallback(&self) -> PathBuf {
        let name = self.path.parent().and_then(Path::file_name).map(|name| name.to_string_lossy().into_owned());
        Path::new(FALLBACK).join(format!("{}-{:016x}", name.unwrap_or_default(), fingerprint(&self.path)))
    }

    /// Folders that services have used before.
    pub(super) fn existing_services(&self) -> Vec<PathBuf> {
        let all = [&self.path, &self.fallback()].map(|root| root.join("postgres"));
        all.into_iter().filter(|path| path.is_dir()).collect()
    }

    /// Makes the services' folders and gives them to the user that the services run as.
    pub(super) fn service_places(&self, account: Option<&Account>) -> Result<ServicePlaces, EmbeddedError> {
        let root = match account {
            Some(account) if !account.can_reach(&self.path) => {
                let root = self.fallback();
                tracing::warn!(
                    "PostgreSQL and Redis do not run as root and cannot reach `{}`; they keep their data in `{}`",
                    self.path.display(),
                    root.display()
                );
                make_folder(Path::new(FALLBACK), 0o711)?;
                make_folder(&root, 0o711)?;
                root
            }
            Some(_) => {
                set_mode(&self.path, 0o711)?;
                self.path.clone()
            }
            None => self.path.clone(),
        };
        // Processes are recognised by their working directory, which the kernel tells without symbolic links.
        let root = root.canonicalize().map_err(EmbeddedError::folder(&root))?;
        let places = ServicePlaces { postgres: root.join("postgres"), redis: root.join("redis") };
        for place in [&places.postgres, &places.redis] {
            make_folder(place, 0o700)?;
            let owner = fs::metadata(place).map_err(EmbeddedError::folder(place))?.uid();
            match account {
                Some(account) if owner != account.uid => account.take_over(place)?,
                None if owner != Uid::effective().as_raw() => {
                    return Err(EmbeddedError::ForeignData { path: place.clone(), owner });
                }
                _ => {}
            }
        }
        Ok(places)
    }

    /// Writes the addresses of both services into `env`, for `set -a; . .data/env; psql "$DATABASE_URL"`.
    pub(super) fn write_environment(&self, database: &SecretString, redis: &SecretString) -> Result<(), EmbeddedError> {
        let path = self.path.join("env");
        let text = format!("DATABASE_URL='{}'\nREDIS_URL='{}'\n", database.expose_secret(), redis.expose_secret());
        secrets::write_private(&path, &text).map_err(EmbeddedError::folder(&path))
    }
}

/// Makes a folder with those above it; one that exists keeps its permissions.
pub(super) fn make_folder(path: &Path, mode: u32) -> Result<(), EmbeddedError> {
    if path.is_dir() {
        return Ok(());
    }
    if let Some(parent) = path.parent() {
        fs::create_dir_all(parent).map_err(EmbeddedError::folder(parent))?;
    }
    match fs::DirBuilder::new().mode(mode).create(path) {
        Err(error) if error.kind() != std::io::ErrorKind::AlreadyExists => {
            Err(EmbeddedError::Folder { path: path.to_owned(), source: error })
        }
        // Whatever the umask says.
        _ => set_mode(path, mode),
    }
}

fn set_mode(path: &Path, mode: u32) -> Result<(), EmbeddedError> {
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).map_err(EmbeddedError::folder(path))
}

/// FNV-1a over the path: the same at every start, which the standard library's hashers do not promise.
fn fingerprint(path: &Path) -> u64 {
    use std::os::unix::ffi::OsStrExt;
    let bytes = path.as_os_str().as_bytes();
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3))
}
