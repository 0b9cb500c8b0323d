// Times in the reader's zone and language: relative within a day, exact otherwise.

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** The browser's own variant of the page's language (`en-GB` for `en`), so that dates look as people are used to. */
export function formatLocale(language: string, browser: readonly string[] = navigator.languages): string {
  const prefix = language.split("-")[0];
  return browser.find((tag) => tag.toLowerCase().split("-")[0] === prefix) ?? language;
}

/** "in 20 min", "3 hr ago"; beyond a day "Sat, 21 Nov, 14:00". */
export function when(time: string, language: string, now: number): string {
  const distance = Date.parse(time) - now;
  if (Math.abs(distance) >= DAY) return exactly(time, language, "short");
  const relative = new Intl.RelativeTimeFormat(language, { numeric: "auto", style: "short" });
  if (Math.abs(distance) < HOUR) return relative.format(Math.round(distance / MINUTE), "minute");
  return relative.format(Math.round(distance / HOUR), "hour");
}

/** Whether a time is told as how far away it is. */
export function isNear(time: string, now: number): boolean {
  return Math.abs(Date.parse(time) - now) < DAY;
}

/** The exact time, `long` with weekday, year and zone. */
export function exactly(time: string, language: string, style: "short" | "long"): string {
  return new Intl.DateTimeFormat(
    language,
    style === "long"
      ? { dateStyle: "full", timeStyle: "long" }
      : { weekday: "short", day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" },
  ).format(new Date(time));
}

/** From when to when, with weekday and zone; the same time twice is told once: "Friday 27 November 2026, 14:00–15:00 CET". */
export function range(start: string, end: string, language: string): string {
  return new Intl.DateTimeFormat(language, {
    weekday: "long",
    day: "numeric",
    month: "long",
    year: "numeric",
    hour: "2-digit",
    minute: "2-digit",
    timeZoneName: "short",
  }).formatRange(new Date(start), new Date(end));
}

/** The same in short: "Fri, 27 Nov 2026, 14:00–15:00". */
export function shortRange(start: string, end: string, language: string): string {
  return new Intl.DateTimeFormat(language, {
    weekday: "short",
    day: "numeric",
    month: "short",
    year: "numeric",
    hour: "2-digit",
    minute: "2-digit",
  }).formatRange(new Date(start), new Date(end));
}

/** The day alone: "4 December 2026". */
export function day(time: string, language: string): string {
  return new Intl.DateTimeFormat(language, { dateStyle: "long" }).format(new Date(time));
}

/** Hours, minutes and seconds of a duration: `4:05`, `1:02:03`. */
export function clock(milliseconds: number): string {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000));
  const parts = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  const [hours, minutes, rest] = parts.map((part) => String(part).padStart(2, "0"));
  return parts[0] ? `${parts[0]}:${minutes}:${rest}` : `${Number(minutes)}:${rest ?? hours}`;
}

/** A time as a date-time field has it: `2026-11-20T14:30`, local. */
export function toLocal(date: Date): string {
  const two = (value: number): string => String(value).padStart(2, "0");
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  return `${day}T${two(date.getHours())}:${two(date.getMinutes())}`;
}
