// How a meeting is repeated: reading and writing rules of iCalendar (RFC 5545), and the dates that they make. Only what
// the form can show; other rules are told apart, so that nobody changes them unknowingly.
import { floating, instantIn, localIn, type LocalTime, toLocalTime } from "./zone.ts";

/** Days of the week, from Monday on, as rules call them. */
export const WEEKDAYS = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"] as const;
export type Weekday = (typeof WEEKDAYS)[number];

/** From Monday to Friday. */
export const WORKDAYS: readonly Weekday[] = ["MO", "TU", "WE", "TH", "FR"];

export const FREQUENCIES = ["daily", "weekly", "monthly", "yearly"] as const;
export type Frequency = (typeof FREQUENCIES)[number];

/** Which day of a month: the same number, the same week counted from the beginning, or from the end. */
export type MonthDay = "number" | "week" | "last-week";

/** When a meeting is repeated no more. `date` is the last day, where the meeting is. */
export type End = { type: "never" } | { type: "on"; date: string } | { type: "after"; count: number };

/** A rule as the form shows it. What else it needs, such as the day of the month, is that of the first start. */
export interface Rule {
  frequency: Frequency;
  /** Every so many days, weeks, months or years. */
  interval: number;
  /** On which days, in the order of the week; of weekly rules. */
  days: readonly Weekday[];
  /** Of monthly rules. */
  monthDay: MonthDay;
  end: End;
}

/** What the server takes. */
export const MAX_INTERVAL = 1_000;
export const MAX_COUNT = 1_000;

const DAY = 24 * 60 * 60 * 1000;

/** The day of the week of a clock's time. */
export function weekdayOf(local: LocalTime): Weekday {
  return WEEKDAYS[(new Date(floating(local)).getUTCDay() + 6) % 7] ?? "MO";
}

/** Which of its weekday in its month a day is, from 1, and whether it is the last one. */
export function weekOfMonth(local: LocalTime): { nth: number; last: boolean } {
  const date = new Date(floating(local));
  const day = date.getUTCDate();
  return { nth: Math.ceil(day / 7), last: day + 7 > daysIn(date.getUTCFullYear(), date.getUTCMonth()) };
}

function daysIn(year: number, month: number): number {
  return new Date(Date.UTC(year, month + 1, 0)).getUTCDate();
}

/** Days in the order of the week, each once. */
export function sortDays(days: readonly string[]): Weekday[] {
  return WEEKDAYS.filter((day) => days.includes(day));
}

/** The rule as the server takes it, without `RRULE:`. `start` is what clocks in `zone` show at the first start. */
export function writeRule(rule: Rule, start: LocalTime, zone: string): string {
  const parts = [`FREQ=${rule.frequency.toUpperCase()}`];
  if (rule.end.type === "on") {
    const last = new Date(instantIn(zone, `${rule.end.date}T23:59`) + 59_000).toISOString();
    parts.push(`UNTIL=${last.slice(0, 19).replaceAll(/[-:]/g, "")}Z`);
  }
  if (rule.end.type === "after") parts.push(`COUNT=${rule.end.count}`);
  if (rule.interval > 1) parts.push(`INTERVAL=${rule.interval}`);
  if (rule.frequency === "weekly") parts.push(`BYDAY=${sortDays(rule.days).join(",")}`);
  if (rule.frequency === "monthly") {
    if (rule.monthDay === "number") parts.push(`BYMONTHDAY=${new Date(floating(start)).getUTCDate()}`);
    else {
      const nth = rule.monthDay === "last-week" ? -1 : weekOfMonth(start).nth;
      parts.push(`BYDAY=${nth}${weekdayOf(start)}`);
    }
  }
  return parts.join(";");
}

const READ = ["FREQ", "UNTIL", "COUNT", "INTERVAL", "BYDAY", "BYMONTHDAY", "BYMONTH", "BYSETPOS", "WKST"];

/** Reads a rule; null when it is one that the form cannot show. */
export function readRule(text: string, start: LocalTime, zone: string): Rule | null {
  const parts = new Map<string, string>();
  for (const part of text
    .replace(/^RRULE:/i, "")
    .split(";")
    .filter(Boolean)) {
    const [name = "", value = ""] = part.toUpperCase().split("=");
    if (!READ.includes(name) || parts.has(name)) return null;
    parts.set(name, value);
  }
  const frequency = FREQUENCIES.find((each) => each.toUpperCase() === parts.get("FREQ"));
  const interval = Number(parts.get("INTERVAL") ?? 1);
  const end = readEnd(parts, zone);
  const days = parts.get("BYDAY")?.split(",") ?? [];
  if (frequency === undefined || end === null || !Number.isInteger(interval) || interval < 1) return null;
  // Only weeks that begin on another day than Monday would make a difference, and only to every second week.
  if (parts.has("WKST") && parts.get("WKST") !== "MO") return null;
  const rule: Rule = { frequency, interval, days: [], monthDay: "number", end };
  const only = (...names: string[]): boolean =>
    ["BYDAY", "BYMONTHDAY", "BYMONTH", "BYSETPOS"].every((name) => names.includes(name) || !parts.has(name));
  const date = new Date(floating(start));
  const sameDay = (parts.get("BYMONTHDAY") ?? String(date.getUTCDate())) === String(date.getUTCDate());
  switch (frequency) {
    case "daily":
      return only() ? rule : null;
    case "weekly": {
      const chosen = days.length === 0 ? [weekdayOf(start)] : sortDays(days);
      return only("BYDAY") && chosen.length === Math.max(days.length, 1) ? { ...rule, days: chosen } : null;
    }
    case "monthly": {
      if (days.length === 0) return only("BYMONTHDAY") && sameDay ? rule : null;
      const monthDay = readWeek(days, parts.get("BYSETPOS"), start);
      return only("BYDAY", "BYSETPOS") && monthDay !== null ? { ...rule, monthDay } : null;
    }
    case "yearly": {
      const month = String(date.getUTCMonth() + 1);
      return only("BYMONTHDAY", "BYMONTH") && sameDay && (parts.get("BYMONTH") ?? month) === month
        ? rule
        : null;
    }
  }
}

/** `3FR`, or `FR` with a position; null unless it is the day of the start. */
function readWeek(
  days: readonly string[],
  position: string | undefined,
  start: LocalTime,
): Exclude<MonthDay, "number"> | null {
  const match = /^([+-]?\d)?([A-Z]{2})$/.exec(days.length === 1 ? (days[0] ?? "") : "");
  const written = match?.[1] ?? position;
  if (!match || written === undefined || (match[1] !== undefined && position !== undefined)) return null;
  const nth = Number(written);
  const { nth: own, last } = weekOfMonth(start);
  if (match[2] !== weekdayOf(start)) return null;
  if (nth === -1) return last ? "last-week" : null;
  return nth === own ? "week" : null;
}

function readEnd(parts: ReadonlyMap<string, string>, zone: string): End | null {
  const [until, count] = [parts.get("UNTIL"), parts.get("COUNT")];
  if (until !== undefined && count !== undefined) return null;
  if (count !== undefined) {
    const times = Number(count);
    return Number.isInteger(times) && times > 0 ? { type: "after", count: times } : null;
  }
  if (until === undefined) return { type: "never" };
  const match = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(until);
  if (!match) return null;
  const [, year, month, day, hour, minute, second] = match;
  const at = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
  return Number.isNaN(at) ? null : { type: "on", date: localIn(zone, at).slice(0, 10) };
}

/** Whether a rule can be sent as far as this module knows. */
export function isSendable(rule: Rule): boolean {
  const whole = (value: number, max: number): boolean =>
    Number.isInteger(value) && value >= 1 && value <= max;
  return (
    whole(rule.interval, MAX_INTERVAL) &&
    (rule.frequency !== "weekly" || rule.days.length > 0) &&
    (rule.end.type !== "after" || whole(rule.end.count, MAX_COUNT)) &&
    (rule.end.type !== "on" || !Number.isNaN(floating(rule.end.date)))
  );
}

/** Whether the first start is one of the days of the rule, which the server demands. */
export function startsInRule(rule: Rule, start: LocalTime): boolean {
  return rule.frequency !== "weekly" || rule.days.includes(weekdayOf(start));
}

/** The first day of the rule at or after a start, at the same time of day. */
export function movedStart(rule: Rule, start: LocalTime): LocalTime {
  let time = floating(start);
  for (let step = 0; step < 7 && !startsInRule(rule, toLocalTime(time)); step += 1) time += DAY;
  return toLocalTime(time);
}

/** How many days are looked at for the next one before it is given up: there are rules without any. */
const SEARCH = 4_000;

/**
 * What clocks show at the next starts, from the first one on, at most `limit`. Of a start that is no day of the rule, the
 * next day that is one is the first.
 */
export function nextStarts(rule: Rule, start: LocalTime, limit: number): LocalTime[] {
  const found: LocalTime[] = [];
  const first = floating(start);
  if (!isSendable(rule) || Number.isNaN(first)) return found;
  const most = rule.end.type === "after" ? Math.min(limit, rule.end.count) : limit;
  const last = rule.end.type === "on" ? floating(rule.end.date) + DAY : Number.POSITIVE_INFINITY;
  let misses = 0;
  for (let step = 0; found.length < most && misses < SEARCH; step += 1) {
    const dates = datesOf(rule, start, step).filter((date) => date >= first);
    misses = dates.length === 0 ? misses + 1 : 0;
    for (const date of dates) {
      if (date >= last) return found;
      if (found.length < most) found.push(toLocalTime(date));
    }
  }
  return found;
}

/** The dates in the day, week, month or year that is `step` intervals after that of the start. */
function datesOf(rule: Rule, start: LocalTime, step: number): number[] {
  const first = floating(start);
  const date = new Date(first);
  const steps = step * rule.interval;
  switch (rule.frequency) {
    case "daily":
      return [first + steps * DAY];
    case "weekly": {
      const monday = first - WEEKDAYS.indexOf(weekdayOf(start)) * DAY + steps * 7 * DAY;
      return sortDays(rule.days).map((day) => monday + WEEKDAYS.indexOf(day) * DAY);
    }
    case "monthly": {
      const month = date.getUTCMonth() + steps;
      const [year, inYear] = [date.getUTCFullYear() + Math.floor(month / 12), month % 12];
      const day = dayInMonth(rule.monthDay, start, year, inYear);
      return day === null ? [] : [Date.UTC(year, inYear, day) + (first % DAY)];
    }
    case "yearly": {
      const year = date.getUTCFullYear() + steps;
      const day = dayInMonth("number", start, year, date.getUTCMonth());
      return day === null ? [] : [Date.UTC(year, date.getUTCMonth(), day) + (first % DAY)];
    }
  }
}

/** Which day of a month is meant; null when the month has none such. */
function dayInMonth(monthDay: MonthDay, start: LocalTime, year: number, month: number): number | null {
  const days = daysIn(year, month);
  if (monthDay === "number") {
    const day = new Date(floating(start)).getUTCDate();
    return day <= days ? day : null;
  }
  const weekday = WEEKDAYS.indexOf(weekdayOf(start));
  const firstOfMonth = (new Date(Date.UTC(year, month, 1)).getUTCDay() + 6) % 7;
  const firstSuch = 1 + ((weekday - firstOfMonth + 7) % 7);
  const nth = monthDay === "week" ? weekOfMonth(start).nth : Math.ceil((days - firstSuch + 1) / 7);
  const day = firstSuch + (nth - 1) * 7;
  return day <= days ? day : null;
}
