//! The section `files`: what people may share.

use std::time::Duration;

use application_file::FileLimits;
use domain_file::{MediaType, Quota};
use serde::Deserialize;

use super::{
    Mistakes,
    section::{Key, Section, within},
};

/// How many uploads one process takes at once: each holds a part of its file, of 8 MiB, in memory.
const UPLOADS_AT_ONCE: usize = 32;

/// What people may share.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FilesSection {
    /// The largest file, in bytes.
    pub max_bytes: u64,
    /// What one account may have together, in bytes.
    pub quota_bytes: u64,
    /// How many files one account may have.
    pub quota_files: u64,
    /// Which kinds are taken; all that are known when empty.
    pub media_types: Vec<String>,
    /// How long the address of a download is good, in seconds.
    pub download_ttl_s: u64,
}

impl FilesSection {
    /// For the use cases.
    #[must_use]
    pub fn limits(&self) -> FileLimits {
        let named = self.media_types.iter().filter_map(|name| MediaType::parse(name).ok());
        FileLimits {
            max_bytes: self.max_bytes,
            quota: Quota { bytes: self.quota_bytes, files: self.quota_files },
            media_types: if self.media_types.is_empty() { MediaType::all().collect() } else { named.collect() },
            download_lifetime: Duration::from_secs(self.download_ttl_s),
            uploads_at_once: UPLOADS_AT_ONCE,
        }
    }
}

impl Section for FilesSection {
    const NAME: &'static str = "files";
    const ABOUT: &'static str = "What people may share (where it is kept: `[storage]`).";
    const KEYS: &'static [Key] = &[
        Key::value("max_bytes", "The largest file, in bytes (1 to 50000000000)."),
        Key::value(
            "quota_bytes",
            "What one account may have together, in bytes (0 to 1000000000000000; 0: nobody shares files).",
        ),
        Key::value("quota_files", "How many files one account may have (0 to 1000000)."),
        Key::value(
            "media_types",
            "Which kinds of files are taken, as `[\"image/png\", \"application/pdf\"]`; empty: all that the server can tell from \
             their content, which are pictures, sound, video, PDF, office documents, archives and plain text.",
        ),
        Key::value("download_ttl_s", "How long the address of a download is good, in seconds (10 to 604800)."),
    ];

    fn validate(&self, mistakes: &mut Mistakes) {
        within(mistakes, "files.max_bytes", self.max_bytes, 1, 50_000_000_000);
        within(mistakes, "files.quota_bytes", self.quota_bytes, 0, 1_000_000_000_000_000);
        within(mistakes, "files.quota_files", self.quota_files, 0, 1_000_000);
        within(mistakes, "files.download_ttl_s", self.download_ttl_s, 10, 604_800);
        for name in &self.media_types {
            if MediaType::parse(name).is_err() {
                let known: Vec<&str> = MediaType::all().map(MediaType::as_str).collect();
                mistakes.add(
                    "files.media_types",
                    format!("`{name}` is no kind that can be told; there are {}", known.join(", ")),
                );
            }
        }
    }
}
