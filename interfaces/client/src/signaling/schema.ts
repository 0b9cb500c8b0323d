// Generated from the published contract by `npm run generate`. Do not edit.
/**
 * Messages of GET /ws/signaling: one JSON object per WebSocket text frame of at most 262144 bytes.
 */
export type SignalingMessage = ClientMessage | ServerMessage;
/**
 * Any message of a client.
 */
export type ClientMessage =
  | JoinRequest
  | LeaveRequest
  | PingRequest
  | OfferRequest
  | AnswerRequest
  | CandidateRequest
  | GetRouterCapabilitiesRequest
  | CreateTransportRequest
  | ConnectTransportRequest
  | RestartIceRequest
  | ProduceRequest
  | PauseProducerRequest
  | ResumeProducerRequest
  | CloseProducerRequest
  | ConsumeRequest
  | ResumeConsumerRequest
  | PauseConsumerRequest
  | CloseConsumerRequest
  | SetPreferredLayersRequest
  | RequestKeyframeRequest
  | GetStatsRequest
  | ChatRequest
  | ChatHistoryRequest
  | DeleteMessageRequest
  | RaiseHandRequest
  | LowerHandRequest
  | ReactionRequest
  | SpotlightRequest
  | SetProfileRequest
  | MuteRequest
  | AskToUnmuteRequest
  | KickRequest
  | SetRoleRequest
  | AdmitRequest
  | DenyRequest
  | LockRequest
  | UnlockRequest
  | EndRequest;
/**
 * Any message of the server.
 */
export type ServerMessage = ServerAnswer | ServerEvent;
/**
 * Any answer of the server.
 */
export type ServerAnswer =
  | WelcomeAnswer
  | PongAnswer
  | OkAnswer
  | RouterCapabilitiesAnswer
  | CreateTransportAnswer
  | RestartIceAnswer
  | ProduceAnswer
  | ConsumeAnswer
  | StatsAnswer
  | ChatHistoryAnswer
  | ErrorAnswer;
/**
 * Where a track comes from. Microphone and screen-audio are audio, camera and screen are video.
 */
export type Source = "camera" | "microphone" | "screen" | "screen-audio";
/**
 * Any event of the server.
 */
export type ServerEvent =
  | UserJoinedEvent
  | UserLeftEvent
  | NewProducerEvent
  | ProducerPausedEvent
  | ProducerResumedEvent
  | ProducerClosedEvent
  | ConsumerPausedEvent
  | ConsumerResumedEvent
  | ConsumerClosedEvent
  | ConsumerLayersEvent
  | ConsumerScoreEvent
  | ActiveSpeakerEvent
  | AudioLevelsEvent
  | OfferEvent
  | AnswerEvent
  | CandidateEvent
  | ChatEvent
  | ChatDeletedEvent
  | UserUpdatedEvent
  | GrantsChangedEvent
  | HandRaisedEvent
  | HandLoweredEvent
  | ReactionEvent
  | MutedEvent
  | UnmuteRequestedEvent
  | SpotlightEvent
  | RoomLockedEvent
  | LobbyWaitingEvent
  | LobbyLeftEvent
  | LobbyAdmittedEvent
  | LobbyDeniedEvent
  | SessionReplacedEvent
  | KickedEvent
  | RoomEndedEvent
  | ServerDrainingEvent
  | TransportDisconnectedEvent
  | RoomMovedEvent;

/**
 * Enters a room. The first message of every connection.
 */
export interface JoinRequest {
  /**
   * Chosen by the client; the answer bears the same.
   */
  id?: number;
  /**
   * The room; must be the token's.
   */
  room_id: string;
  /**
   * The room token that the REST API handed out. Never put it into a URL.
   */
  token: string;
  type: "join";
}
/**
 * Leaves the room; the server answers, then closes the connection.
 */
export interface LeaveRequest {
  /**
   * Chosen by the client; the answer bears the same.
   */
  id?: number;
  type: "leave";
}
/**
 * Tells that the client lives; answered by `pong`.
 */
export interface PingRequest {
  /**
   * Chosen by the client; the answer bears the same.
   */
  id?: number;
  type: "ping";
}
/**
 * An SDP offer for another participant, relayed to it with `from`.
 */
export interface OfferRequest {
  /**
   * Chosen by the client; the answer bears the same.
   */
  id?: number;
  /**
   * The session description.
   */
  sdp: string;
  /**
   * The `user_id` of the participant it is for.
   */
  target: string;
  type: "offer";
}
/**
 * An SDP answer for another participant, relayed to it with `from`.
 */
export interface AnswerRequest {
  /**
   * Chosen by the client; the answer bears the same.
   */
  id?: number;
  /**
   * The session description.
   */
  sdp: string;
  /**
   * The `user_id` of the participant it is for.
   */
  target: string;
  type: "answer";
}
/**
 * An ICE candidate for another participant, relayed to it with `from`.
 */
export interface CandidateRequest {
  /**
   * `RTCIceCandidateInit`, or null for the end of candidates.
   */
  candidate: {
    [k: string]: unknown;
  };
  /**
   * Chosen by the client; the answer bears the same.
   */
  id?: number;
  /**
   * The `user_id` of the participant it is for.
   */
  target: string;
  type: "candidate";
}
/**
 * Asks for the router's RTP capabilities (after `room-moved`; otherwise `welcome` has them).
 */
export interface GetRouterCapabilitiesRequest {
  /**
   * Chosen by the client; the answer bears the same.
   */
  id?: number;
  type: "get-router-capabilities";
}
/**
 * Makes a WebRTC transport.
 */
export interface CreateTransportRequest {
  /**
   * Sending or receiving.
   */
  direction: "send" | "recv";
  /**
   * Chosen by the client; the answer bears the same.
   */
  id?: number;
  /**
   * `{numStreams: {OS, MIS}}` when data channels are wanted.
   */
  sctp_capabilities?: {
    [k: string]: unknown;
  } | null;
  type: "create-transport";
}
/**
 * Connects a transport with the client's DTLS parameters.
 */
export interface ConnectTransportRequest {
  /**
   * mediasoup-client's `dtlsParameters`.
   */
  dtls_parameters: {
    [k: string]: unknown;
  };
  /**
   * Chosen by the client; the answer bears the same.
   */
  id?: number;
  /**
   * Which transport.
   */
  transport_id: string;
  type: "connect-transport";
}
/**
 * Asks for new ICE credentials of a transport, after a change of network.
 */
export interface RestartIceRequest {
  /**
   * Chosen by the client; the answer bears the same.
   */
  id?: number;
  /**
   * Which transport.
   */
  transport_id: string;
  type: "restart-ice";
}
/**
 * Starts to send a track.
 */
export interface ProduceRequest {
  /**
   * Chosen by the client; the answer bears the same.
   */
  id?: number;
  /**
   * Audio or video; must fit the source.
   */
  kind: "audio" | "video";
  /**
   * Whether it starts paused.
   */
  paused?: boolean;
  /**
   * mediasoup-client's `rtpParameters`.
   */
  rtp_parameters: {
    [k: string]: unknown;
  };
  /**
   * Where the track comes from.
   */
  source: "camera" | "microphone" | "screen" | "screen-audio";
  /**
   * A transport of direction `send`.
   */
  transport_id: string;
  type: "produce";
}
/**
 * Stops forwarding a track of one's own for a while.
 */
export interface PauseProducerRequest {
  /**
   * Chosen by the client; the answer bears the same.
   */
  id?: number;
  /**
   * Which producer.
   */
  producer_id: string;
  type: "pause-producer";
}
/**
 * Goes on forwarding a track of one's own.
 */
export interface ResumeProducerRequest {
  /**
   * Chosen by the client; the answer bears the same.
   */
  id?: number;
  /**
   * Which producer.
   */
  producer_id: string;
  type: "resume-producer";
}
/**
 * Ends a track of one's own.
 */
export interface CloseProducerRequest {
  /**
   * Chosen by the client; the answer bears the same.
   */
  id?: number;
  /**
   * Which producer.
   */
  producer_id: string;
  type: "close-producer";
}
/**
 * Starts to receive somebody's track. It starts paused: send `resume-consumer` when the client is ready.
 */
export interface ConsumeRequest {
  /**
   * Chosen by the client; the answer bears the same.
   */
  id?: number;
  /**
   * Whose track.
   */
  producer_id: string;
  /**
   * mediasoup-client's `device.rtpCapabilities`.
   */
  rtp_capabilities: {
    [k: string]: unknown;
  };
  /**
   * A transport of direction `recv`.
   */
  transport_id: string;
  type: "consume";
}
/**
 * Goes on receiving a track.
 */
export interface ResumeConsumerRequest {
  /**
   * Which consumer.
   */
  consumer_id: string;
  /**
   * Chosen by the client; the answer bears the same.
   */
  id?: number;
  type: "resume-consumer";
}
/**
 * Stops receiving a track for a while.
 */
export interface PauseConsumerRequest {
  /**
   * Which consumer.
   */
  consumer_id: string;
  /**
   * Chosen by the client; the answer bears the same.
   */
  id?: number;
  type: "pause-consumer";
}
/**
 * Ends receiving a track.
 */
export interface CloseConsumerRequest {
  /**
   * Which consumer.
   */
  consumer_id: string;
  /**
   * Chosen by the client; the answer bears the same.
   */
  id?: number;
  type: "close-consumer";
}
/**
 * Asks for at most these layers of a simulcast or SVC stream.
 */
export interface SetPreferredLayersRequest {
  /**
   * Which consumer.
   */
  consumer_id: string;
  /**
   * Chosen by the client; the answer bears the same.
   */
  id?: number;
  /**
   * Resolution layer, 0 the lowest.
   */
  spatial_layer: number;
  /**
   * Frame-rate layer, 0 the lowest; the highest when absent.
   */
  temporal_layer?: number | null;
  type: "set-preferred-layers";
}
/**
 * Asks the sender of a video track for a key frame.
 */
export interface RequestKeyframeRequest {
  /**
   * Which consumer.
   */
  consumer_id: string;
  /**
   * Chosen by the client; the answer bears the same.
   */
  id?: number;
  type: "request-keyframe";
}
/**
 * Asks for statistics of something of one's own.
 */
export interface GetStatsRequest {
  /**
   * Chosen by the client; the answer bears the same.
   */
  id?: number;
  /**
   * What kind of thing.
   */
  target: "transport" | "producer" | "consumer";
  /**
   * Which one.
   */
  target_id: string;
  type: "get-stats";
}
/**
 * Writes to everybody in the room, or to one other alone. The `chat` event comes to all, or to these two: the writer
 * included, in the same order. It is kept, and can be read by `chat-history`.
 */
export interface ChatRequest {
  /**
   * Chosen by the client; the answer bears the same.
   */
  id?: number;
  /**
   * What to say: 1 to 4000 characters, not only white space.
   */
  text: string;
  /**
   * The `user_id` of the one participant it is for; everybody when absent.
   */
  to?: string | null;
  type: "chat";
}
/**
 * Asks for what was written in the room earlier, the newest first: private messages only of one's own.
 */
export interface ChatHistoryRequest {
  /**
   * Only what was written before this message: the `before` of the answer that came last.
   */
  before?: string | null;
  /**
   * Chosen by the client; the answer bears the same.
   */
  id?: number;
  /**
   * How many messages, at most; 50 when absent.
   */
  limit?: number | null;
  type: "chat-history";
}
/**
 * Deletes a message for good: one's own, or as host or co-host any that one sees.
 */
export interface DeleteMessageRequest {
  /**
   * Chosen by the client; the answer bears the same.
   */
  id?: number;
  /**
   * Which message.
   */
  message_id: string;
  type: "delete-message";
}
/**
 * Raises one's hand.
 */
export interface RaiseHandRequest {
  /**
   * Chosen by the client; the answer bears the same.
   */
  id?: number;
  type: "raise-hand";
}
/**
 * Lowers one's hand, or as host or co-host somebody else's.
 */
export interface LowerHandRequest {
  /**
   * Chosen by the client; the answer bears the same.
   */
  id?: number;
  /**
   * Whose; one's own when absent.
   */
  target?: string | null;
  type: "lower-hand";
}
/**
 * Shows everybody how one feels.
 */
export interface ReactionRequest {
  /**
   * Chosen by the client; the answer bears the same.
   */
  id?: number;
  /**
   * How.
   */
  reaction: "thumbs-up" | "clap" | "heart" | "laugh" | "surprised" | "party" | "wave" | "thinking";
  type: "reaction";
}
/**
 * Shows somebody large to everybody, as host or co-host.
 */
export interface SpotlightRequest {
  /**
   * Chosen by the client; the answer bears the same.
   */
  id?: number;
  /**
   * Whom; nobody in particular when absent or null.
   */
  target?: string | null;
  type: "spotlight";
}
/**
 * Takes another name, or as host or co-host gives somebody of a lower role one.
 */
export interface SetProfileRequest {
  /**
   * The name: 1 to 64 characters.
   */
  display_name: string;
  /**
   * Chosen by the client; the answer bears the same.
   */
  id?: number;
  /**
   * Who; oneself when absent.
   */
  target?: string | null;
  type: "set-profile";
}
/**
 * Turns microphones off, as host or co-host.
 */
export interface MuteRequest {
  /**
   * Chosen by the client; the answer bears the same.
   */
  id?: number;
  /**
   * Whose; those of all of a lower role when absent.
   */
  target?: string | null;
  type: "mute";
}
/**
 * Asks somebody to turn the microphone on, as host or co-host. They may then.
 */
export interface AskToUnmuteRequest {
  /**
   * Chosen by the client; the answer bears the same.
   */
  id?: number;
  /**
   * Whom.
   */
  target: string;
  type: "ask-to-unmute";
}
/**
 * Sends somebody out, as host or co-host. Their room token is useless then.
 */
export interface KickRequest {
  /**
   * Whether they may not come back.
   */
  ban?: boolean;
  /**
   * Chosen by the client; the answer bears the same.
   */
  id?: number;
  /**
   * Whom.
   */
  target: string;
  type: "kick";
}
/**
 * Gives somebody another role, as host.
 */
export interface SetRoleRequest {
  /**
   * Chosen by the client; the answer bears the same.
   */
  id?: number;
  /**
   * Which.
   */
  role: "host" | "co-host" | "participant";
  /**
   * Whom.
   */
  target: string;
  type: "set-role";
}
/**
 * Lets people in who wait in the lobby, as host or co-host.
 */
export interface AdmitRequest {
  /**
   * Chosen by the client; the answer bears the same.
   */
  id?: number;
  /**
   * Who; all when absent.
   */
  target?: string | null;
  type: "admit";
}
/**
 * Sends people away who wait in the lobby, as host or co-host.
 */
export interface DenyRequest {
  /**
   * Chosen by the client; the answer bears the same.
   */
  id?: number;
  /**
   * Who; all when absent.
   */
  target?: string | null;
  type: "deny";
}
/**
 * Lets nobody new in, as host or co-host.
 */
export interface LockRequest {
  /**
   * Chosen by the client; the answer bears the same.
   */
  id?: number;
  type: "lock";
}
/**
 * Lets new people in again, as host or co-host.
 */
export interface UnlockRequest {
  /**
   * Chosen by the client; the answer bears the same.
   */
  id?: number;
  type: "unlock";
}
/**
 * Ends the meeting for everybody, as host.
 */
export interface EndRequest {
  /**
   * Chosen by the client; the answer bears the same.
   */
  id?: number;
  type: "end";
}
/**
 * The client is in the room, or in its lobby.
 */
export interface WelcomeAnswer {
  grants: GrantsInfo;
  heartbeat: HeartbeatInfo;
  /**
   * STUN and TURN servers to use.
   */
  ice_servers: IceServer[];
  /**
   * Chosen by the client; the answer bears the same.
   */
  id?: number;
  /**
   * The others in the room.
   */
  participants: ParticipantInfo[];
  /**
   * Whether an earlier session goes on.
   */
  resumed: boolean;
  /**
   * Its role.
   */
  role: "host" | "co-host" | "participant" | "guest";
  room: RoomInfo;
  /**
   * For mediasoup-client's `Device.load`.
   */
  router_rtp_capabilities: {
    [k: string]: unknown;
  };
  /**
   * The number of the last event that is contained in this picture: events go on from `seq + 1`.
   */
  seq: number;
  /**
   * Names this session.
   */
  session_id: string;
  type: "welcome";
  /**
   * Who the client is, by its token.
   */
  user_id: string;
  /**
   * Whether the client waits in the lobby: then it hears `lobby-admitted` or `lobby-denied`, and nothing else is done.
   */
  waiting: boolean;
}
/**
 * What it may do.
 */
export interface GrantsInfo {
  /**
   * May write chat messages.
   */
  can_chat: boolean;
  /**
   * May send media at all.
   */
  can_publish: boolean;
  /**
   * The sources it may send.
   */
  can_publish_sources: Source[];
  /**
   * May record.
   */
  can_record: boolean;
  /**
   * May receive media.
   */
  can_subscribe: boolean;
  /**
   * May turn the microphone on by itself.
   */
  can_unmute: boolean;
  /**
   * Is not shown to others.
   */
  hidden: boolean;
}
/**
 * Heartbeat rules.
 */
export interface HeartbeatInfo {
  /**
   * Send something (`ping`) at least so often, in milliseconds.
   */
  interval_ms: number;
  /**
   * After so much silence the server drops the connection, in milliseconds.
   */
  timeout_ms: number;
}
/**
 * A STUN or TURN server, in the shape of WebRTC's `RTCIceServer`.
 */
export interface IceServer {
  /**
   * Password for TURN.
   */
  credential?: string | null;
  /**
   * `stun:`, `turn:` or `turns:` URLs.
   */
  urls: string[];
  /**
   * User name for TURN.
   */
  username?: string | null;
}
/**
 * A participant who is in the room.
 */
export interface ParticipantInfo {
  /**
   * Since when their hand is raised; null when it is not.
   */
  hand_raised_at?: string | null;
  /**
   * Since when.
   */
  joined_at: string;
  /**
   * What they send.
   */
  producers: ProducerInfo[];
  /**
   * Who.
   */
  user_id: string;
  user_info: UserInfo;
}
/**
 * A track that a participant sends.
 */
export interface ProducerInfo {
  /**
   * Audio or video.
   */
  kind: "audio" | "video";
  /**
   * Whether it is paused now.
   */
  paused: boolean;
  /**
   * Names it in `consume`.
   */
  producer_id: string;
  /**
   * Where a track comes from. Microphone and screen-audio are audio, camera and screen are video.
   */
  source: "camera" | "microphone" | "screen" | "screen-audio";
}
/**
 * How to show them.
 */
export interface UserInfo {
  /**
   * The name to show.
   */
  display_name: string;
  /**
   * The role.
   */
  role: "host" | "co-host" | "participant" | "guest";
}
/**
 * The room.
 */
export interface RoomInfo {
  /**
   * The room's id.
   */
  id: string;
  /**
   * Whether nobody else may join now.
   */
  locked: boolean;
  /**
   * Since when it is open.
   */
  opened_at: string;
  /**
   * Who is shown large to everybody; null: nobody in particular.
   */
  spotlight?: string | null;
}
/**
 * Answers `ping`.
 */
export interface PongAnswer {
  /**
   * The server's time.
   */
  at: string;
  /**
   * Chosen by the client; the answer bears the same.
   */
  id?: number;
  type: "pong";
}
/**
 * Done.
 */
export interface OkAnswer {
  /**
   * Chosen by the client; the answer bears the same.
   */
  id: number;
  type: "ok";
}
/**
 * Answers `get-router-capabilities`.
 */
export interface RouterCapabilitiesAnswer {
  /**
   * Chosen by the client; the answer bears the same.
   */
  id: number;
  /**
   * For mediasoup-client's `Device.load`.
   */
  rtp_capabilities: {
    [k: string]: unknown;
  };
  type: "ok";
}
/**
 * Answers `create-transport`: what mediasoup-client's `createSendTransport` and `createRecvTransport` take.
 */
export interface CreateTransportAnswer {
  /**
   * `{role, fingerprints}`.
   */
  dtls_parameters: {
    [k: string]: unknown;
  };
  /**
   * Candidates for every announced address.
   */
  ice_candidates: {
    [k: string]: unknown;
  }[];
  /**
   * `{usernameFragment, password, iceLite}`.
   */
  ice_parameters: {
    [k: string]: unknown;
  };
  /**
   * Chosen by the client; the answer bears the same.
   */
  id: number;
  /**
   * `{port, OS, MIS, maxMessageSize}` when SCTP was asked for.
   */
  sctp_parameters?: {
    [k: string]: unknown;
  } | null;
  /**
   * Names the transport.
   */
  transport_id: string;
  type: "ok";
}
/**
 * Answers `restart-ice`.
 */
export interface RestartIceAnswer {
  /**
   * `{usernameFragment, password, iceLite}`.
   */
  ice_parameters: {
    [k: string]: unknown;
  };
  /**
   * STUN and TURN servers to use from now on: the passwords of those before may have ended.
   */
  ice_servers: IceServer[];
  /**
   * Chosen by the client; the answer bears the same.
   */
  id: number;
  type: "ok";
}
/**
 * Answers `produce`.
 */
export interface ProduceAnswer {
  /**
   * Chosen by the client; the answer bears the same.
   */
  id: number;
  /**
   * Names the producer.
   */
  producer_id: string;
  type: "ok";
}
/**
 * Answers `consume`. The consumer is paused until `resume-consumer`.
 */
export interface ConsumeAnswer {
  /**
   * Names the consumer.
   */
  consumer_id: string;
  /**
   * `simple`, `simulcast`, `svc` or `pipe`.
   */
  consumer_type: string;
  /**
   * Chosen by the client; the answer bears the same.
   */
  id: number;
  /**
   * Audio or video.
   */
  kind: "audio" | "video";
  /**
   * What it forwards.
   */
  producer_id: string;
  /**
   * Whether the producer is paused now.
   */
  producer_paused: boolean;
  /**
   * For mediasoup-client's `transport.consume`.
   */
  rtp_parameters: {
    [k: string]: unknown;
  };
  /**
   * Where it comes from.
   */
  source: "camera" | "microphone" | "screen" | "screen-audio";
  type: "ok";
  /**
   * Who sends it.
   */
  user_id: string;
}
/**
 * Answers `get-stats`.
 */
export interface StatsAnswer {
  /**
   * Chosen by the client; the answer bears the same.
   */
  id: number;
  /**
   * mediasoup's statistics.
   */
  stats: {
    [k: string]: unknown;
  }[];
  type: "ok";
}
/**
 * Answers `chat-history`.
 */
export interface ChatHistoryAnswer {
  /**
   * What to give as `before` for the page before this one; null: there is none.
   */
  before?: string | null;
  /**
   * Chosen by the client; the answer bears the same.
   */
  id: number;
  /**
   * The messages, in sending order.
   */
  messages: ChatMessageInfo[];
  type: "ok";
}
/**
 * A message that was written earlier.
 */
export interface ChatMessageInfo {
  /**
   * When, by the server's clock.
   */
  at: string;
  /**
   * Who deleted it.
   */
  deleted_by?: string | null;
  /**
   * What they were called.
   */
  display_name: string;
  /**
   * Who wrote it.
   */
  from: string;
  /**
   * Names the message.
   */
  message_id: string;
  /**
   * What; null when it was deleted.
   */
  text?: string | null;
  /**
   * Who it is for; null: everybody.
   */
  to?: string | null;
  /**
   * What the one it is for was called.
   */
  to_name?: string | null;
}
/**
 * The request could not be done; nothing has changed.
 */
export interface ErrorAnswer {
  /**
   * A stable code for programs.
   */
  code:
    | "signaling.malformed"
    | "signaling.unknown_type"
    | "signaling.invalid_field"
    | "signaling.too_large"
    | "signaling.not_joined"
    | "signaling.already_joined"
    | "signaling.rate_limited"
    | "token.invalid"
    | "token.expired"
    | "room.locked"
    | "room.full"
    | "room.ended"
    | "room.mismatch"
    | "room.busy"
    | "server.unavailable"
    | "permission.denied"
    | "media.rejected"
    | "media.not_found"
    | "media.cannot_consume"
    | "media.wrong_state"
    | "media.limit_reached"
    | "media.unavailable"
    | "target.not_found"
    | "chat.unavailable"
    | "message.not_found"
    | "internal";
  /**
   * Chosen by the client; the answer bears the same.
   */
  id?: number;
  /**
   * A sentence for developers.
   */
  message: string;
  type: "error";
}
/**
 * Somebody has joined.
 */
export interface UserJoinedEvent {
  /**
   * When.
   */
  joined_at: string;
  /**
   * The event's number in this session, without gaps.
   */
  seq: number;
  type: "user-joined";
  /**
   * Who.
   */
  user_id: string;
  user_info: UserInfo1;
}
/**
 * How to show them.
 */
export interface UserInfo1 {
  /**
   * The name to show.
   */
  display_name: string;
  /**
   * The role.
   */
  role: "host" | "co-host" | "participant" | "guest";
}
/**
 * Somebody has left. `producer-closed` came before for each of their producers.
 */
export interface UserLeftEvent {
  /**
   * Why.
   */
  reason: "left" | "disconnected" | "replaced" | "too-slow" | "kicked";
  /**
   * The event's number in this session, without gaps.
   */
  seq: number;
  type: "user-left";
  /**
   * Who.
   */
  user_id: string;
}
/**
 * Somebody sends a new track.
 */
export interface NewProducerEvent {
  /**
   * Audio or video.
   */
  kind: "audio" | "video";
  /**
   * Whether it is paused now.
   */
  paused: boolean;
  /**
   * Names it in `consume`.
   */
  producer_id: string;
  /**
   * The event's number in this session, without gaps.
   */
  seq: number;
  /**
   * Where a track comes from. Microphone and screen-audio are audio, camera and screen are video.
   */
  source: "camera" | "microphone" | "screen" | "screen-audio";
  type: "new-producer";
  /**
   * Who sends it.
   */
  user_id: string;
}
/**
 * A track was paused by its sender.
 */
export interface ProducerPausedEvent {
  /**
   * Which.
   */
  producer_id: string;
  /**
   * The event's number in this session, without gaps.
   */
  seq: number;
  type: "producer-paused";
  /**
   * Whose.
   */
  user_id: string;
}
/**
 * A track goes on.
 */
export interface ProducerResumedEvent {
  /**
   * Which.
   */
  producer_id: string;
  /**
   * The event's number in this session, without gaps.
   */
  seq: number;
  type: "producer-resumed";
  /**
   * Whose.
   */
  user_id: string;
}
/**
 * A track has ended.
 */
export interface ProducerClosedEvent {
  /**
   * Which.
   */
  producer_id: string;
  /**
   * The event's number in this session, without gaps.
   */
  seq: number;
  type: "producer-closed";
  /**
   * Whose.
   */
  user_id: string;
}
/**
 * The producer of a consumer of yours was paused.
 */
export interface ConsumerPausedEvent {
  /**
   * Which consumer.
   */
  consumer_id: string;
  /**
   * The event's number in this session, without gaps.
   */
  seq: number;
  type: "consumer-paused";
}
/**
 * The producer of a consumer of yours goes on.
 */
export interface ConsumerResumedEvent {
  /**
   * Which consumer.
   */
  consumer_id: string;
  /**
   * The event's number in this session, without gaps.
   */
  seq: number;
  type: "consumer-resumed";
}
/**
 * A consumer of yours has ended.
 */
export interface ConsumerClosedEvent {
  /**
   * Which consumer.
   */
  consumer_id: string;
  /**
   * The event's number in this session, without gaps.
   */
  seq: number;
  type: "consumer-closed";
}
/**
 * The layers that a consumer of yours gets now. Both absent: none, for lack of bandwidth.
 */
export interface ConsumerLayersEvent {
  /**
   * Which consumer.
   */
  consumer_id: string;
  /**
   * The event's number in this session, without gaps.
   */
  seq: number;
  /**
   * Resolution layer.
   */
  spatial_layer?: number | null;
  /**
   * Frame-rate layer.
   */
  temporal_layer?: number | null;
  type: "consumer-layers";
}
/**
 * Quality from 0 (worst) to 10.
 */
export interface ConsumerScoreEvent {
  /**
   * Which consumer of yours.
   */
  consumer_id: string;
  /**
   * Of what the server gets from the sender.
   */
  producer_score: number;
  /**
   * Of what the server sends you.
   */
  score: number;
  /**
   * The event's number in this session, without gaps.
   */
  seq: number;
  type: "consumer-score";
}
/**
 * Who speaks loudest has changed.
 */
export interface ActiveSpeakerEvent {
  /**
   * The event's number in this session, without gaps.
   */
  seq: number;
  type: "active-speaker";
  /**
   * Who; null: silence.
   */
  user_id?: string | null;
}
/**
 * Levels of the loudest participants.
 */
export interface AudioLevelsEvent {
  /**
   * Loudest first.
   */
  levels: AudioLevel[];
  /**
   * The event's number in this session, without gaps.
   */
  seq: number;
  type: "audio-levels";
}
/**
 * How loud somebody is.
 */
export interface AudioLevel {
  /**
   * -127 (silence) to 0 (loudest), in dBov.
   */
  level: number;
  /**
   * Who.
   */
  user_id: string;
}
/**
 * An SDP offer of another participant for you.
 */
export interface OfferEvent {
  /**
   * Whose.
   */
  from: string;
  /**
   * The session description.
   */
  sdp: string;
  /**
   * The event's number in this session, without gaps.
   */
  seq: number;
  type: "offer";
}
/**
 * An SDP answer of another participant for you.
 */
export interface AnswerEvent {
  /**
   * Whose.
   */
  from: string;
  /**
   * The session description.
   */
  sdp: string;
  /**
   * The event's number in this session, without gaps.
   */
  seq: number;
  type: "answer";
}
/**
 * An ICE candidate of another participant for you.
 */
export interface CandidateEvent {
  /**
   * `RTCIceCandidateInit`, or null for the end of candidates.
   */
  candidate: {
    [k: string]: unknown;
  };
  /**
   * Whose.
   */
  from: string;
  /**
   * The event's number in this session, without gaps.
   */
  seq: number;
  type: "candidate";
}
/**
 * Somebody (perhaps you) has written.
 */
export interface ChatEvent {
  /**
   * When, by the server's clock.
   */
  at: string;
  /**
   * Who.
   */
  from: string;
  /**
   * Names the message.
   */
  message_id: string;
  /**
   * The event's number in this session, without gaps.
   */
  seq: number;
  /**
   * What.
   */
  text: string;
  /**
   * Who it is for alone, besides its writer; absent: everybody.
   */
  to?: string | null;
  type: "chat";
  user_info: UserInfo2;
}
/**
 * How to show them.
 */
export interface UserInfo2 {
  /**
   * The name to show.
   */
  display_name: string;
  /**
   * The role.
   */
  role: "host" | "co-host" | "participant" | "guest";
}
/**
 * A message is gone, its text for good.
 */
export interface ChatDeletedEvent {
  /**
   * Who deleted it.
   */
  by: string;
  /**
   * Which message.
   */
  message_id: string;
  /**
   * The event's number in this session, without gaps.
   */
  seq: number;
  type: "chat-deleted";
}
/**
 * Somebody has another name or role.
 */
export interface UserUpdatedEvent {
  /**
   * The event's number in this session, without gaps.
   */
  seq: number;
  type: "user-updated";
  /**
   * Who.
   */
  user_id: string;
  user_info: UserInfo3;
}
/**
 * How to show them now.
 */
export interface UserInfo3 {
  /**
   * The name to show.
   */
  display_name: string;
  /**
   * The role.
   */
  role: "host" | "co-host" | "participant" | "guest";
}
/**
 * You may do other things now. What you may not send any more has ended.
 */
export interface GrantsChangedEvent {
  grants: GrantsInfo1;
  /**
   * The event's number in this session, without gaps.
   */
  seq: number;
  type: "grants-changed";
}
/**
 * What you may do now.
 */
export interface GrantsInfo1 {
  /**
   * May write chat messages.
   */
  can_chat: boolean;
  /**
   * May send media at all.
   */
  can_publish: boolean;
  /**
   * The sources it may send.
   */
  can_publish_sources: Source[];
  /**
   * May record.
   */
  can_record: boolean;
  /**
   * May receive media.
   */
  can_subscribe: boolean;
  /**
   * May turn the microphone on by itself.
   */
  can_unmute: boolean;
  /**
   * Is not shown to others.
   */
  hidden: boolean;
}
/**
 * Somebody has raised their hand.
 */
export interface HandRaisedEvent {
  /**
   * When: the order in which they want to speak.
   */
  at: string;
  /**
   * The event's number in this session, without gaps.
   */
  seq: number;
  type: "hand-raised";
  /**
   * Who.
   */
  user_id: string;
}
/**
 * A hand is down again.
 */
export interface HandLoweredEvent {
  /**
   * The event's number in this session, without gaps.
   */
  seq: number;
  type: "hand-lowered";
  /**
   * Whose.
   */
  user_id: string;
}
/**
 * Somebody (perhaps you) reacts.
 */
export interface ReactionEvent {
  /**
   * Who.
   */
  from: string;
  /**
   * How.
   */
  reaction: "thumbs-up" | "clap" | "heart" | "laugh" | "surprised" | "party" | "wave" | "thinking";
  /**
   * The event's number in this session, without gaps.
   */
  seq: number;
  type: "reaction";
}
/**
 * Your microphone was turned off.
 */
export interface MutedEvent {
  /**
   * By which host or co-host.
   */
  by: string;
  /**
   * The event's number in this session, without gaps.
   */
  seq: number;
  type: "muted";
}
/**
 * You are asked to turn your microphone on, and may.
 */
export interface UnmuteRequestedEvent {
  /**
   * By which host or co-host.
   */
  by: string;
  /**
   * The event's number in this session, without gaps.
   */
  seq: number;
  type: "unmute-requested";
}
/**
 * Who is shown large to everybody has changed.
 */
export interface SpotlightEvent {
  /**
   * The event's number in this session, without gaps.
   */
  seq: number;
  type: "spotlight";
  /**
   * Who; null: nobody in particular.
   */
  user_id?: string | null;
}
/**
 * Whether somebody new is let in has changed.
 */
export interface RoomLockedEvent {
  /**
   * Whether nobody new is.
   */
  locked: boolean;
  /**
   * The event's number in this session, without gaps.
   */
  seq: number;
  type: "room-locked";
}
/**
 * Somebody waits in the lobby. Only hosts and co-hosts are told.
 */
export interface LobbyWaitingEvent {
  /**
   * What they are called.
   */
  display_name: string;
  /**
   * Whether they have no account.
   */
  guest: boolean;
  /**
   * The event's number in this session, without gaps.
   */
  seq: number;
  /**
   * Since when.
   */
  since: string;
  type: "lobby-waiting";
  /**
   * Who.
   */
  user_id: string;
}
/**
 * Somebody waits no more: they went, were let in, or were sent away. Only hosts and co-hosts are told.
 */
export interface LobbyLeftEvent {
  /**
   * The event's number in this session, without gaps.
   */
  seq: number;
  type: "lobby-left";
  /**
   * Who.
   */
  user_id: string;
}
/**
 * You waited, and may come in: join the meeting again by the REST API, then enter with the new token.
 */
export interface LobbyAdmittedEvent {
  /**
   * The event's number in this session, without gaps.
   */
  seq: number;
  type: "lobby-admitted";
}
/**
 * You waited, and are sent away; the connection is closed.
 */
export interface LobbyDeniedEvent {
  /**
   * The event's number in this session, without gaps.
   */
  seq: number;
  type: "lobby-denied";
}
/**
 * You have joined with another connection; this one is closed.
 */
export interface SessionReplacedEvent {
  /**
   * The event's number in this session, without gaps.
   */
  seq: number;
  type: "session-replaced";
}
/**
 * You are made to leave; the connection is closed.
 */
export interface KickedEvent {
  /**
   * Why: `kicked` by a host or co-host, `banned` from the meeting or the server, `signed-out`, `password-changed` or
   * another reason for which the login session has ended, or `session-ended`.
   */
  reason: string;
  /**
   * The event's number in this session, without gaps.
   */
  seq: number;
  type: "kicked";
}
/**
 * The room has ended; the connection is closed.
 */
export interface RoomEndedEvent {
  /**
   * Why: `meeting-ended`, `server-shutdown`, `media-unavailable`, or what the one who ended it gave.
   */
  reason: string;
  /**
   * The event's number in this session, without gaps.
   */
  seq: number;
  type: "room-ended";
}
/**
 * This server is about to stop; join again soon, through another node.
 */
export interface ServerDrainingEvent {
  /**
   * The event's number in this session, without gaps.
   */
  seq: number;
  type: "server-draining";
}
/**
 * A transport of yours has lost its connection; `restart-ice` may bring it back.
 */
export interface TransportDisconnectedEvent {
  /**
   * The event's number in this session, without gaps.
   */
  seq: number;
  /**
   * Which transport.
   */
  transport_id: string;
  type: "transport-disconnected";
}
/**
 * The room's media moved to another worker: all transports, producers and consumers are gone. Ask for the router's
 * capabilities, make transports and produce again; `new-producer` tells what the others send again.
 */
export interface RoomMovedEvent {
  /**
   * The event's number in this session, without gaps.
   */
  seq: number;
  type: "room-moved";
}

/** Requests by type, with their answers. */
export interface Messages {
  join: { request: JoinRequest; answer: WelcomeAnswer };
  leave: { request: LeaveRequest; answer: OkAnswer };
  ping: { request: PingRequest; answer: PongAnswer };
  offer: { request: OfferRequest; answer: OkAnswer };
  answer: { request: AnswerRequest; answer: OkAnswer };
  candidate: { request: CandidateRequest; answer: OkAnswer };
  "get-router-capabilities": { request: GetRouterCapabilitiesRequest; answer: RouterCapabilitiesAnswer };
  "create-transport": { request: CreateTransportRequest; answer: CreateTransportAnswer };
  "connect-transport": { request: ConnectTransportRequest; answer: OkAnswer };
  "restart-ice": { request: RestartIceRequest; answer: RestartIceAnswer };
  produce: { request: ProduceRequest; answer: ProduceAnswer };
  "pause-producer": { request: PauseProducerRequest; answer: OkAnswer };
  "resume-producer": { request: ResumeProducerRequest; answer: OkAnswer };
  "close-producer": { request: CloseProducerRequest; answer: OkAnswer };
  consume: { request: ConsumeRequest; answer: ConsumeAnswer };
  "resume-consumer": { request: ResumeConsumerRequest; answer: OkAnswer };
  "pause-consumer": { request: PauseConsumerRequest; answer: OkAnswer };
  "close-consumer": { request: CloseConsumerRequest; answer: OkAnswer };
  "set-preferred-layers": { request: SetPreferredLayersRequest; answer: OkAnswer };
  "request-keyframe": { request: RequestKeyframeRequest; answer: OkAnswer };
  "get-stats": { request: GetStatsRequest; answer: StatsAnswer };
  chat: { request: ChatRequest; answer: OkAnswer };
  "chat-history": { request: ChatHistoryRequest; answer: ChatHistoryAnswer };
  "delete-message": { request: DeleteMessageRequest; answer: OkAnswer };
  "raise-hand": { request: RaiseHandRequest; answer: OkAnswer };
  "lower-hand": { request: LowerHandRequest; answer: OkAnswer };
  reaction: { request: ReactionRequest; answer: OkAnswer };
  spotlight: { request: SpotlightRequest; answer: OkAnswer };
  "set-profile": { request: SetProfileRequest; answer: OkAnswer };
  mute: { request: MuteRequest; answer: OkAnswer };
  "ask-to-unmute": { request: AskToUnmuteRequest; answer: OkAnswer };
  kick: { request: KickRequest; answer: OkAnswer };
  "set-role": { request: SetRoleRequest; answer: OkAnswer };
  admit: { request: AdmitRequest; answer: OkAnswer };
  deny: { request: DenyRequest; answer: OkAnswer };
  lock: { request: LockRequest; answer: OkAnswer };
  unlock: { request: UnlockRequest; answer: OkAnswer };
  end: { request: EndRequest; answer: OkAnswer };
}
