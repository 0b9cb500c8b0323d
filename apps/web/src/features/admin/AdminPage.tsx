// The frame of the administration. Others than administrators are told that it is not for them.
import { Stack, Text, Title } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { Outlet } from "react-router";
import { SectionTabs } from "../../components/SectionTabs.tsx";
import { useUser } from "../../hooks/use-session.ts";

export function AdminPage() {
  const { t } = useTranslation();
  const user = useUser();
  // The server decides; this only spares everybody else pages full of errors.
  if (user.role !== "admin") {
    return (
      <Stack align="center" ta="center" py={64} gap="sm">
        <Title order={1} size="h3">
          {t("admin.forbiddenTitle")}
        </Title>
        <Text c="dimmed">{t("admin.forbiddenText")}</Text>
      </Stack>
    );
  }
  return (
    <Stack maw={1080} mx="auto" gap="lg">
      <Title order={1} size="h2">
        {t("admin.title")}
      </Title>
      <SectionTabs
        label={t("admin.sections")}
        sections={[
          { to: "/admin/users", label: t("admin.users") },
          { to: "/admin/audit-log", label: t("admin.auditLog") },
          { to: "/admin/api-keys", label: t("admin.apiKeys") },
          { to: "/admin/webhooks", label: t("admin.webhooks") },
        ]}
      />
      <Outlet />
    </Stack>
  );
}
