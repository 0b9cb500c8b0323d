// The values of the form for a webhook, and what the server is sent.
import type { DeliveryStatus, NewWebhook, Webhook } from "@open-meeting/client";

/** What webhooks can be told of. */
export const EVENTS = [
  "meeting.created",
  "meeting.started",
  "meeting.ended",
  "meeting.cancelled",
  "meeting.participant_joined",
  "meeting.participant_left",
  "room.created",
  "room.status_changed",
  "room.ended",
  "room.participant_invited",
  "room.participant_joined",
  "room.participant_left",
  "room.participant_status_changed",
] as const;
export type EventType = (typeof EVENTS)[number];

/** What can have become of a delivery. */
export const DELIVERY_STATUSES = [
  "pending",
  "delivered",
  "failed",
] as const satisfies readonly DeliveryStatus[];

/** What can go wrong with a delivery. */
export const DELIVERY_PROBLEMS = [
  "target_refused",
  "unresolved",
  "unreachable",
  "tls",
  "timeout",
  "protocol",
  "status",
  "disabled",
  "secret_unreadable",
] as const;

/** What stands in the fields. */
export interface WebhookForm {
  url: string;
  /** Told of everything, also of what later versions add. */
  all: boolean;
  events: readonly string[];
}

/** A webhook that is told everything. */
export const EMPTY_WEBHOOK: WebhookForm = { url: "", all: true, events: [] };

/** A form with what a webhook is now. */
export function webhookFormOf(webhook: Pick<Webhook, "url" | "events">): WebhookForm {
  const all = webhook.events.includes("*");
  return { url: webhook.url, all, events: all ? [] : webhook.events };
}

/** The events to choose from: those that this page knows, and those that a webhook has already. */
export function choices(events: readonly string[]): readonly string[] {
  return [...EVENTS, ...events.filter((event) => !EVENTS.some((known) => known === event))];
}

/** Which fields cannot be sent, with codes of the message catalogue. */
export function checkWebhook(form: WebhookForm): Partial<Record<"url" | "events", "required">> {
  const problems: ReturnType<typeof checkWebhook> = {};
  if (form.url.trim() === "") problems.url = "required";
  if (!form.all && form.events.length === 0) problems.events = "required";
  return problems;
}

/** What the server is sent. */
export function toWebhook(form: WebhookForm): NewWebhook {
  return { url: form.url.trim(), events: form.all ? ["*"] : [...form.events] };
}

/** The filter of an address; what is unknown counts as none. */
export function readStatus(search: URLSearchParams): DeliveryStatus | null {
  return DELIVERY_STATUSES.find((known) => known === search.get("status")) ?? null;
}

/** The parts of an address that people tell webhooks apart by. */
export function shortUrl(url: string): { host: string; path: string } {
  try {
    const { host, pathname, search } = new URL(url);
    return { host, path: pathname === "/" && search === "" ? "" : pathname + search };
  } catch {
    return { host: url, path: "" };
  }
}
