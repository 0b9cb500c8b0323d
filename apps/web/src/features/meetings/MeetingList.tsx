// The list of meetings and its placeholder.
import { Badge, Button, Skeleton, Text } from "@mantine/core";
import type { Meeting } from "@open-meeting/client";
import { IconRepeat } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { CopyLinkIcon } from "../../components/CopyLink.tsx";
import { When } from "../../components/When.tsx";
import { useUser } from "../../hooks/use-session.ts";
import { STATUS_COLORS } from "./meeting.ts";
import classes from "./MeetingList.module.css";
import { MeetingMenu } from "./MeetingMenu.tsx";
import { useRepeats } from "./recurrence/use-repeats.ts";

export function MeetingList({ meetings }: { meetings: readonly Meeting[] }) {
  const { t } = useTranslation();
  return (
    <ul className={classes.list} aria-label={t("dashboard.title")}>
      {meetings.map((meeting) => (
        <MeetingRow key={meeting.id} meeting={meeting} />
      ))}
    </ul>
  );
}

function MeetingRow({ meeting }: { meeting: Meeting }) {
  const { t } = useTranslation();
  const user = useUser();
  const over = meeting.status === "ended" || meeting.status === "cancelled";
  return (
    <li className={classes.row} data-status={meeting.status}>
      <div className={classes.what}>
        <Text component="h2" fw={600} size="md" className={classes.title}>
          <Link to={`/meetings/${meeting.code}`} className={classes.link}>
            {meeting.title}
          </Link>
        </Text>
        <Text size="sm" c="dimmed" className={classes.facts}>
          <Facts meeting={meeting} />
          <Repeats meeting={meeting} />
          <span className={classes.code}>{meeting.code}</span>
        </Text>
      </div>
      <Badge color={STATUS_COLORS[meeting.status]} variant="light" className={classes.badge}>
        {t(`meeting.status.${meeting.status}`)}
      </Badge>
      <div className={classes.actions}>
        {over ? null : (
          <>
            {meeting.creator_id === user.id ? (
              <MeetingMenu meeting={meeting} skip={meeting.recurrence ? meeting.start_time : null} />
            ) : null}
            <CopyLinkIcon code={meeting.code} title={meeting.title} />
            <Button
              component={Link}
              to={`/m/${meeting.code}`}
              variant={meeting.status === "live" ? "light" : "default"}
              aria-label={t("dashboard.joinOf", { title: meeting.title })}
            >
              {t("dashboard.join")}
            </Button>
          </>
        )}
      </div>
    </li>
  );
}

/** The time that matters most for where the meeting stands. */
function Facts({ meeting }: { meeting: Meeting }) {
  const { t } = useTranslation();
  if (meeting.status === "live" && meeting.started_at) {
    return (
      <span>
        {t("dashboard.started")} <When time={meeting.started_at} />
      </span>
    );
  }
  if (meeting.status === "ended" && meeting.ended_at) {
    return (
      <span>
        {t("dashboard.ended")} <When time={meeting.ended_at} />
      </span>
    );
  }
  if (meeting.start_time) {
    return (
      <span>
        {t("dashboard.starts")} <When time={meeting.start_time} />
      </span>
    );
  }
  return (
    <span>
      {t("dashboard.made")} <When time={meeting.created_at} />
    </span>
  );
}

/** How the meeting is repeated, in words. */
function Repeats({ meeting }: { meeting: Meeting }) {
  const sentence = useRepeats(meeting);
  if (sentence === null) return null;
  return (
    <span className={classes.repeats}>
      <IconRepeat size={14} aria-hidden />
      {sentence}
    </span>
  );
}

export function MeetingListSkeleton() {
  const { t } = useTranslation();
  return (
    <div role="status" aria-label={t("common.loading")} className={classes.list}>
      {[62, 45, 54, 38].map((width) => (
        <div key={width} className={classes.row}>
          <div className={classes.what}>
            <Skeleton height={18} width={`${width}%`} mb={10} />
            <Skeleton height={12} width="30%" />
          </div>
          <Skeleton height={36} width={92} />
        </div>
      ))}
    </div>
  );
}
