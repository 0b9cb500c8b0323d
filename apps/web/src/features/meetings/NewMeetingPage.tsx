// Scheduling a meeting, from scratch or like one that was held (`?like=<code>`).
import { Skeleton, Stack, Title } from "@mantine/core";
import type { Meeting } from "@open-meeting/client";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useNavigate, useSearchParams } from "react-router";
import { api } from "../../app/api.ts";
import { useTitle } from "../../hooks/use-title.ts";
import { emptyForm, toNewMeeting, type MeetingForm } from "./meeting-form.ts";
import { nextForm } from "./next-form.ts";
import { MeetingFields } from "./MeetingFields.tsx";

export function NewMeetingPage() {
  const { t } = useTranslation();
  useTitle(t("schedule.title"));
  const [search] = useSearchParams();
  const like = search.get("like");
  // When it cannot be read, the form is as empty as without it.
  const model = useQuery({
    queryKey: ["meeting", like],
    queryFn: () => api.readMeeting(like ?? ""),
    enabled: like !== null,
    staleTime: Infinity,
  });
  return (
    <Stack maw={640} mx="auto" gap="lg">
      <Title order={1} size="h2">
        {t("schedule.title")}
      </Title>
      {model.isLoading ? (
        <div role="status" aria-label={t("common.loading")}>
          <Skeleton height={420} radius="lg" />
        </div>
      ) : (
        <NewMeetingForm key={model.data?.code ?? ""} like={model.data ?? null} />
      )}
    </Stack>
  );
}

function NewMeetingForm({ like }: { like: Meeting | null }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const client = useQueryClient();
  const [initial] = useState(() => (like ? nextForm(like, new Date()) : emptyForm(new Date())));
  const create = useMutation({
    mutationFn: (form: MeetingForm) => api.createMeeting(toNewMeeting(form)),
    onSuccess: (meeting) => {
      void client.invalidateQueries({ queryKey: ["meetings"] });
      void navigate("/", { state: { created: meeting } });
    },
  });
  return (
    <MeetingFields
      initial={initial}
      submitLabel={t("schedule.submit")}
      pending={create.isPending}
      error={create.error}
      onSubmit={create.mutate}
    />
  );
}
