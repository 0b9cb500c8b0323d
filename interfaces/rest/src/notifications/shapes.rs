//! What the notification operations take and answer with.

use application_notification::NotificationView;
use chrono::{DateTime, Utc};
use domain_notification::{Channels, NotificationKind as Kind, NotificationPreferences};
use poem_openapi::{Enum, Object, types::Any};
use serde::Serialize;
use serde_json::Value;
use uuid::Uuid;

use crate::json::{Fields, FromFields};

/// A kind of things that users are told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Enum)]
#[serde(rename_all = "kebab-case")]
#[oai(rename_all = "kebab-case")]
pub enum NotificationKind {
    /// The user is invited to a meeting.
    MeetingInvitation,
    /// A meeting of the user's starts soon.
    MeetingReminder,
    /// A meeting was called off, or the user is not invited any more.
    MeetingCancelled,
    /// A meeting takes place otherwise than the user was told.
    MeetingChanged,
    /// Somebody whom the user invited has answered.
    InvitationAnswered,
}

impl From<Kind> for NotificationKind {
    fn from(kind: Kind) -> Self {
        match kind {
            Kind::MeetingInvitation => Self::MeetingInvitation,
            Kind::MeetingReminder => Self::MeetingReminder,
            Kind::MeetingCancelled => Self::MeetingCancelled,
            Kind::MeetingChanged => Self::MeetingChanged,
            Kind::InvitationAnswered => Self::InvitationAnswered,
        }
    }
}

/// Something that the user was told.
#[derive(Debug, Serialize, Object)]
pub struct Notification {
    /// Its identifier (UUIDv7).
    pub id: Uuid,
    /// What kind of thing it is.
    pub kind: NotificationKind,
    /// What it says. Every kind has `meeting_id`, `meeting_code`, `title` and `starts_at`; an invitation also `host_name` and
    /// `invitation_id`, an answer `invitation_id`, `who` and `answer` (`accepted` or `declined`).
    pub data: Any<Value>,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it was read; null when it was not.
    #[oai(nullable)]
    pub read_at: Option<DateTime<Utc>>,
}

impl From<NotificationView> for Notification {
    fn from(view: NotificationView) -> Self {
        let kind = view.kind().into();
        let mut data = serde_json::to_value(&view.content).unwrap_or_default();
        if let Some(fields) = data.as_object_mut() {
            fields.remove("kind");
        }
        Self { id: view.id.as_uuid(), kind, data: Any(data), created_at: view.created_at, read_at: view.read_at }
    }
}

/// A page of notifications, newest first.
#[derive(Debug, Serialize, Object)]
pub struct NotificationPage {
    /// The notifications.
    pub items: Vec<Notification>,
    /// Send it as `cursor` for the next page; null on the last one.
    #[oai(nullable)]
    pub next_cursor: Option<String>,
    /// How many of all were not read.
    pub unread_count: u32,
}

/// How many were read at once.
#[derive(Debug, Serialize, Object)]
pub struct AllRead {
    /// How many were not read before.
    pub read: u64,
}

/// How the user is told of one kind of things.
#[derive(Debug, Serialize, Object)]
pub struct NotificationPreference {
    /// The kind.
    pub kind: NotificationKind,
    /// Whether in the web client.
    pub in_app: bool,
    /// Whether by e-mail.
    pub email: bool,
}

/// How the user is told of each kind of things.
#[derive(Debug, Serialize, Object)]
pub struct NotificationPreferenceList {
    /// Every kind, in a fixed order.
    pub items: Vec<NotificationPreference>,
}

impl From<NotificationPreferences> for NotificationPreferenceList {
    fn from(preferences: NotificationPreferences) -> Self {
        let preference =
            |(kind, Channels { in_app, email }): (Kind, _)| NotificationPreference { kind: kind.into(), in_app, email };
        Self { items: preferences.all().map(preference).collect() }
    }
}

/// How to be told of one kind of things.
#[derive(Debug, Object)]
pub struct NotificationChoice {
    /// The kind.
    pub kind: NotificationKind,
    /// Whether in the web client; yes when absent.
    #[oai(nullable)]
    pub in_app: Option<bool>,
    /// Whether by e-mail; yes when absent.
    #[oai(nullable)]
    pub email: Option<bool>,
}

const KINDS: [(&str, NotificationKind); 5] = [
    ("meeting-invitation", NotificationKind::MeetingInvitation),
    ("meeting-reminder", NotificationKind::MeetingReminder),
    ("meeting-cancelled", NotificationKind::MeetingCancelled),
    ("meeting-changed", NotificationKind::MeetingChanged),
    ("invitation-answered", NotificationKind::InvitationAnswered),
];

impl FromFields for NotificationChoice {
    fn from_fields(fields: &mut Fields) -> Self {
        Self {
            kind: fields.required_choice("kind", &KINDS, NotificationKind::MeetingInvitation),
            in_app: fields.optional_flag("in_app"),
            email: fields.optional_flag("email"),
        }
    }
}

impl From<NotificationChoice> for (Kind, Channels) {
    fn from(choice: NotificationChoice) -> Self {
        let kind = match choice.kind {
            NotificationKind::MeetingInvitation => Kind::MeetingInvitation,
            NotificationKind::MeetingReminder => Kind::MeetingReminder,
            NotificationKind::MeetingCancelled => Kind::MeetingCancelled,
            NotificationKind::MeetingChanged => Kind::MeetingChanged,
            NotificationKind::InvitationAnswered => Kind::InvitationAnswered,
        };
        (kind, Channels { in_app: choice.in_app.unwrap_or(true), email: choice.email.unwrap_or(true) })
    }
}

/// How to be told, in the place of all that was chosen before.
#[derive(Debug, Object)]
pub struct NotificationPreferencesRequest {
    /// The kinds that are not to be told in every way. Of one that stands twice, the last counts.
    #[oai(validator(max_items = 20))]
    pub items: Vec<NotificationChoice>,
}

impl FromFields for NotificationPreferencesRequest {
    fn from_fields(fields: &mut Fields) -> Self {
        Self { items: fields.objects("items", 20) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_can_be_chosen_under_its_name() {
        for (kind, (name, shape)) in Kind::ALL.into_iter().zip(KINDS) {
            assert_eq!((kind.as_str(), NotificationKind::from(kind)), (name, shape));
            let choice = NotificationChoice { kind: shape, in_app: None, email: Some(false) };
            assert_eq!(<(Kind, Channels)>::from(choice), (kind, Channels { in_app: true, email: false }));
            assert_eq!(serde_json::to_value(shape).unwrap(), name);
        }
    }
}
