// The client of Open Meeting: REST calls, signalling, local devices and layout. Rooms are in `@open-meeting/client/room`.
export { Api, type ApiOptions, type GuestEntry, type NewMeeting, type Registration } from "./rest/api.ts";
export { AccountApi } from "./rest/account-api.ts";
export { AdminApi, type AuditQuery, type UserQuery } from "./rest/admin-api.ts";
export { CalendarApi, type OccurrenceWindow } from "./rest/calendar-api.ts";
export { ChatApi } from "./rest/chat-api.ts";
export { HostingApi } from "./rest/hosting-api.ts";
export { IntegrationApi, type PageQuery } from "./rest/integration-api.ts";
export { InvitationApi } from "./rest/invitation-api.ts";
export { NotificationApi, type NotificationQuery } from "./rest/notification-api.ts";
export {
  NotificationFeed,
  type NotificationEvent,
  type NotificationFeedOptions,
} from "./notifications/notification-feed.ts";
export { ApiError } from "./rest/api-error.ts";
export {
  AuthSession,
  type AuthSessionOptions,
  type AuthState,
  type Granted,
  type TabChannel,
  type TabMessage,
} from "./rest/auth-session.ts";
export type {
  AdminUser,
  AdminUserPage,
  ApiKey,
  ApiKeyPage,
  AppNotification,
  AuditEntry,
  AuditPage,
  AvatarCrop,
  CreatedApiKey,
  CreatedWebhook,
  DeliveryStatus,
  FieldError,
  Invitation,
  InvitationPage,
  InvitationStatus,
  InvitedTo,
  JoinedMeeting,
  Meeting,
  MeetingChange,
  MeetingMessage,
  MeetingMessagePage,
  MeetingPage,
  MeetingParticipant,
  MeetingPreview,
  MeetingReport,
  MeetingSession,
  MeetingSettings,
  InvitationAnswer,
  ListedRole,
  LiveRoomList,
  MeetingStatus,
  OwnInvitation,
  Stats,
  NewApiKey,
  NewWebhook,
  NotificationKind,
  NotificationPage,
  NotificationPreference,
  Occurrence,
  ProfileChange,
  Session,
  User,
  UserLanguage,
  UserRole,
  UserStatus,
  WaitingParticipant,
  Webhook,
  WebhookChange,
  WebhookDelivery,
  WebhookDeliveryPage,
  WebhookPage,
} from "./rest/types.ts";
export type { components, paths } from "./rest/schema.ts";
export { backoffDelay, DEFAULT_BACKOFF, type BackoffOptions } from "./signaling/backoff.ts";
export {
  SignalingConnection,
  socketUrl,
  type CloseReason,
  type ConnectionState,
  type Credentials,
  type SignalingConnectionOptions,
} from "./signaling/connection.ts";
export type * from "./signaling/messages.ts";
export { SignalingError, SignalingSocket, type SocketClosed, type SocketLike } from "./signaling/socket.ts";
export {
  classifyDeviceError,
  findObstacle,
  type DeviceProblem,
  type Surroundings,
} from "./media/problems.ts";
export {
  LocalMedia,
  type ChoicesStorage,
  type DeviceChoice,
  type DeviceChoices,
  type LocalDevice,
  type LocalMediaOptions,
  type LocalMediaState,
  type LocalScreen,
  type MediaDevicesLike,
} from "./media/local-media.ts";
export { LevelMeter, loudness } from "./media/level-meter.ts";
export { DEFAULT_GRID, layoutGrid, pageOf, type Grid, type GridOptions, type Space } from "./layout/grid.ts";
export { Emitter, Store, type ReadableStore } from "./store.ts";
