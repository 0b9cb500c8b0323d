// One notification: what it says, when, and noting that it was read.
import { ActionIcon, Text, Tooltip } from "@mantine/core";
import type { AppNotification } from "@open-meeting/client";
import {
  IconBell,
  IconCalendarOff,
  IconCalendarPlus,
  IconCalendarTime,
  IconCheck,
  IconCircleCheck,
  IconCircleX,
  IconClock,
} from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { When } from "../../components/When.tsx";
import { useNow } from "../../hooks/use-now.ts";
import classes from "./Notifications.module.css";
import { NotificationAnswer } from "./NotificationAnswer.tsx";
import { factsOf, pageOf, type Sentence } from "./notification.ts";
import { useMarkRead } from "./use-notifications.ts";

const ICONS: Record<Sentence, typeof IconBell> = {
  invited: IconCalendarPlus,
  invitedBy: IconCalendarPlus,
  reminder: IconClock,
  cancelled: IconCalendarOff,
  changed: IconCalendarTime,
  accepted: IconCircleCheck,
  declined: IconCircleX,
  other: IconBell,
};

interface NotificationItemProps {
  notification: AppNotification;
  /** Called when its page is opened. */
  onOpen?: () => void;
}

export function NotificationItem({ notification, onOpen }: NotificationItemProps) {
  const { t } = useTranslation();
  const markRead = useMarkRead();
  const now = useNow(30_000);
  const facts = factsOf(notification);
  const { sentence, title, startsAt, who } = facts;
  const unread = notification.read_at === null;
  const page = pageOf(facts);
  const text = t(`notifications.says.${sentence}`, { title, who });
  const Icon = ICONS[sentence];
  return (
    <li className={classes.item} data-unread={unread || undefined} data-testid="notification">
      <Icon size={22} stroke={1.6} className={classes.icon} aria-hidden />
      <div className={classes.what}>
        <Text component="p" size="sm" fw={unread ? 600 : 400} m={0} className={classes.text}>
          {page === null ? (
            text
          ) : (
            <Link
              to={page}
              className={classes.link}
              onClick={() => {
                if (unread) markRead.mutate(notification);
                onOpen?.();
              }}
            >
              {text}
            </Link>
          )}
        </Text>
        <Text size="xs" c="dimmed" className={classes.facts}>
          {startsAt !== null && sentence !== "cancelled" ? (
            <span>
              {t(Date.parse(startsAt) > now ? "dashboard.starts" : "dashboard.started")}{" "}
              <When time={startsAt} />
            </span>
          ) : null}
          <When time={notification.created_at} />
        </Text>
        {notification.kind === "meeting-invitation" && facts.code !== null ? (
          <NotificationAnswer
            code={facts.code}
            title={title}
            onAnswered={() => {
              if (unread) markRead.mutate(notification);
            }}
          />
        ) : null}
      </div>
      {unread ? (
        <Tooltip label={t("notifications.markRead")}>
          <ActionIcon
            variant="subtle"
            color="gray"
            size="lg"
            className={classes.mark ?? ""}
            aria-label={t("notifications.markReadOf", { text })}
            onClick={() => markRead.mutate(notification)}
          >
            <IconCheck size={18} stroke={1.6} />
          </ActionIcon>
        </Tooltip>
      ) : null}
    </li>
  );
}
