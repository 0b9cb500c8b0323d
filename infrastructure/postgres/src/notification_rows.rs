//! Rows of notifications, and how they become notifications and views.

use application_notification::NotificationView;
use application_shared::{BoxError, PortError};
use chrono::{DateTime, Utc};
use diesel::{
    pg::Pg,
    prelude::{Insertable, Queryable, Selectable},
};
use domain_notification::{Notification, NotificationContent, NotificationSnapshot};
use domain_shared::{NotificationId, UserId};
use serde_json::Value;
use uuid::Uuid;

use crate::schema::notifications;

/// The member of a content that has a column of its own.
const KIND: &str = "kind";

/// A row of `notifications`.
#[derive(Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = notifications, check_for_backend(Pg), treat_none_as_default_value = false)]
pub struct NotificationRow {
    pub id: Uuid,
    user_id: Uuid,
    source: Uuid,
    kind: String,
    data: Value,
    pub created_at: DateTime<Utc>,
    read_at: Option<DateTime<Utc>>,
}

impl NotificationRow {
    pub fn of(notification: &Notification) -> Result<Self, PortError> {
        let NotificationSnapshot { id, user_id, source, content, created_at, read_at } = notification.to_snapshot();
        let kind = content.kind().as_str().to_owned();
        let mut data = serde_json::to_value(content).map_err(corrupt)?;
        if let Some(fields) = data.as_object_mut() {
            fields.remove(KIND);
        }
        Ok(Self { id: id.as_uuid(), user_id: user_id.as_uuid(), source, kind, data, created_at, read_at })
    }

    fn content(kind: String, mut data: Value) -> Result<NotificationContent, PortError> {
        let fields = data.as_object_mut().ok_or_else(|| corrupt("its data is no object"))?;
        fields.insert(KIND.to_owned(), kind.into());
        serde_json::from_value(data).map_err(corrupt)
    }

    pub fn into_notification(self) -> Result<Notification, PortError> {
        let Self { id, user_id, source, kind, data, created_at, read_at } = self;
        Ok(Notification::from_snapshot(NotificationSnapshot {
            id: NotificationId::from_uuid(id),
            user_id: UserId::from_uuid(user_id),
            source,
            content: Self::content(kind, data)?,
            created_at,
            read_at,
        }))
    }

    pub fn into_view(self) -> Result<NotificationView, PortError> {
        let Self { id, kind, data, created_at, read_at, .. } = self;
        let content = Self::content(kind, data)?;
        Ok(NotificationView { id: NotificationId::from_uuid(id), content, created_at, read_at })
    }
}

fn corrupt(source: impl Into<BoxError>) -> PortError {
    PortError::corrupt("notification", source)
}
