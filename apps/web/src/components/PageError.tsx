// Shown when a page could not be loaded or drawn, for instance after a new version was installed on the server.
import { Button, Center, Stack, Text, Title } from "@mantine/core";
import { useTranslation } from "react-i18next";

export function PageError() {
  const { t } = useTranslation();
  return (
    <Center component="main" mih="100vh" p="md">
      <Stack align="center" maw={420} ta="center">
        <Title order={1} size="h3">
          {t("pageError.title")}
        </Title>
        <Text c="dimmed">{t("pageError.text")}</Text>
        <Button onClick={() => window.location.reload()}>{t("pageError.reload")}</Button>
      </Stack>
    </Center>
  );
}
