// A week or a month as a grid of days that arrow keys go through.
import { VisuallyHidden } from "@mantine/core";
import type { Occurrence } from "@open-meeting/client";
import { useLayoutEffect, useRef, type KeyboardEvent } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { formatLocale } from "../when.ts";
import classes from "./Calendar.module.css";
import { byDay, type Day, dayAfterKey, dayOf, firstWeekday, startOf, weeksOf } from "./days.ts";
import { timeRange } from "./time-range.ts";

/** So many meetings of a day fit into a cell of a month. */
const FITS = 3;

interface DayGridProps {
  view: "week" | "month";
  day: Day;
  occurrences: readonly Occurrence[];
  onDay: (day: Day) => void;
  onOpen: (day: Day) => void;
}

export function DayGrid({ view, day, occurrences, onDay, onOpen }: DayGridProps) {
  const { t, i18n } = useTranslation();
  const locale = formatLocale(i18n.language);
  const first = firstWeekday(locale);
  const weeks = weeksOf(view, day, first);
  const days = byDay(occurrences);
  const grid = useRef<HTMLDivElement>(null);
  // Where keys have led; what is drawn may be behind when they come fast.
  const target = useRef(day);
  const moved = useRef(false);
  // The focus goes along with the day, but only when it was in the grid.
  useLayoutEffect(() => {
    if (!moved.current) {
      target.current = day;
      return;
    }
    moved.current = day !== target.current;
    grid.current?.querySelector<HTMLElement>(`[data-day="${day}"]`)?.focus();
  }, [day]);
  const onKeyDown = (event: KeyboardEvent) => {
    const element = event.target as HTMLElement;
    if (event.ctrlKey || event.metaKey || event.altKey || element.getAttribute("role") !== "gridcell") return;
    if (event.key === "Enter") {
      event.preventDefault();
      onOpen(target.current);
      return;
    }
    const next = dayAfterKey(event.key, target.current, view, first);
    if (next === null) return;
    event.preventDefault();
    target.current = next;
    moved.current = true;
    onDay(next);
  };
  const weekday = new Intl.DateTimeFormat(locale, { weekday: "short" });
  return (
    // eslint-disable-next-line jsx-a11y/interactive-supports-focus -- The cell of the day has the focus, as in every grid.
    <div
      ref={grid}
      role="grid"
      aria-label={t(`calendar.grid.${view}`)}
      className={classes.grid}
      data-view={view}
      onKeyDown={onKeyDown}
    >
      <div role="row" className={classes.week}>
        {weeks[0]?.map((each) => (
          <div role="columnheader" key={each} className={classes.weekday}>
            {weekday.format(startOf(each))}
          </div>
        ))}
      </div>
      {weeks.map((week) => (
        <div role="row" key={week[0]} className={classes.week}>
          {week.map((each) => (
            <DayCell
              key={each}
              day={each}
              view={view}
              chosen={each === day}
              outside={view === "month" && each.slice(0, 7) !== day.slice(0, 7)}
              occurrences={days.get(each) ?? []}
              locale={locale}
              onOpen={onOpen}
            />
          ))}
        </div>
      ))}
    </div>
  );
}

interface DayCellProps {
  day: Day;
  view: "week" | "month";
  chosen: boolean;
  outside: boolean;
  occurrences: readonly Occurrence[];
  locale: string;
  onOpen: (day: Day) => void;
}

function DayCell({ day, view, chosen, outside, occurrences, locale, onOpen }: DayCellProps) {
  const { t } = useTranslation();
  const today = day === dayOf(new Date());
  const date = startOf(day);
  const fit = view === "week" || occurrences.length <= FITS ? occurrences.length : FITS - 1;
  const name = new Intl.DateTimeFormat(locale, { dateStyle: "full" }).format(date);
  const count = t("calendar.count", { count: occurrences.length });
  // Tab goes through what is on the chosen day alone, arrow keys through the days.
  const tabIndex = chosen ? 0 : -1;
  return (
    <div
      role="gridcell"
      tabIndex={tabIndex}
      className={classes.cell}
      data-day={day}
      data-outside={outside || undefined}
      data-today={today || undefined}
      aria-selected={chosen}
      {...(today ? { "aria-current": "date" as const } : {})}
    >
      {/* The beginning of the cell's name, of which what is seen in it is the rest. */}
      <VisuallyHidden>{`${name}: ${count}`}</VisuallyHidden>
      <span className={classes.dayNumber} aria-hidden>
        {date.getDate()}
      </span>
      {occurrences.slice(0, fit).map((occurrence) => (
        <Link
          key={`${occurrence.meeting_id} ${occurrence.start_time}`}
          to={`/m/${occurrence.code}`}
          tabIndex={tabIndex}
          className={classes.event ?? ""}
          data-status={occurrence.status}
          data-testid="occurrence"
          title={`${timeRange(occurrence, locale)} ${occurrence.title}`}
        >
          <span className={classes.eventTime}>
            {view === "week"
              ? timeRange(occurrence, locale)
              : timeRange({ start_time: occurrence.start_time, end_time: null }, locale)}
          </span>{" "}
          <span className={classes.eventTitle}>{occurrence.title}</span>
        </Link>
      ))}
      {fit < occurrences.length ? (
        <button type="button" tabIndex={tabIndex} className={classes.more} onClick={() => onOpen(day)}>
          {t("calendar.more", { count: occurrences.length - fit })}
        </button>
      ) : null}
    </div>
  );
}
