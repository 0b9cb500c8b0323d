// What was written in a meeting: read in pages, and deleted.
import { expect, it } from "vitest";
import { failure, setUp, signedIn, success } from "./server.ts";

it("messages are read page by page and deleted", async () => {
  const { api, requests } = setUp({
    "POST /login": () => signedIn("t1"),
    "GET /meetings/m/messages": () => success({ items: [{ id: "1" }], next_cursor: "c" }),
    "DELETE /meetings/m/messages/1": () => success({ id: "1", text: null }),
    "DELETE /meetings/m/messages/2": () => failure(403, "message.forbidden"),
  });
  await api.signIn("ada", "secret");
  expect(await api.chat.listMessages("m")).toEqual({ items: [{ id: "1" }], next_cursor: "c" });
  await api.chat.listMessages("m", { cursor: "c", limit: 50 });
  expect(Object.fromEntries(new URL(requests[2]?.url ?? "").searchParams)).toEqual({
    cursor: "c",
    limit: "50",
  });
  expect(await api.chat.deleteMessage("m", "1")).toEqual({ id: "1", text: null });
  await expect(api.chat.deleteMessage("m", "2")).rejects.toMatchObject({ type: "message.forbidden" });
});
