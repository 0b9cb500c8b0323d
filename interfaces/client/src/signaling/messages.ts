// The messages of the signalling protocol: what each request carries, what its answer carries, and every event.
import type { types } from "mediasoup-client";

/** Where a track comes from. */
export type MediaSource = "camera" | "microphone" | "screen" | "screen-audio";
/** Audio or video. */
export type MediaKind = "audio" | "video";
/** What somebody is in a meeting. */
export type Role = "host" | "co-host" | "participant" | "guest";

/** What a participant may do. */
export interface Grants {
  /** May send media. */
  can_publish: boolean;
  /** Which sources; all when empty. */
  can_publish_sources: MediaSource[];
  /** May receive media. */
  can_subscribe: boolean;
  /** May write in the chat. */
  can_chat: boolean;
  /** Is not shown to others. */
  hidden: boolean;
}

/** How others see a participant. */
export interface UserInfo {
  display_name: string;
  role: Role;
}

/** One track that a participant sends. */
export interface ProducerInfo {
  producer_id: string;
  kind: MediaKind;
  source: MediaSource;
  paused: boolean;
}

/** A participant in the state that `welcome` brings. */
export interface ParticipantInfo {
  user_id: string;
  user_info: UserInfo;
  joined_at: string;
  producers: ProducerInfo[];
}

/** The answer to `join`. */
export interface Welcome {
  session_id: string;
  seq: number;
  user_id: string;
  role: Role;
  grants: Grants;
  room: { id: string; locked: boolean; opened_at: string };
  participants: ParticipantInfo[];
  router_rtp_capabilities: types.RtpCapabilities;
  ice_servers: RTCIceServer[];
  heartbeat: { interval_ms: number; timeout_ms: number };
  resumed: boolean;
}

/** What `create-transport` answers. */
export interface TransportAnswer {
  transport_id: string;
  ice_parameters: types.IceParameters;
  ice_candidates: types.IceCandidate[];
  dtls_parameters: types.DtlsParameters;
}

/** What `consume` answers. The consumer starts paused. */
export interface ConsumeAnswer {
  consumer_id: string;
  producer_id: string;
  user_id: string;
  kind: MediaKind;
  source: MediaSource;
  rtp_parameters: types.RtpParameters;
  consumer_type: string;
  producer_paused: boolean;
}

type Nothing = object;
type Consumer = { consumer_id: string };
type Producer = { producer_id: string };

/** Requests by type: the fields that go with one, and the fields of its answer. */
export interface Requests {
  join: { fields: { token: string; room_id: string }; answer: Welcome };
  leave: { fields: Nothing; answer: Nothing };
  ping: { fields: Nothing; answer: { at: string } };
  "create-transport": { fields: { direction: "send" | "recv" }; answer: TransportAnswer };
  "connect-transport": {
    fields: { transport_id: string; dtls_parameters: types.DtlsParameters };
    answer: Nothing;
  };
  "restart-ice": { fields: { transport_id: string }; answer: { ice_parameters: types.IceParameters } };
  produce: {
    fields: {
      transport_id: string;
      kind: MediaKind;
      source: MediaSource;
      rtp_parameters: types.RtpParameters;
      paused?: boolean;
    };
    answer: { producer_id: string };
  };
  "pause-producer": { fields: Producer; answer: Nothing };
  "resume-producer": { fields: Producer; answer: Nothing };
  "close-producer": { fields: Producer; answer: Nothing };
  consume: {
    fields: { transport_id: string; producer_id: string; rtp_capabilities: types.RtpCapabilities };
    answer: ConsumeAnswer;
  };
  "resume-consumer": { fields: Consumer; answer: Nothing };
  "pause-consumer": { fields: Consumer; answer: Nothing };
  "close-consumer": { fields: Consumer; answer: Nothing };
  "set-preferred-layers": {
    fields: Consumer & { spatial_layer: number; temporal_layer?: number };
    answer: Nothing;
  };
  "request-keyframe": { fields: Consumer; answer: Nothing };
  chat: { fields: { text: string }; answer: Nothing };
}

/** Name of a request. */
export type RequestType = keyof Requests;

/** What the server tells without being asked, by type. */
export interface EventFields {
  "user-joined": { user_id: string; user_info: UserInfo; joined_at: string };
  "user-left": { user_id: string; reason: string };
  "new-producer": ProducerInfo & { user_id: string };
  "producer-paused": Producer & { user_id: string };
  "producer-resumed": Producer & { user_id: string };
  "producer-closed": Producer & { user_id: string };
  "consumer-paused": Consumer;
  "consumer-resumed": Consumer;
  "consumer-closed": Consumer;
  "consumer-layers": Consumer & { spatial_layer?: number | null; temporal_layer?: number | null };
  "consumer-score": Consumer & { score: number; producer_score: number };
  "active-speaker": { user_id: string | null };
  "audio-levels": { levels: { user_id: string; level: number }[] };
  chat: { from: string; user_info?: UserInfo | null; text: string; at: string };
  "session-replaced": Nothing;
  "room-ended": { reason: string };
  "server-draining": Nothing;
  "transport-disconnected": { transport_id: string };
  "room-moved": Nothing;
}

/** One event, with its place in the session's sequence. */
export type ServerEvent = {
  [Type in keyof EventFields]: { type: Type; seq: number } & EventFields[Type];
}[keyof EventFields];
