// A rule in words: "Every Monday and Wednesday until 31 March 2027".
import type { TFunction } from "i18next";
import { type Rule, WEEKDAYS, type Weekday, weekdayOf, weekOfMonth, WORKDAYS } from "./rule.ts";
import { floating, type LocalTime } from "./zone.ts";

/** A Monday. */
const MONDAY = Date.UTC(2024, 0, 1);
const DAY = 24 * 60 * 60 * 1000;

/** What a day of the week is called; short on buttons, and in Chinese, where the long form is stiff. */
export function weekdayName(day: Weekday, locale: string, style: "long" | "short" = "long"): string {
  const weekday = style === "short" || locale.startsWith("zh") ? "short" : "long";
  const date = MONDAY + WEEKDAYS.indexOf(day) * DAY;
  return new Intl.DateTimeFormat(locale, { weekday, timeZone: "UTC" }).format(date);
}

/** A clock's date, in words. */
export function dateName(local: LocalTime, locale: string, options: Intl.DateTimeFormatOptions): string {
  return new Intl.DateTimeFormat(locale, { ...options, timeZone: "UTC" }).format(floating(local));
}

const NTH = ["first", "second", "third", "fourth", "fifth"] as const;

/** The rule in the language of the page. `start` is what clocks show at the first start. */
export function ruleSentence(t: TFunction, rule: Rule, start: LocalTime, locale: string): string {
  const text = repeats(t, rule, start, locale);
  switch (rule.end.type) {
    case "never":
      return text;
    case "on":
      return t("repeat.sentence.until", {
        rule: text,
        date: dateName(rule.end.date, locale, { dateStyle: "long" }),
      });
    case "after":
      return t("repeat.sentence.times", { rule: text, count: rule.end.count });
  }
}

function repeats(t: TFunction, rule: Rule, start: LocalTime, locale: string): string {
  const n = rule.interval;
  const one = n === 1;
  switch (rule.frequency) {
    case "daily":
      return one ? t("repeat.sentence.daily") : t("repeat.sentence.days", { n });
    case "weekly": {
      if (one && rule.days.join() === WORKDAYS.join()) return t("repeat.sentence.weekdays");
      const names = rule.days.map((day) => weekdayName(day, locale));
      const days = new Intl.ListFormat(locale, { type: "conjunction" }).format(names);
      return one ? t("repeat.sentence.weekly", { days }) : t("repeat.sentence.weeks", { n, days });
    }
    case "monthly": {
      if (rule.monthDay === "number") {
        const day = new Date(floating(start)).getUTCDate();
        return one ? t("repeat.sentence.monthly", { day }) : t("repeat.sentence.months", { n, day });
      }
      const which = rule.monthDay === "last-week" ? "last" : (NTH[weekOfMonth(start).nth - 1] ?? "fifth");
      const nth = t(`repeat.nth.${which}`);
      const weekday = weekdayName(weekdayOf(start), locale);
      return one
        ? t("repeat.sentence.monthlyWeek", { nth, weekday })
        : t("repeat.sentence.monthsWeek", { n, nth, weekday });
    }
    case "yearly": {
      const date = dateName(start, locale, { day: "numeric", month: "long" });
      return one ? t("repeat.sentence.yearly", { date }) : t("repeat.sentence.years", { n, date });
    }
  }
}
