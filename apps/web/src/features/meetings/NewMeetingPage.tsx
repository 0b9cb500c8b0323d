// Scheduling a meeting.
import { Stack, Title } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useNavigate } from "react-router";
import { api } from "../../app/api.ts";
import { useTitle } from "../../hooks/use-title.ts";
import { emptyForm, toNewMeeting, type MeetingForm } from "./meeting-form.ts";
import { MeetingFields } from "./MeetingFields.tsx";

export function NewMeetingPage() {
  const { t } = useTranslation();
  useTitle(t("schedule.title"));
  const navigate = useNavigate();
  const client = useQueryClient();
  const [initial] = useState(() => emptyForm(new Date()));
  const create = useMutation({
    mutationFn: (form: MeetingForm) => api.createMeeting(toNewMeeting(form)),
    onSuccess: (meeting) => {
      void client.invalidateQueries({ queryKey: ["meetings"] });
      void navigate("/", { state: { created: meeting } });
    },
  });
  return (
    <Stack maw={640} mx="auto" gap="lg">
      <Title order={1} size="h2">
        {t("schedule.title")}
      </Title>
      <MeetingFields
        initial={initial}
        submitLabel={t("schedule.submit")}
        pending={create.isPending}
        error={create.error}
        onSubmit={create.mutate}
      />
    </Stack>
  );
}
