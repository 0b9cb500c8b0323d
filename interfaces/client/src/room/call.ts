// A call as a person has it: my devices, the room, and what happens when buttons are pressed. The view-model of the
// meeting page, without any framework.
import type { LocalMedia } from "../media/local-media.ts";
import { ApiError } from "../rest/api-error.ts";
import type { Api } from "../rest/api.ts";
import type { MediaSource, ServerEvent } from "../signaling/messages.ts";
import { Emitter, Store, type ReadableStore } from "../store.ts";
import { RoomSession, type RoomSessionOptions } from "./session.ts";
import type { RoomState } from "./state.ts";

/** What a {@link Call} works with. */
export interface CallOptions {
  /** The REST calls, signed in. */
  api: Pick<Api, "joinMeeting" | "endMeeting">;
  /** Id or code of the meeting. */
  meetingId: string;
  /** The name that others see. */
  displayName: string;
  /** My devices. They are not closed with the call, since a rejoin uses them again. */
  local: LocalMedia;
  /** Further options of the room, for tests. */
  room?: Partial<RoomSessionOptions>;
}

/** What happened that people should be told, besides being shown. */
export interface CallNews extends Record<string, unknown> {
  joined: { displayName: string };
  left: { displayName: string };
  chat: { displayName: string; text: string };
  /** Somebody began to share their screen. */
  sharing: { displayName: string };
  /** One of my tracks could not be sent. */
  sendFailed: { source: MediaSource };
}

/** What the call knows besides the room and the devices. */
export interface CallState {
  /** Space is held down while muted. */
  pushToTalk: boolean;
  /** Chat lines that arrived while the chat was closed. */
  unread: number;
}

/** One call from joining to leaving. */
export class Call {
  /** The room. */
  readonly room: RoomSession;
  /** My devices. */
  readonly local: LocalMedia;
  /** What to announce. */
  readonly news = new Emitter<CallNews>();
  private readonly options: CallOptions;
  private readonly store = new Store<CallState>({ pushToTalk: false, unread: 0 });
  private readonly unsubscribe: (() => void)[] = [];
  private chatOpen = false;
  private before: RoomState;

  constructor(options: CallOptions) {
    this.options = options;
    this.local = options.local;
    this.room = new RoomSession({
      credentials: async () => {
        const joined = await options.api.joinMeeting(options.meetingId, {
          display_name: options.displayName,
        });
        return { url: joined.signaling_url, token: joined.room_token, roomId: joined.room_id };
      },
      isFinal: (error) => error instanceof ApiError && !error.retryable,
      onEvent: (event) => this.tell(event),
      onSendError: (source) => this.news.emit("sendFailed", { source }),
      ...options.room,
    });
    this.before = this.room.state.get();
  }

  /** What the call knows besides the room and the devices. */
  get state(): ReadableStore<CallState> {
    return this.store;
  }

  /** Joins. */
  start(): void {
    this.unsubscribe.push(
      this.local.state.subscribe(this.publish),
      this.room.state.subscribe(() => {
        const { self } = this.room.state.get();
        if (self !== this.before.self) this.publish();
      }),
    );
    this.room.join();
    this.publish();
  }

  /** Whether I may send from that source. Everything is allowed until the server has said what is. */
  may(source: MediaSource): boolean {
    return mayPublish(this.room.state.get(), source);
  }

  /** Speaks or mutes. */
  async toggleMicrophone(): Promise<void> {
    await this.local.setMicrophone(!this.local.state.get().microphone.on);
  }

  /** Shows or hides myself. */
  async toggleCamera(): Promise<void> {
    await this.local.setCamera(!this.local.state.get().camera.on);
  }

  /** Starts or stops to share. */
  async toggleScreen(): Promise<void> {
    if (this.local.state.get().screen.video) this.local.stopScreen();
    else await this.local.shareScreen();
  }

  /** Unmutes while a key is held down. Does nothing when the microphone is on anyway. */
  pushToTalk(down: boolean): void {
    const { pushToTalk } = this.store.get();
    if (down === pushToTalk) return;
    if (down && this.local.state.get().microphone.on) return;
    this.store.update((state) => ({ ...state, pushToTalk: down }));
    void this.local.setMicrophone(down);
  }

  /** Tells whether the chat can be seen; lines that arrive meanwhile are read. */
  showChat(open: boolean): void {
    this.chatOpen = open;
    if (open) this.store.update((state) => ({ ...state, unread: 0 }));
  }

  /** Leaves. The devices stay as they are. */
  async leave(): Promise<void> {
    this.stop();
    await this.room.leave();
  }

  /** Ends the meeting for everyone. Only its host may. */
  async endForAll(): Promise<void> {
    await this.options.api.endMeeting(this.options.meetingId);
  }

  /** Stops to watch the devices. To be called when the call has ended by itself. */
  stop(): void {
    for (const unsubscribe of this.unsubscribe.splice(0)) unsubscribe();
  }

  /** Sends what is on, and nothing else. */
  private readonly publish = (): void => {
    const { camera, microphone, screen } = this.local.state.get();
    this.send("camera", camera.on ? camera.track : null);
    this.send("microphone", microphone.track, !microphone.on);
    this.send("screen", screen.video);
    this.send("screen-audio", screen.audio);
  };

  private send(source: MediaSource, track: MediaStreamTrack | null, paused = false): void {
    if (track && this.may(source)) this.room.publish(source, track, paused);
    else this.room.unpublish(source);
  }

  private tell(event: ServerEvent): void {
    const state = this.room.state.get();
    const nameOf = (userId: string): string =>
      [...state.participants, ...this.before.participants].find((each) => each.userId === userId)
        ?.displayName ?? "";
    switch (event.type) {
      case "user-joined":
        this.news.emit("joined", { displayName: event.user_info.display_name });
        break;
      case "user-left":
        this.news.emit("left", { displayName: nameOf(event.user_id) });
        break;
      case "new-producer":
        if (event.source === "screen") this.news.emit("sharing", { displayName: nameOf(event.user_id) });
        break;
      case "chat":
        if (event.from !== state.self?.userId) {
          if (!this.chatOpen) this.store.update((call) => ({ ...call, unread: call.unread + 1 }));
          this.news.emit("chat", {
            displayName: event.user_info?.display_name ?? nameOf(event.from),
            text: event.text,
          });
        }
        break;
      default:
    }
    this.before = state;
  }
}

/** Whether somebody in that room may send from that source. */
export function mayPublish(state: RoomState, source: MediaSource): boolean {
  const grants = state.self?.grants;
  if (!grants) return true;
  return grants.can_publish && grants.can_publish_sources.includes(source);
}
