//! Typed identifiers, so that a meeting's cannot be handed in where a user's is asked for.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};
use uuid::Uuid;

macro_rules! identifiers {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(Uuid);

        impl $name {
            /// Wraps a UUID that is known to name such a thing.
            #[must_use]
            pub const fn from_uuid(id: Uuid) -> Self {
                Self(id)
            }

            /// The UUID inside.
            #[must_use]
            pub const fn as_uuid(&self) -> Uuid {
                self.0
            }
        }

        impl From<Uuid> for $name {
            fn from(id: Uuid) -> Self {
                Self(id)
            }
        }

        impl From<$name> for Uuid {
            fn from(id: $name) -> Self {
                id.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = uuid::Error;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                text.parse().map(Self)
            }
        }
    )+};
}

identifiers! {
    /// Names a user account.
    UserId,
    /// Names a login session: one device, one family of refresh tokens.
    SessionId,
    /// Names a meeting.
    MeetingId,
    /// Names a room, the place where media flows. A meeting's room bears the meeting's UUID.
    RoomId,
    /// Names a chat message. Those of a room are in sending order by it.
    MessageId,
    /// Names a domain event.
    EventId,
    /// Names an invitation to a meeting.
    InvitationId,
    /// Names something that a user is told.
    NotificationId,
    /// Names an API key: what another backend shows.
    ApiKeyId,
    /// Names a webhook: where another backend wants to be told.
    WebhookId,
    /// Names what is told to one webhook of one event.
    WebhookDeliveryId,
    /// Names a file that somebody shares.
    FileId,
}

impl From<MeetingId> for RoomId {
    fn from(id: MeetingId) -> Self {
        Self(id.0)
    }
}
