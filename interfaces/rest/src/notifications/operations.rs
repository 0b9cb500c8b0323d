//! The notification operations.

use std::{sync::Arc, time::Duration};

use application_notification::{
    FeedError, ListNotifications, ListNotificationsQuery, MarkAllNotificationsRead, MarkNotificationRead,
    MarkNotificationReadError, NotificationCursor, NotificationFeed, NotificationFilter, NotificationPorts,
    ReadPreferences, UpdatePreferences, UpdatePreferencesCommand,
};
use application_user::EndedSessions;
use domain_shared::{Clock, NotificationId};
use poem::http::{HeaderValue, header};
use poem_openapi::{
    OpenApi,
    param::{Path, Query},
};

use super::{
    shapes::{AllRead, Notification, NotificationPage, NotificationPreferenceList, NotificationPreferencesRequest},
    stream::{EventStream, Listening},
};
use crate::{
    answer::Answer, authentication::SignedIn, code::Code, cursor, failure::Failure, json::JsonBody, tags::Tag,
};

/// The use cases that the operations drive.
pub struct NotificationUseCases {
    /// Lists what a user was told.
    pub list: ListNotifications,
    /// Notes that one was read.
    pub read: MarkNotificationRead,
    /// Notes that all were read.
    pub read_all: MarkAllNotificationsRead,
    /// Shows how a user wants to be told.
    pub preferences: ReadPreferences,
    /// Changes it.
    pub update_preferences: UpdatePreferences,
    /// Pushes what users are told.
    pub feed: Arc<NotificationFeed>,
}

impl NotificationUseCases {
    /// All of them, on these ports.
    #[must_use]
    pub fn new(ports: &NotificationPorts, feed: Arc<NotificationFeed>) -> Self {
        Self {
            list: ListNotifications::new(ports),
            read: MarkNotificationRead::new(ports),
            read_all: MarkAllNotificationsRead::new(ports),
            preferences: ReadPreferences::new(ports),
            update_preferences: UpdatePreferences::new(ports),
            feed,
        }
    }
}

/// The operations of this area.
pub struct NotificationsApi {
    /// What they drive.
    pub use_cases: NotificationUseCases,
    /// Knows whose stream is to end.
    pub ended_sessions: Arc<dyn EndedSessions>,
    /// Dates the answers.
    pub clock: Arc<dyn Clock>,
    /// How long a stream is silent at most.
    pub heartbeat: Duration,
}

#[OpenApi(prefix_path = "/api/v1", tag = "Tag::Notifications")]
impl NotificationsApi {
    /// List what the user was told
    ///
    /// Newest first. At most 1,000 are kept, for 90 days.
    #[oai(path = "/notifications", method = "get", operation_id = "listNotifications")]
    async fn list(
        &self,
        user: SignedIn,
        /// Only those that were not read.
        #[oai(default)]
        unread_only: Query<bool>,
        /// How many at most.
        #[oai(validator(minimum(value = "1"), maximum(value = "100")), default = "cursor::default_limit")]
        limit: Query<i64>,
        /// Where to go on: `next_cursor` of the page before.
        #[oai(validator(max_length = 64))]
        cursor: Query<Option<String>>,
    ) -> Result<Answer<NotificationPage>, Failure> {
        let (limit, after) = cursor::page(limit.0, cursor.0.as_deref())?;
        let after = after.map(|(created_at, id)| NotificationCursor { created_at, id: id.into() });
        let filter = NotificationFilter { unread_only: unread_only.0 };
        let query = ListNotificationsQuery { user_id: user.0.user_id, filter, after, limit };
        let page = self.use_cases.list.execute(query).await?;
        let answer = NotificationPage {
            items: page.items.into_iter().map(Notification::from).collect(),
            next_cursor: page.next.map(|next| cursor::write(next.created_at, next.id.as_uuid())),
            unread_count: page.unread,
        };
        Ok(Answer::new(answer, self.clock.now()))
    }

    /// Note that a notification was read
    ///
    /// Reading one again is no error.
    #[oai(path = "/notifications/:id/read", method = "post", operation_id = "readNotification")]
    async fn read(
        &self,
        user: SignedIn,
        /// The notification's identifier.
        id: Path<String>,
    ) -> Result<Answer<Notification>, Failure> {
        // Nothing bears what is no identifier.
        let id: NotificationId = id.0.parse().map_err(|_| Code::NotificationNotFound)?;
        let notification = self.use_cases.read.execute(user.0.user_id, id).await?;
        Ok(Answer::new(notification.into(), self.clock.now()))
    }

    /// Note that all notifications were read
    #[oai(path = "/notifications/read-all", method = "post", operation_id = "readAllNotifications")]
    async fn read_all(&self, user: SignedIn) -> Result<Answer<AllRead>, Failure> {
        let read = self.use_cases.read_all.execute(user.0.user_id).await?;
        Ok(Answer::new(AllRead { read }, self.clock.now()))
    }

    /// Read how the user wants to be told
    #[oai(path = "/notifications/preferences", method = "get", operation_id = "readNotificationPreferences")]
    async fn preferences(&self, user: SignedIn) -> Result<Answer<NotificationPreferenceList>, Failure> {
        let preferences = self.use_cases.preferences.execute(user.0.user_id).await?;
        Ok(Answer::new(preferences.into(), self.clock.now()))
    }

    /// Choose how to be told
    ///
    /// In the place of all that was chosen before: of kinds that are left out, the user is told in every way. Mails that
    /// concern the safety of the account cannot be turned off.
    #[oai(path = "/notifications/preferences", method = "put", operation_id = "updateNotificationPreferences")]
    async fn update_preferences(
        &self,
        user: SignedIn,
        body: JsonBody<NotificationPreferencesRequest>,
    ) -> Result<Answer<NotificationPreferenceList>, Failure> {
        let chosen = body.0.items.into_iter().map(Into::into).collect();
        let command = UpdatePreferencesCommand { user_id: user.0.user_id, chosen };
        let preferences = self.use_cases.update_preferences.execute(command).await?;
        Ok(Answer::new(preferences.into(), self.clock.now()))
    }

    /// Listen to notifications
    ///
    /// Server-sent events. The first is `ready`: read the list then, also after each reconnection, for nothing is kept for
    /// those who do not listen. Then `notification` (a notification), `read` (`id`), `read-all`, and `refresh` (something may
    /// have been missed, read the list). A comment every 15 s keeps the connection. It ends with the session, and after an
    /// hour at the latest: come again then. At most 8 streams per user.
    #[oai(path = "/notifications/stream", method = "get", operation_id = "streamNotifications")]
    async fn stream(&self, user: SignedIn) -> Result<EventStream, Failure> {
        let stream = self.use_cases.feed.open(user.0.user_id).map_err(refused)?;
        Ok(EventStream(Listening::new(stream, user.0.session_id, self.ended_sessions.clone(), self.heartbeat)))
    }
}

fn refused(error: FeedError) -> Failure {
    match error {
        FeedError::TooManyOfUser => {
            Failure::new(Code::TooManyStreams).with_header(header::RETRY_AFTER, HeaderValue::from_static("30"))
        }
        FeedError::Full => Failure::new(Code::ServiceUnavailable).caused_by(error),
    }
}

impl From<MarkNotificationReadError> for Failure {
    fn from(error: MarkNotificationReadError) -> Self {
        match error {
            MarkNotificationReadError::NotFound => Code::NotificationNotFound.into(),
            MarkNotificationReadError::Port(error) => error.into(),
        }
    }
}
