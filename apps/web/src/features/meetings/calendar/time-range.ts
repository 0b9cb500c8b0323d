// From when to when something takes place.
import type { Occurrence } from "@open-meeting/client";

/** "10:00 – 11:00", or "10:00" without an end. */
export function timeRange(occurrence: Pick<Occurrence, "start_time" | "end_time">, locale: string): string {
  const format = new Intl.DateTimeFormat(locale, { hour: "2-digit", minute: "2-digit" });
  const start = new Date(occurrence.start_time);
  if (occurrence.end_time === null) return format.format(start);
  const end = new Date(occurrence.end_time);
  // The two days of a night would be told otherwise.
  return start.toDateString() === end.toDateString()
    ? format.formatRange(start, end)
    : `${format.format(start)} – ${format.format(end)}`;
}
