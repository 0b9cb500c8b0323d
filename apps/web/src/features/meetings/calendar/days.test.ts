// Days, weeks and months of the calendar, also where clocks are changed.
import type { Occurrence } from "@open-meeting/client";
import { describe, expect, it } from "vitest";
import {
  byDay,
  dayAfterKey,
  dayOf,
  firstWeekday,
  plusDays,
  plusMonths,
  readDay,
  readView,
  spanOf,
  startOf,
  turned,
  weeksOf,
  weekStart,
} from "./days.ts";

describe("days", () => {
  it("are counted, whatever clocks do", () => {
    expect(plusDays("2027-03-27", 2)).toBe("2027-03-29");
    expect(plusDays("2027-03-01", -1)).toBe("2027-02-28");
    expect(plusMonths("2027-01-31", 1)).toBe("2027-02-28");
    expect(plusMonths("2027-01-31", -2)).toBe("2026-11-30");
    expect(dayOf(startOf("2027-10-31"))).toBe("2027-10-31");
  });

  it("make weeks that begin where people are used to", () => {
    expect(weekStart("2026-11-20", 1)).toBe("2026-11-16");
    expect(weekStart("2026-11-22", 1)).toBe("2026-11-16");
    expect(weekStart("2026-11-22", 7)).toBe("2026-11-22");
    expect(weekStart("2026-11-20", 7)).toBe("2026-11-15");
    expect(firstWeekday("en-GB")).toBe(1);
  });

  it.each([
    ["2026-11-20", 1, 6, "2026-10-26", "2026-12-06"],
    ["2027-02-10", 1, 4, "2027-02-01", "2027-02-28"],
    ["2026-12-31", 1, 5, "2026-11-30", "2027-01-03"],
    ["2026-11-20", 7, 5, "2026-11-01", "2026-12-05"],
  ])("of the month of %s, weeks from %s on, are in %s weeks", (day, first, count, from, to) => {
    const weeks = weeksOf("month", day, first);
    expect(weeks).toHaveLength(count);
    expect([weeks[0]?.[0], weeks.at(-1)?.[6]]).toEqual([from, to]);
    expect(spanOf("month", day, first)).toEqual({ from, to: plusDays(to, 1) });
  });

  it("of a week and of an agenda", () => {
    expect(spanOf("week", "2026-11-20", 1)).toEqual({ from: "2026-11-16", to: "2026-11-23" });
    expect(spanOf("agenda", "2026-11-20", 1)).toEqual({ from: "2026-11-20", to: "2026-12-18" });
    expect(turned("week", "2026-11-20", -1)).toBe("2026-11-13");
    expect(turned("month", "2026-11-20", 1)).toBe("2026-12-20");
    expect(turned("agenda", "2026-11-20", 1)).toBe("2026-12-18");
  });

  it.each([
    ["ArrowRight", "month", "2026-11-21"],
    ["ArrowUp", "month", "2026-11-13"],
    ["ArrowDown", "week", null],
    ["PageDown", "month", "2026-12-20"],
    ["PageUp", "week", "2026-11-13"],
    ["Home", "month", "2026-11-16"],
    ["End", "week", "2026-11-22"],
    ["a", "month", null],
  ] as const)("are gone through by key: %s in a %s", (key, view, day) => {
    expect(dayAfterKey(key, "2026-11-20", view, 1)).toBe(day);
  });
});

describe("occurrences", () => {
  it("stand on their days, in order", () => {
    const at = (title: string, start: Date) => ({ title, start_time: start.toISOString() }) as Occurrence;
    const days = byDay([
      at("late", new Date(2026, 10, 20, 23, 59)),
      at("next", new Date(2026, 10, 21, 0, 0)),
      at("early", new Date(2026, 10, 20, 0, 0)),
    ]);
    expect([...days].map(([day, items]) => [day, items.map(({ title }) => title)])).toEqual([
      ["2026-11-20", ["early", "late"]],
      ["2026-11-21", ["next"]],
    ]);
  });
});

describe("the address", () => {
  it.each([
    ["view=week&date=2026-11-20", "week", "2026-11-20"],
    ["view=year&date=2026-02-30", null, "2027-01-01"],
    ["date=soon", null, "2027-01-01"],
    ["", null, "2027-01-01"],
  ])("%s", (search, view, day) => {
    expect(readView(new URLSearchParams(search))).toBe(view);
    expect(readDay(new URLSearchParams(search), "2027-01-01")).toBe(day);
  });
});
