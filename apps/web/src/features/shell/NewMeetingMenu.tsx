// The main thing to do: a meeting now, or one later.
import { Button, Menu, Text } from "@mantine/core";
import { IconBolt, IconCalendarPlus, IconPlus } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { useInstantMeeting } from "../meetings/use-instant-meeting.ts";

export function NewMeetingMenu() {
  const { t } = useTranslation();
  const instant = useInstantMeeting();
  return (
    <Menu position="bottom-end" width={270}>
      <Menu.Target>
        <Button leftSection={<IconPlus size={18} />} loading={instant.isPending}>
          {t("newMeeting.open")}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item leftSection={<IconBolt size={20} stroke={1.6} />} onClick={() => instant.mutate()}>
          {t("newMeeting.instant")}
          <Text size="xs" c="dimmed">
            {t("newMeeting.instantHelp")}
          </Text>
        </Menu.Item>
        <Menu.Item
          component={Link}
          to="/meetings/new"
          leftSection={<IconCalendarPlus size={20} stroke={1.6} />}
        >
          {t("newMeeting.schedule")}
          <Text size="xs" c="dimmed">
            {t("newMeeting.scheduleHelp")}
          </Text>
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
