// How a meeting is repeated, in words.
import type { Meeting } from "@open-meeting/client";
import { useTranslation } from "react-i18next";
import { formatLocale } from "../when.ts";
import { readRule } from "./rule.ts";
import { ruleSentence } from "./sentence.ts";
import { browserZone, isZone, localIn } from "./zone.ts";

/** A sentence; null when it takes place once. */
export function useRepeats({ recurrence, time_zone, start_time }: Meeting): string | null {
  const { t, i18n } = useTranslation();
  if (!recurrence) return null;
  const zone = time_zone && isZone(time_zone) ? time_zone : browserZone();
  const start = start_time === null ? "" : localIn(zone, start_time);
  const rule = start === "" ? null : readRule(recurrence, start, zone);
  return rule ? ruleSentence(t, rule, start, formatLocale(i18n.language)) : t("calendar.recurring");
}
