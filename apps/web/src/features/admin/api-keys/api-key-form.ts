// The values of the form for an API key, what the server is sent, and where a key stands.
import type { ApiKey, NewApiKey } from "@open-meeting/client";
import { toLocal } from "../../meetings/when.ts";

/** What a key can be good for. None includes another. */
export const SCOPES = ["rooms:read", "rooms:write", "tokens:issue", "webhooks:manage", "stats:read"] as const;
export type Scope = (typeof SCOPES)[number];

/** What each is called in the catalogues, in whose keys a colon means something else. */
export const SCOPE_TEXTS = {
  "rooms:read": "roomsRead",
  "rooms:write": "roomsWrite",
  "tokens:issue": "tokensIssue",
  "webhooks:manage": "webhooksManage",
  "stats:read": "statsRead",
} as const satisfies Record<Scope, string>;

/** How long a key is good: days, for ever, or until a time of one's own. */
export const LIFETIMES = ["never", "30", "90", "365", "date"] as const;
export type Lifetime = (typeof LIFETIMES)[number];

/** What stands in the fields. `until` is local, as a date-time field has it (`2026-11-20T14:30`). */
export interface ApiKeyForm {
  name: string;
  scopes: readonly string[];
  lifetime: Lifetime;
  until: string;
}

const DAY = 24 * 60 * 60 * 1000;

/** A key that is good for a year and for nothing yet. */
export function emptyApiKey(now: Date): ApiKeyForm {
  const until = new Date(now.getTime() + 30 * DAY);
  until.setSeconds(0, 0);
  return { name: "", scopes: [], lifetime: "365", until: toLocal(until) };
}

/** Which fields cannot be sent, by the server's field names, with codes of the message catalogue. */
export function checkApiKey(
  form: ApiKeyForm,
  now: Date,
): Partial<Record<"name" | "scopes" | "expires_at", "required" | "in_the_past">> {
  const problems: ReturnType<typeof checkApiKey> = {};
  if (form.name.trim() === "") problems.name = "required";
  if (form.scopes.length === 0) problems.scopes = "required";
  if (form.lifetime === "date") {
    if (form.until === "") problems.expires_at = "required";
    else if (Date.parse(form.until) <= now.getTime()) problems.expires_at = "in_the_past";
  }
  return problems;
}

/** What the server is sent. */
export function toNewApiKey(form: ApiKeyForm, now: Date): NewApiKey {
  const key: NewApiKey = { name: form.name.trim(), scopes: [...form.scopes] };
  if (form.lifetime === "date") key.expires_at = new Date(form.until).toISOString();
  else if (form.lifetime !== "never") {
    key.expires_at = new Date(now.getTime() + Number(form.lifetime) * DAY).toISOString();
  }
  return key;
}

/** Whether a key is good, and if not, why. */
export function stateOf(
  key: Pick<ApiKey, "revoked_at" | "expires_at">,
  now: number,
): "active" | "revoked" | "expired" {
  if (key.revoked_at !== null) return "revoked";
  return key.expires_at !== null && Date.parse(key.expires_at) <= now ? "expired" : "active";
}
