// The media side of a session, on mediasoup-client's own pretended browser.
import { Device, FakeHandler, testFakeParameters, type types } from "mediasoup-client";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { RoomMedia } from "../src/room/media.ts";
import type { RequestType } from "../src/signaling/messages.ts";
import { FakeTrack, settle, welcome } from "./fakes.ts";

/** What the server tells with an ICE restart. */
const FRESH_SERVERS = [{ urls: ["turn:turn.example.org"], username: "1800000000:me", credential: "fresh" }];

beforeEach(() => vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] }));
afterEach(() => vi.useRealTimers());

type Fields = Record<string, unknown>;

/** Lets mediasoup-client's queues, which use more turns than ours, come to rest. */
async function rest(): Promise<void> {
  for (let turn = 0; turn < 10; turn += 1) {
    await settle();
    await new Promise((resolve) => setImmediate(resolve));
  }
}

function setUp(grants: object = {}) {
  const sent: [RequestType, Fields][] = [];
  const refuse = new Set<string>();
  const handlers: FakeHandler[] = [];
  let made = 0;
  const answer = (type: RequestType, fields: Fields): object => {
    made += 1;
    switch (type) {
      case "create-transport": {
        const remote = testFakeParameters.generateTransportRemoteParameters();
        return {
          transport_id: `${String(fields["direction"])}-transport`,
          ice_parameters: remote.iceParameters,
          ice_candidates: remote.iceCandidates,
          dtls_parameters: remote.dtlsParameters,
        };
      }
      case "produce":
        return { producer_id: `producer-${made}` };
      case "restart-ice":
        return { ice_parameters: { usernameFragment: "u", password: "p" }, ice_servers: FRESH_SERVERS };
      case "consume": {
        const audio = String(fields["producer_id"]).includes("mic");
        const remote = testFakeParameters.generateConsumerRemoteParameters({
          codecMimeType: audio ? "audio/opus" : "video/VP8",
        });
        return {
          consumer_id: `consumer-of-${String(fields["producer_id"])}`,
          kind: audio ? "audio" : "video",
          source: audio ? "microphone" : "camera",
          user_id: "ada",
          rtp_parameters: remote.rtpParameters,
          producer_paused: false,
        };
      }
      default:
        return {};
    }
  };
  const request = vi.fn((type: RequestType, fields: Fields) => {
    sent.push([type, fields]);
    return refuse.has(type)
      ? Promise.reject(new Error(`${type} refused`))
      : Promise.resolve(answer(type, fields));
  });
  const on = { onTrack: vi.fn(), onStatus: vi.fn(), onFailed: vi.fn(), onSendError: vi.fn() };
  const base = FakeHandler.createFactory(testFakeParameters);
  const factory: types.HandlerFactory = {
    ...base,
    factory: (options) => {
      const handler = base.factory(options);
      handlers.push(...[handler].filter((each) => each instanceof FakeHandler));
      return handler;
    },
  };
  const media = new RoomMedia(
    { request: request as never },
    welcome({
      router_rtp_capabilities: testFakeParameters.generateRouterRtpCapabilities(),
      grants: { ...welcome().grants, ...grants },
    }),
    on,
    () => Promise.resolve(new Device({ handlerFactory: factory })),
  );
  const types_ = () => sent.map(([type]) => type);
  const last = (type: RequestType): Fields => {
    const found = sent.findLast(([each]) => each === type);
    if (!found) throw new Error(`no ${type}, only ${types_().join(", ")}`);
    return found[1];
  };
  return { media, sent, refuse, handlers, last, sentTypes: types_, ...on };
}

const camera = () => new FakeTrack("video", `video-${Math.random()}`).asTrack();

describe("opening", () => {
  it("makes the transports that are allowed", async () => {
    const both = setUp();
    await both.media.open();
    expect(both.sent.map(([type, fields]) => [type, fields["direction"]])).toEqual([
      ["create-transport", "send"],
      ["create-transport", "recv"],
    ]);
    expect(both.onStatus.mock.calls).toEqual([["connecting"], ["connected"]]);

    const listener = setUp({ can_publish: false });
    await listener.media.open();
    expect(listener.last("create-transport")).toEqual({ direction: "recv" });
    expect(listener.sent).toHaveLength(1);
  });

  it("leaves nothing open when it is closed meanwhile", async () => {
    const { media, onStatus } = setUp();
    const opening = media.open();
    media.close();
    await opening;
    expect(onStatus).not.toHaveBeenCalledWith("connected");
  });
});

describe("sending", () => {
  it("makes producers equal to what is wanted, one change at a time", async () => {
    const { media, last, sentTypes } = setUp();
    const track = camera();
    await media.setWanted(new Map([["camera", { track, paused: false }]]));
    expect(last("produce")).toMatchObject({
      transport_id: "send-transport",
      kind: "video",
      source: "camera",
      paused: false,
    });
    expect(sentTypes()).toContain("connect-transport");
    const { encodings } = last("produce")["rtp_parameters"] as types.RtpParameters;
    expect(encodings?.map((encoding) => encoding.scaleResolutionDownBy)).toEqual([4, 2, 1]);

    await media.setWanted(new Map([["camera", { track: camera(), paused: true }]]));
    expect(sentTypes().filter((type) => type === "produce")).toHaveLength(1);
    const producer = last("pause-producer")["producer_id"];
    await media.setWanted(new Map([["camera", { track: camera(), paused: false }]]));
    expect(last("resume-producer")).toEqual({ producer_id: producer });
    await media.setWanted(new Map());
    expect(last("close-producer")).toEqual({ producer_id: producer });
  });

  it("keeps the owner's track running when a producer is closed", async () => {
    const { media } = setUp();
    const track = camera();
    await media.setWanted(new Map([["screen", { track, paused: false }]]));
    await media.setWanted(new Map());
    media.close();
    expect(track.readyState).toBe("live");
  });

  it("tells what could not be sent, and sends the rest", async () => {
    const { media, refuse, onSendError, sent } = setUp();
    refuse.add("produce");
    await media.setWanted(new Map([["camera", { track: camera(), paused: false }]]));
    expect(onSendError).toHaveBeenCalledExactlyOnceWith("camera", expect.any(Error));
    refuse.clear();
    const microphone = new FakeTrack("audio").asTrack();
    await media.setWanted(new Map([["microphone", { track: microphone, paused: true }]]));
    expect(sent.at(-1)).toMatchObject(["produce", { source: "microphone", paused: true }]);
  });

  it("does not try to send a track that has ended", async () => {
    const { media, sentTypes } = setUp();
    const track = new FakeTrack("video");
    track.stop();
    await media.setWanted(new Map([["camera", { track: track.asTrack(), paused: false }]]));
    expect(sentTypes()).not.toContain("produce");
  });
});

describe("receiving", () => {
  it("resumes a consumer once it is ready, and asks for the middle layer first", async () => {
    const { media, last, onTrack, sentTypes } = setUp();
    await media.consume("ada", "cam");
    expect(onTrack).toHaveBeenCalledExactlyOnceWith("cam", expect.objectContaining({ kind: "video" }));
    expect(last("set-preferred-layers")).toEqual({ consumer_id: "consumer-of-cam", spatial_layer: 1 });
    expect(sentTypes().at(-1)).toBe("resume-consumer");
  });

  it("asks only for what is on the screen, in a fitting size; voices always", async () => {
    const { media, sent, last } = setUp();
    await media.consume("ada", "cam");
    await media.consume("ada", "mic");
    sent.length = 0;
    media.setView([{ userId: "ada", source: "camera", height: 700 }]);
    media.setView([{ userId: "ada", source: "camera", height: 710 }]);
    await settle();
    expect(sent).toEqual([["set-preferred-layers", { consumer_id: "consumer-of-cam", spatial_layer: 2 }]]);
    sent.length = 0;
    media.setView([]);
    await settle();
    expect(sent).toEqual([["pause-consumer", { consumer_id: "consumer-of-cam" }]]);
    media.setView([{ userId: "ada", source: "camera", height: 100 }]);
    await settle();
    expect(last("set-preferred-layers")).toMatchObject({ spatial_layer: 0 });
    expect(last("resume-consumer")).toEqual({ consumer_id: "consumer-of-cam" });
  });

  it("lets go of a track by its producer or its consumer", async () => {
    const { media, onTrack } = setUp();
    await media.consume("ada", "cam");
    await media.consume("ada", "mic");
    media.forget("cam");
    media.forget("consumer-of-mic");
    expect(onTrack).toHaveBeenCalledWith("cam", null);
    expect(onTrack).toHaveBeenCalledWith("mic", null);
  });

  it("drops a consumer whose producer closed while it was being made", async () => {
    const { media, onTrack, sentTypes } = setUp();
    const consuming = media.consume("ada", "cam");
    media.forget("cam");
    await consuming;
    expect(onTrack).not.toHaveBeenCalled();
    expect(sentTypes()).not.toContain("resume-consumer");
  });

  it("rejects when the server refuses", async () => {
    const { media, refuse } = setUp();
    refuse.add("consume");
    await expect(media.consume("ada", "cam")).rejects.toThrow("consume refused");
  });
});

describe("a transport that is lost", () => {
  async function connected() {
    const all = setUp();
    await all.media.consume("ada", "cam");
    const receive = all.handlers[1];
    if (!receive) throw new Error("no transport");
    receive.setConnectionState("connected");
    all.onStatus.mockClear();
    all.sent.length = 0;
    return { ...all, receive };
  }

  it("gets new ICE credentials when it does not recover by itself", async () => {
    const { receive, sent, onStatus, onFailed } = await connected();
    const told = vi.spyOn(receive, "updateIceServers");
    receive.setConnectionState("disconnected");
    expect(onStatus).toHaveBeenLastCalledWith("interrupted");
    await vi.advanceTimersByTimeAsync(2_500);
    await rest();
    expect(sent).toEqual([["restart-ice", { transport_id: "recv-transport" }]]);
    expect(told).toHaveBeenCalledExactlyOnceWith(FRESH_SERVERS);
    receive.setConnectionState("connected");
    expect(onStatus).toHaveBeenLastCalledWith("connected");
    await vi.advanceTimersByTimeAsync(60_000);
    expect(sent).toHaveLength(1);
    expect(onFailed).not.toHaveBeenCalled();
  });

  it("is left alone when it recovers in time", async () => {
    const { receive, sent } = await connected();
    receive.setConnectionState("disconnected");
    receive.setConnectionState("connected");
    await vi.advanceTimersByTimeAsync(60_000);
    expect(sent).toEqual([]);
  });

  it("is given up after a few attempts", async () => {
    const { receive, sent, onFailed } = await connected();
    receive.setConnectionState("failed");
    for (let turn = 0; turn < 6; turn += 1) {
      await vi.advanceTimersByTimeAsync(5_000);
      await rest();
    }
    expect(sent.map(([type]) => type)).toEqual(["restart-ice", "restart-ice", "restart-ice"]);
    expect(onFailed).toHaveBeenCalled();
  });

  it("is restarted when the server says so", async () => {
    const { media, sent, last } = await connected();
    media.transportDisconnected("recv-transport");
    media.transportDisconnected("unknown");
    await rest();
    expect(sent).toHaveLength(1);
    expect(last("restart-ice")).toEqual({ transport_id: "recv-transport" });
  });

  it("is of no interest any more when the media is closed", async () => {
    const { media, receive, sent, onStatus } = await connected();
    receive.setConnectionState("disconnected");
    onStatus.mockClear();
    media.close();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(sent).toEqual([]);
    expect(onStatus).not.toHaveBeenCalled();
    expect(await media.measure()).toEqual({ own: [], byUser: new Map() });
  });
});
