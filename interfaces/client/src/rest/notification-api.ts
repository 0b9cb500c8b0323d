// The REST calls about what a user is told in the web client, and how they want to be told.
import type { Transport } from "./transport.ts";
import type { AppNotification, NotificationPage, NotificationPreference } from "./types.ts";

/** Which notifications are wanted. */
export interface NotificationQuery {
  /** Only those that were not read. */
  unread_only?: boolean;
  /** At most so many on a page. */
  limit?: number;
  /** `next_cursor` of the page before. */
  cursor?: string;
}

/** Calls about notifications. */
export class NotificationApi {
  private readonly transport: Transport;

  constructor(transport: Transport) {
    this.transport = transport;
  }

  /** What I was told, newest first, and how many of all were not read. */
  list(query: NotificationQuery = {}): Promise<NotificationPage> {
    return this.transport.authorised((headers) =>
      this.transport.http.GET("/api/v1/notifications", { params: { query }, headers }),
    );
  }

  /** Notes that one was read. */
  markRead(id: string): Promise<AppNotification> {
    return this.transport.authorised((headers) =>
      this.transport.http.POST("/api/v1/notifications/{id}/read", { params: { path: { id } }, headers }),
    );
  }

  /** Notes that all were read. */
  async markAllRead(): Promise<void> {
    await this.transport.authorised((headers) =>
      this.transport.http.POST("/api/v1/notifications/read-all", { headers }),
    );
  }

  /** How I want to be told, of each kind. */
  async readPreferences(): Promise<NotificationPreference[]> {
    const { items } = await this.transport.authorised((headers) =>
      this.transport.http.GET("/api/v1/notifications/preferences", { headers }),
    );
    return items;
  }

  /** Replaces how I want to be told; of kinds that are left out, in every way. */
  async savePreferences(preferences: readonly NotificationPreference[]): Promise<NotificationPreference[]> {
    const { items } = await this.transport.authorised((headers) =>
      this.transport.http.PUT("/api/v1/notifications/preferences", {
        body: { items: [...preferences] },
        headers,
      }),
    );
    return items;
  }

  /** The server-sent events about notifications, until `signal` says otherwise; for {@link NotificationFeed}. */
  async openStream(signal: AbortSignal): Promise<ReadableStream<Uint8Array>> {
    const stream = await this.transport.authorised(async (headers) => {
      const { data, error, response } = await this.transport.http.GET("/api/v1/notifications/stream", {
        parseAs: "stream",
        headers,
        signal,
      });
      return { ...(data ? { data: { data } } : {}), error, response };
    });
    return stream;
  }
}
