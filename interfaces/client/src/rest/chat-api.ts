// The REST calls about what was written in meetings.
import type { Transport } from "./transport.ts";
import type { MeetingMessage, MeetingMessagePage } from "./types.ts";

/**
 * Calls for those who created a meeting or have taken part in it; for others each is `meeting.participants_only`, or
 * `meeting.banned`.
 */
export class ChatApi {
  private readonly transport: Transport;

  constructor(transport: Transport) {
    this.transport = transport;
  }

  /** One page of what was written, newest first, private messages of others left out. */
  listMessages(id: string, query: { cursor?: string; limit?: number } = {}): Promise<MeetingMessagePage> {
    return this.transport.authorised((headers) =>
      this.transport.http.GET("/api/v1/meetings/{id}/messages", { params: { path: { id }, query }, headers }),
    );
  }

  /** Deletes a message for good: the own, or any that one sees as host or co-host. Answers with what is left. */
  deleteMessage(id: string, messageId: string): Promise<MeetingMessage> {
    return this.transport.authorised((headers) =>
      this.transport.http.DELETE("/api/v1/meetings/{id}/messages/{message_id}", {
        params: { path: { id, message_id: messageId } },
        headers,
      }),
    );
  }
}
