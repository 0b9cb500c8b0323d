// How a meeting is set up: who may come, and what participants may do.
import { Text } from "@mantine/core";
import type { Meeting } from "@open-meeting/client";
import { useTranslation } from "react-i18next";
import { Card } from "../../../components/Card.tsx";
import classes from "./OptionsCard.module.css";

const MAY = ["unmute", "share_screen", "chat", "record"] as const;

export function OptionsCard({ meeting }: { meeting: Meeting }) {
  const { t } = useTranslation();
  const { settings } = meeting;
  const yesNo = (value: boolean): string => t(value ? "details.yes" : "details.no");
  const may = MAY.filter((name) => settings[name]).map((name) => t(`details.may.${name}`));
  const facts: [string, string][] = [
    [t("meetingOptions.lobby.title"), t(`meetingOptions.lobby.${settings.lobby}`)],
    [t("meetingOptions.guests"), yesNo(settings.guests_allowed)],
    [t("details.passcode"), yesNo(meeting.has_passcode)],
    [t("meetingOptions.muteOnEntry"), yesNo(settings.mute_on_entry)],
    [t("schedule.maxParticipants"), String(meeting.max_participants)],
    [t("meetingOptions.may.title"), may.length === 0 ? t("details.mayNothing") : may.join(t("details.and"))],
    [t("meetingOptions.hostLeaves.title"), t(`meetingOptions.hostLeaves.${settings.host_leaves}`)],
  ];
  return (
    <Card title={t("meetingOptions.title")}>
      <dl className={classes.facts}>
        {facts.map(([name, value]) => (
          <div key={name} className={classes.fact}>
            <Text component="dt" size="sm" c="dimmed">
              {name}
            </Text>
            <Text component="dd" size="sm" m={0}>
              {value}
            </Text>
          </div>
        ))}
      </dl>
    </Card>
  );
}
