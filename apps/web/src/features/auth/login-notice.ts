// What the login page says about how somebody got there. It travels in the address, so that it outlives a reload.
import type { AuthState } from "@open-meeting/client";

/** Why somebody is at the login page. */
export type LoginNotice =
  | { kind: "ended" | "banned" | "reused" | "reset" }
  /** The account will be deleted then (RFC 3339). */
  | { kind: "closed"; purgeAt: string };

const CAUSES: Partial<Record<string, LoginNotice["kind"]>> = {
  "auth.banned": "banned",
  "auth.token_reused": "reused",
};

/** What to put into the address when a session is over. */
export function noticeOf(session: AuthState & { status: "signed-out" }): Record<string, string> {
  if (session.reason === "ended") return { ended: CAUSES[session.cause] ?? "ended" };
  if (session.reason === "closed") return { closed: session.purgeAt };
  return {};
}

/** Reads it from the address; null when there is nothing to say. */
export function readNotice(search: string): LoginNotice | null {
  const parameters = new URLSearchParams(search);
  const purgeAt = parameters.get("closed");
  if (purgeAt !== null && !Number.isNaN(Date.parse(purgeAt))) return { kind: "closed", purgeAt };
  if (parameters.has("reset")) return { kind: "reset" };
  const ended = parameters.get("ended");
  if (ended === null) return null;
  return { kind: ended === "banned" || ended === "reused" ? ended : "ended" };
}
