// Rules are written, read and worked out as the server does it.
import { describe, expect, it } from "vitest";
import {
  type End,
  isSendable,
  movedStart,
  nextStarts,
  readRule,
  type Rule,
  startsInRule,
  weekdayOf,
  weekOfMonth,
  writeRule,
} from "./rule.ts";
import { allZones, browserZone, instantIn, isZone, localIn, zoneNames } from "./zone.ts";

const BERLIN = "Europe/Berlin";
/** A Friday, the third of its month. */
const START = "2026-11-20T10:00";

function rule(change: Partial<Rule> = {}): Rule {
  return {
    frequency: "weekly",
    interval: 1,
    days: ["FR"],
    monthDay: "number",
    end: { type: "never" },
    ...change,
  };
}

const until = (date: string): End => ({ type: "on", date });
const times = (count: number): End => ({ type: "after", count });

describe("a rule", () => {
  it.each<[Partial<Rule>, string]>([
    [{ frequency: "daily" }, "FREQ=DAILY"],
    [{ frequency: "daily", interval: 3, end: times(5) }, "FREQ=DAILY;COUNT=5;INTERVAL=3"],
    [{ days: ["FR", "MO"] }, "FREQ=WEEKLY;BYDAY=MO,FR"],
    [{ interval: 2, end: until("2027-03-31") }, "FREQ=WEEKLY;UNTIL=20270331T215959Z;INTERVAL=2;BYDAY=FR"],
    [{ frequency: "monthly" }, "FREQ=MONTHLY;BYMONTHDAY=20"],
    [{ frequency: "monthly", monthDay: "week" }, "FREQ=MONTHLY;BYDAY=3FR"],
    [{ frequency: "yearly", end: until("2030-11-20") }, "FREQ=YEARLY;UNTIL=20301120T225959Z"],
  ])("%o is written %s, and read again", (change, text) => {
    const written = rule({
      days: [],
      ...change,
      ...(change.frequency ? {} : { days: change.days ?? ["FR"] }),
    });
    expect(writeRule(written, START, BERLIN)).toBe(text);
    const read = readRule(text, START, BERLIN);
    expect(read && writeRule(read, START, BERLIN)).toBe(text);
    expect(read).toMatchObject({
      frequency: written.frequency,
      interval: written.interval,
      end: written.end,
    });
  });

  it("is read in the forms that others write", () => {
    expect(readRule("RRULE:freq=weekly", START, BERLIN)).toEqual(rule());
    expect(readRule("FREQ=WEEKLY;WKST=MO;BYDAY=WE,MO", START, BERLIN)).toEqual(rule({ days: ["MO", "WE"] }));
    expect(readRule("FREQ=MONTHLY", START, BERLIN)).toEqual(rule({ frequency: "monthly", days: [] }));
    expect(readRule("FREQ=MONTHLY;BYDAY=FR;BYSETPOS=3", START, BERLIN)?.monthDay).toBe("week");
    expect(readRule("FREQ=MONTHLY;BYDAY=-1FR", "2026-11-27T10:00", BERLIN)?.monthDay).toBe("last-week");
    expect(readRule("FREQ=YEARLY;BYMONTH=11;BYMONTHDAY=20", START, BERLIN)?.frequency).toBe("yearly");
    expect(readRule("FREQ=DAILY;UNTIL=20270331T220000Z", START, BERLIN)?.end).toEqual(until("2027-04-01"));
  });

  it.each([
    "FREQ=HOURLY",
    "FREQ=DAILY;BYHOUR=9,15",
    "FREQ=DAILY;BYDAY=MO",
    "FREQ=WEEKLY;BYDAY=1MO",
    "FREQ=WEEKLY;BYDAY=MO,MO",
    "FREQ=WEEKLY;WKST=SU;INTERVAL=2;BYDAY=FR",
    "FREQ=MONTHLY;BYMONTHDAY=21",
    "FREQ=MONTHLY;BYMONTHDAY=20,-1",
    "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=15",
    "FREQ=MONTHLY;BYDAY=2FR",
    "FREQ=MONTHLY;BYDAY=FR",
    "FREQ=MONTHLY;BYDAY=-1FR",
    "FREQ=YEARLY;BYMONTH=12",
    "FREQ=YEARLY;BYDAY=FR",
    "FREQ=DAILY;COUNT=2;UNTIL=20270331T220000Z",
    "FREQ=DAILY;COUNT=two",
    "FREQ=DAILY;UNTIL=20270331",
    "FREQ=DAILY;FREQ=DAILY",
    "",
  ])("such as %s is left alone", (text) => {
    expect(readRule(text, START, BERLIN)).toBeNull();
  });

  it("knows what cannot be sent", () => {
    expect(isSendable(rule())).toBe(true);
    for (const change of [
      { interval: 0 },
      { interval: 1.5 },
      { interval: 1_001 },
      { days: [] },
      { end: times(0) },
      { end: until("") },
    ]) {
      expect(isSendable(rule(change)), JSON.stringify(change)).toBe(false);
      expect(nextStarts(rule(change), START, 3)).toEqual([]);
    }
  });

  it("says whether it has the start, and which day is the next that it has", () => {
    expect(startsInRule(rule({ days: ["MO", "FR"] }), START)).toBe(true);
    expect(startsInRule(rule({ days: ["MO"] }), START)).toBe(false);
    expect(movedStart(rule({ days: ["MO"] }), START)).toBe("2026-11-23T10:00");
    expect(movedStart(rule({ frequency: "daily" }), START)).toBe(START);
  });
});

describe("the next starts", () => {
  it.each<[string, Partial<Rule>, string, string[]]>([
    ["every day", { frequency: "daily" }, START, ["2026-11-20", "2026-11-21", "2026-11-22"]],
    [
      "every third day",
      { frequency: "daily", interval: 3 },
      START,
      ["2026-11-20", "2026-11-23", "2026-11-26"],
    ],
    ["Monday and Friday", { days: ["MO", "FR"] }, START, ["2026-11-20", "2026-11-23", "2026-11-27"]],
    [
      "every second week",
      { days: ["MO", "FR"], interval: 2 },
      START,
      ["2026-11-20", "2026-11-30", "2026-12-04"],
    ],
    ["a Sunday", { days: ["SU"] }, "2026-11-22T10:00", ["2026-11-22", "2026-11-29", "2026-12-06"]],
    [
      "every month on the 31st",
      { frequency: "monthly" },
      "2027-01-31T10:00",
      ["2027-01-31", "2027-03-31", "2027-05-31"],
    ],
    [
      "every month on the third Friday",
      { frequency: "monthly", monthDay: "week" },
      START,
      ["2026-11-20", "2026-12-18", "2027-01-15"],
    ],
    [
      "every month on the fifth Friday",
      { frequency: "monthly", monthDay: "week" },
      "2027-01-29T10:00",
      ["2027-01-29", "2027-04-30", "2027-07-30"],
    ],
    [
      "every month on the last Friday",
      { frequency: "monthly", monthDay: "last-week" },
      "2026-11-27T10:00",
      ["2026-11-27", "2026-12-25", "2027-01-29"],
    ],
    [
      "every second month over the end of a year",
      { frequency: "monthly", interval: 2 },
      START,
      ["2026-11-20", "2027-01-20", "2027-03-20"],
    ],
    [
      "every 29 February",
      { frequency: "yearly" },
      "2028-02-29T10:00",
      ["2028-02-29", "2032-02-29", "2036-02-29"],
    ],
  ])("of %s", (_, change, start, dates) => {
    expect(nextStarts(rule(change), start, 3)).toEqual(dates.map((date) => `${date}T10:00`));
  });

  it("end with the rule", () => {
    expect(nextStarts(rule({ end: times(2) }), START, 5)).toHaveLength(2);
    expect(nextStarts(rule({ end: until("2026-12-04") }), START, 5)).toHaveLength(3);
    expect(nextStarts(rule({ end: until("2026-12-03") }), START, 5)).toHaveLength(2);
    expect(nextStarts(rule({ end: until("2026-11-19") }), START, 5)).toEqual([]);
  });

  it("of a rule that never comes again are found quickly", () => {
    const never = rule({ frequency: "yearly", interval: 1_000 });
    expect(nextStarts(never, "2027-02-28T10:00", 2)).toEqual(["2027-02-28T10:00", "3027-02-28T10:00"]);
  });
});

describe("clocks", () => {
  it("are read where the meeting is", () => {
    expect(localIn(BERLIN, "2027-03-22T08:00:00Z")).toBe("2027-03-22T09:00");
    expect(localIn(BERLIN, "2027-03-29T08:00:00Z")).toBe("2027-03-29T10:00");
    expect(localIn("Asia/Kolkata", "2027-01-01T18:30:00Z")).toBe("2027-01-02T00:00");
    expect(localIn("UTC", Date.UTC(2027, 0, 1))).toBe("2027-01-01T00:00");
  });

  it.each([
    // Forward at 02:00 on 28 March, back at 03:00 on 31 October.
    [BERLIN, "2027-03-27T09:00", "2027-03-27T08:00"],
    [BERLIN, "2027-03-28T09:00", "2027-03-28T07:00"],
    [BERLIN, "2027-03-28T02:30", "2027-03-28T01:30"],
    [BERLIN, "2027-10-31T02:30", "2027-10-31T00:30"],
    [BERLIN, "2027-10-31T03:00", "2027-10-31T02:00"],
    ["America/New_York", "2027-03-14T02:30", "2027-03-14T07:30"],
    ["America/New_York", "2027-11-07T01:30", "2027-11-07T05:30"],
    ["Australia/Lord_Howe", "2027-04-04T01:45", "2027-04-03T14:45"],
    ["Pacific/Apia", "2011-12-30T10:00", "2011-12-30T20:00"],
    ["Asia/Shanghai", "2027-03-28T02:30", "2027-03-27T18:30"],
    ["UTC", "2027-03-28T02:30", "2027-03-28T02:30"],
  ])("in %s show %s at %s in UTC", (zone, local, utc) => {
    expect(new Date(instantIn(zone, local)).toISOString()).toBe(`${utc}:00.000Z`);
  });

  it("show the same time on both sides of a change", () => {
    const starts = nextStarts(rule({ days: ["MO"] }), "2027-03-22T09:00", 3);
    expect(starts.map((start) => new Date(instantIn(BERLIN, start)).toISOString().slice(0, 16))).toEqual([
      "2027-03-22T08:00",
      "2027-03-29T07:00",
      "2027-04-05T07:00",
    ]);
  });

  it("are not read from what is no time", () => {
    expect(instantIn(BERLIN, "")).toBeNaN();
    expect(instantIn(BERLIN, "soon")).toBeNaN();
  });

  it("belong to places with names", () => {
    expect(isZone("Europe/Berlin")).toBe(true);
    expect(isZone("Moon/Base")).toBe(false);
    expect(allZones()).toContain("UTC");
    expect(allZones()).toContain("America/New_York");
    expect(isZone(browserZone())).toBe(true);
    expect(zoneNames("America/New_York", "en", Date.parse("2027-01-01T00:00:00Z"))).toEqual({
      place: "America/New York",
      offset: "GMT-5",
      name: "Eastern Time",
    });
  });
});

describe("days", () => {
  it("have a place in week and month", () => {
    expect(weekdayOf("2026-11-22T23:59")).toBe("SU");
    expect(weekOfMonth(START)).toEqual({ nth: 3, last: false });
    expect(weekOfMonth("2026-11-30T10:00")).toEqual({ nth: 5, last: true });
    expect(weekOfMonth("2027-02-22T10:00")).toEqual({ nth: 4, last: true });
  });
});
