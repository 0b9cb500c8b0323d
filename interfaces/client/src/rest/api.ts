// The REST calls, one method each, in terms of the published contract.
import { AccountApi } from "./account-api.ts";
import { AdminApi } from "./admin-api.ts";
import { ApiError } from "./api-error.ts";
import { AuthSession, type AuthSessionOptions, type Granted } from "./auth-session.ts";
import { CalendarApi } from "./calendar-api.ts";
import { ChatApi } from "./chat-api.ts";
import { HostingApi } from "./hosting-api.ts";
import { IntegrationApi } from "./integration-api.ts";
import { InvitationApi } from "./invitation-api.ts";
import { NotificationApi } from "./notification-api.ts";
import { REQUESTED_WITH, Transport } from "./transport.ts";
import type {
  JoinedMeeting,
  Meeting,
  MeetingPage,
  MeetingParticipant,
  MeetingPreview,
  MeetingSettings,
  ListedRole,
  MeetingStatus,
  User,
} from "./types.ts";

/** How to reach the server. */
export interface ApiOptions {
  /** Origin of the server such as `https://meet.example.org`; the page's own when left out. */
  baseUrl?: string;
  /** Another `fetch`, for tests. */
  fetch?: (request: Request) => Promise<Response>;
  /** Surroundings of the session, for tests. */
  session?: Omit<AuthSessionOptions, "refresh">;
}

/** A new account. */
export interface Registration {
  /** 3 to 32 of letters, digits, `_`, `.` and `-`. */
  username: string;
  /** E-mail address. */
  email: string;
  /** 8 to 128 characters. */
  password: string;
  /** The name that others see; the user name when left out. */
  nickname?: string;
}

/** A new meeting. */
export interface NewMeeting {
  /** 1 to 200 characters. */
  title: string;
  /** Up to 5,000 characters. */
  description?: string;
  /** RFC 3339. */
  start_time?: string;
  /** RFC 3339, after the start. */
  end_time?: string;
  /** A name of the IANA database such as `Europe/Berlin`. */
  time_zone?: string;
  /** A rule such as `FREQ=WEEKLY;BYDAY=MO`; needs a start and a time zone. */
  recurrence?: string;
  /** 2 to 1,000. */
  max_participants?: number;
  /** What is to be different from the settings that meetings have. */
  settings?: Partial<MeetingSettings>;
  /** 4 to 32 visible ASCII characters. */
  passcode?: string;
}

/** How a guest joins a meeting. */
export interface GuestEntry {
  /** 1 to 64 characters. */
  display_name: string;
  passcode?: string;
  /** `guest_pass` of an earlier answer: then the guest is known again. */
  guest_pass?: string;
}

/** All REST calls. Failures are {@link ApiError}s; an expired access token is renewed and the call made again, once. */
export class Api {
  /** Who is signed in. */
  readonly session: AuthSession;
  /** Calls about the own account. */
  readonly account: AccountApi;
  /** Calls for administrators. */
  readonly admin: AdminApi;
  /** Calls about the times of meetings. */
  readonly calendar: CalendarApi;
  /** Calls about what was written in meetings. */
  readonly chat: ChatApi;
  /** Calls for hosts and co-hosts of meetings. */
  readonly hosting: HostingApi;
  /** Calls for administrators about other backends. */
  readonly integration: IntegrationApi;
  /** Calls about invitations to meetings. */
  readonly invitations: InvitationApi;
  /** Calls about what the user is told. */
  readonly notifications: NotificationApi;
  private readonly transport: Transport;

  constructor(options: ApiOptions = {}) {
    this.transport = new Transport(options, () => this.session);
    this.session = new AuthSession({ ...options.session, refresh: () => this.refresh() });
    this.account = new AccountApi(this.transport, this.session);
    this.admin = new AdminApi(this.transport);
    this.calendar = new CalendarApi(this.transport);
    this.chat = new ChatApi(this.transport);
    this.hosting = new HostingApi(this.transport);
    this.integration = new IntegrationApi(this.transport);
    this.invitations = new InvitationApi(this.transport);
    this.notifications = new NotificationApi(this.transport);
  }

  /** Makes an account. Signing in is a call of its own. `language` is the one of mails; the browser's when left out. */
  async register(body: Registration, language?: string): Promise<User> {
    const headers = language === undefined ? {} : { "Accept-Language": language };
    const { user } = await this.transport.send(() =>
      this.transport.http.POST("/api/v1/register", { body, headers }),
    );
    return user;
  }

  /** Signs in by user name or e-mail. The tokens stay in HttpOnly cookies. */
  async signIn(username: string, password: string): Promise<User> {
    const body = { username, password, token_delivery: "cookie" as const };
    const signedIn = await this.transport.send(() => this.transport.http.POST("/api/v1/login", { body }));
    this.session.signedIn(toGranted(signedIn));
    return signedIn.user;
  }

  /** Ends the session on the server. It is forgotten here even when the server cannot be reached. */
  async signOut(): Promise<void> {
    try {
      await this.logOut(false);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
    } finally {
      this.session.signedOut();
    }
  }

  /** Ends all of my sessions, this one included. Has to be certain: when it fails nothing is forgotten here. */
  async signOutEverywhere(): Promise<void> {
    await this.logOut(true);
    this.session.signedOut();
  }

  private async logOut(everywhere: boolean): Promise<void> {
    await this.transport.authorised((headers) =>
      this.transport.http.POST("/api/v1/logout", {
        body: { everywhere },
        headers,
        params: { header: REQUESTED_WITH },
      }),
    );
  }

  /** Makes a meeting. */
  createMeeting(body: NewMeeting): Promise<Meeting> {
    return this.transport.authorised((headers) =>
      this.transport.http.POST("/api/v1/meetings", { body, headers }),
    );
  }

  /** My meetings, newest first: created, joined, or those I am invited to. `q` finds words and their beginnings. */
  listMeetings(query: {
    limit?: number;
    cursor?: string;
    status?: MeetingStatus;
    role?: ListedRole;
    q?: string;
  }): Promise<MeetingPage> {
    return this.transport.authorised((headers) =>
      this.transport.http.GET("/api/v1/meetings", { params: { query }, headers }),
    );
  }

  /** A meeting by id or code. */
  readMeeting(id: string): Promise<Meeting> {
    return this.transport.authorised((headers) =>
      this.transport.http.GET("/api/v1/meetings/{id}", { params: { path: { id } }, headers }),
    );
  }

  /** Ends a meeting for everyone. Only its host may. */
  endMeeting(id: string): Promise<Meeting> {
    return this.transport.authorised((headers) =>
      this.transport.http.POST("/api/v1/meetings/{id}/end", { params: { path: { id } }, headers }),
    );
  }

  /** What everybody may know who has the link of a meeting; nobody has to be signed in. */
  previewMeeting(id: string): Promise<MeetingPreview> {
    return this.transport.send(() =>
      this.transport.http.GET("/api/v1/meetings/{id}/preview", { params: { path: { id } } }),
    );
  }

  /** Enters a meeting, or its lobby: the room token is good for one join within a few minutes. */
  joinMeeting(id: string, body: { display_name?: string; passcode?: string } = {}): Promise<JoinedMeeting> {
    return this.transport.authorised((headers) =>
      this.transport.http.POST("/api/v1/meetings/{id}/join", { params: { path: { id } }, body, headers }),
    );
  }

  /** Enters a meeting, or its lobby, without an account. */
  joinAsGuest(id: string, body: GuestEntry): Promise<JoinedMeeting> {
    return this.transport.send(() =>
      this.transport.http.POST("/api/v1/meetings/{id}/join-as-guest", { params: { path: { id } }, body }),
    );
  }

  /** Leaves a meeting. */
  async leaveMeeting(id: string): Promise<void> {
    await this.transport.authorised((headers) =>
      this.transport.http.POST("/api/v1/meetings/{id}/leave", { params: { path: { id } }, headers }),
    );
  }

  /** Who is or was in a meeting. */
  async listParticipants(id: string): Promise<MeetingParticipant[]> {
    const { items } = await this.transport.authorised((headers) =>
      this.transport.http.GET("/api/v1/meetings/{id}/participants", { params: { path: { id } }, headers }),
    );
    return items;
  }

  private async refresh(): Promise<Granted> {
    const signedIn = await this.transport.send(() =>
      this.transport.http.POST("/api/v1/refresh-token", { body: {}, params: { header: REQUESTED_WITH } }),
    );
    return toGranted(signedIn);
  }
}

function toGranted(signedIn: { csrf_token?: string | null; expires_in: number; user: User }): Granted {
  return { csrfToken: signedIn.csrf_token ?? "", expiresIn: signedIn.expires_in, user: signedIn.user };
}
