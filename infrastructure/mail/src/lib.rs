//! Mails about accounts and meetings: written in the reader's language, sent by SMTP, or kept in a folder during development.
//!
//! Architecture Invariant: nothing that a mail server says leaves this crate, since it may repeat addresses; only its
//! reply codes do.

mod chinese;
mod composer;
mod english;
mod file_mailer;
mod letter;
mod meeting_chinese;
mod meeting_english;
mod meeting_time;
mod smtp_mailer;

pub use composer::{Composer, ComposerError};
pub use file_mailer::{FileMailer, KEPT_MAILS};
pub use smtp_mailer::{SmtpLogin, SmtpMailer, SmtpOptions, SmtpSecurity, SmtpSetupError};
