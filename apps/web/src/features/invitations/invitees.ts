// Whom somebody means when they type or paste a list of people, and what the server says of each.
import { ApiError } from "@open-meeting/client";
import type { TFunction } from "i18next";

/** How many may be invited at once. */
export const MAX_INVITEES = 50;

/**
 * The e-mail addresses and user names in pieces of text, each once: `bob; Ann Lee <ann@example.org>` are `bob` and
 * `ann@example.org`. Pieces come from pasted lists, so lines, commas, semicolons and blanks all part people.
 */
export function readInvitees(pieces: readonly string[]): string[] {
  const found = new Map<string, string>();
  for (const piece of pieces.flatMap((text) => text.split(/[,;\n\r\t]+/))) {
    const bracketed = [...piece.matchAll(/<([^<>\s]+)>/g)].map(([, address = ""]) => address);
    const people = bracketed.length > 0 ? bracketed : piece.split(/\s+/);
    for (const person of people) {
      const name = person.replace(/^mailto:/i, "").replace(/^["'<(]+|["'>)]+$/g, "");
      if (name !== "" && !found.has(name.toLowerCase())) found.set(name.toLowerCase(), name);
    }
  }
  return [...found.values()];
}

/** Why somebody of a list could not be invited. */
export interface InviteeProblem {
  /** As they were called; null when it is about the whole list. */
  who: string | null;
  /** A sentence for people. */
  text: string;
}

/** What the server says of the people of the list that was sent. */
export function inviteeProblems(t: TFunction, error: unknown, sent: readonly string[]): InviteeProblem[] {
  if (!(error instanceof ApiError)) return [];
  return error.details.flatMap(({ field, code, message }) => {
    const [, index] = /^invitees(?:\[(\d+)\])?$/.exec(field) ?? [];
    if (!field.startsWith("invitees")) return [];
    if (code === "too_many") return [{ who: null, text: t("invitations.tooMany", { count: MAX_INVITEES }) }];
    const text = t(`invitations.problem.${code}` as "invitations.problem.unknown_user", {
      defaultValue: message,
    });
    return [{ who: index === undefined ? null : (sent[Number(index)] ?? null), text }];
  });
}
