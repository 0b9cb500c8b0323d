// The REST calls about invitations to meetings: those of hosts, and those of whoever has a mailed link.
import type { Transport } from "./transport.ts";
import type { Invitation, InvitationAnswer, InvitationPage, InvitedTo, OwnInvitation } from "./types.ts";

/** Calls about invitations. */
export class InvitationApi {
  private readonly transport: Transport;

  constructor(transport: Transport) {
    this.transport = transport;
  }

  /** Invites up to 50 people by e-mail address or user name, all or none. For hosts. */
  async invite(meeting: string, invitees: readonly string[]): Promise<Invitation[]> {
    const { items } = await this.transport.authorised((headers) =>
      this.transport.http.POST("/api/v1/meetings/{id}/invitations", {
        params: { path: { id: meeting } },
        body: { invitees: [...invitees] },
        headers,
      }),
    );
    return items;
  }

  /** Who is invited, newest first. For hosts. */
  list(meeting: string, query: { limit?: number; cursor?: string } = {}): Promise<InvitationPage> {
    return this.transport.authorised((headers) =>
      this.transport.http.GET("/api/v1/meetings/{id}/invitations", {
        params: { path: { id: meeting }, query },
        headers,
      }),
    );
  }

  /** Takes an invitation back. For hosts. */
  async withdraw(meeting: string, invitation: string): Promise<void> {
    await this.transport.authorised((headers) =>
      this.transport.http.DELETE("/api/v1/meetings/{id}/invitations/{invitation_id}", {
        params: { path: { id: meeting, invitation_id: invitation } },
        headers,
      }),
    );
  }

  /** The own invitation to a meeting. */
  readOwn(meeting: string): Promise<OwnInvitation> {
    return this.transport.authorised((headers) =>
      this.transport.http.GET("/api/v1/meetings/{id}/invitation", {
        params: { path: { id: meeting } },
        headers,
      }),
    );
  }

  /** Answers the own invitation to a meeting, once. */
  answerOwn(meeting: string, answer: InvitationAnswer): Promise<OwnInvitation> {
    return this.transport.authorised((headers) =>
      this.transport.http.PUT("/api/v1/meetings/{id}/invitation", {
        params: { path: { id: meeting } },
        body: { answer },
        headers,
      }),
    );
  }

  /** What the token of a mailed link invites to. Nobody has to be signed in. */
  readByToken(token: string): Promise<InvitedTo> {
    return this.transport.send(() =>
      this.transport.http.GET("/api/v1/invitations/{token}", { params: { path: { token } } }),
    );
  }

  /** Answers by the token of a mailed link, once. Nobody has to be signed in. */
  answerByToken(token: string, answer: "accept" | "decline"): Promise<InvitedTo> {
    const path =
      answer === "accept" ? "/api/v1/invitations/{token}/accept" : "/api/v1/invitations/{token}/decline";
    return this.transport.send(() => this.transport.http.POST(path, { params: { path: { token } } }));
  }
}
