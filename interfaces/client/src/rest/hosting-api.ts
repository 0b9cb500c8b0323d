// The REST calls for those who host a meeting: its plan, its door, and the people in it.
import type { Transport } from "./transport.ts";
import type {
  Meeting,
  MeetingChange,
  MeetingParticipant,
  MeetingReport,
  WaitingParticipant,
} from "./types.ts";

/** Calls for hosts, most of them for co-hosts, too; for others each is `meeting.forbidden` or `meeting.moderators_only`. */
export class HostingApi {
  private readonly transport: Transport;

  constructor(transport: Transport) {
    this.transport = transport;
  }

  /** Changes a meeting; what is absent stays. */
  updateMeeting(id: string, body: MeetingChange): Promise<Meeting> {
    return this.transport.authorised((headers) =>
      this.transport.http.PUT("/api/v1/meetings/{id}", { params: { path: { id } }, body, headers }),
    );
  }

  /** Calls a meeting off before anybody has come. */
  cancelMeeting(id: string): Promise<Meeting> {
    return this.transport.authorised((headers) =>
      this.transport.http.DELETE("/api/v1/meetings/{id}", { params: { path: { id } }, headers }),
    );
  }

  /** Starts a meeting before anybody has come. */
  startMeeting(id: string): Promise<Meeting> {
    return this.transport.authorised((headers) =>
      this.transport.http.POST("/api/v1/meetings/{id}/start", { params: { path: { id } }, headers }),
    );
  }

  /** Who was in a meeting, when, and how long; also while it goes on. Only the time that began at `session`, where given. */
  readReport(id: string, session?: string): Promise<MeetingReport> {
    const query = session === undefined ? {} : { session };
    return this.transport.authorised((headers) =>
      this.transport.http.GET("/api/v1/meetings/{id}/report", { params: { path: { id }, query }, headers }),
    );
  }

  /** Lets nobody new in, or again. */
  lockMeeting(id: string, locked: boolean): Promise<Meeting> {
    const path = locked ? "/api/v1/meetings/{id}/lock" : "/api/v1/meetings/{id}/unlock";
    return this.transport.authorised((headers) =>
      this.transport.http.POST(path, { params: { path: { id } }, headers }),
    );
  }

  /** Who waits in the lobby, in the order of coming. */
  async readLobby(id: string): Promise<WaitingParticipant[]> {
    const { items } = await this.transport.authorised((headers) =>
      this.transport.http.GET("/api/v1/meetings/{id}/lobby", { params: { path: { id } }, headers }),
    );
    return items;
  }

  /** Lets somebody in who waits, or all when `userId` is left out. Answers with how many. */
  async admit(id: string, userId?: string): Promise<number> {
    const { answered } = await this.transport.authorised((headers) =>
      userId === undefined
        ? this.transport.http.POST("/api/v1/meetings/{id}/lobby/admit-all", {
            params: { path: { id } },
            headers,
          })
        : this.transport.http.POST("/api/v1/meetings/{id}/lobby/{uid}/admit", {
            params: { path: { id, uid: userId } },
            headers,
          }),
    );
    return answered;
  }

  /** Sends somebody away who waits, or all when `userId` is left out. Answers with how many. */
  async deny(id: string, userId?: string): Promise<number> {
    const { answered } = await this.transport.authorised((headers) =>
      userId === undefined
        ? this.transport.http.POST("/api/v1/meetings/{id}/lobby/deny-all", {
            params: { path: { id } },
            headers,
          })
        : this.transport.http.POST("/api/v1/meetings/{id}/lobby/{uid}/deny", {
            params: { path: { id, uid: userId } },
            headers,
          }),
    );
    return answered;
  }

  /** Sends somebody out; with `ban` they may not come back. */
  async removeParticipant(id: string, userId: string, ban = false): Promise<void> {
    await this.transport.authorised((headers) =>
      this.transport.http.POST("/api/v1/meetings/{id}/participants/{uid}/kick", {
        params: { path: { id, uid: userId } },
        body: { ban },
        headers,
      }),
    );
  }

  /** Lets somebody come again who was banned. */
  async allowBack(id: string, userId: string): Promise<void> {
    await this.transport.authorised((headers) =>
      this.transport.http.POST("/api/v1/meetings/{id}/participants/{uid}/allow-back", {
        params: { path: { id, uid: userId } },
        headers,
      }),
    );
  }

  /** Gives somebody another role. Only hosts may. */
  async setRole(id: string, userId: string, role: MeetingParticipant["role"]): Promise<void> {
    await this.transport.authorised((headers) =>
      this.transport.http.PUT("/api/v1/meetings/{id}/participants/{uid}/role", {
        params: { path: { id, uid: userId } },
        body: { role },
        headers,
      }),
    );
  }

  /** Calls somebody something else; oneself needs to be no host. */
  async renameParticipant(id: string, userId: string, displayName: string): Promise<void> {
    await this.transport.authorised((headers) =>
      this.transport.http.PUT("/api/v1/meetings/{id}/participants/{uid}/name", {
        params: { path: { id, uid: userId } },
        body: { display_name: displayName },
        headers,
      }),
    );
  }

  /** Turns the microphone of somebody off, or those of all of a lower role when `userId` is left out. */
  async mute(id: string, userId?: string): Promise<void> {
    await this.transport.authorised((headers) =>
      userId === undefined
        ? this.transport.http.POST("/api/v1/meetings/{id}/mute-all", { params: { path: { id } }, headers })
        : this.transport.http.POST("/api/v1/meetings/{id}/participants/{uid}/mute", {
            params: { path: { id, uid: userId } },
            headers,
          }),
    );
  }

  /** Asks somebody to turn their microphone on. */
  async askToUnmute(id: string, userId: string): Promise<void> {
    await this.transport.authorised((headers) =>
      this.transport.http.POST("/api/v1/meetings/{id}/participants/{uid}/ask-to-unmute", {
        params: { path: { id, uid: userId } },
        headers,
      }),
    );
  }
}
