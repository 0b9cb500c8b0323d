// One WebSocket with one joined session: requests are matched with answers, events are checked for gaps.
import type { RequestType, Requests, ServerEvent } from "./messages.ts";

/** The part of a browser's `WebSocket` that is used here. */
export type SocketLike = Pick<WebSocket, "onopen" | "onmessage" | "onclose" | "onerror" | "send" | "close">;

/** A request that the server refused, or that got no answer. */
export class SignalingError extends Error {
  override readonly name = "SignalingError";
  /** The server's stable code; `signaling.timeout` and `signaling.disconnected` are made here. */
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

/** What a socket tells its owner. */
export interface SocketHandlers {
  /** An event, in order. */
  onEvent: (event: ServerEvent) => void;
  /** The socket is of no use any more. Called once. */
  onClosed: (cause: SocketClosed) => void;
}

/** Why a socket ended. */
export interface SocketClosed {
  /** `network`: closed or silent; `gap`: an event is missing; `local`: closed from here. */
  cause: "network" | "gap" | "local";
  /** WebSocket close code, if it was closed by the other side. */
  code?: number;
}

interface Pending {
  resolve: (answer: never) => void;
  reject: (error: SignalingError) => void;
  timer: ReturnType<typeof setTimeout>;
}

/** How long a request may take, in milliseconds. */
export const REQUEST_TIMEOUT_MS = 10_000;

/** A connected WebSocket. It never reconnects; {@link SignalingConnection} makes another one. */
export class SignalingSocket {
  /** Settles when the socket is open. */
  readonly opened: Promise<void>;
  private readonly pending = new Map<number, Pending>();
  private nextId = 1;
  private seq: number | null = null;
  /** Events that arrived before the answer to `join` was looked at. */
  private early: ServerEvent[] = [];
  private closed = false;
  private heartbeat: ReturnType<typeof setTimeout> | null = null;
  private readonly socket: SocketLike;
  private readonly handlers: SocketHandlers;
  private readonly requestTimeoutMs: number;

  constructor(socket: SocketLike, handlers: SocketHandlers, requestTimeoutMs = REQUEST_TIMEOUT_MS) {
    this.socket = socket;
    this.handlers = handlers;
    this.requestTimeoutMs = requestTimeoutMs;
    this.opened = new Promise((resolve, reject) => {
      const timer = setTimeout(() => this.end({ cause: "network" }), requestTimeoutMs);
      socket.onopen = () => {
        clearTimeout(timer);
        resolve();
      };
      socket.onclose = (event) => {
        clearTimeout(timer);
        this.end({ cause: "network", code: event.code });
      };
      this.rejectOpened = reject;
    });
    this.opened.catch(() => undefined);
    socket.onerror = () => undefined;
    socket.onmessage = (event) => this.receive(event.data);
  }

  private rejectOpened: (error: SignalingError) => void = () => undefined;

  /** Sends a request and waits for its answer. Rejects with a {@link SignalingError}. */
  request<Type extends RequestType>(
    type: Type,
    fields: Requests[Type]["fields"],
  ): Promise<Requests[Type]["answer"]> {
    if (this.closed) return Promise.reject(disconnected());
    const id = this.nextId;
    this.nextId += 1;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.pending.delete(id);
        reject(new SignalingError("signaling.timeout", `No answer to ${type} in time.`));
      }, this.requestTimeoutMs);
      this.pending.set(id, { resolve, reject, timer });
      this.socket.send(JSON.stringify({ type, id, ...fields }));
    });
  }

  /** Starts to count events and to keep the connection alive. To be called with what `join` answered. */
  start(welcome: { seq: number; heartbeat: { interval_ms: number } }): void {
    this.seq = welcome.seq;
    this.beat(welcome.heartbeat.interval_ms);
    const early = this.early;
    this.early = [];
    for (const event of early) this.deliver(event);
  }

  /** Closes the socket; open requests are rejected. */
  close(): void {
    this.end({ cause: "local" });
  }

  private beat(intervalMs: number): void {
    this.heartbeat = setTimeout(() => {
      this.request("ping", {}).then(
        () => this.beat(intervalMs),
        () => this.end({ cause: "network" }),
      );
    }, intervalMs);
  }

  private receive(data: unknown): void {
    if (this.closed || typeof data !== "string") return;
    let message: unknown;
    try {
      message = JSON.parse(data);
    } catch {
      return;
    }
    if (!isMessage(message)) return;
    if (typeof message.seq === "number" && typeof message.id !== "number") {
      this.deliver(message as unknown as ServerEvent);
    } else if (typeof message.id === "number") {
      this.answer(message.id, message);
    }
  }

  private answer(id: number, message: Message): void {
    const pending = this.pending.get(id);
    if (!pending) return;
    this.pending.delete(id);
    clearTimeout(pending.timer);
    if (message.type === "error") {
      pending.reject(new SignalingError(message.code ?? "internal", message.message ?? ""));
    } else {
      pending.resolve(message as never);
    }
  }

  private deliver(event: ServerEvent): void {
    if (this.closed) return;
    if (this.seq === null) {
      this.early.push(event);
      return;
    }
    if (event.seq <= this.seq) return;
    if (event.seq !== this.seq + 1) {
      // What was missed cannot be known: the owner starts afresh from a new welcome.
      this.end({ cause: "gap" });
      return;
    }
    this.seq = event.seq;
    this.handlers.onEvent(event);
  }

  private end(cause: SocketClosed): void {
    if (this.closed) return;
    this.closed = true;
    if (this.heartbeat !== null) clearTimeout(this.heartbeat);
    for (const pending of this.pending.values()) {
      clearTimeout(pending.timer);
      pending.reject(disconnected());
    }
    this.pending.clear();
    this.rejectOpened(disconnected());
    this.socket.onmessage = null;
    this.socket.onclose = null;
    this.socket.onopen = null;
    this.socket.close(1000);
    this.handlers.onClosed(cause);
  }
}

interface Message {
  type: string;
  id?: number;
  seq?: number;
  code?: string;
  message?: string;
}

function isMessage(value: unknown): value is Message {
  return typeof value === "object" && value !== null && "type" in value && typeof value.type === "string";
}

function disconnected(): SignalingError {
  return new SignalingError("signaling.disconnected", "The connection was closed.");
}
