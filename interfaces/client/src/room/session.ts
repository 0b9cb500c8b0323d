// A person in a room: joins, sends and receives, survives lost connections, and leaves without a trace.
import { Store, type ReadableStore } from "../store.ts";
import { SignalingConnection, type Credentials } from "../signaling/connection.ts";
import type { BackoffOptions } from "../signaling/backoff.ts";
import type { MediaSource, ReactionKind, Requests, ServerEvent, Welcome } from "../signaling/messages.ts";
import type { SocketLike } from "../signaling/socket.ts";
import { RoomMedia, type Wanted } from "./media.ts";
import { judge, worst, type Quality } from "./quality.ts";
import {
  INITIAL_ROOM_STATE,
  reduce,
  welcomed,
  withHistory,
  withLobby,
  withQualities,
  withTrack,
  type RoomState,
  type WaitingPerson,
} from "./state.ts";
import type { VisibleTile } from "./view-plan.ts";

/** So much of what was written earlier is read at once: one page. */
const HISTORY = 100;

/** What a {@link RoomSession} works with. */
export interface RoomSessionOptions {
  /** Called before every attempt to join: room tokens live only for minutes. */
  credentials: () => Promise<Credentials>;
  /** Whether an error of `credentials` makes further attempts useless. */
  isFinal?: (error: unknown) => boolean;
  /** Called after every join, the first and later ones, of the room or its lobby, when the state has changed. */
  onJoined?: () => void;
  /** Called for every event, after the state has changed. */
  onEvent?: (event: ServerEvent) => void;
  /** A track that should be sent could not be. */
  onSendError?: (source: MediaSource, error: unknown) => void;
  /** Makes a socket; the browser's when left out. */
  createSocket?: (url: string) => SocketLike;
  /** Waiting times between attempts. */
  backoff?: BackoffOptions;
  /** Makes the media side; mediasoup's when left out. */
  createMedia?: (
    ...parameters: ConstructorParameters<typeof RoomMedia>
  ) => Pick<
    RoomMedia,
    "open" | "close" | "setWanted" | "consume" | "forget" | "setView" | "transportDisconnected" | "measure"
  >;
}

/** How often quality is measured, in milliseconds. */
const MEASURE_EVERY_MS = 3_000;

/** Everything of one person in one room, as an observable state and a few intents. Works without any framework. */
export class RoomSession {
  /** How loud people are, in dBov (-127 to 0), by user. Apart from {@link state}, since it changes all the time. */
  readonly levels: ReadableStore<ReadonlyMap<string, number>>;
  private readonly options: RoomSessionOptions;
  private readonly store = new Store<RoomState>(INITIAL_ROOM_STATE);
  private readonly levelStore = new Store<ReadonlyMap<string, number>>(new Map());
  private readonly signaling: SignalingConnection;
  private welcome: Welcome | null = null;
  private media: ReturnType<NonNullable<RoomSessionOptions["createMedia"]>> | null = null;
  private readonly wanted = new Map<MediaSource, Wanted>();
  private tiles: readonly VisibleTile[] | null = null;
  private measuring: ReturnType<typeof setTimeout> | null = null;
  /** Counts what media was opened or closed for, so that what was asked for an earlier time is not taken for the present one. */
  private turn = 0;

  constructor(options: RoomSessionOptions) {
    this.options = options;
    this.levels = this.levelStore;
    this.signaling = new SignalingConnection({
      credentials: options.credentials,
      onWelcome: (welcome) => this.welcomed(welcome),
      onEvent: (event) => this.receive(event),
      onLost: () => this.closeMedia(),
      ...(options.isFinal ? { isFinal: options.isFinal } : {}),
      ...(options.createSocket ? { createSocket: options.createSocket } : {}),
      ...(options.backoff ? { backoff: options.backoff } : {}),
    });
    this.signaling.state.subscribe(() => {
      const connection = this.signaling.state.get();
      if (connection.status === "closed") this.closeMedia();
      this.store.update((state) => ({ ...state, connection }));
    });
  }

  /** The room as it looks now. */
  get state(): ReadableStore<RoomState> {
    return this.store;
  }

  /** Starts to join. {@link state} tells how it goes. */
  join(): void {
    this.signaling.connect();
    globalThis.addEventListener?.("online", this.retryNow);
  }

  /** Leaves and closes everything. The local tracks stay with their owner. */
  async leave(): Promise<void> {
    globalThis.removeEventListener?.("online", this.retryNow);
    this.closeMedia();
    await this.signaling.leave();
  }

  /** Sends a track from now on, also after a rejoin; replaces the one sent before. Paused means muted. */
  publish(source: MediaSource, track: MediaStreamTrack, paused = false): void {
    const present = this.wanted.get(source);
    if (present?.track === track && present.paused === paused) return;
    this.wanted.set(source, { track, paused });
    void this.media?.setWanted(this.wanted);
  }

  /** Stops to send. */
  unpublish(source: MediaSource): void {
    if (this.wanted.delete(source)) void this.media?.setWanted(this.wanted);
  }

  /** Tells what is on the screen, so that only that is received, in a fitting size. */
  setView(tiles: readonly VisibleTile[]): void {
    this.tiles = tiles;
    this.media?.setView(tiles);
  }

  /** Writes to everyone in the room, or to one person alone. Rejects with a `SignalingError`. */
  async sendChat(text: string, to?: string): Promise<void> {
    await this.signaling.request("chat", to === undefined ? { text } : { text, to });
  }

  /** Reads a page of what was written before the first line that is known. Rejects with a `SignalingError`. */
  async readEarlierChat(): Promise<void> {
    const before = this.store.get().chat[0]?.id;
    const page = await this.signaling.request("chat-history", {
      limit: HISTORY,
      ...(before === undefined ? {} : { before }),
    });
    this.store.update((state) => withHistory(state, page));
  }

  /** Deletes a message for good: my own, or any that I see as host or co-host. */
  async deleteMessage(id: string): Promise<void> {
    await this.signaling.request("delete-message", { message_id: id });
  }

  /** Raises or lowers my hand. */
  async raiseHand(raised: boolean): Promise<void> {
    if (raised) await this.signaling.request("raise-hand", {});
    else await this.signaling.request("lower-hand", {});
  }

  /** Shows everybody how I feel. */
  async react(reaction: ReactionKind): Promise<void> {
    await this.signaling.request("reaction", { reaction });
  }

  /** Takes another name; with `target` gives it to somebody else, as host or co-host. */
  async rename(displayName: string, target?: string): Promise<void> {
    await this.signaling.request("set-profile", { display_name: displayName, ...about(target) });
  }

  /** Lowers the hand of somebody else, as host or co-host. */
  async lowerHandOf(target: string): Promise<void> {
    await this.signaling.request("lower-hand", { target });
  }

  /** Shows somebody large to everybody, as host or co-host; nobody in particular when null. */
  async spotlight(target: string | null): Promise<void> {
    await this.signaling.request("spotlight", { target });
  }

  /** Turns the microphone of somebody off, as host or co-host; without `target` those of all of a lower role. */
  async mute(target?: string): Promise<void> {
    await this.signaling.request("mute", about(target));
  }

  /** Asks somebody to turn the microphone on, as host or co-host. */
  async askToUnmute(target: string): Promise<void> {
    await this.signaling.request("ask-to-unmute", { target });
  }

  /** Sends somebody out, as host or co-host; with `ban` they may not come back. */
  async remove(target: string, ban: boolean): Promise<void> {
    await this.signaling.request("kick", { target, ban });
  }

  /** Gives somebody another role, as host. */
  async setRole(target: string, role: Requests["set-role"]["fields"]["role"]): Promise<void> {
    await this.signaling.request("set-role", { target, role });
  }

  /** Lets somebody in who waits, as host or co-host; without `target` all. */
  async admit(target?: string): Promise<void> {
    await this.signaling.request("admit", about(target));
  }

  /** Sends somebody away who waits, as host or co-host; without `target` all. */
  async deny(target?: string): Promise<void> {
    await this.signaling.request("deny", about(target));
  }

  /** Lets nobody new in, or again, as host or co-host. */
  async lock(locked: boolean): Promise<void> {
    if (locked) await this.signaling.request("lock", {});
    else await this.signaling.request("unlock", {});
  }

  /** Takes note of who waits, when it was asked for. */
  setLobby(waiting: readonly WaitingPerson[]): void {
    this.store.update((state) => withLobby(state, waiting));
  }

  /** Does not wait for the next attempt to reconnect. */
  readonly retryNow = (): void => this.signaling.retryNow();

  private welcomed(welcome: Welcome): void {
    this.closeMedia();
    this.welcome = welcome;
    this.store.update((state) => welcomed(state, welcome));
    this.options.onJoined?.();
    // In the lobby there is nothing to send nor to receive.
    if (welcome.waiting) return;
    this.openMedia(welcome);
    this.signaling.request("chat-history", { limit: HISTORY }).then(
      (page) => this.store.update((state) => withHistory(state, page)),
      // The chat begins with what is written from now on; what is earlier can still be asked for.
      () => this.store.update((state) => ({ ...state, earlierChat: true })),
    );
  }

  /**
   * The media of the room is on another worker: everything about media begins anew, and nothing else. What others send
   * meanwhile is told by events, and received when it is known how.
   */
  private async moved(): Promise<void> {
    const { welcome } = this;
    if (welcome === null) return;
    this.closeMedia();
    const turn = (this.turn += 1);
    try {
      const { rtp_capabilities } = await this.signaling.request("get-router-capabilities", {});
      if (turn !== this.turn) return;
      const grants = this.store.get().self?.grants ?? welcome.grants;
      this.openMedia({ ...welcome, grants, router_rtp_capabilities: rtp_capabilities });
    } catch {
      // A new session begins anew, too.
      if (turn === this.turn) this.signaling.rejoin();
    }
  }

  /** Makes the media side of a room whose router is known. */
  private openMedia(welcome: Welcome): void {
    const create = this.options.createMedia ?? ((...parameters) => new RoomMedia(...parameters));
    const media = create(this.signaling, welcome, {
      onTrack: (producerId, track) => this.store.update((state) => withTrack(state, producerId, track)),
      onStatus: (media) =>
        this.store.update((state) =>
          // Until it flows again, media that was lost stays interrupted.
          media === "connecting" && state.media === "interrupted" ? state : { ...state, media },
        ),
      onFailed: () => this.signaling.rejoin(),
      onSendError: (source, error) => this.options.onSendError?.(source, error),
    });
    this.media = media;
    if (this.tiles !== null) media.setView(this.tiles);
    media.open().then(
      () => media.setWanted(this.wanted),
      // Without transports there is nothing to see: a new session gets new ones.
      () => this.media === media && this.signaling.rejoin(),
    );
    for (const participant of this.store.get().participants) {
      for (const { producerId } of Object.values(participant.media)) {
        this.consume(participant.userId, producerId);
      }
    }
    this.measureLater();
  }

  private receive(event: ServerEvent): void {
    switch (event.type) {
      case "new-producer":
        this.store.update((state) => reduce(state, event));
        this.consume(event.user_id, event.producer_id);
        break;
      case "producer-closed":
        this.media?.forget(event.producer_id);
        break;
      case "consumer-closed":
        this.media?.forget(event.consumer_id);
        break;
      case "transport-disconnected":
        this.media?.transportDisconnected(event.transport_id);
        break;
      case "room-moved":
        void this.moved();
        break;
      case "audio-levels":
        this.levelStore.set(new Map(event.levels.map(({ user_id, level }) => [user_id, level])));
        break;
      default:
    }
    if (event.type !== "new-producer") this.store.update((state) => reduce(state, event));
    this.options.onEvent?.(event);
  }

  private consume(userId: string, producerId: string): void {
    if (userId === this.store.get().self?.userId) return;
    // A producer may close before it is consumed; its event says so.
    this.media?.consume(userId, producerId).catch(() => undefined);
  }

  private closeMedia(): void {
    if (this.measuring !== null) clearTimeout(this.measuring);
    this.measuring = null;
    this.turn += 1;
    this.media?.close();
    this.media = null;
    this.levelStore.set(new Map());
  }

  private measureLater(): void {
    this.measuring = setTimeout(() => {
      void this.measure().finally(() => {
        if (this.media !== null) this.measureLater();
      });
    }, MEASURE_EVERY_MS);
  }

  private async measure(): Promise<void> {
    const media = this.media;
    if (media === null) return;
    const measured = await media.measure().catch(() => null);
    if (measured === null || this.media !== media) return;
    const qualities = new Map<string, Quality>();
    for (const [userId, flows] of measured.byUser) qualities.set(userId, worst(flows.map(judge)));
    this.store.update((state) => withQualities(state, worst(measured.own.map(judge)), qualities));
  }
}

function about(target: string | undefined): { target?: string } {
  return target === undefined ? {} : { target };
}
