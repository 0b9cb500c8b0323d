// A person in a room, with a fake server and fake media.
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Call, type CallOptions } from "../src/room/call.ts";
import { LocalMedia } from "../src/media/local-media.ts";
import type { RoomMediaHandlers, Wanted } from "../src/room/media.ts";
import { RoomSession } from "../src/room/session.ts";
import { ApiError } from "../src/rest/api-error.ts";
import type { WaitingParticipant } from "../src/rest/types.ts";
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
  readonly welcome: Welcome;
  readonly handlers: RoomMediaHandlers;

  constructor(welcome: Welcome, handlers: RoomMediaHandlers) {
    this.welcome = welcome;
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
  hand_raised_at: null,
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
    createMedia: (_signaling: unknown, welcomed: Welcome, handlers: RoomMediaHandlers) => {
      const media = new FakeMedia(welcomed, handlers);
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
  it("reads what was written before it came, and deletes", async () => {
    const { session, enter } = setUpSession();
    session.join();
    const socket = await enter();
    socket.receive({ type: "chat", seq: 1, message_id: "m2", from: "ada", text: "live", at: "t2" });
    const earlier = { from: "ada", display_name: "Ada", at: "t" };
    socket.answer("chat-history", {
      messages: [
        { ...earlier, message_id: "m1", text: "earlier" },
        { ...earlier, message_id: "m2", text: "live" },
      ],
      before: "m1",
    });
    await settle();
    expect(session.state.get().chat.map(({ text }) => text)).toEqual(["earlier", "live"]);
    const reading = session.readEarlierChat();
    expect(socket.sent.at(-1)).toMatchObject({ type: "chat-history", before: "m1" });
    socket.answer("chat-history", {
      messages: [{ ...earlier, message_id: "m0", text: "first" }],
      before: null,
    });
    await reading;
    expect(session.state.get()).toMatchObject({ earlierChat: false, chat: [{ text: "first" }, {}, {}] });
    void session.deleteMessage("m1");
    expect(socket.sent.at(-1)).toMatchObject({ type: "delete-message", message_id: "m1" });
    void session.sendChat("psst", "ada");
    expect(socket.sent.at(-1)).toMatchObject({ type: "chat", text: "psst", to: "ada" });
    void session.leave();
  });

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

  it("joins afresh when media cannot be brought back", async () => {
    const { session, enter, media, sockets } = setUpSession();
    session.join();
    await enter();
    media().handlers.onFailed();
    await vi.advanceTimersByTimeAsync(10);
    await enter();
    expect(sockets).toHaveLength(2);
  });

  describe("whose media has moved to another worker", () => {
    it("begins its media anew over the same connection, and shows that meanwhile", async () => {
      const { session, enter, media, medias, sockets } = setUpSession();
      const track = new FakeTrack("audio").asTrack();
      session.join();
      session.publish("microphone", track, true);
      const socket = await enter();
      session.setView([{ userId: "ada", source: "camera", height: 90 }]);
      media().handlers.onStatus("connected");
      socket.receive({ type: "room-moved", seq: 1 });
      expect(medias[0]?.closed).toBe(true);
      expect(session.state.get()).toMatchObject({
        media: "interrupted",
        connection: { status: "connected" },
      });
      expect(session.state.get().participants[0]?.media).toEqual({});
      // What comes before it is known how to receive is received later.
      const camera = { kind: "video", source: "camera", paused: false };
      socket.receive({ type: "new-producer", seq: 2, user_id: "ada", producer_id: "ada-again", ...camera });
      expect(medias).toHaveLength(1);
      socket.answer("get-router-capabilities", { rtp_capabilities: { codecs: [] } });
      await settle();
      expect(medias).toHaveLength(2);
      expect(media().welcome.router_rtp_capabilities).toEqual({ codecs: [] });
      expect(media().consumed).toEqual(["ada-again"]);
      expect(media().wanted.get("microphone")).toEqual({ track, paused: true });
      expect(media().view).toEqual([{ userId: "ada", source: "camera", height: 90 }]);
      media().handlers.onStatus("connecting");
      expect(session.state.get().media).toBe("interrupted");
      media().handlers.onStatus("connected");
      expect(session.state.get().media).toBe("connected");
      expect(sockets).toHaveLength(1);
    });

    it("begins once when it moves twice", async () => {
      const { session, enter, medias } = setUpSession();
      session.join();
      const socket = await enter();
      socket.receive({ type: "room-moved", seq: 1 });
      socket.answer("get-router-capabilities", { rtp_capabilities: { codecs: ["first"] } });
      socket.receive({ type: "room-moved", seq: 2 });
      await settle();
      expect(medias).toHaveLength(1);
      socket.answer("get-router-capabilities", { rtp_capabilities: { codecs: ["second"] } });
      await settle();
      expect(medias.map(({ welcome }) => welcome.router_rtp_capabilities)).toEqual([
        {},
        { codecs: ["second"] },
      ]);
    });

    it("joins afresh when the new media cannot be had", async () => {
      const { session, enter, sockets, medias } = setUpSession();
      session.join();
      const socket = await enter();
      socket.receive({ type: "room-moved", seq: 1 });
      socket.refuse("get-router-capabilities", "media.unavailable");
      await settle();
      await vi.advanceTimersByTimeAsync(10);
      await enter();
      expect(sockets).toHaveLength(2);
      expect(medias).toHaveLength(2);
    });
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
  function setUpCall(grants: Partial<Welcome["grants"]> = {}, options: Partial<CallOptions> = {}) {
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
    const joined = { signaling_url: "ws://host", room_token: "t", room_id: "room", participant: {} };
    const api = {
      joinMeeting: vi.fn<CallOptions["api"]["joinMeeting"]>(() => Promise.resolve(joined as never)),
      joinAsGuest: vi.fn<CallOptions["api"]["joinAsGuest"]>(() =>
        Promise.resolve({ ...joined, guest_pass: "pass" } as never),
      ),
      endMeeting: vi.fn(() => Promise.resolve({} as never)),
      hosting: { readLobby: vi.fn(() => Promise.resolve([] as WaitingParticipant[])) },
    };
    const call = new Call({ api, meetingId: "m", displayName: "Me", local, room: fake.room, ...options });
    const allowed = { ...welcome().grants, ...grants };
    const enter = (change: Partial<Welcome> = {}) =>
      fake.enter({ participants: [ada], grants: allowed, ...change });
    return { ...fake, call, local, api, joined, enter };
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
    socket.receive({ type: "chat", seq: 2, message_id: "m2", from: "bob", text: "hello", at: "t" });
    socket.receive({ type: "chat", seq: 3, message_id: "m3", from: "me", text: "hi", at: "t" });
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
      ["chat", { displayName: "Bob", text: "hello", onlyToMe: false }],
      ["sharing", { displayName: "Bob" }],
      ["left", { displayName: "Bob" }],
    ]);
    expect(call.state.get().unread).toBe(1);
    call.showChat(true);
    socket.receive({ type: "chat", seq: 6, message_id: "m6", from: "ada", text: "again", at: "t" });
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

  describe("with a lobby", () => {
    it("waits without media, and enters with a new token when it is let in", async () => {
      const { call, api, enter, medias, media, sockets } = setUpCall({}, { passcode: "1234" });
      call.start();
      const lobby = await enter({ waiting: true, participants: [] });
      expect(call.room.state.get().waiting).toBe(true);
      expect(medias).toHaveLength(0);
      lobby.receive({ type: "lobby-admitted", seq: 1 });
      expect(lobby.closed).toBe(true);
      await enter();
      expect(sockets).toHaveLength(2);
      expect(api.joinMeeting.mock.calls).toEqual([
        ["m", { display_name: "Me", passcode: "1234" }],
        ["m", { display_name: "Me", passcode: "1234" }],
      ]);
      expect(call.room.state.get()).toMatchObject({ waiting: false, connection: { status: "connected" } });
      expect(media().consumed).toEqual(["ada-cam"]);
    });

    it.each([
      ["told", (socket: FakeSocket) => socket.receive({ type: "lobby-denied", seq: 1 })],
      ["hung up on", (socket: FakeSocket) => socket.drop(4009)],
    ])("is over when it is %s that it may not come in", async (_, deny) => {
      const { call, enter, sockets } = setUpCall();
      call.start();
      deny(await enter({ waiting: true }));
      await vi.advanceTimersByTimeAsync(60_000);
      expect(call.room.state.get().connection).toEqual({ status: "closed", reason: { kind: "denied" } });
      expect(sockets).toHaveLength(1);
    });

    it("waits on when the connection was lost", async () => {
      const { call, enter } = setUpCall();
      call.start();
      (await enter({ waiting: true })).drop();
      await vi.advanceTimersByTimeAsync(10);
      await enter({ waiting: true });
      expect(call.room.state.get().waiting).toBe(true);
    });

    it("tells hosts who waits, those included who came before", async () => {
      const { call, api, enter } = setUpCall();
      const waiting = (user_id: string, since: string) => ({
        user_id,
        display_name: user_id,
        guest: true,
        since,
      });
      api.hosting.readLobby.mockResolvedValue([waiting("first", "t1")]);
      const knocked: string[] = [];
      call.news.on("knocked", ({ displayName }) => knocked.push(displayName));
      call.start();
      const socket = await enter({ role: "host" });
      socket.receive({ type: "lobby-waiting", seq: 1, ...waiting("second", "t2") });
      expect(call.room.state.get().lobby.map((each) => each.userId)).toEqual(["first", "second"]);
      expect(knocked).toEqual(["second"]);
      socket.receive({ type: "lobby-left", seq: 2, user_id: "first" });
      expect(call.room.state.get().lobby.map((each) => each.userId)).toEqual(["second"]);
    });

    it("asks again who waits when somebody went meanwhile, and when I become co-host", async () => {
      const { call, api, enter } = setUpCall();
      call.start();
      const socket = await enter();
      expect(api.hosting.readLobby).not.toHaveBeenCalled();
      const role = { user_info: { display_name: "Me", role: "co-host" } };
      socket.receive({ type: "user-updated", seq: 1, user_id: "me", ...role });
      socket.receive({ type: "lobby-left", seq: 2, user_id: "x" });
      await settle();
      expect(api.hosting.readLobby).toHaveBeenCalledTimes(2);
    });
  });

  it("knows a guest again by the pass", async () => {
    let kept: string | null = null;
    const guest = { load: () => kept, save: (pass: string) => void (kept = pass) };
    const { call, api, enter } = setUpCall({}, { guest });
    call.start();
    (await enter()).drop();
    await vi.advanceTimersByTimeAsync(10);
    await enter();
    expect(api.joinMeeting).not.toHaveBeenCalled();
    expect(api.joinAsGuest.mock.calls.map(([, body]) => body)).toEqual([
      { display_name: "Me" },
      { display_name: "Me", guest_pass: "pass" },
    ]);
  });

  it("enters muted when the meeting wants it, once, and does not remember it as a choice", async () => {
    const { call, api, local, joined, enter } = setUpCall();
    api.joinMeeting.mockResolvedValue({ ...joined, mute_on_entry: true } as never);
    await local.setMicrophone(true);
    call.start();
    const socket = await enter();
    expect(local.state.get()).toMatchObject({ microphone: { on: false }, choices: { microphoneOn: true } });
    await call.toggleMicrophone();
    socket.drop();
    await vi.advanceTimersByTimeAsync(10);
    await enter();
    expect(local.state.get().microphone.on).toBe(true);
  });

  it("is muted by hosts, and says by whom", async () => {
    const { call, local, enter, media } = setUpCall();
    const news: unknown[] = [];
    call.news.on("muted", (event) => news.push(event));
    await local.setMicrophone(true);
    call.start();
    const socket = await enter();
    socket.receive({ type: "muted", seq: 1, by: "ada" });
    await settle();
    expect(local.state.get().microphone.on).toBe(false);
    expect(media().wanted.get("microphone")?.paused).toBe(true);
    expect(news).toEqual([{ displayName: "Ada" }]);
  });

  it("speaks only when asked to where participants may not by themselves", async () => {
    const { call, local, enter } = setUpCall({ can_unmute: false });
    await local.setMicrophone(true);
    call.start();
    const socket = await enter();
    await settle();
    expect(local.state.get().microphone.on).toBe(false);
    await call.toggleMicrophone();
    call.pushToTalk(true);
    expect(local.state.get().microphone.on).toBe(false);
    socket.receive({ type: "unmute-requested", seq: 1, by: "ada" });
    await call.toggleMicrophone();
    expect(local.state.get().microphone.on).toBe(true);
  });

  it("keeps the name that a host gave me over a new connection", async () => {
    const { call, api, enter } = setUpCall();
    call.start();
    const socket = await enter();
    const info = { user_info: { display_name: "Mia", role: "participant" } };
    socket.receive({ type: "user-updated", seq: 1, user_id: "me", ...info });
    socket.drop();
    await vi.advanceTimersByTimeAsync(10);
    await settle();
    expect(api.joinMeeting).toHaveBeenLastCalledWith("m", { display_name: "Mia" });
  });

  it("raises the hand and lowers it again", async () => {
    const { call, enter } = setUpCall();
    call.start();
    const socket = await enter();
    void call.toggleHand();
    socket.answer("raise-hand");
    socket.receive({ type: "hand-raised", seq: 1, user_id: "me", at: "2026-01-01T00:00:00Z" });
    void call.toggleHand();
    expect(socket.request("lower-hand")).not.toHaveProperty("target");
    socket.answer("lower-hand");
    await settle();
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
