// What a mailed link to an invitation is good for.
import { ApiError, type InvitedTo } from "@open-meeting/client";

export type Answer = "accept" | "decline";

/** The answer that a link was made for (`#token=...&answer=decline`). */
export function readAnswer(hash: string): Answer {
  return new URLSearchParams(hash.replace(/^#/, "")).get("answer") === "decline" ? "decline" : "accept";
}

export type InvitationState =
  | "loading"
  /** It could not be read; another attempt may succeed. */
  | "failed"
  /** The link is none of ours. */
  | "bad"
  /** The host has taken the invitation back. */
  | "revoked"
  /** The meeting is over, or was called off. */
  | "over"
  | "accepted"
  | "declined"
  /** It can be answered. */
  | "open";

/** What there is to do about an invitation, from what the server said last. */
export function stateOf(invitation: InvitedTo | undefined, error: unknown): InvitationState {
  if (error instanceof ApiError && error.type === "invitation.revoked") return "revoked";
  if (error instanceof ApiError && error.type === "invitation.not_found") return "bad";
  if (!invitation) return error ? "failed" : "loading";
  if (invitation.status === "revoked") return "revoked";
  if (invitation.meeting_status === "ended" || invitation.meeting_status === "cancelled") return "over";
  if (invitation.status === "accepted" || invitation.status === "declined") return invitation.status;
  return "open";
}
