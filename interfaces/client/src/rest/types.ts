// Short names for the shapes of the REST contract.
import type { components } from "./schema.ts";

type Schemas = components["schemas"];

/** A registered person, as they see themselves. */
export type User = Schemas["User"];
/** What an account may do. */
export type UserRole = User["role"];
/** Whether an account may be used. */
export type UserStatus = User["status"];
/** A language of pages and mails. */
export type UserLanguage = User["language"];
/** What of a profile is to be changed. */
export type ProfileChange = Schemas["UpdateProfileRequest"];
/** A device that is signed in. */
export type Session = Schemas["Session"];
/** An account as administrators see it. */
export type AdminUser = Schemas["AdminUser"];
/** One page of accounts; `next_cursor` is null on the last. */
export type AdminUserPage = Schemas["AdminUserPage"];
/** Something that happened to an account. */
export type AuditEntry = Schemas["AuditLogEntry"];
/** One page of the audit log; `next_cursor` is null on the last. */
export type AuditPage = Schemas["AuditLogPage"];
/** A meeting. */
export type Meeting = Schemas["Meeting"];
/** One page of meetings; `next_cursor` is absent or null on the last. */
export type MeetingPage = Schemas["MeetingPage"];
/** Something that was written in a meeting; its text is null when it was deleted. */
export type MeetingMessage = Schemas["Message"];
/** One page of what was written; `next_cursor` is null on the last. */
export type MeetingMessagePage = Schemas["MessagePage"];
/** A person in a meeting. */
export type MeetingParticipant = Schemas["Participant"];
/** What a client needs to enter the room of a meeting. */
export type JoinedMeeting = Schemas["Joined"];
/** Who was in a meeting, when, and how long. */
export type MeetingReport = Schemas["MeetingReport"];
/** What everybody may know who has the link of a meeting. */
export type MeetingPreview = Schemas["MeetingPreview"];
/** What the host has decided about a meeting. */
export type MeetingSettings = Schemas["MeetingSettings"];
/** What is to be different about a meeting; what is absent stays. */
export type MeetingChange = Schemas["UpdateMeetingRequest"];
/** Somebody in the lobby of a meeting. */
export type WaitingParticipant = Schemas["Waiting"];
/** An API key of another backend, without the key itself. */
export type ApiKey = Schemas["ApiKey"];
/** One page of API keys; `next_cursor` is null on the last. */
export type ApiKeyPage = Schemas["ApiKeyPage"];
/** An API key that was made, with the key itself. */
export type CreatedApiKey = Schemas["CreatedApiKey"];
/** An API key to be made. */
export type NewApiKey = Schemas["CreateApiKeyRequest"];
/** A webhook: an address that is told what happens. */
export type Webhook = Schemas["Webhook"];
/** One page of webhooks; `next_cursor` is null on the last. */
export type WebhookPage = Schemas["WebhookPage"];
/** A webhook that was registered, with the secret that signs. */
export type CreatedWebhook = Schemas["CreatedWebhook"];
/** A webhook to be registered. */
export type NewWebhook = Schemas["CreateWebhookRequest"];
/** What is to be different about a webhook; what is absent stays. */
export type WebhookChange = Schemas["ChangeWebhookRequest"];
/** What was, or is to be, told to a webhook. */
export type WebhookDelivery = Schemas["WebhookDelivery"];
/** One page of deliveries; `next_cursor` is null on the last. */
export type WebhookDeliveryPage = Schemas["WebhookDeliveryPage"];
/** What has become of a delivery. */
export type DeliveryStatus = Schemas["DeliveryStatus"];
/** An invitation, as the host sees it. */
export type Invitation = Schemas["Invitation"];
/** Where an invitation stands. */
export type InvitationStatus = Invitation["status"];
/** One page of invitations; `next_cursor` is null on the last. */
export type InvitationPage = Schemas["InvitationPage"];
/** The own invitation to a meeting. */
export type OwnInvitation = Schemas["OwnInvitation"];
/** What somebody answers to an invitation. */
export type InvitationAnswer = Schemas["InvitationAnswer"];
/** What somebody is invited to. */
export type InvitedTo = Schemas["InvitedTo"];
/** Something that the user was told; named so because browsers have a `Notification` of their own. */
export type AppNotification = Schemas["Notification"];
/** A kind of things that users are told. */
export type NotificationKind = AppNotification["kind"];
/** One page of notifications; `next_cursor` is null on the last. */
export type NotificationPage = Schemas["NotificationPage"];
/** How the user is told of one kind of things. */
export type NotificationPreference = Schemas["NotificationPreference"];
/** One time that a meeting takes place, or was to. */
export type Occurrence = Schemas["Occurrence"];
/** One time that a meeting was held. */
export type MeetingSession = Schemas["MeetingSession"];
/** Where a meeting stands. */
export type MeetingStatus = Meeting["status"];
/** What the user is in a meeting, as lists tell it apart. */
export type ListedRole = Schemas["ListedRole"];

/** What goes on, in numbers. */
export type Stats = Schemas["Stats"];
/** Rooms that are live, the newest first. */
export type LiveRoomList = Schemas["LiveRoomList"];

/** The square of a picture that is wanted, in pixels of the upright picture. */
export interface AvatarCrop {
  x: number;
  y: number;
  size: number;
}

/** What is wrong with one field of a request. */
export interface FieldError {
  /** Name of the field in the request, such as `title`. */
  field: string;
  /** Stable code of the problem. */
  code: string;
  /** A sentence for people, in English. */
  message: string;
}
