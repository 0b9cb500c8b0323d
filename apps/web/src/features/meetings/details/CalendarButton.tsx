// A file with which the meeting gets into the calendar of whoever reads the page.
import { Button } from "@mantine/core";
import type { Meeting } from "@open-meeting/client";
import { IconCalendarDown } from "@tabler/icons-react";
import { useMutation } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { api } from "../../../app/api.ts";
import { saveFile } from "../../../app/save-file.ts";
import { FormError } from "../../../components/FormError.tsx";

export function CalendarButton({ meeting }: { meeting: Meeting }) {
  const { t } = useTranslation();
  const read = useMutation({
    mutationFn: () => api.calendar.readCalendarFile(meeting.id),
    onSuccess: (text) => saveFile(`${meeting.code}.ics`, text, "text/calendar"),
  });
  return (
    <>
      <Button
        variant="default"
        leftSection={<IconCalendarDown size={18} stroke={1.6} />}
        loading={read.isPending}
        onClick={() => read.mutate()}
      >
        {t("details.calendar")}
      </Button>
      <FormError error={read.error} />
    </>
  );
}
