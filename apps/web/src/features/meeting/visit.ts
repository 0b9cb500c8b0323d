// The three phases of visiting a meeting, and what leads from one to the next.
import type { CloseReason, Meeting, MeetingPreview } from "@open-meeting/client";

/** How a call went. */
export interface CallFacts {
  /** Milliseconds from joining to leaving; null when it never came to that. */
  duration: number | null;
  /** The most people who were there at the same time, myself included. */
  people: number;
}

/** What is wrong with the passcode, by the server's code. */
export type PasscodeProblem = "meeting.passcode_required" | "meeting.passcode_wrong";

/** How somebody comes: under which name, and with the meeting's passcode if it has one. */
interface Entry {
  displayName: string;
  passcode?: string;
}

export type Visit = Entry & { number: number } & (
    | { phase: "prejoin"; problem?: PasscodeProblem }
    | { phase: "call" }
    | { phase: "after"; reason: CloseReason; facts: CallFacts }
  );

export type VisitAction =
  ({ type: "join" } & Entry) | { type: "closed"; reason: CloseReason; facts: CallFacts };

/** Someone who reloads the page during a call goes straight back in; others begin at the door. */
export function firstVisit(rememberedName: string | null, nickname: string): Visit {
  return rememberedName === null
    ? { phase: "prejoin", displayName: nickname, number: 0 }
    : { phase: "call", displayName: rememberedName, number: 1 };
}

export function nextVisit(visit: Visit, action: VisitAction): Visit {
  const { displayName, passcode, number } = visit;
  switch (action.type) {
    case "join":
      return {
        phase: "call",
        displayName: action.displayName,
        ...(action.passcode === undefined ? {} : { passcode: action.passcode }),
        number: number + 1,
      };
    case "closed": {
      if (visit.phase !== "call") return visit;
      const { reason, facts } = action;
      // The door is where a passcode is asked for.
      if (reason.kind === "refused" && isPasscodeProblem(reason.code)) {
        return { phase: "prejoin", displayName, number, problem: reason.code };
      }
      const kept = passcode === undefined ? {} : { passcode };
      return { phase: "after", displayName, ...kept, number, reason, facts };
    }
  }
}

function isPasscodeProblem(code: string): code is PasscodeProblem {
  return code === "meeting.passcode_required" || code === "meeting.passcode_wrong";
}

/** A meeting as it looks to somebody with an account: its creator passes every door. */
export function seenBy(userId: string, meeting: Meeting): MeetingPreview {
  const { code, title, status, start_time, settings } = meeting;
  const own = meeting.creator_id === userId;
  return {
    code,
    title,
    status,
    start_time,
    guests_allowed: settings.guests_allowed,
    passcode_required: meeting.has_passcode && !own,
    lobby: own ? "off" : settings.lobby,
    locked: meeting.locked && !own,
  };
}
