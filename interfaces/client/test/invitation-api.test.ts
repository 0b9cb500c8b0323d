// Invitations: the calls of hosts, and those of whoever has a mailed link.
import { expect, it } from "vitest";
import { failure, setUp, signedIn, success } from "./server.ts";

it("hosts invite, list and withdraw", async () => {
  const { api, requests } = setUp({
    "POST /login": () => signedIn("t1"),
    "POST /meetings/m/invitations": () => success({ items: [{ id: "i" }] }, 201),
    "GET /meetings/m/invitations": () => success({ items: [], next_cursor: null }),
    "DELETE /meetings/m/invitations/i": () => success({}),
  });
  await api.signIn("ada", "secret");
  expect(await api.invitations.invite("m", ["bob", "c@example.org"])).toEqual([{ id: "i" }]);
  expect(await requests[1]?.json()).toEqual({ invitees: ["bob", "c@example.org"] });
  expect(requests[1]?.headers.get("x-csrf-token")).toBe("t1");
  await api.invitations.list("m", { limit: 5, cursor: "next" });
  expect(new URL(requests[2]?.url ?? "").search).toBe("?limit=5&cursor=next");
  await api.invitations.withdraw("m", "i");
});

it("whoever has the link needs no account", async () => {
  const { api, requests } = setUp({
    "GET /invitations/t": () => success({ status: "pending" }),
    "POST /invitations/t/accept": () => success({ status: "accepted" }),
    "POST /invitations/t/decline": () => failure(409, "invitation.answered"),
  });
  expect(await api.invitations.readByToken("t")).toEqual({ status: "pending" });
  expect(await api.invitations.answerByToken("t", "accept")).toEqual({ status: "accepted" });
  await expect(api.invitations.answerByToken("t", "decline")).rejects.toMatchObject({
    type: "invitation.answered",
  });
  expect(requests.every(({ headers }) => headers.get("x-csrf-token") === null)).toBe(true);
});

it("who is invited answers with their account", async () => {
  const { api, requests } = setUp({
    "POST /login": () => signedIn("t1"),
    "GET /meetings/m/invitation": () => success({ status: "pending", answer: null }),
    "PUT /meetings/m/invitation": () => success({ status: "accepted", answer: "accept" }),
    "GET /meetings": () => success({ items: [], next_cursor: null }),
  });
  await api.signIn("ada", "secret");
  expect(await api.invitations.readOwn("m")).toMatchObject({ status: "pending" });
  expect(await api.invitations.answerOwn("m", "accept")).toMatchObject({ answer: "accept" });
  expect(await requests[2]?.json()).toEqual({ answer: "accept" });
  await api.listMeetings({ role: "invited", q: "week" });
  expect(new URL(requests[3]?.url ?? "").search).toBe("?role=invited&q=week");
});
