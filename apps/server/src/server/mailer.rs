//! How mails leave: by a mail server, into a folder, or not at all.

use std::{net::SocketAddr, sync::Arc};

use application_meeting::{CalendarWriter, MeetingMailer};
use application_user::Mailer;
use domain_shared::Clock;
use infrastructure_calendar::ICalendarWriter;
use infrastructure_mail::{Composer, FileMailer, SmtpMailer};

use super::StartError;
use crate::config::{Config, Role};

/// The sender in mails that nobody is sent.
const NOBODY: &str = "Open Meeting <open-meeting@localhost>";

/// What sends mails, each kind of them, and writes the calendar files in them.
pub(super) struct Mailers {
    pub(super) account: Arc<dyn Mailer>,
    pub(super) meeting: Arc<dyn MeetingMailer>,
    pub(super) calendar: Arc<dyn CalendarWriter>,
}

/// What sends mails, if this process is to send any. `address` is where it listens.
///
/// # Errors
/// [`StartError::Setting`] when the settings cannot be used here.
pub(super) fn mailer(
    config: &Config,
    address: SocketAddr,
    clock: &Arc<dyn Clock>,
) -> Result<Option<Mailers>, StartError> {
    if !config.roles.plays(Role::Worker) {
        return Ok(None);
    }
    let mail = &config.mail;
    let composer = |from: &str| {
        Composer::new(from, &public_url(config, address), clock.clone())
            .map_err(|error| StartError::setting("mail.from")(&error))
    };
    if let Some(options) = mail.smtp() {
        let host = options.host.clone();
        let mailer = SmtpMailer::new(composer(&mail.from)?, options);
        let mailer = Arc::new(mailer.map_err(|error| StartError::setting("mail.smtp_security")(&error))?);
        tracing::info!(host, "mails go to the mail server");
        let calendar = calendar_writer(config, address)?;
        return Ok(Some(Mailers { account: mailer.clone(), meeting: mailer, calendar }));
    }
    if let Some(folder) = mail.folder() {
        let mailer = FileMailer::new(composer(sender(config))?, &folder, clock.clone());
        let mailer = Arc::new(mailer.map_err(|error| StartError::setting("mail.folder")(&error))?);
        tracing::info!(folder = %folder.display(), "mails are kept in a folder and not sent");
        let calendar = calendar_writer(config, address)?;
        return Ok(Some(Mailers { account: mailer.clone(), meeting: mailer, calendar }));
    }
    tracing::warn!(
        "no mails are sent, so that nobody can prove an address, get in with a lost password or be invited by mail; set \
         mail.smtp_host"
    );
    Ok(None)
}

/// What writes calendar files. They ask in the name of the address that mails come from.
///
/// # Errors
/// [`StartError::Setting`] when the settings cannot be used here.
pub(super) fn calendar_writer(config: &Config, address: SocketAddr) -> Result<Arc<dyn CalendarWriter>, StartError> {
    let refused = |error: &dyn std::error::Error| StartError::setting("mail.from")(error);
    let organizer = Composer::sender_address(sender(config)).map_err(|error| refused(&error))?;
    let writer = ICalendarWriter::new(&public_url(config, address), &organizer).map_err(|error| refused(&error))?;
    Ok(Arc::new(writer))
}

fn sender(config: &Config) -> &str {
    if config.mail.from.is_empty() { NOBODY } else { &config.mail.from }
}

fn public_url(config: &Config, address: SocketAddr) -> String {
    config.server.public_url.clone().unwrap_or_else(|| format!("http://localhost:{}", address.port()))
}
