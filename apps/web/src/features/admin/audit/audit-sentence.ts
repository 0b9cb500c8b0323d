// What an entry of the audit log says, as a key of the message catalogue. The names in it become links.
import type { AuditEntry } from "@open-meeting/client";
import { day, exactly } from "../../meetings/when.ts";

/** Every action that is recorded. */
export const ACTIONS = [
  "user.registered",
  "user.email-verified",
  "user.password-reset-requested",
  "user.password-changed",
  "user.banned",
  "user.unbanned",
  "user.role-changed",
  "user.closing",
  "user.reopened",
  "user.deleted",
  "session.started",
  "session.refused",
  "session.ended",
] as const;

/** An action by its name. */
export type Action = (typeof ACTIONS)[number];

/** Why a session can end. */
export const END_REASONS = [
  "signed-out",
  "token-reused",
  "banned",
  "ended-remotely",
  "password-changed",
  "account-closed",
  "too-many",
] as const;

/** Why somebody can be kept out. */
export const REFUSALS = ["wrong-password", "unknown-account", "banned"] as const;

/** A key below `audit.sentence`, and the values to put into it. */
export interface Sentence {
  key: string;
  values: Record<string, string>;
}

/** The sentence of an entry; one that this page does not know is told by the name of its action. */
export function auditSentence(
  entry: Pick<AuditEntry, "action" | "actor" | "details">,
  locale: string,
): Sentence {
  const unknown = { key: "unknown", values: { action: entry.action } };
  const details = isRecord(entry.details) ? entry.details : {};
  const text = (name: string): string | null => {
    const value = details[name];
    return typeof value === "string" ? value : null;
  };
  const action = ACTIONS.find((known) => known === entry.action);
  switch (action) {
    case undefined:
      return unknown;
    case "user.password-changed": {
      const means = text("means") === "mailed-link" ? "mailed-link" : "old-password";
      return { key: `${action}.${means}`, values: {} };
    }
    case "user.banned": {
      const until = text("until");
      return until === null || Number.isNaN(Date.parse(until))
        ? { key: `${action}.forever`, values: {} }
        : { key: `${action}.until`, values: { until: exactly(until, locale, "short") } };
    }
    case "user.role-changed": {
      const role = text("to") === "admin" ? "admin" : "user";
      return { key: `${action}.${role}${entry.actor ? "" : "-at-server"}`, values: {} };
    }
    case "user.closing": {
      const purgeAt = text("purge_at");
      if (purgeAt === null || Number.isNaN(Date.parse(purgeAt))) return unknown;
      return { key: action, values: { date: day(purgeAt, locale) } };
    }
    case "session.refused":
    case "session.ended": {
      const reasons = action === "session.ended" ? END_REASONS : REFUSALS;
      const reason = reasons.find((known) => known === text("reason"));
      return reason ? { key: `${action}.${reason}`, values: {} } : unknown;
    }
    default:
      return { key: action, values: {} };
  }
}

/** What else is known of an entry, for those who want all of it: names and values as text. */
export function auditDetails(details: unknown): [string, string][] {
  if (!isRecord(details)) return [];
  return Object.entries(details)
    .filter(([, value]) => value !== null && value !== undefined)
    .map(([name, value]) => [name, typeof value === "string" ? value : JSON.stringify(value)]);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
