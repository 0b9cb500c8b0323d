// A call as a person has it: my devices, the room, and what happens when buttons are pressed. The view-model of the
// meeting page, without any framework.
import type { LocalMedia } from "../media/local-media.ts";
import { ApiError } from "../rest/api-error.ts";
import type { Api } from "../rest/api.ts";
import type { HostingApi } from "../rest/hosting-api.ts";
import type { JoinedMeeting } from "../rest/types.ts";
import type { MediaSource, ReactionKind, ServerEvent } from "../signaling/messages.ts";
import { Emitter, Store, type ReadableStore } from "../store.ts";
import { RoomSession, type RoomSessionOptions } from "./session.ts";
import { moderates, toWaitingPerson, type RoomState } from "./state.ts";

/** Where the pass is kept by which a guest is known again. */
export interface GuestPass {
  load(): string | null;
  save(pass: string): void;
}

/** What a {@link Call} works with. */
export interface CallOptions {
  /** The REST calls; signed in, unless `guest` is given. */
  api: Pick<Api, "joinMeeting" | "joinAsGuest" | "endMeeting"> & { hosting: Pick<HostingApi, "readLobby"> };
  /** Id or code of the meeting. */
  meetingId: string;
  /** The name that others see. */
  displayName: string;
  /** The meeting's passcode, if it has one. */
  passcode?: string;
  /** Given when I come without an account. */
  guest?: GuestPass;
  /** My devices. They are not closed with the call, since a rejoin uses them again. */
  local: LocalMedia;
  /** Further options of the room, for tests. */
  room?: Partial<RoomSessionOptions>;
}

/** What happened that people should be told, besides being shown. */
export interface CallNews extends Record<string, unknown> {
  joined: { displayName: string };
  left: { displayName: string };
  chat: { displayName: string; text: string; onlyToMe: boolean };
  /** Somebody began to share their screen. */
  sharing: { displayName: string };
  /** Somebody raised a hand. */
  handRaised: { displayName: string };
  /** Somebody, perhaps I, showed how they feel. */
  reaction: { userId: string; displayName: string; reaction: ReactionKind };
  /** Somebody knocks; only hosts and co-hosts are told. */
  knocked: { displayName: string };
  /** My microphone was turned off. */
  muted: { displayName: string };
  /** I am asked to turn my microphone on. */
  unmuteRequested: { displayName: string };
  /** Whether new people are let in has changed. */
  locked: { locked: boolean };
  /** I have another role now. */
  roleChanged: { role: "host" | "co-host" | "participant" };
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
  /** Whether I have been in the room, not only in its lobby. */
  private entered = false;
  /** Grows with every event about the lobby, so that an older list is not taken for the present one. */
  private lobbyTurn = 0;
  private before: RoomState;
  /** Who I was in the room when it was last decided what to send. */
  private self: RoomState["self"] = null;

  constructor(options: CallOptions) {
    this.options = options;
    this.local = options.local;
    this.room = new RoomSession({
      credentials: async () => {
        const joined = await this.join();
        if (joined.participant && !this.entered) {
          this.entered = true;
          if (joined.mute_on_entry) await this.local.setMicrophone(false, false);
        }
        return { url: joined.signaling_url, token: joined.room_token, roomId: joined.room_id };
      },
      isFinal: (error) => error instanceof ApiError && !error.retryable,
      onJoined: () => this.joined(),
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
      this.room.state.subscribe(this.roomChanged),
    );
    this.room.join();
    this.publish();
  }

  /** Whether I may send from that source. Everything is allowed until the server has said what is. */
  may(source: MediaSource): boolean {
    return mayPublish(this.room.state.get(), source);
  }

  /** Speaks or mutes. Does nothing when I may not speak by myself. */
  async toggleMicrophone(): Promise<void> {
    const on = !this.local.state.get().microphone.on;
    if (!on || mayUnmute(this.room.state.get())) await this.local.setMicrophone(on);
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
    if (down && (this.local.state.get().microphone.on || !mayUnmute(this.room.state.get()))) return;
    this.store.update((state) => ({ ...state, pushToTalk: down }));
    void this.local.setMicrophone(down);
  }

  /** Tells whether the chat can be seen; lines that arrive meanwhile are read. */
  showChat(open: boolean): void {
    this.chatOpen = open;
    if (open) this.store.update((state) => ({ ...state, unread: 0 }));
  }

  /** Raises my hand, or lowers it. */
  async toggleHand(): Promise<void> {
    await this.room.raiseHand(this.room.state.get().self?.handRaisedAt == null);
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

  private async join(): Promise<JoinedMeeting> {
    const { api, meetingId, passcode, guest } = this.options;
    const name = this.room.state.get().self?.displayName ?? this.options.displayName;
    const body = { display_name: name, ...(passcode === undefined ? {} : { passcode }) };
    if (!guest) return api.joinMeeting(meetingId, body);
    const pass = guest.load();
    const joined = await api.joinAsGuest(meetingId, {
      ...body,
      ...(pass === null ? {} : { guest_pass: pass }),
    });
    if (joined.guest_pass != null) guest.save(joined.guest_pass);
    return joined;
  }

  private readonly roomChanged = (): void => {
    const { self } = this.room.state.get();
    if (self === this.self) return;
    this.self = self;
    if (this.local.state.get().screen.video && !this.may("screen")) this.local.stopScreen();
    this.publish();
  };

  /** I am in the room, or in its lobby, for the first time or again. */
  private joined(): void {
    const state = this.room.state.get();
    this.before = state;
    if (state.waiting || state.self === null) return;
    if (!mayUnmute(state)) void this.local.setMicrophone(false, false);
    if (moderates(state.self.role)) void this.readLobby();
  }

  /** Asks who waits, again when somebody came or went meanwhile. */
  private async readLobby(): Promise<void> {
    const turn = this.lobbyTurn;
    const waiting = await this.options.api.hosting.readLobby(this.options.meetingId).catch(() => null);
    const { connection, self } = this.room.state.get();
    if (waiting === null || connection.status !== "connected" || self === null || !moderates(self.role))
      return;
    if (turn !== this.lobbyTurn) await this.readLobby();
    else this.room.setLobby(waiting.map(toWaitingPerson));
  }

  /** Sends what is on, and nothing else. */
  private readonly publish = (): void => {
    const { camera, microphone, screen } = this.local.state.get();
    this.send("camera", camera.on ? camera.track : null);
    this.send("microphone", microphone.track, !microphone.on || !mayUnmute(this.room.state.get()));
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
    const isMe = (userId: string): boolean => userId === state.self?.userId;
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
      case "hand-raised":
        if (!isMe(event.user_id)) this.news.emit("handRaised", { displayName: nameOf(event.user_id) });
        break;
      case "reaction":
        this.news.emit("reaction", {
          userId: event.from,
          displayName: nameOf(event.from),
          reaction: event.reaction,
        });
        break;
      case "lobby-waiting":
        this.lobbyTurn += 1;
        this.news.emit("knocked", { displayName: event.display_name });
        break;
      case "lobby-left":
        this.lobbyTurn += 1;
        break;
      case "muted":
        this.store.update((call) => ({ ...call, pushToTalk: false }));
        void this.local.setMicrophone(false, false);
        this.news.emit("muted", { displayName: nameOf(event.by) });
        break;
      case "unmute-requested":
        this.news.emit("unmuteRequested", { displayName: nameOf(event.by) });
        break;
      case "room-locked":
        this.news.emit("locked", { locked: event.locked });
        break;
      case "user-updated": {
        const { role } = event.user_info;
        const { self } = this.before;
        if (!isMe(event.user_id) || role === "guest" || self === null || role === self.role) break;
        this.news.emit("roleChanged", { role });
        if (moderates(role) && !moderates(self.role)) void this.readLobby();
        break;
      }
      case "chat":
        if (!isMe(event.from)) {
          if (!this.chatOpen) this.store.update((call) => ({ ...call, unread: call.unread + 1 }));
          this.news.emit("chat", {
            displayName: event.user_info?.display_name ?? nameOf(event.from),
            text: event.text,
            onlyToMe: event.to != null,
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

/** Whether somebody in that room may turn the microphone on: by themselves, or because they were asked to. */
export function mayUnmute({ self }: RoomState): boolean {
  return self === null || self.grants.can_unmute || self.askedToUnmute;
}
