// Nobody else is here: the link to send around.
import { Text } from "@mantine/core";
import type { MeetingPreview } from "@open-meeting/client";
import { useTranslation } from "react-i18next";
import { CopyLinkButton, meetingLink } from "../../../components/CopyLink.tsx";
import classes from "./Alone.module.css";

export function Alone({ meeting }: { meeting: MeetingPreview }) {
  const { t } = useTranslation();
  return (
    <aside className={classes.card} aria-label={t("call.alone.title")}>
      <Text fw={600}>{t("call.alone.title")}</Text>
      <Text size="sm" c="dimmed">
        {t("call.alone.text")}
      </Text>
      <Text size="sm" className={classes.link}>
        {meetingLink(meeting.code)}
      </Text>
      <CopyLinkButton code={meeting.code} variant="light" />
    </aside>
  );
}
