// A meeting that only people with an account may come to, for somebody who is not signed in.
import { Button, Center, Paper, Stack, Text, Title } from "@mantine/core";
import type { MeetingPreview } from "@open-meeting/client";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { signInPage } from "../../auth/next-page.ts";

export function NoGuests({ meeting }: { meeting: MeetingPreview }) {
  const { t } = useTranslation();
  return (
    <Center component="main" mih="100vh" p="md" bg="var(--om-sunken)">
      <Paper withBorder radius="lg" p="xl" w="min(460px, 100%)" bg="var(--om-surface)">
        <Stack gap="sm" ta="center" align="center">
          <Title order={1} size="h3" style={{ overflowWrap: "anywhere" }}>
            {meeting.title}
          </Title>
          <Text c="dimmed">{t("error.meeting.guests_not_allowed")}</Text>
          <Button component={Link} to={signInPage(`/m/${meeting.code}`)} mt="md">
            {t("login.submit")}
          </Button>
        </Stack>
      </Paper>
    </Center>
  );
}
