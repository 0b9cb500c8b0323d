// Times on the clocks of a place: what they show at an instant, and when they show it. The browser knows the places.

/** What a clock shows, as a date-time field has it: `2026-11-20T14:30`. */
export type LocalTime = string;

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(zone: string): Intl.DateTimeFormat {
  let format = formats.get(zone);
  if (!format) {
    format = new Intl.DateTimeFormat("en-GB", {
      timeZone: zone,
      calendar: "gregory",
      numberingSystem: "latn",
      hourCycle: "h23",
      year: "numeric",
      month: "2-digit",
      day: "2-digit",
      hour: "2-digit",
      minute: "2-digit",
      second: "2-digit",
    });
    formats.set(zone, format);
  }
  return format;
}

/** Whether the browser knows a place of this name. */
export function isZone(zone: string): boolean {
  try {
    formatOf(zone);
    return true;
  } catch {
    return false;
  }
}

/** Where the browser is. */
export function browserZone(): string {
  return new Intl.DateTimeFormat().resolvedOptions().timeZone || "UTC";
}

/** All places that the browser knows, and UTC. */
export function allZones(): readonly string[] {
  return [...new Set([...Intl.supportedValuesOf("timeZone"), "UTC"])];
}

/** How far the clocks of a place are ahead of UTC at an instant, in milliseconds. */
function offsetAt(zone: string, at: number): number {
  const whole = Math.floor(at / 1000) * 1000;
  return shownAt(zone, whole) - whole;
}

/** What the clocks show, as if they were in UTC, in milliseconds since 1970. */
function shownAt(zone: string, at: number): number {
  const parts: Partial<Record<Intl.DateTimeFormatPartTypes, number>> = {};
  for (const { type, value } of formatOf(zone).formatToParts(at)) parts[type] = Number(value);
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts;
  return Date.UTC(year, month - 1, day, hour, minute, second);
}

/** A clock's time as if it were in UTC, in milliseconds since 1970; NaN when it is none. */
export function floating(local: LocalTime): number {
  return Date.parse(`${local.length === 10 ? `${local}T00:00` : local}Z`);
}

/** The other way round. */
export function toLocalTime(time: number): LocalTime {
  return new Date(time).toISOString().slice(0, 16);
}

/** What clocks there show at an instant (RFC 3339 or milliseconds since 1970). */
export function localIn(zone: string, at: string | number): LocalTime {
  return toLocalTime(shownAt(zone, typeof at === "string" ? Date.parse(at) : at));
}

/**
 * When clocks there show a time, in milliseconds since 1970. The first time, when they show it twice; when they leave it
 * out, as long after the change as it would have been, as RFC 5545 says, and as the server does.
 */
export function instantIn(zone: string, local: LocalTime): number {
  const wanted = floating(local);
  if (Number.isNaN(wanted)) return Number.NaN;
  // No clock is further from UTC than 15 hours, so these are before and after any change near by.
  const before = offsetAt(zone, wanted - 15 * HOUR);
  const after = offsetAt(zone, wanted + 15 * HOUR);
  for (const offset of [Math.max(before, after), Math.min(before, after)]) {
    if (offsetAt(zone, wanted - offset) === offset) return wanted - offset;
  }
  return wanted - before;
}

/** How a place and its clocks are called at an instant: "Europe/Berlin", "GMT+1", "Central European Time". */
export function zoneNames(
  zone: string,
  language: string,
  at: number,
): { place: string; offset: string; name: string } {
  const part = (timeZoneName: "shortOffset" | "longGeneric"): string =>
    new Intl.DateTimeFormat(language, { timeZone: zone, timeZoneName })
      .formatToParts(at)
      .find(({ type }) => type === "timeZoneName")?.value ?? "";
  return { place: zone.replaceAll("_", " "), offset: part("shortOffset"), name: part("longGeneric") };
}
