// What stands in the fields about repeating, and the rule that it means.
import {
  type End,
  type Frequency,
  isSendable,
  type MonthDay,
  readRule,
  type Rule,
  startsInRule,
  type Weekday,
  weekdayOf,
  weekOfMonth,
  WORKDAYS,
  writeRule,
} from "./rule.ts";
import type { LocalTime } from "./zone.ts";

/** The choices. `kept` is a rule that the form cannot show, and leaves as it is. */
export const REPEATS = [
  "never",
  "daily",
  "weekdays",
  "weekly",
  "monthly",
  "yearly",
  "custom",
  "kept",
] as const;
export type Repeat = (typeof REPEATS)[number];

/** What stands in the fields. */
export interface RepeatForm {
  kind: Repeat;
  /** Of a custom interval. */
  frequency: Frequency;
  interval: number | string;
  days: readonly Weekday[];
  monthDay: MonthDay;
  end: End["type"];
  /** The last day, as a date field has it. */
  until: string;
  count: number | string;
  /** The rule as the server has it; null when there is none. */
  written: string | null;
}

/** Of a meeting that takes place once. */
export function onceOnly(start: LocalTime): RepeatForm {
  return {
    kind: "never",
    frequency: "weekly",
    interval: 2,
    days: start === "" ? [] : [weekdayOf(start)],
    monthDay: "number",
    end: "never",
    until: "",
    count: 10,
    written: null,
  };
}

/** Of a meeting with a rule, or none. */
export function repeatOf(written: string | null, start: LocalTime, zone: string): RepeatForm {
  const empty = onceOnly(start);
  if (written === null || start === "") return empty;
  const rule = readRule(written, start, zone);
  if (rule === null) return { ...empty, kind: "kept", written };
  const { frequency, interval, days, monthDay, end } = rule;
  const plain = frequency === "weekly" && days.join() === WORKDAYS.join() ? "weekdays" : frequency;
  return {
    kind: interval === 1 ? plain : "custom",
    frequency,
    interval: interval === 1 ? 2 : interval,
    days: days.length > 0 ? days : empty.days,
    monthDay,
    end: end.type,
    until: end.type === "on" ? end.date : "",
    count: end.type === "after" ? end.count : 10,
    written,
  };
}

/** The rule that the fields mean; null for none, or one that the form cannot show. */
export function ruleOf(form: RepeatForm, start: LocalTime): Rule | null {
  if (form.kind === "never" || form.kind === "kept") return null;
  const custom = form.kind === "custom";
  const frequency = form.kind === "custom" ? form.frequency : form.kind === "weekdays" ? "weekly" : form.kind;
  const end: End =
    form.end === "on"
      ? { type: "on", date: form.until }
      : form.end === "after"
        ? { type: "after", count: form.count === "" ? Number.NaN : Number(form.count) }
        : { type: "never" };
  return {
    frequency,
    interval: !custom ? 1 : form.interval === "" ? Number.NaN : Number(form.interval),
    days: frequency !== "weekly" ? [] : form.kind === "weekdays" ? WORKDAYS : form.days,
    monthDay: frequency === "monthly" ? offered(form.monthDay, start) : "number",
    end,
  };
}

/** The choices for the day of a month: the last week only where the start is in it. */
export function monthDays(start: LocalTime): readonly MonthDay[] {
  const { nth, last } = weekOfMonth(start);
  // There is not a fifth one in every month; who means the last one can say so.
  return ["number", ...(nth < 5 ? (["week"] as const) : []), ...(last ? (["last-week"] as const) : [])];
}

function offered(monthDay: MonthDay, start: LocalTime): MonthDay {
  const offers = monthDays(start);
  return offers.includes(monthDay) ? monthDay : (offers.find((each) => each !== "number") ?? "number");
}

/** The days that follow a start that is moved: who meets on that day alone, meets on the new one. */
export function movedDays(days: readonly Weekday[], from: LocalTime, to: LocalTime): readonly Weekday[] {
  if (from === "" || to === "") return days;
  return days.length === 1 && days[0] === weekdayOf(from) ? [weekdayOf(to)] : days;
}

export type RepeatProblem = "required" | "start_mismatch" | "out_of_range" | "not_after_start";

/** Why a rule cannot be sent, with codes of the message catalogue. */
export function checkRepeat(form: RepeatForm, start: LocalTime): RepeatProblem | null {
  const rule = ruleOf(form, start);
  if (rule === null || start === "") return null;
  if (rule.frequency === "weekly" && rule.days.length === 0) return "required";
  if (rule.end.type === "on" && rule.end.date === "") return "required";
  if (!isSendable(rule)) return "out_of_range";
  if (!startsInRule(rule, start)) return "start_mismatch";
  if (rule.end.type === "on" && rule.end.date < start.slice(0, 10)) return "not_after_start";
  return null;
}

/** What the server is sent; null for none. */
export function writtenRule(form: RepeatForm, start: LocalTime, zone: string): string | null {
  if (form.kind === "kept") return form.written;
  const rule = ruleOf(form, start);
  return rule === null ? null : writeRule(rule, start, zone);
}
