// The REST calls of administrators about other backends: their API keys, and the webhooks that tell them what happens.
import type { Transport } from "./transport.ts";
import type {
  ApiKey,
  ApiKeyPage,
  CreatedApiKey,
  CreatedWebhook,
  DeliveryStatus,
  NewApiKey,
  NewWebhook,
  Webhook,
  WebhookChange,
  WebhookDelivery,
  WebhookDeliveryPage,
  WebhookPage,
} from "./types.ts";

/** Which part of a list is wanted. */
export interface PageQuery {
  /** At most so many on a page. */
  limit?: number;
  /** `next_cursor` of the page before. */
  cursor?: string;
}

/** Calls for administrators; for others each is `auth.forbidden`. */
export class IntegrationApi {
  private readonly transport: Transport;

  constructor(transport: Transport) {
    this.transport = transport;
  }

  /** API keys, newest first, with those that are good no more. */
  listApiKeys(query: PageQuery): Promise<ApiKeyPage> {
    return this.transport.authorised((headers) =>
      this.transport.http.GET("/api/v1/admin/api-keys", { params: { query }, headers }),
    );
  }

  /** Makes an API key. The answer holds the key itself, which is never told again. */
  createApiKey(body: NewApiKey): Promise<CreatedApiKey> {
    return this.transport.authorised((headers) =>
      this.transport.http.POST("/api/v1/admin/api-keys", { body, headers }),
    );
  }

  /** Makes an API key useless, at once and for good. */
  async revokeApiKey(id: string): Promise<ApiKey> {
    const { api_key } = await this.transport.authorised((headers) =>
      this.transport.http.DELETE("/api/v1/admin/api-keys/{id}", { params: { path: { id } }, headers }),
    );
    return api_key;
  }

  /** Webhooks of everybody, newest first. */
  listWebhooks(query: PageQuery): Promise<WebhookPage> {
    return this.transport.authorised((headers) =>
      this.transport.http.GET("/api/v1/webhooks", { params: { query }, headers }),
    );
  }

  /** Registers a webhook of the administrators. The answer holds the secret that signs, which is never told again. */
  createWebhook(body: NewWebhook): Promise<CreatedWebhook> {
    return this.transport.authorised((headers) =>
      this.transport.http.POST("/api/v1/webhooks", { body, headers }),
    );
  }

  /** One webhook. */
  async readWebhook(id: string): Promise<Webhook> {
    const { webhook } = await this.transport.authorised((headers) =>
      this.transport.http.GET("/api/v1/webhooks/{id}", { params: { path: { id } }, headers }),
    );
    return webhook;
  }

  /** Changes a webhook; what is absent stays. */
  async changeWebhook(id: string, body: WebhookChange): Promise<Webhook> {
    const { webhook } = await this.transport.authorised((headers) =>
      this.transport.http.PUT("/api/v1/webhooks/{id}", { params: { path: { id } }, body, headers }),
    );
    return webhook;
  }

  /** Deletes a webhook with its log. */
  async deleteWebhook(id: string): Promise<void> {
    await this.transport.authorised((headers) =>
      this.transport.http.DELETE("/api/v1/webhooks/{id}", { params: { path: { id } }, headers }),
    );
  }

  /** Queues `webhook.test`; the log tells what became of it. */
  async testWebhook(id: string): Promise<WebhookDelivery> {
    const { delivery } = await this.transport.authorised((headers) =>
      this.transport.http.POST("/api/v1/webhooks/{id}/test", { params: { path: { id } }, headers }),
    );
    return delivery;
  }

  /** What was, or is to be, told to a webhook, newest first. */
  listDeliveries(id: string, query: PageQuery & { status?: DeliveryStatus }): Promise<WebhookDeliveryPage> {
    return this.transport.authorised((headers) =>
      this.transport.http.GET("/api/v1/webhooks/{id}/deliveries", {
        params: { path: { id }, query },
        headers,
      }),
    );
  }

  /** Sends a delivery again that was taken or given up. */
  async redeliver(id: string, deliveryId: string): Promise<WebhookDelivery> {
    const { delivery } = await this.transport.authorised((headers) =>
      this.transport.http.POST("/api/v1/webhooks/{id}/deliveries/{delivery_id}/redeliver", {
        params: { path: { id, delivery_id: deliveryId } },
        headers,
      }),
    );
    return delivery;
  }
}
