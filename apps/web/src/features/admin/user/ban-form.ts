// The values of the form for a ban, and what the server is sent.
import { toLocal } from "../../meetings/when.ts";

/** What stands in the fields. `until` is local, as a date-time field has it (`2026-11-20T14:30`). */
export interface BanForm {
  reason: string;
  forever: boolean;
  until: string;
}

/** What the server is sent. */
export interface Ban {
  reason: string;
  /** RFC 3339; for ever when left out. */
  until?: string;
}

const DAYS = 7;

/** A ban for ever; or, when an end is wanted, for a week. */
export function emptyBan(now: Date): BanForm {
  const until = new Date(now);
  until.setDate(until.getDate() + DAYS);
  return { reason: "", forever: true, until: toLocal(until) };
}

/** Which fields cannot be sent, with codes of the message catalogue. */
export function checkBan(
  form: BanForm,
  now: Date,
): Partial<Record<"reason" | "until", "required" | "in_the_past">> {
  const problems: ReturnType<typeof checkBan> = {};
  if (form.reason.trim() === "") problems.reason = "required";
  if (!form.forever) {
    if (form.until === "") problems.until = "required";
    else if (Date.parse(form.until) <= now.getTime()) problems.until = "in_the_past";
  }
  return problems;
}

/** What the server is sent. */
export function toBan(form: BanForm): Ban {
  const reason = form.reason.trim();
  return form.forever ? { reason } : { reason, until: new Date(form.until).toISOString() };
}
