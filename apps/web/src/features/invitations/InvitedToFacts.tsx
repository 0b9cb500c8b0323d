// The meeting that somebody is invited to.
import { Stack, Text } from "@mantine/core";
import type { InvitedTo } from "@open-meeting/client";
import { useTranslation } from "react-i18next";
import { formatLocale, range } from "../meetings/when.ts";

export function InvitedToFacts({ invitation }: { invitation: InvitedTo }) {
  const { t, i18n } = useTranslation();
  const { title, host_name, start_time, end_time, description, meeting_status } = invitation;
  const over = meeting_status === "ended" || meeting_status === "cancelled";
  return (
    <Stack gap="xs">
      <Text fw={600} size="lg" style={{ overflowWrap: "anywhere" }}>
        {title}
      </Text>
      {host_name === "" ? null : <Text c="dimmed">{t("invitation.host", { name: host_name })}</Text>}
      <Text>
        {start_time ? (
          <time dateTime={start_time}>
            {range(start_time, end_time ?? start_time, formatLocale(i18n.language))}
          </time>
        ) : (
          t("invitation.noTime")
        )}
      </Text>
      {over ? <Text fw={600}>{t(`invitation.over.${meeting_status}`)}</Text> : null}
      {description ? (
        <Text size="sm" style={{ whiteSpace: "pre-wrap", overflowWrap: "anywhere" }}>
          {description}
        </Text>
      ) : null}
    </Stack>
  );
}
