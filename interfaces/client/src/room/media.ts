// The media side of one joined session: mediasoup device, two transports, producers and consumers.
import { Device, type types } from "mediasoup-client";
import type { SignalingConnection } from "../signaling/connection.ts";
import type { MediaKind, MediaSource, Welcome } from "../signaling/messages.ts";
import { flowBetween, inboundTotals, outboundFlows, roundTripOf, type Flow, type Totals } from "./quality.ts";
import { planFor, type VisibleTile } from "./view-plan.ts";

/** A track that should be sent. */
export interface Wanted {
  track: MediaStreamTrack;
  /** Muted: stays open, sends nothing. */
  paused: boolean;
}

/** What {@link RoomMedia} tells. */
export interface RoomMediaHandlers {
  /** The track of a producer arrived, or went. */
  onTrack: (producerId: string, track: MediaStreamTrack | null) => void;
  /** Whether both transports that are in use are connected. */
  onStatus: (status: "connecting" | "connected" | "interrupted") => void;
  /** The transports cannot be brought back: the session has to be joined afresh. */
  onFailed: () => void;
  /** A wanted track could not be sent. */
  onSendError: (source: MediaSource, error: unknown) => void;
}

interface Received {
  consumer: types.Consumer;
  userId: string;
  source: MediaSource;
  kind: MediaKind;
  /** What the server was asked for last. */
  resumed: boolean;
  spatialLayer: number | null;
}

/** Camera: three sizes, each with three frame rates, so that the server can choose for every receiver. */
const CAMERA_ENCODINGS: RTCRtpEncodingParameters[] = [
  { scaleResolutionDownBy: 4, maxBitrate: 160_000 },
  { scaleResolutionDownBy: 2, maxBitrate: 550_000 },
  { scaleResolutionDownBy: 1, maxBitrate: 1_700_000 },
].map((encoding) => ({ ...encoding, scalabilityMode: "L1T3" }));

/** Screen: one sharp stream. */
const SCREEN_ENCODINGS: RTCRtpEncodingParameters[] = [{ maxBitrate: 2_500_000, maxFramerate: 15 }];

/** How often ICE is restarted in a row before the session is joined afresh. */
const ICE_RESTARTS = 3;
/** How long a transport may stay `disconnected` before ICE is restarted, in milliseconds. */
const DISCONNECTED_GRACE_MS = 2_500;

/** Sends and receives for one session. Made after a welcome, closed with it. */
export class RoomMedia {
  private readonly signaling: Pick<SignalingConnection, "request">;
  private readonly welcome: Welcome;
  private iceServers: RTCIceServer[];
  private readonly handlers: RoomMediaHandlers;
  private readonly createDevice: () => Promise<Device>;
  private device: Device | null = null;
  private send: types.Transport | null = null;
  private receive: types.Transport | null = null;
  private readonly producers = new Map<MediaSource, types.Producer>();
  private readonly consumers = new Map<string, Received>();
  private readonly restarts = new Map<string, number>();
  private readonly timers = new Set<ReturnType<typeof setTimeout>>();
  private tiles: readonly VisibleTile[] | null = null;
  private wanted: ReadonlyMap<MediaSource, Wanted> = new Map();
  private sync: Promise<void> = Promise.resolve();
  private ready: Promise<void> | null = null;
  private closed = false;
  /** Ids that were closed while their consumer was still being made. */
  private readonly gone = new Set<string>();
  private totals = new Map<string, Totals>();

  constructor(
    signaling: Pick<SignalingConnection, "request">,
    welcome: Welcome,
    handlers: RoomMediaHandlers,
    createDevice: () => Promise<Device> = () => Device.factory(),
  ) {
    this.signaling = signaling;
    this.welcome = welcome;
    this.iceServers = welcome.ice_servers;
    this.handlers = handlers;
    this.createDevice = createDevice;
  }

  /** Loads the device and makes the transports. Settles when media can be sent and received. */
  open(): Promise<void> {
    this.ready ??= this.prepare();
    return this.ready;
  }

  /** Closes everything here; the server closes its side with the session. */
  close(): void {
    this.closed = true;
    for (const timer of this.timers) clearTimeout(timer);
    this.timers.clear();
    this.send?.close();
    this.receive?.close();
    this.producers.clear();
    this.consumers.clear();
  }

  /** Makes what is sent equal to `wanted`: opens, replaces, pauses, resumes and closes producers, one change at a time. */
  setWanted(wanted: ReadonlyMap<MediaSource, Wanted>): Promise<void> {
    this.wanted = new Map(wanted);
    this.sync = this.sync.then(() => this.syncProducers()).catch(() => undefined);
    return this.sync;
  }

  /** Starts to receive a producer of somebody. */
  async consume(userId: string, producerId: string): Promise<void> {
    await this.open();
    if (this.closed || !this.device || !this.receive) return;
    const answer = await this.signaling.request("consume", {
      transport_id: this.receive.id,
      producer_id: producerId,
      rtp_capabilities: this.device.recvRtpCapabilities,
    });
    if (this.closed) return;
    const screen = answer.source === "screen" || answer.source === "screen-audio";
    const consumer = await this.receive.consume({
      id: answer.consumer_id,
      producerId,
      kind: answer.kind,
      rtpParameters: answer.rtp_parameters,
      // Tracks of one stream are played in step: voice with lips, film sound with its picture.
      streamId: `${userId}-${screen ? "screen" : "person"}`,
    });
    if (this.closed || this.gone.has(producerId) || this.gone.has(consumer.id)) {
      consumer.close();
      return;
    }
    const received: Received = {
      consumer,
      userId,
      source: answer.source,
      kind: answer.kind,
      resumed: false,
      spatialLayer: null,
    };
    this.consumers.set(consumer.id, received);
    this.handlers.onTrack(producerId, consumer.track);
    await this.applyView(received);
  }

  /** Stops to receive. `id` is a consumer's or a producer's. */
  forget(id: string): void {
    this.gone.add(id);
    for (const [consumerId, { consumer }] of this.consumers) {
      if (consumerId !== id && consumer.producerId !== id) continue;
      this.consumers.delete(consumerId);
      consumer.close();
      this.handlers.onTrack(consumer.producerId, null);
    }
  }

  /** Tells what is on the screen: other pictures are paused, these come in a fitting size. */
  setView(tiles: readonly VisibleTile[]): void {
    this.tiles = tiles;
    for (const received of this.consumers.values()) {
      this.applyView(received).catch(() => undefined);
    }
  }

  /** Restarts ICE of the transport that the server has lost. */
  transportDisconnected(transportId: string): void {
    for (const transport of [this.send, this.receive]) {
      if (transport?.id === transportId) void this.restartIce(transport);
    }
  }

  /** Flows since the last call: what was received from each person, and what the server gets from here. */
  async measure(): Promise<{ own: Flow[]; byUser: Map<string, Flow[]> }> {
    const byUser = new Map<string, Flow[]>();
    const own: Flow[] = [];
    if (this.closed) return { own, byUser };
    if (this.receive && this.consumers.size > 0) {
      const report = [...(await this.receive.getStats())] as [string, unknown][];
      const roundTrip = roundTripOf(report);
      const totals = inboundTotals(report);
      for (const { consumer, userId, kind, resumed } of this.consumers.values()) {
        const now = totals.get(consumer.track.id);
        if (!now || !resumed) continue;
        const before = this.totals.get(consumer.track.id);
        const flow = flowBetween(before, now, roundTrip);
        // The packets of a large picture come in bursts, which says nothing about the network.
        if (kind === "video") flow.jitter = 0;
        byUser.set(userId, [...(byUser.get(userId) ?? []), flow]);
      }
      this.totals = totals;
    }
    if (this.send && this.producers.size > 0) {
      own.push(...outboundFlows([...(await this.send.getStats())] as [string, unknown][]));
    }
    return { own, byUser };
  }

  private async prepare(): Promise<void> {
    this.handlers.onStatus("connecting");
    const device = await this.createDevice();
    await device.load({ routerRtpCapabilities: this.welcome.router_rtp_capabilities });
    if (this.closed) return;
    this.device = device;
    const [send, receive] = await Promise.all([
      this.welcome.grants.can_publish ? this.makeTransport(device, "send") : null,
      this.welcome.grants.can_subscribe ? this.makeTransport(device, "recv") : null,
    ]);
    if (this.closed) {
      send?.close();
      receive?.close();
      return;
    }
    this.send = send;
    this.receive = receive;
    this.handlers.onStatus("connected");
  }

  private async makeTransport(device: Device, direction: "send" | "recv"): Promise<types.Transport> {
    const answer = await this.signaling.request("create-transport", { direction });
    const options: types.TransportOptions = {
      id: answer.transport_id,
      iceParameters: answer.ice_parameters,
      iceCandidates: answer.ice_candidates,
      dtlsParameters: answer.dtls_parameters,
      iceServers: this.iceServers,
    };
    const transport =
      direction === "send" ? device.createSendTransport(options) : device.createRecvTransport(options);
    transport.on("connect", ({ dtlsParameters }, resolve, reject) => {
      this.signaling
        .request("connect-transport", { transport_id: transport.id, dtls_parameters: dtlsParameters })
        .then(() => resolve(), reject);
    });
    transport.on("connectionstatechange", (state) => this.transportChanged(transport, state));
    if (direction === "send") {
      transport.on("produce", ({ kind, rtpParameters, appData }, resolve, reject) => {
        this.signaling
          .request("produce", {
            transport_id: transport.id,
            kind,
            source: appData["source"] as MediaSource,
            rtp_parameters: rtpParameters,
            paused: appData["paused"] === true,
          })
          .then((produced) => resolve({ id: produced.producer_id }), reject);
      });
    }
    return transport;
  }

  private transportChanged(transport: types.Transport, state: types.ConnectionState): void {
    if (this.closed) return;
    if (state === "connected") {
      this.restarts.delete(transport.id);
      const lost = [this.send, this.receive].some((each) => isLost(each?.connectionState));
      if (!lost) this.handlers.onStatus("connected");
    } else if (isLost(state)) {
      this.handlers.onStatus("interrupted");
      // A disconnected transport often recovers by itself within moments; a failed one never does.
      this.later(state === "failed" ? 0 : DISCONNECTED_GRACE_MS, () => {
        if (isLost(transport.connectionState)) void this.restartIce(transport);
      });
    }
  }

  private async restartIce(transport: types.Transport): Promise<void> {
    if (this.closed || transport.closed) return;
    const count = (this.restarts.get(transport.id) ?? 0) + 1;
    this.restarts.set(transport.id, count);
    if (count > ICE_RESTARTS) {
      this.handlers.onFailed();
      return;
    }
    try {
      const answer = await this.signaling.request("restart-ice", { transport_id: transport.id });
      if (this.closed) return;
      // The passwords of the first ones may have ended.
      this.iceServers = answer.ice_servers;
      await transport.updateIceServers({ iceServers: this.iceServers });
      if (!this.closed) await transport.restartIce({ iceParameters: answer.ice_parameters });
    } catch {
      // The signalling is gone as well (its own recovery joins afresh), or the server refused.
    }
    this.later(DISCONNECTED_GRACE_MS * 2, () => {
      if (isLost(transport.connectionState)) void this.restartIce(transport);
    });
  }

  private async syncProducers(): Promise<void> {
    await this.open();
    if (this.closed || !this.send || !this.device) return;
    for (const source of [...this.producers.keys()]) {
      if (!this.wanted.has(source)) await this.closeProducer(source);
    }
    for (const [source, wanted] of this.wanted) {
      if (this.closed) return;
      try {
        await this.syncProducer(source, wanted);
      } catch (error) {
        if (!this.closed) this.handlers.onSendError(source, error);
      }
    }
  }

  private async syncProducer(source: MediaSource, wanted: Wanted): Promise<void> {
    const producer = this.producers.get(source);
    if (!producer || producer.closed) {
      if (wanted.track.readyState === "ended") return;
      this.producers.set(source, await this.produce(source, wanted));
      return;
    }
    if (producer.track !== wanted.track) await producer.replaceTrack({ track: wanted.track });
    if (wanted.paused && !producer.paused) {
      producer.pause();
      await this.signaling.request("pause-producer", { producer_id: producer.id });
    } else if (!wanted.paused && producer.paused) {
      producer.resume();
      await this.signaling.request("resume-producer", { producer_id: producer.id });
    }
  }

  private async produce(source: MediaSource, { track, paused }: Wanted): Promise<types.Producer> {
    const { send, device } = this;
    if (!send || !device) throw new Error("no transport to send over");
    const codec = device.sendRtpCapabilities.codecs?.find(
      (each) => each.mimeType.toLowerCase() === (track.kind === "video" ? "video/vp8" : "audio/opus"),
    );
    const producer = await send.produce({
      track,
      ...(codec ? { codec } : {}),
      ...(source === "camera" ? { encodings: CAMERA_ENCODINGS.map((encoding) => ({ ...encoding })) } : {}),
      ...(source === "screen" ? { encodings: SCREEN_ENCODINGS.map((encoding) => ({ ...encoding })) } : {}),
      codecOptions:
        track.kind === "video"
          ? { videoGoogleStartBitrate: 800 }
          : { opusDtx: source === "microphone", opusFec: true, opusStereo: source === "screen-audio" },
      // The tracks belong to LocalMedia, which also switches them.
      stopTracks: false,
      disableTrackOnPause: false,
      zeroRtpOnPause: false,
      appData: { source, paused },
    });
    if (paused) producer.pause();
    return producer;
  }

  private async closeProducer(source: MediaSource): Promise<void> {
    const producer = this.producers.get(source);
    if (!producer) return;
    this.producers.delete(source);
    producer.close();
    await this.signaling.request("close-producer", { producer_id: producer.id }).catch(() => undefined);
  }

  private async applyView(received: Received): Promise<void> {
    const { consumer, kind, source, userId } = received;
    const plan = kind === "audio" ? { spatialLayer: null } : planFor(this.tiles, userId, source);
    const id = { consumer_id: consumer.id };
    if (plan === null) {
      if (!received.resumed) return;
      received.resumed = false;
      await this.signaling.request("pause-consumer", id);
      return;
    }
    if (source === "camera" && plan.spatialLayer !== received.spatialLayer && plan.spatialLayer !== null) {
      received.spatialLayer = plan.spatialLayer;
      await this.signaling.request("set-preferred-layers", { ...id, spatial_layer: plan.spatialLayer });
    }
    if (!received.resumed) {
      received.resumed = true;
      await this.signaling.request("resume-consumer", id);
    }
  }

  private later(delayMs: number, task: () => void): void {
    const timer = setTimeout(() => {
      this.timers.delete(timer);
      if (!this.closed) task();
    }, delayMs);
    this.timers.add(timer);
  }
}

function isLost(state: types.ConnectionState | undefined): boolean {
  return state === "disconnected" || state === "failed";
}
