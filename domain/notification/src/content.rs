//! What a notification says.

use chrono::{DateTime, Utc};
use domain_shared::MeetingId;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::NotificationKind;

/// A meeting, as it was when the notification was made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MeetingFacts {
    /// Which.
    pub meeting_id: MeetingId,
    /// Its code, for the link to it.
    pub meeting_code: String,
    /// What it is called.
    pub title: String,
    /// When it starts; nothing for one that has no planned time. Of one that recurs, the start that this is about.
    pub starts_at: Option<DateTime<Utc>>,
}

/// What somebody has answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum InvitationAnswer {
    /// They come.
    Accepted,
    /// They do not.
    Declined,
}

/// What a notification says. Serialised with the name of its kind under `kind`; fields are only ever added.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum NotificationContent {
    /// They are invited.
    MeetingInvitation {
        /// To this.
        #[serde(flatten)]
        meeting: MeetingFacts,
        /// What the host is called.
        host_name: String,
        /// The invitation.
        invitation_id: Uuid,
    },
    /// It starts soon.
    MeetingReminder {
        /// This.
        #[serde(flatten)]
        meeting: MeetingFacts,
    },
    /// It does not take place, or not with them.
    MeetingCancelled {
        /// This.
        #[serde(flatten)]
        meeting: MeetingFacts,
    },
    /// It takes place otherwise than they were told.
    MeetingChanged {
        /// This, as it is now.
        #[serde(flatten)]
        meeting: MeetingFacts,
    },
    /// Somebody has answered.
    InvitationAnswered {
        /// An invitation to this.
        #[serde(flatten)]
        meeting: MeetingFacts,
        /// The invitation.
        invitation_id: Uuid,
        /// Who: a name or an e-mail address, as the host knows them.
        who: String,
        /// What.
        answer: InvitationAnswer,
    },
}

impl NotificationContent {
    /// The kind.
    #[must_use]
    pub const fn kind(&self) -> NotificationKind {
        match self {
            Self::MeetingInvitation { .. } => NotificationKind::MeetingInvitation,
            Self::MeetingReminder { .. } => NotificationKind::MeetingReminder,
            Self::MeetingCancelled { .. } => NotificationKind::MeetingCancelled,
            Self::MeetingChanged { .. } => NotificationKind::MeetingChanged,
            Self::InvitationAnswered { .. } => NotificationKind::InvitationAnswered,
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn meeting() -> MeetingFacts {
        MeetingFacts {
            meeting_id: MeetingId::from_uuid(Uuid::from_u128(1)),
            meeting_code: "abc-defg-hij".to_owned(),
            title: "Weekly".to_owned(),
            starts_at: DateTime::from_timestamp(1_800_000_000, 0),
        }
    }

    #[test]
    fn each_content_is_of_the_kind_it_is_written_with() {
        let invitation_id = Uuid::from_u128(2);
        let (host_name, who) = ("Ann".to_owned(), "bob@example.com".to_owned());
        let answer = InvitationAnswer::Declined;
        let all = [
            NotificationContent::MeetingInvitation { meeting: meeting(), host_name, invitation_id },
            NotificationContent::MeetingReminder { meeting: meeting() },
            NotificationContent::MeetingCancelled { meeting: meeting() },
            NotificationContent::MeetingChanged { meeting: meeting() },
            NotificationContent::InvitationAnswered { meeting: meeting(), invitation_id, who, answer },
        ];
        assert_eq!(all.iter().map(NotificationContent::kind).collect::<Vec<_>>(), NotificationKind::ALL);
        for content in all {
            let written = serde_json::to_value(&content).unwrap();
            assert_eq!(written["kind"], content.kind().as_str());
            assert_eq!(serde_json::from_value::<NotificationContent>(written).unwrap(), content);
        }
    }

    #[test]
    fn the_form_is_stable() {
        let who = "Bob".to_owned();
        let content = NotificationContent::InvitationAnswered {
            meeting: meeting(),
            invitation_id: Uuid::from_u128(2),
            who,
            answer: InvitationAnswer::Accepted,
        };
        assert_eq!(
            serde_json::to_value(content).unwrap(),
            json!({
                "kind": "invitation-answered",
                "meeting_id": "00000000-0000-0000-0000-000000000001",
                "meeting_code": "abc-defg-hij",
                "title": "Weekly",
                "starts_at": "2027-01-15T08:00:00Z",
                "invitation_id": "00000000-0000-0000-0000-000000000002",
                "who": "Bob",
                "answer": "accepted",
            })
        );
    }
}
