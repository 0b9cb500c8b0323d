// What a notification says, read with care: it may come from a newer server, or tell of a meeting that has changed since.
import type { AppNotification, NotificationKind, NotificationPage } from "@open-meeting/client";

/** What pages need to know of a notification. */
export interface NotificationFacts {
  /** Which sentence tells it. */
  sentence: Sentence;
  /** What the meeting is called; empty when that is not said. */
  title: string;
  /** Its code; null when that is not said. */
  code: string | null;
  /** When it starts (RFC 3339). */
  startsAt: string | null;
  /** Who invites or answers; empty when nobody knows. */
  who: string;
}

/** The sentences of the catalogue. */
export const SENTENCES = [
  "invited",
  "invitedBy",
  "reminder",
  "cancelled",
  "changed",
  "accepted",
  "declined",
  "other",
] as const;
export type Sentence = (typeof SENTENCES)[number];

/** Reads a notification. */
export function factsOf(notification: AppNotification): NotificationFacts {
  const data: Record<string, unknown> =
    typeof notification.data === "object" && notification.data !== null ? { ...notification.data } : {};
  const text = (name: string): string => (typeof data[name] === "string" ? data[name] : "");
  const who = text("host_name") || text("who");
  return {
    sentence: sentenceOf(notification.kind, who, text("answer")),
    title: text("title"),
    code: text("meeting_code") || null,
    startsAt: text("starts_at") || null,
    who,
  };
}

function sentenceOf(kind: NotificationKind, who: string, answer: string): Sentence {
  switch (kind) {
    case "meeting-invitation":
      return who === "" ? "invited" : "invitedBy";
    case "meeting-reminder":
      return "reminder";
    case "meeting-cancelled":
      return "cancelled";
    case "meeting-changed":
      return "changed";
    case "invitation-answered":
      return answer === "declined" ? "declined" : "accepted";
    default:
      return "other";
  }
}

/** The page about what a notification tells; null when there is none. */
export function pageOf({ code }: NotificationFacts): string | null {
  return code === null ? null : `/meetings/${encodeURIComponent(code)}`;
}

/** A page with a new notification on top. */
export function withNew(page: NotificationPage, notification: AppNotification): NotificationPage {
  if (page.items.some(({ id }) => id === notification.id)) return page;
  const unread = page.unread_count + (notification.read_at === null ? 1 : 0);
  // As long as it was: the last one stands on the next page now.
  const items = [notification, ...page.items].slice(0, Math.max(page.items.length, LATEST));
  return { ...page, items, unread_count: unread };
}

/** A page on which one, or with `null` all, were read at `at` (RFC 3339). */
export function withRead(page: NotificationPage, id: string | null, at: string): NotificationPage {
  let unread = id === null ? 0 : page.unread_count;
  const items = page.items.map((item) => {
    if (item.read_at !== null || (id !== null && item.id !== id)) return item;
    if (id !== null) unread = Math.max(0, unread - 1);
    return { ...item, read_at: at };
  });
  return { ...page, items, unread_count: unread };
}

/** How many the bell shows. */
export const LATEST = 8;
