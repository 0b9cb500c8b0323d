//! The user that the services run as. PostgreSQL refuses root, so as root another one is taken.

use std::{fs, os::unix::fs::MetadataExt, path::Path};

use nix::unistd::{Gid, Uid, User};

use super::{DataFolder, EmbeddedError};

/// A user other than the present one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Account {
    /// Its user id.
    pub uid: u32,
    /// Its group id.
    pub gid: u32,
}

impl Account {
    /// The user to run the services as; `None` for the present one, which is the rule unless it is root.
    pub(super) fn for_services(folder: &DataFolder) -> Result<Option<Self>, EmbeddedError> {
        if !Uid::effective().is_root() {
            return Ok(None);
        }
        // Data that is there already stays its owner's.
        for existing in folder.existing_services() {
            if let Ok(metadata) = fs::metadata(&existing)
                && metadata.uid() != 0
            {
                return Ok(Some(Self { uid: metadata.uid(), gid: metadata.gid() }));
            }
        }
        ["postgres", "nobody"]
            .into_iter()
            .find_map(|name| User::from_name(name).ok().flatten())
            .filter(|user| !user.uid.is_root())
            .map(|user| Some(Self { uid: user.uid.as_raw(), gid: user.gid.as_raw() }))
            .ok_or(EmbeddedError::NoAccount)
    }

    /// Whether this user can get to `path`, judged by owner, group and others of every folder above it.
    pub(super) fn can_reach(self, path: &Path) -> bool {
        path.ancestors().skip(1).filter(|folder| !folder.as_os_str().is_empty()).all(|folder| {
            fs::metadata(folder).is_ok_and(|metadata| {
                let bit = if metadata.uid() == self.uid {
                    0o100
                } else if metadata.gid() == self.gid {
                    0o010
                } else {
                    0o001
                };
                metadata.mode() & bit != 0
            })
        })
    }

    /// Gives `path` to this user.
    pub(super) fn take_over(self, path: &Path) -> Result<(), EmbeddedError> {
        nix::unistd::chown(path, Some(Uid::from_raw(self.uid)), Some(Gid::from_raw(self.gid)))
            .map_err(|errno| EmbeddedError::Folder { path: path.to_owned(), source: errno.into() })
    }
}
