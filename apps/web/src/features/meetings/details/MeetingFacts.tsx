// When a meeting is, how to get there, and what it is about.
import { ActionIcon, CopyButton, Group, Paper, Text, Tooltip } from "@mantine/core";
import type { Meeting } from "@open-meeting/client";
import { IconCheck, IconCopy } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { meetingLink } from "../../../components/CopyLink.tsx";
import { When } from "../../../components/When.tsx";
import { useNow } from "../../../hooks/use-now.ts";
import { formatLocale, isNear, range } from "../when.ts";
import { isOver } from "../meeting.ts";
import { CalendarButton } from "./CalendarButton.tsx";
import classes from "./MeetingFacts.module.css";

export function MeetingFacts({ meeting }: { meeting: Meeting }) {
  const { t, i18n } = useTranslation();
  const now = useNow(30_000);
  const locale = formatLocale(i18n.language);
  const { start_time, end_time, started_at, ended_at, description } = meeting;
  const link = meetingLink(meeting.code);
  return (
    <Paper withBorder radius="lg" className={classes.card}>
      <dl className={classes.facts}>
        <Fact name={t("details.when")} wide>
          {start_time ? (
            <Group gap="xs">
              <span>{range(start_time, end_time ?? start_time, locale)}</span>
              {meeting.status === "scheduled" && isNear(start_time, now) ? (
                <Text span c="dimmed" size="sm">
                  (<When time={start_time} />)
                </Text>
              ) : null}
            </Group>
          ) : (
            t("details.noTime")
          )}
        </Fact>
        {started_at ? (
          <Fact name={t("dashboard.started")}>
            <When time={started_at} />
          </Fact>
        ) : null}
        {ended_at ? (
          <Fact name={t("dashboard.ended")}>
            <When time={ended_at} />
          </Fact>
        ) : null}
        <Fact name={t("details.link")}>
          <Copyable text={link} label={t("copyLink.copy")} />
        </Fact>
        <Fact name={t("details.code")}>
          <Copyable text={meeting.code} label={t("details.copyCode")} />
        </Fact>
        {start_time && !isOver(meeting) ? (
          <div className={classes.wide}>
            <dt className={classes.hidden}>{t("details.calendarTitle")}</dt>
            <dd>
              <CalendarButton meeting={meeting} />
            </dd>
          </div>
        ) : null}
        {description ? (
          <Fact name={t("details.description")} wide>
            <div className={classes.description}>{description}</div>
          </Fact>
        ) : null}
      </dl>
    </Paper>
  );
}

function Fact({ name, wide = false, children }: { name: string; wide?: boolean; children: ReactNode }) {
  return (
    <div className={wide ? classes.wide : undefined}>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function Copyable({ text, label }: { text: string; label: string }) {
  const { t } = useTranslation();
  return (
    <span className={classes.copyable}>
      <span className={classes.code}>{text}</span>
      <CopyButton value={text}>
        {({ copied, copy }) => (
          <Tooltip label={copied ? t("copyLink.copied") : label}>
            <ActionIcon variant="subtle" color="gray" onClick={copy} aria-label={label}>
              {copied ? <IconCheck size={17} /> : <IconCopy size={17} stroke={1.6} />}
            </ActionIcon>
          </Tooltip>
        )}
      </CopyButton>
    </span>
  );
}
