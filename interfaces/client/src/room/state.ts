// What a room looks like from here, and how events change it. Pure: no media, no network.
import type { ConnectionState } from "../signaling/connection.ts";
import type {
  Grants,
  MediaKind,
  MediaSource,
  ParticipantInfo,
  ProducerInfo,
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
  /** Their tracks by source. */
  media: Partial<Record<MediaSource, RemoteMedia>>;
  /** How well their media arrives here. */
  quality: Quality;
}

/** A line of the chat. */
export interface ChatMessage {
  /** Counts from 1 in this page. */
  key: number;
  from: string;
  displayName: string;
  text: string;
  /** RFC 3339. */
  at: string;
  own: boolean;
}

/** Who I am in the room. */
export interface Self {
  userId: string;
  role: Role;
  grants: Grants;
}

/** Whether media flows: `interrupted` while a transport has lost its connection. */
export type MediaStatus = "none" | "connecting" | "connected" | "interrupted";

/** Everything a user interface needs to draw a room. */
export interface RoomState {
  connection: ConnectionState;
  media: MediaStatus;
  self: Self | null;
  /** RFC 3339; when the room was opened. */
  openedAt: string | null;
  /** The others, in the order in which they joined. */
  participants: readonly Participant[];
  /** Who speaks, possibly myself. */
  activeSpeaker: string | null;
  chat: readonly ChatMessage[];
  /** How well my own media leaves. */
  ownQuality: Quality;
}

/** The state before anything happened. */
export const INITIAL_ROOM_STATE: RoomState = {
  connection: { status: "idle" },
  media: "none",
  self: null,
  openedAt: null,
  participants: [],
  activeSpeaker: null,
  chat: [],
  ownQuality: "unknown",
};

/** At most so many lines of chat are kept. */
export const CHAT_LIMIT = 1000;

/** The state after a join: the welcome replaces all that was known of others; the chat stays. */
export function welcomed(state: RoomState, welcome: Welcome): RoomState {
  const known = new Map(state.participants.map((participant) => [participant.userId, participant]));
  return {
    ...state,
    self: { userId: welcome.user_id, role: welcome.role, grants: welcome.grants },
    openedAt: welcome.room.opened_at,
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
      const joined = toParticipant({ ...event, producers: [] });
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

function withChat(state: RoomState, event: Extract<ServerEvent, { type: "chat" }>): RoomState {
  const sender = state.participants.find((participant) => participant.userId === event.from);
  const last = state.chat.at(-1)?.key ?? 0;
  const message: ChatMessage = {
    key: last + 1,
    from: event.from,
    displayName: event.user_info?.display_name ?? sender?.displayName ?? "",
    text: event.text,
    at: event.at,
    own: event.from === state.self?.userId,
  };
  return { ...state, chat: [...state.chat, message].slice(-CHAT_LIMIT) };
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
    media,
    quality: known?.quality ?? "unknown",
  };
}

function toRemoteMedia(info: ProducerInfo): RemoteMedia {
  const { producer_id: producerId, kind, source, paused } = info;
  return { producerId, kind, source, paused, track: null };
}

function byJoin(a: Participant, b: Participant): number {
  return a.joinedAt.localeCompare(b.joinedAt) || a.userId.localeCompare(b.userId);
}
