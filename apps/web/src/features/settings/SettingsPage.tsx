// The frame of the settings: their parts, one of which is shown.
import { Stack, Title } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { Outlet } from "react-router";
import { SectionTabs } from "../../components/SectionTabs.tsx";

export function SettingsPage() {
  const { t } = useTranslation();
  return (
    <Stack maw={720} mx="auto" gap="lg">
      <Title order={1} size="h2">
        {t("settings.title")}
      </Title>
      <SectionTabs
        label={t("settings.sections")}
        sections={[
          { to: "/settings/profile", label: t("settings.profile") },
          { to: "/settings/security", label: t("settings.security") },
          { to: "/settings/notifications", label: t("settings.notifications") },
          { to: "/settings/account", label: t("settings.account") },
        ]}
      />
      <Outlet />
    </Stack>
  );
}
