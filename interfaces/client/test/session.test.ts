// A person in a room, with a fake server and fake media.
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Call } from "../src/room/call.ts";
import { LocalMedia } from "../src/media/local-media.ts";
import type { RoomMediaHandlers, Wanted } from "../src/room/media.ts";
import { RoomSession } from "../src/room/session.ts";
import { ApiError } from "../src/rest/api-error.ts";
import type { MediaSource, Welcome } from "../src/signaling/messages.ts";
import { FakeSocket, FakeTrack, settle, welcome } from "./fakes.ts";

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

class FakeMedia {
  readonly consumed: string[] = [];
  readonly forgotten: string[] = [];
  readonly disconnected: string[] = [];
  wanted = new Map<MediaSource, Wanted>();
  view: unknown = null;
  closed = false;
  failing = false;
  readonly handlers: RoomMediaHandlers;

  constructor(handlers: RoomMediaHandlers) {
    this.handlers = handlers;
  }

  open = () => (this.failing ? Promise.reject(new Error("no transport")) : Promise.resolve());
  close = () => {
    this.closed = true;
  };
  setWanted = (wanted: ReadonlyMap<MediaSource, Wanted>) => {
    this.wanted = new Map(wanted);
    return Promise.resolve();
  };
  consume = (_userId: string, producerId: string) => {
    this.consumed.push(producerId);
    return Promise.resolve();
  };
  forget = (id: string) => {
    this.forgotten.push(id);
  };
  setView = (tiles: unknown) => {
    this.view = tiles;
  };
  transportDisconnected = (id: string) => {
    this.disconnected.push(id);
  };
  measure = () =>
    Promise.resolve({
      own: [{ loss: 0, jitter: 0, roundTrip: 0.01 }],
      byUser: new Map([["ada", [{ loss: 0.5, jitter: 0, roundTrip: 0.01 }]]]),
    });
}

const ada = {
  user_id: "ada",
  user_info: { display_name: "Ada", role: "participant" as const },
  joined_at: "2026-01-01T00:00:00Z",
  producers: [{ producer_id: "ada-cam", kind: "video" as const, source: "camera" as const, paused: false }],
};

function fakeRoom() {
  const sockets: FakeSocket[] = [];
  const medias: FakeMedia[] = [];
  const room = {
    createSocket: (url: string) => {
      const socket = new FakeSocket(url);
      sockets.push(socket);
      return socket;
    },
    createMedia: (_signaling: unknown, _welcome: unknown, handlers: RoomMediaHandlers) => {
      const media = new FakeMedia(handlers);
      medias.push(media);
      return media;
    },
    backoff: { firstMs: 10, maxMs: 10, attempts: 5 },
  };
  const enter = async (change: Partial<Welcome> = { participants: [ada] }): Promise<FakeSocket> => {
    await settle();
    const socket = sockets.at(-1);
    if (!socket) throw new Error("no socket");
    socket.open();
    await settle();
    socket.answer("join", welcome(change));
    await settle();
    return socket;
  };
  const media = (): FakeMedia => {
    const last = medias.at(-1);
    if (!last) throw new Error("no media");
    return last;
  };
  return { room, enter, media, medias, sockets };
}

function setUpSession() {
  const fake = fakeRoom();
  const session = new RoomSession({
    credentials: () => Promise.resolve({ url: "ws://host", token: "t", roomId: "room" }),
    ...fake.room,
  });
  return { ...fake, session };
}

describe("a room session", () => {
  it("receives what is there, what comes, and lets go of what closes", async () => {
    const { session, enter, media } = setUpSession();
    session.join();
    const socket = await enter();
    expect(media().consumed).toEqual(["ada-cam"]);
    const track = new FakeTrack("video").asTrack();
    media().handlers.onTrack("ada-cam", track);
    expect(session.state.get().participants[0]?.media.camera?.track).toBe(track);
    const screen = { producer_id: "ada-screen", kind: "video", source: "screen", paused: false };
    socket.receive({ type: "new-producer", seq: 1, user_id: "ada", ...screen });
    expect(media().consumed).toEqual(["ada-cam", "ada-screen"]);
    socket.receive({ type: "producer-closed", seq: 2, user_id: "ada", producer_id: "ada-screen" });
    socket.receive({ type: "consumer-closed", seq: 3, consumer_id: "c1" });
    socket.receive({ type: "transport-disconnected", seq: 4, transport_id: "t1" });
    expect(media().forgotten).toEqual(["ada-screen", "c1"]);
    expect(media().disconnected).toEqual(["t1"]);
    expect(session.state.get().participants[0]?.media.screen).toBeUndefined();
  });

  it("does not receive itself", async () => {
    const { session, enter, media } = setUpSession();
    session.join();
    const socket = await enter({});
    socket.receive({
      type: "new-producer",
      seq: 1,
      user_id: "me",
      producer_id: "x",
      kind: "audio",
      source: "microphone",
      paused: false,
    });
    expect(media().consumed).toEqual([]);
  });

  it("sends the same tracks again after a rejoin, and shows the same things", async () => {
    const { session, enter, media, medias } = setUpSession();
    const track = new FakeTrack("audio").asTrack();
    session.join();
    session.publish("microphone", track, true);
    const socket = await enter();
    expect(media().wanted.get("microphone")).toEqual({ track, paused: true });
    session.setView([{ userId: "ada", source: "camera", height: 90 }]);
    socket.drop();
    expect(medias[0]?.closed).toBe(true);
    expect(session.state.get().connection.status).toBe("reconnecting");
    expect(session.state.get().participants).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(10);
    await enter();
    expect(medias).toHaveLength(2);
    expect(media().wanted.get("microphone")).toEqual({ track, paused: true });
    expect(media().view).toEqual([{ userId: "ada", source: "camera", height: 90 }]);
    expect(media().consumed).toEqual(["ada-cam"]);
  });

  it("joins afresh when media cannot be brought back, or the room has moved", async () => {
    const { session, enter, media, sockets } = setUpSession();
    session.join();
    await enter();
    media().handlers.onFailed();
    await vi.advanceTimersByTimeAsync(10);
    const socket = await enter();
    socket.receive({ type: "room-moved", seq: 1 });
    await vi.advanceTimersByTimeAsync(10);
    expect(sockets).toHaveLength(3);
  });

  it("measures how well people are received", async () => {
    const { session, enter } = setUpSession();
    session.join();
    await enter();
    await vi.advanceTimersByTimeAsync(3000);
    expect(session.state.get().participants[0]?.quality).toBe("poor");
    expect(session.state.get().ownQuality).toBe("good");
  });

  it("leaves nothing behind", async () => {
    const { session, enter, media, sockets } = setUpSession();
    session.join();
    const socket = await enter();
    const left = session.leave();
    socket.answer("leave");
    await left;
    expect(media().closed).toBe(true);
    expect(socket.closed).toBe(true);
    expect(vi.getTimerCount()).toBe(1); // the bound on the wait for the answer to `leave`
    await vi.advanceTimersByTimeAsync(60_000);
    expect(sockets).toHaveLength(1);
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe("a call", () => {
  function setUpCall(grants: Partial<Welcome["grants"]> = {}) {
    const fake = fakeRoom();
    const tracks: FakeTrack[] = [];
    const devices = Object.assign(new EventTarget(), {
      getUserMedia: (constraints: MediaStreamConstraints) => {
        const track = new FakeTrack(constraints.video ? "video" : "audio");
        tracks.push(track);
        return Promise.resolve({ getTracks: () => [track] });
      },
      getDisplayMedia: () => Promise.reject(new DOMException("", "NotAllowedError")),
      enumerateDevices: () => Promise.resolve([]),
    });
    const local = new LocalMedia({
      mediaDevices: devices as never,
      obstacle: () => null,
      storage: { load: () => ({ cameraOn: false, microphoneOn: false }), save: () => undefined },
    });
    const api = {
      joinMeeting: vi.fn(() =>
        Promise.resolve({ signaling_url: "ws://host", room_token: "t", room_id: "room" } as never),
      ),
      endMeeting: vi.fn(() => Promise.resolve({} as never)),
    };
    const call = new Call({ api, meetingId: "m", displayName: "Me", local, room: fake.room });
    const allowed = { ...welcome().grants, ...grants };
    return { ...fake, call, local, api, enter: () => fake.enter({ participants: [ada], grants: allowed }) };
  }

  it("sends what is on, muted or not", async () => {
    const { call, local, enter, media, api } = setUpCall();
    call.start();
    await enter();
    expect(api.joinMeeting).toHaveBeenCalledExactlyOnceWith("m", { display_name: "Me" });
    await call.toggleMicrophone();
    await call.toggleCamera();
    expect([...media().wanted.keys()].sort()).toEqual(["camera", "microphone"]);
    await call.toggleMicrophone();
    expect(media().wanted.get("microphone")?.paused).toBe(true);
    await call.toggleCamera();
    expect([...media().wanted.keys()]).toEqual(["microphone"]);
    expect(local.state.get().camera.track).toBeNull();
  });

  it("sends nothing that it may not", async () => {
    const { call, enter, media } = setUpCall({ can_publish_sources: ["microphone"] });
    await call.toggleMicrophone();
    await call.toggleCamera();
    call.start();
    await enter();
    expect([...media().wanted.keys()]).toEqual(["microphone"]);
    expect(call.may("screen")).toBe(false);
  });

  it("unmutes while a key is held, and only when muted", async () => {
    const { call, local, enter, media } = setUpCall();
    call.start();
    await enter();
    call.pushToTalk(true);
    await settle();
    expect(local.state.get().microphone.on).toBe(true);
    expect(call.state.get().pushToTalk).toBe(true);
    call.pushToTalk(false);
    await settle();
    expect(media().wanted.get("microphone")?.paused).toBe(true);
    await call.toggleMicrophone();
    call.pushToTalk(true);
    call.pushToTalk(false);
    expect(local.state.get().microphone.on).toBe(true);
  });

  it("tells who came, went, wrote and shares, and counts what is unread", async () => {
    const { call, enter } = setUpCall();
    const news: unknown[] = [];
    for (const name of ["joined", "left", "chat", "sharing"] as const) {
      call.news.on(name, (event) => news.push([name, event]));
    }
    call.start();
    const socket = await enter();
    const bob = { ...ada, user_id: "bob", user_info: { display_name: "Bob", role: "participant" } };
    socket.receive({ type: "user-joined", seq: 1, ...bob });
    socket.receive({ type: "chat", seq: 2, from: "bob", text: "hello", at: "t" });
    socket.receive({ type: "chat", seq: 3, from: "me", text: "hi", at: "t" });
    socket.receive({
      type: "new-producer",
      seq: 4,
      user_id: "bob",
      producer_id: "s",
      kind: "video",
      source: "screen",
      paused: false,
    });
    socket.receive({ type: "user-left", seq: 5, user_id: "bob", reason: "left" });
    expect(news).toEqual([
      ["joined", { displayName: "Bob" }],
      ["chat", { displayName: "Bob", text: "hello" }],
      ["sharing", { displayName: "Bob" }],
      ["left", { displayName: "Bob" }],
    ]);
    expect(call.state.get().unread).toBe(1);
    call.showChat(true);
    socket.receive({ type: "chat", seq: 6, from: "ada", text: "again", at: "t" });
    expect(call.state.get().unread).toBe(0);
  });

  it("is refused for good when the meeting is full, with the cause", async () => {
    const { call, api } = setUpCall();
    const full = new ApiError({ status: 409, type: "meeting.full", message: "full" });
    api.joinMeeting.mockRejectedValue(full);
    call.start();
    await settle();
    expect(call.room.state.get().connection).toMatchObject({
      status: "closed",
      reason: { kind: "refused", code: "meeting.full", cause: full },
    });
  });

  it("ends for everyone through the REST interface", async () => {
    const { call, enter, api } = setUpCall();
    call.start();
    const socket = await enter();
    await call.endForAll();
    expect(api.endMeeting).toHaveBeenCalledExactlyOnceWith("m");
    socket.receive({ type: "room-ended", seq: 1, reason: "ended-by-host" });
    expect(call.room.state.get().connection).toMatchObject({ status: "closed", reason: { kind: "ended" } });
  });
});
