// The coming times of a meeting that recurs; its host calls single ones off.
import { Badge, Button, Group, Skeleton, Text } from "@mantine/core";
import type { Meeting, Occurrence } from "@open-meeting/client";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Card } from "../../../components/Card.tsx";
import { ConfirmDialog } from "../../../components/ConfirmDialog.tsx";
import { ErrorState } from "../../../components/ErrorState.tsx";
import { useSkipOccurrence } from "../calendar/use-occurrences.ts";
import { useRepeats } from "../recurrence/use-repeats.ts";
import { exactly, formatLocale, shortRange } from "../when.ts";
import classes from "./TimesCard.module.css";
import { useComingTimes } from "./use-meeting-details.ts";

/** So many are shown until more are asked for. */
const FIRST = 5;

export function TimesCard({ meeting, own }: { meeting: Meeting; own: boolean }) {
  const { t } = useTranslation();
  const times = useComingTimes(meeting);
  const sentence = useRepeats(meeting);
  const [all, setAll] = useState(false);
  const [skipping, setSkipping] = useState<Occurrence>();
  const shown = all ? times.data : times.data?.slice(0, FIRST);
  return (
    <Card title={t("times.title")} {...(sentence === null ? {} : { text: sentence })}>
      {times.isPending ? (
        <div role="status" aria-label={t("common.loading")}>
          <Skeleton height={140} radius="md" />
        </div>
      ) : null}
      {times.isError && !times.data ? (
        <ErrorState
          title={t("times.failed")}
          error={times.error}
          onRetry={() => void times.refetch()}
          retrying={times.isFetching}
        />
      ) : null}
      {shown?.length === 0 ? (
        <Text size="sm" c="dimmed">
          {t("times.none")}
        </Text>
      ) : null}
      {shown && shown.length > 0 ? (
        <ul className={classes.list} aria-label={t("times.title")}>
          {shown.map((time) => (
            <Time key={time.start_time} time={time} {...(own ? { onSkip: () => setSkipping(time) } : {})} />
          ))}
        </ul>
      ) : null}
      {times.data && times.data.length > FIRST ? (
        <Group justify="center">
          <Button variant="subtle" size="compact-sm" onClick={() => setAll(!all)}>
            {all ? t("times.fewer") : t("times.all", { count: times.data.length })}
          </Button>
        </Group>
      ) : null}
      {own ? <SkipDialog meeting={meeting} time={skipping} onClose={() => setSkipping(undefined)} /> : null}
    </Card>
  );
}

function Time({ time, onSkip }: { time: Occurrence; onSkip?: () => void }) {
  const { t, i18n } = useTranslation();
  const locale = formatLocale(i18n.language);
  const { start_time, end_time, status } = time;
  const label = shortRange(start_time, end_time ?? start_time, locale);
  return (
    <li className={classes.row} data-testid="coming-time">
      <time dateTime={start_time}>{label}</time>
      {status === "live" ? (
        <Badge color="teal" variant="light">
          {t("meeting.status.live")}
        </Badge>
      ) : null}
      {onSkip && status === "scheduled" ? (
        <Button
          variant="default"
          size="compact-sm"
          aria-label={t("times.skipOf", { time: label })}
          onClick={onSkip}
        >
          {t("times.skip")}
        </Button>
      ) : null}
    </li>
  );
}

interface SkipDialogProps {
  meeting: Meeting;
  /** Which one; undefined while nobody is asked. */
  time: Occurrence | undefined;
  onClose: () => void;
}

function SkipDialog({ meeting, time, onClose }: SkipDialogProps) {
  const { t, i18n } = useTranslation();
  const skip = useSkipOccurrence(meeting, onClose);
  const shown = time ? exactly(time.start_time, formatLocale(i18n.language), "short") : "";
  return (
    <ConfirmDialog
      opened={time !== undefined}
      title={t("calendar.skipTitle", { title: meeting.title })}
      text={t("calendar.skipText", { time: shown })}
      action={t("calendar.skipSubmit")}
      danger
      error={skip.error}
      pending={skip.isPending}
      onConfirm={() => {
        if (time) skip.mutate(time.start_time);
      }}
      onClose={() => {
        skip.reset();
        onClose();
      }}
    />
  );
}
