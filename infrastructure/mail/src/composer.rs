//! Writes mails: the letter in the owner's language, within the headers of Internet mail.

use std::{fmt, net::IpAddr, sync::Arc};

use application_meeting::{CalendarFile, CalendarMethod, MeetingMail, MeetingMailKind};
use application_shared::PortError;
use application_user::{AccountMail, AccountMailKind, MailError};
use chrono::{DateTime, Utc};
use domain_shared::Clock;
use domain_user::Language;
use lettre::{
    Address, Message,
    message::{
        Attachment, Body, Mailbox, MultiPart, SinglePart,
        header::{ContentTransferEncoding, ContentType, Header, HeaderName, HeaderValue},
    },
    transport::smtp::extension::ClientId,
};
use secrecy::{ExposeSecret, SecretString};
use thiserror::Error;
use uuid::Uuid;

use crate::{
    chinese, english,
    letter::{Letter, one_line},
    meeting_chinese, meeting_english,
    meeting_time::Links,
};

/// The most characters of a name in a mail.
const MAX_NAME: usize = 64;
/// The most characters of a title in a mail.
const MAX_TITLE: usize = 200;
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

    /// The address in `from`, without the name.
    ///
    /// # Errors
    /// [`ComposerError::Sender`] when mails cannot be sent from it.
    pub fn sender_address(from: &str) -> Result<String, ComposerError> {
        Self::parse_sender(from).map(|mailbox| mailbox.email.to_string())
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
        self.write(&self.account_draft(mail), Body::new)
    }

    /// The same for people who look into the file: no line is broken, no character is written as another.
    pub(crate) fn compose_readable(&self, mail: &AccountMail) -> Result<Message, MailError> {
        self.write(&self.account_draft(mail), as_it_stands)
    }

    /// The same as [`Composer::compose`] for a mail about a meeting.
    pub(crate) fn compose_meeting(&self, mail: &MeetingMail) -> Result<Message, MailError> {
        self.write(&self.meeting_draft(mail), Body::new)
    }

    /// The same as [`Composer::compose_readable`] for a mail about a meeting.
    pub(crate) fn compose_meeting_readable(&self, mail: &MeetingMail) -> Result<Message, MailError> {
        self.write(&self.meeting_draft(mail), as_it_stands)
    }

    fn write(&self, draft: &Draft<'_>, encode: impl Fn(String) -> Body) -> Result<Message, MailError> {
        let refused = |_| MailError::Refused("this is no address that mail can be sent to".to_owned());
        let unwritten = |error: lettre::error::Error| MailError::from(PortError::unavailable(error));
        let Draft { id, to, name, letter, calendar } = draft;
        let address: Address = to.parse().map_err(refused)?;
        let signature = format!("Open Meeting, {}", self.public_url);
        // Boundaries that are not random let a repeated mail be the same to the byte. No text can hold them: the identifier
        // is chosen after it.
        let mut body = MultiPart::alternative()
            .boundary(format!("part-{}", id.simple()))
            .singlepart(part(ContentType::TEXT_PLAIN, encode(letter.text(&signature))))
            .singlepart(part(ContentType::TEXT_HTML, encode(letter.html(&signature))));
        if let Some(CalendarFile { method, text }) = calendar {
            // Calendars read the part, people the file (RFC 6047, section 2.4).
            let text = text.replace("\r\n", "\n");
            let method = match method {
                CalendarMethod::Publish => "PUBLISH",
                CalendarMethod::Request => "REQUEST",
                CalendarMethod::Cancel => "CANCEL",
            };
            let (inline, file) = (calendar_type("text/calendar", method)?, calendar_type("application/ics", method)?);
            body = body.singlepart(part(inline, encode(text.clone())));
            body = MultiPart::mixed()
                .boundary(format!("whole-{}", id.simple()))
                .multipart(body)
                .singlepart(Attachment::new("meeting.ics".to_owned()).body(encode(text), file));
        }
        Message::builder()
            .from(self.from.clone())
            .to(Mailbox::new((!name.is_empty()).then(|| name.clone()), address))
            .subject(letter.subject.clone())
            .date(self.now().into())
            .message_id(Some(format!("<{id}@{}>", self.from.email.domain())))
            .header(AutoSubmitted)
            .multipart(body)
            .map_err(unwritten)
    }

    fn account_draft<'a>(&self, mail: &'a AccountMail) -> Draft<'a> {
        let name = one_line(&mail.name, MAX_NAME);
        let letter = self.letter(mail, &name);
        Draft { id: mail.id, to: &mail.to, name, letter, calendar: None }
    }

    fn meeting_draft<'a>(&self, mail: &'a MeetingMail) -> Draft<'a> {
        let name = one_line(&mail.name, MAX_NAME);
        let mut meeting = mail.meeting.clone();
        meeting.title = one_line(&meeting.title, MAX_TITLE);
        meeting.host_name = one_line(&meeting.host_name, MAX_NAME);
        let mut kind = mail.kind.clone();
        if let MeetingMailKind::Answered { who, .. } = &mut kind {
            *who = one_line(who, MAX_NAME.max(254));
        }
        let token = match &kind {
            MeetingMailKind::Invitation { token } => Some(token),
            MeetingMailKind::Changed { token } => token.as_ref(),
            MeetingMailKind::Cancelled
            | MeetingMailKind::Withdrawn
            | MeetingMailKind::Reminder
            | MeetingMailKind::Answered { .. } => None,
        };
        let answer = |token: &SecretString, answer: &str| format!("{}&answer={answer}", self.link("invitation", token));
        let links = Links {
            meeting: format!("{}/m/{}", self.public_url, meeting.code),
            answers: token.map(|token| (answer(token, "accept"), answer(token, "decline"))),
        };
        let letter = match Language::parse(&mail.language).unwrap_or_default() {
            Language::English => meeting_english::letter(&kind, &name, &meeting, links),
            Language::SimplifiedChinese => meeting_chinese::letter(&kind, &name, &meeting, links),
        };
        Draft { id: mail.id, to: &mail.to, name, letter, calendar: mail.calendar.as_ref() }
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

/// A mail before it is written.
struct Draft<'a> {
    id: Uuid,
    to: &'a str,
    name: String,
    letter: Letter,
    calendar: Option<&'a CalendarFile>,
}

/// Lines end as mail wants it (RFC 5322, section 2.3); theirs are far shorter than the longest allowed, 998 bytes.
fn as_it_stands(text: String) -> Body {
    Body::dangerous_pre_encoded(text.replace('\n', "\r\n").into_bytes(), ContentTransferEncoding::EightBit)
}

fn calendar_type(name: &str, method: &str) -> Result<ContentType, MailError> {
    let parsed = ContentType::parse(&format!("{name}; charset=utf-8; method={method}"));
    parsed.map_err(|error| PortError::unavailable(error).into())
}

fn part(content_type: ContentType, body: Body) -> SinglePart {
    SinglePart::builder().content_type(content_type).body(body)
}

#[cfg(test)]
#[path = "composer_tests.rs"]
mod tests;

#[cfg(test)]
#[path = "composer_meeting_tests.rs"]
mod meeting_tests;
