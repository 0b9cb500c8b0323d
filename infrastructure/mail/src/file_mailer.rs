//! Keeps mails in a folder instead of sending them, for development.

use std::{
    fmt,
    fs::{self, DirBuilder, OpenOptions},
    io::{self, Write},
    os::unix::fs::{DirBuilderExt, OpenOptionsExt},
    path::{Path, PathBuf},
    sync::Arc,
};

use application_meeting::{MeetingMail, MeetingMailError, MeetingMailer};
use application_shared::PortError;
use application_user::{AccountMail, MailError, Mailer};
use async_trait::async_trait;
use domain_shared::Clock;
use lettre::Message;
use tokio::task::spawn_blocking;
use uuid::Uuid;

use crate::{Composer, smtp_mailer::about_meeting};

/// How many mails are kept; the oldest go first.
pub const KEPT_MAILS: usize = 200;

/// Writes each mail into a folder as `<time>-<id>.eml`, such as `20261120T143500.123Z-0198….eml`. The files hold tokens:
/// only their owner can read them.
pub struct FileMailer {
    composer: Composer,
    folder: PathBuf,
    clock: Arc<dyn Clock>,
}

impl fmt::Debug for FileMailer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FileMailer").field("folder", &self.folder).finish_non_exhaustive()
    }
}

impl FileMailer {
    /// Keeps what `composer` writes in `folder`, which is made when it is missing.
    ///
    /// # Errors
    /// When the folder cannot be made.
    pub fn new(composer: Composer, folder: &Path, clock: Arc<dyn Clock>) -> io::Result<Self> {
        if !folder.is_dir() {
            DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
        }
        Ok(Self { composer, folder: folder.to_owned(), clock })
    }
}

#[async_trait]
impl Mailer for FileMailer {
    async fn send(&self, mail: &AccountMail) -> Result<(), MailError> {
        self.put(mail.id, &self.composer.compose_readable(mail)?).await
    }
}

#[async_trait]
impl MeetingMailer for FileMailer {
    async fn send_meeting_mail(&self, mail: &MeetingMail) -> Result<(), MeetingMailError> {
        let message = self.composer.compose_meeting_readable(mail).map_err(about_meeting)?;
        self.put(mail.id, &message).await.map_err(about_meeting)
    }
}

impl FileMailer {
    async fn put(&self, id: Uuid, message: &Message) -> Result<(), MailError> {
        let message = message.formatted();
        let name = format!("{}-{id}", self.clock.now().format("%Y%m%dT%H%M%S%.3fZ"));
        let folder = self.folder.clone();
        let written =
            spawn_blocking(move || keep(&folder, &name, &message).and_then(|()| forget_oldest(&folder))).await;
        match written {
            Ok(Ok(())) => Ok(()),
            Ok(Err(error)) => Err(PortError::unavailable(error).into()),
            Err(error) => Err(PortError::unavailable(error).into()),
        }
    }
}

/// Writes a file as a whole or not at all.
fn keep(folder: &Path, name: &str, message: &[u8]) -> io::Result<()> {
    let unfinished = folder.join(format!("{name}.unfinished"));
    // Left by a process that was ended while it wrote.
    match fs::remove_file(&unfinished) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&unfinished)?;
    file.write_all(message)?;
    file.sync_all()?;
    fs::rename(&unfinished, folder.join(format!("{name}.eml")))
}

/// Their names begin with the time, so that the first in order is the oldest. Other files are left alone.
fn forget_oldest(folder: &Path) -> io::Result<()> {
    let entries = fs::read_dir(folder)?.collect::<Result<Vec<_>, _>>()?;
    let mut mails: Vec<PathBuf> = entries.into_iter().map(|entry| entry.path()).filter(|path| is_mail(path)).collect();
    mails.sort_unstable();
    let surplus = mails.len().saturating_sub(KEPT_MAILS);
    for path in &mails[..surplus] {
        match fs::remove_file(path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
    }
    Ok(())
}

fn is_mail(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension == "eml" || extension == "unfinished")
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;
    use application_user::AccountMailKind;
    use chrono::{DateTime, TimeDelta};
    use domain_shared::FixedClock;
    use domain_user::Language;

    fn mail(n: u128) -> AccountMail {
        AccountMail {
            id: Uuid::from_u128(n),
            to: "ann@example.com".to_owned(),
            name: "Ann".to_owned(),
            language: Language::English,
            kind: AccountMailKind::VerifyEmail { token: "the-token".into(), valid_for: TimeDelta::days(3) },
        }
    }

    fn start(folder: &Path) -> (FileMailer, Arc<FixedClock>) {
        let clock = Arc::new(FixedClock::at(DateTime::UNIX_EPOCH));
        let composer = Composer::new("Meet <meet@example.org>", "http://localhost:8080", clock.clone()).unwrap();
        (FileMailer::new(composer, folder, clock.clone()).unwrap(), clock)
    }

    fn names(folder: &Path) -> Vec<String> {
        let name = |entry: io::Result<fs::DirEntry>| entry.unwrap().file_name().into_string().unwrap();
        let mut names: Vec<_> = fs::read_dir(folder).unwrap().map(name).collect();
        names.sort();
        names
    }

    #[tokio::test]
    async fn a_mail_is_a_file_that_only_its_owner_can_read() {
        let parent = tempfile::tempdir().unwrap();
        let folder = parent.path().join("a/mail");
        let (mailer, _) = start(&folder);
        mailer.send(&mail(1)).await.unwrap();
        let names = names(&folder);
        assert_eq!(names, ["19700101T000000.000Z-00000000-0000-0000-0000-000000000001.eml"]);
        let path = folder.join(&names[0]);
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!((mode(&path), mode(&folder)), (0o600, 0o700));
        let text = fs::read_to_string(path).unwrap();
        assert!(text.contains("http://localhost:8080/verify-email#token=the-token\r\n"), "{text}");
    }

    #[tokio::test]
    async fn the_oldest_make_room_and_other_files_stay() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("0-notes.txt"), "mine").unwrap();
        let (mailer, clock) = start(folder.path());
        for n in 0..KEPT_MAILS as u128 + 3 {
            mailer.send(&mail(n)).await.unwrap();
            clock.advance(TimeDelta::milliseconds(1));
        }
        let names = names(folder.path());
        assert_eq!((names.len(), names[0].as_str()), (KEPT_MAILS + 1, "0-notes.txt"));
        assert!(names[1].starts_with("19700101T000000.003Z-"), "{}", names[1]);
    }

    #[tokio::test]
    async fn a_folder_that_is_gone_can_come_back() {
        let parent = tempfile::tempdir().unwrap();
        let folder = parent.path().join("mail");
        let (mailer, _) = start(&folder);
        fs::remove_dir(&folder).unwrap();
        assert!(matches!(mailer.send(&mail(1)).await, Err(MailError::Port(PortError::Unavailable(_)))));
        fs::create_dir(&folder).unwrap();
        mailer.send(&mail(1)).await.unwrap();
    }
}
