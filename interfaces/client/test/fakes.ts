// Stand-ins for the browser and the server.
import type { Requests, Welcome } from "../src/signaling/messages.ts";
import type { SocketLike } from "../src/signaling/socket.ts";

interface Sent {
  type: string;
  id: number;
  [field: string]: unknown;
}

/** A WebSocket whose other end is the test. */
export class FakeSocket implements SocketLike {
  onopen: WebSocket["onopen"] = null;
  onmessage: WebSocket["onmessage"] = null;
  onclose: WebSocket["onclose"] = null;
  onerror: WebSocket["onerror"] = null;
  readonly sent: Sent[] = [];
  closed = false;
  readonly url: string;

  constructor(url = "ws://test") {
    this.url = url;
  }

  send(data: string): void {
    this.sent.push(JSON.parse(data) as Sent);
  }

  close(): void {
    this.closed = true;
  }

  /** The last request of a type. */
  request(type: keyof Requests): Sent {
    const found = this.sent.findLast((message) => message.type === type);
    if (!found) throw new Error(`no ${type} was sent, only ${this.sent.map((each) => each.type).join(", ")}`);
    return found;
  }

  open(): void {
    this.onopen?.call(this as never, new Event("open"));
  }

  receive(message: object): void {
    this.raw(JSON.stringify(message));
  }

  raw(data: string): void {
    this.onmessage?.call(this as never, new MessageEvent("message", { data }));
  }

  answer(type: keyof Requests, fields: object = {}): void {
    this.receive({ type: "ok", id: this.request(type).id, ...fields });
  }

  refuse(type: keyof Requests, code: string): void {
    this.receive({ type: "error", id: this.request(type).id, code, message: code });
  }

  /** The other end goes away. */
  drop(code = 1006): void {
    this.onclose?.call(this as never, { code, reason: "" } as CloseEvent);
  }
}

/** A room with nobody else in it. */
export function welcome(change: Partial<Welcome> = {}): Welcome {
  return {
    session_id: "session",
    seq: 0,
    user_id: "me",
    role: "participant",
    grants: {
      can_publish: true,
      can_publish_sources: ["camera", "microphone", "screen", "screen-audio"],
      can_subscribe: true,
      can_chat: true,
      can_unmute: true,
      can_record: true,
      hidden: false,
    },
    waiting: false,
    room: { id: "room", locked: false, opened_at: "2026-01-01T00:00:00Z", spotlight: null },
    participants: [],
    router_rtp_capabilities: {},
    ice_servers: [],
    heartbeat: { interval_ms: 15_000, timeout_ms: 45_000 },
    resumed: false,
    ...change,
  };
}

/** Lets everything that was promised happen. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
}

/** A track of a device that does not exist. */
export class FakeTrack extends EventTarget {
  enabled = true;
  readyState: MediaStreamTrackState = "live";
  contentHint = "";
  readonly kind: "audio" | "video";
  readonly id: string;

  constructor(kind: "audio" | "video", id: string = kind) {
    super();
    this.kind = kind;
    this.id = id;
  }

  stop(): void {
    this.readyState = "ended";
  }

  /** The device is unplugged. */
  unplug(): void {
    this.readyState = "ended";
    this.dispatchEvent(new Event("ended"));
  }

  asTrack(): MediaStreamTrack {
    return this as unknown as MediaStreamTrack;
  }
}
