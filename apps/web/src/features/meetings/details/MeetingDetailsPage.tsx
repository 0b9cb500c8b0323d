// Everything about one meeting: when and for whom it is, how it is set up, who is invited, and how it went.
import { Badge, Button, Group, Skeleton, Stack, Text, Title } from "@mantine/core";
import { ApiError, type Meeting } from "@open-meeting/client";
import { IconCalendarPlus, IconPencil, IconVideo } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { Link, useParams } from "react-router";
import { ErrorState } from "../../../components/ErrorState.tsx";
import { useUser } from "../../../hooks/use-session.ts";
import { useTitle } from "../../../hooks/use-title.ts";
import { InvitationsCard } from "../../invitations/InvitationsCard.tsx";
import { OwnInvitationCard } from "../../invitations/OwnInvitation.tsx";
import { isOver, STATUS_COLORS } from "../meeting.ts";
import { ChatCard } from "./ChatCard.tsx";
import { CallOff } from "./CallOff.tsx";
import { MeetingFacts } from "./MeetingFacts.tsx";
import { OptionsCard } from "./OptionsCard.tsx";
import { PeopleCard } from "./PeopleCard.tsx";
import { ReportCard } from "./ReportCard.tsx";
import { TimesCard } from "./TimesCard.tsx";
import { mayReadChat, moderates, useMeeting, usePeople } from "./use-meeting-details.ts";

export function MeetingDetailsPage() {
  const { t } = useTranslation();
  const { code = "" } = useParams();
  const meeting = useMeeting(code);
  useTitle(meeting.data?.title ?? t("details.title"));
  const gone = meeting.error instanceof ApiError && meeting.error.status === 404;
  return (
    <Stack maw={900} mx="auto" gap="lg">
      {meeting.isPending ? <DetailsSkeleton /> : null}
      {meeting.isError && !meeting.data ? (
        <ErrorState
          order={1}
          title={t(gone ? "meeting.notFound" : "meeting.failed")}
          error={meeting.error}
          {...(gone ? {} : { onRetry: () => void meeting.refetch() })}
          retrying={meeting.isFetching}
        >
          <Button variant="default" component={Link} to="/">
            {t("meeting.home")}
          </Button>
        </ErrorState>
      ) : null}
      {meeting.data ? <Details meeting={meeting.data} /> : null}
    </Stack>
  );
}

function Details({ meeting }: { meeting: Meeting }) {
  const { t } = useTranslation();
  const user = useUser();
  const people = usePeople(meeting);
  const own = meeting.creator_id === user.id;
  const over = isOver(meeting);
  const hosts = moderates(user.id, meeting, people.data ?? []);
  const host = people.data?.find(({ user_id }) => user_id === meeting.creator_id);
  return (
    <>
      <Group justify="space-between" align="flex-start">
        <Stack gap={6} flex="1 1 300px" miw={0}>
          <Group gap="sm">
            <Title order={1} size="h2" style={{ overflowWrap: "anywhere" }}>
              {meeting.title}
            </Title>
            <Badge color={STATUS_COLORS[meeting.status]} variant="light">
              {t(`meeting.status.${meeting.status}`)}
            </Badge>
          </Group>
          {own || host ? (
            <Text c="dimmed">
              {own ? t("details.youHost") : t("details.host", { name: host?.display_name })}
            </Text>
          ) : null}
        </Stack>
        <Group gap="sm">
          {own && meeting.status === "scheduled" ? <CallOff meeting={meeting} /> : null}
          {own && !over ? (
            <Button
              variant="default"
              component={Link}
              to={`/meetings/${meeting.code}/edit`}
              leftSection={<IconPencil size={18} stroke={1.6} />}
            >
              {t("dashboard.edit")}
            </Button>
          ) : null}
          {own && over ? (
            <Button
              component={Link}
              to={`/meetings/new?like=${meeting.code}`}
              leftSection={<IconCalendarPlus size={18} stroke={1.6} />}
            >
              {t("after.next")}
            </Button>
          ) : null}
          {over ? null : (
            <Button
              component={Link}
              to={`/m/${meeting.code}`}
              leftSection={<IconVideo size={18} stroke={1.6} />}
            >
              {t("dashboard.join")}
            </Button>
          )}
        </Group>
      </Group>
      {own ? null : <OwnInvitationCard code={meeting.code} over={over} />}
      <MeetingFacts meeting={meeting} />
      {meeting.recurrence && !over ? <TimesCard meeting={meeting} own={own} /> : null}
      {hosts ? (
        meeting.started_at === null && !meeting.recurrence ? null : (
          <ReportCard meeting={meeting} />
        )
      ) : (
        <PeopleCard people={people} />
      )}
      {mayReadChat(user.id, meeting, people.data ?? []) ? (
        <ChatCard meeting={meeting} moderates={hosts} />
      ) : null}
      {own ? <InvitationsCard meeting={meeting} closed={over} /> : null}
      <OptionsCard meeting={meeting} />
    </>
  );
}

function DetailsSkeleton() {
  const { t } = useTranslation();
  return (
    <Stack gap="lg" role="status" aria-label={t("common.loading")}>
      <Skeleton height={32} width="55%" />
      <Skeleton height={220} radius="lg" />
      <Skeleton height={280} radius="lg" />
    </Stack>
  );
}
