// Meetings by the days on which they take place: as an agenda, a week or a month.
import { ActionIcon, Button, Group, Skeleton, Stack, Text, Title } from "@mantine/core";
import { IconCalendarOff, IconChevronLeft, IconChevronRight } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { EmptyState } from "../../../components/EmptyState.tsx";
import { ErrorState } from "../../../components/ErrorState.tsx";
import { formatLocale } from "../when.ts";
import { Agenda } from "./Agenda.tsx";
import classes from "./Calendar.module.css";
import { type Day, dayOf, firstWeekday, plusDays, spanOf, startOf, turned, type View } from "./days.ts";
import { DayGrid } from "./DayGrid.tsx";
import { useOccurrences } from "./use-occurrences.ts";

export interface CalendarPaneProps {
  view: Exclude<View, "list">;
  day: Day;
  onDay: (day: Day) => void;
  /** Shows a day in the agenda. */
  onOpen: (day: Day) => void;
}

export function CalendarPane({ view, day, onDay, onOpen }: CalendarPaneProps) {
  const { t, i18n } = useTranslation();
  const locale = formatLocale(i18n.language);
  const first = firstWeekday(locale);
  const { from, to } = spanOf(view, day, first);
  const occurrences = useOccurrences(from, to);
  const items = occurrences.data ?? [];
  const today = dayOf(new Date());
  const failed = occurrences.isError && !occurrences.data;
  return (
    <Stack gap="md">
      <Group justify="space-between" gap="sm">
        <Title order={2} size="h4" aria-live="polite">
          {spanName(view, day, from, to, locale)}
        </Title>
        <Group gap={6}>
          <ActionIcon
            variant="default"
            size="lg"
            aria-label={t(`calendar.previous.${view}`)}
            onClick={() => onDay(turned(view, day, -1))}
          >
            <IconChevronLeft size={18} />
          </ActionIcon>
          <Button variant="default" size="sm" disabled={day === today} onClick={() => onDay(today)}>
            {t("calendar.today")}
          </Button>
          <ActionIcon
            variant="default"
            size="lg"
            aria-label={t(`calendar.next.${view}`)}
            onClick={() => onDay(turned(view, day, 1))}
          >
            <IconChevronRight size={18} />
          </ActionIcon>
        </Group>
      </Group>
      {occurrences.isPending ? <CalendarSkeleton view={view} /> : null}
      {failed ? (
        <ErrorState
          title={t("calendar.failed")}
          error={occurrences.error}
          onRetry={() => void occurrences.refetch()}
          retrying={occurrences.isFetching}
        />
      ) : null}
      {occurrences.data && view === "agenda" && items.length === 0 ? (
        <EmptyState
          icon={<IconCalendarOff size={30} stroke={1.5} />}
          title={t("calendar.emptyTitle")}
          text={t("calendar.emptyText")}
        >
          <Button variant="default" component={Link} to="/meetings/new">
            {t("newMeeting.schedule")}
          </Button>
        </EmptyState>
      ) : null}
      {occurrences.data && view === "agenda" && items.length > 0 ? <Agenda occurrences={items} /> : null}
      {occurrences.data && view !== "agenda" ? (
        <DayGrid view={view} day={day} occurrences={items} onDay={onDay} onOpen={onOpen} />
      ) : null}
      {occurrences.data && view !== "agenda" ? (
        <Text size="sm" c="dimmed">
          {t("calendar.keys")}
        </Text>
      ) : null}
    </Stack>
  );
}

/** "November 2026", "16 – 22 November 2026". */
function spanName(view: CalendarPaneProps["view"], day: Day, from: Day, to: Day, locale: string): string {
  if (view === "month") {
    return new Intl.DateTimeFormat(locale, { month: "long", year: "numeric" }).format(startOf(day));
  }
  const format = new Intl.DateTimeFormat(locale, { day: "numeric", month: "long", year: "numeric" });
  return format.formatRange(startOf(from), startOf(plusDays(to, -1)));
}

function CalendarSkeleton({ view }: Pick<CalendarPaneProps, "view">) {
  const { t } = useTranslation();
  return (
    <div role="status" aria-label={t("common.loading")}>
      {view === "agenda" ? (
        <div className={classes.agenda}>
          {[52, 38, 60].map((width) => (
            <div key={width} className={classes.placeholder}>
              <Skeleton height={16} width={90} />
              <Skeleton height={16} width={`${width}%`} />
            </div>
          ))}
        </div>
      ) : (
        <Skeleton height={view === "month" ? 560 : 320} radius="lg" />
      )}
    </div>
  );
}
