// What stands in the fields about repeating becomes a rule and comes back from one, and can be said in both languages.
import i18next from "i18next";
import { beforeAll, describe, expect, it } from "vitest";
import { LANGUAGES, setLanguage } from "../../../app/i18n.ts";
import { startPage } from "../../../test/render.tsx";
import {
  checkRepeat,
  monthDays,
  movedDays,
  onceOnly,
  type RepeatForm,
  repeatOf,
  ruleOf,
  writtenRule,
} from "./repeat-form.ts";
import type { Rule } from "./rule.ts";
import { ruleSentence, weekdayName } from "./sentence.ts";

const ZONE = "Europe/Berlin";
/** A Friday, the third of its month. */
const START = "2026-11-20T10:00";

function form(change: Partial<RepeatForm>): RepeatForm {
  return { ...onceOnly(START), ...change };
}

describe("the fields", () => {
  it.each<[Partial<RepeatForm>, string | null]>([
    [{}, null],
    [{ kind: "daily" }, "FREQ=DAILY"],
    [{ kind: "weekdays" }, "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR"],
    [{ kind: "weekly", days: ["WE", "FR"] }, "FREQ=WEEKLY;BYDAY=WE,FR"],
    [{ kind: "monthly", interval: 7 }, "FREQ=MONTHLY;BYMONTHDAY=20"],
    [{ kind: "monthly", monthDay: "week" }, "FREQ=MONTHLY;BYDAY=3FR"],
    [{ kind: "yearly", end: "after", count: "3" }, "FREQ=YEARLY;COUNT=3"],
    [
      { kind: "custom", frequency: "weekly", interval: 2, end: "on", until: "2026-12-31" },
      "FREQ=WEEKLY;UNTIL=20261231T225959Z;INTERVAL=2;BYDAY=FR",
    ],
    [{ kind: "kept", written: "FREQ=DAILY;BYHOUR=9,15" }, "FREQ=DAILY;BYHOUR=9,15"],
  ])("%o mean %s, and come back from it", (change, written) => {
    expect(writtenRule(form(change), START, ZONE)).toBe(written);
    const again = repeatOf(written, START, ZONE);
    expect(again.kind).toBe(change.kind ?? "never");
    expect(writtenRule(again, START, ZONE)).toBe(written);
  });

  it("say why they cannot be sent", () => {
    const check = (change: Partial<RepeatForm>) => checkRepeat(form(change), START);
    expect(check({})).toBeNull();
    expect(check({ kind: "daily" })).toBeNull();
    expect(check({ kind: "weekly", days: [] })).toBe("required");
    expect(check({ kind: "daily", end: "on" })).toBe("required");
    expect(check({ kind: "daily", end: "on", until: "2026-11-19" })).toBe("not_after_start");
    expect(check({ kind: "daily", end: "on", until: "2026-11-20" })).toBeNull();
    expect(check({ kind: "daily", end: "after", count: "" })).toBe("out_of_range");
    expect(check({ kind: "custom", interval: 0 })).toBe("out_of_range");
    expect(check({ kind: "weekly", days: ["MO"] })).toBe("start_mismatch");
    expect(checkRepeat(form({ kind: "weekly", days: ["MO"] }), "")).toBeNull();
    expect(checkRepeat(form({ kind: "weekdays" }), "2026-11-21T10:00")).toBe("start_mismatch");
  });

  it("offer the days of a month that the start is", () => {
    expect(monthDays(START)).toEqual(["number", "week"]);
    expect(monthDays("2026-11-27T10:00")).toEqual(["number", "week", "last-week"]);
    expect(monthDays("2026-11-30T10:00")).toEqual(["number", "last-week"]);
    expect(ruleOf(form({ kind: "monthly", monthDay: "week" }), "2026-11-30T10:00")?.monthDay).toBe(
      "last-week",
    );
    expect(ruleOf(form({ kind: "monthly", monthDay: "last-week" }), START)?.monthDay).toBe("week");
  });

  it("follow a start that is moved", () => {
    expect(movedDays(["FR"], START, "2026-11-24T10:00")).toEqual(["TU"]);
    expect(movedDays(["MO", "FR"], START, "2026-11-24T10:00")).toEqual(["MO", "FR"]);
    expect(movedDays(["FR"], START, "")).toEqual(["FR"]);
  });
});

describe("a rule in words", () => {
  beforeAll(startPage);
  const t = i18next.t.bind(i18next);
  const plain: Rule = {
    frequency: "daily",
    interval: 1,
    days: [],
    monthDay: "number",
    end: { type: "never" },
  };
  const say = (change: Partial<Rule>, locale: string): string =>
    ruleSentence(t, { ...plain, ...change }, START, locale);

  it.each<[Partial<Rule>, string, string]>([
    [{}, "Every day", "每天"],
    [{ interval: 3 }, "Every 3 days", "每 3 天"],
    [{ frequency: "weekly", days: ["MO", "TU", "WE", "TH", "FR"] }, "Every weekday", "每个工作日"],
    [
      { frequency: "weekly", days: ["MO", "WE"], end: { type: "on", date: "2027-03-31" } },
      "Every Monday and Wednesday until 31 March 2027",
      "每周一和周三，直至 2027年3月31日",
    ],
    [{ frequency: "weekly", interval: 2, days: ["FR"] }, "Every 2 weeks on Friday", "每 2 周的周五"],
    [{ frequency: "monthly" }, "Every month on day 20", "每月 20 日"],
    [
      { frequency: "monthly", monthDay: "week", end: { type: "after", count: 6 } },
      "Every month on the third Friday, 6 times",
      "每月第三个周五，共 6 次",
    ],
    [
      { frequency: "monthly", interval: 2, monthDay: "last-week" },
      "Every 2 months on the last Friday",
      "每 2 个月的最后一个周五",
    ],
    [{ frequency: "yearly" }, "Every year on 20 November", "每年11月20日"],
    [{ frequency: "yearly", interval: 4 }, "Every 4 years on 20 November", "每 4 年的11月20日"],
  ])("%o", async (change, en, zh) => {
    await setLanguage("en");
    expect(say(change, "en-GB")).toBe(en);
    await setLanguage("zh-CN");
    expect(say(change, "zh-CN")).toBe(zh);
  });

  it("names the days of the week", () => {
    expect(LANGUAGES.map(({ code }) => weekdayName("SU", code))).toEqual(["Sunday", "周日"]);
    expect(weekdayName("SU", "en", "short")).toBe("Sun");
  });
});
