// REST calls: the envelope is opened, failures are told apart, expired tokens are renewed once.
import { describe, expect, it } from "vitest";
import { ApiError } from "../src/rest/api-error.ts";
import { failure, setUp, signedIn, success } from "./server.ts";

describe("signing in", () => {
  it("asks for the refresh token in a cookie, and uses the access token from then on", async () => {
    const { api, requests } = setUp({
      "POST /login": () => signedIn("t1"),
      "GET /meetings": () => success({ items: [], next_cursor: null }),
    });
    await api.signIn("ada", "secret");
    expect(await requests[0]?.json()).toEqual({
      username: "ada",
      password: "secret",
      token_delivery: "cookie",
    });
    expect(requests[0]?.headers.get("x-csrf-token")).toBeNull();
    await api.listMeetings({ limit: 5, status: "live" });
    expect(requests[1]?.headers.get("x-csrf-token")).toBe("t1");
    expect(new URL(requests[1]?.url ?? "").search).toBe("?limit=5&status=live");
  });

  it("sends the header that only this origin can send along with the cookie", async () => {
    const { api, requests } = setUp({ "POST /refresh-token": () => signedIn("t1") });
    await api.session.restore();
    expect(requests[0]?.headers.get("x-requested-with")).toBe("open-meeting");
    expect(api.session.state.get().status).toBe("signed-in");
  });

  it("is forgotten on signing out, even when the server is away", async () => {
    const { api } = setUp({ "POST /login": () => signedIn("t1") });
    await api.signIn("ada", "secret");
    await api.signOut();
    expect(api.session.state.get()).toEqual({ status: "signed-out", reason: "left" });
  });
});

describe("failures", () => {
  it("carry type, fields, request id and waiting time", async () => {
    const details = [{ field: "title", code: "too_long", message: "at most 200" }, { nonsense: true }];
    const { api } = setUp({
      "POST /login": () =>
        failure(429, "rate.limited", { details }, { "x-request-id": "r-1", "retry-after": "7" }),
    });
    const error = await api.signIn("ada", "x").catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(ApiError);
    expect(error).toMatchObject({
      status: 429,
      type: "rate.limited",
      message: "no",
      details: [details[0]],
      requestId: "r-1",
      retryAfter: 7,
      retryable: true,
    });
  });

  it("are readable when a proxy answers, or nobody", async () => {
    const { api } = setUp({
      "POST /login": () => new Response("<h1>Bad gateway</h1>", { status: 502, statusText: "Bad Gateway" }),
    });
    await expect(api.signIn("a", "b")).rejects.toMatchObject({ status: 502, type: "internal" });
    await expect(api.register({ username: "a", email: "b", password: "c" })).rejects.toMatchObject({
      status: 0,
      type: "network.unreachable",
      retryable: true,
    });
  });
});

describe("an expired token", () => {
  it("is renewed and the call made again, once", async () => {
    const { api, requests } = setUp({
      "POST /login": () => signedIn("old"),
      "POST /refresh-token": () => signedIn("new"),
      "GET /meetings/abc": (request) =>
        request.headers.get("x-csrf-token") === "new"
          ? success({ id: "abc" })
          : failure(401, "auth.token_expired"),
    });
    await api.signIn("ada", "secret");
    expect(await api.readMeeting("abc")).toEqual({ id: "abc" });
    expect(requests.map((request) => new URL(request.url).pathname.split("/").at(-1))).toEqual([
      "login",
      "abc",
      "refresh-token",
      "abc",
    ]);
  });

  it("is an error when the new one is refused as well", async () => {
    const { api, requests } = setUp({
      "POST /login": () => signedIn("old"),
      "POST /refresh-token": () => signedIn("new"),
      "GET /meetings/abc": () => failure(401, "auth.required"),
    });
    await api.signIn("ada", "secret");
    await expect(api.readMeeting("abc")).rejects.toMatchObject({ status: 401 });
    expect(requests).toHaveLength(4);
  });

  it("ends the session when it cannot be renewed", async () => {
    const { api } = setUp({
      "POST /login": () => signedIn("old"),
      "POST /refresh-token": () => failure(401, "auth.session_ended"),
      "GET /meetings/abc": () => failure(401, "auth.token_expired"),
    });
    await api.signIn("ada", "secret");
    await expect(api.readMeeting("abc")).rejects.toMatchObject({ type: "auth.token_expired" });
    expect(api.session.state.get()).toEqual({
      status: "signed-out",
      reason: "ended",
      cause: "auth.session_ended",
    });
  });
});

describe("hosting", () => {
  it("asks for one, or for all", async () => {
    const { api, requests } = setUp({
      "POST /login": () => signedIn("t1"),
      "POST /meetings/m/lobby/u/admit": () => success({ answered: 1 }),
      "POST /meetings/m/lobby/deny-all": () => success({ answered: 3 }),
      "POST /meetings/m/participants/u/mute": () => success({}),
      "POST /meetings/m/mute-all": () => success({}),
      "POST /meetings/m/unlock": () => success({ id: "m" }),
    });
    await api.signIn("ada", "secret");
    expect(await api.hosting.admit("m", "u")).toBe(1);
    expect(await api.hosting.deny("m")).toBe(3);
    await api.hosting.mute("m", "u");
    await api.hosting.mute("m");
    await api.hosting.lockMeeting("m", false);
    expect(requests).toHaveLength(6);
  });

  it("lets guests look and come without anybody signed in", async () => {
    const { api, requests } = setUp({
      "GET /meetings/m/preview": () => success({ title: "T" }),
      "POST /meetings/m/join-as-guest": () => success({ guest_pass: "p" }),
    });
    expect(await api.previewMeeting("m")).toEqual({ title: "T" });
    await api.joinAsGuest("m", { display_name: "Gus" });
    expect(requests.map((request) => request.headers.get("x-csrf-token"))).toEqual([null, null]);
  });
});
