// Made-up answers about when meetings take place. Only for screenshots.

const id = (number: number): string => `0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f6d${String(number).padStart(2, "0")}`;

/** A time so many days from today, at an hour. */
function at(days: number, hour: number, minute = 0): Date {
  const time = new Date();
  time.setDate(time.getDate() + days);
  time.setHours(hour, minute, 0, 0);
  return time;
}

function occurrence(
  number: number,
  title: string,
  start: Date,
  minutes: number | null,
  change: object,
): object {
  return {
    meeting_id: id(number),
    code: `cal-abcd-e${String.fromCharCode(97 + (number % 26))}f`,
    title,
    status: "scheduled",
    start_time: start.toISOString(),
    end_time: minutes === null ? null : new Date(start.getTime() + minutes * 60_000).toISOString(),
    recurring: false,
    is_host: true,
    ...change,
  };
}

/** What takes place around today. */
export const OCCURRENCES = [
  ...[-12, -7, -5, 0, 2, 7, 9, 14, 16, 21].map((day) =>
    occurrence(1, "Stand-up", at(day, 9, 30), 15, {
      recurring: true,
      ...(day < 0 ? { status: "ended" } : day === 0 ? { status: "live" } : {}),
    }),
  ),
  occurrence(
    2,
    "Design review of the new recording pipeline with everybody from three time zones",
    at(0, 14),
    90,
    { is_host: false },
  ),
  occurrence(3, "面试", at(0, 16), 45, {}),
  occurrence(4, "One on one", at(0, 17), 30, { is_host: false }),
  occurrence(5, "Release", at(1, 23), 120, { status: "cancelled" }),
  occurrence(6, "Quarterly numbers", at(3, 11), null, {}),
  occurrence(7, "Board", at(12, 10), 180, { is_host: false }),
];
