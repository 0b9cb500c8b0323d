// My meetings: all of them as a list, or those with a time by day, week or month.
import { Alert, Button, Group, SegmentedControl, Stack, Title } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import type { Meeting } from "@open-meeting/client";
import { IconCircleCheck } from "@tabler/icons-react";
import { lazy, Suspense } from "react";
import { useTranslation } from "react-i18next";
import { Link, useLocation, useNavigate, useSearchParams } from "react-router";
import { CopyLinkButton } from "../../components/CopyLink.tsx";
import { ErrorState } from "../../components/ErrorState.tsx";
import { PageLoader } from "../../components/PageLoader.tsx";
import { useTitle } from "../../hooks/use-title.ts";
import { AccountNotices } from "./AccountNotices.tsx";
import { type Day, dayOf, readDay, type View, VIEWS } from "./calendar/days.ts";
import { rememberedView, rememberView } from "./calendar/remembered-view.ts";
import { EmptyMeetings } from "./EmptyMeetings.tsx";
import { MeetingFilters } from "./MeetingFilters.tsx";
import { MeetingList, MeetingListSkeleton } from "./MeetingList.tsx";
import { readMeetingFilters, useMeetings } from "./use-meetings.ts";

const CalendarPane = lazy(async () => ({
  default: (await import("./calendar/CalendarPane.tsx")).CalendarPane,
}));

export function DashboardPage() {
  const { t } = useTranslation();
  useTitle(t("dashboard.title"));
  const [search, setSearch] = useSearchParams();
  // A week or a month does not fit on a phone: there it is an agenda.
  const narrow = useMediaQuery("(max-width: 767px)", false, { getInitialValueInEffect: false });
  const chosen = rememberedView(search);
  const view = narrow && (chosen === "week" || chosen === "month") ? "agenda" : chosen;
  const day = readDay(search, dayOf(new Date()));
  const show = (next: View, on: Day | null) => {
    rememberView(next);
    setSearch(next === "list" ? { view: next } : { view: next, ...(on === null ? {} : { date: on }) });
  };
  return (
    <Stack maw={view === "week" || view === "month" ? 1240 : 980} mx="auto" gap="lg">
      <Created />
      <AccountNotices />
      <Group justify="space-between">
        <Title order={1} size="h2">
          {t("dashboard.title")}
        </Title>
        <SegmentedControl
          aria-label={t("calendar.view")}
          value={view}
          onChange={(value) => show(VIEWS.find((known) => known === value) ?? "list", search.get("date"))}
          data={VIEWS.filter((value) => !narrow || value === "list" || value === "agenda").map((value) => ({
            value,
            label: t(`calendar.views.${value}`),
          }))}
        />
      </Group>
      {view === "list" ? (
        <ListPane />
      ) : (
        <Suspense fallback={<PageLoader />}>
          <CalendarPane
            view={view}
            day={day}
            // At once: the next key may come before a drawing that can wait.
            onDay={(next) => setSearch({ view, date: next }, { replace: true, flushSync: true })}
            onOpen={(next) => show("agenda", next)}
          />
        </Suspense>
      )}
    </Stack>
  );
}

function ListPane() {
  const { t } = useTranslation();
  const [search] = useSearchParams();
  const filters = readMeetingFilters(search);
  const meetings = useMeetings(filters);
  const items = meetings.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <>
      <MeetingFilters />
      {meetings.isPending ? <MeetingListSkeleton /> : null}
      {meetings.isError && items.length === 0 ? (
        <ErrorState
          title={t("dashboard.failed")}
          error={meetings.error}
          onRetry={() => void meetings.refetch()}
          retrying={meetings.isFetching}
        />
      ) : null}
      {meetings.isSuccess && items.length === 0 ? (
        <EmptyMeetings filtered={Object.keys(filters).length > 0} />
      ) : null}
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
    </>
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
