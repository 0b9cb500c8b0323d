// No meetings: what to do about it.
import { Button, Group, Stack, Text, ThemeIcon, Title } from "@mantine/core";
import { IconBolt, IconCalendarPlus, IconVideo } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { useInstantMeeting } from "./use-instant-meeting.ts";

export function EmptyMeetings({ filtered }: { filtered: boolean }) {
  const { t } = useTranslation();
  const instant = useInstantMeeting();
  return (
    <Stack align="center" ta="center" py={48} px="md" gap="sm">
      <ThemeIcon size={56} radius="xl" variant="light" aria-hidden>
        <IconVideo size={30} stroke={1.5} />
      </ThemeIcon>
      <Title order={2} size="h4">
        {filtered ? t("dashboard.empty.filtered") : t("dashboard.empty.title")}
      </Title>
      {filtered ? null : (
        <Text c="dimmed" maw={420}>
          {t("dashboard.empty.text")}
        </Text>
      )}
      <Group justify="center" mt="xs">
        {filtered ? null : (
          <>
            <Button
              variant="light"
              leftSection={<IconBolt size={18} />}
              loading={instant.isPending}
              onClick={() => instant.mutate()}
            >
              {t("newMeeting.instant")}
            </Button>
            <Button
              variant="default"
              component={Link}
              to="/meetings/new"
              leftSection={<IconCalendarPlus size={18} />}
            >
              {t("newMeeting.schedule")}
            </Button>
          </>
        )}
        {filtered ? (
          <Button variant="default" component={Link} to="/?view=list">
            {t("dashboard.empty.showAll")}
          </Button>
        ) : null}
      </Group>
    </Stack>
  );
}
