//! The section `storage`: where large objects are kept, such as files that people share.

use std::path::PathBuf;

use infrastructure_storage::S3Options;
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;

use super::{
    Mistakes,
    section::{Key, Section, blank_is_none},
};

/// Where large objects are kept, such as files that people share.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StorageSection {
    /// A folder of this machine.
    #[serde(deserialize_with = "blank_is_none")]
    pub folder: Option<String>,
    /// A bucket on a server that speaks S3.
    #[serde(deserialize_with = "blank_is_none")]
    pub s3_bucket: Option<String>,
    /// Its address.
    pub s3_endpoint: String,
    /// Its address as clients reach it, if that is another one.
    #[serde(deserialize_with = "blank_is_none")]
    pub s3_public_endpoint: Option<String>,
    /// Its region.
    pub s3_region: String,
    /// Whether the bucket stands in the path.
    pub s3_path_style: bool,
    /// Who we are there.
    pub s3_access_key: SecretString,
    /// What proves it.
    pub s3_secret_key: SecretString,
}

/// Where objects are kept.
#[derive(Clone)]
pub enum Place {
    /// In a folder.
    Folder(PathBuf),
    /// In a bucket.
    S3(S3Options),
    /// Nowhere.
    Nowhere,
}

impl StorageSection {
    /// Where objects are kept.
    #[must_use]
    pub fn place(&self) -> Place {
        if let Some(bucket) = &self.s3_bucket {
            return Place::S3(S3Options {
                endpoint: self.s3_endpoint.clone(),
                public_endpoint: self.s3_public_endpoint.clone(),
                region: self.s3_region.clone(),
                bucket: bucket.clone(),
                path_style: self.s3_path_style,
                access_key: self.s3_access_key.clone(),
                secret_key: self.s3_secret_key.clone(),
            });
        }
        self.folder.as_ref().map_or(Place::Nowhere, |folder| Place::Folder(PathBuf::from(folder)))
    }
}

fn is_address(text: &str) -> bool {
    let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    rest.is_some_and(|rest| {
        let host = rest.trim_end_matches('/');
        !host.is_empty() && !host.contains(['/', '?', '#', '@', ' '])
    })
}

impl Section for StorageSection {
    const NAME: &'static str = "storage";
    const ABOUT: &'static str = "Where large objects are kept, such as files that people share: in a folder, or on a server that speaks S3. \
                                 With neither, nothing can be uploaded.";
    const KEYS: &'static [Key] = &[
        Key::text(
            "folder",
            "A folder of this machine, from which this server hands files out itself; several nodes need the same one, over a \
             network. `open-meeting dev` has one in its data folder.",
        ),
        Key::text(
            "s3_bucket",
            "A bucket on a server that speaks S3, such as MinIO or Amazon S3, instead. It must be there.",
        ),
        Key::text(
            "s3_endpoint",
            "The address of that server, such as `https://s3.example.org` or `http://127.0.0.1:9000`.",
        ),
        Key::text(
            "s3_public_endpoint",
            "The address under which clients reach it, if that is another one: downloads go straight there.",
        ),
        Key::text("s3_region", "Its region; MinIO takes any."),
        Key::value(
            "s3_path_style",
            "Whether the bucket stands in the path, as MinIO wants it, and not in the name of the host (`true` or `false`).",
        ),
        Key::secret(
            "s3_access_key",
            "Who the server is there. It appears in the addresses of downloads, as S3 has it.",
        ),
        Key::secret("s3_secret_key", "What proves it. It is never told to anybody."),
    ];

    fn validate(&self, mistakes: &mut Mistakes) {
        if self.s3_bucket.is_none() {
            return;
        }
        if self.folder.is_some() {
            mistakes.add("storage.folder", "goes without storage.s3_bucket: objects are kept in one place");
        }
        if !is_address(&self.s3_endpoint) {
            mistakes.add("storage.s3_endpoint", "must be an address without a path, such as `https://s3.example.org`");
        }
        if self.s3_public_endpoint.as_ref().is_some_and(|address| !is_address(address)) {
            mistakes.add(
                "storage.s3_public_endpoint",
                "must be an address without a path, such as `https://files.example.org`",
            );
        }
        for (key, value) in
            [("storage.s3_access_key", &self.s3_access_key), ("storage.s3_secret_key", &self.s3_secret_key)]
        {
            if value.expose_secret().is_empty() {
                mistakes.add(key, "is missing; it goes with storage.s3_bucket");
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_have_a_scheme_and_no_path() {
        for good in ["http://127.0.0.1:9000", "https://s3.example.org/", "http://[::1]:9000"] {
            assert!(is_address(good), "{good}");
        }
        for bad in
            ["", "s3.example.org", "https://", "https://host/bucket", "https://key@host", "ftp://host", "http://a b"]
        {
            assert!(!is_address(bad), "{bad}");
        }
    }
}
