//! Use cases of files that people share: uploading, finding, handing out, deleting, and cleaning up what was left behind
//! (docs/adr/0024).

mod access;
mod clean_up_files;
mod delete_file;
mod delete_files_of_account;
mod list_files;
mod objects;
mod open_download;
mod ports;
mod read_file;
#[cfg(test)]
mod test_support;
mod upload_file;
mod views;

pub use access::{FileAccessError, MeetingAccessError};
pub use clean_up_files::{CleanUpFiles, CleanUpReport};
pub use delete_file::{DeleteFile, DeleteFileCommand, DeleteFileError};
pub use delete_files_of_account::DeleteFilesOfAccount;
pub use list_files::{FileScope, ListFiles, ListFilesQuery};
pub use open_download::{OpenDownload, OpenDownloadError, OpenedDownload};
pub use ports::{FileCursor, FileLimits, FilePorts, FileRepository, InsertFileError, MeetingMembers, MeetingStanding};
pub use read_file::{ReadFile, ReadFileQuery};
pub use upload_file::{BrokenContent, Content, UploadFile, UploadFileCommand, UploadFileError};
pub use views::{FileView, FileWithDownload};

/// How often a use case starts again when somebody else changed the aggregate meanwhile.
const ATTEMPTS: usize = 5;
