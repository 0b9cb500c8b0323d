//! Sends mails by SMTP (RFC 5321).

use std::{
    fmt,
    sync::{Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use application_meeting::{MeetingMail, MeetingMailError, MeetingMailer};
use application_shared::PortError;
use application_user::{AccountMail, MailError, Mailer};
use async_trait::async_trait;
use chrono::{DateTime, TimeDelta, Utc};
use lettre::{
    Message,
    transport::smtp::{
        Error as SmtpError,
        authentication::{Credentials, DEFAULT_MECHANISMS},
        client::{AsyncSmtpConnection, TlsParameters},
        extension::ClientId,
    },
};
use secrecy::{ExposeSecret, SecretString};
use thiserror::Error;
use tokio::time::timeout;

use crate::Composer;

/// How many connections are kept for the next mail, and how long: servers close idle ones after some minutes (RFC 5321,
/// section 4.5.3.2.7).
const IDLE_CONNECTIONS: usize = 2;
const IDLE_TIME: Duration = Duration::from_secs(60);

/// How long a server that cannot be reached or says nothing is left alone: mails meanwhile fail at once, so that whoever
/// waits for them has time for other things.
const LEFT_ALONE: TimeDelta = TimeDelta::seconds(60);

/// Whether the connection to the mail server is encrypted. What is to be encrypted never goes in the clear.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SmtpSecurity {
    /// It is not.
    None,
    /// From the command `STARTTLS` on (RFC 3207).
    StartTls,
    /// From the first byte on (RFC 8314).
    Tls,
}

/// A name and a password for the mail server.
#[derive(Debug, Clone)]
pub struct SmtpLogin {
    /// The name.
    pub username: String,
    /// The password.
    pub password: SecretString,
}

/// How the mail server is reached.
#[derive(Debug, Clone)]
pub struct SmtpOptions {
    /// Its name, which its certificate must bear, or its address.
    pub host: String,
    /// Its port: usually 587 for `STARTTLS`, 465 for TLS, 25 for neither.
    pub port: u16,
    /// Whether the connection is encrypted.
    pub security: SmtpSecurity,
    /// How to sign in; without it, the server must take mails from anybody here.
    pub login: Option<SmtpLogin>,
    /// Longest time for one mail, connecting included.
    pub timeout: Duration,
}

/// The certificates of this machine cannot be used.
#[derive(Debug, Error)]
#[error("TLS cannot be set up: {0}")]
pub struct SmtpSetupError(#[source] SmtpError);

/// Sends mails by SMTP. Connections are kept for the next mail for a while.
pub struct SmtpMailer {
    composer: Composer,
    options: SmtpOptions,
    hello_name: ClientId,
    credentials: Option<Credentials>,
    tls: Option<TlsParameters>,
    idle: Mutex<Vec<(AsyncSmtpConnection, Instant)>>,
    left_alone_until: Mutex<DateTime<Utc>>,
}

impl fmt::Debug for SmtpMailer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SmtpMailer").field("options", &self.options).finish_non_exhaustive()
    }
}

impl SmtpMailer {
    /// Hands what `composer` writes to the server in `options`, which is not connected to yet. Reads the certificates of
    /// this machine.
    ///
    /// # Errors
    /// [`SmtpSetupError`] when those are needed and cannot be used.
    pub fn new(composer: Composer, options: SmtpOptions) -> Result<Self, SmtpSetupError> {
        let tls = match options.security {
            SmtpSecurity::None => None,
            SmtpSecurity::StartTls | SmtpSecurity::Tls => {
                Some(TlsParameters::new(options.host.clone()).map_err(SmtpSetupError)?)
            }
        };
        let credentials = options
            .login
            .as_ref()
            .map(|login| Credentials::new(login.username.clone(), login.password.expose_secret().to_owned()));
        Ok(Self {
            hello_name: composer.hello_name(),
            composer,
            options,
            credentials,
            tls,
            idle: Mutex::default(),
            left_alone_until: Mutex::new(DateTime::<Utc>::MIN_UTC),
        })
    }

    async fn connect(&self) -> Result<AsyncSmtpConnection, SmtpError> {
        let server = (self.options.host.as_str(), self.options.port);
        let wrapped = self.tls.clone().filter(|_| self.options.security == SmtpSecurity::Tls);
        let limit = Some(self.options.timeout);
        let mut connection =
            AsyncSmtpConnection::connect_tokio1(server, limit, &self.hello_name, wrapped, None).await?;
        if let (SmtpSecurity::StartTls, Some(tls)) = (self.options.security, &self.tls) {
            connection.starttls(tls.clone(), &self.hello_name).await?;
        }
        if let Some(credentials) = &self.credentials {
            connection.auth(DEFAULT_MECHANISMS, credentials).await?;
        }
        Ok(connection)
    }

    /// A connection that was just seen to work, or a new one.
    async fn connection(&self) -> Result<AsyncSmtpConnection, SmtpError> {
        while let Some(mut connection) = self.take_idle() {
            if connection.test_connected().await {
                return Ok(connection);
            }
        }
        self.connect().await
    }

    fn take_idle(&self) -> Option<AsyncSmtpConnection> {
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        idle.retain(|(_, since)| since.elapsed() < IDLE_TIME);
        idle.pop().map(|(connection, _)| connection)
    }

    fn left_alone_until(&self) -> MutexGuard<'_, DateTime<Utc>> {
        self.left_alone_until.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn leave_alone(&self) {
        *self.left_alone_until() = self.composer.now() + LEFT_ALONE;
    }

    fn keep(&self, connection: AsyncSmtpConnection) {
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        if idle.len() < IDLE_CONNECTIONS {
            idle.push((connection, Instant::now()));
        }
    }
}

#[async_trait]
impl Mailer for SmtpMailer {
    async fn send(&self, mail: &AccountMail) -> Result<(), MailError> {
        self.deliver(|| self.composer.compose(mail)).await
    }
}

#[async_trait]
impl MeetingMailer for SmtpMailer {
    async fn send_meeting_mail(&self, mail: &MeetingMail) -> Result<(), MeetingMailError> {
        self.deliver(|| self.composer.compose_meeting(mail)).await.map_err(about_meeting)
    }
}

/// The same for a mail about a meeting.
pub(crate) fn about_meeting(error: MailError) -> MeetingMailError {
    match error {
        MailError::Refused(told) => MeetingMailError::Refused(told),
        MailError::Port(error) => MeetingMailError::Port(error),
    }
}

impl SmtpMailer {
    async fn deliver(&self, compose: impl FnOnce() -> Result<Message, MailError> + Send) -> Result<(), MailError> {
        if self.composer.now() < *self.left_alone_until() {
            return Err(PortError::unavailable("the mail server was away a moment ago").into());
        }
        let message = compose()?;
        let bytes = message.formatted();
        // A connection is the sender's alone while a mail is sent: when time is up or the caller has gone, it is dropped
        // with its half-read answers, so that no other mail can take these for its own.
        let sending = async {
            let mut connection = self.connection().await?;
            connection.send(message.envelope(), &bytes).await?;
            self.keep(connection);
            Ok::<_, SmtpError>(())
        };
        match timeout(self.options.timeout, sending).await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(error)) => {
                if is_away(&error) {
                    self.leave_alone();
                }
                Err(mail_error(&error))
            }
            Err(_) => {
                self.leave_alone();
                Err(PortError::unavailable("the mail server took too long").into())
            }
        }
    }
}

/// Whether the server said nothing, as opposed to something that is not liked here.
fn is_away(error: &SmtpError) -> bool {
    error.status().is_none() && !error.is_client() && !error.is_response()
}

/// What an error means for the mail. The server's own words stay here: they often repeat the address.
fn mail_error(error: &SmtpError) -> MailError {
    let Some(code) = error.status() else {
        // An answer that cannot be read is repeated in the error; all others are our side's words.
        let told = match std::error::Error::source(error) {
            Some(cause) if !error.is_response() => format!("the mail server cannot be used: {cause}"),
            _ => "the mail server breaks the protocol".to_owned(),
        };
        return PortError::unavailable(told).into();
    };
    let words = std::error::Error::source(error).map(ToString::to_string).unwrap_or_default();
    let enhanced = EnhancedCode::parse(&words);
    let told = enhanced.map_or_else(|| code.to_string(), |enhanced| format!("{code} {enhanced}"));
    if error.is_permanent() && concerns_recipient(&code.to_string(), enhanced) {
        MailError::Refused(told)
    } else {
        PortError::unavailable(format!("the mail server answered {told}")).into()
    }
}

/// The code after the reply code that says more (RFC 3463): class, subject, detail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct EnhancedCode(u16, u16, u16);

impl EnhancedCode {
    fn parse(words: &str) -> Option<Self> {
        let mut numbers = words.split_whitespace().next()?.splitn(3, '.').map(|number| {
            let digits = number.len() <= 3 && number.bytes().all(|b| b.is_ascii_digit());
            digits.then(|| number.parse().ok()).flatten()
        });
        Some(Self(numbers.next()??, numbers.next()??, numbers.next()??))
    }
}

impl fmt::Display for EnhancedCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.0, self.1, self.2)
    }
}

/// Whether a permanent refusal is about the address that is written to, not about the sender, the sign-in or the mail
/// server's rules: those an operator can put right, and then the mail arrives.
fn concerns_recipient(code: &str, enhanced: Option<EnhancedCode>) -> bool {
    match enhanced {
        // RFC 3463, sections 3.2 to 3.5, RFC 7505: no such address, no mail to it, mailbox disabled or full, no such host.
        Some(EnhancedCode(_, 1, detail)) => matches!(detail, 0..=4 | 6 | 10),
        Some(EnhancedCode(_, 2, _) | EnhancedCode(_, 4, 1 | 4)) => true,
        Some(_) => false,
        // RFC 5321, section 4.2.3, RFC 7504: mailbox unavailable, not local, name not allowed; no mail there at all.
        None => matches!(code, "550" | "551" | "553" | "556"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_wrong_with_the_address_is_refused_for_good() {
        for (code, words, refused) in [
            ("550", "5.1.1 No such user", true),
            ("550", "5.1.10 Null MX", true),
            ("550", "No such user here", true),
            ("552", "5.2.2 Mailbox full", true),
            ("550", "5.4.1 Recipient address rejected: Access denied", true),
            ("553", "", true),
            ("556", "no mail here", true),
            ("550", "5.7.1 Relaying denied", false),
            ("553", "5.7.1 Sender address rejected: not owned by user", false),
            ("550", "5.1.8 Sender's domain does not exist", false),
            ("552", "too big", false),
            ("554", "Transaction failed", false),
            ("535", "5.7.8 Authentication credentials invalid", false),
            ("530", "Authentication required", false),
            ("502", "", false),
        ] {
            assert_eq!(concerns_recipient(code, EnhancedCode::parse(words)), refused, "{code} {words}");
        }
    }

    #[test]
    fn other_words_are_no_enhanced_code() {
        for words in ["", "5", "5.1", "5.1.", "5.1.x", "5.1.1.1", "+5.1.1", "5.1.0001", "[192.0.2.1]", "No 5.1.1"] {
            assert_eq!(EnhancedCode::parse(words), None, "{words}");
        }
        assert_eq!(EnhancedCode::parse("5.1.10 gone").unwrap().to_string(), "5.1.10");
    }
}
