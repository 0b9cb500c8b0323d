//! Files that people share: what they may be called, what they are, how much anybody may have, and their life from the
//! first byte to the last.
//!
//! Architecture Invariant: the bytes are not here. A file names an object of the storage, by its identifier.

mod event;
mod file;
mod media_type;
mod name;
mod quota;

pub use event::FileEvent;
pub use file::{Checksum, Content, File, FileError, FileSnapshot, FileState, LOST_AFTER, NewFile, UPLOAD_PATIENCE};
pub use media_type::{MediaType, SNIFFED_BYTES, UnknownMediaType};
pub use name::{FileName, FileNameError};
pub use quota::{Quota, QuotaExceeded, Usage};
