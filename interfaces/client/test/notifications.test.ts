// Notifications: the calls, and the line on which the server tells of them.
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { EventStreamParser } from "../src/notifications/event-stream.ts";
import { NotificationFeed, type NotificationEvent } from "../src/notifications/notification-feed.ts";
import { ApiError } from "../src/rest/api-error.ts";
import { failure, setUp, signedIn, success } from "./server.ts";

describe("server-sent events", () => {
  it("are read whatever pieces they come in", () => {
    const text =
      'retry: 3000\nevent: ready\ndata: {}\n\n:\n\nid: 1\r\nevent: read\r\ndata: {"id":\r\ndata: "a"}\r\n\r\n';
    for (const size of [1, 2, 3, 7, text.length]) {
      const parser = new EventStreamParser();
      const events = [];
      for (let at = 0; at < text.length; at += size) events.push(...parser.read(text.slice(at, at + size)));
      expect(events).toEqual([
        { name: "ready", data: "{}" },
        { name: "read", data: '{"id":\n"a"}' },
      ]);
    }
  });

  it("without data say nothing, and without a name are messages", () => {
    expect(new EventStreamParser().read("event: x\n\ndata\n\ndata:a:b\n\n")).toEqual([
      { name: "message", data: "" },
      { name: "message", data: "a:b" },
    ]);
  });

  it("do not fill the memory", () => {
    const parser = new EventStreamParser();
    expect(() => parser.read(`data: ${"x".repeat(1_000_001)}`)).toThrow();
  });
});

/** A server whose connections the test holds in its hand. */
function lines() {
  const opened: { say: (text: string) => void; end: () => void; signal: AbortSignal }[] = [];
  const refusals: ApiError[] = [];
  const events: NotificationEvent[] = [];
  const feed = new NotificationFeed({
    open: (signal) => {
      const refusal = refusals.shift();
      if (refusal !== undefined) return Promise.reject(refusal);
      const body = new ReadableStream<Uint8Array>({
        start: (controller) => {
          opened.push({
            say: (text) => controller.enqueue(new TextEncoder().encode(text)),
            end: () => controller.close(),
            signal,
          });
        },
      });
      return Promise.resolve(body);
    },
    onEvent: (event) => events.push(event),
  });
  return { opened, refusals, events, feed };
}

const READY = "event: ready\ndata: {}\n\n";
/** Lets everything happen that needs no time. */
const settle = () => vi.advanceTimersByTimeAsync(0);

describe("the feed", () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it("tells what the server says, and passes over what it does not know", async () => {
    const { feed, opened, events } = lines();
    feed.start();
    feed.start();
    await settle();
    expect(opened).toHaveLength(1);
    expect(feed.connected.get()).toBe(false);
    opened[0]?.say(
      `${READY}event: novelty\ndata: {}\n\nevent: read\ndata: nonsense\n\nevent: read\ndata: null\n\n`,
    );
    opened[0]?.say('event: notification\ndata: {"id":"n","kind":"meeting-reminder"}\n\n');
    opened[0]?.say(
      'event: read\ndata: {"id":"n"}\n\nevent: read-all\ndata: {}\n\nevent: refresh\ndata: {}\n\n',
    );
    await settle();
    expect(feed.connected.get()).toBe(true);
    expect(events).toEqual([
      { type: "stale" },
      { type: "created", notification: { id: "n", kind: "meeting-reminder" } },
      { type: "read", id: "n" },
      { type: "all-read" },
      { type: "stale" },
    ]);
    feed.stop();
    expect(feed.connected.get()).toBe(false);
    expect(opened[0]?.signal.aborted).toBe(true);
  });

  it("comes again after a break, later each time, and at once after a good connection", async () => {
    const { feed, opened, refusals } = lines();
    refusals.push(ApiError.unreachable(null), ApiError.unreachable(null));
    feed.start();
    await settle();
    await vi.advanceTimersByTimeAsync(3_000);
    expect(opened).toHaveLength(1);
    opened[0]?.say(READY);
    await settle();
    for (let quarter = 0; quarter < 3; quarter += 1) {
      await vi.advanceTimersByTimeAsync(15_000);
      opened[0]?.say(":\n\n");
      await settle();
    }
    opened[0]?.end();
    await settle();
    expect(feed.connected.get()).toBe(false);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(opened).toHaveLength(2);
    feed.stop();
  });

  it("waits for as long as the server asks", async () => {
    const { feed, opened, refusals } = lines();
    refusals.push(
      new ApiError({ status: 429, type: "notification.too_many_streams", message: "no", retryAfter: 30 }),
    );
    feed.start();
    await vi.advanceTimersByTimeAsync(29_000);
    expect(opened).toHaveLength(0);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(opened).toHaveLength(1);
    feed.stop();
  });

  it("gives up a line that is silent", async () => {
    const { feed, opened } = lines();
    feed.start();
    await settle();
    opened[0]?.say(READY);
    await vi.advanceTimersByTimeAsync(45_000);
    expect(opened[0]?.signal.aborted).toBe(true);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(opened).toHaveLength(2);
    feed.stop();
  });

  it("does not come again when nobody listens", async () => {
    const { feed, opened, refusals } = lines();
    refusals.push(ApiError.unreachable(null));
    feed.start();
    await settle();
    feed.stop();
    await vi.advanceTimersByTimeAsync(120_000);
    expect(opened).toHaveLength(0);
  });
});

describe("the calls", () => {
  it("read, mark and choose", async () => {
    const choice = { kind: "meeting-reminder" as const, in_app: true, email: false };
    const { api, requests } = setUp({
      "POST /login": () => signedIn("t1"),
      "GET /notifications": () => success({ items: [], next_cursor: null, unread_count: 3 }),
      "POST /notifications/n1/read": () => success({ id: "n1" }),
      "POST /notifications/read-all": () => success({ read: 2 }),
      "PUT /notifications/preferences": () => success({ items: [choice] }),
    });
    await api.signIn("ada", "secret");
    expect((await api.notifications.list({ unread_only: true, limit: 5 })).unread_count).toBe(3);
    expect(new URL(requests[1]?.url ?? "").search).toBe("?unread_only=true&limit=5");
    await api.notifications.markRead("n1");
    await api.notifications.markAllRead();
    expect(await api.notifications.savePreferences([choice])).toEqual([choice]);
    expect(await requests[4]?.json()).toEqual({ items: [choice] });
    expect(requests[4]?.headers.get("x-csrf-token")).toBe("t1");
  });

  it("open the stream with a token that is good", async () => {
    const { api, requests } = setUp({
      "POST /login": () => signedIn("old"),
      "POST /refresh-token": () => signedIn("new"),
      "GET /notifications/stream": (request) =>
        request.headers.get("x-csrf-token") === "new"
          ? new Response(READY, { headers: { "content-type": "text/event-stream" } })
          : failure(401, "auth.token_expired"),
    });
    await api.signIn("ada", "secret");
    const stream = await api.notifications.openStream(new AbortController().signal);
    expect(await new Response(stream).text()).toBe(READY);
    expect(requests).toHaveLength(4);
  });
});
