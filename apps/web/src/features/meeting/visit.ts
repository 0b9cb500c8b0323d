// The three phases of visiting a meeting, and what leads from one to the next.
import type { CloseReason } from "@open-meeting/client";

/** How a call went. */
export interface CallFacts {
  /** Milliseconds from joining to leaving; null when it never came to that. */
  duration: number | null;
  /** The most people who were there at the same time, myself included. */
  people: number;
}

export type Visit =
  | { phase: "prejoin"; displayName: string; number: number }
  | { phase: "call"; displayName: string; number: number }
  | { phase: "after"; displayName: string; number: number; reason: CloseReason; facts: CallFacts };

export type VisitAction =
  { type: "join"; displayName: string } | { type: "closed"; reason: CloseReason; facts: CallFacts };

/** Someone who reloads the page during a call goes straight back in; others begin at the door. */
export function firstVisit(rememberedName: string | null, nickname: string): Visit {
  return rememberedName === null
    ? { phase: "prejoin", displayName: nickname, number: 0 }
    : { phase: "call", displayName: rememberedName, number: 1 };
}

export function nextVisit(visit: Visit, action: VisitAction): Visit {
  switch (action.type) {
    case "join":
      return { phase: "call", displayName: action.displayName, number: visit.number + 1 };
    case "closed":
      if (visit.phase !== "call") return visit;
      return { ...visit, phase: "after", reason: action.reason, facts: action.facts };
  }
}
