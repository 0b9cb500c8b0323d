// Rooms: everything that needs mediasoup-client, apart from the rest so that pages without a call need not load it.
export {
  Call,
  mayPublish,
  mayUnmute,
  type CallNews,
  type CallOptions,
  type CallState,
  type GuestPass,
} from "./call.ts";
export { RoomMedia, type RoomMediaHandlers, type Wanted } from "./media.ts";
export {
  flowBetween,
  inboundTotals,
  judge,
  outboundFlows,
  roundTripOf,
  worst,
  type Flow,
  type Quality,
  type Totals,
} from "./quality.ts";
export { RoomSession, type RoomSessionOptions } from "./session.ts";
export {
  CHAT_LIMIT,
  INITIAL_ROOM_STATE,
  moderates,
  outranks,
  raisedHands,
  reduce,
  welcomed,
  type ChatMessage,
  type MediaStatus,
  type Participant,
  type RemoteMedia,
  type RoomState,
  type Self,
  type WaitingPerson,
} from "./state.ts";
export { layerForHeight, planFor, type VisibleTile } from "./view-plan.ts";
