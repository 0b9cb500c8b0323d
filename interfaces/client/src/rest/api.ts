// The REST calls, one method each, in terms of the published contract.
import createClient from "openapi-fetch";
import { ApiError } from "./api-error.ts";
import { AuthSession, type AuthSessionOptions, type Granted } from "./auth-session.ts";
import type { paths } from "./schema.ts";
import type {
  JoinedMeeting,
  Meeting,
  MeetingPage,
  MeetingParticipant,
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
  /** 2 to 1,000. */
  max_participants?: number;
}

type Outcome<Data> = { data?: { data: Data }; error?: unknown; response: Response };

/** Cookie-authenticated calls carry this header, which a page of another origin cannot send. */
const REQUESTED_WITH = { "X-Requested-With": "open-meeting" } as const;

/** All REST calls. Failures are {@link ApiError}s; an expired access token is renewed and the call made again, once. */
export class Api {
  /** Who is signed in. */
  readonly session: AuthSession;
  private readonly http: ReturnType<typeof createClient<paths>>;

  constructor(options: ApiOptions = {}) {
    const origin = options.baseUrl ?? (typeof location === "undefined" ? "" : location.origin);
    this.http = createClient<paths>({
      baseUrl: origin,
      credentials: "same-origin",
      ...(options.fetch ? { fetch: options.fetch } : {}),
    });
    this.session = new AuthSession({ ...options.session, refresh: () => this.refresh() });
  }

  /** Makes an account. Signing in is a call of its own. */
  async register(body: Registration): Promise<User> {
    return (await this.send(() => this.http.POST("/api/v1/register", { body }))).user;
  }

  /** Signs in by user name or e-mail. The refresh token stays in an HttpOnly cookie. */
  async signIn(username: string, password: string): Promise<User> {
    const body = { username, password, token_delivery: "cookie" as const };
    const signedIn = await this.send(() => this.http.POST("/api/v1/login", { body }));
    this.session.signedIn(toGranted(signedIn));
    return signedIn.user;
  }

  /** Ends the session on the server. It is forgotten here even when the server cannot be reached. */
  async signOut(): Promise<void> {
    try {
      await this.authorised((headers) =>
        this.http.POST("/api/v1/logout", { body: {}, headers, params: { header: REQUESTED_WITH } }),
      );
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
    } finally {
      this.session.signedOut();
    }
  }

  /** Changes the name that others see. */
  async updateProfile(body: { nickname: string }): Promise<User> {
    const { user } = await this.authorised((headers) => this.http.PUT("/api/v1/profile", { body, headers }));
    this.session.profileChanged(user);
    return user;
  }

  /** Makes a meeting. */
  createMeeting(body: NewMeeting): Promise<Meeting> {
    return this.authorised((headers) => this.http.POST("/api/v1/meetings", { body, headers }));
  }

  /** My meetings, newest first. */
  listMeetings(query: { limit?: number; cursor?: string; status?: MeetingStatus }): Promise<MeetingPage> {
    return this.authorised((headers) => this.http.GET("/api/v1/meetings", { params: { query }, headers }));
  }

  /** A meeting by id or code. */
  readMeeting(id: string): Promise<Meeting> {
    return this.authorised((headers) =>
      this.http.GET("/api/v1/meetings/{id}", { params: { path: { id } }, headers }),
    );
  }

  /** Ends a meeting for everyone. Only its host may. */
  endMeeting(id: string): Promise<Meeting> {
    return this.authorised((headers) =>
      this.http.POST("/api/v1/meetings/{id}/end", { params: { path: { id } }, headers }),
    );
  }

  /** Enters a meeting: the room token is good for one join within a few minutes. */
  joinMeeting(id: string, body: { display_name?: string } = {}): Promise<JoinedMeeting> {
    return this.authorised((headers) =>
      this.http.POST("/api/v1/meetings/{id}/join", { params: { path: { id } }, body, headers }),
    );
  }

  /** Leaves a meeting. */
  async leaveMeeting(id: string): Promise<void> {
    await this.authorised((headers) =>
      this.http.POST("/api/v1/meetings/{id}/leave", { params: { path: { id } }, headers }),
    );
  }

  /** Who is or was in a meeting. */
  async listParticipants(id: string): Promise<MeetingParticipant[]> {
    const { items } = await this.authorised((headers) =>
      this.http.GET("/api/v1/meetings/{id}/participants", { params: { path: { id } }, headers }),
    );
    return items;
  }

  private async refresh(): Promise<Granted> {
    const signedIn = await this.send(() =>
      this.http.POST("/api/v1/refresh-token", { body: {}, params: { header: REQUESTED_WITH } }),
    );
    return toGranted(signedIn);
  }

  private async send<Data>(call: () => Promise<Outcome<Data>>): Promise<Data> {
    let outcome: Outcome<Data>;
    try {
      outcome = await call();
    } catch (error) {
      throw ApiError.unreachable(error);
    }
    if (outcome.data === undefined) throw ApiError.fromResponse(outcome.response, outcome.error);
    return outcome.data.data;
  }

  private async authorised<Data>(
    call: (headers: Record<string, string>) => Promise<Outcome<Data>>,
  ): Promise<Data> {
    const token = await this.session.accessToken();
    try {
      return await this.send(() => call(bearer(token)));
    } catch (error) {
      const expired = error instanceof ApiError && error.status === 401 && token !== null;
      if (!expired) throw error;
      const renewed = await this.session.renew(token);
      if (renewed === null) throw error;
      return this.send(() => call(bearer(renewed)));
    }
  }
}

function bearer(token: string | null): Record<string, string> {
  return token === null ? {} : { Authorization: `Bearer ${token}` };
}

function toGranted(signedIn: { access_token: string; expires_in: number; user: User }): Granted {
  return { accessToken: signedIn.access_token, expiresIn: signedIn.expires_in, user: signedIn.user };
}
