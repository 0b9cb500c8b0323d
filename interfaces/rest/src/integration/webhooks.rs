//! The operations of webhooks, for other backends and for administrators.

use std::sync::Arc;

use application_integration::{
    ChangeWebhookCommand, CreateWebhookCommand, DeliveryCursor, DeliveryView, ListDeliveriesQuery, ListWebhooksQuery,
    WebhookCursor, WebhookView,
};
use domain_shared::{Clock, WebhookDeliveryId, WebhookId};
use poem_openapi::{
    OpenApi,
    param::{Path, Query},
};
use uuid::Uuid;

use super::{
    shapes::{
        ChangeWebhookRequest, CreateWebhookRequest, CreatedWebhook, DeliveryStatus, Webhook, WebhookAnswer,
        WebhookDelivery, WebhookDeliveryAnswer, WebhookDeliveryPage, WebhookPage,
    },
    use_cases::WebhookUseCases,
};
use crate::{
    answer::{Answer, Created, Empty},
    api_key_authentication::ByApiKeyOrUser,
    code::Code,
    cursor,
    failure::Failure,
    json::JsonBody,
    tags::Tag,
};

/// The operations of this area.
pub struct WebhooksApi {
    /// What they drive.
    pub use_cases: WebhookUseCases,
    /// Dates the answers.
    pub clock: Arc<dyn Clock>,
}

/// No webhook bears what is no identifier.
fn webhook_id(text: &str) -> Result<WebhookId, Failure> {
    text.parse::<Uuid>().map(WebhookId::from_uuid).map_err(|_| Code::WebhookNotFound.into())
}

/// Neither does a delivery.
fn delivery_id(text: &str) -> Result<WebhookDeliveryId, Failure> {
    text.parse::<Uuid>().map(WebhookDeliveryId::from_uuid).map_err(|_| Code::DeliveryNotFound.into())
}

impl WebhooksApi {
    fn webhook(&self, view: WebhookView) -> Answer<WebhookAnswer> {
        Answer::new(WebhookAnswer { webhook: view.into() }, self.clock.now())
    }

    fn delivery<const STATUS: u16>(&self, view: DeliveryView) -> Answer<WebhookDeliveryAnswer, STATUS> {
        Answer::new(WebhookDeliveryAnswer { delivery: view.into() }, self.clock.now())
    }
}

#[OpenApi(prefix_path = "/api/v1", tag = "Tag::Webhooks")]
impl WebhooksApi {
    /// Register a webhook
    ///
    /// It is told what happens from now on, by signed requests (Standard Webhooks). The answer tells the secret once. It
    /// belongs to the API key that registers it, or to the administrators.
    #[oai(path = "/webhooks", method = "post", operation_id = "createWebhook")]
    async fn create(
        &self,
        who: ByApiKeyOrUser,
        body: JsonBody<CreateWebhookRequest>,
    ) -> Result<Created<CreatedWebhook>, Failure> {
        let CreateWebhookRequest { url, events } = body.0;
        let created = self.use_cases.create.execute(CreateWebhookCommand { manager: who.0, url, events }).await?;
        Ok(Answer::new(created.into(), self.clock.now()))
    }

    /// List webhooks
    ///
    /// Those of the API key, newest first; administrators see all.
    #[oai(path = "/webhooks", method = "get", operation_id = "listWebhooks")]
    async fn list(
        &self,
        who: ByApiKeyOrUser,
        /// How many at most.
        #[oai(validator(minimum(value = "1"), maximum(value = "100")), default = "cursor::default_limit")]
        limit: Query<i64>,
        /// Where to go on: `next_cursor` of the page before.
        #[oai(validator(max_length = 64))]
        cursor: Query<Option<String>>,
    ) -> Result<Answer<WebhookPage>, Failure> {
        let (limit, after) = cursor::page(limit.0, cursor.0.as_deref())?;
        let after = after.map(|(created_at, id)| WebhookCursor { created_at, id: id.into() });
        let page = self.use_cases.list.execute(ListWebhooksQuery { manager: who.0, after, limit }).await?;
        let next_cursor = page.next.map(|next| cursor::write(next.created_at, next.id.as_uuid()));
        let items = page.items.into_iter().map(Webhook::from).collect();
        Ok(Answer::new(WebhookPage { items, next_cursor }, self.clock.now()))
    }

    /// Read a webhook
    #[oai(path = "/webhooks/:id", method = "get", operation_id = "readWebhook")]
    async fn read(
        &self,
        who: ByApiKeyOrUser,
        /// The webhook's identifier.
        id: Path<String>,
    ) -> Result<Answer<WebhookAnswer>, Failure> {
        Ok(self.webhook(self.use_cases.read.execute(who.0, webhook_id(&id.0)?).await?))
    }

    /// Change a webhook
    ///
    /// What is absent stays. What waits to be told goes to the new address; when it is switched off, that is given up.
    #[oai(path = "/webhooks/:id", method = "put", operation_id = "changeWebhook")]
    async fn change(
        &self,
        who: ByApiKeyOrUser,
        /// The webhook's identifier.
        id: Path<String>,
        body: JsonBody<ChangeWebhookRequest>,
    ) -> Result<Answer<WebhookAnswer>, Failure> {
        let ChangeWebhookRequest { url, events, enabled } = body.0;
        let command = ChangeWebhookCommand { manager: who.0, id: webhook_id(&id.0)?, url, events, enabled };
        Ok(self.webhook(self.use_cases.change.execute(command).await?))
    }

    /// Delete a webhook
    ///
    /// With all that was, or is to be, told to it.
    #[oai(path = "/webhooks/:id", method = "delete", operation_id = "deleteWebhook")]
    async fn delete(
        &self,
        who: ByApiKeyOrUser,
        /// The webhook's identifier.
        id: Path<String>,
    ) -> Result<Answer<Empty>, Failure> {
        self.use_cases.delete.execute(who.0, webhook_id(&id.0)?).await?;
        Ok(Answer::new(Empty {}, self.clock.now()))
    }

    /// List what was told to a webhook
    ///
    /// Newest first. What was taken or given up is shown for 30 days.
    #[oai(path = "/webhooks/:id/deliveries", method = "get", operation_id = "listWebhookDeliveries")]
    async fn deliveries(
        &self,
        who: ByApiKeyOrUser,
        /// The webhook's identifier.
        id: Path<String>,
        /// Only those of which this has become.
        status: Query<Option<DeliveryStatus>>,
        /// How many at most.
        #[oai(validator(minimum(value = "1"), maximum(value = "100")), default = "cursor::default_limit")]
        limit: Query<i64>,
        /// Where to go on: `next_cursor` of the page before.
        #[oai(validator(max_length = 64))]
        cursor: Query<Option<String>>,
    ) -> Result<Answer<WebhookDeliveryPage>, Failure> {
        let (limit, after) = cursor::page(limit.0, cursor.0.as_deref())?;
        let query = ListDeliveriesQuery {
            manager: who.0,
            webhook: webhook_id(&id.0)?,
            status: status.0.map(Into::into),
            after: after.map(|(created_at, id)| DeliveryCursor { created_at, id: id.into() }),
            limit,
        };
        let page = self.use_cases.deliveries.execute(query).await?;
        let next_cursor = page.next.map(|next| cursor::write(next.created_at, next.id.as_uuid()));
        let items = page.items.into_iter().map(WebhookDelivery::from).collect();
        Ok(Answer::new(WebhookDeliveryPage { items, next_cursor }, self.clock.now()))
    }

    /// Tell a webhook something again
    ///
    /// A delivery that was taken or given up is sent again, behind all that waits, and keeps its `webhook-id`.
    #[oai(
        path = "/webhooks/:id/deliveries/:delivery_id/redeliver",
        method = "post",
        operation_id = "redeliverWebhookDelivery"
    )]
    async fn redeliver(
        &self,
        who: ByApiKeyOrUser,
        /// The webhook's identifier.
        id: Path<String>,
        /// The delivery's identifier.
        delivery_id: Path<String>,
    ) -> Result<Answer<WebhookDeliveryAnswer>, Failure> {
        let (webhook, delivery) = (webhook_id(&id.0)?, self::delivery_id(&delivery_id.0)?);
        Ok(self.delivery(self.use_cases.redeliver.execute(who.0, webhook, delivery).await?))
    }

    /// Try a webhook out
    ///
    /// Sends `webhook.test`, whatever it is told of. The list of deliveries tells what became of it.
    #[oai(path = "/webhooks/:id/test", method = "post", operation_id = "testWebhook")]
    async fn test(
        &self,
        who: ByApiKeyOrUser,
        /// The webhook's identifier.
        id: Path<String>,
    ) -> Result<Created<WebhookDeliveryAnswer>, Failure> {
        Ok(self.delivery(self.use_cases.test.execute(who.0, webhook_id(&id.0)?).await?))
    }
}
