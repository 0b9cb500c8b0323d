//! Writes mails: the letter in the owner's language, within the headers of Internet mail.

use std::{fmt, net::IpAddr, sync::Arc};

use application_shared::PortError;
use application_user::{AccountMail, AccountMailKind, MailError};
use chrono::{DateTime, Utc};
use domain_shared::Clock;
use domain_user::Language;
use lettre::{
    Address, Message,
    message::{
        Body, Mailbox, MultiPart, SinglePart,
        header::{ContentTransferEncoding, ContentType, Header, HeaderName, HeaderValue},
    },
    transport::smtp::extension::ClientId,
};
use secrecy::{ExposeSecret, SecretString};
use thiserror::Error;

use crate::{
    chinese, english,
    letter::{Letter, one_line},
};

/// The most characters of a name in a mail.
const MAX_NAME: usize = 64;
/// The most characters of a `User-Agent` in a mail.
const MAX_USER_AGENT: usize = 120;

/// Why mails cannot be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum ComposerError {
    /// The sender is no address.
    #[error("must be an address, perhaps with a name, such as `Open Meeting <meet@example.org>`")]
    Sender,
    /// The links would lead nowhere.
    #[error("must be an address such as https://meet.example.org")]
    PublicUrl,
}

/// Writes mails.
pub struct Composer {
    from: Mailbox,
    public_url: String,
    clock: Arc<dyn Clock>,
}

impl fmt::Debug for Composer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Composer").field("public_url", &self.public_url).finish_non_exhaustive()
    }
}

/// Keeps holiday notices and the like from answering (RFC 3834, section 5).
#[derive(Debug, Clone)]
struct AutoSubmitted;

impl Header for AutoSubmitted {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str("Auto-Submitted")
    }

    fn parse(_: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Ok(Self)
    }

    fn display(&self) -> HeaderValue {
        HeaderValue::new(Self::name(), "auto-generated".to_owned())
    }
}

impl Composer {
    /// Mails from `from` (`Name <address>` or an address alone) with links that begin with `public_url`, such as
    /// `https://meet.example.org`.
    ///
    /// # Errors
    /// [`ComposerError`] when one of them cannot be used.
    pub fn new(from: &str, public_url: &str, clock: Arc<dyn Clock>) -> Result<Self, ComposerError> {
        let from = Self::parse_sender(from)?;
        let public_url = public_url.trim_end_matches('/').to_owned();
        if !matches!(public_url.split_once("://"), Some(("http" | "https", host)) if !host.is_empty()) {
            return Err(ComposerError::PublicUrl);
        }
        Ok(Self { from, public_url, clock })
    }

    /// Whether mails can be sent from `from`.
    ///
    /// # Errors
    /// [`ComposerError::Sender`] when they cannot.
    pub fn check_sender(from: &str) -> Result<(), ComposerError> {
        Self::parse_sender(from).map(drop)
    }

    fn parse_sender(from: &str) -> Result<Mailbox, ComposerError> {
        let mailbox: Mailbox = from.trim().parse().map_err(|_| ComposerError::Sender)?;
        // Such addresses need a mail server that takes them (RFC 6531); few do.
        if from.chars().any(char::is_control) || !mailbox.email.to_string().is_ascii() {
            return Err(ComposerError::Sender);
        }
        Ok(mailbox)
    }

    pub(crate) fn now(&self) -> DateTime<Utc> {
        self.clock.now()
    }

    /// How this server calls itself towards a mail server: by the host of its public address.
    pub(crate) fn hello_name(&self) -> ClientId {
        let authority = self.public_url.split_once("://").map_or("", |(_, rest)| rest);
        let host = match authority.rsplit_once(':') {
            Some((host, port)) if port.bytes().all(|b| b.is_ascii_digit()) => host,
            _ => authority,
        };
        match host.trim_start_matches('[').trim_end_matches(']').parse() {
            Ok(IpAddr::V4(address)) => ClientId::Ipv4(address),
            Ok(IpAddr::V6(address)) => ClientId::Ipv6(address),
            Err(_) => ClientId::Domain(host.to_owned()),
        }
    }

    /// Writes a mail that every mail server takes. The same [`AccountMail::id`] makes the same `Message-ID`, so that a mail
    /// that comes twice can be told.
    pub(crate) fn compose(&self, mail: &AccountMail) -> Result<Message, MailError> {
        self.compose_with(mail, Body::new)
    }

    /// The same for people who look into the file: no line is broken, no character is written as another.
    pub(crate) fn compose_readable(&self, mail: &AccountMail) -> Result<Message, MailError> {
        // Lines end as mail wants it (RFC 5322, section 2.3); theirs are far shorter than the longest allowed, 998 bytes.
        let as_it_stands = |text: String| text.replace('\n', "\r\n").into_bytes();
        self.compose_with(mail, |text| {
            Body::dangerous_pre_encoded(as_it_stands(text), ContentTransferEncoding::EightBit)
        })
    }

    fn compose_with(&self, mail: &AccountMail, encode: impl Fn(String) -> Body) -> Result<Message, MailError> {
        let refused = |_| MailError::Refused("this is no address that mail can be sent to".to_owned());
        let address: Address = mail.to.parse().map_err(refused)?;
        let name = one_line(&mail.name, MAX_NAME);
        let letter = self.letter(mail, &name);
        let signature = format!("Open Meeting, {}", self.public_url);
        // Boundaries that are not random let a repeated mail be the same to the byte. No text can hold them: the identifier
        // is chosen after it.
        let body = MultiPart::alternative()
            .boundary(format!("part-{}", mail.id.simple()))
            .singlepart(part(ContentType::TEXT_PLAIN, encode(letter.text(&signature))))
            .singlepart(part(ContentType::TEXT_HTML, encode(letter.html(&signature))));
        Message::builder()
            .from(self.from.clone())
            .to(Mailbox::new((!name.is_empty()).then_some(name), address))
            .subject(letter.subject)
            .date(self.now().into())
            .message_id(Some(format!("<{}@{}>", mail.id, self.from.email.domain())))
            .header(AutoSubmitted)
            .multipart(body)
            .map_err(|error| PortError::unavailable(error).into())
    }

    fn letter(&self, mail: &AccountMail, name: &str) -> Letter {
        let link = match &mail.kind {
            AccountMailKind::VerifyEmail { token, .. } => Some(self.link("verify-email", token)),
            AccountMailKind::ResetPassword { token, .. } => Some(self.link("reset-password", token)),
            AccountMailKind::PasswordChanged { .. }
            | AccountMailKind::TokenReused { .. }
            | AccountMailKind::AccountClosing { .. } => None,
        };
        let mut kind = mail.kind.clone();
        if let AccountMailKind::TokenReused { user_agent, .. } = &mut kind {
            *user_agent = user_agent.take().map(|agent| one_line(&agent, MAX_USER_AGENT));
        }
        match mail.language {
            Language::English => english::letter(&kind, name, &self.public_url, link),
            Language::SimplifiedChinese => chinese::letter(&kind, name, &self.public_url, link),
        }
    }

    /// The token stands in the fragment, which browsers do not send: no log of a server or proxy holds it.
    fn link(&self, page: &str, token: &SecretString) -> String {
        format!("{}/{page}#token={}", self.public_url, token.expose_secret())
    }
}

fn part(content_type: ContentType, body: Body) -> SinglePart {
    SinglePart::builder().content_type(content_type).body(body)
}

#[cfg(test)]
#[path = "composer_tests.rs"]
mod tests;
