// The signalling connection as a user sees it: it comes back by itself, and says when it cannot.
import { Store, type ReadableStore } from "../store.ts";
import { backoffDelay, DEFAULT_BACKOFF, type BackoffOptions } from "./backoff.ts";
import type { RequestType, Requests, ServerEvent, Welcome } from "./messages.ts";
import { SignalingError, SignalingSocket, type SocketLike } from "./socket.ts";

/** What lets a client into a room. */
export interface Credentials {
  /** `ws:` or `wss:` address, or a path on the page's origin. */
  url: string;
  /** Room token. */
  token: string;
  /** Which room. */
  roomId: string;
}

/** Why a connection is closed for good. */
export type CloseReason =
  /** Left from here. */
  | { kind: "left" }
  /** The same person joined from another place. */
  | { kind: "replaced" }
  /** The room was ended. */
  | { kind: "ended"; reason: string }
  /** Made to leave, for instance because the login session ended. */
  | { kind: "kicked"; reason: string }
  /** Waited in the lobby, and was not let in. */
  | { kind: "denied" }
  /** The server does not let us in; `code` is its stable error code. */
  | { kind: "refused"; code: string; message: string; cause?: unknown }
  /** No attempt succeeded in time. */
  | { kind: "unreachable" };

/** Where a connection stands. */
export type ConnectionState =
  | { status: "idle" }
  | { status: "connecting" }
  | { status: "connected" }
  | { status: "reconnecting"; attempt: number }
  | { status: "closed"; reason: CloseReason };

/** What a {@link SignalingConnection} works with. */
export interface SignalingConnectionOptions {
  /** Called before every attempt, since room tokens live only for minutes. What it throws is judged by `isFinal`. */
  credentials: () => Promise<Credentials>;
  /** Whether an error of `credentials` makes further attempts useless. */
  isFinal?: (error: unknown) => boolean;
  /** Called after every join, the first and later ones: everything known before is void. */
  onWelcome: (welcome: Welcome, again: boolean) => void;
  /** Called for every event, in order. */
  onEvent: (event: ServerEvent) => void;
  /** Called when the connection is lost and will be tried again. */
  onLost?: () => void;
  /** Makes a socket; the browser's when left out. */
  createSocket?: (url: string) => SocketLike;
  /** Waiting times between attempts. */
  backoff?: BackoffOptions;
  /** Random numbers from 0 to 1. */
  random?: () => number;
  /** How long a request may take, in milliseconds. */
  requestTimeoutMs?: number;
}

/** Refusals that another attempt does not change. */
const FINAL_CODES = new Set([
  "room.not_found",
  "room.locked",
  "room.full",
  "room.ended",
  "room.mismatch",
  "permission.denied",
]);

/** The close code for those who waited in the lobby and were not let in. */
const DENIED = 4009;

/** A connection that has held for so long starts the count of attempts afresh, in milliseconds. */
const STABLE_AFTER_MS = 5_000;

/**
 * Joins a room and keeps the session alive: heartbeat, full rejoin with growing, jittered pauses when the socket drops or
 * an event is missing. Requests are only possible while connected.
 */
export class SignalingConnection {
  private readonly options: SignalingConnectionOptions;
  private readonly store = new Store<ConnectionState>({ status: "idle" });
  private socket: SignalingSocket | null = null;
  private attempt = 0;
  private joinedBefore = false;
  private connectedAt = 0;
  private timer: ReturnType<typeof setTimeout> | null = null;

  constructor(options: SignalingConnectionOptions) {
    this.options = options;
  }

  /** Where the connection stands. */
  get state(): ReadableStore<ConnectionState> {
    return this.store;
  }

  /** Starts. How it goes is told by {@link state}. */
  connect(): void {
    if (this.store.get().status !== "idle") return;
    this.store.set({ status: "connecting" });
    void this.open();
  }

  /** Sends a request. Rejects with {@link SignalingError} when refused, late or not connected. */
  request<Type extends RequestType>(
    type: Type,
    fields: Requests[Type]["fields"],
  ): Promise<Requests[Type]["answer"]> {
    if (this.socket === null || this.store.get().status !== "connected") {
      return Promise.reject(new SignalingError("signaling.disconnected", "Not connected."));
    }
    return this.socket.request(type, fields);
  }

  /** Leaves the room and closes. */
  async leave(): Promise<void> {
    const socket = this.socket;
    if (socket !== null && this.store.get().status === "connected") {
      // Best effort: the server also notices a closed socket.
      await Promise.race([
        socket.request("leave", {}).catch(() => undefined),
        new Promise((resolve) => setTimeout(resolve, 1000)),
      ]);
    }
    this.close({ kind: "left" });
  }

  /** Drops the present socket and joins afresh. */
  rejoin(): void {
    if (this.store.get().status === "connected") this.socket?.close();
  }

  /** Does not wait for the next attempt, for instance when the network is back. */
  retryNow(): void {
    if (this.timer === null) return;
    clearTimeout(this.timer);
    this.timer = null;
    void this.open();
  }

  private async open(): Promise<void> {
    let credentials: Credentials;
    try {
      credentials = await this.options.credentials();
    } catch (error) {
      if (this.isClosed()) return;
      if (this.options.isFinal?.(error) ?? false) {
        const message = error instanceof Error ? error.message : "";
        this.close({ kind: "refused", code: codeOf(error), message, cause: error });
      } else {
        this.retry();
      }
      return;
    }
    if (this.isClosed()) return;
    const create = this.options.createSocket ?? ((url: string) => new WebSocket(url));
    const socket: SignalingSocket = new SignalingSocket(
      create(socketUrl(credentials.url)),
      {
        onEvent: (event) => this.receive(event),
        onClosed: ({ code }) => this.lost(socket, code),
      },
      this.options.requestTimeoutMs,
    );
    this.socket = socket;
    try {
      await socket.opened;
      const welcome = await socket.request("join", { token: credentials.token, room_id: credentials.roomId });
      if (this.socket !== socket) return;
      const again = this.joinedBefore;
      this.joinedBefore = true;
      this.connectedAt = Date.now();
      this.store.set({ status: "connected" });
      this.options.onWelcome(welcome, again);
      socket.start(welcome);
    } catch (error) {
      if (this.socket !== socket) return;
      if (error instanceof SignalingError && FINAL_CODES.has(error.code)) {
        this.close({ kind: "refused", code: error.code, message: error.message });
      } else {
        socket.close();
      }
    }
  }

  private receive(event: ServerEvent): void {
    this.options.onEvent(event);
    if (event.type === "session-replaced") this.close({ kind: "replaced" });
    else if (event.type === "room-ended") this.close({ kind: "ended", reason: event.reason });
    else if (event.type === "kicked") this.close({ kind: "kicked", reason: event.reason });
    else if (event.type === "lobby-denied") this.close({ kind: "denied" });
    else if (event.type === "lobby-admitted") this.enter();
  }

  /** From the lobby into the room: new credentials, and a new socket. */
  private enter(): void {
    const socket = this.socket;
    this.socket = null;
    this.store.set({ status: "connecting" });
    socket?.close();
    void this.open();
  }

  private lost(socket: SignalingSocket, code?: number): void {
    if (this.socket !== socket) return;
    this.socket = null;
    if (this.isClosed()) return;
    if (code === DENIED) {
      this.close({ kind: "denied" });
      return;
    }
    if (this.store.get().status === "connected") {
      // A session that breaks at once, again and again, must not be retried for ever.
      if (Date.now() - this.connectedAt >= STABLE_AFTER_MS) this.attempt = 0;
      this.options.onLost?.();
    }
    this.retry();
  }

  private retry(): void {
    this.attempt += 1;
    const delay = backoffDelay(this.attempt, this.options.backoff ?? DEFAULT_BACKOFF, this.options.random);
    if (delay === null) {
      this.close({ kind: "unreachable" });
      return;
    }
    this.store.set(
      this.joinedBefore ? { status: "reconnecting", attempt: this.attempt } : { status: "connecting" },
    );
    this.timer = setTimeout(() => {
      this.timer = null;
      void this.open();
    }, delay);
  }

  private close(reason: CloseReason): void {
    if (this.isClosed()) return;
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = null;
    const socket = this.socket;
    this.socket = null;
    this.store.set({ status: "closed", reason });
    socket?.close();
  }

  private isClosed(): boolean {
    return this.store.get().status === "closed";
  }
}

/** Makes a WebSocket address of a path, and of `http:` addresses. */
export function socketUrl(url: string, origin = globalThis.location?.origin ?? "http://localhost"): string {
  const absolute = new URL(url, origin);
  if (absolute.protocol === "http:") absolute.protocol = "ws:";
  if (absolute.protocol === "https:") absolute.protocol = "wss:";
  return absolute.href;
}

function codeOf(error: unknown): string {
  if (typeof error === "object" && error !== null) {
    if ("code" in error && typeof error.code === "string") return error.code;
    if ("type" in error && typeof error.type === "string") return error.type;
  }
  return "internal";
}
