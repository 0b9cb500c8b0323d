// What the report of a meeting says, computed: the stays on a common line of time, and the report as a table file.
import type { MeetingReport } from "@open-meeting/client";

type Stay = MeetingReport["attendances"][number]["stays"][number];

/** A stretch of time, in milliseconds since the epoch. */
export interface Span {
  from: number;
  to: number;
}

/** One of the times that a meeting was held. */
export type Session = MeetingReport["sessions"][number];

/** From the first coming to the end of the meeting, or of the one time that is told of, or to `now` while that goes on. */
export function spanOf({ meeting: whole, attendances }: MeetingReport, now: number, session?: Session): Span {
  const meeting = session ?? whole;
  const stays = attendances.flatMap((attendance) => attendance.stays);
  const begins = stays.map(({ joined_at }) => Date.parse(joined_at));
  const ends = stays.map(({ left_at }) => (left_at === null ? now : Date.parse(left_at)));
  const from = Math.min(meeting.started_at === null ? Infinity : Date.parse(meeting.started_at), ...begins);
  const to = meeting.ended_at === null ? Math.max(...ends, -Infinity) : Date.parse(meeting.ended_at);
  if (!Number.isFinite(from)) return { from: now, to: now };
  return { from, to: Math.max(from, Number.isFinite(to) ? to : now) };
}

/** Where stays are on a line, in percent of its length. A short stay can still be seen. */
export function segmentsOf(
  stays: readonly Stay[],
  span: Span,
  now: number,
): { left: number; width: number }[] {
  const length = span.to - span.from;
  if (length <= 0) return [{ left: 0, width: 100 }];
  const place = (time: number): number => Math.min(100, Math.max(0, ((time - span.from) / length) * 100));
  return stays.map(({ joined_at, left_at }) => {
    const left = Math.min(place(Date.parse(joined_at)), 99);
    const right = place(left_at === null ? now : Date.parse(left_at));
    return { left, width: Math.max(1, right - left) };
  });
}

/** The words of the table file, in the language of the page. */
export interface ReportWords {
  columns: readonly [
    name: string,
    kind: string,
    role: string,
    first: string,
    last: string,
    times: string,
    seconds: string,
  ];
  guest: string;
  member: string;
  role: (role: MeetingReport["attendances"][number]["participant"]["role"]) => string;
}

/** The report as CSV (RFC 4180), one line for each person; times are RFC 3339 in UTC. */
export function reportCsv(report: MeetingReport, words: ReportWords): string {
  const lines = report.attendances.map(({ participant, stays, duration_s }) => [
    participant.display_name,
    participant.guest ? words.guest : words.member,
    words.role(participant.role),
    stays[0]?.joined_at ?? participant.joined_at,
    stays.at(-1)?.left_at ?? participant.left_at ?? "",
    String(stays.length),
    String(duration_s),
  ]);
  return [words.columns, ...lines].map((line) => line.map(cell).join(",")).join("\r\n") + "\r\n";
}

/** A cell; what a spreadsheet would take for a formula is made text, for names are chosen by strangers. */
function cell(text: string): string {
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
