// How a meeting went, for those who host it: who was there, when, and how long.
import { Button, Group, NativeSelect, Skeleton, Text } from "@mantine/core";
import type { Meeting, MeetingReport } from "@open-meeting/client";
import { IconDownload } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Card } from "../../../components/Card.tsx";
import { ErrorState } from "../../../components/ErrorState.tsx";
import { PersonAvatar } from "../../../components/PersonAvatar.tsx";
import { saveFile } from "../../../app/save-file.ts";
import { useNow } from "../../../hooks/use-now.ts";
import { clock, exactly, formatLocale, shortRange } from "../when.ts";
import classes from "./People.module.css";
import { RoleBadge } from "./PeopleCard.tsx";
import { reportCsv, segmentsOf, spanOf, type Session, type Span } from "./report.ts";
import { useReport } from "./use-meeting-details.ts";

export function ReportCard({ meeting }: { meeting: Meeting }) {
  const { t } = useTranslation();
  const [chosen, choose] = useState<string | null>(null);
  const first = useReport(meeting, null);
  const sessions = first.data?.sessions ?? [];
  // Times of a series are told of one by one, the latest first.
  const session = sessions.length > 1 ? (sessions.find(isOf(chosen)) ?? sessions[0]) : undefined;
  const report = useReport(meeting, session?.started_at ?? null);
  // A series of which nothing has been held yet has nothing to report.
  if (meeting.status === "scheduled" && sessions.length === 0) return null;
  const live = meeting.status === "live" && (session?.ended_at ?? null) === null;
  return (
    <Card title={t("report.title")} {...(live ? { text: t("report.live") } : {})}>
      {session ? <SessionChoice sessions={sessions} chosen={session} onChoose={choose} /> : null}
      {report.isPending ? (
        <div role="status" aria-label={t("common.loading")}>
          <Skeleton height={64} radius="md" mb="md" />
          <Skeleton height={140} radius="md" />
        </div>
      ) : null}
      {report.isError && !report.data ? (
        <ErrorState
          title={t("report.failed")}
          error={report.error}
          onRetry={() => void report.refetch()}
          retrying={report.isFetching}
        />
      ) : null}
      {report.data ? <Report report={report.data} session={session} /> : null}
    </Card>
  );
}

const isOf = (start: string | null) => (session: Session) => session.started_at === start;

interface SessionChoiceProps {
  sessions: readonly Session[];
  chosen: Session;
  onChoose: (start: string) => void;
}

function SessionChoice({ sessions, chosen, onChoose }: SessionChoiceProps) {
  const { t, i18n } = useTranslation();
  const locale = formatLocale(i18n.language);
  const options = sessions.map(({ started_at, ended_at, peak }) => {
    const time =
      ended_at === null ? exactly(started_at, locale, "short") : shortRange(started_at, ended_at, locale);
    return { value: started_at, label: t("report.session", { time, count: peak }) };
  });
  return (
    <NativeSelect
      label={t("report.sessions")}
      data={options}
      value={chosen.started_at}
      onChange={(event) => onChoose(event.currentTarget.value)}
    />
  );
}

function Report({ report, session }: { report: MeetingReport; session: Session | undefined }) {
  const { t } = useTranslation();
  const now = useNow(15_000);
  const span = spanOf(report, now, session);
  const { attendances, peak_participants, meeting } = report;
  const save = () => {
    const text = reportCsv(report, {
      columns: [
        t("report.columns.name"),
        t("report.columns.kind"),
        t("report.columns.role"),
        t("report.columns.first"),
        t("report.columns.last"),
        t("report.columns.times"),
        t("report.columns.seconds"),
      ],
      guest: t("people.role.guest"),
      member: t("report.member"),
      role: (role) => (role === "participant" ? t("report.participant") : t(`people.role.${role}`)),
    });
    // The mark at the beginning tells spreadsheets that it is UTF-8.
    const day = session ? `-${session.started_at.slice(0, 10)}` : "";
    saveFile(`report-${meeting.code}${day}.csv`, `\uFEFF${text}`, "text/csv");
  };
  return (
    <>
      <dl className={classes.numbers}>
        <Number name={t("report.duration")} value={clock(span.to - span.from)} />
        <Number name={t("report.people")} value={attendances.length} />
        <Number name={t("report.peak")} value={peak_participants} />
      </dl>
      {attendances.length === 0 ? (
        <Text size="sm" c="dimmed">
          {t("report.nobody")}
        </Text>
      ) : (
        <>
          <ul className={classes.list} aria-label={t("report.title")}>
            {attendances.map((attendance) => (
              <Attended key={attendance.participant.user_id} attendance={attendance} span={span} now={now} />
            ))}
          </ul>
          <Group justify="flex-end">
            <Button variant="default" leftSection={<IconDownload size={18} stroke={1.6} />} onClick={save}>
              {t("report.export")}
            </Button>
          </Group>
        </>
      )}
    </>
  );
}

function Number({ name, value }: { name: string; value: string | number }) {
  return (
    <div className={classes.number}>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  );
}

/** So many stays are told one by one. */
const TOLD = 3;

interface AttendedProps {
  attendance: MeetingReport["attendances"][number];
  span: Span;
  now: number;
}

function Attended({ attendance: { participant, stays, duration_s }, span, now }: AttendedProps) {
  const { t, i18n } = useTranslation();
  const time = new Intl.DateTimeFormat(formatLocale(i18n.language), { timeStyle: "short" });
  const told = stays
    .slice(0, TOLD)
    .map(({ joined_at, left_at }) =>
      left_at === null
        ? t("report.since", { time: time.format(new Date(joined_at)) })
        : time.formatRange(new Date(joined_at), new Date(left_at)),
    );
  if (stays.length > TOLD) told.push(t("report.more", { count: stays.length - TOLD }));
  return (
    <li className={classes.row} data-testid="attendance">
      <PersonAvatar id={participant.user_id} name={participant.display_name} size={36} />
      <div className={classes.what}>
        <Text size="sm" fw={600} component="div" className={classes.name}>
          {participant.display_name}
          <RoleBadge role={participant.role} guest={participant.guest} />
        </Text>
        <Text size="xs" c="dimmed">
          {told.join(" · ")}
        </Text>
      </div>
      <Text size="sm" className={classes.duration}>
        {clock(duration_s * 1000)}
      </Text>
      <div className={classes.line} aria-hidden>
        {segmentsOf(stays, span, now).map(({ left, width }, index) => (
          <span key={index} className={classes.stay} style={{ left: `${left}%`, width: `${width}%` }} />
        ))}
      </div>
    </li>
  );
}
