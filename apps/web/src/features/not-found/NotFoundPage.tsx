// For addresses that lead nowhere.
import { Button, Center, Stack, Text, Title } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { Logo } from "../../components/Logo.tsx";
import { useTitle } from "../../hooks/use-title.ts";

export function NotFoundPage() {
  const { t } = useTranslation();
  useTitle(t("notFound.title"));
  return (
    <Center component="main" mih="100vh" p="md">
      <Stack align="center" maw={420} ta="center" gap="md">
        <Logo />
        <Title order={1} size="h2" mt="lg">
          {t("notFound.title")}
        </Title>
        <Text c="dimmed">{t("notFound.text")}</Text>
        <Button component={Link} to="/" mt="sm">
          {t("notFound.home")}
        </Button>
      </Stack>
    </Center>
  );
}
