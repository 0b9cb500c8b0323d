// Days of a calendar, by the browser's clocks: weeks, months, and which occurrences belong to which day.
import type { Occurrence } from "@open-meeting/client";

/** A day: `2026-11-20`. */
export type Day = string;

/** The views of the page. `list` is no calendar, but every meeting, also those without a time. */
export const VIEWS = ["list", "agenda", "week", "month"] as const;
export type View = (typeof VIEWS)[number];

/** So many days are in an agenda. The server tells of at most 62 at once. */
export const AGENDA_DAYS = 28;

const two = (value: number): string => String(value).padStart(2, "0");

/** The day of a time. */
export function dayOf(time: Date): Day {
  return `${time.getFullYear()}-${two(time.getMonth() + 1)}-${two(time.getDate())}`;
}

/** When a day begins. */
export function startOf(day: Day): Date {
  const [year = 1970, month = 1, date = 1] = day.split("-").map(Number);
  return new Date(year, month - 1, date);
}

/** A day so many days later. */
export function plusDays(day: Day, days: number): Day {
  const date = startOf(day);
  date.setDate(date.getDate() + days);
  return dayOf(date);
}

/** The same day so many months later, or the last one of that month. */
export function plusMonths(day: Day, months: number): Day {
  const date = startOf(day);
  const wanted = date.getDate();
  date.setDate(1);
  date.setMonth(date.getMonth() + months);
  const last = new Date(date.getFullYear(), date.getMonth() + 1, 0).getDate();
  date.setDate(Math.min(wanted, last));
  return dayOf(date);
}

/** On which day a week begins, 1 for Monday to 7 for Sunday, where people use this language. */
export function firstWeekday(locale: string): number {
  const info = new Intl.Locale(locale) as Intl.Locale & {
    getWeekInfo?: () => { firstDay: number };
    weekInfo?: { firstDay: number };
  };
  return (info.getWeekInfo?.() ?? info.weekInfo)?.firstDay ?? 1;
}

/** The first day of the week of a day. */
export function weekStart(day: Day, first: number): Day {
  const weekday = startOf(day).getDay() || 7;
  return plusDays(day, -((weekday - first + 7) % 7));
}

/** The weeks of which some of the days of a view are: one, or all of a month. */
export function weeksOf(view: "week" | "month", day: Day, first: number): Day[][] {
  const begin = weekStart(view === "week" ? day : `${day.slice(0, 7)}-01`, first);
  const weeks: Day[][] = [];
  for (
    let week = begin;
    weeks.length === 0 || week.slice(0, 7) <= day.slice(0, 7);
    week = plusDays(week, 7)
  ) {
    weeks.push(Array.from({ length: 7 }, (_, offset) => plusDays(week, offset)));
    if (view === "week") break;
  }
  return weeks;
}

/** The first day of a view, and the first one after it. */
export function spanOf(view: Exclude<View, "list">, day: Day, first: number): { from: Day; to: Day } {
  if (view === "agenda") return { from: day, to: plusDays(day, AGENDA_DAYS) };
  const weeks = weeksOf(view, day, first);
  return { from: weeks[0]?.[0] ?? day, to: plusDays(weeks.at(-1)?.[6] ?? day, 1) };
}

/** The day that a view is turned to: so many spans later, or earlier. */
export function turned(view: Exclude<View, "list">, day: Day, by: -1 | 1): Day {
  if (view === "month") return plusMonths(day, by);
  return plusDays(day, by * (view === "week" ? 7 : AGENDA_DAYS));
}

/** Where a key leads in a grid of days; null when it is none of its keys. */
export function dayAfterKey(key: string, day: Day, view: "week" | "month", first: number): Day | null {
  switch (key) {
    case "ArrowLeft":
      return plusDays(day, -1);
    case "ArrowRight":
      return plusDays(day, 1);
    case "ArrowUp":
      return view === "month" ? plusDays(day, -7) : null;
    case "ArrowDown":
      return view === "month" ? plusDays(day, 7) : null;
    case "PageUp":
      return turned(view, day, -1);
    case "PageDown":
      return turned(view, day, 1);
    case "Home":
      return weekStart(day, first);
    case "End":
      return plusDays(weekStart(day, first), 6);
    default:
      return null;
  }
}

/** Occurrences by the day on which they begin, each day's in order. */
export function byDay(occurrences: readonly Occurrence[]): Map<Day, Occurrence[]> {
  const days = new Map<Day, Occurrence[]>();
  for (const occurrence of occurrences.toSorted(
    (a, b) => Date.parse(a.start_time) - Date.parse(b.start_time),
  )) {
    const day = dayOf(new Date(occurrence.start_time));
    days.set(day, [...(days.get(day) ?? []), occurrence]);
  }
  return days;
}

/** The view of an address; nothing when it names none. */
export function readView(search: URLSearchParams): View | null {
  return VIEWS.find((view) => view === search.get("view")) ?? null;
}

/** The day of an address; another when it names none. */
export function readDay(search: URLSearchParams, otherwise: Day): Day {
  const day = search.get("date") ?? "";
  return /^\d{4}-\d\d-\d\d$/.test(day) && dayOf(startOf(day)) === day ? day : otherwise;
}
