// The messages of the signalling protocol, from the published schema; what the schema leaves open, since it is
// mediasoup-client's, has that library's types here.
import type { types } from "mediasoup-client";
import type {
  GrantsInfo,
  Messages,
  ParticipantInfo,
  ProducerInfo,
  ServerEvent as AnyServerEvent,
  Source,
  UserInfo,
} from "./schema.ts";

export type { ParticipantInfo, ProducerInfo, UserInfo };

/** What a participant may do. */
export type Grants = GrantsInfo;
/** Audio or video. */
export type MediaKind = ProducerInfo["kind"];
/** What somebody is in a meeting. */
export type Role = UserInfo["role"];
/** How people show what they feel. */
export type ReactionKind = Messages["reaction"]["request"]["reaction"];
/** Where a track comes from. */
export type MediaSource = Source;

/** Fields that are passed on verbatim between mediasoup-client and the media engine. */
interface Verbatim {
  router_rtp_capabilities: types.RtpCapabilities;
  rtp_capabilities: types.RtpCapabilities;
  rtp_parameters: types.RtpParameters;
  ice_parameters: types.IceParameters;
  ice_candidates: types.IceCandidate[];
  dtls_parameters: types.DtlsParameters;
  sctp_parameters: types.SctpParameters;
  ice_servers: RTCIceServer[];
}

type Typed<Message> = {
  [Field in keyof Message]: Field extends keyof Verbatim ? Verbatim[Field] : Message[Field];
};

/** Requests by type: the fields that go with one, and the fields of its answer. */
export type Requests = {
  [Type in keyof Messages]: {
    fields: Omit<Typed<Messages[Type]["request"]>, "type" | "id">;
    answer: Omit<Typed<Messages[Type]["answer"]>, "type" | "id">;
  };
};

/** Name of a request. */
export type RequestType = keyof Requests;

/** The answer to `join`. */
export type Welcome = Requests["join"]["answer"];

/** One event, with its place in the session's sequence. */
export type ServerEvent = AnyServerEvent;
