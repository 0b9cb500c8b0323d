//! The section `mail`: the mail server, or the folder that stands in for it.

use std::{path::PathBuf, time::Duration};

use infrastructure_mail::{Composer, SmtpLogin, SmtpOptions, SmtpSecurity};
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;

use super::{
    Mistakes,
    section::{Key, Section, blank_is_none, within},
};

/// The mail server, or the folder that stands in for it.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MailSection {
    /// The mail server; no mails are sent when absent.
    #[serde(deserialize_with = "blank_is_none")]
    pub smtp_host: Option<String>,
    /// Its port.
    pub smtp_port: u16,
    /// Whether the connection to it is encrypted.
    pub smtp_security: SmtpSecurityName,
    /// The name to sign in with, if any.
    #[serde(deserialize_with = "blank_is_none")]
    pub smtp_username: Option<String>,
    /// The password that goes with it.
    pub smtp_password: SecretString,
    /// The sender: an address, perhaps with a name.
    pub from: String,
    /// Longest time for one mail, in seconds.
    pub timeout_s: u64,
    /// Where mails are kept instead of being sent.
    #[serde(deserialize_with = "blank_is_none")]
    pub folder: Option<String>,
}

/// Whether the connection to the mail server is encrypted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SmtpSecurityName {
    /// It is not.
    None,
    /// From the command `STARTTLS` on.
    Starttls,
    /// From the first byte on.
    Tls,
}

impl MailSection {
    /// How the mail server is reached, if there is one.
    #[must_use]
    pub fn smtp(&self) -> Option<SmtpOptions> {
        let login =
            self.smtp_username.clone().map(|username| SmtpLogin { username, password: self.smtp_password.clone() });
        Some(SmtpOptions {
            host: self.smtp_host.clone()?,
            port: self.smtp_port,
            security: match self.smtp_security {
                SmtpSecurityName::None => SmtpSecurity::None,
                SmtpSecurityName::Starttls => SmtpSecurity::StartTls,
                SmtpSecurityName::Tls => SmtpSecurity::Tls,
            },
            login,
            timeout: Duration::from_secs(self.timeout_s),
        })
    }

    /// Where mails are kept instead of being sent.
    #[must_use]
    pub fn folder(&self) -> Option<PathBuf> {
        self.folder.as_ref().map(PathBuf::from)
    }

    /// A password in the clear is safe only where nobody listens: on this machine.
    fn password_is_exposed(&self) -> bool {
        let local = |host: &String| matches!(host.as_str(), "localhost" | "127.0.0.1" | "::1");
        self.smtp_security == SmtpSecurityName::None
            && self.smtp_username.is_some()
            && !self.smtp_host.as_ref().is_some_and(local)
    }
}

impl Section for MailSection {
    const NAME: &'static str = "mail";
    const ABOUT: &'static str =
        "Mails about accounts: to prove addresses, to choose another password, to tell of dangers.";
    const KEYS: &'static [Key] = &[
        Key::text(
            "smtp_host",
            "The mail server. Empty: no mails are sent, so that nobody can prove an address or get in with a lost \
             password. Needs `from` and `server.public_url`.",
        ),
        Key::value("smtp_port", "Its port: usually 587 with `starttls`, 465 with `tls`, 25 with `none`."),
        Key::text(
            "smtp_security",
            "`starttls`, `tls` (encrypted from the first byte on) or `none`. Encrypted or not at all: there is no falling \
             back. The certificate must be one that this machine trusts.",
        ),
        Key::text("smtp_username", "The name to sign in with. Empty: the server takes mails without."),
        Key::secret("smtp_password", "The password that goes with it."),
        Key::text("from", "The sender, such as `Open Meeting <meet@example.org>`."),
        Key::value("timeout_s", "Longest time for one mail, in seconds (1 to 15)."),
        Key::text(
            "folder",
            "A folder in which mails are kept instead of being sent, for development; `open-meeting dev` has one in its \
             data folder. The newest 200 are kept. They hold links that let others in.",
        ),
    ];

    fn validate(&self, mistakes: &mut Mistakes) {
        within(mistakes, "mail.timeout_s", self.timeout_s, 1, 15);
        if self.smtp_port == 0 {
            mistakes.add("mail.smtp_port", "must be between 1 and 65535, not 0");
        }
        let sends = self.smtp_host.is_some();
        if (sends || !self.from.is_empty())
            && let Err(error) = Composer::check_sender(&self.from)
        {
            mistakes.add("mail.from", error.to_string());
        }
        if sends && self.folder.is_some() {
            mistakes.add("mail.folder", "goes without mail.smtp_host: mails are kept or sent, not both");
        }
        if self.smtp_username.is_some() == self.smtp_password.expose_secret().is_empty() {
            mistakes.add("mail.smtp_password", "goes with mail.smtp_username: set both or neither");
        }
        if self.password_is_exposed() {
            mistakes.add(
                "mail.smtp_security",
                "must be `starttls` or `tls`: the password would go over the network in the clear",
            );
        }
    }
}
