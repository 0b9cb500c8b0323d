// A stand-in for the server behind the REST calls.
import { vi } from "vitest";
import { Api } from "../src/rest/api.ts";

/** Who signs in. */
export const USER = { id: "u", username: "ada", nickname: "Ada" };

type Handler = (request: Request) => Response | Promise<Response>;

/** An answer in the envelope. */
export function success(data: unknown, status = 200): Response {
  return Response.json({ code: status, message: "success", data, timestamp: 0 }, { status });
}

/** A refusal in the envelope. */
export function failure(
  status: number,
  type: string,
  extra: object = {},
  headers: HeadersInit = {},
): Response {
  return Response.json(
    { code: status, message: "no", error: { type, details: [], ...extra }, timestamp: 0 },
    { status, headers },
  );
}

/** An `Api` whose calls go to these routes, by method and path; and the requests that were made. */
export function setUp(routes: Record<string, Handler>) {
  const requests: Request[] = [];
  const fetch = vi.fn(async (request: Request) => {
    requests.push(request.clone());
    const path = new URL(request.url).pathname.replace("/api/v1", "");
    const route = routes[`${request.method} ${path}`];
    if (!route) throw new TypeError(`no route for ${request.method} ${path}`);
    return route(request);
  });
  const api = new Api({
    baseUrl: "http://server",
    fetch,
    session: {
      exclusively: (task) => task(),
      channel: { post: () => undefined, onMessage: null },
      hint: { get: () => true, set: () => undefined },
    },
  });
  return { api, requests };
}

/** The answer to a login or a refresh. */
export function signedIn(token: string, user: object = USER): Response {
  return success({ csrf_token: token, token_type: "Bearer", expires_in: 900, user });
}
