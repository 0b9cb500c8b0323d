// Small truths about meetings.
import type { Meeting } from "@open-meeting/client";

/** Whether nothing more will happen in a meeting: it has ended, or was called off. */
export function isOver({ status }: Pick<Meeting, "status">): boolean {
  return status === "ended" || status === "cancelled";
}

/** The colour of each state. */
export const STATUS_COLORS = { scheduled: "brand", live: "teal", ended: "gray", cancelled: "gray" } as const;
