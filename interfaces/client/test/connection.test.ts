// The connection comes back by itself, and says when it cannot.
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { backoffDelay } from "../src/signaling/backoff.ts";
import {
  SignalingConnection,
  socketUrl,
  type SignalingConnectionOptions,
} from "../src/signaling/connection.ts";
import { FakeSocket, settle, welcome } from "./fakes.ts";

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

const BACKOFF = { firstMs: 100, maxMs: 1000, attempts: 3 };

function setUp(change: Partial<SignalingConnectionOptions> = {}) {
  const sockets: FakeSocket[] = [];
  let tokens = 0;
  const options = {
    credentials: vi.fn(() => {
      tokens += 1;
      return Promise.resolve({ url: "ws://host/ws", token: `token-${tokens}`, roomId: "room" });
    }),
    onWelcome: vi.fn(),
    onEvent: vi.fn(),
    onLost: vi.fn(),
    createSocket: (url: string) => {
      const socket = new FakeSocket(url);
      sockets.push(socket);
      return socket;
    },
    backoff: BACKOFF,
    random: () => 1,
    requestTimeoutMs: 5_000,
    ...change,
  };
  const connection = new SignalingConnection(options);
  const last = (): FakeSocket => {
    const socket = sockets.at(-1);
    if (!socket) throw new Error("no socket");
    return socket;
  };
  const join = async (): Promise<FakeSocket> => {
    await settle();
    const socket = last();
    socket.open();
    await settle();
    socket.answer("join", welcome());
    await settle();
    return socket;
  };
  return { connection, options, sockets, last, join };
}

describe("joining", () => {
  it("sends the token in the first message and not in the address", async () => {
    const { connection, options, join } = setUp();
    connection.connect();
    expect(connection.state.get()).toEqual({ status: "connecting" });
    const socket = await join();
    expect(socket.url).toBe("ws://host/ws");
    expect(socket.sent).toEqual([{ type: "join", id: 1, token: "token-1", room_id: "room" }]);
    expect(connection.state.get()).toEqual({ status: "connected" });
    expect(options.onWelcome).toHaveBeenCalledExactlyOnceWith(expect.objectContaining(welcome()), false);
  });

  it.each(["room.locked", "room.full", "room.ended", "permission.denied"])(
    "is over when refused with %s",
    async (code) => {
      const { connection, sockets, last } = setUp();
      connection.connect();
      await settle();
      last().open();
      await settle();
      last().refuse("join", code);
      await settle();
      expect(connection.state.get()).toMatchObject({ status: "closed", reason: { kind: "refused", code } });
      await vi.advanceTimersByTimeAsync(60_000);
      expect(sockets).toHaveLength(1);
    },
  );

  it("is tried again with a fresh token when the token had expired", async () => {
    const { connection, last, join } = setUp();
    connection.connect();
    await settle();
    last().open();
    await settle();
    last().refuse("join", "token.expired");
    await settle();
    await vi.advanceTimersByTimeAsync(100);
    const socket = await join();
    expect(socket.request("join")).toMatchObject({ token: "token-2" });
    expect(connection.state.get()).toEqual({ status: "connected" });
  });

  it("is over when the credentials are refused for good, and tried again otherwise", async () => {
    const error = Object.assign(new Error("full"), { type: "meeting.full" });
    const isFinal = vi.fn(() => true);
    const { connection } = setUp({ credentials: () => Promise.reject(error), isFinal });
    connection.connect();
    await settle();
    expect(isFinal).toHaveBeenCalledExactlyOnceWith(error);
    expect(connection.state.get()).toMatchObject({
      status: "closed",
      reason: { kind: "refused", code: "meeting.full", cause: error },
    });

    const credentials = vi.fn(() => Promise.reject(new Error("no network")));
    const other = setUp({ credentials });
    other.connection.connect();
    await settle();
    await vi.advanceTimersByTimeAsync(100);
    expect(credentials).toHaveBeenCalledTimes(2);
  });
});

describe("a lost connection", () => {
  it("is joined afresh with growing pauses", async () => {
    const { connection, options, sockets, join } = setUp();
    connection.connect();
    const first = await join();
    first.drop();
    expect(options.onLost).toHaveBeenCalledOnce();
    expect(connection.state.get()).toEqual({ status: "reconnecting", attempt: 1 });
    await vi.advanceTimersByTimeAsync(99);
    expect(sockets).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(1);
    expect(sockets).toHaveLength(2);
    sockets[1]?.drop();
    await settle();
    expect(connection.state.get()).toEqual({ status: "reconnecting", attempt: 2 });
    await vi.advanceTimersByTimeAsync(200);
    await join();
    expect(connection.state.get()).toEqual({ status: "connected" });
    expect(options.onWelcome).toHaveBeenLastCalledWith(expect.anything(), true);
  });

  it("is given up after the last attempt", async () => {
    const { connection, sockets, join } = setUp();
    connection.connect();
    (await join()).drop();
    for (let attempt = 0; attempt < 3; attempt += 1) {
      await vi.advanceTimersByTimeAsync(1000);
      sockets.at(-1)?.drop();
      await settle();
    }
    expect(connection.state.get()).toEqual({ status: "closed", reason: { kind: "unreachable" } });
    expect(sockets).toHaveLength(4);
  });

  it("does not wait when told that the network is back", async () => {
    const { connection, sockets, join } = setUp();
    connection.connect();
    (await join()).drop();
    connection.retryNow();
    await settle();
    expect(sockets).toHaveLength(2);
    await vi.advanceTimersByTimeAsync(5000);
    expect(sockets).toHaveLength(2);
  });

  it("counts attempts on when sessions break at once, and afresh when they hold", async () => {
    const { connection, join } = setUp();
    connection.connect();
    (await join()).drop();
    await vi.advanceTimersByTimeAsync(100);
    (await join()).drop();
    expect(connection.state.get()).toEqual({ status: "reconnecting", attempt: 2 });
    await vi.advanceTimersByTimeAsync(200);
    const stable = await join();
    await vi.advanceTimersByTimeAsync(10_000);
    stable.drop();
    expect(connection.state.get()).toEqual({ status: "reconnecting", attempt: 1 });
  });

  it("includes a gap in the events", async () => {
    const { connection, options, join } = setUp();
    connection.connect();
    const socket = await join();
    socket.receive({ type: "active-speaker", seq: 1, user_id: "a" });
    socket.receive({ type: "active-speaker", seq: 3, user_id: "b" });
    expect(options.onEvent).toHaveBeenCalledOnce();
    expect(connection.state.get()).toEqual({ status: "reconnecting", attempt: 1 });
    expect(socket.closed).toBe(true);
  });

  it("takes no requests", async () => {
    const { connection, join } = setUp();
    await expect(connection.request("chat", { text: "x" })).rejects.toMatchObject({
      code: "signaling.disconnected",
    });
    connection.connect();
    (await join()).drop();
    await expect(connection.request("chat", { text: "x" })).rejects.toMatchObject({
      code: "signaling.disconnected",
    });
  });
});

describe("the end", () => {
  it.each([
    [{ type: "session-replaced", seq: 1 }, { kind: "replaced" }],
    [
      { type: "room-ended", seq: 1, reason: "ended-by-host" },
      { kind: "ended", reason: "ended-by-host" },
    ],
    [
      { type: "kicked", seq: 1, reason: "banned" },
      { kind: "kicked", reason: "banned" },
    ],
  ])("comes with %o", async (event, reason) => {
    const { connection, sockets, join } = setUp();
    connection.connect();
    const socket = await join();
    socket.receive(event);
    expect(connection.state.get()).toEqual({ status: "closed", reason });
    expect(socket.closed).toBe(true);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(sockets).toHaveLength(1);
  });

  it("tells the server when leaving, and does not wait long for its answer", async () => {
    const { connection, join } = setUp();
    connection.connect();
    const socket = await join();
    const left = connection.leave();
    expect(socket.request("leave")).toBeDefined();
    await vi.advanceTimersByTimeAsync(1000);
    await left;
    expect(connection.state.get()).toEqual({ status: "closed", reason: { kind: "left" } });
    expect(socket.closed).toBe(true);
  });

  it("stops an attempt that is under way", async () => {
    const { connection, sockets } = setUp();
    connection.connect();
    await connection.leave();
    await settle();
    expect(sockets).toHaveLength(0);
    expect(connection.state.get()).toMatchObject({ status: "closed" });
  });
});

describe("backoff", () => {
  it("doubles up to a limit, keeps a random half, and ends", () => {
    const ceilings = [1, 2, 3, 4, 5].map((attempt) =>
      backoffDelay(attempt, { firstMs: 100, maxMs: 500, attempts: 4 }, () => 1),
    );
    expect(ceilings).toEqual([100, 200, 400, 500, null]);
    expect(backoffDelay(2, { firstMs: 100, maxMs: 500, attempts: 4 }, () => 0)).toBe(100);
  });
});

it("makes WebSocket addresses", () => {
  expect(socketUrl("/ws/signaling", "https://meet.example.org")).toBe("wss://meet.example.org/ws/signaling");
  expect(socketUrl("http://host:8080/ws", "https://other")).toBe("ws://host:8080/ws");
  expect(socketUrl("wss://host/ws", "http://other")).toBe("wss://host/ws");
});
