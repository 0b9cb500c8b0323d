// How REST calls are made: the envelope is opened, failures become errors, expired tokens are renewed once.
import createClient from "openapi-fetch";
import { ApiError } from "./api-error.ts";
import type { AuthSession } from "./auth-session.ts";
import type { paths } from "./schema.ts";

/** The typed calls of the published contract. */
export type Http = ReturnType<typeof createClient<paths>>;

/** What a call answers, before its envelope is opened. */
export type Outcome<Data> = { data?: { data: Data }; error?: unknown; response: Response };

/** The headers that prove who makes a call. */
export type AuthHeaders = Record<string, string>;

/** Calls with the refresh cookie carry this header, which a page of another origin cannot send. */
export const REQUESTED_WITH = { "X-Requested-With": "open-meeting" } as const;

/** Makes calls, with or without a signed-in user. */
export class Transport {
  /** The typed calls. */
  readonly http: Http;
  private readonly session: () => AuthSession;

  /** `session` is asked for when it is needed, since renewing it is itself a call. */
  constructor(
    options: { baseUrl?: string; fetch?: (request: Request) => Promise<Response> },
    session: () => AuthSession,
  ) {
    const origin = options.baseUrl ?? (typeof location === "undefined" ? "" : location.origin);
    this.http = createClient<paths>({
      baseUrl: origin,
      credentials: "same-origin",
      ...(options.fetch ? { fetch: options.fetch } : {}),
    });
    this.session = session;
  }

  /** Makes a call that needs nobody to be signed in. Throws {@link ApiError}. */
  async send<Data>(call: () => Promise<Outcome<Data>>): Promise<Data> {
    let outcome: Outcome<Data>;
    try {
      outcome = await call();
    } catch (error) {
      throw ApiError.unreachable(error);
    }
    if (outcome.data === undefined) throw ApiError.fromResponse(outcome.response, outcome.error);
    return outcome.data.data;
  }

  /** Makes a call as whoever is signed in; with a new token once more when the token is refused. */
  async authorised<Data>(call: (headers: AuthHeaders) => Promise<Outcome<Data>>): Promise<Data> {
    const session = this.session();
    const token = await session.csrfToken();
    try {
      return await this.send(() => call(proof(token)));
    } catch (error) {
      if (!(error instanceof ApiError) || token === null) throw error;
      // Whoever is banned is told so whatever they ask for, and a new token would be refused the same way.
      if (error.type === "auth.banned") session.refused(error.type);
      if (error.status !== 401) throw error;
      const renewed = await session.renew(token);
      if (renewed === null) throw error;
      return this.send(() => call(proof(renewed)));
    }
  }
}

/** The access token is in a cookie; this shows that it is not another site that makes the browser send it. */
function proof(token: string | null): AuthHeaders {
  return token === null ? {} : { "X-CSRF-Token": token };
}
