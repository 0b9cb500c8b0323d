//! Mails about meetings.

use application_shared::PortError;
use async_trait::async_trait;
use chrono::{DateTime, Utc};
use domain_meeting::{MeetingCode, TimeZone};
use secrecy::SecretString;
use thiserror::Error;
use uuid::Uuid;

use crate::CalendarMethod;

/// A meeting, as a mail tells of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MailedMeeting {
    /// What it is called.
    pub title: String,
    /// Its code, for the link to it.
    pub code: MeetingCode,
    /// What the host is called; empty when nobody knows.
    pub host_name: String,
    /// When it starts; of one that recurs, the start that the mail is about. Nothing when that is not planned.
    pub starts_at: Option<DateTime<Utc>>,
    /// The time zone in which times are told.
    pub time_zone: TimeZone,
    /// Whether it recurs.
    pub recurs: bool,
}

/// What a mail says.
#[derive(Debug, Clone)]
pub enum MeetingMailKind {
    /// You are invited; answer by this token.
    Invitation {
        /// The token in the links.
        token: SecretString,
    },
    /// It takes place otherwise than you were told.
    Changed {
        /// The token in the links, for who has not answered yet.
        token: Option<SecretString>,
    },
    /// It does not take place.
    Cancelled,
    /// You are not invited any more.
    Withdrawn,
    /// It starts soon.
    Reminder,
    /// Somebody whom you invited has answered.
    Answered {
        /// Who: a name or an address.
        who: String,
        /// Whether they come.
        accepted: bool,
    },
}

/// A file for the reader's calendar.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CalendarFile {
    /// What it is for.
    pub method: CalendarMethod,
    /// The file.
    pub text: String,
}

/// A mail about a meeting.
#[derive(Debug, Clone)]
pub struct MeetingMail {
    /// Names the mail, so that one sent twice can be told: the event that caused it.
    pub id: Uuid,
    /// The address.
    pub to: String,
    /// What the reader is called; empty when it is not known that they read that address.
    pub name: String,
    /// The language, a tag such as `en` or `zh-CN`.
    pub language: String,
    /// The meeting.
    pub meeting: MailedMeeting,
    /// What it says.
    pub kind: MeetingMailKind,
    /// What the reader's calendar is to know.
    pub calendar: Option<CalendarFile>,
}

/// Why a mail was not sent.
#[derive(Debug, Error)]
pub enum MeetingMailError {
    /// The address cannot be written to, now or later.
    #[error("the mail was refused: {0}")]
    Refused(String),
    /// It can be tried again.
    #[error(transparent)]
    Port(#[from] PortError),
}

/// Writes mails about meetings in their language and hands them to a mail server.
#[async_trait]
pub trait MeetingMailer: Send + Sync {
    /// Sends a mail; returns when a mail server has taken it.
    async fn send_meeting_mail(&self, mail: &MeetingMail) -> Result<(), MeetingMailError>;
}
