// The meetings that I made or took part in.
import { Alert, Button, Group, SegmentedControl, Stack, Title } from "@mantine/core";
import type { Meeting } from "@open-meeting/client";
import { IconCircleCheck } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { Link, useLocation, useNavigate, useSearchParams } from "react-router";
import { CopyLinkButton } from "../../components/CopyLink.tsx";
import { ErrorState } from "../../components/ErrorState.tsx";
import { useTitle } from "../../hooks/use-title.ts";
import { AccountNotices } from "./AccountNotices.tsx";
import { EmptyMeetings } from "./EmptyMeetings.tsx";
import { MeetingList, MeetingListSkeleton } from "./MeetingList.tsx";
import { FILTERS, readFilter, useMeetings } from "./use-meetings.ts";

export function DashboardPage() {
  const { t } = useTranslation();
  useTitle(t("dashboard.title"));
  const [search, setSearch] = useSearchParams();
  const filter = readFilter(search.get("status"));
  const meetings = useMeetings(filter);
  const items = meetings.data?.pages.flatMap((page) => page.items) ?? [];

  return (
    <Stack maw={980} mx="auto" gap="lg">
      <Created />
      <AccountNotices />
      <Group justify="space-between">
        <Title order={1} size="h2">
          {t("dashboard.title")}
        </Title>
        <SegmentedControl
          aria-label={t("dashboard.filter")}
          value={filter}
          onChange={(value) => setSearch(value === "all" ? {} : { status: value }, { replace: true })}
          data={FILTERS.map((value) => ({ value, label: t(`dashboard.filters.${value}`) }))}
        />
      </Group>
      {meetings.isPending ? <MeetingListSkeleton /> : null}
      {meetings.isError && items.length === 0 ? (
        <ErrorState
          title={t("dashboard.failed")}
          error={meetings.error}
          onRetry={() => void meetings.refetch()}
          retrying={meetings.isFetching}
        />
      ) : null}
      {meetings.isSuccess && items.length === 0 ? <EmptyMeetings filter={filter} /> : null}
      {items.length > 0 ? <MeetingList meetings={items} /> : null}
      {meetings.hasNextPage ? (
        <Button
          variant="default"
          mx="auto"
          loading={meetings.isFetchingNextPage}
          onClick={() => void meetings.fetchNextPage()}
        >
          {t("dashboard.more")}
        </Button>
      ) : null}
    </Stack>
  );
}

/** Says that a meeting was scheduled, with the link to send around. */
function Created() {
  const { t } = useTranslation();
  const { state } = useLocation() as { state: { created?: Meeting } | null };
  const navigate = useNavigate();
  if (!state?.created) return null;
  const { title, code } = state.created;
  return (
    <Alert
      color="teal"
      icon={<IconCircleCheck />}
      title={t("dashboard.created", { title })}
      withCloseButton
      closeButtonLabel={t("common.close")}
      onClose={() => void navigate(".", { replace: true, state: null })}
      role="status"
    >
      <Group gap="sm">
        <CopyLinkButton code={code} />
        <Button component={Link} to={`/meetings/${code}`} variant="default">
          {t("dashboard.invite")}
        </Button>
      </Group>
    </Alert>
  );
}
