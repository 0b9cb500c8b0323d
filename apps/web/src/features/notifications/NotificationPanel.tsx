// What the bell opens: the latest notifications.
import { Button, Text, Title } from "@mantine/core";
import { IconChecks } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { ErrorState } from "../../components/ErrorState.tsx";
import { FormError } from "../../components/FormError.tsx";
import { NotificationItem } from "./NotificationItem.tsx";
import { NotificationSkeleton } from "./NotificationSkeleton.tsx";
import classes from "./Notifications.module.css";
import { useMarkAllRead, type useLatest } from "./use-notifications.ts";

interface NotificationPanelProps {
  latest: ReturnType<typeof useLatest>;
  onClose: () => void;
}

export function NotificationPanel({ latest, onClose }: NotificationPanelProps) {
  const { t } = useTranslation();
  const markAll = useMarkAllRead();
  const page = latest.data;
  return (
    <section aria-label={t("notifications.title")}>
      <div className={classes.head}>
        <Title order={2} size="h5">
          {t("notifications.title")}
        </Title>
        {page && page.unread_count > 0 ? (
          <Button
            variant="subtle"
            size="compact-sm"
            leftSection={<IconChecks size={18} stroke={1.6} />}
            loading={markAll.isPending}
            onClick={() => markAll.mutate()}
          >
            {t("notifications.markAll")}
          </Button>
        ) : null}
      </div>
      <FormError error={markAll.error} />
      <div className={classes.scroll}>
        {latest.isPending ? <NotificationSkeleton /> : null}
        {latest.isError && !page ? (
          <ErrorState
            title={t("notifications.failed")}
            error={latest.error}
            onRetry={() => void latest.refetch()}
            retrying={latest.isFetching}
          />
        ) : null}
        {page?.items.length === 0 ? (
          <Text size="sm" c="dimmed" className={classes.quiet}>
            {t("notifications.emptyText")}
          </Text>
        ) : null}
        {page && page.items.length > 0 ? (
          <ul className={classes.list}>
            {page.items.map((notification) => (
              <NotificationItem key={notification.id} notification={notification} onOpen={onClose} />
            ))}
          </ul>
        ) : null}
      </div>
      <div className={classes.foot}>
        <Button component={Link} to="/notifications" variant="subtle" size="compact-sm" onClick={onClose}>
          {t("notifications.all")}
        </Button>
        <Button
          component={Link}
          to="/settings/notifications"
          variant="subtle"
          color="gray"
          size="compact-sm"
          onClick={onClose}
        >
          {t("notifications.settings")}
        </Button>
      </div>
    </section>
  );
}
