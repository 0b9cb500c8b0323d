//! Large objects (docs/adr/0024): in a folder of this machine, handed out by this server under signed addresses, or on a
//! server that speaks S3, handed out by that one.

mod absent;
mod local;
mod s3;
mod tickets;

pub use absent::AbsentObjectStorage;
pub use local::{LocalObjectStorage, OpenFolderError};
pub use s3::{S3ObjectStorage, S3Options, S3OptionsError};
pub use tickets::HmacDownloadTickets;
