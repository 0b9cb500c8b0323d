// The bell: how much is new, and behind it the latest.
import { ActionIcon, Indicator, Popover, VisuallyHidden } from "@mantine/core";
import { IconBell } from "@tabler/icons-react";
import { lazy, Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import { loadTexts } from "../../app/i18n.ts";
import classes from "./NotificationBell.module.css";
import { useNotificationFeed } from "./use-notification-feed.ts";
import { useLatest } from "./use-notifications.ts";

/** Comes when the bell is pressed for the first time. */
const Panel = lazy(async () => {
  const [module] = await Promise.all([
    import("./NotificationPanel.tsx"),
    loadTexts("notifications", "details"),
  ]);
  return { default: module.NotificationPanel };
});

export function NotificationBell() {
  const { t } = useTranslation();
  const latest = useLatest(useNotificationFeed());
  const [opened, setOpened] = useState(false);
  const count = latest.data?.unread_count ?? 0;
  return (
    <>
      <Popover
        opened={opened}
        onChange={setOpened}
        position="bottom-end"
        shadow="md"
        width={400}
        trapFocus
        returnFocus
      >
        <Indicator
          label={count > 99 ? "99+" : count}
          disabled={count === 0}
          color="#c3272b"
          size={18}
          offset={7}
          classNames={{ indicator: classes.count ?? "" }}
        >
          <Popover.Target>
            <ActionIcon
              variant="subtle"
              color="gray"
              size={38}
              aria-label={count > 0 ? t("bell.openUnread", { count }) : t("bell.open")}
              onClick={() => setOpened((present) => !present)}
            >
              <IconBell size={23} stroke={1.6} />
            </ActionIcon>
          </Popover.Target>
        </Indicator>
        <Popover.Dropdown p={0} className={classes.panel ?? ""}>
          <Suspense fallback={<div className={classes.waiting} />}>
            <Panel latest={latest} onClose={() => setOpened(false)} />
          </Suspense>
        </Popover.Dropdown>
      </Popover>
      <VisuallyHidden role="status">{count > 0 ? t("bell.unread", { count }) : null}</VisuallyHidden>
    </>
  );
}
