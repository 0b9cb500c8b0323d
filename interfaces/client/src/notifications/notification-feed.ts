// Listens to what a user is told, as long as somebody wants to know: comes again after every break, and notices silence.
import { ApiError } from "../rest/api-error.ts";
import type { AppNotification } from "../rest/types.ts";
import { backoffDelay } from "../signaling/backoff.ts";
import { Store, type ReadableStore } from "../store.ts";
import { EventStreamParser, type ServerSentEvent } from "./event-stream.ts";

/** What the server tells. At `stale` the list has to be read: at the beginning, and when something may have been missed. */
export type NotificationEvent =
  | { type: "stale" }
  | { type: "created"; notification: AppNotification }
  | { type: "read"; id: string }
  | { type: "all-read" };

/** What {@link NotificationFeed} needs. */
export interface NotificationFeedOptions {
  /** Opens the stream: `api.notifications.openStream`. */
  open: (signal: AbortSignal) => Promise<ReadableStream<Uint8Array>>;
  /** Told of every event. */
  onEvent: (event: NotificationEvent) => void;
  /** A connection that is silent for longer is dead, in milliseconds. The server says something every 15 s. */
  silenceMs?: number;
  /** A connection that lived for so long was a good one: the next break is the first again. In milliseconds. */
  soundMs?: number;
}

/** Quick at first; a server that stays away is asked once a minute. */
const BACKOFF = { firstMs: 1_000, maxMs: 60_000, attempts: Infinity };

/** A line on which the server tells of notifications. */
export class NotificationFeed {
  private readonly options: Required<NotificationFeedOptions>;
  private readonly live = new Store(false);
  private abort: AbortController | null = null;

  constructor(options: NotificationFeedOptions) {
    this.options = { silenceMs: 45_000, soundMs: 30_000, ...options };
  }

  /** Whether the server is heard. While it is not, the list has to be asked for. */
  get connected(): ReadableStore<boolean> {
    return this.live;
  }

  /** Begins to listen; does nothing when it listens already. */
  start(): void {
    if (this.abort) return;
    this.abort = new AbortController();
    void this.run(this.abort.signal);
  }

  /** Stops listening. */
  stop(): void {
    this.abort?.abort();
    this.abort = null;
    this.live.set(false);
  }

  private async run(signal: AbortSignal): Promise<void> {
    let attempt = 0;
    while (!signal.aborted) {
      const begun = Date.now();
      let least = 0;
      try {
        await this.listen(signal);
      } catch (error) {
        // Whatever it was, it is tried again; the server may say when.
        least = error instanceof ApiError ? (error.retryAfter ?? 0) * 1000 : 0;
      }
      if (signal.aborted) return;
      this.live.set(false);
      attempt = Date.now() - begun >= this.options.soundMs ? 1 : attempt + 1;
      await pause(Math.max(least, backoffDelay(attempt, BACKOFF) ?? 0), signal);
    }
  }

  /** Listens until the server ends it, or the line is dead. */
  private async listen(signal: AbortSignal): Promise<void> {
    const dead = new AbortController();
    const give = (): void => dead.abort();
    signal.addEventListener("abort", give);
    let timer = setTimeout(give, this.options.silenceMs);
    try {
      const body = await this.options.open(dead.signal);
      const reader = body.getReader();
      dead.signal.addEventListener("abort", () => void reader.cancel().catch(() => undefined));
      const decoder = new TextDecoder();
      const parser = new EventStreamParser();
      for (;;) {
        const { done, value } = await reader.read();
        if (done || dead.signal.aborted) return;
        clearTimeout(timer);
        timer = setTimeout(give, this.options.silenceMs);
        for (const event of parser.read(decoder.decode(value, { stream: true }))) this.tell(event);
      }
    } finally {
      clearTimeout(timer);
      signal.removeEventListener("abort", give);
      dead.abort();
    }
  }

  private tell({ name, data }: ServerSentEvent): void {
    const event = understood(name, data);
    if (!event) return;
    if (event.type === "stale") this.live.set(true);
    this.options.onEvent(event);
  }
}

/** An event in our words; null for what a newer server may say and this client does not know. */
function understood(name: string, data: string): NotificationEvent | null {
  switch (name) {
    case "ready":
    case "refresh":
      return { type: "stale" };
    case "read-all":
      return { type: "all-read" };
    case "notification":
    case "read": {
      const said = parsed(data);
      if (typeof said?.id !== "string") return null;
      return name === "read"
        ? { type: "read", id: said.id }
        : { type: "created", notification: said as AppNotification };
    }
    default:
      return null;
  }
}

function parsed(data: string): Partial<AppNotification> | null {
  try {
    const value: unknown = JSON.parse(data);
    return typeof value === "object" ? value : null;
  } catch {
    return null;
  }
}

function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((done) => {
    const timer = setTimeout(done, milliseconds);
    signal.addEventListener(
      "abort",
      () => {
        clearTimeout(timer);
        done();
      },
      { once: true },
    );
  });
}
