// Changing a meeting.
import { Skeleton, Stack, Title } from "@mantine/core";
import type { Meeting } from "@open-meeting/client";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useNavigate, useParams } from "react-router";
import { api } from "../../app/api.ts";
import { ErrorState } from "../../components/ErrorState.tsx";
import { useUser } from "../../hooks/use-session.ts";
import { useTitle } from "../../hooks/use-title.ts";
import { InvitationsCard } from "../invitations/InvitationsCard.tsx";
import { isOver } from "./meeting.ts";
import { formOf, toChange, type MeetingForm } from "./meeting-form.ts";
import { MeetingFields } from "./MeetingFields.tsx";

export function EditMeetingPage() {
  const { t } = useTranslation();
  useTitle(t("meetingOptions.editTitle"));
  const { code = "" } = useParams();
  const user = useUser();
  const meeting = useQuery({ queryKey: ["meeting", code], queryFn: () => api.readMeeting(code) });
  return (
    <Stack maw={640} mx="auto" gap="lg">
      <Title order={1} size="h2">
        {t("meetingOptions.editTitle")}
      </Title>
      {meeting.isPending ? (
        <div role="status" aria-label={t("common.loading")}>
          <Skeleton height={420} radius="lg" />
        </div>
      ) : null}
      {meeting.isError && !meeting.data ? (
        <ErrorState
          title={t("meeting.failed")}
          error={meeting.error}
          onRetry={() => void meeting.refetch()}
          retrying={meeting.isFetching}
        />
      ) : null}
      {meeting.data ? <EditForm meeting={meeting.data} /> : null}
      {meeting.data?.creator_id === user.id ? (
        <InvitationsCard meeting={meeting.data} closed={isOver(meeting.data)} />
      ) : null}
    </Stack>
  );
}

function EditForm({ meeting }: { meeting: Meeting }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const client = useQueryClient();
  const [initial] = useState(() => formOf(meeting));
  const update = useMutation({
    mutationFn: (form: MeetingForm) => api.hosting.updateMeeting(meeting.id, toChange(form, initial)),
    onSuccess: (changed) => {
      client.setQueryData(["meeting", changed.code], changed);
      void client.invalidateQueries({ queryKey: ["meetings"] });
      void navigate(`/meetings/${changed.code}`);
    },
  });
  return (
    <MeetingFields
      initial={initial}
      submitLabel={t("common.save")}
      pending={update.isPending}
      error={update.error}
      onSubmit={update.mutate}
    />
  );
}
