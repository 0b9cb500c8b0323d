// The REST calls about accounts: what is sent, and what becomes of the session.
import { describe, expect, it } from "vitest";
import { failure, setUp, signedIn, success, USER } from "./server.ts";

async function signedInWith(routes: Parameters<typeof setUp>[0]) {
  const all = setUp({ "POST /login": () => signedIn("t1"), ...routes });
  await all.api.signIn("ada", "secret");
  all.requests.length = 0;
  return all;
}

describe("the profile", () => {
  it("is shown everywhere as soon as it has changed", async () => {
    const changed = { ...USER, nickname: "Countess", language: "zh-CN" };
    const { api, requests } = await signedInWith({ "PUT /profile": () => success({ user: changed }) });
    await api.account.updateProfile({ nickname: "Countess", language: "zh-CN" });
    expect(await requests[0]?.json()).toEqual({ nickname: "Countess", language: "zh-CN" });
    expect(api.session.state.get()).toEqual({ status: "signed-in", user: changed });
  });

  it("gets a picture from a form with the file and the square", async () => {
    const changed = { ...USER, avatar_url: "/api/v1/avatars/a" };
    const { api, requests } = await signedInWith({
      "POST /upload-avatar": () => success({ user: changed }),
      "DELETE /avatar": () => success({ user: USER }),
    });
    await api.account.uploadAvatar(new Blob(["png"], { type: "image/png" }), { x: 1, y: 2, size: 300 });
    expect(requests[0]?.headers.get("content-type")).toMatch(/^multipart\/form-data; boundary=/);
    const form = await requests[0]?.formData();
    expect(["crop_x", "crop_y", "crop_size"].map((name) => form?.get(name))).toEqual(["1", "2", "300"]);
    expect(await (form?.get("file") as File).text()).toBe("png");
    expect(api.session.state.get()).toMatchObject({ user: { avatar_url: "/api/v1/avatars/a" } });
    await api.account.removeAvatar();
    expect(api.session.state.get()).toEqual({ status: "signed-in", user: USER });
  });

  it("is read anew", async () => {
    const verified = { ...USER, email_verified: true };
    const { api } = await signedInWith({ "GET /profile": () => success({ user: verified }) });
    expect(await api.account.readProfile()).toEqual(verified);
    expect(api.session.state.get()).toEqual({ status: "signed-in", user: verified });
  });
});

describe("links from mails and lost passwords", () => {
  it("need nobody to be signed in", async () => {
    const { api, requests } = setUp({
      "POST /password-reset": () => success({}),
      "POST /password-reset/confirm": () => success({}),
      "POST /verify-email": () => success({}),
    });
    await api.account.requestPasswordReset("ada@example.org");
    await api.account.confirmPasswordReset("secret", "a new one");
    await api.account.verifyEmail("token");
    expect(requests.map((request) => request.headers.get("x-csrf-token"))).toEqual([null, null, null]);
    expect(await Promise.all(requests.map((request) => request.json()))).toEqual([
      { email: "ada@example.org" },
      { token: "secret", new_password: "a new one" },
      { token: "token" },
    ]);
    // A token in an address would be in logs.
    for (const request of requests) expect(new URL(request.url).search).toBe("");
  });

  it("say when they are good no more", async () => {
    const { api } = setUp({ "POST /verify-email": () => failure(400, "account.bad_link") });
    await expect(api.account.verifyEmail("old")).rejects.toMatchObject({ type: "account.bad_link" });
  });

  it("are sent again", async () => {
    const { api, requests } = await signedInWith({ "POST /verify-email/request": () => success({}) });
    await api.account.requestEmailVerification();
    expect(requests[0]?.headers.get("x-csrf-token")).toBe("t1");
  });
});

describe("passwords and sessions", () => {
  it("send both passwords", async () => {
    const { api, requests } = await signedInWith({ "POST /change-password": () => success({}) });
    await api.account.changePassword("old", "new");
    expect(await requests[0]?.json()).toEqual({ old_password: "old", new_password: "new" });
  });

  it("list, end one, and end all others", async () => {
    const { api, requests } = await signedInWith({
      "GET /sessions": () => success({ items: [{ id: "s1" }] }),
      "DELETE /sessions/s1": () => success({}),
      "DELETE /sessions": () => success({ ended: 3 }),
    });
    expect(await api.account.listSessions()).toEqual([{ id: "s1" }]);
    await api.account.endSession("s1");
    expect(await api.account.endOtherSessions()).toBe(3);
    expect(requests).toHaveLength(3);
  });

  it("end everywhere on request, and are not forgotten when that is not certain", async () => {
    const answers = [failure(503, "unavailable"), success({})];
    const { api, requests } = await signedInWith({ "POST /logout": () => answers.shift() ?? success({}) });
    await expect(api.signOutEverywhere()).rejects.toMatchObject({ type: "unavailable" });
    expect(api.session.state.get().status).toBe("signed-in");
    await api.signOutEverywhere();
    expect(await requests[0]?.json()).toEqual({ everywhere: true });
    expect(api.session.state.get()).toEqual({ status: "signed-out", reason: "left" });
  });
});

describe("an account that is closed", () => {
  const purgeAt = "2026-12-04T10:00:00Z";
  const routes = { "DELETE /account": () => success({ purge_at: purgeAt }) };

  it("signs out, and tells until when it can be kept", async () => {
    const { api, requests } = await signedInWith(routes);
    expect(await api.account.close("secret")).toBe(purgeAt);
    expect(await requests[0]?.json()).toEqual({ password: "secret" });
    expect(api.session.state.get()).toEqual({ status: "signed-out", reason: "closed", purgeAt });
  });

  it("is reopened by signing in, which is told once", async () => {
    const { api } = await signedInWith(routes);
    await api.account.close("secret");
    await api.signIn("ada", "secret");
    expect(api.session.state.get()).toEqual({ status: "signed-in", user: USER, reopened: true });
    await api.signIn("ada", "secret");
    expect(api.session.state.get()).toEqual({ status: "signed-in", user: USER });
  });

  it("is another one when somebody else signs in", async () => {
    const bob = { ...USER, id: "bob" };
    let signIns = 0;
    const { api } = await signedInWith({
      ...routes,
      "POST /login": () => signedIn("t", signIns++ === 0 ? USER : bob),
    });
    await api.account.close("secret");
    await api.signIn("bob", "secret");
    expect(api.session.state.get()).toEqual({ status: "signed-in", user: bob });
  });

  it("stays when the password is wrong", async () => {
    const { api } = await signedInWith({
      "DELETE /account": () => failure(403, "account.wrong_password"),
    });
    await expect(api.account.close("wrong")).rejects.toMatchObject({ type: "account.wrong_password" });
    expect(api.session.state.get().status).toBe("signed-in");
  });
});

describe("a ban", () => {
  it("ends the session with any answer that tells of it", async () => {
    const { api } = await signedInWith({ "GET /sessions": () => failure(403, "auth.banned") });
    await expect(api.account.listSessions()).rejects.toMatchObject({ type: "auth.banned" });
    expect(api.session.state.get()).toEqual({ status: "signed-out", reason: "ended", cause: "auth.banned" });
  });

  it("is told to whoever comes back", async () => {
    const { api } = setUp({ "POST /refresh-token": () => failure(403, "auth.banned") });
    await api.session.restore();
    expect(api.session.state.get()).toEqual({ status: "signed-out", reason: "ended", cause: "auth.banned" });
  });

  it("differs from a call that others may make", async () => {
    const { api } = await signedInWith({ "GET /admin/users": () => failure(403, "auth.forbidden") });
    await expect(api.admin.searchUsers({})).rejects.toMatchObject({ type: "auth.forbidden" });
    expect(api.session.state.get().status).toBe("signed-in");
  });
});

describe("administration", () => {
  it("searches page by page", async () => {
    const { api, requests } = await signedInWith({
      "GET /admin/users": () => success({ items: [], next_cursor: null }),
      "GET /admin/audit-log": () => success({ items: [], next_cursor: null }),
    });
    await api.admin.searchUsers({ query: "a b", status: "banned", role: "user", limit: 5, cursor: "c" });
    await api.admin.readAuditLog({ user_id: "u1", action: "user.banned" });
    expect(requests.map((request) => new URL(request.url).search)).toEqual([
      "?query=a%20b&status=banned&role=user&limit=5&cursor=c",
      "?user_id=u1&action=user.banned",
    ]);
  });

  it("reads, bans, lets in again and gives another role", async () => {
    const { api, requests } = await signedInWith({
      "GET /admin/users/u1": () => success({ user: { id: "u1" } }),
      "POST /admin/users/u1/ban": () => success({ user: { id: "u1", status: "banned" } }),
      "POST /admin/users/u1/unban": () => success({ user: { id: "u1", status: "active" } }),
      "PUT /admin/users/u1/role": () => success({ user: { id: "u1", role: "admin" } }),
    });
    expect(await api.admin.readUser("u1")).toEqual({ id: "u1" });
    const until = "2026-12-01T00:00:00Z";
    expect(await api.admin.banUser("u1", { reason: "spam", until })).toMatchObject({ status: "banned" });
    expect(await requests[1]?.json()).toEqual({ reason: "spam", until });
    expect(await api.admin.unbanUser("u1")).toMatchObject({ status: "active" });
    expect(await api.admin.changeRole("u1", "admin")).toMatchObject({ role: "admin" });
    expect(await requests[3]?.json()).toEqual({ role: "admin" });
  });
});

it("an account is made in the language of the page", async () => {
  const { api, requests } = setUp({ "POST /register": () => success({ user: USER }, 201) });
  await api.register({ username: "ada", email: "ada@example.org", password: "secret" }, "zh-CN");
  expect(requests[0]?.headers.get("accept-language")).toBe("zh-CN");
});
