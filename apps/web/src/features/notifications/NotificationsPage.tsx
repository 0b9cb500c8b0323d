// Everything that I was told.
import { ActionIcon, Button, Group, SegmentedControl, Stack, Title, Tooltip } from "@mantine/core";
import { IconBell, IconChecks, IconSettings } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { Link, useSearchParams } from "react-router";
import { EmptyState } from "../../components/EmptyState.tsx";
import { ErrorState } from "../../components/ErrorState.tsx";
import { FormError } from "../../components/FormError.tsx";
import { useTitle } from "../../hooks/use-title.ts";
import { NotificationItem } from "./NotificationItem.tsx";
import { NotificationSkeleton } from "./NotificationSkeleton.tsx";
import classes from "./Notifications.module.css";
import { useMarkAllRead, useNotificationPages } from "./use-notifications.ts";

export function NotificationsPage() {
  const { t } = useTranslation();
  useTitle(t("notifications.title"));
  const [search, setSearch] = useSearchParams();
  const unreadOnly = search.get("show") === "unread";
  const list = useNotificationPages(unreadOnly);
  const markAll = useMarkAllRead();
  const items = list.data?.pages.flatMap((page) => page.items) ?? [];
  const unread = list.data?.pages[0]?.unread_count ?? 0;
  return (
    <Stack maw={760} mx="auto" gap="lg">
      <Group justify="space-between">
        <Title order={1} size="h2">
          {t("notifications.title")}
        </Title>
        <Button
          variant="default"
          leftSection={<IconChecks size={18} stroke={1.6} />}
          disabled={unread === 0}
          loading={markAll.isPending}
          onClick={() => markAll.mutate()}
        >
          {t("notifications.markAll")}
        </Button>
      </Group>
      <Group justify="space-between">
        <SegmentedControl
          aria-label={t("notifications.filter")}
          value={unreadOnly ? "unread" : "all"}
          onChange={(value) => setSearch(value === "unread" ? { show: value } : {}, { replace: true })}
          data={[
            { value: "all", label: t("notifications.filterAll") },
            { value: "unread", label: t("notifications.filterUnread") },
          ]}
        />
        <Tooltip label={t("notifications.settings")}>
          <ActionIcon
            component={Link}
            to="/settings/notifications"
            variant="subtle"
            color="gray"
            size="lg"
            aria-label={t("notifications.settings")}
          >
            <IconSettings size={20} stroke={1.6} />
          </ActionIcon>
        </Tooltip>
      </Group>
      <FormError error={markAll.error} />
      {list.isPending ? (
        <div className={classes.card}>
          <NotificationSkeleton />
        </div>
      ) : null}
      {list.isError && items.length === 0 ? (
        <ErrorState
          title={t("notifications.failed")}
          error={list.error}
          onRetry={() => void list.refetch()}
          retrying={list.isFetching}
        />
      ) : null}
      {list.isSuccess && items.length === 0 ? (
        <EmptyState
          icon={<IconBell size={30} stroke={1.5} />}
          title={t(unreadOnly ? "notifications.emptyUnread" : "notifications.emptyTitle")}
          text={t("notifications.emptyText")}
        />
      ) : null}
      {items.length > 0 ? (
        <ul className={`${classes.list ?? ""} ${classes.card ?? ""}`} aria-label={t("notifications.title")}>
          {items.map((notification) => (
            <NotificationItem key={notification.id} notification={notification} />
          ))}
        </ul>
      ) : null}
      {list.hasNextPage && items.length > 0 ? (
        <Button
          variant="default"
          mx="auto"
          loading={list.isFetchingNextPage}
          onClick={() => void list.fetchNextPage()}
        >
          {t("common.more")}
        </Button>
      ) : null}
    </Stack>
  );
}
