// Requests find their answers, and events come in order or not at all.
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { SignalingError, SignalingSocket } from "../src/signaling/socket.ts";
import type { ServerEvent } from "../src/signaling/messages.ts";
import { FakeSocket, settle } from "./fakes.ts";

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

function setUp() {
  const fake = new FakeSocket();
  const events: ServerEvent[] = [];
  const closed = vi.fn();
  const socket = new SignalingSocket(
    fake,
    { onEvent: (event) => events.push(event), onClosed: closed },
    1000,
  );
  fake.open();
  return { fake, events, closed, socket };
}

const active = (seq: number, user_id: string) => ({ type: "active-speaker", seq, user_id });

describe("requests", () => {
  it("resolve with the answer of the same id, in whatever order answers come", async () => {
    const { fake, socket } = setUp();
    const first = socket.request("produce", {
      transport_id: "t",
      kind: "audio",
      source: "microphone",
      rtp_parameters: { codecs: [] },
    });
    const second = socket.request("restart-ice", { transport_id: "t" });
    fake.answer("restart-ice", { ice_parameters: { usernameFragment: "u", password: "p" } });
    fake.answer("produce", { producer_id: "p1" });
    await expect(second).resolves.toMatchObject({ ice_parameters: { usernameFragment: "u" } });
    await expect(first).resolves.toMatchObject({ producer_id: "p1" });
    expect(fake.sent.map((message) => message.id)).toEqual([1, 2]);
  });

  it("reject with the server's code", async () => {
    const { fake, socket } = setUp();
    const request = socket.request("chat", { text: "hello" });
    fake.refuse("chat", "permission.denied");
    await expect(request).rejects.toEqual(new SignalingError("permission.denied", "permission.denied"));
    await expect(request).rejects.toMatchObject({ code: "permission.denied" });
  });

  it("reject when there is no answer in time, and a late answer does no harm", async () => {
    const { fake, socket, closed } = setUp();
    const request = socket.request("chat", { text: "hello" });
    const rejected = expect(request).rejects.toMatchObject({ code: "signaling.timeout" });
    vi.advanceTimersByTime(1000);
    await rejected;
    fake.answer("chat");
    expect(closed).not.toHaveBeenCalled();
  });

  it("reject when the socket is lost, open ones and later ones", async () => {
    const { fake, socket, closed } = setUp();
    const open = socket.request("chat", { text: "hello" });
    fake.drop();
    await expect(open).rejects.toMatchObject({ code: "signaling.disconnected" });
    await expect(socket.request("chat", { text: "again" })).rejects.toMatchObject({
      code: "signaling.disconnected",
    });
    expect(closed).toHaveBeenCalledExactlyOnceWith({ cause: "network", code: 1006 });
  });

  it("survive what is not a message", async () => {
    const { fake, socket } = setUp();
    const request = socket.request("chat", { text: "hello" });
    for (const junk of ["", "{", "null", "7", '"ok"', "[]", '{"id":1}', '{"type":3,"id":1}']) fake.raw(junk);
    fake.answer("chat");
    await expect(request).resolves.toMatchObject({ type: "ok" });
  });
});

describe("events", () => {
  it("are delivered in order, those before the start too, and never twice", () => {
    const { fake, events, socket } = setUp();
    fake.receive(active(5, "a"));
    expect(events).toEqual([]);
    socket.start({ seq: 4, heartbeat: { interval_ms: 15_000 } });
    fake.receive(active(6, "b"));
    fake.receive(active(6, "b"));
    fake.receive(active(5, "a"));
    fake.receive(active(7, "c"));
    expect(events.map((event) => event.seq)).toEqual([5, 6, 7]);
  });

  it("that are missing end the socket", () => {
    const { fake, events, closed, socket } = setUp();
    socket.start({ seq: 0, heartbeat: { interval_ms: 15_000 } });
    fake.receive(active(1, "a"));
    fake.receive(active(3, "c"));
    fake.receive(active(4, "d"));
    expect(events.map((event) => event.seq)).toEqual([1]);
    expect(closed).toHaveBeenCalledExactlyOnceWith({ cause: "gap" });
    expect(fake.closed).toBe(true);
  });
});

describe("heartbeat", () => {
  it("pings at the server's interval while pongs come", async () => {
    const { fake, closed, socket } = setUp();
    socket.start({ seq: 0, heartbeat: { interval_ms: 15_000 } });
    for (let beat = 1; beat <= 3; beat += 1) {
      await vi.advanceTimersByTimeAsync(15_000);
      expect(fake.sent.filter((message) => message.type === "ping")).toHaveLength(beat);
      fake.receive({ type: "pong", id: fake.request("ping").id, at: "2026-01-01T00:00:00Z" });
      await settle();
    }
    expect(closed).not.toHaveBeenCalled();
  });

  it("gives the socket up when a pong is missing", async () => {
    const { closed, socket } = setUp();
    socket.start({ seq: 0, heartbeat: { interval_ms: 15_000 } });
    await vi.advanceTimersByTimeAsync(16_000);
    expect(closed).toHaveBeenCalledExactlyOnceWith({ cause: "network" });
  });
});

it("gives up when the socket does not open in time", async () => {
  const closed = vi.fn();
  const socket = new SignalingSocket(new FakeSocket(), { onEvent: vi.fn(), onClosed: closed }, 1000);
  const opened = expect(socket.opened).rejects.toMatchObject({ code: "signaling.disconnected" });
  vi.advanceTimersByTime(1000);
  await opened;
  expect(closed).toHaveBeenCalledOnce();
});
