//! What API keys state about themselves.

use chrono::{DateTime, Utc};
use domain_shared::{ApiKeyId, DomainEvent, UserId};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// A fact about an API key. Serialised with its stable name under `event`; fields are only ever added.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event")]
pub enum ApiKeyEvent {
    /// An administrator has made it.
    #[serde(rename = "api-key.created")]
    Created {
        /// The key.
        api_key_id: ApiKeyId,
        /// What it is called.
        name: String,
        /// What it is good for.
        scopes: Vec<String>,
        /// The administrator.
        by: UserId,
        /// When.
        at: DateTime<Utc>,
    },
    /// An administrator has made it useless.
    #[serde(rename = "api-key.revoked")]
    Revoked {
        /// The key.
        api_key_id: ApiKeyId,
        /// What it is called.
        name: String,
        /// The administrator.
        by: UserId,
        /// When.
        at: DateTime<Utc>,
    },
}

impl ApiKeyEvent {
    const fn parts(&self) -> (&'static str, ApiKeyId, DateTime<Utc>) {
        match self {
            Self::Created { api_key_id, at, .. } => ("api-key.created", *api_key_id, *at),
            Self::Revoked { api_key_id, at, .. } => ("api-key.revoked", *api_key_id, *at),
        }
    }
}

impl DomainEvent for ApiKeyEvent {
    fn name(&self) -> &'static str {
        self.parts().0
    }

    fn aggregate_id(&self) -> Uuid {
        self.parts().1.as_uuid()
    }

    fn occurred_at(&self) -> DateTime<Utc> {
        self.parts().2
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_in_json_is_the_name_of_the_event() {
        let (api_key_id, by) = (ApiKeyId::from_uuid(Uuid::from_u128(1)), UserId::from_uuid(Uuid::from_u128(2)));
        let (name, at) = ("Clinic".to_owned(), DateTime::UNIX_EPOCH);
        for event in [
            ApiKeyEvent::Created { api_key_id, name: name.clone(), scopes: vec!["rooms:read".to_owned()], by, at },
            ApiKeyEvent::Revoked { api_key_id, name, by, at },
        ] {
            let json = serde_json::to_value(&event).unwrap();
            assert_eq!(json["event"], event.name());
            assert_eq!((event.aggregate_id(), event.occurred_at()), (api_key_id.as_uuid(), at));
            assert_eq!(serde_json::from_value::<ApiKeyEvent>(json).unwrap(), event);
        }
    }
}
