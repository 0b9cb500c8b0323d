//! How mails leave: by a mail server, into a folder, or not at all.

use std::{net::SocketAddr, sync::Arc};

use application_user::Mailer;
use domain_shared::Clock;
use infrastructure_mail::{Composer, FileMailer, SmtpMailer};

use super::StartError;
use crate::config::{Config, Role};

/// The sender in mails that nobody is sent.
const NOBODY: &str = "Open Meeting <open-meeting@localhost>";

/// What sends mails, if this process is to send any. `address` is where it listens.
///
/// # Errors
/// [`StartError::Setting`] when the settings cannot be used here.
pub(super) fn mailer(
    config: &Config,
    address: SocketAddr,
    clock: &Arc<dyn Clock>,
) -> Result<Option<Arc<dyn Mailer>>, StartError> {
    if !config.roles.plays(Role::Worker) {
        return Ok(None);
    }
    let mail = &config.mail;
    let composer = |from: &str| {
        let here = || format!("http://localhost:{}", address.port());
        let public_url = config.server.public_url.clone().unwrap_or_else(here);
        Composer::new(from, &public_url, clock.clone()).map_err(|error| StartError::setting("mail.from")(&error))
    };
    if let Some(options) = mail.smtp() {
        let host = options.host.clone();
        let mailer = SmtpMailer::new(composer(&mail.from)?, options);
        let mailer = mailer.map_err(|error| StartError::setting("mail.smtp_security")(&error))?;
        tracing::info!(host, "mails go to the mail server");
        return Ok(Some(Arc::new(mailer)));
    }
    if let Some(folder) = mail.folder() {
        let from = if mail.from.is_empty() { NOBODY } else { &mail.from };
        let mailer = FileMailer::new(composer(from)?, &folder, clock.clone());
        let mailer = mailer.map_err(|error| StartError::setting("mail.folder")(&error))?;
        tracing::info!(folder = %folder.display(), "mails are kept in a folder and not sent");
        return Ok(Some(Arc::new(mailer)));
    }
    tracing::warn!(
        "no mails are sent, so that nobody can prove an address or get in with a lost password; set mail.smtp_host"
    );
    Ok(None)
}
