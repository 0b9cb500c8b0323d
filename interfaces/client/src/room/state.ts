// What a room looks like from here, and how events change it. Pure: no media, no network.
import type { ConnectionState } from "../signaling/connection.ts";
import type {
  Grants,
  MediaKind,
  MediaSource,
  ParticipantInfo,
  ProducerInfo,
  Requests,
  Role,
  ServerEvent,
  Welcome,
} from "../signaling/messages.ts";
import type { Quality } from "./quality.ts";

/** One track of somebody else. */
export interface RemoteMedia {
  producerId: string;
  kind: MediaKind;
  source: MediaSource;
  /** Whether its sender has paused it (a muted microphone). */
  paused: boolean;
  /** The track, once it is received. */
  track: MediaStreamTrack | null;
}

/** Somebody else in the room. */
export interface Participant {
  userId: string;
  displayName: string;
  role: Role;
  /** RFC 3339. */
  joinedAt: string;
  /** RFC 3339; since when their hand is raised, null when it is down. */
  handRaisedAt: string | null;
  /** Their tracks by source. */
  media: Partial<Record<MediaSource, RemoteMedia>>;
  /** How well their media arrives here. */
  quality: Quality;
}

/** A line of the chat. */
export interface ChatMessage {
  /** Names it; messages are in sending order by it. */
  id: string;
  from: string;
  displayName: string;
  /** Who it is for alone, besides its writer; null: everybody. */
  to: string | null;
  /** What that one is called; empty when nobody knows. */
  toName: string;
  /** Empty when it was deleted. */
  text: string;
  deleted: boolean;
  /** RFC 3339. */
  at: string;
  own: boolean;
}

/** Who I am in the room. */
export interface Self {
  userId: string;
  role: Role;
  grants: Grants;
  /** The name that somebody gave me here; null while it is the one that I came with. */
  displayName: string | null;
  /** RFC 3339; since when my hand is raised, null when it is down. */
  handRaisedAt: string | null;
  /** Whether a host or co-host asked me to turn my microphone on, so that I may. */
  askedToUnmute: boolean;
}

/** Somebody in the lobby. */
export interface WaitingPerson {
  userId: string;
  displayName: string;
  /** Whether they have no account. */
  guest: boolean;
  /** RFC 3339. */
  since: string;
}

/** Whether media flows: `interrupted` while a transport has lost its connection, or the room its media worker. */
export type MediaStatus = "none" | "connecting" | "connected" | "interrupted";

/** Everything a user interface needs to draw a room. */
export interface RoomState {
  connection: ConnectionState;
  media: MediaStatus;
  self: Self | null;
  /** Whether I wait in the lobby until somebody lets me in. */
  waiting: boolean;
  /** RFC 3339; when the room was opened. */
  openedAt: string | null;
  /** Whether nobody new is let in. */
  locked: boolean;
  /** Who is shown large to everybody, possibly myself. */
  spotlight: string | null;
  /** Who waits in the lobby, in the order of coming. Only hosts and co-hosts are told. */
  lobby: readonly WaitingPerson[];
  /** The others, in the order in which they joined. */
  participants: readonly Participant[];
  /** Who speaks, possibly myself. */
  activeSpeaker: string | null;
  /** What was written, in sending order: as far as it was read, at most {@link CHAT_LIMIT} lines. */
  chat: readonly ChatMessage[];
  /** Whether more was written before the first line, which can be read. */
  earlierChat: boolean;
  /** How well my own media leaves. */
  ownQuality: Quality;
}

/** The state before anything happened. */
export const INITIAL_ROOM_STATE: RoomState = {
  connection: { status: "idle" },
  media: "none",
  self: null,
  waiting: false,
  openedAt: null,
  locked: false,
  spotlight: null,
  lobby: [],
  participants: [],
  activeSpeaker: null,
  chat: [],
  earlierChat: false,
  ownQuality: "unknown",
};

/** At most so many lines of chat are kept. */
export const CHAT_LIMIT = 1000;

/** The state after a join: the welcome replaces all that was known of others; the chat stays. */
export function welcomed(state: RoomState, welcome: Welcome): RoomState {
  const known = new Map(state.participants.map((participant) => [participant.userId, participant]));
  return {
    ...state,
    self: {
      userId: welcome.user_id,
      role: welcome.role,
      grants: welcome.grants,
      displayName: state.self?.displayName ?? null,
      handRaisedAt: null,
      askedToUnmute: false,
    },
    waiting: welcome.waiting,
    openedAt: welcome.room.opened_at,
    locked: welcome.room.locked,
    spotlight: welcome.room.spotlight ?? null,
    lobby: moderates(welcome.role) ? state.lobby : [],
    activeSpeaker: null,
    participants: welcome.participants
      .map((info) => toParticipant(info, known.get(info.user_id)))
      .sort(byJoin),
  };
}

/** The state after an event. Events that only concern media handles leave it as it is. */
export function reduce(state: RoomState, event: ServerEvent): RoomState {
  switch (event.type) {
    case "user-joined": {
      const others = state.participants.filter((participant) => participant.userId !== event.user_id);
      const joined = toParticipant({ ...event, hand_raised_at: null, producers: [] });
      return { ...state, participants: [...others, joined].sort(byJoin) };
    }
    case "user-left":
      return {
        ...state,
        participants: state.participants.filter((participant) => participant.userId !== event.user_id),
        activeSpeaker: state.activeSpeaker === event.user_id ? null : state.activeSpeaker,
      };
    case "new-producer":
      return withParticipant(state, event.user_id, (participant) => ({
        ...participant,
        media: { ...participant.media, [event.source]: toRemoteMedia(event) },
      }));
    case "producer-paused":
    case "producer-resumed":
      return withProducer(state, event.producer_id, (media) => ({
        ...media,
        paused: event.type === "producer-paused",
      }));
    case "producer-closed":
      return withProducer(state, event.producer_id, () => null);
    case "active-speaker":
      return { ...state, activeSpeaker: event.user_id ?? null };
    case "chat":
      return withChat(state, event);
    case "chat-deleted":
      return withDeleted(state, event.message_id);
    case "user-updated":
      return withUserInfo(state, event);
    case "grants-changed":
      return withSelf(state, (self) => ({ ...self, grants: event.grants }));
    case "hand-raised":
      return withHand(state, event.user_id, event.at);
    case "hand-lowered":
      return withHand(state, event.user_id, null);
    case "muted":
      return withSelf(state, (self) => ({ ...self, askedToUnmute: false }));
    case "unmute-requested":
      return withSelf(state, (self) => ({ ...self, askedToUnmute: true }));
    case "spotlight":
      return { ...state, spotlight: event.user_id ?? null };
    case "room-locked":
      return { ...state, locked: event.locked };
    case "room-moved":
      return {
        ...state,
        media: "interrupted",
        activeSpeaker: null,
        participants: state.participants.map((participant) => ({ ...participant, media: {} })),
      };
    case "lobby-waiting": {
      const others = state.lobby.filter((person) => person.userId !== event.user_id);
      return { ...state, lobby: [...others, toWaitingPerson(event)].sort(bySince) };
    }
    case "lobby-left":
      return { ...state, lobby: state.lobby.filter((person) => person.userId !== event.user_id) };
    default:
      return state;
  }
}

/** The state after the track of a producer arrived (or went). */
export function withTrack(state: RoomState, producerId: string, track: MediaStreamTrack | null): RoomState {
  return withProducer(state, producerId, (media) => ({ ...media, track }));
}

/** The state with qualities measured anew; people without a measurement keep theirs. */
export function withQualities(
  state: RoomState,
  own: Quality,
  qualities: ReadonlyMap<string, Quality>,
): RoomState {
  const unchanged =
    state.ownQuality === own &&
    state.participants.every((each) => (qualities.get(each.userId) ?? each.quality) === each.quality);
  if (unchanged) return state;
  return {
    ...state,
    ownQuality: own,
    participants: state.participants.map((each) => {
      const quality = qualities.get(each.userId) ?? each.quality;
      return quality === each.quality ? each : { ...each, quality };
    }),
  };
}

/** The state when it was asked who waits. */
export function withLobby(state: RoomState, waiting: readonly WaitingPerson[]): RoomState {
  return { ...state, lobby: [...waiting].sort(bySince) };
}

/** The state when a page of what was written was read. Lines that are known already come once. */
export function withHistory(state: RoomState, page: Requests["chat-history"]["answer"]): RoomState {
  const lines = page.messages.map((info): ChatMessage => {
    const { message_id: id, from, display_name: displayName, at, to = null, to_name, text = null } = info;
    const own = from === state.self?.userId;
    return {
      id,
      from,
      displayName,
      to,
      toName: to_name ?? "",
      text: text ?? "",
      deleted: text === null,
      at,
      own,
    };
  });
  const first = lines[0]?.id ?? "";
  const more = page.before != null;
  const older = state.chat.filter(({ id }) => id < first);
  const overlaps = lines.some(({ id }) => state.chat.some((known) => known.id === id));
  // More than a page was written while the connection was lost: what is older would be before a gap.
  const torn = more && older.length > 0 && !overlaps;
  const chat = torn ? state.chat.filter(({ id }) => id >= first) : state.chat;
  const next = lines.reduce(withLine, { ...state, chat });
  const earlier = older.length > 0 && !torn ? state.earlierChat : more;
  return { ...next, earlierChat: earlier && next.chat.length < CHAT_LIMIT };
}

/** Somebody who waits, in the words of the contract, in ours. */
export function toWaitingPerson(info: {
  user_id: string;
  display_name: string;
  guest: boolean;
  since: string;
}): WaitingPerson {
  const { user_id: userId, display_name: displayName, guest, since } = info;
  return { userId, displayName, guest, since };
}

/** Whether somebody with that role may act on others. */
export function moderates(role: Role): boolean {
  return role === "host" || role === "co-host";
}

/** Whether somebody with that role may act on somebody with the other. */
export function outranks(role: Role, other: Role): boolean {
  return RANK[role] > RANK[other];
}

const RANK: Record<Role, number> = { guest: 0, participant: 0, "co-host": 1, host: 2 };

/** Whose hands are raised, myself included, in the order in which they want to speak. */
export function raisedHands(state: RoomState): string[] {
  const { self, participants } = state;
  return [...participants, ...(self ? [self] : [])]
    .flatMap(({ userId, handRaisedAt }) => (handRaisedAt === null ? [] : [{ userId, handRaisedAt }]))
    .sort((a, b) => a.handRaisedAt.localeCompare(b.handRaisedAt))
    .map(({ userId }) => userId);
}

function withSelf(state: RoomState, change: (self: Self) => Self): RoomState {
  return state.self === null ? state : { ...state, self: change(state.self) };
}

function withHand(state: RoomState, userId: string, handRaisedAt: string | null): RoomState {
  if (userId === state.self?.userId) return withSelf(state, (self) => ({ ...self, handRaisedAt }));
  return withParticipant(state, userId, (participant) => ({ ...participant, handRaisedAt }));
}

function withUserInfo(state: RoomState, event: Extract<ServerEvent, { type: "user-updated" }>): RoomState {
  const { display_name: displayName, role } = event.user_info;
  if (event.user_id === state.self?.userId) {
    const changed = withSelf(state, (self) => ({ ...self, displayName, role }));
    return moderates(role) ? changed : { ...changed, lobby: [] };
  }
  return withParticipant(state, event.user_id, (participant) => ({ ...participant, displayName, role }));
}

/** Adds a line in its place. One that is known stays, unless it is deleted by now. */
function withLine(state: RoomState, line: ChatMessage): RoomState {
  if (state.chat.some(({ id }) => id === line.id)) return line.deleted ? withDeleted(state, line.id) : state;
  const after = state.chat.findLastIndex(({ id }) => id < line.id);
  return { ...state, chat: state.chat.toSpliced(after + 1, 0, line).slice(-CHAT_LIMIT) };
}

function withDeleted(state: RoomState, id: string): RoomState {
  const chat = state.chat.map((line) => (line.id === id ? { ...line, text: "", deleted: true } : line));
  return { ...state, chat };
}

function withChat(state: RoomState, event: Extract<ServerEvent, { type: "chat" }>): RoomState {
  const nameOf = (userId: string) =>
    state.participants.find((participant) => participant.userId === userId)?.displayName ?? "";
  const to = event.to ?? null;
  const message: ChatMessage = {
    id: event.message_id,
    from: event.from,
    displayName: event.user_info?.display_name ?? nameOf(event.from),
    to,
    toName: to === null ? "" : nameOf(to),
    text: event.text,
    deleted: false,
    at: event.at,
    own: event.from === state.self?.userId,
  };
  return withLine(state, message);
}

function withParticipant(
  state: RoomState,
  userId: string,
  change: (participant: Participant) => Participant,
): RoomState {
  return {
    ...state,
    participants: state.participants.map((each) => (each.userId === userId ? change(each) : each)),
  };
}

function withProducer(
  state: RoomState,
  producerId: string,
  change: (media: RemoteMedia) => RemoteMedia | null,
): RoomState {
  return {
    ...state,
    participants: state.participants.map((participant) => {
      const found = Object.values(participant.media).find((media) => media.producerId === producerId);
      if (!found) return participant;
      const next = change(found);
      const media = { ...participant.media };
      if (next === null) delete media[found.source];
      else media[found.source] = next;
      return { ...participant, media };
    }),
  };
}

function toParticipant(info: ParticipantInfo, known?: Participant): Participant {
  const media: Participant["media"] = {};
  for (const producer of info.producers) media[producer.source] = toRemoteMedia(producer);
  return {
    userId: info.user_id,
    displayName: info.user_info.display_name,
    role: info.user_info.role,
    joinedAt: info.joined_at,
    handRaisedAt: info.hand_raised_at ?? null,
    media,
    quality: known?.quality ?? "unknown",
  };
}

function toRemoteMedia(info: ProducerInfo): RemoteMedia {
  const { producer_id: producerId, kind, source, paused } = info;
  return { producerId, kind, source, paused, track: null };
}

function bySince(a: WaitingPerson, b: WaitingPerson): number {
  return a.since.localeCompare(b.since) || a.userId.localeCompare(b.userId);
}

function byJoin(a: Participant, b: Participant): number {
  return a.joinedAt.localeCompare(b.joinedAt) || a.userId.localeCompare(b.userId);
}
