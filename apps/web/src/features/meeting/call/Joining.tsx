// On the way in.
import { Button, Center, Loader, Stack, Text, Title } from "@mantine/core";
import type { MeetingPreview } from "@open-meeting/client";
import { useTranslation } from "react-i18next";

export function Joining({ meeting, onCancel }: { meeting: MeetingPreview; onCancel: () => void }) {
  const { t } = useTranslation();
  return (
    <Center component="main" mih="100vh" bg="#0b0e12">
      <Stack align="center" gap="sm" role="status">
        <Loader />
        <Title order={1} size="h4">
          {meeting.title}
        </Title>
        <Text c="dimmed">{t("call.joining")}</Text>
        <Button variant="default" mt="sm" onClick={onCancel}>
          {t("common.cancel")}
        </Button>
      </Stack>
    </Center>
  );
}
